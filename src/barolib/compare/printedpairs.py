"""Indicators whose figure is printed for both editions: what the print allows, and what it proves.

docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import numpy as np
import pandas as pd

from barolib.compare import delta, ranges
from barolib.compare.comparison import Pair
from barolib.printed import admissible
from barolib.printed.edition_tables import EditionTables
from barolib.survey import claims, contracts, stages
from barolib.survey.edition import Edition

AGREES, CONTRADICTS, NONE = "agrees", "contradicts", "none"

#: What floating-point products may be off by.
_NOISE = 1e-9


def table(pair: Pair) -> pd.DataFrame:
    """The table `printed_comparisons`: a row an indicator, a subject at the same stages in both.

    Shares 0–1, deltas and intervals in points. Every base up to the panel and every count that the
    sentences allow goes through, or those of the printed distribution where there is one.
    """
    told = [_told(pair, tables.raw.edition) for tables in (pair.now, pair.before)]
    counted = [tables.reconstructions for tables in (pair.now, pair.before)]
    rows, choices = [], []
    for (subject, _), pairs in groupby(_matches(told, pair), key=lambda each: each[0]):
        now, before = (
            list(dict.fromkeys(each)) for each in zip(*(p[1:] for p in pairs), strict=True)
        )
        sides = (
            _side(now, told[0], counted[0], pair.now),
            _side(before, told[1], counted[1], pair.before),
        )
        rows.append(_row(subject, (now, before), sides))
        if all(each["choices"] is not None for each in sides):
            both = sides[0]["choices"].merge(
                sides[1]["choices"], how="cross", suffixes=("", "_before")
            )
            choices.append(both.assign(subject=len(rows) - 1))
    if not rows:
        return contracts.empty("printed_comparisons", pair.now.raw.edition)
    return _judged(pd.DataFrame(rows), choices, pair)


def _told(pair: Pair, edition: Edition) -> list:
    """The printed shares of all respondents of an edition, from either edition's list."""
    found = pd.concat([pair.now.raw.claims, pair.before.raw.claims], ignore_index=True)
    found = found[(found["edition"] == edition.id) & (found["statistic"] == "share")]
    return [each for each in claims.rows(found.drop_duplicates("claim_id")) if each.group is None]


def _matches(told: list[list], pair: Pair) -> list[tuple]:
    """((subject, levels), sentence of now, sentence of before) that tell the same stages."""
    themes = set(pair.now.raw.themes["theme_id"]) & set(pair.before.raw.themes["theme_id"])
    same = dict(pair.links[["affirmation_id", "previous_id"]].itertuples(index=False))
    same |= {theme: theme for theme in themes}
    editions = pair.now.raw.edition, pair.before.raw.edition
    found = [
        ((now.subject, now.levels), now, before)
        for now in told[0]
        for before in told[1]
        if same.get(now.subject) == before.subject
        and stages.same_cut(
            claims.levels_of(now.levels), claims.levels_of(before.levels), *editions
        )
    ]
    return sorted(found, key=lambda each: each[0])


def _side(own: list, told: list, found: pd.DataFrame, tables: EditionTables) -> dict:
    """What one edition's print allows of an indicator.

    `own`: its sentences, the same stages in all; `told`: every sentence of the edition; `found`:
    the counts behind its printed rows. low and high: bounds of the share; choices: count and base,
    None of a theme; row: what the printed distribution says of the most precise sentence, which is
    `best`.
    """
    best = min(own, key=lambda each: np.ptp(claims.allowed(each)))
    low, high = (
        f(b) for f, b in zip((max, min), zip(*map(claims.allowed, own), strict=True), strict=True)
    )
    side = {"best": best, "low": low, "high": high, "choices": None, "row": NONE}
    if best.subject not in set(tables.raw.questionnaire["affirmation_id"]):
        return side
    about = [each for each in told if each.subject == best.subject]
    levels, largest = claims.levels_of(best.levels), admissible.largest_base(tables.raw)
    choices = _choices(about, levels, tables.raw.edition, largest)
    if choices.empty:  # sentences that no count meets together: the most precise one alone
        choices = _choices([best], levels, tables.raw.edition, largest)
    found = found[found["affirmation_id"] == best.subject]
    if len(found):
        n = found[[f"n{level}" for level in levels]].sum(axis=1)
        printed = pd.DataFrame({"n": n, "base": found["base"]}).drop_duplicates()
        allowed = claims.allowed(best)
        met = (printed["n"] / printed["base"]).between(allowed[0] - _NOISE, allowed[1] + _NOISE)
        side["row"] = AGREES if met.any() else CONTRADICTS
        choices = printed[met] if met.any() else printed
    return side | {"choices": choices}


