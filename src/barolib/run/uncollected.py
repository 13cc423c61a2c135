"""Imported first by the process that others are forked from: what it imports is there to stay.

Searching what the libraries hold for what is no longer used takes a sixth of their import. What it
or they tell goes into the log of the run; no file of the folder where the run was started is read.
"""

import gc
import os
import tempfile

gc.disable()
os.chdir(tempfile.gettempdir())
if log := os.environ.get("BAROLIB_LOG"):
    told = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(told, stream)
