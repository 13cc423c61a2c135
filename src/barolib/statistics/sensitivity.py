"""How much the order of the themes depends on the choices that make a score."""

from __future__ import annotations

import numpy as np
import pandas as pd

from barolib.statistics import scoring
from barolib.survey import contracts
from barolib.survey.edition import Edition


def rankings(
    answers: pd.DataFrame, themes: pd.DataFrame, members: dict[str, list[str]], edition: Edition
) -> pd.DataFrame:
    """The table `rank_choices`: the themes' values and ranks under each choice.

    Parameters
    ----------
    answers : DataFrame
        Respondent × affirmation; respondent_id, affirmation_id, level, reason.
    themes : DataFrame
        Columns theme_id, kind; those of kind theme are ranked.
    members : dict
        The affirmations of each theme.
    edition : Edition
        Its minimum_answered, implementation_from, disclosure_minimum.

    Returns
    -------
    DataFrame
        Columns choice, theme_id, value (mean over respondents, in the unit of the choice), rank.
        Choices: the mean, the median, the share at implementation; a score from any answer, or from
        complete themes alone; each affirmation left out in turn ("without T04-01").

    References
    ----------
    docs/method.md, "Sensitivity".

    Examples
    --------
    >>> import barolib
    >>> raw = barolib.open("2021").raw
    >>> table = rankings(raw.answers, raw.themes, raw.members, raw.edition)
    >>> table["choice"].unique()[:3].tolist()
    ['mean', 'median', 'implementation']
    """
    if answers.empty:
        return contracts.empty("rank_choices", edition)
    levels, concerned = scoring.matrices(answers)
    ranked = {theme: members[theme] for theme in themes.loc[themes["kind"] == "theme", "theme_id"]}

    def value(ids: list[str], settings: Edition, statistic: str = "mean") -> float:
        """The mean of the scores; none of fewer respondents than the disclosure minimum."""
        scores = scoring.score(levels[ids], concerned[ids], settings, statistic)["score"]
        return scores.mean() if scores.count() >= edition.disclosure_minimum else np.nan

    def values(settings: Edition, statistic: str = "mean") -> pd.Series:
        means = {theme: value(ids, settings, statistic) for theme, ids in ranked.items()}
        return pd.Series(means, dtype="float64")

    usual = values(edition)
    choices = {"mean": usual} | {
        name: values(edition, name) for name in ("median", "implementation")
    }
    for name, minimum in (("any answer", 0.0), ("complete themes", 1.0)):
        choices[name] = values(edition.model_copy(update={"minimum_answered": minimum}))
    for theme, ids in ranked.items():
        for left_out in ids if len(ids) > 1 else []:
            rest = [affirmation for affirmation in ids if affirmation != left_out]
            without = usual.where(usual.index != theme, value(rest, edition))
            choices[f"without {left_out}"] = without
    table = pd.concat(choices, names=["choice", "theme_id"]).rename("value").reset_index()
    rank = table.groupby("choice")["value"].rank(ascending=False, method="min")
    return contracts.typed("rank_choices", table.assign(rank=rank), edition)
