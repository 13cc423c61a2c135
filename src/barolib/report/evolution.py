"""What changed since the edition before, from the tables of the comparison."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import pandas as pd

from barolib.compare import coverage, levels
from barolib.compare.coverage import NOT_COVERED
from barolib.report.records import Row, lookup, records
from barolib.survey import tables
from barolib.survey.edition import Edition


class Evolution:
    """The comparison of an edition with an earlier one, as the report describes it."""

    def __init__(self, folder: Path) -> None:
        """`folder`: data/processed/<edition>_vs_<previous>."""
        self.folder, self.previous = folder, folder.name.partition("_vs_")[2]
        self.tables = tables.written(folder)

    @cached_property
    def affirmations(self) -> dict[str, Row]:
        """The change of each identical affirmation, at implementation."""
        return _changes(self.tables["delta_affirmations"], "affirmation_id")

    @cached_property
    def themes(self) -> dict[str, Row]:
        """The change of each theme: the mean of its identical affirmations'.

        One whose coverage carries no word on the whole theme has the verdict not_covered.
        """
        table = self.tables["delta_themes"]
        verdict = table["verdict"].where(table["covered"], NOT_COVERED)
        return _changes(table.assign(verdict=verdict), "theme_id")

    def levels(self, edition: Edition, asked: Sequence[Row]) -> list[Row]:
        """The shares at each level of implementation of those of `asked` that are compared."""
        affirmations = self.tables["delta_affirmations"]
        ids = [row.id for row in asked]
        compared = affirmations[affirmations["affirmation_id"].isin(ids)]
        return records(levels.at_each(edition, compared, self.tables["delta_cuts"]))

    @cached_property
    def otherwise(self) -> list[str]:
        """The affirmations compared, declared identical, whose French words differ."""
        table = self.tables["crosswalk"]
        differ = table["change"].eq("identical") & table["likeness"].lt(1)
        return [id for id in table.loc[differ, "affirmation_id"] if id in self.affirmations]

    @property
    def statuses(self) -> tuple[float, float] | None:
        """The share of either panel, the earlier first, in statuses that both have, if known."""
        shares = [(theme.statuses_before, theme.statuses_after) for theme in self.themes.values()]
        return shares[0] if shares and None not in shares[0] else None

    @property
    def alike(self) -> bool:
        """Whether the statuses that both panels have, if known, hold enough of each."""
        return self.statuses is None or coverage.alike(self.statuses)

    @property
    def printed(self) -> pd.DataFrame:
        """Each indicator printed for both editions: the table printed_comparisons."""
        return self.tables["printed_comparisons"]

    @cached_property
    def changes(self) -> dict[str, Row]:
        """Every change by the id of its affirmation or theme."""
        return self.affirmations | self.themes

    def change(self, subject: str) -> Row:
        """The change of an affirmation or theme; raises LookupError where none is known."""
        return lookup(self.changes, subject, "change")

    def simulated(self, theme: str = "") -> bool:
        """Whether a change rests on simulated answers: the theme's, or any where it has none."""
        changes = [self.themes[theme]] if theme in self.themes else self.changes.values()
        return any(change.basis == "simulated" for change in changes)

    def of(self, verdict: str) -> list[Row]:
        """The themes with this verdict, in their order."""
        return [change for change in self.themes.values() if change.verdict == verdict]


def _changes(table: pd.DataFrame, key: str) -> dict[str, Row]:
    return {change.id: change for change in records(table.rename(columns={key: "id"}))}
