"""Indicators whose figure is printed for both editions: what the print allows, and what it proves.

docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from barolib.compare import delta, ranges
from barolib.compare.comparison import Pair
from barolib.reconstruction import admissible
from barolib.reconstruction.edition_tables import EditionTables
from barolib.survey import claims, contracts, stages
from barolib.survey.edition import Edition

AGREES, CONTRADICTS, NONE = "agrees", "contradicts", "none"

#: What floating-point products may be off by.
_NOISE = 1e-9


class _Print(NamedTuple):
    """What an edition prints: its tables, and its sentences on shares."""

    tables: EditionTables
    sentences: list


class _Side(NamedTuple):
    """What an edition's print allows of an indicator.

    `cells`: of the table's row; `low`, `high`: bounds of the share; `choices`: n and base, None of
    a theme.
    """

    cells: dict
    low: float
    high: float
    choices: pd.DataFrame | None


def table(pair: Pair) -> pd.DataFrame:
    """The table `printed_comparisons`: the indicators whose figure is printed for both editions.

    Every base up to the panel and every count that the sentences allow goes through, or those of
    the printed distribution where there is one.

    Parameters
    ----------
    pair : Pair
        Two editions, as from comparison.of_raws.

    Returns
    -------
    DataFrame
        A row an indicator, a subject at the same stages in both; shares 0–1, deltas and intervals
        in points.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> from barolib.compare import comparison
    >>> from barolib.files.layout import Layout
    >>> pair = comparison.of_raws(comparison.raws(Layout.find(), "2021", "2018"))
    >>> bool((table(pair)["delta_low"] <= table(pair)["delta_high"]).all())
    True
    """
    prints = [_Print(tables, _sentences(pair, tables)) for tables in (pair.now, pair.before)]
    rows, choices = [], []
    for (subject, _), matches in sorted(_matches(prints, pair).items()):
        sentences = [list(dict.fromkeys(side)) for side in zip(*matches, strict=True)]
        now, before = (_side(*side) for side in zip(sentences, prints, strict=True))
        ids = ";".join(claim.claim_id for side in sentences for claim in side)
        row = {
            "claim_ids": ids,
            "affirmation_id": subject,
            "delta_low": 100 * (now.low - before.high),
        }
        row |= {"delta_high": 100 * (now.high - before.low)}
        row |= {f"{column}_after": cell for column, cell in now.cells.items()}
        rows.append(row | {f"{column}_before": cell for column, cell in before.cells.items()})
        if now.choices is not None and before.choices is not None:
            both = now.choices.merge(before.choices, how="cross", suffixes=("", "_before"))
            choices.append(both.assign(subject=len(rows) - 1))
    if not rows:
        return contracts.empty("printed_comparisons", pair.editions[0])
    return _judged(pd.DataFrame(rows), choices, pair)


def _sentences(pair: Pair, tables: EditionTables) -> list:
    """The printed shares of all respondents of an edition, from either edition's list."""
    listed = pd.concat([pair.now.raw.claims, pair.before.raw.claims], ignore_index=True)
    shares = listed[(listed["edition"] == tables.raw.edition.id) & (listed["statistic"] == "share")]
    sentences = claims.rows(shares.drop_duplicates("claim_id"))
    return [claim for claim in sentences if claim.group is None]


def _matches(prints: list[_Print], pair: Pair) -> dict[tuple[str, str], list[tuple]]:
    """By subject and levels, each sentence of now and of before that tell the same stages."""
    themes = set(pair.now.raw.themes["theme_id"]) & set(pair.before.raw.themes["theme_id"])
    same = dict(pair.links[["affirmation_id", "previous_id"]].itertuples(index=False))
    same |= dict(zip(themes, themes, strict=True))
    matches: dict[tuple[str, str], list[tuple]] = {}
    for now, before in product(prints[0].sentences, prints[1].sentences):
        levels = now.counted, before.counted
        if same.get(now.subject) == before.subject and stages.same_cut(*levels, *pair.editions):
            matches.setdefault((now.subject, now.levels), []).append((now, before))
    return matches


