"""The figures of a comparison of two editions: what changed, by affirmation and by theme."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import pandas as pd
from matplotlib.figure import Figure

from barolib.compare.coverage import NOT_COVERED
from barolib.drawing import deltacharts, paging, palette
from barolib.drawing.drawn import Drawn
from barolib.drawing.scorecharts import Key, Scale, by_theme
from barolib.statistics import bootstrap
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw
from barolib.survey.rounding import of_share
from barolib.words import wording
from barolib.words.wording import Language

#: Rows of a chart of printed indicators: more would be too small to read on a page of the PDF.
_ROWS = 8


@dataclass(frozen=True)
class _Pair:
    """Two editions, the language in which they are compared, how high a chart may be."""

    raw: Raw
    before: Raw
    lang: str
    highest: float

    @property
    def editions(self) -> tuple[Edition, Edition]:
        """The earlier one, then the later one."""
        return self.before.edition, self.raw.edition

    @cached_property
    def themes(self) -> dict[str, str]:
        """The label of each theme of the later edition."""
        return Language(self.lang).labels(self.raw.themes, "theme_id")

    @cached_property
    def labels(self) -> dict[str, str]:
        """The label of each theme and affirmation of the later edition."""
        asked = Language(self.lang).labels(self.raw.questionnaire, "affirmation_id")
        return self.themes | asked

    def say(self, key: str, **fields: object) -> str:
        """A text of words.yml in the language, which may name either edition."""
        before, after = (each.id for each in self.editions)
        return Language(self.lang).say(key, **{"before": before, "after": after} | fields)

    def points(self, low: float, high: float) -> str:
        """A difference in points, or from which to which: "+2,0 à +3,1 pts"."""
        low, high = (Language(self.lang).signed(each) for each in (low, high))
        span = low if low == high else self.say("span", low=low, high=high)
        return self.say("points", delta=span)


def draw_delta(
    raw: Raw,
    before: Raw,
    tables: Mapping[str, pd.DataFrame],
    languages: Sequence[str],
    highest: float = paging.HIGHEST,
) -> list[Drawn]:
    """The charts of what changed from `before` to `raw`, in each language.

    `tables`, by name as in docs/data-dictionary.md: delta_affirmations, delta_cuts, delta_themes,
    printed_comparisons. Figures are `delta-<theme_id>` and `cumulated-<theme_id>` of each theme
    with an affirmation compared, in the order of the questionnaire; `delta_themes`, by verdict,
    then from the greatest rise; `delta_printed`, or `delta_printed-1` and on where they are many.
    One higher than `highest`, in pixels, comes in parts (paging.names). What has no row in its
    table has no figure.
    """
    asked = raw.questionnaire[["affirmation_id", "theme_id"]]
    compared = asked.merge(tables["delta_affirmations"], on="affirmation_id")
    shares = _shares(raw.edition, compared, tables["delta_cuts"])
    drawn = []
    for pair in (_Pair(raw, before, lang, highest) for lang in languages):
        for _, own in compared.groupby("theme_id", sort=False):
            drawn += _theme(pair, own)
            drawn += _cumulated(pair, own, shares)
        drawn += _themes(pair, tables["delta_themes"])
        drawn += _printed(pair, tables["printed_comparisons"])
    return drawn


def _theme(pair: _Pair, own: pd.DataFrame) -> Iterator[Drawn]:
    """The dumbbells of a theme, whose affirmations are the rows of `own`."""
    rows = own.assign(
        before=100 * own["share_before"],
        after=100 * own["share_after"],
        detectable=own["detectable_pp"],
        text=[pair.points(each, each) for each in own["delta_pp"]],
        told=[_told(pair, row) for row in own.itertuples()],
    )
    rows = _labelled(pair, rows, "affirmation_id")
    names = [pair.say("then_key"), pair.say("now_key")]
    names += [pair.say("interval_key", level=_level(pair)), pair.say("detectable_key")]
    note, theme = _note(pair, own), own["theme_id"].iloc[0]
    draw = partial(deltacharts.dumbbells, names=names, note=note)
    yield from _drawn(pair, draw, ("delta", theme), rows, note)


def _told(pair: _Pair, row: object) -> str:
    """The shares of an affirmation with their bases, the interval and the detectable rise."""
    given = ((row.share_before, row.base_before), (row.share_after, row.base_after))
    sides = []
    for (share, base), edition in zip(given, pair.editions, strict=True):
        shown = _percent(pair, edition, share)
        shown = f"{shown} ({Language(pair.lang).base([base])})"
        sides.append(pair.say("dated", edition=edition.id, told=shown))
    sides.append(pair.say("interval", span=pair.points(row.ci_low, row.ci_high)))
    if pd.notna(row.detectable_pp):
        rise = pair.points(row.detectable_pp, row.detectable_pp)
        sides.append(pair.say("detectable", rise=rise))
    return wording.AND.join(sides)


def _percent(pair: _Pair, edition: Edition, share: float) -> str:
    """A share of the answers in percent, by the edition's rounding."""
    return Language(pair.lang).percent(of_share(share, edition.rounding), share)


