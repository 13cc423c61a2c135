"""An attack on what is withheld: who can be found by adding and subtracting what is published.

The attacker knows who answered, and the subgroups of each: more than is published.
Every figure shown is then a sum over known people, and a set of people is found where its sum
follows from those shown: where its indicator lies in the span of theirs.
"""

from itertools import combinations

import numpy as np
import pandas as pd


def found(cells: pd.DataFrame, belonging: pd.DataFrame, people: dict, minimum: int) -> list:
    """What the attack finds: withheld cells, and sets of fewer people than the minimum.

    `cells`: dimension, subgroup, theme_id, withheld; `people`: who counts in each theme.
    """
    members = belonging.groupby(["dimension", "subgroup"])["respondent_id"].agg(frozenset)
    result = []
    for theme, rows in cells.groupby("theme_id"):
        names, own = sorted(people[theme]), set(people[theme])
        sets = {
            (row.dimension, row.subgroup): members[row.dimension, row.subgroup] & own
            for row in rows.itertuples()
        }
        withheld = rows.set_index(["dimension", "subgroup"])["withheld"].to_dict()
        shown = [frozenset(own), *(cell for key, cell in sets.items() if not withheld[key])]
        told = _teller(names, shown)
        result += [(theme, key) for key, cell in sets.items() if withheld[key] and told(cell)]
        # People of the same subgroups cannot be told apart: sets are made of whole kinds.
        kinds: dict[tuple, set] = {}
        for name in names:
            kinds.setdefault(tuple(name in cell for cell in shown), set()).add(name)
        small = [kind for kind in kinds.values() if len(kind) < minimum]
        for count in range(1, minimum):
            for chosen in combinations(small, count):
                union = set().union(*chosen)
                if len(union) < minimum and told(union):
                    result.append((theme, tuple(sorted(union))))
    return result


def _teller(names, shown):
    """Whether the sum over a set of people follows from the sums over the sets shown."""
    rows = np.array([[name in cell for name in names] for cell in shown], dtype=float)
    _, sizes, basis = np.linalg.svd(rows, full_matrices=False)
    basis = basis[sizes > 1e-9]

    def told(cell):
        indicator = np.array([name in cell for name in names], dtype=float)
        return bool(np.linalg.norm(indicator - basis.T @ (basis @ indicator)) < 1e-6)

    return told
