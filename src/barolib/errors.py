"""What is wrong with a study, in the words of the person who must fix it."""

from __future__ import annotations

import difflib
import errno
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

#: What to do where memory ran out.
MEMORY = "close other programs, give the machine more memory, or do a step at a time (--jobs 1)"
#: The environment variable that shows what stops a command with its traceback.
TRACEBACK = "BAROLIB_TRACEBACK"
_TRACE = f"see where it arose: the same command, after {TRACEBACK}=1"
_AGAIN = "free the file, the folder or the disk, and run the command again"
_FILES = "let it open more files (ulimit -n 1024), or do a step at a time (--jobs 1)"
#: What the system tells where there is no room for more.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
#: What libraries tell of memory in errors of other kinds.
_NO_MEMORY = re.compile(
    r"failed to map segment|cannot allocate memory|can't start new thread|out of memory"
    r"|unable to allocate|std::bad_alloc",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Problem:
    """One fault: where it is (file, row, column, value), what is wrong and how to fix it.

    `row` is the line of the file as a text editor numbers it, or the key of the row; it, `column`
    and `value` are empty where the fault concerns the whole file.
    """

    file: str
    message: str
    fix: str
    row: str = ""
    column: str = ""
    value: str = ""

    @classmethod
    def of_error(
        cls, error: BaseException, doing: str, place: str = "", trace: str = ""
    ) -> Problem:
        """What stopped a step or a command: what the system refused, memory, or anything else.

        `doing`: its name; `place`: where it writes; `trace`: where the traceback can be read.
        """
        number, file, reason = _refused(error)
        if isinstance(error, MemoryError) or number == errno.ENOMEM or _NO_MEMORY.search(reason):
            return cls(doing, "memory is at its limit", MEMORY)
        if number is not None or isinstance(error, OSError):
            file = file or place or doing
            return cls(file, reason, _fix(number, file))
        fix = f"see where it arose: {trace}" if trace else _TRACE
        return cls(doing, f"{type(error).__name__}: {reason[:300]}", fix)

    def __str__(self) -> str:
        place = [self.file]
        place += [f"row {self.row}"] if self.row else []
        place += [f"column {self.column}"] if self.column else []
        value = f" (found: {self.value!r})" if self.value else ""
        return f"{', '.join(place)}: {self.message}{value}\n    fix: {self.fix}"


class StudyError(Exception):
    """The data or the study is at fault; holds every problem found, in the order of the files."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        listed = [problems] if isinstance(problems, Problem) else list(problems)
        self.problems: tuple[Problem, ...] = tuple(dict.fromkeys(listed))
        super().__init__(self.problems)  # with which another process makes it again

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the known word nearest to `word`, or lists the known words."""
    known = [" ".join(str(name).split()) for name in known]
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    shown = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    return f"known: {shown}" if known else "none is known"


def _refused(error: BaseException) -> tuple[int | None, str, str]:
    """What the system refused: the number of its error, the file, and why, in one line."""
    number, file = getattr(error, "errno", None), getattr(error, "filename", None)
    if number in _FULL:  # of a copy, the file that was written
        file = getattr(error, "filename2", None) or file
    reason = str(getattr(error, "strerror", None) or error)
    if isinstance(error, shutil.Error) and isinstance(error.args[0], list):
        _, file, reason = error.args[0][0]  # of all that could not be copied, the first
        match = re.match(r"\[Errno (\d+)\] ([^:]+)", reason)
        number, reason = (int(match[1]), match[2]) if match else (number, reason)
    return number, str(file or ""), " ".join(reason.split())


def _fix(number: int | None, file: str) -> str:
    if number in (errno.EMFILE, errno.ENFILE):
        return _FILES
    if number == errno.ECHILD:
        return MEMORY
    if number == errno.EFBIG:
        return "let it write larger files (ulimit -f unlimited), and run the command again"
    if number in _FULL:
        place = Path(file).absolute()
        disk = next(path for path in (place, *place.parents) if os.path.ismount(path))
        free = shutil.disk_usage(disk).free // 2**20
        return f"make room on the disk at {disk} ({free} MB are free), and run the command again"
    return _AGAIN