def _shares(
    edition: Edition, compared: pd.DataFrame, delta_cuts: pd.DataFrame
) -> dict[str, dict[int, tuple[float, float]]]:
    """By affirmation and level, from implementation up, the share before and after there."""
    start, found = edition.implementation_from, {}
    levels = {each.stage: each.level for each in edition.scale[start - 1 :]}
    cuts = pd.concat([compared.assign(cut=edition.scale[start - 1].stage), delta_cuts])
    columns = ["affirmation_id", "cut", "share_before", "share_after"]
    for affirmation, cut, *sides in cuts[columns].itertuples(index=False):
        if cut in levels:
            found.setdefault(affirmation, {})[levels[cut]] = tuple(sides)
    return found


def _cumulated(
    pair: _Pair, own: pd.DataFrame, shares: Mapping[str, Mapping[int, tuple[float, float]]]
) -> Iterator[Drawn]:
    """Both editions' share at each stage of implementation or beyond, by affirmation."""
    names = pair.raw.edition.level_labels(pair.lang)
    known = sorted(set.intersection(*(set(shares[each]) for each in own["affirmation_id"])))
    colours = palette.colours(len(names), pair.raw.edition.implementation_from)
    beyond = [pair.say("from_stage", label=names[at - 1]) for at in known]
    labels = [names[at - 1] if at == len(names) else b for at, b in zip(known, beyond, strict=True)]
    rows = []
    columns = ["affirmation_id", "base_before", "base_after"]
    for affirmation, *bases in own[columns].itertuples(index=False):
        reached = zip(*(shares[affirmation][at] for at in known), strict=True)
        for edition, base, at in zip(pair.editions, bases, reached, strict=True):
            texts = [_percent(pair, edition, share) for share in at]
            base = Language(pair.lang).base([base])
            based = pair.say("based", edition=edition.id, base=base)
            words = ", ".join(map("{} {}".format, labels, texts))
            told = pair.say("dated", edition=based, told=words)
            rows.append((affirmation, based, at, texts, told))
    rows = pd.DataFrame(rows, columns=["affirmation_id", "edition", "shares", "texts", "told"])
    rows, note = _labelled(pair, rows, "affirmation_id"), _note(pair, own)
    scale = Scale(labels, [colours[at - 1] for at in known])
    theme = own["theme_id"].iloc[0]
    draw = partial(deltacharts.cumulated, scale=scale, note=note)
    yield from _drawn(pair, draw, ("cumulated", theme), rows, note)


def _themes(pair: _Pair, themes: pd.DataFrame) -> Iterator[Drawn]:
    """The mean delta of each theme, under its verdict, from the greatest rise.

    A theme whose coverage carries no word on the whole stands last, whatever its verdict.
    """
    if themes.empty:
        return
    sections = Language(pair.lang).term("verdict_sections")
    themes = themes.assign(verdict=themes["verdict"].where(themes["covered"], NOT_COVERED))
    order = themes["verdict"].map(list(sections).index)
    themes = themes.assign(order=order).sort_values(["order", "delta_pp"], ascending=[True, False])
    told = []
    for row in themes.itertuples():
        parts = [Language(pair.lang).coverage(row.affirmations, row.asked)]
        if pd.notna(row.ci_low):
            parts.append(pair.say("interval", span=pair.points(row.ci_low, row.ci_high)))
        told.append(wording.AND.join(parts))
    rows = themes.assign(
        section=themes["verdict"].map(sections),
        low=themes["delta_pp"],
        high=themes["delta_pp"],
        text=[pair.points(each, each) for each in themes["delta_pp"]],
        told=told,
    )
    rows, note = _labelled(pair, rows, "theme_id"), _note(pair, themes)
    signs: Key = [(deltacharts.interval_sign, pair.say("interval_key", level=_level(pair)))]
    signs = signs if themes["ci_low"].notna().any() else []
    draw = partial(deltacharts.differences, signs=signs, note=note)
    yield from _drawn(pair, draw, ("delta_themes", None), rows, note)


