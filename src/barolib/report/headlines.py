"""Texts that say what was found: short where they stand as a heading, and never simulated.

docs/report.md, "Texts".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatch

from barolib.errors import Problem, StudyError
from barolib.reconstruction.edition_tables import STAND_IN

#: The names of these texts, and of those among them that stand under a heading.
_NAMES = ("lead", "key-figures", "conclusion", "next-steps", "*-title")
_TITLE = "*-title"
#: Words of a title at most.
_LONGEST = 10


def refuse(file: str, text: str, entries: Sequence[dict]) -> None:
    """Raises StudyError for a title that is too long, or a finding on simulated answers.

    `file`: in the report; `text`: as it reads; `entries`: those of the ledger that may not rest on
    simulated answers, of which the file's count.
    """
    name = file.rpartition("/")[2].removesuffix(".md")
    if not any(fnmatch(name, pattern) for pattern in _NAMES):
        return
    problems = list(_simulated(file, entries))
    words = len(text.split())
    if fnmatch(name, _TITLE) and words > _LONGEST:
        message = f"a title of {words} words, of at most {_LONGEST}"
        problems.append(Problem(file, message, "say the finding shorter", value=text.strip()))
    if problems:
        raise StudyError(problems)


def _simulated(file: str, entries: Sequence[dict]) -> Iterator[Problem]:
    for entry in entries:
        if entry["file"] == file and entry["basis"] == STAND_IN:
            message = "a finding that rests on simulated answers"
            fix = "quote the published report, by printed(…), or take it out"
            yield Problem(file, message, fix, row=str(entry["line"]), value=entry["words"])
