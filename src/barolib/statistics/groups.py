"""Groups of respondents by general score, profiles within the peloton, and their stability."""

from __future__ import annotations

import numpy as np
import pandas as pd

from barolib.statistics import bootstrap, disclosure
from barolib.statistics.scoring import GENERAL
from barolib.survey import contracts
from barolib.survey.edition import Edition

GROUPS = ("leaders", "peloton", "laggards")
PROFILES = ("generalist", "specialist")


def table(
    scores: pd.DataFrame, answers: pd.DataFrame, themes: pd.DataFrame, edition: Edition
) -> pd.DataFrame:
    """The table `groups`: the group of each respondent, its profile, and how stable it is.

    Parameters
    ----------
    scores : DataFrame
        Respondent × theme; respondent_id, theme_id (`general` among them), score in levels.
    answers : DataFrame
        Respondent × affirmation; respondent_id, affirmation_id, level.
    themes : DataFrame
        Columns theme_id, kind.
    edition : Edition
        Its group_cuts and specialist_gap (in levels), and seed.

    Returns
    -------
    DataFrame
        A row a respondent: respondent_id, general, group, profile, stability (0–1). One without a
        general score has neither group nor profile. A member of the peloton is a specialist where
        a theme's score is specialist_gap or more above its general score.

    References
    ----------
    docs/method.md, "Scores".

    Examples
    --------
    >>> import barolib
    >>> scores = pd.DataFrame({"theme_id": ["general", "T01"], "score": [3.0, 4.5]})
    >>> answers = pd.DataFrame({"affirmation_id": ["A", "B"], "level": [3, 3]})
    >>> themes = pd.DataFrame({"theme_id": ["T01"], "kind": ["theme"]})
    >>> parts = [part.assign(respondent_id="R1") for part in (scores, answers)]
    >>> groups = table(*parts, themes, barolib.open("2021").raw.edition)
    >>> groups[["group", "profile"]].to_numpy().tolist()
    [['peloton', 'specialist']]
    """
    if answers.empty:
        return contracts.empty("groups", edition)
    ranked = themes.loc[themes["kind"] == "theme", "theme_id"]
    wide = scores.pivot(index="respondent_id", columns="theme_id", values="score")
    general = wide[GENERAL]
    places = pd.Series(group_places(general.to_numpy(), edition), index=wide.index)
    group = places.map(dict(enumerate(GROUPS))).astype("str")
    ahead = wide.reindex(columns=ranked).sub(general, axis=0).ge(edition.specialist_gap - 1e-9)
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
    """How many respondents each group and profile has, as far as it may be published.

    Parameters
    ----------
    members : DataFrame
        The table `groups`.
    minimum : int
        Fewest respondents of whom a figure may be published.

    Returns
    -------
    dict
        By name; None where it is withheld: a group under the minimum, with those that the total
        would tell it by; profiles where one of the two is, or the peloton itself.

    References
    ----------
    docs/method.md, "Disclosure".

    Examples
    --------
    >>> groups = pd.DataFrame({"group": ["leaders"] * 4 + ["laggards"] * 5, "profile": None})
    >>> sizes(groups, 3)["leaders"]
    4
    """
    counts = members["group"].value_counts().reindex(GROUPS, fill_value=0)
    hidden = disclosure.withheld(counts, minimum)
    profiles = members["profile"].value_counts().reindex(PROFILES, fill_value=0)
    hide_profiles = hidden["peloton"] or disclosure.withheld(profiles, minimum).any()
    hidden = {**hidden, **dict.fromkeys(PROFILES, hide_profiles)}
    return {name: None if hidden[name] else int(n) for name, n in {**counts, **profiles}.items()}


def group_places(general: np.ndarray, edition: Edition) -> np.ndarray:
    """The place in GROUPS of each general score.

    Parameters
    ----------
    general : ndarray
        Scores in levels, NaN where there is none; any shape.
    edition : Edition
        Its group_cuts (in levels).

    Returns
    -------
    ndarray of int
        0 is the first of GROUPS; -1 where there is no score.

    References
    ----------
    docs/method.md, "Scores".

    Examples
    --------
    >>> import barolib
    >>> group_places(np.array([6.0, 1.0, np.nan]), barolib.open("2021").raw.edition).tolist()
    [0, 2, -1]
    """
    cuts = np.array([edition.group_cuts.peloton, edition.group_cuts.leaders]) - 1e-9
    return np.where(np.isnan(general), -1, 2 - np.digitize(general, cuts))


def stability(answers: pd.DataFrame, edition: Edition) -> pd.Series:
    """How often each respondent keeps its group when the affirmations are drawn anew.

    It tells a group that hangs on a few questions from one that does not.

    Parameters
    ----------
    answers : DataFrame
        Respondent × affirmation; respondent_id, affirmation_id, level.
    edition : Edition
        Its group_cuts (in levels) and seed.

    Returns
    -------
    Series of float
        By respondent_id: the share (0–1) of bootstrap resamples of the affirmations in which the
        general score lands in the same group.

    References
    ----------
    Efron and Tibshirani (1993), An introduction to the bootstrap; docs/method.md, "Scores".

    Examples
    --------
    >>> import barolib
    >>> answers = pd.DataFrame({"affirmation_id": ["A", "B"], "level": [6, 6]})
    >>> edition = barolib.open("2021").raw.edition
    >>> stability(answers.assign(respondent_id="R1"), edition).to_dict()
    {'R1': 1.0}
    """
    levels = answers.pivot(index="respondent_id", columns="affirmation_id", values="level")
    levels = levels.astype("float64")
    place = group_places(levels.mean(axis=1).to_numpy(), edition)
    values = levels.to_numpy().T
    kept = sum(
        (group_places(general, edition) == place).sum(axis=0)
        for general in bootstrap.chunks(values, edition.seed)
    )
    return pd.Series(kept / bootstrap.replicates_of(values), index=levels.index, name="stability")
