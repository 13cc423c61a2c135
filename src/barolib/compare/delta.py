"""What changed between two editions, affirmation by affirmation, and what may be said of it.

docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from barolib.compare.comparison import Pair
from barolib.printed.edition_tables import EditionTables
from barolib.statistics import ordinal, proportions
from barolib.statistics.proportions import ALPHA
from barolib.survey import contracts, stages

#: What a row may rest on, the surest first.
BASES = COLLECTED, PRINTED, SIMULATED = "collected", "printed", "simulated"
PROGRESS, DECLINE, STABLE, OPEN = "progress", "decline", "stable", "not_distinguishable"

COLUMNS = ["affirmation_id", "previous_id", "share_before", "base_before", "share_after"]
COLUMNS += ["base_after", "delta_pp", "ci_low", "ci_high", "p_value", "p_adjusted"]
COLUMNS += ["detectable_pp", "shift", "verdict", "basis"]


def affirmations(pair: Pair) -> pd.DataFrame:
    """The table `delta_affirmations`: each identical affirmation with figures in both editions.

    Shares 0–1 at the stages of implementation; deltas and intervals in points. Raises StudyError
    where the scales cannot make that cut alike.
    """
    return at_cut(pair, stages.implementation(pair.now.raw.edition, pair.before.raw.edition))


def other_cuts(pair: Pair) -> pd.DataFrame:
    """The table `delta_cuts`: the same at every other cut that both scales can make."""
    editions = pair.now.raw.edition, pair.before.raw.edition
    rest = [cut for cut in stages.cuts(*editions) if cut != stages.implementation(*editions)]
    parts = [at_cut(pair, cut).assign(cut=cut) for cut in rest]
    empty = contracts.empty("delta_cuts", editions[0])
    return pd.concat(parts, ignore_index=True).astype({"cut": "str"}) if parts else empty


def trends(pairs: Sequence[Pair]) -> pd.DataFrame:
    """The table `trends`: `delta_affirmations` of each of comparison.trend, with its editions."""
    parts = [
        affirmations(pair).assign(
            edition_before=pair.before.raw.edition.id, edition_after=pair.now.raw.edition.id
        )
        for pair in pairs
    ]
    table = pd.concat(parts, ignore_index=True)
    return table[["edition_before", "edition_after", *COLUMNS]].astype(
        {"edition_before": "str", "edition_after": "str"}
    )


def at_cut(pair: Pair, cut: str) -> pd.DataFrame:
    """The deltas of the share from the stage `cut` up; a family of its own for the adjustment."""
    now, before = pair.now.raw.edition, pair.before.raw.edition
    levels, levels_before = stages.cuts(now, before)[cut]
    links, own, other = counts(pair)
    n, base = own[levels].sum(axis=1).to_numpy(), own.sum(axis=1).to_numpy()
    n_before, base_before = (
        other[levels_before].sum(axis=1).to_numpy(),
        other.sum(axis=1).to_numpy(),
    )
    table = links.assign(
        share_before=n_before / base_before,
        base_before=base_before,
        share_after=n / base,
        base_after=base,
    )
    table = pd.concat([table, tests((n, base), (n_before, base_before))], axis=1)
    table["p_adjusted"] = adjusted(table["p_value"], table["basis"])
    table["detectable_pp"] = [
        proportions.detectable(row.share_before, row.base_after, row.base_before)
        for row in table.itertuples()
    ]
    ranked = rank_counts(pair, own, other)
    table["shift"] = [ordinal.brunner_munzel(*each)[0] for each in ranked]
    return table.assign(verdict=verdicts(table, now.equivalence_pp))[COLUMNS].astype(
        {"verdict": "str", "base_before": "int64", "base_after": "int64", "shift": "float64"}
    )


def counts(pair: Pair) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The links with figures in both editions and their basis, and either edition's counts.

    Counts: a row a link, a column a level, the edition's own first.
    """
    own, origin = _counts(pair.now, pair.links["affirmation_id"])
    other, origin_before = _counts(pair.before, pair.links["previous_id"])
    known = (own.sum(axis=1).to_numpy() > 0) & (other.sum(axis=1).to_numpy() > 0)
    basis = [
        weakest([basis_of(pair.now, now), basis_of(pair.before, before)])
        for now, before in zip(origin[known], origin_before[known], strict=True)
    ]
    links = pair.links[known].assign(
        basis=pd.Series(basis, index=pair.links.index[known], dtype="str")
    )
    return tuple(each.reset_index(drop=True) for each in (links, own[known], other[known]))