def _side(sentences: list, printed: _Print) -> _Side:
    """What an edition's print allows of the indicator that the sentences are about.

    A printed row stands before them, and says whether it agrees with the most precise one.
    """
    best = min(sentences, key=lambda claim: np.ptp(claim.allowed))
    lows, highs = zip(*(claim.allowed for claim in sentences), strict=True)
    cells = {
        "levels": best.levels,
        "counted": best.counted,
        "printed": float(best.value),
        "row": NONE,
        "base": None,
    }
    cells["qualifier"] = best.qualifier or None
    raw, choices = printed.tables.raw, None
    if best.subject in set(raw.questionnaire["affirmation_id"]):
        about = [claim for claim in printed.sentences if claim.subject == best.subject]
        levels, largest = best.counted, admissible.largest_base(raw)
        choices = _choices(about, levels, raw.edition, largest)
        if choices.empty:  # sentences that no count meets together: the most precise one alone
            choices = _choices([best], levels, raw.edition, largest)
        counts = ranges.printed_counts(printed.tables.reconstructions, levels)
        counts = counts.loc[counts["affirmation_id"] == best.subject, ["n", "base"]]
        if len(counts):
            low, high = best.allowed
            met = (counts["n"] / counts["base"]).between(low - _NOISE, high + _NOISE)
            cells["row"] = AGREES if met.any() else CONTRADICTS
            choices = counts[met] if met.any() else counts
        cells["base"] = choices["base"].max()
    return _Side(cells, max(lows), min(highs), choices)


def _choices(about: Iterable, levels: list[int], edition: Edition, largest: int) -> pd.DataFrame:
    """The counts at `levels` and bases for which each sentence `about` it may be true."""
    bases = np.arange(1, largest + 1)
    runs: dict[frozenset, tuple[np.ndarray, np.ndarray]] = {}  # least and most count, by base
    for claim in about:
        at, (low, high) = frozenset(claim.counted), claim.allowed
        rest = frozenset(edition.levels) - at
        for chosen, lowest, highest in ((at, low, high), (rest, 1 - high, 1 - low)):
            least, most = np.ceil(lowest * bases - _NOISE), np.floor(highest * bases + _NOISE)
            before = runs.get(chosen, (least, most))
            runs[chosen] = np.maximum(least, before[0]), np.minimum(most, before[1])
    possible = np.all([least <= most for least, most in runs.values()], axis=0)
    least, most = (bound.astype("int64")[possible] for bound in runs[frozenset(levels)])
    choices = [
        (n, base)
        for base, first, last in zip(bases[possible], least, most, strict=True)
        for n in range(first, last + 1)
    ]
    return pd.DataFrame(choices, columns=["n", "base"], dtype="int64")


def _judged(rows: pd.DataFrame, choices: list[pd.DataFrame], pair: Pair) -> pd.DataFrame:
    """The rows with what holds whichever counts are true; a theme has no test."""
    edition = pair.editions[0]
    basis = delta.weakest([delta.basis_of(side, "printed") for side in (pair.now, pair.before)])
    rows = rows.assign(verdict="no_test", basis=basis)
    if choices:
        every = pd.concat(choices, ignore_index=True)
        largest = every.groupby("subject")[["base", "base_before"]].transform("max")
        full = every[(every[["base", "base_before"]] == largest).all(axis=1)]
        robust, robust_full = (
            ranges.robust_verdicts(
                table, rows["basis"], edition.equivalence_pp, _hypotheses(rows, edition)
            )
            for table in (every, full)
        )
        robust["ci_low_full"], robust["ci_high_full"] = (
            robust_full["ci_low"],
            robust_full["ci_high"],
        )
        rows = robust.drop(columns=["always", "ever"]).combine_first(rows).rename_axis(None)
    return contracts.typed("printed_comparisons", rows, edition)


def _hypotheses(rows: pd.DataFrame, edition: Edition) -> pd.Series:
    """What each row is about: an indicator and its complement are one hypothesis."""
    every = set(edition.levels)
    named = [set(stages_named) for stages_named in rows["counted_after"]]
    least = [min(sorted(levels), sorted(every - levels)) for levels in named]
    return rows["affirmation_id"].str.cat(pd.Series(least, rows.index).astype("str"), sep=" ")
