"""A dry run: plausible answers to a questionnaire of which nothing is published yet.

They show what a report will look like before a letter goes out, and nothing else. docs/method.md,
"Dry run".
"""

from __future__ import annotations

from collections import Counter
from itertools import cycle, islice

import numpy as np
import pandas as pd

from barolib.simulation import respondents, targets
from barolib.simulation.respondents import Traits
from barolib.survey.edition import Edition, Panel
from barolib.survey.intake import Raw

#: Inhabitants of a respondent that does not say, respondents of a panel that nobody states; how far
#: the means of themes, and of a theme's affirmations, spread, in shares of the scale's length.
_USUAL_POPULATION = 50_000
_USUAL_RESPONDENTS = 30
_OF_THEMES, _OF_AFFIRMATIONS = 0.1, 0.08


def panel(edition: Edition, rng: np.random.Generator) -> pd.DataFrame:
    """respondents.csv of a panel such as edition.yml states, of no respondent of another edition.

    Where it states none, thirty respondents, as many of each status.

    Parameters
    ----------
    edition : Edition
        Its settings.
    rng : Generator
        Of the draws.

    Returns
    -------
    DataFrame
        A row a respondent: respondent_id, name, status, population (inhabitants).

    References
    ----------
    docs/method.md, "Dry run".
    """
    stated = edition.panel or Panel(respondents=_USUAL_RESPONDENTS)
    by_status = Counter(stated.by_status)
    missing = stated.respondents - by_status.total()
    by_status.update(islice(cycle(status.id for status in edition.statuses), missing))
    whole = stated.model_copy(update={"by_status": dict(by_status)})
    (drawn,) = respondents.draw_panels([edition.model_copy(update={"panel": whole})], rng)
    return drawn.assign(respondent_id=f"E{edition.id}-" + drawn["respondent_id"])


def levels(raw: Raw, panel: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The level of each answer of a panel that nobody asked yet.

    Parameters
    ----------
    raw : Raw
        The raw tables of the edition, without answers.
    panel : DataFrame
        A row a respondent: respondent_id, status, population (inhabitants).
    rng : Generator
        Of the draws.

    Returns
    -------
    DataFrame
        Respondent × affirmation; NaN where it does not concern the respondent.

    References
    ----------
    docs/method.md, "Dry run".
    """
    panel = panel.fillna({"population": _USUAL_POPULATION, "status": ""})
    bases = targets.bases(len(panel), raw, {}, [], rng)
    answered = respondents.draw_concerned(panel, bases, raw, rng)
    ((general, leaning),) = respondents.draw_traits([panel], [raw], rng)
    length, top = len(raw.edition.levels) - 1, len(raw.edition.levels)
    table = raw.questionnaire
    of_themes = {theme: _OF_THEMES * rng.standard_normal() for theme in table["theme_id"].unique()}
    counts = {}
    for affirmation, theme in zip(table["affirmation_id"], table["theme_id"], strict=True):
        place = targets.USUAL + of_themes[theme] + _OF_AFFIRMATIONS * rng.standard_normal()
        shape = np.array(targets.plausible_counts(1 + length * place, bases[affirmation], top))
        counts[affirmation] = rng.multinomial(bases[affirmation], shape / shape.sum()).tolist()
    return respondents.placed(Traits(general, leaning, answered), counts)