def _printed(pair: _Pair, printed: pd.DataFrame) -> Iterator[Drawn]:
    """The range of the delta of each indicator that is printed for both editions."""
    parts = math.ceil(len(printed) / _ROWS)
    for at in range(parts):
        own = printed.iloc[len(printed) * at // parts : len(printed) * (at + 1) // parts]
        yield from _printed_part(pair, own, f"{at + 1}" if parts > 1 else None)


def _printed_part(pair: _Pair, printed: pd.DataFrame, number: str | None) -> Iterator[Drawn]:
    told = []
    for row in printed.itertuples():
        parts = [_quoted(pair, row, side) for side in ("before", "after")]
        if pd.notna(row.ci_low):
            parts.append(pair.say("interval", span=pair.points(row.ci_low, row.ci_high)))
        told.append(wording.AND.join(parts))
    ends = printed[["delta_low", "delta_high"]].itertuples(index=False)
    rows = printed.assign(
        low=printed["delta_low"],
        high=printed["delta_high"],
        text=[pair.points(*each) for each in ends],
        told=told,
    )
    rows, note = _labelled(pair, rows, "affirmation_id"), _note(pair, printed)
    rows["theme_id"] = rows["claim_ids"]
    signs: Key = [(deltacharts.range_sign, pair.say("range_key"))]
    if printed["ci_low"].notna().any():
        signs.append((deltacharts.interval_sign, pair.say("widest_key", level=_level(pair))))
    draw = partial(deltacharts.differences, signs=signs, note=note)
    yield from _drawn(pair, draw, ("delta_printed", number), rows, note)


def _quoted(pair: _Pair, row: object, side: str) -> str:
    """A printed figure with its qualifier, and the levels that it counts."""
    edition = pair.editions[side == "after"]
    told, levels = (getattr(row, f"{name}_{side}") for name in ("qualifier", "levels"))
    shown = Language(pair.lang).printed_share(getattr(row, f"printed_{side}"), told)
    key = "levels" if "-" in levels else "level"
    dated = pair.say(key, edition=edition.id, levels=levels.replace("-", "–"))
    return pair.say("dated", edition=dated, told=shown)


def _labelled(pair: _Pair, rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """The rows with what every chart asks for: the key and label of each, heading and verdict."""
    rows = rows.assign(theme_id=rows[key], label=rows[key].map(pair.labels))
    if "verdict" in rows:
        judged = zip(rows["verdict"], rows["basis"], strict=True)
        rows["said"] = [Language(pair.lang).verdict(*each) for each in judged]
    return rows if "section" in rows else rows.assign(section="")


def _level(pair: _Pair) -> str:
    return Language(pair.lang).percent(round(100 * bootstrap.LEVEL))


def _note(pair: _Pair, table: pd.DataFrame) -> str:
    """What the figures rest on, the weakest first."""
    bases = Language(pair.lang).term("bases")
    found = [text for basis, text in bases.items() if basis in set(table["basis"])]
    return pair.say("rests_on", bases=", ".join(found))


def _drawn(
    pair: _Pair,
    draw: Callable[[pd.DataFrame], Figure],
    what: tuple[str, str | None],
    rows: pd.DataFrame,
    note: str,
) -> Iterator[Drawn]:
    """The figure, or its parts, with its name (kind, theme or number) and the alt text of each."""
    kind, part = what
    subject = _theme_of(what) or pair.raw.edition.id
    pages = paging.pages(rows, draw, pair.highest)
    names = paging.names(f"{kind}-{part}" if part else kind, pages)
    for name, (own, figure) in zip(names, pages, strict=True):
        yield Drawn(figure, name, pair.lang, kind, subject, _alt(pair, what, own, note))


def _theme_of(what: tuple[str, str | None]) -> str | None:
    """The theme that a figure is about; the parts of the printed indicators only have numbers."""
    kind, part = what
    return part if kind != "delta_printed" else None


def _alt(pair: _Pair, what: tuple[str, str | None], rows: pd.DataFrame, note: str) -> str:
    """The alt text of all that the rows draw."""
    told = [each for each in ("text", "said", "told") if each in rows]
    parts = [
        pair.say(
            "subject",
            label=own[0].label,
            parts=", ".join(getattr(row, each) for row in own for each in told),
        )
        for _, own in by_theme(rows)
    ]
    also = Language(pair.lang).term("also")
    theme = _theme_of(what)
    label = Language(pair.lang).quoted(pair.themes[theme]) if theme else ""
    return pair.say(what[0], label=label, parts=also.join(parts), note=note)
