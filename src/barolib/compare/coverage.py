"""Whether what two editions share carries a word on a whole theme.

docs/method.md, "Comparison of editions", "Coverage".
"""

from __future__ import annotations

import pandas as pd

from barolib.compare.comparison import Pair
from barolib.survey.intake import Raw

#: What stands for the verdict of a theme whose coverage carries none.
NOT_COVERED = "not_covered"

#: Least share of a theme's affirmations that is compared, and of either panel in common statuses.
LEAST = 0.5

#: Fewest affirmations compared, of a theme that has as many.
FEWEST = 2


def covered(compared: int, asked: int, statuses: tuple[float, float] | None) -> bool:
    """Whether a theme's change may be told by a verb.

    `compared` of the theme's affirmations `asked`; `statuses`: the share of the earlier and of the
    later panel whose statuses both panels have, None where they are not known.
    """
    enough = compared >= LEAST * asked and compared >= min(FEWEST, asked)
    return enough and (statuses is None or alike(statuses))


def alike(statuses: tuple[float, float]) -> bool:
    """Whether the statuses that both panels have hold enough of each."""
    return min(statuses) >= LEAST


def common_statuses(before: Raw, now: Raw) -> tuple[float, float] | None:
    """The share of either panel (0–1), the earlier first, whose statuses both panels have.

    None where a panel's statuses are not known.
    """
    counts = [_by_status(raw) for raw in (before, now)]
    if not all(map(len, counts)):
        return None
    shared = counts[0].index.intersection(counts[1].index)
    earlier, later = (float(count[shared].sum() / count.sum()) for count in counts)
    return earlier, later


def of_themes(pair: Pair, compared: pd.Series) -> pd.DataFrame:
    """The columns asked, statuses_before, statuses_after and covered of `delta_themes`.

    `compared`: how many affirmations are, by theme_id; a row each, in its order.
    """
    asked = pair.now.raw.questionnaire["theme_id"].value_counts()[compared.index]
    statuses = common_statuses(pair.before.raw, pair.now.raw)
    before, after = statuses or (float("nan"), float("nan"))
    flags = [covered(*counts, statuses) for counts in zip(compared, asked, strict=True)]
    table = pd.DataFrame({"asked": asked, "covered": pd.Series(flags, asked.index, dtype="bool")})
    return table.assign(statuses_before=before, statuses_after=after)


def _by_status(raw: Raw) -> pd.Series:
    """How many respondents took part, by status; the published figures without respondents."""
    counts = raw.participants["status"].value_counts()
    if counts.empty and raw.edition.panel:
        counts = pd.Series(raw.edition.panel.by_status, dtype="int64")
    return counts[counts > 0]
