"""What the report's sources may speak of: every figure by name, from the processed tables."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from barolib.errors import nearest
from barolib.files import manifest
from barolib.files.layout import Layout
from barolib.printed.recomputation import Tables
from barolib.report import downloads
from barolib.report.breakdowns import Breakdowns
from barolib.report.evolution import Evolution
from barolib.report.proofs import Proofs
from barolib.report.subjects import Change, Row, Score, Theme
from barolib.statistics import subgroups
from barolib.statistics.groups import GROUPS
from barolib.survey import claims, rounding, tables
from barolib.survey.intake import Raw
from barolib.words import wording


class Facts:
    """The facts of an edition in one language, for the templates of the report."""

    def __init__(self, layout: Layout, raw: Raw, lang: str) -> None:
        self.raw, self.lang, self.edition = raw, lang, raw.edition
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
        """The levels at implementation, as texts name them: "4-6"."""
        return f"{self.edition.implementation[0]}-{self.edition.implementation[-1]}"

    @cached_property
    def judged(self) -> dict[str, Tables]:
        """The tables that the report's own sentences are judged by, by edition."""
        made = (self._tables[name] for name in Tables.processed())
        return {self.edition.id: Tables(self.raw, *made)}

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
        """The themes that have a chapter, the most mature first."""
        return sorted(self.chapters, key=lambda theme: -theme.score.mean)

    @property
    def first(self) -> list[Theme]:
        """The most mature themes: three, or as many as leave as many last ones."""
        return self.ranked[: min(3, len(self.ranked) // 2)]

    @property
    def last(self) -> list[Theme]:
        """The least mature themes, the least first; as many as the first ones."""
        return self.ranked[::-1][: len(self.first)]

    @cached_property
    def alts(self) -> dict[str, str]:
        """The alternative text of each figure."""
        held = [self._tables, *([self.evolution.tables] if self.evolution else [])]
        drawn = pd.concat(
            [each[name] for each in held for name in each if name.endswith("_figures")]
        )
        return drawn[drawn["lang"] == self.lang].set_index("figure")["alt"].to_dict()

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Each distribution by the id of its affirmation or theme."""
        return {subject: self._row(subject, levels) for subject, levels in self._levels.items()}

    @cached_property
    def labels(self) -> dict[str, str]:
        """The label of each affirmation and theme."""
        questions = wording.labels(self.raw.questionnaire, "affirmation_id", self.lang)
        return questions | wording.labels(self.raw.themes, "theme_id", self.lang)

    @cached_property
    def _across(self) -> dict[str, list[str]]:
        """The affirmations of each transverse theme."""
        kinds = self.raw.themes.set_index("theme_id")["kind"]
        return {each: own for each, own in self._members.items() if kinds[each] != "theme"}

    @cached_property
    def _members(self) -> dict[str, list[str]]:
        return self.raw.members

    @cached_property
    def _levels(self) -> dict[str, dict[str, list]]:
        """Each distribution by the id of its subject: its columns, a value a level."""
        found: dict[str, dict[str, list]] = {}
        for name, key in {
            "distributions": "affirmation_id",
            "theme_distributions": "theme_id",
        }.items():
            columns = {column: values.tolist() for column, values in self._tables[name].items()}
            for at, subject in enumerate(columns[key]):
                own = found.setdefault(subject, {column: [] for column in columns})
                for column, values in columns.items():
                    own[column].append(values[at])
        return found

    @cached_property
    def _bases(self) -> dict[str, set[int]]:
        """The bases that each printed row may have."""
        found = self._tables["reconstructions"].groupby("affirmation_id")["base"]
        return {subject: set(bases.tolist()) for subject, bases in found}

    def row(self, subject: str) -> Row:
        """The distribution of an affirmation or theme; raises LookupError for an unknown one."""
        if subject not in self.rows:
            raise LookupError(f"no distribution of {subject!r}: {nearest(subject, self.rows)}")
        return self.rows[subject]

    def counted(self, subject: str, levels: str) -> tuple[int, int]:
        """The answers at levels such as "4-6", and the base that they are of."""
        row, chosen = self.row(subject), claims.levels_of(levels)
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
        members = self._members[row.theme_id]
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

    def _row(self, subject: str, levels: dict[str, list]) -> Row:
        counts, base, origin = levels["n"], levels["base"][0], levels["origin"][0]
        certainty = levels["certainty"][0] if "certainty" in levels else ""
        chosen = sum(counts[level - 1] for level in self.edition.implementation)
        return Row(
            id=subject,
            label=self.labels[subject],
            percents=levels["percent"],
            counts=counts,
            base=base,
            origin=origin,
            simulated=self.synthetic and origin == "answers",
            implementation=self._rounded(chosen, base) if base else None,
            certainty=certainty,
            other_bases=tuple(sorted(self._bases.get(subject, set()) - {base})),
            across=tuple(each for each, members in self._across.items() if subject in members),
        )
