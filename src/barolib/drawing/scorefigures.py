"""The figures of the scores: themes on the scale, and set against subgroups of respondents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from barolib.drawing import gridcharts, paging, palette, scorecharts
from barolib.drawing.drawn import Drawn
from barolib.drawing.scorecharts import Column, Scale
from barolib.statistics import bootstrap
from barolib.statistics.scoring import GENERAL
from barolib.survey.intake import Raw
from barolib.survey.rounding import of_share
from barolib.words import numbers
from barolib.words.wording import Language

_CROSSED = {
    "group_profiles": ("subgroup_scores", "group", scorecharts.group_profiles),
    "status_scores": ("subgroup_scores", "status", gridcharts.score_grid),
    "size_scores": ("subgroup_scores", "size_class", gridcharts.score_grid),
    "status_stages": ("subgroup_stages", "status", gridcharts.stage_grid),
    "size_stages": ("subgroup_stages", "size_class", gridcharts.stage_grid),
}


class _Chart(NamedTuple):
    """A chart of a kind: its rows, with what the alt text says in `said`, and how it is drawn."""

    kind: str
    rows: pd.DataFrame
    draw: Callable[[pd.DataFrame], Figure]
    notes: Sequence[str]


def draw_scores(
    raw: Raw,
    tables: Mapping[str, pd.DataFrame],
    languages: Sequence[str],
    highest: float = paging.HIGHEST,
) -> list[Drawn]:
    """The charts of the scores in each language; those of subgroups where there is one to show.

    `tables`, by name as in docs/data-dictionary.md: theme_scores, subgroup_scores, subgroup_stages.
    Figures are `theme_means` and, where two subgroups or more answered, `group_profiles`,
    `status_scores`, `size_scores`, `status_stages` and `size_stages`. Themes come by rank where
    they have one, else by position; then the general score, then transverse themes. One
    higher than `highest`, in pixels, comes in parts (paging.names).
    """
    drawn = []
    for lang in languages:
        themes = _themes(raw, tables["theme_scores"], lang)
        charts = [_theme_means(raw, themes, lang)] if len(themes) else []
        for kind, (table, dimension, _) in _CROSSED.items():
            own = tables[table][tables[table]["dimension"] == dimension]
            if own["subgroup"].nunique() > 1 and not own["withheld"].all():
                charts.append(_crossing(raw, kind, own, themes, lang))
        drawn += [part for chart in charts for part in _parts(raw, chart, lang, highest)]
    return drawn


def _parts(raw: Raw, chart: _Chart, lang: str, highest: float) -> Iterator[Drawn]:
    """The figures of a chart: one, or its parts."""
    labels, pages = raw.edition.level_labels(lang), paging.pages(chart.rows, chart.draw, highest)
    for name, (rows, figure) in zip(paging.names(chart.kind, pages), pages, strict=True):
        told = rows.assign(text=rows["said"])
        alt = Language(lang).alt_scores(chart.kind, told, labels, chart.notes)
        yield Drawn(figure, name, lang, chart.kind, raw.edition.id, alt)


def _themes(raw: Raw, theme_scores: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The rows of theme_scores with their label and section, in the order of the charts."""
    labels = Language(lang).labels(raw.themes.sort_values("position"), "theme_id")
    labels[GENERAL] = Language(lang).term("general")
    sections = Language(lang).term("sections")
    table = theme_scores.assign(
        label=theme_scores["theme_id"].map(labels),
        section=theme_scores["kind"].map(sections),
        kind=theme_scores["kind"].map(list(sections).index),
        position=theme_scores["theme_id"].map(list(labels).index),
    )
    return table.sort_values(["kind", "rank", "position"], ignore_index=True)


def _scale(raw: Raw, lang: str) -> Scale:
    labels = raw.edition.level_labels(lang)
    return Scale(labels, palette.colours(len(labels), raw.edition.implementation_from))


