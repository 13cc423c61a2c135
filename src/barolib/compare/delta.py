"""What changed between two editions, affirmation by affirmation, and what may be said of it.

docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from barolib.compare.comparison import Pair
from barolib.reconstruction.edition_tables import EditionTables
from barolib.statistics import distribution, ordinal, proportions
from barolib.statistics.proportions import ALPHA
from barolib.survey import contracts, stages

#: What a row may rest on, the surest first.
BASES = COLLECTED, PRINTED, SIMULATED = "collected", "printed", "simulated"
PROGRESS, DECLINE, STABLE, OPEN = "progress", "decline", "stable", "not_distinguishable"


def affirmations(pair: Pair) -> pd.DataFrame:
    """The table `delta_affirmations`: each identical affirmation with figures in both editions.

    Shares 0–1 at the stages of implementation; deltas and intervals in points. Raises StudyError
    where the scales cannot make that cut alike.
    """
    return at_cut(pair, stages.implementation(*pair.editions))


def other_cuts(pair: Pair) -> pd.DataFrame:
    """The table `delta_cuts`: the same at every other cut that both scales can make."""
    usual = stages.implementation(*pair.editions)
    cuts = [cut for cut in stages.cuts(*pair.editions) if cut != usual]
    tables = [at_cut(pair, cut).assign(cut=cut) for cut in cuts]
    empty = contracts.empty("delta_cuts", pair.editions[0])
    return contracts.typed(
        "delta_cuts", pd.concat(tables or [empty], ignore_index=True), pair.editions[0]
    )


def trends(pairs: Sequence[Pair]) -> pd.DataFrame:
    """The table `trends`: `delta_affirmations` of each of comparison.trend, with its editions."""
    tables = {tuple(edition.id for edition in pair.editions): affirmations(pair) for pair in pairs}
    table = pd.concat(tables, names=["edition_after", "edition_before"]).droplevel(2)
    return table.reorder_levels(["edition_before", "edition_after"]).reset_index()


def at_cut(pair: Pair, cut: str) -> pd.DataFrame:
    """The deltas of the share from the stage `cut` up; a family of its own for the adjustment."""
    now, before = pair.editions
    counts = shared_counts(pair, *stages.cuts(now, before)[cut])
    after, earlier = (counts["n"], counts["base"]), (counts["n_before"], counts["base_before"])
    table = counts.join(tests(after, earlier))
    table = table.rename(columns={"share": "share_after", "base": "base_after"})
    table["p_adjusted"] = adjusted(table["p_value"], table["basis"])
    sizes = table[["share_before", "base_after", "base_before"]].itertuples(index=False)
    table["detectable_pp"] = [proportions.detectable(*row) for row in sizes]
    ranked = rank_counts(pair, table)
    table["shift"] = [ordinal.brunner_munzel(*counts).prob1 for counts in ranked]
    table["verdict"] = verdicts(table, now.equivalence_pp)
    return contracts.typed("delta_affirmations", table, now)


def shared_counts(pair: Pair, levels: list[int], levels_before: list[int]) -> pd.DataFrame:
    """The counts of both editions at levels of either scale, a row an affirmation compared.

    Identical affirmations with figures in both: affirmation_id, previous_id, basis; n, base and
    share (0–1); n_before, base_before and share_before.
    """
    after = distribution.at_levels(pair.now.distributions, levels)
    before = distribution.at_levels(pair.before.distributions, levels_before)
    table = pair.links.join(after, on="affirmation_id", how="inner")
    table = table.join(before.add_suffix("_before"), on="previous_id", how="inner")
    origins = zip(table.pop("origin"), table.pop("origin_before"), strict=True)
    basis = [
        weakest([basis_of(pair.now, origin), basis_of(pair.before, origin_before)])
        for origin, origin_before in origins
    ]
    return table.assign(basis=pd.array(basis, dtype="str")).reset_index(drop=True)


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
    """The difference of two independent shares, its intervals and p-value.

    Parameters
    ----------
    after, before : (counts, bases of 1 or more), series or arrays of one length.

    Returns
    -------
    A row a pair, in points: delta_pp, ci_low, ci_high (95 %, Newcombe), low_90, high_90; p_value
    (Boschloo).
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
    families = p.dropna().groupby(family)
    values = families.transform(
        lambda family_values: multipletests(family_values, method="fdr_bh")[1]
    )
    return values.reindex(p.index).astype("float64")


def verdicts(table: pd.DataFrame, equivalence: float) -> pd.Series:
    """What may be said of each delta.

    Parameters
    ----------
    table : p_adjusted; ci_low, ci_high, low_90, high_90, in points.
    equivalence : bound, in points, within which a change counts as none.

    Returns
    -------
    progress or decline: p_adjusted at most ALPHA and an interval without 0. stable: the 90 %
    interval within ± equivalence (two one-sided tests). Else not_distinguishable.

    References
    ----------
    Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15, 657–680.
    """
    proved = table["p_adjusted"] <= ALPHA
    within = (table["low_90"] >= -equivalence) & (table["high_90"] <= equivalence)
    cases = [proved & (table["ci_low"] > 0), proved & (table["ci_high"] < 0), within]
    verdict = np.select(cases, [PROGRESS, DECLINE, STABLE], OPEN)
    return pd.Series(verdict, index=table.index, dtype="str")


def rank_counts(pair: Pair, table: pd.DataFrame) -> list[tuple[np.ndarray, np.ndarray]]:
    """The counts of each row's affirmation by the common rank of both scales, now and before."""
    sides = []
    names = (pair.now, "affirmation_id"), (pair.before, "previous_id")
    for (tables, column), ranks in zip(names, stages.merged(*pair.editions), strict=True):
        rows = tables.distributions.assign(rank=tables.distributions["level"].map(ranks))
        counts = rows.groupby(["affirmation_id", "rank"])["n"].sum().unstack()
        sides.append(counts.loc[table[column]].to_numpy(dtype="int64"))
    return list(zip(*sides, strict=True))


def outcomes(pair: Pair, table: pd.DataFrame) -> pd.DataFrame:
    """The table `crosswalk`: what became of every affirmation, and whether it is in `table`."""
    crosswalk = pair.crosswalk
    compared = crosswalk["affirmation_id"].isin(table["affirmation_id"])
    cases = [compared, crosswalk["change"] == "identical"]
    outcome = np.select(cases, ["compared", "no_figures"], "not_identical")
    return contracts.typed("crosswalk", crosswalk.assign(outcome=outcome), pair.editions[0])
