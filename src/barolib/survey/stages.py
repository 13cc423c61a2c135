"""Two scales side by side: the stages that both know, and the cuts that both can make."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

from barolib.errors import Problem, StudyError
from barolib.survey.answers import plain
from barolib.survey.edition import Edition, Level


def merged(now: Edition, before: Edition) -> tuple[dict[int, int], dict[int, int]]:
    """The levels of two scales on one common scale, on which stages that only one knows are merged.

    A stage that only one scale knows is one with the stage below it (the lowest, with the one
    above): what a newer scale tells apart above the older one's top stage is that top stage.

    Parameters
    ----------
    now, before : Edition
        The editions that are compared.

    Returns
    -------
    ranks_now, ranks_before : dict of int to int
        The common rank, 1…K, of each level.

    References
    ----------
    docs/method.md, "Comparison of editions".
    """
    shared = {level.stage for level in now.scale} & {level.stage for level in before.scale}
    ranks = []
    for edition in (now, before):
        counted = accumulate(level.stage in shared for level in edition.scale)
        ranks.append(dict(zip(edition.levels, (max(1, rank) for rank in counted), strict=True)))
    return ranks[0], ranks[1]


def cuts(now: Edition, before: Edition) -> dict[str, tuple[list[int], list[int]]]:
    """The cuts that two scales can both make: the levels from a stage up.

    A cut exists where both scales know the stage and some stage lies below it in both.

    Parameters
    ----------
    now, before : Edition
        The editions that are compared.

    Returns
    -------
    dict of str to (list of int, list of int)
        By stage, lowest first, the levels from it up, now and before.

    Raises
    ------
    StudyError
        Where the scales put their stages in different orders.

    References
    ----------
    docs/method.md, "Comparison of editions".
    """
    places = [{level.stage: level.level for level in edition.scale} for edition in (now, before)]
    shared = [stage for stage in places[0] if stage in places[1]]
    if shared != [stage for stage in places[1] if stage in places[0]]:
        fix = "give other names to stages that do not mean the same in both"
        message = f"its stages stand in another order than in {before.id}"
        raise StudyError(Problem("edition.yml", message, fix, column="scale"))
    return {
        stage: (
            [level for level in now.levels if level >= places[0][stage]],
            [level for level in before.levels if level >= places[1][stage]],
        )
        for stage in shared
        if min(place[stage] for place in places) > 1
    }


def reworded(now: Edition, before: Edition) -> list[tuple[Level, Level]]:
    """The levels of a stage that both scales know, now and before, whose French words differ."""
    known = {level.stage: level for level in before.scale}
    pairs = [(level, known[level.stage]) for level in now.scale if level.stage in known]
    return [pair for pair in pairs if len({plain(level.label.fr) for level in pair}) > 1]


def implementation(now: Edition, before: Edition) -> str:
    """The stage from which either edition counts implementation.

    Raises StudyError where they count it from different stages, or from one that only one knows.
    """
    stage, other = (
        edition.scale[edition.implementation_from - 1].stage for edition in (now, before)
    )
    if stage == other and stage in cuts(now, before):
        return stage
    fix = f"count it from the same stage in both (here {stage}, in {before.id} {other})"
    message = f"implementation is not that of {before.id}: the two cannot be compared"
    raise StudyError(Problem("edition.yml", message, fix, column="implementation_from"))


def same_cut(
    levels: Iterable[int], levels_before: Iterable[int], now: Edition, before: Edition
) -> bool:
    """Whether levels of either scale are the same stages, and whole ones in both."""
    ranks, ranks_before = merged(now, before)
    reached = whole(ranks, levels)
    return reached is not None and reached == whole(ranks_before, levels_before)


def whole(ranks: dict[int, int], levels: Iterable[int]) -> set[int] | None:
    """The ranks of some levels of a scale; None where another level shares one of them."""
    chosen = ranks.keys() & set(levels)
    reached = {ranks[level] for level in chosen}
    others = {rank for level, rank in ranks.items() if level not in chosen}
    return None if reached & others else reached
