"""What changed since the edition before, from the tables of the comparison."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property
from pathlib import Path

import pandas as pd

from barolib.compare import coverage
from barolib.compare.coverage import NOT_COVERED
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
        """The change of each theme: the mean of its identical affirmations'.

        One whose coverage carries no word on the whole theme has the verdict not_covered.
        """
        table = self.tables["delta_themes"]
        judged = table["verdict"].where(table["covered"], NOT_COVERED)
        return _changes(table.assign(verdict=judged), "theme_id")

    @cached_property
    def otherwise(self) -> list[str]:
        """The affirmations compared, declared identical, whose French words differ."""
        table = self.tables["crosswalk"]
        other = table["change"].eq("identical") & table["likeness"].lt(1)
        return [each for each in table.loc[other, "affirmation_id"] if each in self.affirmations]

    @property
    def statuses(self) -> tuple[float, float] | None:
        """The share of either panel, the earlier first, in statuses that both have, if known."""
        known = [(each.statuses_before, each.statuses_after) for each in self.themes.values()]
        return known[0] if known and None not in known[0] else None

    @property
    def alike(self) -> bool:
        """Whether the statuses that both panels have, if known, hold enough of each."""
        return self.statuses is None or coverage.alike(self.statuses)

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
