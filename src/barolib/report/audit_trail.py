"""What the annex shows of an edition's evidence: corrections, trials, repairs, judged sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property

import pandas as pd

from barolib.reconstruction import printed_rows
from barolib.reconstruction.edition_tables import PRINTED
from barolib.report import downloads
from barolib.report.records import records
from barolib.survey import claims
from barolib.survey.claims import Claim
from barolib.survey.intake import Raw


class AuditTrail:
    """The evidence behind an edition's figures, from its raw and processed tables."""

    def __init__(self, raw: Raw, tables: Mapping[str, pd.DataFrame]) -> None:
        self._raw, self._tables = raw, tables

    @cached_property
    def certainties(self) -> dict[str, int]:
        """How many printed rows are exact, ambiguous or corrected."""
        table = self._tables["distributions"].drop_duplicates("affirmation_id")
        counts = Counter(table.loc[table["origin"] == "printed", "certainty"])
        return {certainty: counts[certainty] for certainty in ("exact", "ambiguous", "corrected")}

    @cached_property
    def trials(self) -> dict[str, dict[str, list[str]]]:
        """The affirmations of each verdict under each rounding rule."""
        verdicts = ("exact", "ambiguous", "impossible")
        return {
            rounding: {
                verdict: table.loc[table["verdict"] == verdict, "affirmation_id"].tolist()
                for verdict in verdicts
            }
            for rounding, table in self._tables["rounding_trials"].groupby("rounding", sort=False)
        }

    @property
    def changes(self) -> pd.DataFrame:
        """Each impersonal change of the cleaning log."""
        return downloads.impersonal(self._tables["cleaning_log"]).astype("object").fillna("")

    @cached_property
    def repairs(self) -> list[dict]:
        """Per row impossible as printed: how many proposals, how many tie, the one applied."""
        table = self._tables["repairs"]
        return [
            {
                "id": subject,
                "proposals": len(proposals),
                "best": int((proposals["rank"] == 1).sum()),
                "applied": next(iter(records(proposals[proposals["applied"]])), None),
            }
            for subject, proposals in table.groupby("affirmation_id", sort=False)
        ]

    @cached_property
    def claims(self) -> list[dict]:
        """Each printed sentence: published_claims beside the table claims.

        `circular`: whether it is about a printed row that was corrected or moved, perhaps by it.
        """
        judged = downloads.without_withheld_figures(self._tables["claims"])
        both = self._raw.claims.merge(judged, on="claim_id")
        log = self._raw.log
        changed = log.loc[log["file"] == "published_distributions.csv", "row"]
        rows = printed_rows.corrected(self._raw)
        helped = rows.loc[rows["printed_row"].isin(changed), "subject"]
        both = both.assign(circular=both["subject"].isin(helped))
        cells = both.reindex(columns=both.columns.union(["group", "note"], sort=False))
        return cells.astype("object").where(cells.notna(), None).to_dict("records")

    @cached_property
    def quotable(self) -> dict[str, Claim]:
        """Each printed sentence on a share of all respondents that no printed table contradicts."""
        refuted = {
            claim["claim_id"]
            for claim in self.claims
            if (claim["verdict"], claim["basis"]) == ("contradicts", PRINTED)
        }
        return {
            claim.claim_id: claim
            for claim in claims.rows(self._raw.claims)
            if claim.statistic == "share" and not claim.group and claim.claim_id not in refuted
        }

    @cached_property
    def counts(self) -> list[tuple[str, str, int]]:
        """How many printed sentences have each verdict on each basis ("" where there is none)."""
        counts = Counter((claim["verdict"], claim["basis"] or "") for claim in self.claims)
        return [(*kind, count) for kind, count in sorted(counts.items())]

    @cached_property
    def pooled_checks(self) -> dict[str, tuple[list[int], list[int]]]:
        """Per theme whose bar is printed: the printed and the recomputed percents."""
        return {
            theme: (levels["printed"].tolist(), levels["recomputed"].tolist())
            for theme, levels in self._tables["pooled_checks"].groupby("theme_id", sort=False)
        }
