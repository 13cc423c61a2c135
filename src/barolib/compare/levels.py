"""What two editions reached at each level of implementation, from shares at it or beyond."""

from __future__ import annotations

import numpy as np
import pandas as pd

from barolib.survey.edition import Edition

_SIDES = ("before", "after")


def at_each(edition: Edition, affirmations: pd.DataFrame, other_cuts: pd.DataFrame) -> pd.DataFrame:
    """The share of either edition at each level of implementation that both scales tell apart.

    A row an affirmation and level: affirmation_id, level, beyond (whether those of higher levels
    are with it), and share and base of either edition. `affirmations` and `other_cuts`: the tables
    delta_affirmations, some rows of it perhaps, and delta_cuts. `edition`: the later one.
    """
    stages = edition.scale[edition.implementation_from - 1 :]
    cuts = pd.concat([affirmations.assign(cut=stages[0].stage), other_cuts])
    cuts["level"] = cuts["cut"].map({stage.stage: stage.level for stage in stages})
    cuts = cuts[cuts["affirmation_id"].isin(affirmations["affirmation_id"])].dropna(subset="level")
    everywhere = cuts.groupby("level")["affirmation_id"].transform("size") == len(affirmations)
    cuts = cuts[everywhere].astype({"level": int}).sort_values("level")
    levels = cuts[["affirmation_id", "level"]].copy()
    highest = cuts["level"].max()
    levels["beyond"] = levels["level"].eq(highest) & (highest < len(edition.scale))
    for side in _SIDES:
        base = cuts[f"base_{side}"]
        reached = np.rint(cuts[f"share_{side}"] * base)  # counts, so that none is left of noise
        above = reached.groupby(cuts["affirmation_id"]).shift(-1, fill_value=0)
        levels[f"share_{side}"], levels[f"base_{side}"] = (reached - above) / base, base
    return levels.sort_values(["affirmation_id", "level"], ignore_index=True)
