"""What the report's sources may speak of: every figure by name, from the processed tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import pandas as pd

from barolib.files import manifest
from barolib.files.layout import Layout
from barolib.i18n.wording import Language
from barolib.reconstruction.edition_tables import EditionTables
from barolib.report import distributions, downloads
from barolib.report.audit_trail import AuditTrail
from barolib.report.breakdowns import Breakdowns
from barolib.report.evolution import Evolution
from barolib.report.records import Row, lookup, records
from barolib.report.themes import Theme, extremes
from barolib.statistics import bootstrap, groups, proportions, subgroups
from barolib.survey import claims, rawstore, rounding, stages, tables
from barolib.survey.intake import Raw


class Facts:
    """The facts of an edition in one language, for the templates of the report.

    Parameters
    ----------
    layout : Layout
        The folders of the study, whose processed tables are read.
    raw : Raw
        The raw tables of the edition.
    lang : {"fr", "en"}
        The language of the labels.

    References
    ----------
    docs/report.md, "Facts".

    Examples
    --------
    >>> import barolib
    >>> facts = Facts(Layout.find(), barolib.open("2021").raw, "en")
    >>> facts.percent("T04-01", "4-6")
    44
    """

    def __init__(self, layout: Layout, raw: Raw, lang: str) -> None:
        self.raw, self.lang, self.edition, self._layout = raw, lang, raw.edition, layout
        self.language = Language(lang)
        folder = layout.processed(raw.edition.id)
        self._tables, self._offered = tables.written(folder), folder / downloads.FOLDER
        self.manifest = manifest.read(folder)
        self.audit_trail = AuditTrail(raw, self._tables)
        against = self.manifest["parameters"].get("against")
        beside = layout.comparison(raw.edition.id, against) if against else None
        self.evolution = Evolution(beside) if beside else None

    @property
    def synthetic(self) -> bool:
        """Whether the answers are simulated."""
        return self.edition.provenance.answers == "synthetic"

    @property
    def only_simulated(self) -> bool:
        """Whether all figures are simulated: nothing is printed of the edition, nor collected."""
        return self.synthetic and self.raw.printed.empty and self.raw.claims.empty

    @property
    def answered(self) -> bool:
        """Whether there are answers by respondent, simulated or not."""
        return len(self.raw.answers) > 0

    @property
    def implementation(self) -> str:
        """The levels at implementation, as texts name them: "4-6", or "6" alone."""
        levels = self.edition.implementation
        return _named(levels)

    @property
    def preparation(self) -> str:
        """The levels between the lowest and implementation, "2-3"; "" where there are none."""
        return _named(self.edition.levels[1 : -len(self.edition.implementation)])

    @cached_property
    def judged(self) -> dict[str, EditionTables]:
        """The tables that the report's own sentences are judged by, by edition."""
        processed = (self._tables[name] for name in EditionTables.processed())
        return {self.edition.id: EditionTables(self.raw, *processed)}

    @cached_property
    def scores(self) -> dict[str, Row]:
        """The row of theme_scores of each theme, and `general`, by its id.

        `ranks` is added to its columns: the rank with its interval, "2 (1–4)"; a dash without one.
        """
        scores = records(self._tables["theme_scores"])
        ranks = [
            "–" if score.rank is None
            else f"{score.rank}" if score.rank_low is None
            else f"{score.rank} ({score.rank_low}–{score.rank_high})"
            for score in scores
        ]  # fmt: skip
        table = self._tables["theme_scores"].assign(ranks=ranks)
        return {score.theme_id: score for score in records(table)}

    @cached_property
    def groups(self) -> dict[str, int | None]:
        """How many respondents each group and profile has; None where too few would be shown."""
        return groups.sizes(self._tables["groups"], self.edition.disclosure_minimum)

    @property
    def stable_respondents(self) -> int:
        """How many an edition takes for a share of a half that did not move to be called stable."""
        return proportions.respondents_for_stable(self.edition.equivalence_pp)

    @property
    def reliability(self) -> list[Row]:
        """Whether each theme measures one thing: the rows of the table reliability."""
        return records(self._tables["reliability"])

    @cached_property
    def breakdowns(self) -> Breakdowns:
        """Results by status, size class and group, as they may be shown."""
        return Breakdowns(self.raw, self._tables, self.language)

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
        panel = self.edition.panel
        return self._composition("status", panel.by_status if panel else {})

    @property
    def sizes(self) -> list[tuple[str, int]]:
        """Each size class with how many of it took part, where that is known."""
        return self._composition("size_class", {})

    def _composition(self, dimension: str, stated: Mapping[str, int]) -> list[tuple[str, int]]:
        """How many took part by subgroup: as counted, else as stated in edition.yml."""
        counts = subgroups.panel_composition(self.raw.participants, self.edition)
        counted = {key: int(count) for (kind, key), count in counts.items() if kind == dimension}
        known = counted or stated
        labels = self.language.subgroup_labels(self.edition, dimension)
        return [(label, known[key]) for key, label in labels.items() if key in known]

    @cached_property
    def themes(self) -> list[Theme]:
        """Every theme, transverse ones last; each kind is numbered by position."""
        ordered = self.raw.themes.sort_values(["kind", "position"], kind="stable")
        numbers = ordered.groupby("kind").cumcount() + 1
        return [self._theme(row) for row in records(ordered.assign(number=numbers))]

    def _theme(self, row: Row) -> Theme:
        members = self.raw.members[row.theme_id]
        return Theme(
            id=row.theme_id,
            number=row.number,
            label=self.labels[row.theme_id],
            kind=row.kind,
            asked=len(members),
            pooled=self.rows.get(row.theme_id),
            affirmations=[self.rows[member] for member in members if member in self.rows],
            score=self.scores.get(row.theme_id),
        )

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
        return [theme for theme in self.themes if not theme.pooled and theme.kind == "theme"]

    @cached_property
    def established(self) -> list[Row]:
        """Affirmations with figures that are not simulated, the most implemented first."""
        rows = [row for theme in self.chapters for row in theme.known if not row.simulated]
        return sorted(rows, key=lambda row: (-row.share, -row.base))

    @cached_property
    def ranked(self) -> list[Theme]:
        """The themes that have a chapter and a score, the most mature first."""
        scored = [theme for theme in self.chapters if theme.score]
        return sorted(scored, key=lambda theme: -theme.score.mean)

    @property
    def first(self) -> list[Theme]:
        """The most mature themes, as far as they stand apart from the last (`extremes`)."""
        return extremes(self.ranked)[0]

    @property
    def last(self) -> list[Theme]:
        """The least mature themes, the least first, as far as they stand apart from the first."""
        return extremes(self.ranked)[1]

    @property
    def confidence(self) -> int:
        """The level of every interval, as a percent."""
        return round(100 * bootstrap.LEVEL)

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
        of_kind = self._figures[self._figures["kind"] == kind]
        return of_kind.loc[of_kind["subject"] == (subject or self.edition.id), "figure"].tolist()

    @cached_property
    def _figures(self) -> pd.DataFrame:
        folders = [self._tables, *([self.evolution.tables] if self.evolution else [])]
        figures = pd.concat(
            held[name] for held in folders for name in held if name.endswith("_figures")
        )
        return figures[figures["lang"] == self.lang]

    def published(self, *names: str) -> dict[str, pd.DataFrame]:
        """The tables of these names as they may be taken away; those without rows are left out."""
        held = [self._tables, *([self.evolution.tables] if self.evolution else [])]
        return downloads.publishable(
            {name: tables[name] for name in names for tables in held if name in tables}
        )

    @cached_property
    def earlier(self) -> Raw:
        """The raw tables of the edition that this one is compared with."""
        assert self.evolution is not None  # asked for where there is one alone
        return rawstore.stored(self._layout, self.evolution.previous)

    @cached_property
    def reworded(self) -> list[tuple[str, str]]:
        """The stages that both scales declare alike and word otherwise: how now, and how before."""
        before = self.earlier.edition
        labels = []
        for now, then in stages.reworded(self.edition, before):
            pair = now.label.of(self.lang), then.label.of(self.lang)
            labels.append(pair if pair[0] != pair[1] else (now.label.fr, then.label.fr))
        return labels

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
        return distributions.of_subjects(self.raw, self._tables, self.labels, self.language)

    @cached_property
    def labels(self) -> dict[str, str]:
        """The label of each affirmation and theme."""
        affirmations = self.language.labels(self.raw.questionnaire, "affirmation_id")
        return affirmations | self.language.labels(self.raw.themes, "theme_id")

    def row(self, subject: str) -> Row:
        """The distribution of an affirmation or theme; raises LookupError for an unknown one."""
        return lookup(self.rows, subject, "distribution")

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
        return int(rounding.percent(n, base, self.edition.rounding))

    def score(self, subject: str) -> Row:
        """The score of a theme, or `general`; raises LookupError for an unknown one."""
        return lookup(self.scores, subject, "score")

    def change(self, subject: str) -> Row:
        """The change since the edition before; raises LookupError where none is known."""
        if self.evolution is None:
            raise LookupError(f"no change of {subject!r}: no earlier edition is compared with")
        return self.evolution.change(subject)

    def base(self, subject: str) -> str:
        """The base of a figure, as it stands beside it: "n = 32"."""
        return self.language.base_note(self.row(subject).base)


def _named(levels: Sequence[int]) -> str:
    """Levels as texts name them: "4-6", or "6" alone."""
    return "-".join(map(str, dict.fromkeys([*levels[:1], *levels[-1:]])))
