"""Panels of respondents as raw tables in memory: drawn by a seed, or of two statuses."""

import numpy as np
import pandas as pd

from barolib.survey.edition import Edition
from barolib.survey.intake import Raw


def drawn(seed: int, people: tuple[int, int] = (7, 20)) -> Raw:
    """An edition of 2 or 3 themes and a transverse one, 3 to 6 levels; some answers missing.

    Statuses and sizes overlap much or little, answers are alike or not.
    """
    rng = np.random.default_rng(seed)
    count, top = int(rng.integers(*people)), int(rng.integers(3, 7))
    size, ability = rng.normal(size=count), rng.normal(size=count)
    status = pd.cut(size + rng.normal(size=count) * rng.choice([0.1, 1]), 3, labels=False)
    asked = [
        f"T{theme:02}-{at}"
        for theme in range(1, rng.integers(3, 5))
        for at in range(1, rng.integers(2, 5))
    ]
    eased = rng.normal(size=len(asked)) * rng.choice([0.3, 1.5])
    ability += rng.choice([0, 0.8]) * status
    exact = ability[:, None] + eased + rng.normal(size=(count, len(asked))) * 0.7
    levels = np.clip(np.round((top + 1) / 2 + exact), 1, top)
    levels[rng.random(levels.shape) < rng.choice([0, 0.1])] = np.nan
    population = (35_000 * np.exp(0.5 * size)).astype(int)
    minimum = int(rng.integers(2, 5))
    return of(pd.DataFrame(levels, columns=asked), status, population, top, minimum)


def two_statuses(first: int, second: int, alike: str = "") -> Raw:
    """Respondents of two statuses, k0 and k1, one size; all of `alike` stand at the first level."""
    rng = np.random.default_rng(first)
    status = np.repeat([0, 1], [first, second])
    levels = rng.integers(1, 5, (first + second, 4)).astype(float)
    levels[status == {"k0": 0, "k1": 1}.get(alike, -1)] = 1
    asked = [f"T{theme:02}-{at}" for theme in (1, 2) for at in (1, 2)]
    return of(pd.DataFrame(levels, columns=asked), status, 30_000 + 0 * status, 4, 3)


def of(
    levels: pd.DataFrame, status: np.ndarray, population: np.ndarray, top: int, minimum: int
) -> Raw:
    """The edition of these answers: respondent × affirmation, NaN where nothing is said."""
    ids = [f"R{at:02}" for at in range(len(levels))]
    kinds = [f"k{each}" for each in status]
    themes = list(dict.fromkeys(name.split("-")[0] for name in levels))
    answers = levels.assign(respondent_id=ids, status=kinds).melt(
        ["respondent_id", "status"], var_name="affirmation_id", value_name="level"
    )
    answers["theme_id"] = answers["affirmation_id"].str.split("-").str[0]
    answers["reason"] = pd.Series("no_answer", answers.index).where(answers["level"].isna())
    people = {"respondent_id": ids, "name": ids, "status": kinds, "population": population}
    tables = {
        "themes": _themes([*themes, "X1"]),
        "questionnaire": _questionnaire(list(levels)),
        "respondents": pd.DataFrame(people).astype({"population": "Int64"}),
        "answers": answers.astype({"level": "Int64", "status": "str", "reason": "str"}),
    }
    rest = ("printed", "as_printed", "claims", "corrections", "log")
    return Raw(_edition(top, minimum), **tables, **dict.fromkeys(rest, pd.DataFrame()))


def settings(levels: int, start: int, **more: object) -> Edition:
    """The least that an edition says: so many levels, implementation from `start`, printed."""
    scale = [
        {"level": n, "stage": f"s{n}", "label": {"fr": f"Palier {n}"}} for n in range(1, levels + 1)
    ]
    about = {"id": "2030", "title": {"fr": "Essai"}, "provenance": {"tables": "published"}}
    return Edition.model_validate(about | {"scale": scale, "implementation_from": start} | more)


def _edition(top: int, minimum: int) -> Edition:
    more = {
        "provenance": {"answers": "collected"},
        "statuses": [{"id": f"k{n}", "label": {"fr": f"Genre {n}"}} for n in range(3)],
        "size_classes": [20_000, 50_000],
        "group_cuts": {"leaders": 0.7 * top, "peloton": 0.5 * top},
        "disclosure_minimum": minimum,
    }
    return settings(top, top // 2 + 1, **more)


def _themes(names: list[str]) -> pd.DataFrame:
    kinds = ["transverse" if name[0] == "X" else "theme" for name in names]
    table = {"theme_id": names, "kind": kinds, "position": range(1, len(names) + 1)}
    return pd.DataFrame(table | {"label_fr": names, "label_en": names})


def _questionnaire(names: list[str]) -> pd.DataFrame:
    """The affirmations, of which the first of each theme is of the transverse theme as well."""
    table = pd.DataFrame({"affirmation_id": names, "label_fr": names, "label_en": names})
    table["theme_id"] = table["affirmation_id"].str.split("-").str[0]
    first = ~table["theme_id"].duplicated()
    return table.assign(
        position=range(1, len(names) + 1),
        transverse_ids=pd.Series("X1", table.index).where(first),
        previous_id=pd.NA,
        change="new",
    )
