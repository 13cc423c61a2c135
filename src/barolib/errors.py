"""What is wrong with a study, in the words of the person who must mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One fault: where it is (file, row, column, value), what is wrong and how to mend it.

    `row` is the line of the file as a text editor numbers it, or the key of the row; it, `column`
    and `value` are empty where the fault concerns the whole file.
    """

    file: str
    message: str
    mend: str
    row: str = ""
    column: str = ""
    value: str = ""

    @classmethod
    def of_system(cls, error: OSError) -> Problem:
        """What the system refused: a file in use, a folder that is read-only, a full disk.

        Where it names no file, `files.whole` has named the one that was being written.
        """
        mend = "free the file, the folder or the disk, and run the command again"
        return cls(str(error.filename or "the system"), str(error.strerror or error), mend)

    def __str__(self) -> str:
        place = [self.file]
        place += [f"row {self.row}"] if self.row else []
        place += [f"column {self.column}"] if self.column else []
        value = f" (found: {self.value!r})" if self.value else ""
        return f"{', '.join(place)}: {self.message}{value}\n    mend: {self.mend}"


class StudyError(Exception):
    """The data or the study is at fault; holds every problem found, in the order of the files."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        found = [problems] if isinstance(problems, Problem) else list(problems)
        self.problems: tuple[Problem, ...] = tuple(dict.fromkeys(found))
        super().__init__(self.problems)  # with which another process makes it again

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the known word nearest to `word`, or lists the known words."""
    known = [" ".join(str(each).split()) for each in known]
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    shown = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    return f"known: {shown}" if known else "none is known"