def _counts(tables: EditionTables, ids: pd.Series) -> tuple[pd.DataFrame, np.ndarray]:
    wide = tables.distributions.pivot(index="affirmation_id", columns="level", values="n")
    origin = tables.distributions.drop_duplicates("affirmation_id").set_index("affirmation_id")[
        "origin"
    ]
    wide = wide.reindex(index=ids, columns=tables.raw.edition.levels)
    return wide.fillna(0).astype("int64"), origin.reindex(ids).to_numpy()


def basis_of(tables: EditionTables, origin: str) -> str:
    """What a figure of that origin (answers, printed) rests on in its edition."""
    provenance = tables.raw.edition.provenance
    if (provenance.answers if origin == "answers" else provenance.tables) == "synthetic":
        return SIMULATED
    return COLLECTED if origin == "answers" else PRINTED


def weakest(bases: Sequence[str]) -> str:
    """The least sure of BASES among those given."""
    return max(bases, key=BASES.index)


def tests(after: tuple, before: tuple) -> pd.DataFrame:
    """The delta of each pair of sides, (count, base), in points: its intervals and p-value.

    Columns delta_pp, ci_low, ci_high (95 %), low_90, high_90, p_value.
    """
    (n, base), (n_before, base_before) = after, before
    low, high = proportions.newcombe(after, before)
    low_90, high_90 = proportions.newcombe(after, before, 2 * ALPHA)
    return pd.DataFrame(
        {
            "delta_pp": 100 * (n / base - n_before / base_before),
            "ci_low": low,
            "ci_high": high,
            "low_90": low_90,
            "high_90": high_90,
            "p_value": proportions.boschloo(after, before),
        }
    )


def adjusted(p: pd.Series, family: pd.Series) -> pd.Series:
    """p-values adjusted within each family; missing ones stay so (Benjamini and Hochberg 1995)."""
    known = p.dropna()
    return (
        known.groupby(family[known.index])
        .transform(lambda own: multipletests(own, method="fdr_bh")[1])
        .reindex(p.index)
        .astype("float64")
    )


def verdicts(table: pd.DataFrame, equivalence: float) -> pd.Series:
    """What may be said of each delta.

    progress or decline: p_adjusted at most ALPHA and an interval without 0. stable: the 90 %
    interval within ± equivalence (two one-sided tests, Schuirmann 1987). Else not_distinguishable.
    `table`: p_adjusted, ci_low, ci_high, low_90, high_90, in points.
    """
    proved = table["p_adjusted"] <= ALPHA
    within = (table["low_90"] >= -equivalence) & (table["high_90"] <= equivalence)
    cases = [proved & (table["ci_low"] > 0), proved & (table["ci_high"] < 0), within]
    found = np.select(cases, [PROGRESS, DECLINE, STABLE], OPEN)
    return pd.Series(found, index=table.index, dtype="str")


def rank_counts(
    pair: Pair, own: pd.DataFrame, other: pd.DataFrame
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The counts of each link by the common rank of both scales, now and before."""
    ranks = stages.merged(pair.now.raw.edition, pair.before.raw.edition)
    size = max(max(each.values()) for each in ranks)
    wide = [
        each.T.groupby(rank).sum().T.reindex(columns=range(1, size + 1), fill_value=0).to_numpy()
        for each, rank in zip((own, other), ranks, strict=True)
    ]
    return list(zip(*wide, strict=True))


def outcomes(pair: Pair, table: pd.DataFrame) -> pd.DataFrame:
    """The table `crosswalk`: what became of every affirmation, and whether it is in `table`."""
    found = pair.crosswalk
    outcome = np.select(
        [found["affirmation_id"].isin(table["affirmation_id"]), found["change"] == "identical"],
        ["compared", "no_figures"],
        "not_identical",
    )
    columns = list(contracts.empty("crosswalk", pair.now.raw.edition))
    return found.assign(outcome=pd.Series(outcome, index=found.index, dtype="str"))[columns]
