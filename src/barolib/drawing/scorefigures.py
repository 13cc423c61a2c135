"""The figures of the scores: themes on the scale, and set against subgroups of respondents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd

from barolib.drawing import palette, scorecharts
from barolib.drawing.rendering import HIGHEST, Chart, RenderedChart
from barolib.drawing.themerows import Column, Scale
from barolib.i18n import numbers
from barolib.i18n.wording import Language
from barolib.statistics import bootstrap
from barolib.statistics.scoring import GENERAL
from barolib.survey.intake import Raw
from barolib.survey.rounding import of_share

_BY_SUBGROUP = {
    "group_profiles": ("subgroup_scores", "group", scorecharts.group_profiles),
    "status_scores": ("subgroup_scores", "status", scorecharts.score_grid),
    "size_scores": ("subgroup_scores", "size_class", scorecharts.score_grid),
    "status_stages": ("subgroup_stages", "status", scorecharts.stage_grid),
    "size_stages": ("subgroup_stages", "size_class", scorecharts.stage_grid),
}


def draw_scores(
    raw: Raw,
    tables: Mapping[str, pd.DataFrame],
    languages: Sequence[str],
    highest: float = HIGHEST,
) -> list[RenderedChart]:
    """The charts of the scores in each language; those of subgroups where there is one to show.

    Parameters
    ----------
    raw : Raw
        The raw tables of the edition.
    tables : mapping
        By name (docs/data-dictionary.md): theme_scores, subgroup_scores, subgroup_stages.
    languages : sequence of str
        Their codes.
    highest : float, optional
        In pixels; a higher chart comes in parts (rendering.part_names).

    Returns
    -------
    list of RenderedChart
        `theme_means` and, where two subgroups or more answered, `group_profiles`, `status_scores`,
        `size_scores`, `status_stages` and `size_stages`. Themes come by rank where they have one,
        else by position; then the general score, then transverse themes.

    Examples
    --------
    >>> import barolib
    >>> study = barolib.open("2021")
    >>> tables = {"theme_scores": study.tables["theme_scores"]}
    >>> none = study.tables["subgroup_scores"].head(0)
    >>> tables |= {"subgroup_scores": none, "subgroup_stages": none}
    >>> [chart.name for chart in draw_scores(study.raw, tables, ["en"])]
    ['theme_means']
    """
    rendered = []
    for language in map(Language, languages):
        themes = theme_rows(raw, tables["theme_scores"], language)
        charts = [_theme_means(raw, themes, language)] if len(themes) else []
        for kind, (table, dimension, _) in _BY_SUBGROUP.items():
            rows = tables[table][tables[table]["dimension"] == dimension]
            if rows["subgroup"].nunique() > 1 and not rows["withheld"].all():
                charts.append(_by_subgroup(raw, kind, rows, themes, language))
        rendered += [page for chart in charts for page in chart.render(language, highest)]
    return rendered


def theme_rows(raw: Raw, theme_scores: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The rows of theme_scores with what is written of each, in the order of the charts.

    Added: label, section, text (the mean), ranked, description.
    """
    labels = language.labels(raw.themes.sort_values("position"), "theme_id")
    labels[GENERAL] = language.term("general")
    sections = language.term("sections")
    table = theme_scores.assign(
        label=theme_scores["theme_id"].map(labels),
        section=theme_scores["kind"].map(sections),
        kind=theme_scores["kind"].map(list(sections).index),
        position=theme_scores["theme_id"].map(list(labels).index),
    )
    table = table.sort_values(["kind", "rank", "position"], ignore_index=True)
    texts, ranks, descriptions = [], [], []
    for row in table.itertuples():
        texts.append(language.decimal(row.mean))
        ranks.append(language.rank(row.rank, row.rank_low, row.rank_high))
        details = [language.interval(row.ci_low, row.ci_high), ranks[-1]]
        said = ", ".join(filter(None, details))
        descriptions.append(f"{texts[-1]} ({said})" if said else texts[-1])
    return table.assign(text=texts, ranked=ranks, description=descriptions)


def means_note(raw: Raw, themes: pd.DataFrame, language: Language) -> str:
    """What is said of the base of means: its range, the level of intervals, whether simulated."""
    if not themes["basis"].eq("respondents").any():
        return ""
    level = language.percent(round(100 * bootstrap.LEVEL))
    note = language.say("means", base=language.base(themes["base"]), level=level)
    return language.source_note(note, "answers", raw.edition)


