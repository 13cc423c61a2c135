"""How much the order of the themes depends on the choices that make a score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from barolib.statistics import scoring
from barolib.survey import contracts
from barolib.survey.intake import Raw


def rankings(answers: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """The themes' values and ranks under each choice: choice, theme_id, value, rank.

    Choices: the mean, the median, the share at implementation; a score from any answer, or from
    complete themes alone; each affirmation left out in turn ("without T04-01"). Values are means
    over respondents, in the unit of the choice. docs/method.md, "Sensitivity".
    """
    if answers.empty:
        return contracts.empty("rank_choices", raw.edition)
    levels, concerned = scoring.matrices(answers, raw)
    themes = raw.themes.loc[raw.themes["kind"] == "theme", "theme_id"]
    members = {theme: raw.members[theme] for theme in themes}

    def value(own: list[str], study: Raw, statistic: str = "mean") -> float:
        """The mean of the scores; none of fewer respondents than the disclosure minimum."""
        scores = scoring.score(levels[own], concerned[own], study, statistic)["score"]
        return scores.mean() if scores.count() >= study.edition.disclosure_minimum else np.nan

    def values(study: Raw, statistic: str = "mean") -> pd.Series:
        means = {theme: value(own, study, statistic) for theme, own in members.items()}
        return pd.Series(means, dtype="float64")

    usual = values(raw)
    choices = {"mean": usual} | {each: values(raw, each) for each in ("median", "implementation")}
    for name, minimum in (("any answer", 0.0), ("complete themes", 1.0)):
        edition = raw.edition.model_copy(update={"minimum_answered": minimum})
        choices[name] = values(replace(raw, edition=edition))
    for theme, own in members.items():
        for left_out in own if len(own) > 1 else []:
            rest = [each for each in own if each != left_out]
            choices[f"without {left_out}"] = usual.where(usual.index != theme, value(rest, raw))
    return _ranked(choices)


def _ranked(choices: dict[str, pd.Series]) -> pd.DataFrame:
    table = pd.concat(choices, names=["choice", "theme_id"]).rename("value").reset_index()
    rank = table.groupby("choice")["value"].rank(ascending=False, method="min")
    table = table.assign(rank=rank.astype("Int64"))
    return table.astype({"choice": "str", "theme_id": "str"})
