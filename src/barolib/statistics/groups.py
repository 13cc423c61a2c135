"""Groups of respondents by general score, profiles within the peloton, and their stability."""

from __future__ import annotations

import numpy as np
import pandas as pd

from barolib.statistics import disclosure
from barolib.statistics.bootstrap import REPLICATES
from barolib.survey import contracts
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw

GROUPS = ("leaders", "peloton", "laggards")
PROFILES = ("generalist", "specialist")

#: Draws made at a time.
_CHUNK = 50


def table(scores: pd.DataFrame, answers: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """The table `groups`: respondent_id, general, group, profile, stability.

    A respondent without a general score has neither group nor profile. A member of the peloton is a
    specialist where a theme's score stands specialist_gap or more above its general score.
    """
    if answers.empty:
        return contracts.empty("groups", raw.edition)
    edition, themes = raw.edition, raw.themes
    own = themes.loc[themes["kind"] == "theme", "theme_id"]
    wide = scores.pivot(index="respondent_id", columns="theme_id", values="score")
    general = wide["general"]
    places = pd.Series(of_scores(general.to_numpy(), edition), index=wide.index)
    group = places.map(dict(enumerate(GROUPS))).astype("str")
    ahead = wide.reindex(columns=own).sub(general, axis=0).ge(edition.specialist_gap - 1e-9)
    profile = ahead.any(axis=1).map({True: "specialist", False: "generalist"})
    return pd.DataFrame(
        {
            "general": general,
            "group": group,
            "profile": profile.where(group == "peloton").astype("str"),
            "stability": stability(answers, edition).where(group.notna()),
        }
    ).reset_index()


def sizes(members: pd.DataFrame, minimum: int) -> dict[str, int | None]:
    """How many respondents each group and profile has, by name; None where it is withheld.

    `members`: the table `groups`. A group under the disclosure minimum is withheld, with those that
    the total would tell it by; profiles are where one of the two is, or the peloton itself.
    """
    counts = members["group"].value_counts().reindex(GROUPS, fill_value=0)
    hidden = disclosure.withheld(counts, minimum)
    found = {name: None if hidden[name] else int(n) for name, n in counts.items()}
    profiles = members["profile"].value_counts().reindex(PROFILES, fill_value=0)
    told = hidden["peloton"] or disclosure.withheld(profiles, minimum).any()
    return found | {name: None if told else int(n) for name, n in profiles.items()}


def of_scores(general: np.ndarray, edition: Edition) -> np.ndarray:
    """The place in GROUPS of each general score, -1 where there is none; any shape."""
    cuts = np.array([edition.group_cuts.peloton, edition.group_cuts.leaders]) - 1e-9
    return np.where(np.isnan(general), -1, 2 - np.digitize(general, cuts))


def stability(answers: pd.DataFrame, edition: Edition) -> pd.Series:
    """How often each respondent keeps its group when the affirmations are drawn anew.

    The share, over REPLICATES draws with replacement of the affirmations, in which the general
    score lands in the same group; by respondent_id. It tells a group that hangs on a few questions
    from one that does not.
    """
    levels = answers.pivot(index="respondent_id", columns="affirmation_id", values="level")
    values = levels.to_numpy(dtype=np.float64, na_value=np.nan)
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    items, rng = values.shape[1], np.random.default_rng(edition.seed)
    now = of_scores(_means(filled, known, np.ones((items, 1))), edition)
    kept = np.zeros(len(values))
    for _ in range(REPLICATES // _CHUNK):
        drawn = rng.integers(0, items, size=(_CHUNK, items))
        weights = np.stack([np.bincount(row, minlength=items) for row in drawn], axis=1)
        kept += (of_scores(_means(filled, known, weights), edition) == now).sum(axis=1)
    return pd.Series(kept / REPLICATES, index=levels.index, name="stability")


def _means(filled: np.ndarray, known: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted mean level of each respondent under each draw; NaN where nothing is answered."""
    sums, counts = filled @ weights, known @ weights.astype(np.float64)
    return np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
