"""An edition opened in a notebook: its tables, and what it answers, as table, sentence and chart.

What the methods show keeps to the disclosure rules (docs/explore.md); `tables` holds what a run
writes, respondents included, for those who work on the answers themselves.
"""

from __future__ import annotations

import html
from functools import cached_property, partial
from math import inf
from typing import Any

import pandas as pd

from barolib.compare import comparison, delta, deltathemes
from barolib.compare.comparison import Pair
from barolib.drawing import deltafigures, figures
from barolib.drawing.rendering import RenderedChart, use_fonts
from barolib.errors import Problem, StudyError
from barolib.explore import selection, views
from barolib.explore.views import SORTS, STYLES, View
from barolib.files.layout import Layout
from barolib.i18n.wording import Language
from barolib.reconstruction import claim_check, edition_tables, printed_rows
from barolib.statistics import reliability, sensitivity, subgroups
from barolib.survey import contracts, rawstore
from barolib.survey.intake import Raw
from barolib.survey.lookup import LazyTables, known_name

_DELTAS = ("delta_affirmations", "delta_cuts", "delta_themes", "printed_comparisons")
_CHARTS = {"status": "status_scores", "size_class": "size_scores", "group": "group_profiles"}


class Study:
    """An edition in one language: `raw`, `tables`, and questions as methods.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    edition_id : str
        The id of the edition.
    lang : {"fr", "en"}
        The language of labels, sentences and charts.

    Raises
    ------
    StudyError
        For another language, and with every fault of the raw files.

    Examples
    --------
    >>> import barolib
    >>> barolib.open("2021")
    Study of 2021: 13 themes, 77 affirmations
    """

    def __init__(self, layout: Layout, edition_id: str, lang: str) -> None:
        self.layout = layout
        self.lang = known_name("lang", "language", lang, ("fr", "en"))
        self._pairs: dict[str | None, tuple[Pair, pd.DataFrame, pd.DataFrame]] = {}
        self.raw: Raw = rawstore.stored(layout, edition_id)
        use_fonts(layout.fonts)

    @cached_property
    def tables(self) -> LazyTables:
        """The tables that a run writes, by name (docs/data-dictionary.md); made from raw files.

        Examples
        --------
        >>> import barolib
        >>> barolib.open("2021").tables["theme_distributions"]["theme_id"].unique().tolist()[:1]
        ['T04']
        """
        raw, tables = self.raw, self._edition_tables
        makers = {
            "answers": lambda: raw.answers,
            "cleaning_log": lambda: raw.log,
            "printed": lambda: printed_rows.corrected(raw),
            "reconstructions": lambda: tables.reconstructions,
            "subgroup_scores": lambda: self._subgroups.means,
            "subgroup_stages": lambda: self._subgroups.stages,
            "rank_choices": lambda: self._rankings,
            "reliability": lambda: reliability.by_theme(raw.answers, raw.members, raw.edition),
            "claims": lambda: self._claims,
        }
        makers |= {name: partial(getattr, tables, name) for name in tables.processed()}
        return LazyTables(makers)

    def affirmations(self, theme: str) -> list[str]:
        """The affirmations of a theme, or those that a transverse theme tags.

        Parameters
        ----------
        theme : str
            A theme_id.

        Returns
        -------
        list of str
            Their ids, in the order of the questionnaire.

        Raises
        ------
        StudyError
            For an unknown theme, with the nearest.

        Examples
        --------
        >>> import barolib
        >>> barolib.open("2021").affirmations("T04")[:2]
        ['T04-01', 'T04-02']
        """
        members = self.raw.members
        return members[known_name("themes.csv", "theme", theme, members)]

    def distribution(
        self,
        *subjects: str,
        cut: int | None = None,
        sort: str = SORTS[0],
        style: str = STYLES[0],
        **among: str | int,
    ) -> View:
        """How answers to affirmations or themes spread over the levels.

        Parameters
        ----------
        *subjects : str
            Ids of affirmations or themes; by default all themes.
        cut : int, optional
            The level from which the percent beside each bar counts; by default implementation.
        sort : {"questionnaire", "percent"}, optional
            The order of the bars; percent has the largest first.
        style : {"stacked", "diverging"}, optional
            Diverging bars meet at `cut`.
        **among : str or int
            One of status, size_class (its lower bound, in inhabitants) and group. Levels are then
            pooled to the two stages, and what could tell a respondent is withheld.

        Returns
        -------
        View
            Its table has a row a subject and level (with `among`, 1 and 2: before and at
            implementation): n, base, share (0–1), percent.

        Raises
        ------
        StudyError
            For an unknown name, for two of `among`, and for a `cut` with `among`.

        Examples
        --------
        >>> import barolib
        >>> view = barolib.open("2021", lang="en").distribution("T04-01")
        >>> view.table["n"].tolist()
        [3, 8, 7, 11, 1, 2]
        """
        chosen = {"cut": cut, "sort": sort, "style": style}
        options = chosen | {"lang": self.lang}
        question = selection.question(self.raw, self._labels, subjects, options, among)
        defaults = {"cut": None, "sort": SORTS[0], "style": STYLES[0]}
        changed = {key: value for key, value in chosen.items() if value != defaults[key]}
        line = self.line("distribution", *subjects, **changed, **among)
        if among:
            ((dimension, subgroup),) = among.items()
            rows = self._breakdowns
            rows = rows[(rows["dimension"] == dimension) & (rows["subgroup"] == str(subgroup))]
            rows = rows[rows["subject"].isin(question.labels)]
        else:
            names = list(question.labels)
            rows = selection.of_panel(self._edition_tables, names, self.lang)
        return views.view_of_bars(self.raw, self.lang, question, rows, line)

    def chart(self, *subjects: str, **options: Any) -> RenderedChart | None:
        """The chart of `distribution`.

        Parameters
        ----------
        *subjects : str
            As for `distribution`.
        **options : Any
            As for `distribution`.

        Returns
        -------
        RenderedChart or None
            None where there is nothing to show.

        Examples
        --------
        >>> import barolib
        >>> barolib.open("2021", lang="en").chart("T04-01").name
        '2021-T04-01-4'
        """
        return self.distribution(*subjects, **options).chart

    def sentence(self, *subjects: str, **options: Any) -> str:
        r"""What may be said of `distribution`, a sentence a line, each with its base.

        Parameters
        ----------
        *subjects : str
            As for `distribution`.
        **options : Any
            As for `distribution`.

        Returns
        -------
        str
            The sentences.

        Examples
        --------
        >>> import barolib
        >>> said = barolib.open("2021", lang="en").sentence("T04-01")
        >>> said.rpartition(": ")[2].replace("\u00a0", " ")
        '44% at implementation (n = 32 of 34).'
        """
        return self.distribution(*subjects, **options).sentence

    def scores(self, by: str | None = None) -> View:
        """The mean level of each theme, and of its subgroups.

        Parameters
        ----------
        by : {"status", "size_class", "group"}, optional
            The breakdown; by default none.

        Returns
        -------
        View
            Its table is theme_scores (means in levels), or the rows of subgroup_scores. From
            printed tables alone there are neither intervals nor subgroups.

        Raises
        ------
        StudyError
            For an unknown breakdown.

        Examples
        --------
        >>> import barolib
        >>> "T04" in barolib.open("2021").scores().table["theme_id"].tolist()
        True
        """
        means = contracts.published("theme_scores", self.tables["theme_scores"])
        crossed = self.tables["subgroup_scores"]
        if by is not None:
            known_name("scores", "breakdown", by, subgroups.DIMENSIONS)
        rows = crossed[crossed["dimension"] == by]
        tables = {"theme_scores": means, "subgroup_scores": rows}
        tables["subgroup_stages"] = contracts.empty("subgroup_stages", self.raw.edition)
        charts = figures.draw_scores(self.raw, tables, [self.lang], inf) if len(means) else []
        name = "theme_means" if by is None else _CHARTS[by]
        chart = {chart.name: chart for chart in charts}.get(name)
        line = self.line("scores", **({"by": by} if by else {}))
        return views.view_of_chart(means if by is None else rows, chart, self.lang, line)

    def compare(self, earlier: str | None = None, theme: str | None = None) -> View:
        """What changed since an earlier edition, by theme or within a theme.

        Parameters
        ----------
        earlier : str, optional
            The id of the edition compared with; by default the one before.
        theme : str, optional
            A theme_id; by default all themes.

        Returns
        -------
        View
            Its table is delta_themes, or the theme's rows of delta_affirmations (points): identical
            affirmations alone, verdicts adjusted over all of them.

        Raises
        ------
        StudyError
            Where nothing can be compared, and for an unknown theme.

        Examples
        --------
        >>> import barolib
        >>> barolib.open("2021").compare("2018").line
        "barolib.open('2021').compare('2018')"
        """
        pair, affirmations, themes = self._compared(earlier)
        tables = {name: contracts.empty(name, self.raw.edition) for name in _DELTAS}
        if theme is None:
            name, chart_name, rows = "delta_themes", "delta_themes", themes
        else:
            members = affirmations["affirmation_id"].isin(self.affirmations(theme))
            name, chart_name, rows = "delta_affirmations", f"delta-{theme}", affirmations[members]
        tables[name] = rows
        charts = deltafigures.draw_delta(self.raw, pair.before.raw, tables, [self.lang], inf)
        chart = {chart.name: chart for chart in charts}.get(chart_name)
        asked = {"theme": theme} if theme is not None else {}
        line = self.line("compare", *([earlier] if earlier else []), **asked)
        return views.view_of_chart(rows, chart, self.lang, line)

    def line(self, method: str, *subjects: str, **options: object) -> str:
        """The line of Python that asks the same.

        Parameters
        ----------
        method : str
            A method of the study.
        *subjects : str
            Its arguments.
        **options : object
            Its options.

        Returns
        -------
        str
            The line.

        Examples
        --------
        >>> import barolib
        >>> barolib.open("2021").line("distribution", "T04", sort="percent")
        "barolib.open('2021').distribution('T04', sort='percent')"
        """
        arguments = [repr(subject) for subject in subjects] + [
            f"{key}={value!r}" for key, value in options.items()
        ]
        lang = "" if self.lang == "fr" else f", lang={self.lang!r}"
        return f"barolib.open({self.raw.edition.id!r}{lang}).{method}({', '.join(arguments)})"

    def __repr__(self) -> str:
        asked = f"{len(self.raw.themes)} themes, {len(self.raw.questionnaire)} affirmations"
        return f"Study of {self.raw.edition.id}: {asked}"

    def _repr_html_(self) -> str:
        themes = Language(self.lang).labels(self.raw.themes, "theme_id").items()
        rows = "".join(
            f"<tr><td>{theme}</td><td>{html.escape(label)}</td><td>{len(self.affirmations(theme))}"
            for theme, label in themes
        )
        title = html.escape(self.raw.edition.title.of(self.lang))
        return f"<p><b>{title}</b><br>{html.escape(repr(self.tables))}</p><table>{rows}</table>"

    def _compared(self, earlier: str | None) -> tuple[Pair, pd.DataFrame, pd.DataFrame]:
        """The pair with an earlier edition, delta_affirmations and delta_themes; made once."""
        if earlier not in self._pairs:
            raws = comparison.raws(self.layout, self.raw.edition.id, earlier)
            if not raws:
                fix = "put the folder of an earlier edition into data/raw"
                raise StudyError(Problem("data/raw", "there is nothing to compare with", fix))
            pair = comparison.of_raws(raws)
            table = delta.affirmations(pair)
            themes = deltathemes.themes(pair, table)[0]
            self._pairs[earlier] = pair, table, contracts.published("delta_themes", themes)
        return self._pairs[earlier]

    @cached_property
    def _edition_tables(self) -> edition_tables.EditionTables:
        return edition_tables.build_tables(self.raw)

    @cached_property
    def _claims(self) -> pd.DataFrame:
        edition = self.raw.edition.id
        tables = edition_tables.previous_tables(self.layout, edition) | {
            edition: self._edition_tables
        }
        return claim_check.check_claims(self.raw.claims, tables)

    @cached_property
    def _memberships(self) -> pd.DataFrame:
        raw = self.raw
        return subgroups.memberships(raw.participants, self._edition_tables.groups, raw.edition)

    @cached_property
    def _rankings(self) -> pd.DataFrame:
        raw = self.raw
        return sensitivity.rankings(raw.answers, raw.themes, raw.members, raw.edition)

    @cached_property
    def _labels(self) -> dict[str, str]:
        language = Language(self.lang)
        themes = language.labels(self.raw.themes, "theme_id")
        return themes | language.labels(self.raw.questionnaire, "affirmation_id")

    @cached_property
    def _subgroups(self) -> subgroups.Subgroups:
        raw, scores = self.raw, self._edition_tables.scores
        return subgroups.Subgroups(scores, raw.answers, self._memberships, raw.members, raw.edition)

    @cached_property
    def _breakdowns(self) -> pd.DataFrame:
        """The two stages of every theme and affirmation, by subgroup; made once."""
        return selection.of_subgroups(self._subgroups.all_stages, self.raw, self.lang)
