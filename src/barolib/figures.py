"""The figures of a publication, drawn from the tables and described, in each language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from barolib import charts, palette, wording
from barolib.distribution import percent_at
from barolib.drawn import Drawn, Preview, save_all, use_fonts
from barolib.intake import Raw
from barolib.scorefigures import draw_scores

__all__ = ["Preview", "draw_distributions", "draw_scores", "save_all", "use_fonts"]


def draw_distributions(
    raw: Raw,
    distributions: pd.DataFrame,
    theme_distributions: pd.DataFrame,
    reconstructions: pd.DataFrame,
    languages: Sequence[str],
) -> list[Drawn]:
    """The legend, the bar of each theme and that of each affirmation, in each language.

    Tables as in docs/data-dictionary.md; the bars come in the order of the questionnaire. Names
    are `legend`, the theme_id and the affirmation_id; the subject of the legend is the edition.
    """
    drawn = []
    for lang in languages:
        drawn.append(_legend(raw, lang))
        drawn += _theme_bars(raw, theme_distributions, lang)
        drawn += _affirmation_bars(raw, distributions, reconstructions, lang)
    return drawn


def _colours(raw: Raw) -> list[str]:
    return palette.colours(len(raw.edition.levels), raw.edition.implementation_from)


def _mark(levels: pd.DataFrame, raw: Raw, lang: str) -> charts.Mark:
    """The bracket over the levels at implementation, with their percent of the base."""
    shown = percent_at(levels, raw.edition.implementation, raw.edition.rounding)
    return charts.Mark(raw.edition.implementation_from, wording.implementation_text(shown, lang))


def _legend(raw: Raw, lang: str) -> Drawn:
    labels, start = raw.edition.level_labels(lang), raw.edition.implementation_from
    before, at = wording.term("headings", lang)
    figure = charts.legend(labels, _colours(raw), charts.Mark(start, at), before)
    alt = wording.alt_legend(labels, start, lang)
    return Drawn(figure, "legend", lang, "legend", raw.edition.id, alt)


def _theme_bars(raw: Raw, theme_distributions: pd.DataFrame, lang: str) -> Iterator[Drawn]:
    scale, colours = raw.edition.level_labels(lang), _colours(raw)
    for theme, label in wording.labels(raw.themes, "theme_id", lang).items():
        levels = theme_distributions[theme_distributions["theme_id"] == theme]
        if levels.empty:
            continue
        base, pooled = int(levels["base"].iloc[0]), len(raw.members[theme])
        note = wording.note_pooled(base, pooled, lang)
        note = wording.sourced(note, levels["origin"].iloc[0], raw.edition, lang)
        mark = _mark(levels, raw, lang)
        parts = wording.level_parts(levels, scale, lang)
        alt = wording.alt_bar("theme", label, parts, [mark.text, note], lang)
        yield Drawn(charts.theme_bar(levels, note, colours, mark), theme, lang, "theme", theme, alt)


def _affirmation_bars(
    raw: Raw, distributions: pd.DataFrame, reconstructions: pd.DataFrame, lang: str
) -> Iterator[Drawn]:
    scale, colours = raw.edition.level_labels(lang), _colours(raw)
    kept = reconstructions[~reconstructions["chosen"]]
    others = kept.groupby("affirmation_id")["base"].agg(set).to_dict()
    for affirmation, label in wording.labels(raw.questionnaire, "affirmation_id", lang).items():
        levels = distributions[distributions["affirmation_id"] == affirmation]
        if levels.empty:
            continue
        first = levels.iloc[0]
        bases = sorted(others.get(affirmation, set()) - {first["base"]})
        note = wording.note_base(first["base"], raw.panel, bases, first["not_concerned"], lang)
        note = wording.sourced(note, first["origin"], raw.edition, lang)
        mark = _mark(levels, raw, lang)
        parts = wording.level_parts(levels, scale, lang)
        alt = wording.alt_bar("affirmation", label, parts, [mark.text, note], lang)
        figure = charts.bar(levels, note, colours, mark)
        yield Drawn(figure, affirmation, lang, "affirmation", affirmation, alt)
