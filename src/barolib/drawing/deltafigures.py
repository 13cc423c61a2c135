"""The figures of a comparison of two editions: what changed, by affirmation and by theme."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from barolib.compare import levels
from barolib.drawing import deltacharts, deltarows, palette
from barolib.drawing.deltarows import ComparedEditions
from barolib.drawing.rendering import HIGHEST, Chart, RenderedChart
from barolib.drawing.themerows import Scale
from barolib.i18n import wording
from barolib.i18n.wording import Language
from barolib.survey.intake import Raw

#: Rows of a chart of printed indicators: more would be too small to read on a page of the PDF.
_MOST_ROWS = 8


def draw_delta(
    raw: Raw,
    before: Raw,
    tables: Mapping[str, pd.DataFrame],
    languages: Sequence[str],
    highest: float = HIGHEST,
) -> list[RenderedChart]:
    """The charts of what changed from one edition to another, in each language.

    Parameters
    ----------
    raw : Raw
        The raw tables of the edition.
    before : Raw
        Those of the earlier one.
    tables : mapping
        By name (docs/data-dictionary.md): delta_affirmations, delta_cuts, delta_themes,
        printed_comparisons.
    languages : sequence of str
        Their codes.
    highest : float, optional
        In pixels; a higher chart comes in parts (rendering.part_names).

    Returns
    -------
    list of RenderedChart
        `delta-<theme_id>` and `cumulated-<theme_id>` of each theme with an affirmation compared, in
        the order of the questionnaire; `delta_themes`, by verdict, then from the greatest rise;
        `delta_printed`, or `delta_printed-1` and on where they are many. What has no row in its
        table has no figure.

    Examples
    --------
    >>> import barolib
    >>> from barolib.survey import contracts
    >>> now, before = barolib.open("2021").raw, barolib.open("2018").raw
    >>> names = ("delta_affirmations", "delta_cuts", "delta_themes", "printed_comparisons")
    >>> tables = {name: contracts.empty(name, now.edition) for name in names}
    >>> draw_delta(now, before, tables, ["en"])
    []
    """
    asked = raw.questionnaire[["affirmation_id", "theme_id"]]
    compared = asked.merge(tables["delta_affirmations"], on="affirmation_id")
    cuts = tables["delta_cuts"]
    rendered = []
    for pair in (ComparedEditions(raw, before, Language(lang)) for lang in languages):
        charts = []
        for theme, table in compared.groupby("theme_id", sort=False):
            charts += [_affirmations(pair, theme, table), _cumulated(pair, theme, table, cuts)]
        charts += _themes(pair, tables["delta_themes"])
        charts += _printed(pair, tables["printed_comparisons"])
        rendered += [page for chart in charts for page in chart.render(pair.language, highest)]
    return rendered


def _affirmations(pair: ComparedEditions, theme: str, table: pd.DataFrame) -> Chart:
    """The dumbbells of a theme, whose affirmations are the rows of `table`."""
    names = [pair.say("then_key"), pair.say("now_key"), pair.say("detectable_key")]
    draw = partial(deltacharts.dumbbells, names=names)
    rows = deltarows.of_affirmations(pair, table)
    return _chart(pair, ("delta", theme), rows, draw, pair.rests_on(table))


def _cumulated(
    pair: ComparedEditions, theme: str, table: pd.DataFrame, other_cuts: pd.DataFrame
) -> Chart:
    """Both editions' share at each level of implementation, the last with those beyond it."""
    names = pair.raw.edition.level_labels(pair.language.code)
    colours = palette.colours(len(names), pair.raw.edition.implementation_from)
    shares = levels.at_each(pair.raw.edition, table, other_cuts)
    told = shares.drop_duplicates("level")
    labels = [
        pair.say("from_stage", label=names[row.level - 1]) if row.beyond else names[row.level - 1]
        for row in told.itertuples()
    ]
    by_affirmation, rows = dict(iter(shares.groupby("affirmation_id"))), []
    for affirmation in table["affirmation_id"]:
        for edition, side in zip(pair.editions, ("before", "after"), strict=True):
            at = by_affirmation[affirmation][[f"share_{side}", f"base_{side}"]].to_numpy()
            texts = [pair.percent(edition, share) for share in at[:, 0]]
            base = pair.language.base([at[0, 1]])
            based = pair.say("based", edition=edition.id, base=base)
            parts = ", ".join(map("{} {}".format, labels, texts))
            details = pair.say("dated", edition=based, text=parts)
            rows.append((affirmation, based, at[:, 0].tolist(), texts, details))
    columns = ["affirmation_id", "edition", "shares", "texts", "details"]
    rows = deltarows.named(pair, pd.DataFrame(rows, columns=columns), "affirmation_id")
    rows = rows.assign(description=rows["details"])
    scale = Scale(labels, [colours[level - 1] for level in told["level"]])
    draw = partial(deltacharts.cumulated, scale=scale)
    return _chart(pair, ("cumulated", theme), rows, draw, pair.rests_on(table))


