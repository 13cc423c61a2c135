"""The figures of a comparison of two editions: what changed, by affirmation and by theme."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import pandas as pd
from matplotlib.figure import Figure

from barolib.compare import levels
from barolib.compare.coverage import NOT_COVERED
from barolib.drawing import deltacharts, palette
from barolib.drawing.rendering import HIGHEST, Chart, RenderedChart
from barolib.drawing.themerows import Row, Scale
from barolib.i18n import wording
from barolib.i18n.wording import Language
from barolib.statistics import bootstrap
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw
from barolib.survey.rounding import of_share

#: Rows of a chart of printed indicators: more would be too small to read on a page of the PDF.
_MOST_ROWS = 8


@dataclass(frozen=True)
class _Pair:
    """Two editions, and the language in which they are compared."""

    raw: Raw
    before: Raw
    language: Language

    @property
    def editions(self) -> tuple[Edition, Edition]:
        """The earlier one, then the later one."""
        return self.before.edition, self.raw.edition

    @cached_property
    def labels(self) -> dict[str, str]:
        """The label of each theme and affirmation of the later edition."""
        themes = self.language.labels(self.raw.themes, "theme_id")
        return themes | self.language.labels(self.raw.questionnaire, "affirmation_id")

    @property
    def confidence(self) -> str:
        """The level of the intervals, in percent."""
        return self.language.percent(round(100 * bootstrap.LEVEL))

    def say(self, key: str, **fields: object) -> str:
        """A text of words.yml in the language, which may name either edition."""
        before, after = (edition.id for edition in self.editions)
        return self.language.say(key, **{"before": before, "after": after} | fields)

    def percent(self, edition: Edition, share: float) -> str:
        """A share of the answers in percent, by the edition's rounding."""
        return self.language.percent(of_share(share, edition.rounding), share)

    def details(self, parts: list[str], row: Row) -> str:
        """The parts, and the interval of the row where it has one that says something."""
        if pd.notna(row.ci_low) and row.ci_low > -100 and row.ci_high < 100:
            span = self.language.points_range(row.ci_low, row.ci_high)
            parts = [*parts, self.say("interval", span=span)]
        return wording.AND.join(parts)

    def rests_on(self, table: pd.DataFrame) -> str:
        """What the figures rest on, the weakest first."""
        bases = self.language.term("bases")
        used = [text for basis, text in bases.items() if basis in set(table["basis"])]
        return self.say("rests_on", bases=", ".join(used))


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
    for pair in (_Pair(raw, before, Language(lang)) for lang in languages):
        charts = []
        for theme, table in compared.groupby("theme_id", sort=False):
            charts += [_affirmations(pair, theme, table), _cumulated(pair, theme, table, cuts)]
        charts += _themes(pair, tables["delta_themes"])
        charts += _printed(pair, tables["printed_comparisons"])
        rendered += [page for chart in charts for page in chart.render(pair.language, highest)]
    return rendered


def _affirmations(pair: _Pair, theme: str, table: pd.DataFrame) -> Chart:
    """The dumbbells of a theme, whose affirmations are the rows of `table`.

    The later share is a figure on the bar of its affirmation already: here it is a mark alone.
    """
    before = pair.before.edition
    rows = _rows(pair, table, "affirmation_id").assign(
        before=100 * table["share_before"],
        after=100 * table["share_after"],
        detectable=table["detectable_pp"],
        low=table["delta_pp"],
        high=table["delta_pp"],
        text=[
            pair.say("dated", edition=before.id, text=pair.percent(before, share))
            for share in table["share_before"]
        ],
        details=[pair.details(_sides(pair, row), row) for row in table.itertuples()],
    )
    names = [pair.say("then_key"), pair.say("now_key"), pair.say("detectable_key")]
    draw = partial(deltacharts.dumbbells, names=names)
    return _chart(pair, ("delta", theme), rows, draw, pair.rests_on(table))


def _sides(pair: _Pair, row: Row) -> list[str]:
    """What a dumbbell leaves out: the later share, its change, the bases, the detectable rise."""
    after = pair.raw.edition
    now = pair.say("dated", edition=after.id, text=pair.percent(after, row.share_after))
    parts = [now, pair.language.points_range(row.delta_pp, row.delta_pp)]
    for edition, base in zip(pair.editions, (row.base_before, row.base_after), strict=True):
        parts.append(pair.say("dated", edition=edition.id, text=pair.language.base([base])))
    if pd.isna(row.detectable_pp):
        return parts
    rise = pair.language.points_range(row.detectable_pp, row.detectable_pp)
    return [*parts, pair.say("detectable", rise=rise)]


def _cumulated(pair: _Pair, theme: str, table: pd.DataFrame, other_cuts: pd.DataFrame) -> Chart:
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
    rows = _rows(pair, pd.DataFrame(rows, columns=columns), "affirmation_id")
    scale = Scale(labels, [colours[level - 1] for level in told["level"]])
    draw = partial(deltacharts.cumulated, scale=scale)
    return _chart(pair, ("cumulated", theme), rows, draw, pair.rests_on(table))


