"""What the annex shows of an edition's evidence: corrections, trials, repairs, judged sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property

import pandas as pd

from barolib.report import downloads
from barolib.survey.intake import Raw


class Proofs:
    """The evidence behind an edition's figures, from its raw and processed tables."""

    def __init__(self, raw: Raw, tables: Mapping[str, pd.DataFrame]) -> None:
        self._raw, self._tables = raw, tables

    @cached_property
    def certainties(self) -> dict[str, int]:
        """How many printed rows are exact, ambiguous or corrected."""
        table = self._tables["distributions"].drop_duplicates("affirmation_id")
        found = table.loc[table["origin"] == "printed", "certainty"].value_counts()
        return {each: int(found.get(each, 0)) for each in ("exact", "ambiguous", "corrected")}

    @cached_property
    def trials(self) -> dict[str, dict[str, list[str]]]:
        """The affirmations of each verdict under each rounding rule."""
        verdicts = ("exact", "ambiguous", "impossible")
        return {
            rounding: {
                verdict: rows.loc[rows["verdict"] == verdict, "affirmation_id"].tolist()
                for verdict in verdicts
            }
            for rounding, rows in self._tables["rounding_trials"].groupby("rounding", sort=False)
        }

    @cached_property
    def changes(self) -> list[dict]:
        """Each impersonal change of the cleaning log: file, row, column, before, after, reason."""
        log = downloads.impersonal(self._tables["cleaning_log"]).astype("object")
        return log.where(log.notna(), "").to_dict("records")

    @cached_property
    def repairs(self) -> list[dict]:
        """Per row impossible as printed: how many proposals, how many tie, the one applied."""
        found = []
        for subject, rows in self._tables["repairs"].groupby("affirmation_id", sort=False):
            applied = rows[rows["applied"]].iloc[0].to_dict() if rows["applied"].any() else None
            best = int((rows["rank"] == 1).sum())
            found.append({"id": subject, "proposals": len(rows), "best": best, "applied": applied})
        return found

    @cached_property
    def claims(self) -> list[dict]:
        """Each printed sentence: published_claims beside the table claims."""
        both = self._raw.claims.merge(downloads.told_claims(self._tables["claims"]), on="claim_id")
        cells = both.reindex(columns=both.columns.union(["group", "note"], sort=False))
        return cells.astype("object").where(cells.notna(), None).to_dict("records")

    @cached_property
    def counts(self) -> list[tuple[str, str, int]]:
        """How many printed sentences have each verdict on each basis ("" where there is none)."""
        found = Counter((each["verdict"], each["basis"] or "") for each in self.claims)
        return [(*key, found[key]) for key in sorted(found)]

    @cached_property
    def pooled_checks(self) -> dict[str, tuple[list[int], list[int]]]:
        """Per theme whose bar is printed: the printed and the recomputed percents."""
        return {
            theme: (rows["printed"].tolist(), rows["recomputed"].tolist())
            for theme, rows in self._tables["pooled_checks"].groupby("theme_id", sort=False)
        }
