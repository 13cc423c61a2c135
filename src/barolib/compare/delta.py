"""What changed between two editions, affirmation by affirmation, and what may be said of it.

docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from barolib.compare.comparison import Pair
from barolib.reconstruction.edition_tables import EditionTables
from barolib.statistics import distribution, multiplicity, ordinal, overlap, proportions
from barolib.statistics.overlap import Outcome, Sizes
from barolib.statistics.proportions import ALPHA
from barolib.statistics.subgroups import FEW
from barolib.survey import contracts, stages

#: What a row may rest on, the surest first.
BASES = COLLECTED, PRINTED, SIMULATED = "collected", "printed", "simulated"
PROGRESS, DECLINE, STABLE, OPEN = "progress", "decline", "stable", "not_distinguishable"

#: How a row is tested: by who answered twice, or as two panels that share nobody.
PERMUTATION, BOSCHLOO = "permutation", "boschloo"

#: Who answered twice: how many, at the stages both times, risen to them, fallen from them.
TWICE = ["both", "stayed", "up", "down"]


def affirmations(pair: Pair) -> pd.DataFrame:
    """The table `delta_affirmations`: each identical affirmation with figures in both editions.

    Parameters
    ----------
    pair : Pair
        Two editions, as from comparison.of_raws.

    Returns
    -------
    DataFrame
        A row an affirmation: shares (0–1) at the stages of implementation, deltas and intervals in
        points, p-values, verdict.

    Raises
    ------
    StudyError
        Where the scales cannot make that cut alike.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> from barolib.compare import comparison
    >>> from barolib.files.layout import Layout
    >>> pair = comparison.of_raws(comparison.raws(Layout.find(), "2021", "2018"))
    >>> len(affirmations(pair)) == len(pair.links)
    True
    """
    return at_cut(pair, stages.implementation(*pair.editions))


def other_cuts(pair: Pair) -> pd.DataFrame:
    """The table `delta_cuts`: the same at every other cut that both scales can make.

    Parameters
    ----------
    pair : Pair
        Two editions, as from comparison.of_raws.

    Returns
    -------
    DataFrame
        As `affirmations`, with the stage from which it counts in the column cut.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> from barolib.compare import comparison
    >>> from barolib.files.layout import Layout
    >>> pair = comparison.of_raws(comparison.raws(Layout.find(), "2021", "2018"))
    >>> "cut" in other_cuts(pair)
    True
    """
    usual = stages.implementation(*pair.editions)
    cuts = [cut for cut in stages.cuts(*pair.editions) if cut != usual]
    tables = [at_cut(pair, cut).assign(cut=cut) for cut in cuts]
    empty = contracts.empty("delta_cuts", pair.editions[0])
    return contracts.typed(
        "delta_cuts", pd.concat(tables or [empty], ignore_index=True), pair.editions[0]
    )


def trends(pairs: Sequence[Pair]) -> pd.DataFrame:
    """The table `trends`: the deltas of each pair of neighbours, and of the ends.

    Parameters
    ----------
    pairs : sequence of Pair
        As from comparison.trend.

    Returns
    -------
    DataFrame
        The rows of `affirmations` for each pair, with edition_before and edition_after.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> from barolib.compare import comparison
    >>> from barolib.files.layout import Layout
    >>> chain = comparison.raws(Layout.find(), "2021", "2018")
    >>> table = trends(comparison.trend(chain, comparison.of_raws(chain)))
    >>> table.iloc[0, :2].tolist()
    ['2018', '2021']
    """
    tables = {tuple(edition.id for edition in pair.editions): affirmations(pair) for pair in pairs}
    table = pd.concat(tables, names=["edition_after", "edition_before"]).droplevel(2)
    return table.reorder_levels(["edition_before", "edition_after"]).reset_index()


def at_cut(pair: Pair, cut: str) -> pd.DataFrame:
    """The deltas of the share from the stage `cut` up; a family of its own for the adjustment."""
    table = tested(pair, cut)
    table = table.rename(columns={"share": "share_after", "base": "base_after"})
    table["p_adjusted"] = multiplicity.adjusted(table["p_value"], table["basis"])
    family = table.groupby("basis")["basis"].transform("size")
    table["detectable_pp"] = _detectable(table, ALPHA / family)
    table["detectable_single_pp"] = _detectable(table, pd.Series(ALPHA, table.index))
    ranked = rank_counts(pair, table)
    table["shift"] = [ordinal.brunner_munzel(*counts).prob1 for counts in ranked]
    table["verdict"] = verdicts(table, pair.editions[0].equivalence_pp)
    return contracts.typed("delta_affirmations", table, pair.editions[0])


def tested(pair: Pair, cut: str) -> pd.DataFrame:
    """The counts of both editions from the stage `cut` up, as `shared_counts`, and their tests."""
    levels, levels_before = stages.cuts(*pair.editions)[cut]
    counts = shared_counts(pair, levels, levels_before)
    counts = counts.join(_stayers(pair, counts, levels, levels_before))
    after, before = (counts["n"], counts["base"]), (counts["n_before"], counts["base_before"])
    return counts.join(difference(after, before, counts[TWICE]))


def shared_counts(pair: Pair, levels: list[int], levels_before: list[int]) -> pd.DataFrame:
    """The counts of both editions at levels of either scale, a row an affirmation compared.

    Identical affirmations with figures in both: affirmation_id, previous_id, basis; n, base and
    share (0–1); n_before, base_before and share_before; origin and origin_before.
    """
    after = distribution.at_levels(pair.now.distributions, levels)
    before = distribution.at_levels(pair.before.distributions, levels_before)
    table = pair.links.join(after, on="affirmation_id", how="inner")
    table = table.join(before.add_suffix("_before"), on="previous_id", how="inner")
    basis = [
        weakest([basis_of(pair.now, origin), basis_of(pair.before, origin_before)])
        for origin, origin_before in zip(table["origin"], table["origin_before"], strict=True)
    ]
    return table.assign(basis=pd.array(basis, dtype="str")).reset_index(drop=True)


def _stayers(
    pair: Pair, counts: pd.DataFrame, levels: list[int], levels_before: list[int]
) -> pd.DataFrame:
    """Of each row, who answered twice: both, stayed (at the levels both times), up, down.

    All 0 where the figures of either side do not come from answers, and where so few answered
    twice, or once alone, that the test would tell of single ones.
    """
    sides = []
    for tables, column, at in (
        (pair.now, "affirmation_id", levels),
        (pair.before, "previous_id", levels_before),
    ):
        answers = tables.raw.answers.dropna(subset="level")
        answers = answers.assign(at=answers["level"].isin(at).astype("float64"))
        wide = answers.pivot(index="respondent_id", columns="affirmation_id", values="at")
        sides.append(wide.reindex(columns=counts[column]).set_axis(counts.index, axis=1))
    after, before = (side.reindex(sides[0].index.union(sides[1].index)) for side in sides)
    twice = after.notna() & before.notna()
    flags = {"stayed": (after * before) == 1, "up": after > before, "down": after < before}
    table = pd.DataFrame({"both": twice.sum()} | {name: flag.sum() for name, flag in flags.items()})
    known = (counts["origin"] == "answers") & (counts["origin_before"] == "answers")
    minimum = max(FEW, *(edition.disclosure_minimum for edition in pair.editions))
    for people in (
        table["both"],
        counts["base"] - table["both"],
        counts["base_before"] - table["both"],
    ):
        known &= ~people.between(1, minimum - 1)
    return table.where(known, 0).astype("int64")


def basis_of(tables: EditionTables, origin: str) -> str:
    """What a figure of that origin (answers, printed) rests on in its edition."""
    provenance = tables.raw.edition.provenance
    if (provenance.answers if origin == "answers" else provenance.tables) == "synthetic":
        return SIMULATED
    return COLLECTED if origin == "answers" else PRINTED


def weakest(bases: Sequence[str]) -> str:
    """The least sure of BASES among those given."""
    return max(bases, key=BASES.index)


def difference(after: tuple, before: tuple, twice: pd.DataFrame | None = None) -> pd.DataFrame:
    """The difference of two shares, its intervals and p-value.

    Parameters
    ----------
    after : tuple
        Counts, and bases of 1 or more; series or arrays of one length.
    before : tuple
        The same of the earlier edition.
    twice : DataFrame, optional
        Of each pair, who is known to have answered both times: both, stayed (at the stages both
        times), up, down; without it, or where `both` is 0, the samples are independent.

    Returns
    -------
    DataFrame
        A row a pair, in points: delta_pp, ci_low, ci_high (95 %, Newcombe), low_90, high_90;
        p_value; method, permutation or boschloo.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> table = difference((np.array([15]), np.array([20])), (np.array([8]), np.array([20])))
    >>> float(table["delta_pp"].round(1).item()), table["method"].item()
    (35.0, 'boschloo')
    """
    (n, base), (n_before, base_before) = after, before
    correlation, known = 0.0, np.zeros(len(n), dtype=bool)
    p = np.ones(len(n))
    if twice is not None:
        both, stayed, up, down = (twice[name] for name in TWICE)
        of_pairs = overlap.correlation(both, stayed, Outcome(up, down, 0, 0))
        correlation, known = of_pairs * both / np.sqrt(base * base_before), (both > 0).to_numpy()
        sizes = np.stack([both, base - both, base_before - both])[:, known].T.tolist()
        outcomes = np.stack([up, down, n - stayed - up, n_before - stayed - down])[:, known].T
        pairs = zip(sizes, outcomes, strict=True)
        p[known] = [overlap.permutation_test(Sizes(*size), Outcome(*row)) for size, row in pairs]
    apart = [np.asarray(part)[~known] for part in (*after, *before)]
    p[~known] = proportions.boschloo((apart[0], apart[1]), (apart[2], apart[3]))
    low, high = proportions.newcombe(after, before, ALPHA, correlation)
    low_90, high_90 = proportions.newcombe(after, before, 2 * ALPHA, correlation)
    return pd.DataFrame(
        {
            "delta_pp": 100 * (n / base - n_before / base_before),
            "ci_low": low,
            "ci_high": high,
            "low_90": low_90,
            "high_90": high_90,
            "p_value": p,
            "method": pd.array(np.where(known, PERMUTATION, BOSCHLOO), dtype="str"),
        }
    )


def _detectable(table: pd.DataFrame, alpha: pd.Series) -> list[float]:
    """The smallest rise of each row, in points, that its test detects at `alpha` with 80 % power.

    Of who answered twice, the correlation is the mean over the affirmations.
    """
    both = table["both"]
    moved = Outcome(table["up"], table["down"], 0, 0)
    of_pairs = overlap.correlation(both, table["stayed"], moved)
    usual = float(np.average(of_pairs, weights=both)) if both.any() else 0.0
    columns = ["share_before", "base_after", "base_before", "both"]
    rises = []
    for (share, base, base_before, twice), level in zip(
        table[columns].itertuples(index=False, name=None), alpha, strict=True
    ):
        sizes = Sizes(twice, base - twice, base_before - twice)
        rises.append(
            overlap.detectable(share, usual, sizes, level)
            if twice
            else proportions.detectable(share, base, base_before, level)
        )
    return rises


def verdicts(table: pd.DataFrame, equivalence: float) -> pd.Series:
    """What may be said of each delta.

    Parameters
    ----------
    table : DataFrame
        Columns p_adjusted; ci_low, ci_high, low_90, high_90, in points.
    equivalence : float
        Bound, in points, within which a change counts as none.

    Returns
    -------
    Series of str
        progress or decline: p_adjusted at most ALPHA and an interval without 0. stable: the 90 %
        interval within ± equivalence (two one-sided tests). Else not_distinguishable.

    References
    ----------
    Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15, 657–680.

    Examples
    --------
    >>> row = {"p_adjusted": 0.01, "ci_low": 2.0, "ci_high": 9.0, "low_90": 3.0, "high_90": 8.0}
    >>> verdicts(pd.DataFrame([row]), 10).tolist()
    ['progress']
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
