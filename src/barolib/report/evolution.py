"""What changed since the edition before, from the tables of the comparison."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property
from pathlib import Path

import pandas as pd

from barolib.errors import nearest
from barolib.report.subjects import Change
from barolib.survey import tables

_FIELDS = [each.name for each in fields(Change)]


class Evolution:
    """The comparison of an edition with an earlier one, as the report tells it."""

    def __init__(self, folder: Path) -> None:
        """`folder`: data/processed/<edition>_vs_<previous>."""
        self.folder, self.previous = folder, folder.name.partition("_vs_")[2]
        self.tables = tables.written(folder)

    @cached_property
    def affirmations(self) -> dict[str, Change]:
        """The change of each identical affirmation, at implementation."""
        return _changes(self.tables["delta_affirmations"], "affirmation_id")

    @cached_property
    def themes(self) -> dict[str, Change]:
        """The change of each theme: the mean of its identical affirmations'."""
        return _changes(self.tables["delta_themes"], "theme_id")

    @cached_property
    def printed(self) -> list[dict]:
        """Each indicator printed for both editions: the table printed_comparisons."""
        return _plain(self.tables["printed_comparisons"])

    @cached_property
    def changes(self) -> dict[str, Change]:
        """Every change by the id of its affirmation or theme."""
        return self.affirmations | self.themes

    def change(self, subject: str) -> Change:
        """The change of an affirmation or theme; raises LookupError where none is known."""
        if subject not in self.changes:
            raise LookupError(f"no change of {subject!r}: {nearest(subject, self.changes)}")
        return self.changes[subject]

    def simulated(self, theme: str = "") -> bool:
        """Whether a change rests on simulated answers: the theme's, or any where it has none."""
        own = self.themes.get(theme)
        return any(each.basis == "simulated" for each in ([own] if own else self.changes.values()))

    def of(self, verdict: str) -> list[Change]:
        """The themes with this verdict, in their order."""
        return [each for each in self.themes.values() if each.verdict == verdict]


def _plain(table: pd.DataFrame) -> list[dict]:
    objects = table.astype("object")
    return objects.where(objects.notna(), None).to_dict("records")


def _changes(table: pd.DataFrame, key: str) -> dict[str, Change]:
    rows = _plain(table.rename(columns={key: "id"}))
    known = [{name: row[name] for name in _FIELDS if name in row} for row in rows]
    return {row["id"]: Change(**row) for row in known}
