"""What a stand-in is made to: bases, the sizes of groups, and counts of the panel and of groups.

docs/method.md, "Stand-in".
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import betabinom

from barolib.reconstruction import admissible
from barolib.simulation.count_programme import Cell, CountProgramme, EditionBases
from barolib.survey import claims
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw

#: How many times shapes are drawn anew around the means that were found.
_PASSES = 2

#: How far the outer groups reach beyond their one cut; where between its bounds the mean of each
#: group may lie; and what way the panel's mean keeps from where that leaves it, in levels, since
#: members answer more or less.
_WIDTH = 1.0
_PLACES = {"leaders": (0.1, 0.75), "peloton": (0.35, 0.9), "laggards": (0.5, 0.93)}
_SLACK = 0.02

#: Sum of the two parameters of the beta-binomial shape: a spread such as printed rows have.
SPREAD = 4.0

#: Where on the scale, 0 lowest and 1 highest, the mean of an affirmation stands at first.
USUAL = 0.38


def printed_counts(raw: Raw) -> dict[str, list[int]]:
    """The counts behind each printed row."""
    table = admissible.reconstructions(raw).query("chosen").set_index("affirmation_id")
    return table[raw.edition.count_columns].T.to_dict("list")


def bases(
    panel: int,
    raw: Raw,
    printed: Mapping[str, list[int]],
    sentences: list,
    rng: np.random.Generator,
) -> dict[str, int]:
    """How many answer each affirmation: as printed, else the first drawn that its shares allow.

    `panel`: the number of respondents.
    """
    drawn = {}
    for affirmation in raw.questionnaire["affirmation_id"]:
        allowed = [
            claim.allowed
            for claim in sentences
            if (claim.subject, claim.statistic, claim.group) == (affirmation, "share", None)
            and claim.edition == raw.edition.id
        ]
        wished = max(panel - rng.binomial(panel, 0.1), 1)
        order = sorted(range(1, panel + 1), key=lambda base: (abs(base - wished), -base))
        fitting = (base for base in order if all(_fits(base, *bounds) for bounds in allowed))
        base = next(fitting, order[0])
        drawn[affirmation] = sum(printed[affirmation]) if affirmation in printed else base
    return drawn


def _fits(base: int, low: float, high: float) -> bool:
    return math.ceil(low * base - 1e-9) <= high * base + 1e-9


def plausible_counts(mean: float, base: int, levels: int) -> list[float]:
    """Counts of a plausible distribution of that mean: beta-binomial over the levels."""
    p = min(max((mean - 1) / (levels - 1), 0.05), 0.95)
    return (base * betabinom.pmf(range(levels), levels - 1, p * SPREAD, (1 - p) * SPREAD)).tolist()


def panel_counts(
    editions: Mapping[str, EditionBases],
    printed: Mapping[str, dict],
    sentences: list,
    rng: np.random.Generator,
) -> dict[Cell, int]:
    """Counts of each edition's panel that print its tables and meet what sentences they can."""
    known: dict[Cell, float] = {}
    for edition, part in editions.items():
        for affirmation, n in printed[edition].items():
            known |= part.cells(None, affirmation, n)
    means = {
        (edition, affirmation): 1 + USUAL * (len(part.levels) - 1) + 0.4 * rng.standard_normal()
        for edition, part in editions.items()
        for affirmation in part.bases[None]
    }
    choices: dict[int, int] = {}
    for _ in range(1 + _PASSES):
        programme = _panel_programme(editions, known, sentences)
        for (edition, affirmation), mean in means.items():
            if affirmation not in printed[edition]:
                part = editions[edition]
                n = plausible_counts(mean, part.bases[None][affirmation], len(part.levels))
                programme.wish(part.cells(None, affirmation, n))
        choices = choices or programme.choose()
        programme.keep(choices)
        counts = programme.solve()
        for edition, part in editions.items():
            for affirmation, n in part.counts(counts, None).items():
                mean = float(np.average(list(part.levels), weights=n))
                means[edition, affirmation] = (means[edition, affirmation] + mean) / 2
    return counts


