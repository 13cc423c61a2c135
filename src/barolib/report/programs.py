"""Programs beside this one: how they are run, and what they tell of a fault."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from barolib.errors import Problem, StudyError

#: How what a program prints is read.
UTF8 = {"encoding": "utf-8", "errors": "replace"}
#: How many seconds a program may take.
LIMIT = 600


def run(
    command: Sequence[str | Path], folder: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """What a program did in `folder`, with more variables in its environment.

    Raises StudyError where it is not done in time.
    """
    words, around = [str(part) for part in command], os.environ | variables
    how = UTF8 | {"capture_output": True, "check": False, "timeout": LIMIT}
    try:
        return subprocess.run(words, cwd=folder, env=around, **how)
    except subprocess.TimeoutExpired:
        raise StudyError(late(words[0])) from None


def late(program: str) -> Problem:
    """A program that was not done in time."""
    mend = "see whether the machine is busy, and run the command again"
    return Problem(program, f"not done after {LIMIT} s, and ended", mend)


def told(file: str, stderr: str) -> list[Problem]:
    """What the Lua filter told, a line each (`barolib: place | fault | mend`), else all of it."""
    lines = re.findall(r"^barolib: (.*) \| (.*) \| (.*)$", stderr, re.MULTILINE)
    if lines:
        return [Problem(file=file, row=row, message=fault, mend=mend) for row, fault, mend in lines]
    rest = [line for line in stderr.splitlines() if line and not re.match(r"\[\d+/\d+\]", line)]
    message = "\n    ".join(rest) or "the render failed"
    return [Problem(file=file, message=message, mend="mend the source that is named, in report/")]