def _themes(pair: _Pair, themes: pd.DataFrame) -> Iterator[Chart]:
    """The mean delta of each theme, under its verdict, from the greatest rise.

    A theme whose coverage carries no word on the whole stands last, whatever its verdict.
    """
    if themes.empty:
        return
    sections = pair.language.term("verdict_sections")
    themes = themes.assign(verdict=themes["verdict"].where(themes["covered"], NOT_COVERED))
    order = themes["verdict"].map(list(sections).index)
    themes = themes.assign(order=order).sort_values(["order", "delta_pp"], ascending=[True, False])
    rows = themes.assign(section=themes["verdict"].map(sections))
    rows["low"] = rows["high"] = rows["delta_pp"]
    rows["details"] = [
        pair.details([pair.language.coverage(row.affirmations, row.asked)], row)
        for row in themes.itertuples()
    ]
    yield _differences(pair, ("delta_themes", ""), _rows(pair, rows, "theme_id"), "interval_key")


def _printed(pair: _Pair, printed: pd.DataFrame) -> Iterator[Chart]:
    """The range of the delta of each indicator that is printed for both editions."""
    rows = printed.rename(columns={"delta_low": "low", "delta_high": "high"})
    rows = _rows(pair, rows, "affirmation_id").assign(theme_id=rows["claim_ids"])
    rows["details"] = [
        pair.details([_quoted(pair, row, side) for side in ("before", "after")], row)
        for row in printed.itertuples()
    ]
    charts = math.ceil(len(rows) / _MOST_ROWS)
    for at in range(charts):
        part = rows.iloc[len(rows) * at // charts : len(rows) * (at + 1) // charts]
        number = f"{at + 1}" if charts > 1 else ""
        yield _differences(pair, ("delta_printed", number), part, "widest_key")


def _differences(pair: _Pair, name: tuple[str, str], rows: pd.DataFrame, interval: str) -> Chart:
    """The chart of the deltas, or of their ranges; `interval` is what the key calls intervals."""
    ends = zip(rows["low"], rows["high"], strict=True)
    rows = rows.assign(text=[pair.language.points_range(low, high) for low, high in ends])
    signs = [(deltacharts.range_sign, pair.say("range_key"))] * (name[0] == "delta_printed")
    if rows["ci_low"].notna().any():
        signs.append((deltacharts.interval_sign, pair.say(interval, level=pair.confidence)))
    draw = partial(deltacharts.differences, signs=signs)
    return _chart(pair, name, rows, draw, pair.rests_on(rows))


def _quoted(pair: _Pair, row: Row, side: str) -> str:
    """A printed figure with its qualifier, and the levels that it counts."""
    edition = pair.editions[side == "after"]
    qualifier, levels = (getattr(row, f"{name}_{side}") for name in ("qualifier", "levels"))
    shown = pair.language.printed_share(getattr(row, f"printed_{side}"), qualifier)
    key = "levels" if "-" in levels else "level"
    dated = pair.say(key, edition=edition.id, levels=levels.replace("-", "–"))
    return pair.say("dated", edition=dated, text=shown)


def _rows(pair: _Pair, table: pd.DataFrame, key: str) -> pd.DataFrame:
    """The rows with what every chart asks for: the key and label of each, heading and verdict."""
    rows = table.assign(theme_id=table[key], label=table[key].map(pair.labels))
    if "verdict" in rows:
        alike = rows["basis"].nunique() == 1  # what all rest on is said once, under the chart
        bases = [""] * len(rows) if alike else rows["basis"]
        verdicts = zip(rows["verdict"], bases, strict=True)
        rows["verdict_text"] = [pair.language.verdict(*verdict) for verdict in verdicts]
    return rows if "section" in rows else rows.assign(section="")


def _chart(
    pair: _Pair,
    name: tuple[str, str],
    rows: pd.DataFrame,
    draw: Callable[..., Figure],
    note: str,
) -> Chart:
    """The chart named by its kind and theme, or number; parts of the printed have numbers."""
    kind, part = name
    theme = part if kind in ("delta", "cumulated") else ""
    label = pair.language.quoted(pair.labels[theme]) if theme else ""
    columns = [column for column in ("text", "verdict_text", "details") if column in rows]
    rows = rows.assign(description=rows[columns].agg(", ".join, axis="columns"))

    def describe(rows: pd.DataFrame) -> tuple[str, str]:
        told = pair.say(kind, label=label, parts=pair.language.rows_told(rows), note=note)
        return wording.short(_finding(pair, kind, rows), f" {note}."), told

    subject = theme or pair.raw.edition.id
    return Chart(
        "-".join(filter(None, name)), kind, subject, rows, partial(draw, note=note), describe
    )


def _finding(pair: _Pair, kind: str, rows: pd.DataFrame) -> str:
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
