"""What the report's sources may speak of: every figure by name, from the processed tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from barolib import claims, distribution, manifest, tables, wording
from barolib.errors import nearest
from barolib.groups import GROUPS
from barolib.intake import Raw
from barolib.layout import Layout


@dataclass(frozen=True)
class Row:
    """A distribution as the report shows it: an affirmation's, or a whole theme's."""

    id: str
    label: str
    percents: list[int]
    counts: list[int]
    base: int
    implementation: int | None
    origin: str
    certainty: str = ""
    other_bases: tuple[int, ...] = ()


class Score(NamedTuple):
    """A theme's mean level, with its interval and rank where respondents are known."""

    theme_id: str
    mean: float
    ci_low: float | None
    ci_high: float | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    base: int


@dataclass(frozen=True)
class Theme:
    """A theme, its pooled answers and its affirmations, in the questionnaire's order."""

    id: str
    number: int
    label: str
    kind: str
    asked: int
    pooled: Row | None
    affirmations: list[Row]
    score: Score | None

    @cached_property
    def high(self) -> Row:
        """The affirmation with the largest share at implementation (the first of equals)."""
        return max(self.affirmations, key=_implemented)

    @cached_property
    def low(self) -> Row:
        """The affirmation with the smallest share at implementation (the first of equals)."""
        return min(self.affirmations, key=_implemented)


def _implemented(row: Row) -> tuple[int, float]:
    return row.implementation or 0, row.base