def _themes(pair: ComparedEditions, themes: pd.DataFrame) -> Iterator[Chart]:
    """The mean delta of each theme."""
    if len(themes):
        rows = deltarows.of_themes(pair, themes)
        yield _differences(pair, ("delta_themes", ""), rows, "interval_key")


def _printed(pair: ComparedEditions, printed: pd.DataFrame) -> Iterator[Chart]:
    """The range of the delta of each indicator that is printed for both editions."""
    rows = deltarows.of_printed(pair, printed)
    charts = math.ceil(len(rows) / _MOST_ROWS)
    for at in range(charts):
        part = rows.iloc[len(rows) * at // charts : len(rows) * (at + 1) // charts]
        number = f"{at + 1}" if charts > 1 else ""
        yield _differences(pair, ("delta_printed", number), part, "widest_key")


def _differences(
    pair: ComparedEditions, name: tuple[str, str], rows: pd.DataFrame, interval: str
) -> Chart:
    """The chart of the deltas, or of their ranges; `interval` is what the key calls intervals."""
    signs = [(deltacharts.range_sign, pair.say("range_key"))] * (name[0] == "delta_printed")
    if rows["ci_low"].notna().any():
        signs.append((deltacharts.interval_sign, pair.say(interval, level=pair.confidence)))
    draw = partial(deltacharts.differences, signs=signs)
    return _chart(pair, name, rows, draw, pair.rests_on(rows))


def _chart(
    pair: ComparedEditions,
    name: tuple[str, str],
    rows: pd.DataFrame,
    draw: Callable[..., Figure],
    note: str,
) -> Chart:
    """The chart named by its kind and theme, or number; parts of the printed have numbers."""
    kind, part = name
    theme = part if kind in ("delta", "cumulated") else ""
    label = pair.language.quoted(pair.labels[theme]) if theme else ""

    def describe(rows: pd.DataFrame) -> tuple[str, str]:
        told = pair.say(kind, label=label, parts=pair.language.rows_told(rows), note=note)
        return wording.short(_finding(pair, kind, rows), f" {note}."), told

    subject = theme or pair.raw.edition.id
    return Chart(
        "-".join(filter(None, name)), kind, subject, rows, partial(draw, note=note), describe
    )


def _finding(pair: ComparedEditions, kind: str, rows: pd.DataFrame) -> str:
    """What a chart shows at a glance: verdicts counted, and the least and greatest difference."""
    nouns = pair.language.term("compared_nouns")[kind if kind != "cumulated" else "delta"]
    count = pair.language.count(rows["theme_id"].nunique(), *nouns)
    if kind == "cumulated":
        reached = rows["shares"].map(sum).groupby(rows.groupby("theme_id").cumcount())
        texts = [
            pair.say("span", low=pair.percent(edition, low), high=pair.percent(edition, high))
            for edition, (low, high) in zip(
                pair.editions, reached.agg(["min", "max"]).to_numpy(), strict=True
            )
        ]
        return pair.say("reached", count=count, then=texts[0], now=texts[1])
    verdicts = ", ".join(
        pair.say("subject", label=text, parts=number)
        for text, number in rows["verdict_text"].value_counts(sort=False).items()
    )
    known = rows[(rows["low"] > -100) & (rows["high"] < 100)]
    span = pair.language.points_range(known["low"].min(), known["high"].max())
    return pair.say("compared", count=count, verdicts=verdicts, span=span)
