"""What holds whichever counts are true, where a print allows several.

docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from barolib.compare import delta
from barolib.compare.comparison import Pair
from barolib.compare.delta import DECLINE, OPEN, PROGRESS, STABLE
from barolib.printed.edition_tables import EditionTables
from barolib.statistics.proportions import ALPHA
from barolib.survey import contracts, stages

DEPENDS = "depends_on_counts"


def of_pair(pair: Pair) -> pd.DataFrame:
    """The table `delta_ranges`: the affirmations with a printed side, over every count allowed."""
    now, before = pair.now.raw.edition, pair.before.raw.edition
    cut = stages.cuts(now, before)[stages.implementation(now, before)]
    links, own, other = delta.counts(pair)
    if links.empty:
        return contracts.empty("delta_ranges", now)
    sides = [
        (_allowed(tables, ids, levels), wide, levels)
        for tables, ids, wide, levels in (
            (pair.now, links["affirmation_id"], own, cut[0]),
            (pair.before, links["previous_id"], other, cut[1]),
        )
    ]
    parts, printed = [], []
    for place, subject in enumerate(links["affirmation_id"]):
        choices = []
        for allowed, wide, levels in sides:
            one = pd.DataFrame(
                {"n": [wide.loc[place, levels].sum()], "base": [wide.loc[place].sum()]}
            )
            choices.append(allowed.get(place, one))
        printed.append(any(place in allowed for allowed, _, _ in sides))
        parts.append(
            choices[0]
            .merge(choices[1], how="cross", suffixes=("", "_before"))
            .assign(subject=subject)
        )
    found = settle(
        pd.concat(parts, ignore_index=True),
        links.set_index("affirmation_id")["basis"],
        now.equivalence_pp,
    )
    columns = list(contracts.empty("delta_ranges", now))
    return (
        found.rename_axis("affirmation_id")
        .reset_index()[columns][np.array(printed)]
        .reset_index(drop=True)
    )


def _allowed(tables: EditionTables, ids: pd.Series, levels: list[int]) -> dict[int, pd.DataFrame]:
    """By place in `ids`, the counts at the levels and bases that its printed row allows."""
    found = tables.reconstructions
    sides = pd.DataFrame(
        {
            "affirmation_id": found["affirmation_id"],
            "n": found[[f"n{level}" for level in levels]].sum(axis=1),
            "base": found["base"],
        }
    ).drop_duplicates()
    by = dict(list(sides.groupby("affirmation_id")[["n", "base"]]))
    return {place: by[each] for place, each in enumerate(ids) if each in by}


def settle(choices: pd.DataFrame, family: pd.Series, equivalence: float) -> pd.DataFrame:
    """What holds of each subject whichever of its choices is true; a row a subject, in order.

    `choices`: subject, n, base, n_before, base_before; `family`: of each subject. Columns vectors,
    delta_low, delta_high, ci_low, ci_high, p_low, p_high, verdict: the one that every choice gives,
    with p-values adjusted at the smallest and at the largest that the choices allow;
    else depends_on_counts.
    """
    found = delta.tests(
        (choices["n"], choices["base"]), (choices["n_before"], choices["base_before"])
    )
    found = found.assign(
        subject=choices["subject"],
        within=(found["low_90"] >= -equivalence) & (found["high_90"] <= equivalence),
    )
    table = found.groupby("subject", sort=False).agg(
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
    surely, maybe = (delta.adjusted(table[p], family) <= ALPHA for p in ("p_high", "p_low"))
    turned = maybe & ((table["ci_low_most"] > 0) | (table["ci_high_least"] < 0))
    cases = [
        surely & (table["ci_low"] > 0),
        surely & (table["ci_high"] < 0),
        ~turned & table["always"],
        ~turned & ~table["ever"],
    ]
    verdict = np.select(cases, [PROGRESS, DECLINE, STABLE, OPEN], DEPENDS)
    return table.assign(verdict=pd.Series(verdict, index=table.index, dtype="str"))
