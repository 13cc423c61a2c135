"""Programs beside this one: how they are run, and what they tell of a fault."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from barolib.errors import Problem

#: How what a program prints is read.
UTF8 = {"encoding": "utf-8", "errors": "replace"}


def run(
    command: Sequence[str | Path], folder: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """What a program did in `folder`, with more variables in its environment."""
    words, around = [str(part) for part in command], os.environ | variables
    how = UTF8 | {"capture_output": True, "check": False}
    return subprocess.run(words, cwd=folder, env=around, **how)


def told(file: str, stderr: str) -> list[Problem]:
    """What the Lua filter told, a line each (`barolib: place | fault | mend`), else all of it."""
    lines = re.findall(r"^barolib: (.*) \| (.*) \| (.*)$", stderr, re.MULTILINE)
    if lines:
        return [Problem(file=file, row=row, message=fault, mend=mend) for row, fault, mend in lines]
    rest = [line for line in stderr.splitlines() if line and not re.match(r"\[\d+/\d+\]", line)]
    message = "\n    ".join(rest) or "the render failed"
    return [Problem(file=file, message=message, mend="mend the source that is named, in report/")]
