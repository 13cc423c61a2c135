"""What a stand-in is made to: bases, the sizes of groups, and counts of the panel and of groups.

docs/method.md, "Stand-in".
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from barolib.printed import admissible
from barolib.simulation.standin_counts import Cell, Counts, Part, mean_of, shape
from barolib.survey import claims
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw

#: How many branches each search may take: counted, not timed, so that it always ends alike.
NODES = 500

#: How many times shapes are drawn anew around the means that were found.
_PASSES = 2

#: How far the outer groups reach beyond their one cut; where between its bounds the mean of each
#: group may lie; and what way the panel's mean keeps from where that leaves it, in levels, since
#: members answer more or less.
_WIDTH = 1.0
_PLACES = {"leaders": (0.1, 0.75), "peloton": (0.35, 0.9), "laggards": (0.5, 0.93)}
_SLACK = 0.02

#: Where on the scale, 0 lowest and 1 highest, the mean of an affirmation stands at first.
_USUAL = 0.38


def printed_counts(raw: Raw) -> dict[str, list[int]]:
    """The counts behind each printed row."""
    found = admissible.reconstructions(raw)
    chosen = found[found["chosen"]].set_index("affirmation_id")[raw.edition.count_columns]
    return {each: row.tolist() for each, row in chosen.iterrows()}


def bases(
    raw: Raw, printed: Mapping[str, list[int]], told: list, rng: np.random.Generator
) -> dict[str, int]:
    """How many answer each affirmation: as printed, else the first drawn that its shares allow."""
    found, panel = {}, raw.edition.panel.respondents
    for each in raw.questionnaire["affirmation_id"]:
        asked = [
            claims.allowed(c)
            for c in told
            if (c.subject, c.statistic, c.group) == (each, "share", None)
            and c.edition == raw.edition.id
        ]
        wished = max(panel - rng.binomial(panel, 0.1), 1)
        order = sorted(range(1, panel + 1), key=lambda base: (abs(base - wished), -base))
        fits = [base for base in order if all(_fits(base, *bounds) for bounds in asked)]
        found[each] = sum(printed[each]) if each in printed else (fits or order)[0]
    return found


def _fits(base: int, low: float, high: float) -> bool:
    return math.ceil(low * base - 1e-9) <= high * base + 1e-9


def panel_counts(
    parts: Mapping[str, Part], printed: Mapping[str, dict], told: list, rng: np.random.Generator
) -> dict[Cell, int]:
    """Counts of each edition's panel that print its tables and meet what sentences they can."""
    known = {
        (edition, None, each, level): n
        for edition, rows in printed.items()
        for each, row in rows.items()
        for level, n in enumerate(row, start=1)
    }
    means = {
        (edition, each): 1 + _USUAL * (len(part.levels) - 1) + 0.4 * rng.standard_normal()
        for edition, part in parts.items()
        for each in part.bases[None]
    }
    choices: dict[int, int] = {}
    for _ in range(1 + _PASSES):
        model = _panel_model(parts, known, told)
        for (edition, each), mean in means.items():
            if (edition, None, each, 1) not in known:
                own = parts[edition]
                n = shape(mean, own.bases[None][each], len(own.levels))
                model.near({(edition, None, each, k): v for k, v in enumerate(n, start=1)})
        choices = choices or model.choose(NODES)
        model.keep(choices)
        counts = model.solve(NODES)
        means = {(e, a): (m + mean_of(counts, parts[e], a)) / 2 for (e, a), m in means.items()}
    return counts


def _panel_model(parts: Mapping[str, Part], known: Mapping[Cell, int], told: list) -> Counts:
    """The programme of the panels' counts, before shapes are wished for."""
    model = Counts(parts, [None])
    model.fix(known)
    for part in parts.values():
        if group_sizes(part.raw.edition, told):
            form, (low, high) = part.mean(claims.GENERAL, None, part.levels), _reach(part, told)
            model.bound(form, low, high)
    for claim in told:
        if claim.statistic not in ("group_share", "count") and claim.group is None:
            model.ask(claim)
    return model


def group_counts(
    part: Part, counts: Mapping, told: list, drawn: pd.DataFrame, group: pd.Series
) -> dict[str, dict[str, list[int]]]:
    """The panel's counts shared out among groups: near those drawn, true to sentences on groups."""
    edition, levels = part.raw.edition, list(part.levels)
    own = drawn.groupby(group.reindex(drawn.index))
    found = {g: {a: rows[a].value_counts() for a in drawn} for g, rows in own}
    bases = {g: {a: int(n.sum()) for a, n in by.items()} for g, by in found.items()}
    split = Part(part.raw, bases)
    model = Counts({edition.id: split}, claims.GROUPS)
    for each in drawn:
        for level in levels:
            cells = {(edition.id, g, each, level): 1 for g in bases}
            n = counts[edition.id, None, each, level]
            model.bound(cells, n, n)
    for name, (low, high) in _means(edition).items():
        model.bound(split.mean(claims.GENERAL, name, split.levels), low, high)
    for claim in told:
        if claim.group and claim.statistic != "group_share" and claim.edition == edition.id:
            model.ask(claim)
    for g, by in found.items():
        for each, n in by.items():
            model.near({(edition.id, g, each, level): n.get(level, 0) for level in levels})
    model.keep(model.choose(NODES))
    solved = model.solve(NODES)
    return {
        g: {a: [solved[edition.id, g, a, level] for level in levels] for a in drawn} for g in bases
    }


def group_sizes(edition: Edition, told: list) -> dict[str, int]:
    """How many respondents each group has, by the shares told; empty where they are not."""
    shares = {
        c.group: float(c.value)
        for c in told
        if c.statistic == "group_share" and c.edition == edition.id and c.comparator == "="
    }
    if set(shares) != set(claims.GROUPS):
        return {}
    whole_panel = edition.panel.respondents
    exact = pd.Series(shares) / sum(shares.values()) * whole_panel
    sizes = exact.astype("int64")
    rest = (exact - sizes).sort_values(ascending=False, kind="stable")
    sizes[rest.index[: whole_panel - sizes.sum()]] += 1
    return sizes.to_dict()


def within(edition: Edition) -> dict[str, tuple[float, float]]:
    """Between which general scores each group lies, clear of the cuts."""
    cuts = edition.group_cuts
    edges = {
        "leaders": (cuts.leaders, min(cuts.leaders + _WIDTH, len(edition.scale))),
        "peloton": (cuts.peloton, cuts.leaders),
        "laggards": (max(cuts.peloton - _WIDTH, 1), cuts.peloton),
    }
    return {group: (low + 0.02, high - 0.02) for group, (low, high) in edges.items()}


def _means(edition: Edition) -> dict[str, tuple[float, float]]:
    """Between which general scores the mean of each group lies."""
    return {
        group: tuple(low + place * (high - low) for place in _PLACES[group])
        for group, (low, high) in within(edition).items()
    }


def _reach(part: Part, told: list) -> tuple[float, float]:
    """Between which means the panel's answers lie, given its groups."""
    edition = part.raw.edition
    sizes, means = group_sizes(edition, told), _means(edition)
    total = sum(sizes.values())
    low, high = (sum(n * means[g][k] for g, n in sizes.items()) / total for k in (0, 1))
    return low + _SLACK, high - _SLACK
