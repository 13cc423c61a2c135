"""Who answers in a stand-in, what concerns them, and which answer is whose.

Respondents are drawn with a latent maturity that depends a little on their size, leanings by theme
and by affirmation, and keep them from one edition to the next. docs/method.md, "Stand-in".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from barolib.survey.claims import GROUPS
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw

#: What the names of respondents that never were begin with.
NAME = "Répondant simulé"
_COLUMNS = ["respondent_id", "name", "status", "population"]

#: Share of the smaller panel, by status, that answers both editions.
OVERLAP = 0.65

#: How many times smaller a typical respondent of each further status is, in the edition's order.
_SMALLER, _SIZE_SPREAD = 0.4, 0.5

#: Weight of size in general maturity; spread of leanings by theme and by affirmation beside it;
#: and how much of maturity and of leanings by affirmation is kept from one edition to the next.
_OF_SIZE, _BY_THEME, _BY_AFFIRMATION, _KEPT = 0.4, 0.2, 0.8, 0.8

#: How many times maturities are moved at most, and how near to its target a score then lies.
_STEPS, _NEAR = 200, 0.02


@dataclass(frozen=True)
class Traits:
    """Latent traits of respondents, by respondent_id.

    `general`: maturity. `leaning`: respondent × affirmation, what comes on top of it. `answered`:
    respondent × affirmation, whether it concerns them.
    """

    general: pd.Series
    leaning: pd.DataFrame
    answered: pd.DataFrame

    def only(self, ids: pd.Index) -> Traits:
        """Those of some respondents."""
        return Traits(self.general[ids], self.leaning.loc[ids], self.answered.loc[ids])


def draw_panels(editions: list[Edition], rng: np.random.Generator) -> list[pd.DataFrame]:
    """respondents.csv of each edition, the oldest first; some respondents are in both."""
    panels: list[pd.DataFrame] = []
    for edition in editions:
        assert edition.panel is not None  # `synthetic.make` refuses an edition without
        by_status = edition.panel.by_status
        former = panels[-1] if panels else pd.DataFrame(columns=_COLUMNS)
        again = [former.iloc[:0]] + [
            rows.head(round(OVERLAP * min(len(rows), by_status.get(status, 0))))
            for status, rows in former.groupby("status", sort=False)
        ]
        kept = pd.concat(again)
        status = [s for s, n in by_status.items() for _ in range(n - (kept["status"] == s).sum())]
        status += [""] * (edition.panel.respondents - len(kept) - len(status))
        order = [known.id for known in edition.statuses]
        typical = np.array([_SMALLER ** order.index(kind) if kind else 1 for kind in status])
        weight = typical * rng.lognormal(0, _SIZE_SPREAD, len(status))
        usual, before = 10**5 * len(status), kept["population"].sum()
        stated = edition.panel.inhabitants
        rest = 0.98 * stated - before if stated else usual
        first = 1 + len({name for panel in panels for name in panel["respondent_id"]})
        numbers = range(first, first + len(status))
        new = pd.DataFrame(
            {
                "respondent_id": [f"S{number:02}" for number in numbers],
                "name": [f"{NAME} {number:02}" for number in numbers],
                "status": status,
                "population": (weight / weight.sum() * rest / 100).round().astype("int64") * 100,
            }
        )
        both = pd.concat([kept, new], ignore_index=True) if len(kept) else new
        panels.append(both.astype({"population": "int64"}))
    return panels


def draw_traits(
    panels: list[pd.DataFrame], raws: list[Raw], rng: np.random.Generator
) -> list[tuple[pd.Series, pd.DataFrame]]:
    """The latent maturity and leanings of each edition's respondents, the oldest first.

    Who answers both keeps most of its maturity and of its leaning by affirmation where that is the
    same one, and all of its leaning by theme.
    """
    everyone = pd.concat(panels).drop_duplicates("respondent_id").set_index("respondent_id")
    size = np.log(everyone["population"])
    size = (size - size.mean()) / (size.std() or 1.0)
    general = _mixed(size, _OF_SIZE, rng)
    themes = pd.concat([raw.questionnaire["theme_id"] for raw in raws]).unique()
    by_theme = pd.DataFrame(
        _BY_THEME * rng.standard_normal((len(everyone), len(themes))), everyone.index, themes
    )
    traits: list[tuple[pd.Series, pd.DataFrame]] = []
    before = pd.DataFrame(index=everyone.index)
    for panel, raw in zip(panels, raws, strict=True):
        table, ids = raw.questionnaire, panel["respondent_id"]
        general = _mixed(general, _KEPT, rng) if traits else general
        leanings = {}
        for row in table.itertuples():
            same = row.change == "identical" and row.previous_id in before
            former = before[row.previous_id] if same else 0 * general
            leanings[row.affirmation_id] = _mixed(former, _KEPT if same else 0, rng)
        before = pd.DataFrame(leanings)
        leaning = _BY_AFFIRMATION * before + by_theme[table["theme_id"]].to_numpy()
        traits.append((general[ids], leaning.loc[ids]))
    return traits


def _mixed(former: pd.Series, kept: float, rng: np.random.Generator) -> pd.Series:
    """What is kept of a standard normal trait, and news in the place of the rest."""
    return kept * former + (1 - kept**2) ** 0.5 * rng.standard_normal(len(former))


def draw_concerned(
    panel: pd.DataFrame, bases: Mapping[str, int], raw: Raw, rng: np.random.Generator
) -> pd.DataFrame:
    """Whether each affirmation concerns each respondent, so that each has its base.

    Statuses differ in what concerns them, theme by theme.
    """
    themes = raw.questionnaire.set_index("affirmation_id")["theme_id"]
    statuses, status = panel["status"].unique(), panel["status"]
    by_status = {
        theme: pd.Series(rng.standard_normal(len(statuses)), statuses) for theme in themes.unique()
    }
    concerned = {}
    for affirmation, base in bases.items():
        odds = by_status[themes[affirmation]][status].to_numpy()
        odds = odds + 1.2 * rng.standard_normal(len(panel))
        concerned[affirmation] = odds.argsort().argsort() < base
    return pd.DataFrame(concerned, index=panel["respondent_id"])


def grouped(general: pd.Series, sizes: Mapping[str, int]) -> pd.Series:
    """The group of each respondent: the most mature are the first group, and so on."""
    names = [group for group in GROUPS for _ in range(sizes[group])]
    return pd.Series(names, general.sort_values(ascending=False, kind="stable").index)


def placed(traits: Traits, counts: Mapping[str, list[int]]) -> pd.DataFrame:
    """The level of each answer: the more mature and the more leaning to it, the higher.

    `counts`: by affirmation, how many answers stand at each level, lowest first. NaN where the
    affirmation does not concern the respondent.
    """
    latent = traits.leaning.add(traits.general, axis=0)
    values, known = latent.to_numpy(), traits.answered.to_numpy()
    levels = np.full(latent.shape, np.nan)
    for column, affirmation in enumerate(latent.columns):
        n = counts[affirmation]
        rows = np.flatnonzero(known[:, column])
        order = rows[np.argsort(values[rows, column], kind="stable")]
        levels[order, column] = np.repeat(np.arange(1, len(n) + 1), n)
    return pd.DataFrame(levels, latent.index, latent.columns)


def calibrated(
    traits: Traits, counts: Mapping[str, list[int]], within: tuple[float, float]
) -> pd.DataFrame:
    """Levels placed so that each general score lies within bounds, as nearly as can be.

    Maturities are moved, little by little, to where scores spread over the bounds as the counts
    allow: a power law with their mean.
    """
    low, high = within
    total = sum(level * n for row in counts.values() for level, n in enumerate(row, start=1))
    mean = total / sum(sum(row) for row in counts.values())
    order = traits.general.rank(method="first")
    target = low + (high - low) * ((order - 0.5) / len(order)) ** ((high - low) / (mean - low) - 1)
    best, least = None, np.inf
    for step in np.geomspace(1.0, 0.05, _STEPS):
        levels = placed(traits, counts)
        scores = levels.mean(axis=1)
        outside = (scores - scores.clip(low, high)).abs().sum()
        if outside < least:
            best, least = levels, outside
        if outside == 0 and (target - scores).abs().max() < _NEAR:
            return levels
        traits = replace(traits, general=traits.general + step * (target - scores))
    return best
