"""The figures of a publication, drawn from the tables and described, in each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from barolib.drawing import bars, palette
from barolib.drawing.deltafigures import draw_delta
from barolib.drawing.rendering import Preview, RenderedChart, save_all, use_fonts
from barolib.drawing.scorefigures import draw_scores
from barolib.i18n.wording import Language
from barolib.statistics.distribution import share_at
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw

__all__ = ["Preview", "draw_delta", "draw_distributions", "draw_scores", "save_all", "use_fonts"]

_SIZES = {"theme": bars.LARGE, "affirmation": bars.SMALL}


def draw_distributions(
    raw: Raw,
    distributions: pd.DataFrame,
    theme_distributions: pd.DataFrame,
    reconstructions: pd.DataFrame,
    languages: Sequence[str],
) -> list[RenderedChart]:
    """The legend, the bar of each theme and that of each affirmation, in each language.

    Parameters
    ----------
    raw : Raw
        The raw tables of the edition.
    distributions : DataFrame
        The table of that name.
    theme_distributions : DataFrame
        The table of that name.
    reconstructions : DataFrame
        The table of that name.
    languages : sequence of str
        Their codes.

    Returns
    -------
    list of RenderedChart
        In the order of the questionnaire, 420 pixels wide. Names are `legend`, the theme_id and the
        affirmation_id; the subject of the legend is the edition. A distribution that nobody gave,
        or too few to be published, is an empty bar that says so.

    Examples
    --------
    >>> import barolib
    >>> tables = barolib.open("2021").tables
    >>> names = ["distributions", "theme_distributions", "reconstructions"]
    >>> parts = [tables[name].head(0) for name in names]
    >>> charts = draw_distributions(barolib.open("2021").raw, *parts, ["en"])
    >>> [chart.name for chart in charts]
    ['legend']
    """
    rendered = []
    for language in map(Language, languages):
        notes = base_notes(raw, distributions, theme_distributions, reconstructions, language)
        rendered.append(_legend(raw.edition, language))
        rendered += _bars(raw, "theme", theme_distributions, notes, language)
        rendered += _bars(raw, "affirmation", distributions, notes, language)
    return rendered


def _legend(edition: Edition, language: Language) -> RenderedChart:
    labels, start = edition.level_labels(language.code), edition.implementation_from
    legend = bars.Legend(labels, start, language.term("headings"))
    figure = bars.stacked_bars([], palette.colours(len(labels), start), legend)
    alt = language.alt_legend(labels, start)
    return RenderedChart(figure, "legend", language.code, "legend", edition.id, alt)


def base_notes(
    raw: Raw,
    distributions: pd.DataFrame,
    theme_distributions: pd.DataFrame,
    reconstructions: pd.DataFrame,
    language: Language,
) -> dict[str, str]:
    """What is said of the base of each affirmation and theme of the tables of these names."""
    others = reconstructions[~reconstructions["chosen"]]
    bases = others.groupby("affirmation_id")["base"].agg(set).to_dict()
    notes, panel = {}, raw.panel
    for row in distributions.drop_duplicates("affirmation_id").itertuples():
        allowed = bases.get(row.affirmation_id, set()) - {row.base}
        note = language.base_note(row.base, panel, allowed, row.not_concerned)
        notes[row.affirmation_id] = note
    withheld = set(distributions.loc[distributions["base"].isna(), "affirmation_id"])
    for theme, base in theme_distributions.groupby("theme_id")["base"].first().items():
        members = set(raw.members[theme])
        hidden = len(members & withheld)
        notes[theme] = language.pooled_note(base, len(members) - hidden, hidden)
    return notes


def _bars(
    raw: Raw, kind: str, table: pd.DataFrame, notes: Mapping[str, str], language: Language
) -> Iterator[RenderedChart]:
    """The bars of all themes or affirmations, with the percent at implementation under each."""
    edition, names = raw.edition, raw.edition.level_labels(language.code)
    colours = palette.colours(len(names), edition.implementation_from)
    asked = {"theme": raw.themes, "affirmation": raw.questionnaire}[kind]
    distributions = dict(iter(table.groupby(f"{kind}_id")))
    for subject in asked[f"{kind}_id"]:
        if subject not in distributions:
            continue
        bar = _bar(edition, distributions[subject], notes[subject], language)
        figure = bars.stacked_bars([bar], colours, size=_SIZES[kind])
        alt = language.alt_bar(bar.levels, names, bar.mark, bar.note)
        yield RenderedChart(figure, subject, language.code, kind, subject, alt)


def _bar(
    edition: Edition, levels: pd.DataFrame, note: str, language: Language, label: str = ""
) -> bars.Bar:
    """A distribution with its note, which says where it is simulated, its mark and its label."""
    if levels["base"].notna().all():
        note = language.source_note(note, levels["origin"].iloc[0], edition)
    at = share_at(levels, edition.implementation, edition.rounding)
    mark = language.implementation(*at)
    return bars.Bar(levels, note, edition.implementation_from, mark, label)