def _panel_programme(
    editions: Mapping[str, EditionBases], known: Mapping[Cell, float], sentences: list
) -> CountProgramme:
    """The programme of the panels' counts, before shapes are wished for."""
    programme = CountProgramme(editions, [None])
    programme.fix(known)
    for part in editions.values():
        if sizes := group_sizes(part.raw.edition, sentences):
            programme.bound(part.mean(claims.GENERAL, None), *_reach(part.raw.edition, sizes))
    for claim in sentences:
        if claim.statistic not in ("group_share", "count") and claim.group is None:
            programme.ask(claim)
    return programme


def group_counts(
    part: EditionBases, counts: Mapping, sentences: list, drawn: pd.DataFrame, group: pd.Series
) -> dict[str, dict[str, list[int]]]:
    """The panel's counts shared out among groups: near those drawn, true to sentences on groups."""
    edition = part.raw.edition
    wished = {
        name: rows.apply(pd.Series.value_counts).reindex(edition.levels).fillna(0).astype("int64")
        for name, rows in drawn.groupby(group.reindex(drawn.index))
    }
    bases = {name: n.sum().to_dict() for name, n in wished.items()}
    split = EditionBases(part.raw, bases)
    programme = CountProgramme({edition.id: split}, claims.GROUPS)
    for affirmation, row in part.counts(counts, None).items():
        for level, n in zip(edition.levels, row, strict=True):
            programme.bound({(edition.id, name, affirmation, level): 1 for name in bases}, n, n)
    for name, bounds in _group_means(edition).items():
        programme.bound(split.mean(claims.GENERAL, name), *bounds)
    for claim in sentences:
        if claim.group and claim.statistic != "group_share" and claim.edition == edition.id:
            programme.ask(claim)
    for name, table in wished.items():
        for affirmation, n in table.items():
            programme.wish(split.cells(name, affirmation, n))
    programme.keep(programme.choose())
    solved = programme.solve()
    return {name: split.counts(solved, name) for name in bases}


def group_sizes(edition: Edition, sentences: list) -> dict[str, int]:
    """How many respondents each group has, by the shares printed; empty where they are not."""
    shares = {
        claim.group: float(claim.value)
        for claim in sentences
        if claim.statistic == "group_share"
        and claim.edition == edition.id
        and claim.comparator == "="
    }
    if set(shares) != set(claims.GROUPS):
        return {}
    assert edition.panel is not None
    whole_panel = edition.panel.respondents
    exact = pd.Series(shares) / sum(shares.values()) * whole_panel
    sizes = exact.astype("int64")
    rest = (exact - sizes).sort_values(ascending=False, kind="stable")
    sizes[rest.index[: whole_panel - sizes.sum()]] += 1
    return sizes.to_dict()


def score_bounds(edition: Edition) -> dict[str, tuple[float, float]]:
    """Between which general scores each group lies, clear of the cuts."""
    cuts = edition.group_cuts
    edges = {
        "leaders": (cuts.leaders, min(cuts.leaders + _WIDTH, len(edition.scale))),
        "peloton": (cuts.peloton, cuts.leaders),
        "laggards": (max(cuts.peloton - _WIDTH, 1), cuts.peloton),
    }
    return {group: (low + 0.02, high - 0.02) for group, (low, high) in edges.items()}


def _group_means(edition: Edition) -> dict[str, tuple[float, float]]:
    """Between which general scores the mean of each group lies."""
    bounds = score_bounds(edition)
    return {
        group: (low + first * (high - low), low + last * (high - low))
        for group, (low, high) in bounds.items()
        for first, last in [_PLACES[group]]
    }


def _reach(edition: Edition, sizes: Mapping[str, int]) -> tuple[float, float]:
    """Between which means the panel's answers lie, given its groups."""
    means, total = _group_means(edition), sum(sizes.values())
    low, high = (sum(n * means[g][k] for g, n in sizes.items()) / total for k in (0, 1))
    return low + _SLACK, high - _SLACK