def _choices(about: Iterable, levels: list[int], edition: Edition, largest: int) -> pd.DataFrame:
    """The counts at `levels` and bases for which each sentence `about` it may be true."""
    sentences = [(set(claims.levels_of(each.levels)), *claims.allowed(each)) for each in about]
    bases = np.arange(1, largest + 1)
    known: dict[frozenset, list] = {}
    for at, low, high in sentences:
        rest = frozenset(edition.levels) - at
        known.setdefault(frozenset(at), []).append((low, high))
        known.setdefault(rest, []).append((1 - high, 1 - low))
    runs = {}
    for at, bounds in known.items():
        lows, highs = zip(*bounds, strict=True)
        runs[at] = (np.ceil(max(lows) * bases - _NOISE), np.floor(min(highs) * bases + _NOISE))
    possible = np.all([low <= high for low, high in runs.values()], axis=0)
    low, high = runs[frozenset(levels)]
    found = [
        (n, base)
        for base, first, last in zip(bases[possible], low[possible], high[possible], strict=True)
        for n in range(int(first), int(last) + 1)
    ]
    return pd.DataFrame(found, columns=["n", "base"], dtype="int64")


def _row(subject: str, sentences: tuple[list, list], sides: tuple[dict, dict]) -> dict:
    ids = [each.claim_id for side in sentences for each in side]
    row = {"claim_ids": ";".join(ids), "affirmation_id": subject}
    for side, name in zip(sides, ("after", "before"), strict=True):
        best, choices = side["best"], side["choices"]
        row |= {
            f"levels_{name}": best.levels,
            f"printed_{name}": float(best.value),
            f"qualifier_{name}": best.qualifier or None,
            f"row_{name}": side["row"],
            f"base_{name}": None if choices is None else choices["base"].max(),
        }
    now, before = sides
    row["delta_low"] = 100 * (now["low"] - before["high"])
    row["delta_high"] = 100 * (now["high"] - before["low"])
    return row


def _judged(rows: pd.DataFrame, choices: list[pd.DataFrame], pair: Pair) -> pd.DataFrame:
    """The rows with what holds whichever counts are true; a theme has no test."""
    edition = pair.now.raw.edition
    basis = delta.weakest([delta.basis_of(each, "printed") for each in (pair.now, pair.before)])
    rows = rows.assign(verdict="no_test", basis=basis)
    if choices:
        every = pd.concat(choices, ignore_index=True)
        family = pd.Series(basis, index=rows.index)
        found = ranges.settle(every, family[every["subject"].unique()], edition.equivalence_pp)
        largest = every.groupby("subject")[["base", "base_before"]].transform("max")
        full = every[(every[["base", "base_before"]] == largest).all(axis=1)]
        full = ranges.settle(full, family[full["subject"].unique()], edition.equivalence_pp)
        found["ci_low_full"], found["ci_high_full"] = full["ci_low"], full["ci_high"]
        rows = rows.assign(**found.drop(columns=["delta_low", "delta_high", "verdict"]))
        for column in ("delta_low", "delta_high", "verdict"):
            rows.loc[found.index, column] = found[column]
    empty = contracts.empty("printed_comparisons", edition)
    return rows.reindex(columns=empty.columns).astype(empty.dtypes.to_dict())
