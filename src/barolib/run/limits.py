"""What the environment says of a run: the time that its report bears, how long a cell may take."""

from __future__ import annotations

import os
import re

from barolib.errors import Problem, StudyError

#: The environment variables.
EPOCH, CELL = "SOURCE_DATE_EPOCH", "BAROLIB_CELL_LIMIT"
#: A cell of a notebook is given so many seconds.
_USUAL_CELL = 600
#: The last second of the year 9999, after which there is no date.
_LAST = 253_402_300_799


def epoch() -> str | None:
    """The time that the report bears, in seconds since 1970; None where nothing is asked.

    Raises StudyError for anything else than seconds until the year 9999.
    """
    return _whole(EPOCH, 0, _LAST)


def cell() -> int:
    """How many seconds a cell may take; StudyError where what is asked is no number of them."""
    return int(_whole(CELL, 1, 10**6) or _USUAL_CELL)


def _whole(name: str, least: int, most: int) -> str | None:
    """The whole number that a variable holds; None where it is not set, or blank."""
    text = os.environ.get(name, "").strip()
    if text and not (re.fullmatch(r"[0-9]{1,15}", text) and least <= int(text) <= most):
        fix = f"give a whole number of seconds from {least} to {most}, or unset it"
        message = "not such a number of seconds"
        raise StudyError(Problem(f"environment variable {name}", message, fix, value=text[:60]))
    return str(int(text)) if text else None