def _theme_means(raw: Raw, themes: pd.DataFrame, lang: str) -> _Chart:
    scale, note = _scale(raw, lang), ""
    if themes["basis"].eq("respondents").any():
        level = Language(lang).percent(round(100 * bootstrap.LEVEL))
        base = Language(lang).base(themes["base"])
        note = Language(lang).say("means", base=base, level=level)
        note = Language(lang).source_note(note, "answers", raw.edition)
    texts, ranked, told = [], [], []
    for row in themes.itertuples():
        texts.append(Language(lang).decimal(row.mean))
        ranked.append(Language(lang).rank(row.rank, row.rank_low, row.rank_high))
        more = [Language(lang).interval(row.ci_low, row.ci_high), ranked[-1]]
        told.append(texts[-1] + (f" ({', '.join(filter(None, more))})" if any(more) else ""))
    rows = themes.assign(text=texts, ranked=ranked, said=told)
    draw = partial(scorecharts.theme_means, scale=scale, note=note)
    return _Chart("theme_means", rows, draw, [note])


def _crossing(raw: Raw, kind: str, own: pd.DataFrame, themes: pd.DataFrame, lang: str) -> _Chart:
    """The chart that sets themes against the subgroups of a dimension, whose rows are `own`."""
    _, dimension, draw = _CROSSED[kind]
    columns = _columns(raw, dimension, own, lang)
    cells = _cells(raw, own, themes, list(columns), lang)
    heads, scale = list(columns.values()), _scale(raw, lang)
    note = Language(lang).source_note(Language(lang).term("respondents"), "answers", raw.edition)
    minimum = raw.edition.disclosure_minimum
    gaps = (Language(lang).say("why_withheld", minimum=minimum), Language(lang).term("why_none"))
    cells["said"] = pd.Series([heads[at].label for at in cells["column"]]) + " " + cells["text"]
    if "share" in own:
        scale = Scale(Language(lang).term("stages"), palette.colours(2, 2))
    draw = partial(draw, columns=heads, scale=scale, gaps=gaps, note=note)
    return _Chart(kind, cells, draw, [*[each.words for each in heads], note])


def _columns(raw: Raw, dimension: str, own: pd.DataFrame, lang: str) -> dict[str, Column]:
    """The subgroups of the dimension with their names and bases, in the order of the columns.

    A group without a member is told; a status or a size class that nobody has is not.
    """
    names = Language(lang).subgroup_labels(raw.edition, dimension)
    bases = own.groupby("subgroup")["base"].agg(Language(lang).base)
    bases = bases.replace("", Language(lang).term("withheld")).to_dict()
    nobody = dict.fromkeys(names, Language(lang).base([0])) if dimension == "group" else {}
    known = nobody | bases
    return {each: Column(name, known[each]) for each, name in names.items() if each in known}


def _cells(
    raw: Raw, own: pd.DataFrame, themes: pd.DataFrame, known: Sequence[str], lang: str
) -> pd.DataFrame:
    """A row a theme and subgroup, in the order of both, with its value as written."""
    places = pd.DataFrame({"subgroup": known, "column": range(len(known))})
    rows = themes.loc[themes["theme_id"].isin(own["theme_id"]), ["theme_id", "section", "label"]]
    cells = rows.merge(places, how="cross").merge(own, on=["theme_id", "subgroup"], how="left")
    cells = cells.rename(columns={"mean": "value", "share": "value"})
    cells["withheld"] = cells["withheld"].eq(True).astype("bool")
    withheld, none = Language(lang).term("withheld"), Language(lang).term("none")
    write = partial(_percent, raw) if "share" in own else Language(lang).decimal
    shown = cells["value"].map(write, na_action="ignore").astype("object")
    missing = cells["withheld"].map({True: withheld, False: none})
    return cells.assign(text=shown.fillna(missing))


def _percent(raw: Raw, share: float) -> str:
    return numbers.percent_digits(of_share(share, raw.edition.rounding), share)
