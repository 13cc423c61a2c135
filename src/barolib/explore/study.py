"""An edition opened in a notebook: its tables, and what it answers, as table, sentence and chart.

What the methods show keeps to the disclosure rules (docs/explore.md); `tables` holds what a run
writes, respondents included, for those who work on the answers themselves.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from math import inf
from typing import Any

import pandas as pd

from barolib.compare import comparison, delta, deltathemes
from barolib.compare.comparison import Pair
from barolib.drawing import deltafigures, figures
from barolib.drawing.rendering import RenderedChart, use_fonts
from barolib.errors import Problem, StudyError
from barolib.explore import questions, selection, views
from barolib.explore.views import SORTS, STYLES, Question, View
from barolib.files.layout import Layout
from barolib.i18n.wording import Language
from barolib.reconstruction import claim_check, edition_tables, printed_rows
from barolib.statistics import reliability, sensitivity, subgroups
from barolib.statistics.scoring import GENERAL
from barolib.survey import contracts, rawstore
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw
from barolib.survey.lookup import LazyTables, known_name

_DELTAS = ("delta_affirmations", "delta_cuts", "delta_themes", "printed_comparisons")
_CHARTS = {"status": "status_scores", "size_class": "size_scores", "group": "group_profiles"}


#: How many answers of an order are said.
_MANY = 10


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
        rows = self._rows([*question.labels], among)
        view = views.view_of_bars(self.raw, self.lang, question, rows, line)
        return self._kept(view, "distribution", question.subgroup)

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
        view = views.view_of_chart(means if by is None else rows, chart, self.lang, line)
        return self._kept(view, "scores")

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
        view = views.view_of_chart(rows, chart, self.lang, line)
        asked_of = "themes" if theme is None else "delta"
        return self._kept(view, asked_of, self._labels.get(theme or "", ""), pair.before.raw)

    def weakest(self, count: int = _MANY, **among: Any) -> View:
        """The affirmations that are least at implementation, the weakest first.

        Parameters
        ----------
        count : int, optional
            How many.
        **among : str or int
            As for `distribution`. Where no affirmation of the subgroup may be shown, its themes.

        Returns
        -------
        View
            As of `distribution`.

        Raises
        ------
        StudyError
            For an unknown name, and for two of `among`.

        Examples
        --------
        >>> import barolib
        >>> barolib.open("2021").weakest(3).table["subject"].nunique()
        3
        """
        name = self._question((), among).subgroup
        for table, key in (
            (self.raw.questionnaire, "affirmation_id"),
            (self.raw.themes, "theme_id"),
        ):
            rows = self._rows(table[key].tolist(), among)
            cut = 2 if among else self.raw.edition.implementation_from
            if found := questions.weakest(rows, cut, count):
                break
        said = [] if key == "affirmation_id" else [Language(self.lang).term("themes_alone")]
        view = self.distribution(*found, **among)
        line = self.line("weakest", **_counted(count), **among)
        view = replace(view, sentences=[*said, *view.sentences], line=line)
        return self._kept(view, "weakest", name)

    def search(self, word: str, **among: Any) -> View:
        """The affirmations of all themes whose wording holds a word.

        Parameters
        ----------
        word : str
            A word or a part of one, whatever its accents and capitals.
        **among : str or int
            As for `distribution`.

        Returns
        -------
        View
            As of `distribution`.

        Raises
        ------
        StudyError
            Where no affirmation has it.

        Examples
        --------
        >>> import barolib
        >>> barolib.open("2021").search("strategie").table["subject"].nunique() > 1
        True
        """
        labels = Language(self.lang).labels(self.raw.questionnaire, "affirmation_id")
        found = questions.containing(labels, word) if word.strip() else []
        if not found:
            fix = "try the first letters of the word, or another one"
            raise StudyError(Problem("questionnaire.csv", "no affirmation has it", fix, value=word))
        view = self.distribution(*found, **among)
        return self._kept(replace(view, line=self.line("search", word, **among)), "search", word)

    def apart(self, **among: Any) -> View:
        """What sets a subgroup apart: its mean levels less those of the others, theme by theme.

        Parameters
        ----------
        **among : str or int
            As for `distribution`; by default the leaders.

        Returns
        -------
        View
            Its table has a row a theme: mean, others, gap (levels, to one decimal) and base, from
            means that are published.

        Raises
        ------
        StudyError
            For an unknown name, and for two of `among`.

        Examples
        --------
        >>> import barolib
        >>> barolib.open("2021").apart(status="metropole").table.columns.tolist()
        ['theme_id', 'mean', 'others', 'gap', 'base']
        """
        line, among = self.line("apart", **among), among or {"group": "leaders"}
        name = self._question((), among).subgroup
        ((dimension, subgroup),) = among.items()
        rows = questions.apart(self.tables["subgroup_scores"], dimension, str(subgroup))
        rows = rows[rows["theme_id"].isin(self._ranked)].reset_index(drop=True)
        said = self._said("apart", rows.assign(among=name))
        if dimension == "group" and said:
            said.insert(0, Language(self.lang).term("groups_by_score"))
        return self._kept(View(rows, said, None, line), "apart", name)

    def together(self, count: int = _MANY) -> View:
        """Which themes go together: who is ahead in the one is ahead in the other.

        Parameters
        ----------
        count : int, optional
            How many pairs are said; the table has all.

        Returns
        -------
        View
            Its table has a row a pair of themes: Spearman's correlation of the respondents' scores,
            to one decimal, over the whole panel, and its base, of ten respondents at least.

        Examples
        --------
        >>> import barolib
        >>> table = barolib.open("2021").together().table
        >>> len(table), table["correlation"].is_monotonic_decreasing
        (45, True)
        """
        scores = self.tables["scores"]
        rows = questions.together(scores[scores["theme_id"].isin(self._ranked)])
        line = self.line("together", **_counted(count))
        view = View(rows, self._said("together", rows.head(count)), None, line)
        return self._kept(view, "together")

    def moved(self, earlier: str | None = None, count: int = _MANY, **among: Any) -> View:
        """Where most changed since an earlier edition, among all or in a subgroup.

        Parameters
        ----------
        earlier : str, optional
            The id of the edition compared with; by default the one before.
        count : int, optional
            How many affirmations are said; the table has all.
        **among : str or int
            As for `distribution`; statuses and size classes are named alike in both editions.

        Returns
        -------
        View
            Its table has a row an identical affirmation, by the size of delta_pp (points): of all,
            delta_affirmations with its verdicts; of a subgroup, the percents that both editions
            show of it, without a test.

        Raises
        ------
        StudyError
            Where nothing can be compared, and for an unknown name.

        Examples
        --------
        >>> import barolib
        >>> barolib.open("2021", lang="en").moved(count=1).sentence.startswith("“")
        True
        """
        name = self._question((), among).subgroup
        pair, rows, _ = self._compared(earlier)
        if among:
            before = Study(self.layout, pair.before.raw.edition.id, self.lang)
            now, then = (study._rows([*study._labels], among) for study in (self, before))
            rows = questions.moved(now, then, pair.links)
            signs = [f"{points:+d}".replace("-", "−") for points in rows["delta_pp"]]
            told = rows.assign(among=name, points=signs).head(count)
            said = self._said("moved_among", told, *pair.editions)
            said.insert(0, Language(self.lang).term("not_tested" if said else "not_moved"))
        else:
            rows = rows.sort_values("delta_pp", key=abs, ascending=False, ignore_index=True)
            language = Language(self.lang)
            words = [language.term("verdicts")[verdict] for verdict in rows["verdict"]]
            points = rows["delta_pp"].map(language.points)
            bases = rows["basis"].map(language.term("bases"))
            told = rows.assign(points=points, word=words, rests=bases).head(count)
            said = self._said("moved", told)
        line = self.line("moved", *([earlier] if earlier else []), **_counted(count), **among)
        return self._kept(View(rows, said, None, line), "moved", name, pair.before.raw)

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

    def __getitem__(self, subject: str) -> View:
        """The distribution of a theme or affirmation, whose id Tab completes: study["T04-01"]."""
        return self.distribution(subject)

    def _ipython_key_completions_(self) -> list[str]:
        return [*self._labels]

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

    def _question(self, subjects: Sequence[str], among: Mapping) -> Question:
        """The question of these subjects as it is usually drawn; every name in it known."""
        options = {"cut": None, "sort": SORTS[0], "style": STYLES[0], "lang": self.lang}
        return selection.question(self.raw, self._labels, subjects, options, among)

    def _rows(self, subjects: list[str], among: Mapping[str, str | int]) -> pd.DataFrame:
        """The rows of these subjects, over the whole panel or in a subgroup."""
        if not among:
            return selection.of_panel(self._edition_tables, subjects, self.lang)
        ((dimension, subgroup),) = among.items()
        rows = self._breakdowns
        rows = rows[(rows["dimension"] == dimension) & (rows["subgroup"] == str(subgroup))]
        return rows[rows["subject"].isin(subjects)]

    def _said(self, key: str, rows: pd.DataFrame, *editions: Edition) -> list[str]:
        """A sentence a row; that it rests on simulated answers, where one of the editions does."""
        language = Language(self.lang)
        notes = [
            language.source_note("", "answers", each) for each in editions or [self.raw.edition]
        ]
        rows = rows.assign(note=max(notes))
        return questions.sentences(key, rows, self._labels, language)

    def _kept(self, view: View, question: str, what: str = "", before: Raw | None = None) -> View:
        """The answer with what makes it stand alone: title, edition and source, and labels."""
        language = Language(self.lang)
        titles = [raw.edition.title.of(self.lang) for raw in (before, self.raw) if raw]
        title = " · ".join(filter(None, [language.term("explorer")[question], what]))
        origins = view.table.get("origin", pd.Series(["answers"]))
        notes = [
            language.source_note("", origin, raw.edition)
            for raw in (self.raw, before)
            for origin in origins.unique()
            if raw
        ]
        source = language.say("kept_source", titles=", ".join(titles), note=max(notes, default=""))
        names: dict[str, str] = {}
        for dimension in subgroups.DIMENSIONS:
            names |= language.subgroup_labels(self.raw.edition, dimension)
        said = view.sentences or [language.term("nothing")]
        labels = {GENERAL: language.term("general"), **names, **self._labels}
        view = replace(view, sentences=said, title=title, source=source, labels=labels)
        return replace(view, fonts=self.layout.fonts)

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
    def _ranked(self) -> list[str]:
        """The themes without the transverse ones."""
        themes = self.raw.themes
        return themes.loc[themes["kind"] == "theme", "theme_id"].tolist()

    @cached_property
    def _subgroups(self) -> subgroups.Subgroups:
        raw, scores = self.raw, self._edition_tables.scores
        return subgroups.Subgroups(scores, raw.answers, self._memberships, raw.members, raw.edition)

    @cached_property
    def _breakdowns(self) -> pd.DataFrame:
        """The two stages of every theme and affirmation, by subgroup; made once."""
        return selection.of_subgroups(self._subgroups.all_stages, self.raw, self.lang)


def _counted(count: int) -> dict[str, int]:
    """The count as a line of Python gives it, where it is not the usual one."""
    return {"count": count} if count != _MANY else {}
