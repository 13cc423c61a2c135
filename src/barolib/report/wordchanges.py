"""What came of a review: edits of the texts, and what was changed and is not proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from barolib.errors import Problem
from barolib.report.provenance import Place
from barolib.report.wordlines import Line, Sources


class Edit(NamedTuple):
    """A change of a text: the ends of what goes away, and what comes in its place."""

    file: str
    start: int
    end: int
    text: str


@dataclass
class Changes:
    """What a review changes of the texts, and what it would change and may not.

    `name`: of the document that came back.
    """

    sources: Sources
    name: str
    edits: list[Edit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def edit(self, file: str, start: int, end: int, text: str) -> None:
        """Notes an edit."""
        self.edits.append(Edit(file, start, end, text))

    def refuse_figure(self, place: Place, old: str, new: str) -> None:
        """Notes that a figure was changed, by the name from which it comes."""
        name = self.sources.written(place)
        message = f"a figure of the tables, by {name}: no review changes it"
        fix = (
            "correct the data, or say it by another helper (docs/report.md, “What a text may use”)"
        )
        self._note(place, message, fix, f"{old} → {new}")

    def refuse(self, line: Line, place: Place | None, old: str, new: str) -> None:
        """Notes a change where no text of the edition stands: one of every edition, or none."""
        value = f"{old} → {new or '(nothing)'}" if old else new
        if place:
            message = "a text that every edition shows, which a review does not change"
            fix = "write a text of the same name for this edition, or change it by hand"
            self._note(place, message, fix, value)
            return
        message = f"not from a text of the edition (“{line.chapter or 'cover.yml'}”)"
        fix = "change what it is made from by hand: cover.yml, strings.yml, a label or a table"
        self.problems.append(Problem(self.name, message, fix, value=value))

    def leave(self, place: Place, old: str, new: str) -> None:
        """Notes a change that is left to be made by hand."""
        message = "written by a condition, a loop or a table: it cannot be changed from a review"
        self._note(place, message, "change it by hand", f"{old} → {new or '(nothing)'}")

    def by_file(self) -> dict[str, list[Edit]]:
        """The edits of each text in order, once each; of two of the same words, the first."""
        kept: dict[str, list[Edit]] = {}
        for edit in sorted(set(self.edits)):
            edits = kept.setdefault(edit.file, [])
            last = edits[-1] if edits else None
            if last and (edit.start < last.end or edit[1:3] == last[1:3]):
                message = "changed in two ways, in two places that the document has from one"
                value = f"{last.text.strip()} / {edit.text.strip()}"
                place = Place(edit.file, edit.start, edit.end, value=False)
                self._note(place, message, "choose one, and change it by hand", value)
            else:
                edits.append(edit)
        return kept

    def _note(self, place: Place, message: str, fix: str, value: str) -> None:
        row = self.sources.row(place)
        self.problems.append(Problem(place.file, message, fix, row, value=value))


def applied(text: str, edits: Sequence[Edit]) -> str:
    """A text with its edits."""
    for edit in reversed(edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text
