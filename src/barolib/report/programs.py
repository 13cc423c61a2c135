"""External programs: how they are run, and how the faults that they report are read."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from barolib.errors import Problem, StudyError

#: How many seconds a program may take.
LIMIT = 600


def run(
    command: Sequence[str | Path], folder: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """What a program did in `folder`, with more variables in its environment.

    Raises StudyError where it is not done in time.
    """
    words = [str(part) for part in command]
    options: dict[str, Any] = {
        "encoding": "utf-8",
        "errors": "replace",
        "capture_output": True,
        "check": False,
    }
    try:
        return subprocess.run(
            words, cwd=folder, env=os.environ | variables, timeout=LIMIT, **options
        )
    except subprocess.TimeoutExpired:
        fix = "see whether the machine is busy, and run the command again"
        message = f"not done after {LIMIT} s, and ended"
        raise StudyError(Problem(words[0], message, fix)) from None


def problems(file: str, stderr: str) -> list[Problem]:
    """The faults that the Lua filter reports (`barolib: place | fault | fix`), else all output."""
    lines = re.findall(r"^barolib: (.*) \| (.*) \| (.*)$", stderr, re.MULTILINE)
    if lines:
        return [Problem(file, fault, fix, row=row) for row, fault, fix in lines]
    rest = [line for line in stderr.splitlines() if line and not re.match(r"\[\d+/\d+\]", line)]
    message = "\n    ".join(rest) or "the render failed"
    return [Problem(file, message, "fix the source that is named, in report/")]
