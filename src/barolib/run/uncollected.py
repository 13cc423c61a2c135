"""Imported first by the process that others are forked from: what it imports is there to stay.

Searching what the libraries hold for what is no longer used takes a sixth of their import.
"""

import gc

gc.disable()
