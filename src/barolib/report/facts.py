"""What the report's sources may speak of: every figure by name, from the processed tables."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from barolib.errors import nearest
from barolib.files import manifest
from barolib.files.layout import Layout
from barolib.printed.edition_tables import EditionTables
from barolib.report import distributions, downloads, ends
from barolib.report.breakdowns import Breakdowns
from barolib.report.evolution import Evolution
from barolib.report.proofs import Proofs
from barolib.report.subjects import Change, Row, Score, Theme
from barolib.statistics import groups, subgroups
from barolib.survey import claims, rounding, stages, tables
from barolib.survey.edition import read_edition
from barolib.survey.intake import Raw
from barolib.words import wording


class Facts:
    """The facts of an edition in one language, for the templates of the report."""

    def __init__(self, layout: Layout, raw: Raw, lang: str) -> None:
        self.raw, self.lang, self.edition, self._layout = raw, lang, raw.edition, layout
        folder = layout.processed(raw.edition.id)
        self._tables = tables.written(folder)
        self._offered = folder / downloads.FOLDER
        self.manifest, self.proofs = manifest.read(folder), Proofs(raw, self._tables)
        against = self.manifest["parameters"].get("against")
        beside = folder.with_name(f"{raw.edition.id}_vs_{against}")
        self.evolution = Evolution(beside) if against else None

    @property
    def synthetic(self) -> bool:
        """Whether the answers are simulated."""
        return self.edition.provenance.answers == "synthetic"

    @property
    def answered(self) -> bool:
        """Whether there are answers by respondent, simulated or not."""
        return len(self.raw.answers) > 0

    @property
    def implementation(self) -> str:
        """The levels at implementation, as texts name them: "4-6", or "6" alone."""
        levels = self.edition.implementation
        return f"{levels[0]}-{levels[-1]}" if levels[1:] else f"{levels[0]}"

    @cached_property
    def judged(self) -> dict[str, EditionTables]:
        """The tables that the report's own sentences are judged by, by edition."""
        made = (self._tables[name] for name in EditionTables.processed())
        return {self.edition.id: EditionTables(self.raw, *made)}

    @cached_property
    def scores(self) -> dict[str, Score]:
        """The score of each theme, and `general`, by its id."""
        table = self._tables["theme_scores"][list(Score._fields)]
        plain = table.astype(object).where(table.notna(), None)
        return {row["theme_id"]: Score(**row) for row in plain.to_dict("records")}

    @cached_property
    def groups(self) -> dict[str, int | None]:
        """How many respondents each group and profile has; None where too few would be told of."""
        return groups.sizes(self._tables["groups"], self.edition.disclosure_minimum)

    @cached_property
    def breakdowns(self) -> Breakdowns:
        """Results by status, size class and group, as they may be shown."""
        return Breakdowns(self.raw, self._tables, self.lang)

    @cached_property
    def offered(self) -> list[str]:
        """The tables that can be downloaded, by name."""
        return [path.stem for path in sorted(self._offered.glob("*.csv"))]

    @cached_property
    def levels(self) -> list[tuple[int, str]]:
        """Each level with its label."""
        return list(zip(self.edition.levels, self.edition.level_labels(self.lang), strict=True))

    @cached_property
    def statuses(self) -> list[tuple[str, int]]:
        """Each status with how many of it took part, where that is known."""
        known = self._makeup("status")
        if not known and self.edition.panel:
            known = self.edition.panel.by_status
        return self._named("status", known)

    @property
    def sizes(self) -> list[tuple[str, int]]:
        """Each size class with how many of it took part, where that is known."""
        return self._named("size_class", self._makeup("size_class"))

    def _makeup(self, dimension: str) -> dict[str, int]:
        counts = subgroups.makeup(self.raw)
        return {key: int(count) for (kind, key), count in counts.items() if kind == dimension}

    def _named(self, dimension: str, known: dict[str, int]) -> list[tuple[str, int]]:
        names = wording.subgroup_labels(self.edition, dimension, self.lang)
        return [(label, known[key]) for key, label in names.items() if key in known]

    @cached_property
    def themes(self) -> list[Theme]:
        """Every theme, transverse ones last; each kind is numbered by position."""
        ordered = self.raw.themes.sort_values(["kind", "position"], kind="stable")
        numbers = ordered.groupby("kind").cumcount() + 1
        rows = zip(ordered.itertuples(), numbers, strict=True)
        return [self._theme(row, number) for row, number in rows]

    @cached_property
    def chapters(self) -> list[Theme]:
        """The themes that have a distribution for each of their affirmations."""
        return [theme for theme in self.themes if theme.pooled and theme.kind == "theme"]

    @cached_property
    def across(self) -> list[Theme]:
        """The transverse themes that have a distribution for each of their affirmations."""
        return [theme for theme in self.themes if theme.pooled and theme.kind != "theme"]

    @cached_property
    def silent(self) -> list[Theme]:
        """The themes without a chapter."""
        return [t for t in self.themes if t.kind == "theme" and t not in self.chapters]

    @cached_property
    def ranked(self) -> list[Theme]:
        """The themes that have a chapter and a score, the most mature first."""
        scored = [theme for theme in self.chapters if theme.score]
        return sorted(scored, key=lambda theme: -theme.score.mean)

    @property
    def first(self) -> list[Theme]:
        """The most mature themes, as far as they stand apart from the last (`ends.of`)."""
        return self._ends[0]

    @property
    def last(self) -> list[Theme]:
        """The least mature themes, the least first, as far as they stand apart from the first."""
        return self._ends[1]

    @cached_property
    def _ends(self) -> tuple[list[Theme], list[Theme]]:
        return ends.of(self.ranked)

    @property
    def rank_intervals(self) -> bool:
        """Whether every ranked theme has an interval of its rank."""
        return all(theme.score.rank_low is not None for theme in self.ranked)

    @cached_property
    def alts(self) -> dict[str, str]:
        """The alternative text of each figure."""
        return self._figures.set_index("figure")["alt"].to_dict()

    @cached_property
    def kinds(self) -> dict[str, str]:
        """What each figure shows: the column kind of its table."""
        return self._figures.set_index("figure")["kind"].to_dict()

    def charts(self, kind: str, subject: str = "") -> list[str]:
        """The figures of a kind, of a theme or of the whole edition: one, its parts, or none."""
        own = self._figures[self._figures["kind"] == kind]
        return own.loc[own["subject"] == (subject or self.edition.id), "figure"].tolist()

    @cached_property
    def _figures(self) -> pd.DataFrame:
        held = [self._tables, *([self.evolution.tables] if self.evolution else [])]
        drawn = [each[name] for each in held for name in each if name.endswith("_figures")]
        drawn = pd.concat(drawn)
        return drawn[drawn["lang"] == self.lang]

    @cached_property
    def reworded(self) -> list[tuple[str, str]]:
        """The stages that both scales declare alike and word otherwise: how now, and how before."""
        before = read_edition(self._layout.raw(self.evolution.previous) / "edition.yml")
        found = []
        for pair in stages.reworded(self.edition, before):
            now, then = (level.label.of(self.lang) for level in pair)
            found.append((now, then) if now != then else tuple(level.label.fr for level in pair))
        return found

    @cached_property
    def nearly(self) -> bool:
        """Whether a percent is written as "<1" or ">99"."""
        shown = {text for row in self.rows.values() for text in [*row.shown, row.digits]}
        return not shown.isdisjoint(["<1", ">99"])

    @property
    def widest_sum(self) -> int:
        """How many points a sum of rounded percents may miss a hundred by, at most."""
        return rounding.widest_sum(len(self.edition.levels), self.edition.rounding)

    @property
    def widest_part(self) -> int:
        """How many points implementation may differ by from the sum of its percents, at most."""
        return rounding.widest_part(len(self.edition.implementation), self.edition.rounding)

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Each distribution by the id of its affirmation or theme."""
        return distributions.rows(self.raw, self._tables, self.labels, self.lang)

    @cached_property
    def labels(self) -> dict[str, str]:
        """The label of each affirmation and theme."""
        questions = wording.labels(self.raw.questionnaire, "affirmation_id", self.lang)
        return questions | wording.labels(self.raw.themes, "theme_id", self.lang)

    def row(self, subject: str) -> Row:
        """The distribution of an affirmation or theme; raises LookupError for an unknown one."""
        if subject not in self.rows:
            raise LookupError(f"no distribution of {subject!r}: {nearest(subject, self.rows)}")
        return self.rows[subject]

    def counted(self, subject: str, levels: str) -> tuple[int, int]:
        """The answers at levels such as "4-6", and the base that they are of."""
        row, chosen = self.row(subject), claims.levels_of(levels)
        if row.withheld:
            raise LookupError(f"too few answered {subject} for its figures to be published")
        if not chosen or not set(chosen) <= set(self.edition.levels):
            raise LookupError(f"no levels {levels!r} on a scale of {len(self.edition.levels)}")
        return sum(row.counts[level - 1] for level in chosen), row.base

    def percent(self, subject: str, levels: str) -> int:
        """The percent of the base at levels such as "4-6", rounded from its counts."""
        n, base = self.counted(subject, levels)
        if not base:
            raise LookupError(f"nobody answered {subject}")
        return self._rounded(n, base)

    def score(self, subject: str) -> Score:
        """The score of a theme, or `general`; raises LookupError for an unknown one."""
        if subject not in self.scores:
            raise LookupError(f"no score of {subject!r}: {nearest(subject, self.scores)}")
        return self.scores[subject]

    def change(self, subject: str) -> Change:
        """The change since the edition before; raises LookupError where none is known."""
        if self.evolution is None:
            raise LookupError(f"no change of {subject!r}: no earlier edition is compared with")
        return self.evolution.change(subject)

    def base(self, subject: str) -> str:
        """The base of a figure, as it stands beside it: "n = 32"."""
        row = self.row(subject)
        return wording.note_base(row.base, None, [], None, self.lang)

    def _rounded(self, n: int, base: int) -> int:
        return int(rounding.percent(n, base, self.edition.rounding))

    def _theme(self, row, number: int) -> Theme:
        members = self.raw.members[row.theme_id]
        return Theme(
            id=row.theme_id,
            number=int(number),
            label=self.labels[row.theme_id],
            kind=row.kind,
            asked=len(members),
            pooled=self.rows.get(row.theme_id),
            affirmations=[self.rows[each] for each in members if each in self.rows],
            score=self.scores.get(row.theme_id),
        )
