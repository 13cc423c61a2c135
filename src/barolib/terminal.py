"""What the command line prints, whatever is at the other end: a closed pipe, a full disk, ASCII."""

from __future__ import annotations

import os
import sys
from typing import TextIO


def make_safe() -> None:
    """Prints what the terminal cannot show as codes; a stream that was closed leads nowhere."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:  # else the next file that is opened would take its place
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def tell(stream: TextIO | None, text: str) -> None:
    """Prints a text; where nobody can read it any more, the command goes on without."""
    if stream is None:
        return
    try:
        print(text, file=stream, flush=True)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