def _scale(raw: Raw, language: Language) -> Scale:
    labels = raw.edition.level_labels(language.code)
    return Scale(labels, palette.colours(len(labels), raw.edition.implementation_from))


def _theme_means(raw: Raw, themes: pd.DataFrame, language: Language) -> Chart:
    scale, note = _scale(raw, language), means_note(raw, themes, language)
    draw = partial(scorecharts.theme_means, scale=scale, note=note)

    def describe(rows: pd.DataFrame) -> tuple[str, str]:
        shown = rows[rows["section"] == rows["section"].iloc[0]]  # not all statements together
        shown = shown.assign(value=shown["mean"], of=shown["label"])
        alt = language.alt_scores("theme_means", shown, scale.labels, note)
        return alt, language.scores_told("theme_means", rows, scale.labels, [note])

    return Chart("theme_means", "theme_means", raw.edition.id, themes, draw, describe)


def _by_subgroup(
    raw: Raw, kind: str, table: pd.DataFrame, themes: pd.DataFrame, language: Language
) -> Chart:
    """The chart that sets themes against the subgroups of a dimension, the rows of `table`."""
    _, dimension, draw = _BY_SUBGROUP[kind]
    columns = _columns(raw, dimension, table, language)
    cells = _cells(raw, table, themes, list(columns), language)
    heads, levels = list(columns.values()), _scale(raw, language)
    note = language.source_note(language.term("respondents"), "answers", raw.edition)
    minimum = raw.edition.disclosure_minimum
    gaps = (language.say("why_withheld", minimum=minimum), language.term("why_none"))
    cells["description"] = cells["column"].map(lambda at: heads[at].label) + " " + cells["text"]
    stages = Scale(language.term("stages"), palette.stages())
    scale = (stages if "share" in table else levels)._replace(gaps=gaps)
    draw = partial(draw, columns=heads, scale=scale, note=note)
    notes = [*(head.text for head in heads), note]

    def describe(rows: pd.DataFrame) -> tuple[str, str]:
        known = rows[rows["value"].notna()]
        names = known["column"].map(lambda at: heads[at].label)
        known = known.assign(of=known["label"].str.cat(names, sep=", "))
        alt = language.alt_scores(kind, known, levels.labels, note)
        return alt, language.scores_told(kind, rows, levels.labels, notes)

    return Chart(kind, kind, raw.edition.id, cells, draw, describe)


def _columns(
    raw: Raw, dimension: str, table: pd.DataFrame, language: Language
) -> dict[str, Column]:
    """The subgroups of the dimension with their names and bases, in the order of the columns.

    A group without a member is shown; a status or a size class that nobody has is not.
    """
    names = language.subgroup_labels(raw.edition, dimension)
    bases = table.groupby("subgroup")["base"].agg(language.base)
    bases = bases.replace("", language.term("withheld")).to_dict()
    if dimension == "group":
        bases = dict.fromkeys(names, language.base([0])) | bases
    return {key: Column(name, bases[key]) for key, name in names.items() if key in bases}


def _cells(
    raw: Raw,
    table: pd.DataFrame,
    themes: pd.DataFrame,
    subgroups: Sequence[str],
    language: Language,
) -> pd.DataFrame:
    """A row a theme and subgroup, in the order of both, with its value as written."""
    places = pd.DataFrame({"subgroup": subgroups, "column": range(len(subgroups))})
    rows = themes.loc[themes["theme_id"].isin(table["theme_id"]), ["theme_id", "section", "label"]]
    cells = rows.merge(places, how="cross").merge(table, on=["theme_id", "subgroup"], how="left")
    cells = cells.rename(columns={"mean": "value", "share": "value"})
    cells["withheld"] = cells["withheld"].eq(True).astype("bool")
    shares, rounding = "share" in table, raw.edition.rounding

    def written(value: float) -> str:
        if shares:
            return numbers.percent_digits(of_share(value, rounding), value)
        return language.decimal(value)

    texts = cells["value"].map(written, na_action="ignore").astype("object")
    withheld, none = language.term("withheld"), language.term("none")
    return cells.assign(text=texts.fillna(cells["withheld"].map({True: withheld, False: none})))