class Facts:
    """The facts of an edition in one language, for the templates of the report."""

    def __init__(self, layout: Layout, raw: Raw, lang: str) -> None:
        self.raw, self.lang, self.edition = raw, lang, raw.edition
        self._tables = tables.written(layout.processed(raw.edition.id), raw.edition)
        self.manifest = manifest.read(layout.processed(raw.edition.id))

    @property
    def synthetic(self) -> bool:
        """Whether the answers are simulated."""
        return self.edition.provenance.answers == "synthetic"

    @property
    def answered(self) -> bool:
        """Whether there are answers by respondent, simulated or not."""
        return len(self.raw.answers) > 0

    @cached_property
    def scores(self) -> dict[str, Score]:
        """The score of each theme, and `general`, by its id."""
        table = self._tables["theme_scores"][list(Score._fields)]
        plain = table.astype(object).where(table.notna(), None)
        return {row["theme_id"]: Score(**row) for row in plain.to_dict("records")}

    @cached_property
    def groups(self) -> dict[str, int]:
        """How many respondents each group and profile has."""
        table = self._tables["groups"]
        found = pd.concat([table["group"], table["profile"]]).value_counts().to_dict()
        return {each: int(found.get(each, 0)) for each in (*GROUPS, "generalist", "specialist")}

    @cached_property
    def levels(self) -> list[tuple[int, str]]:
        """Each level with its label."""
        return list(zip(self.edition.levels, self.edition.level_labels(self.lang), strict=True))

    @cached_property
    def statuses(self) -> list[tuple[str, int]]:
        """Each status with how many respondents it has, where that is known."""
        known = self.raw.respondents["status"].value_counts().to_dict()
        if not known and self.edition.panel:
            known = self.edition.panel.by_status
        return [
            (each.label.of(self.lang), known[each.id])
            for each in self.edition.statuses
            if each.id in known
        ]

    @cached_property
    def themes(self) -> list[Theme]:
        """Every theme, transverse ones last."""
        ordered = self.raw.themes.sort_values(["kind", "position"], kind="stable")
        return [self._theme(row) for row in ordered.itertuples()]

    @cached_property
    def chapters(self) -> list[Theme]:
        """The themes that have a distribution for each of their affirmations."""
        return [theme for theme in self.themes if theme.pooled and theme.kind == "theme"]

    @cached_property
    def silent(self) -> list[Theme]:
        """The themes without a chapter."""
        return [t for t in self.themes if t.kind == "theme" and t not in self.chapters]

    @cached_property
    def alts(self) -> dict[str, str]:
        """The alternative text of each figure."""
        drawn = pd.concat([self._tables["score_figures"], self._tables["distribution_figures"]])
        return drawn[drawn["lang"] == self.lang].set_index("figure")["alt"].to_dict()

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Each distribution by the id of its affirmation or theme."""
        labels = {
            row.affirmation_id: self._label(row) for row in self.raw.questionnaire.itertuples()
        } | {row.theme_id: self._label(row) for row in self.raw.themes.itertuples()}
        return {
            subject: self._row(subject, labels[subject], levels)
            for subject, levels in self._levels.items()
        }

    @cached_property
    def _levels(self) -> dict[str, pd.DataFrame]:
        """Each distribution, a row a level, by the id of its affirmation or theme."""
        keys = {"distributions": "affirmation_id", "theme_distributions": "theme_id"}
        return {
            subject: levels
            for name, key in keys.items()
            for subject, levels in self._tables[name].groupby(key, sort=False)
        }

    @cached_property
    def certainties(self) -> dict[str, int]:
        """How many printed rows are exact, ambiguous or corrected."""
        rows = [row for theme in self.chapters for row in theme.affirmations]
        rows = [row for row in rows if row.origin == "printed"]
        return {
            each: sum(row.certainty == each for row in rows)
            for each in ("exact", "ambiguous", "corrected")
        }

    @cached_property
    def trials(self) -> dict[str, dict[str, list[str]]]:
        """The affirmations of each verdict under each rounding rule."""
        table, found = self._tables["rounding_trials"], {}
        for rounding, rows in table.groupby("rounding", sort=False):
            found[rounding] = {
                verdict: rows.loc[rows["verdict"] == verdict, "affirmation_id"].tolist()
                for verdict in ("exact", "ambiguous", "impossible")
            }
        return found

    @cached_property
    def changes(self) -> list[dict]:
        """Each correction applied: row, column, before, after."""
        return self._tables["cleaning_log"].to_dict("records")

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
        """Each printed share: published_claims beside the table claims, with low and high allowed.

        One about another edition stands only where that edition could be recomputed.
        """
        both = self.raw.claims.merge(self._tables["claims"], on="claim_id")
        own = (both["edition"] == self.edition.id) | both["recomputed"].notna()
        shares = both[own & (both["statistic"] == "share")]
        bounds = [claims.allowed(claim) for claim in shares.itertuples()]
        return shares.assign(
            low=[low for low, _ in bounds], high=[high for _, high in bounds]
        ).to_dict("records")

    @cached_property
    def pooled_checks(self) -> dict[str, tuple[list[int], list[int]]]:
        """Per theme whose bar is printed: the printed and the recomputed percents."""
        table = self._tables["pooled_checks"]
        return {
            theme: (rows["printed"].tolist(), rows["recomputed"].tolist())
            for theme, rows in table.groupby("theme_id", sort=False)
        }

    def row(self, subject: str) -> Row:
        """The distribution of an affirmation or theme; raises LookupError for an unknown one."""
        if subject not in self.rows:
            raise LookupError(f"no distribution of {subject!r}: {nearest(subject, self.rows)}")
        return self.rows[subject]

    def share(self, subject: str, levels: str) -> str:
        """The percent of the base at levels such as "4-6", rounded from its counts."""
        self.row(subject)
        chosen = claims.levels_of(levels)
        if not chosen or not set(chosen) <= set(self.edition.levels):
            raise LookupError(f"no levels {levels!r} on a scale of {len(self.edition.levels)}")
        shown = distribution.percent_at(self._levels[subject], chosen, self.edition.rounding)
        return wording.percent_text(shown, self.lang)

    def base(self, subject: str) -> str:
        """The base of a figure, as it stands beside it: "n = 32"."""
        row = self.row(subject)
        return wording.note_base(row.base, None, [], None, self.lang)

    def _theme(self, row) -> Theme:
        members = self.raw.members[row.theme_id]
        return Theme(
            id=row.theme_id,
            number=int(row.position),
            label=self._label(row),
            kind=row.kind,
            asked=len(members),
            pooled=self.rows.get(row.theme_id),
            affirmations=[self.rows[each] for each in members if each in self.rows],
            score=self.scores.get(row.theme_id),
        )

    def _row(self, subject: str, label: str, levels: pd.DataFrame) -> Row:
        counts, base = levels["n"].tolist(), int(levels["base"].iloc[0])
        certainty, others = "", ()
        if "certainty" in levels:
            certainty = levels["certainty"].iloc[0]
            found = self._tables["reconstructions"]
            bases = found.loc[found["affirmation_id"] == subject, "base"]
            others = tuple(sorted(set(bases.tolist()) - {base}))
        return Row(
            id=subject,
            label=label,
            percents=levels["percent"].tolist(),
            counts=counts,
            base=base,
            origin=levels["origin"].iloc[0],
            implementation=distribution.percent_at(
                levels, self.edition.implementation, self.edition.rounding
            ),
            certainty=certainty,
            other_bases=others,
        )

    def _label(self, row) -> str:
        other = getattr(row, f"label_{self.lang}")
        return row.label_fr if pd.isna(other) else other
