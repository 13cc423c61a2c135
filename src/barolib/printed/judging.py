"""Printed sentences judged: the figure recomputed, within what its wording allows or not."""

from __future__ import annotations

from math import isinf, nan

import pandas as pd

from barolib.files.layout import Layout
from barolib.printed import cleaning, evidence
from barolib.printed.recomputation import Absent, Figure, Tables, figure
from barolib.statistics import distribution, groups, scoring
from barolib.survey import claims
from barolib.survey.intake import Raw, read_raw

COLUMNS = ["claim_id", "printed", "recomputed", "tolerance", "verdict", "basis"]

#: What floating-point sums may be off by.
_NOISE = 1e-12


def of_raw(raw: Raw) -> Tables:
    """The tables of an edition, made from its raw files alone."""
    rows, found = (
        cleaning.of_affirmations(cleaning.printed(raw), raw),
        evidence.reconstructions(raw),
    )
    edition, answers, themes, members = raw.edition, raw.answers, raw.themes, raw.members
    distributions = distribution.printed_else_answers(
        distribution.from_printed(rows, found, raw.questionnaire, edition),
        distribution.from_answers(answers, raw.questionnaire, edition),
    )
    pooled = distribution.pooled(distributions, members, edition)
    scores = scoring.respondent_scores(answers, members, edition)
    if len(scores):
        means = scoring.theme_scores(scores, themes, edition)
    else:
        means = scoring.pooled_scores(pooled, found, themes, members, edition)
    of_groups = groups.table(scores, answers, themes, edition)
    return Tables(raw, distributions, pooled, means, scores, of_groups)


def previous(layout: Layout, edition: str) -> dict[str, Tables]:
    """The tables of the edition before, by its id; empty where data/raw holds none.

    They are made anew from its raw files, so that no run depends on another.
    """
    before = layout.before(edition)
    return {before: of_raw(read_raw(layout, before))} if before else {}


def judge(told: pd.DataFrame, tables: dict[str, Tables]) -> pd.DataFrame:
    """The table `claims`: each sentence recomputed from the tables of the edition it is about.

    `told`: published_claims. A row: claim_id, printed, recomputed (in the statistic's unit: shares
    0–1, levels, ranks, counts), tolerance (what the sentence allows), verdict (agrees, contradicts,
    not_recomputable where a table that it needs is absent), basis (the weakest of BASES that it
    rests on), withheld (whether `recomputed` tells of a group of too few respondents).
    """
    rows = [(*verdict(claim, tables), _few(claim, tables)) for claim in claims.rows(told)]
    types = dict.fromkeys(COLUMNS, "str") | {"recomputed": "float64", "withheld": "bool"}
    return pd.DataFrame(rows, columns=[*COLUMNS, "withheld"]).astype(types)


def _few(claim, tables: dict[str, Tables]) -> bool:
    """Whether a claim is about a group of fewer respondents than may be told of."""
    own = tables.get(claim.edition)
    groups = {claim.group, *(group for _, group in claim.rivals)} - {None}
    if own is None or claim.statistic == "group_share":
        return False
    sizes = own.groups["group"].value_counts()
    return any(sizes.get(each, 0) < own.raw.edition.disclosure_minimum for each in groups)


def verdict(claim, tables: dict[str, Tables]) -> tuple:
    """One sentence judged, in the order of COLUMNS; `claim`: a row as of claims.rows."""
    low, high = claim.allowed
    try:
        found = figure(claim, tables)
    except Absent:
        found, verdict = Figure(nan, None), "not_recomputable"
    else:
        met = low - _NOISE <= found.value <= high + _NOISE
        verdict = "agrees" if met else "contradicts"
    sign = "" if claim.comparator in "=~" else claim.comparator
    printed = f"{claim.qualifier or sign} {claim.value}".strip()
    tolerance = _tolerance(low, high, claim.statistic)
    return claim.claim_id, printed, found.value, tolerance, verdict, found.basis


def _tolerance(low: float, high: float, statistic: str) -> str:
    """Bounds as text: 0.5645–0.5755, ≥ 8, ≤ 3, > 0, < 0; 34 where they are one."""
    if low == claims.LEAST or high == -claims.LEAST:
        return "> 0" if low > 0 else "< 0"
    places = 0 if statistic in ("count", "rank") else 4
    if isinf(high):
        return f"≥ {low:.{places}f}"
    if isinf(low):
        return f"≤ {high:.{places}f}"
    return "–".join(dict.fromkeys(f"{each:.{places}f}" for each in (low, high)))
