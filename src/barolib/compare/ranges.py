"""What holds whichever counts are true, where a print allows several.

docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from barolib.compare import delta
from barolib.compare.comparison import Pair
from barolib.compare.delta import DECLINE, OPEN, PROGRESS, STABLE
from barolib.reconstruction.edition_tables import EditionTables
from barolib.statistics import distribution, multiplicity
from barolib.statistics.proportions import ALPHA
from barolib.survey import contracts, stages

DEPENDS = "depends_on_counts"


def of_pair(pair: Pair) -> pd.DataFrame:
    """The table `delta_ranges`: the affirmations with a printed side, over every count allowed.

    Parameters
    ----------
    pair : Pair
        Two editions, as from comparison.of_raws.

    Returns
    -------
    DataFrame
        A row an affirmation: how many counts are possible, the range of its delta (points) and of
        its p-value, and the verdict that every count gives, else depends_on_counts.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> from barolib.compare import comparison
    >>> from barolib.files.layout import Layout
    >>> pair = comparison.of_raws(comparison.raws(Layout.find(), "2021", "2018"))
    >>> bool((of_pair(pair)["vectors"] > 0).all())
    True
    """
    now, before = pair.editions
    cut = stages.implementation(now, before)
    levels, levels_before = stages.cuts(now, before)[cut]
    compared = delta.tested(pair, cut)[["affirmation_id", "previous_id", "basis", *delta.TWICE]]
    if compared.empty:
        return contracts.empty("delta_ranges", now)
    earlier = _choices(pair.before, levels_before)
    choices = compared.merge(_choices(pair.now, levels), on="affirmation_id").merge(
        earlier.rename(columns={"affirmation_id": "previous_id"}),
        on="previous_id",
        suffixes=("", "_before"),
    )
    choices = choices.rename(columns={"affirmation_id": "subject"})
    family = compared.set_index("affirmation_id")["basis"]
    robust = robust_verdicts(choices, family, now.equivalence_pp)
    printed = choices[choices["printed"] | choices["printed_before"]]["subject"].unique()
    table = robust.loc[printed].rename_axis("affirmation_id").reset_index()
    return contracts.typed("delta_ranges", table, now)


def printed_counts(vectors: pd.DataFrame, levels: list[int]) -> pd.DataFrame:
    """The counts n at the levels and bases of the table `reconstructions`, with affirmation_id."""
    n = vectors[[f"n{level}" for level in levels]].sum(axis=1)
    return vectors[["affirmation_id", "base"]].assign(n=n).drop_duplicates()


def _choices(tables: EditionTables, levels: list[int]) -> pd.DataFrame:
    """Of each affirmation the counts n and bases that may be true: as printed, else as answered."""
    printed = printed_counts(tables.reconstructions, levels).assign(printed=True)
    counts = distribution.at_levels(tables.distributions, levels)
    answered = counts[counts["origin"] == "answers"].reset_index().assign(printed=False)
    parts = [part[printed.columns] for part in (printed, answered) if len(part)]
    return pd.concat(parts, ignore_index=True)


def robust_verdicts(
    choices: pd.DataFrame,
    family: pd.Series,
    equivalence: float,
    hypothesis: pd.Series | None = None,
) -> pd.DataFrame:
    """What holds of each subject whichever of its choices is true.

    Parameters
    ----------
    choices : subject, n, base, n_before, base_before; a row a choice. Where it is known who
        answered twice, the columns delta.TWICE.
    family : of each subject, within which p-values are adjusted.
    equivalence : bound, in points, within which a change counts as none.
    hypothesis : of each subject; those of one hypothesis count once.

    Returns
    -------
    By subject, in order: vectors (how many choices), delta_low, delta_high, ci_low, ci_high (in
    points), p_low, p_high, verdict: the one that every choice gives, with p-values adjusted at the
    smallest and at the largest that the choices allow; else depends_on_counts.
    """
    after, before = (choices["n"], choices["base"]), (choices["n_before"], choices["base_before"])
    tests = delta.difference(after, before, choices.reindex(columns=delta.TWICE, fill_value=0))
    within = (tests["low_90"] >= -equivalence) & (tests["high_90"] <= equivalence)
    by_subject = tests.assign(within=within).groupby(choices["subject"], sort=False)
    table = by_subject.agg(
        vectors=("p_value", "size"),
        delta_low=("delta_pp", "min"),
        delta_high=("delta_pp", "max"),
        ci_low=("ci_low", "min"),
        ci_low_most=("ci_low", "max"),
        ci_high=("ci_high", "max"),
        ci_high_least=("ci_high", "min"),
        p_low=("p_value", "min"),
        p_high=("p_value", "max"),
        always=("within", "all"),
        ever=("within", "any"),
    )
    surely, maybe = (
        multiplicity.adjusted(table[p], family, hypothesis) <= ALPHA for p in ("p_high", "p_low")
    )
    turned = maybe & ((table["ci_low_most"] > 0) | (table["ci_high_least"] < 0))
    cases = [
        surely & (table["ci_low"] > 0),
        surely & (table["ci_high"] < 0),
        ~turned & table["always"],
        ~turned & ~table["ever"],
    ]
    verdict = np.select(cases, [PROGRESS, DECLINE, STABLE, OPEN], DEPENDS)
    return table.assign(verdict=pd.array(verdict, dtype="str"))
