"""What a printed sentence measures, recomputed from the tables of the edition it is about.

What the sentence allows is the business of `claims`. docs/method.md, "Printed sentences".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from barolib.reconstruction.edition_tables import BASES, PRINTED, EditionTables
from barolib.survey import claims, stages
from barolib.survey.claims import Claim
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw


class Figure(NamedTuple):
    """A recomputed figure, and what it rests on."""

    value: float
    basis: str


class NotComputable(Exception):
    """A table, or a row of it, that the figure needs is not there."""


def recompute(claim: Claim, tables: dict[str, EditionTables]) -> Figure:
    """What a printed sentence measures, in the unit of its statistic.

    Parameters
    ----------
    claim : namedtuple
        A row as of claims.rows.
    tables : dict
        The tables of editions (EditionTables), by id; a change also needs those of the edition
        before.

    Returns
    -------
    Figure
        A share 0–1, a level, a rank or a count; of an order, the difference of levels nearest to
        failing; with the weakest of BASES that it rests on.

    Raises
    ------
    NotComputable
        Where a table lacks what it needs.

    References
    ----------
    docs/method.md, "Printed sentences".

    Examples
    --------
    >>> import barolib
    >>> from barolib.reconstruction.edition_tables import build_tables
    >>> raw = barolib.open("2021").raw
    >>> (claim,) = claims.rows(raw.claims[raw.claims["subject"] == "T04-01"].head(1))
    >>> recompute(claim, {"2021": build_tables(raw)}).basis
    'printed_tables'
    """
    if claim.edition not in tables:
        raise NotComputable
    if claim.statistic != "change":
        return _STATISTICS[claim.statistic](claim, tables[claim.edition])
    return _change(claim, tables[claim.edition], tables[edition_before(claim.edition, tables)])


def _share(claim: Claim, tables: EditionTables) -> Figure:
    n, basis = _level_counts(claim.subject, claim.group, tables)
    levels = claim.counted
    if not set(levels) <= set(n):
        raise NotComputable
    return Figure(sum(n[level] for level in levels) / sum(n.values()), basis)


def _order(claim: Claim, tables: EditionTables) -> Figure:
    """The difference of means nearest to failing, among those with each rival."""
    subject = _mean(claim.subject, claim.group, tables)
    rivals = [_mean(rival, group, tables) for rival, group in claim.rivals]
    gaps = [subject.value - rival.value for rival in rivals]
    nearest = min(gaps) if claim.comparator == ">" else max(gaps)
    return Figure(nearest, max((figure.basis for figure in [subject, *rivals]), key=BASES.index))


def _group_share(claim: Claim, tables: EditionTables) -> Figure:
    known = tables.groups["group"].dropna()
    if known.empty:
        raise NotComputable
    return Figure((known == claim.group).mean(), tables.answer_basis)


def _count(claim: Claim, tables: EditionTables) -> Figure:
    """How many respondents, of all or of a status, or who answered the subject; or inhabitants.

    Panel figures of edition.yml do not count: they are the sentence itself.
    """
    respondents, answers = tables.raw.participants, tables.raw.answers
    if respondents.empty:
        raise NotComputable
    if claim.subject == claims.PANEL:
        count = len(respondents)
    elif claim.subject == claims.INHABITANTS:
        if respondents["population"].isna().any():
            raise NotComputable
        count = respondents["population"].sum()
    elif claim.subject in [status.id for status in tables.raw.edition.statuses]:
        count = (respondents["status"] == claim.subject).sum()
    else:
        if answers.empty:
            raise NotComputable
        about = answers["affirmation_id"].isin(_affirmations(claim.subject, tables))
        count = answers.loc[about & answers["level"].notna(), "respondent_id"].nunique()
    return Figure(float(count), tables.answer_basis)


def _mean(subject: str, group: str | None, tables: EditionTables) -> Figure:
    """The mean level of an affirmation's answers, or the mean score in a theme or in general."""
    if subject in set(tables.raw.questionnaire["affirmation_id"]):
        n, basis = _level_counts(subject, group, tables)
        return Figure(_average(n, {level: level for level in n}), basis)
    if group is None:
        return _theme_score(subject, "mean", tables)
    table = tables.scores[tables.scores["theme_id"] == subject]
    scores = table.loc[table["respondent_id"].isin(_group_members(group, tables)), "score"].dropna()
    if scores.empty:
        raise NotComputable
    return Figure(scores.mean(), tables.answer_basis)


def _theme_score(subject: str, column: str, tables: EditionTables) -> Figure:
    """The mean or rank of a theme, as the table theme_scores gives it."""
    row = tables.theme_scores[tables.theme_scores["theme_id"] == subject]
    if row[column].isna().all():
        raise NotComputable
    basis = tables.answer_basis if row["basis"].iloc[0] == "respondents" else PRINTED
    return Figure(float(row[column].iloc[0]), basis)


_STATISTICS = {
    "share": _share,
    "mean": lambda claim, tables: _mean(claim.subject, claim.group, tables),
    "rank": lambda claim, tables: _theme_score(claim.subject, "rank", tables),
    "order": _order,
    "group_share": _group_share,
    "count": _count,
}


def _change(claim: Claim, now: EditionTables, before: EditionTables) -> Figure:
    """The mean, over identical affirmations, of what each one gained since the edition before."""
    pairs = identical_pairs(now.raw, _affirmations(claim.subject, now))
    values, values_before = stage_values(now.raw.edition, before.raw.edition, claim.levels)
    gains, bases = [], []
    for affirmation, previous in pairs:
        n, basis = _level_counts(affirmation, claim.group, now)
        n_before, basis_before = _level_counts(previous, claim.group, before)
        gains.append(_average(n, values) - _average(n_before, values_before))
        bases += [basis, basis_before]
    return Figure(sum(gains) / len(gains), max(bases, key=BASES.index))


def edition_before(edition_id: str, known: Iterable[str]) -> str:
    """The last edition before one; raises NotComputable where none is known."""
    earlier = [other for other in known if other < edition_id]
    if not earlier:
        raise NotComputable
    return max(earlier)


def identical_pairs(raw: Raw, affirmations: Iterable[str]) -> list[tuple[str, str]]:
    """The affirmations that are identical to one of the edition before, and which one it is.

    Raises NotComputable where none is.
    """
    table = raw.questionnaire
    same = table["affirmation_id"].isin(affirmations) & (table["change"] == "identical")
    if not same.any():
        raise NotComputable
    return list(table.loc[same, ["affirmation_id", "previous_id"]].itertuples(index=False))


def stage_values(
    now: Edition, before: Edition, levels: str | None
) -> tuple[dict[int, int], dict[int, int]]:
    """What each level counts for in a comparison of two editions, by level of either scale.

    1 for `levels` of the newer scale, by default those at implementation, and 0 for others; they
    must be a cut that the older scale can make too.
    """
    ranks, ranks_before = stages.merged(now, before)
    reached = stages.whole(ranks, claims.levels_of(levels) if levels else now.implementation)
    if reached is None:
        raise NotComputable
    scores, scores_before = (
        {level: int(rank in reached) for level, rank in scale.items()}
        for scale in (ranks, ranks_before)
    )
    return scores, scores_before


def _level_counts(
    subject: str, group: str | None, tables: EditionTables
) -> tuple[dict[int, int], str]:
    """How many answers to the subject stand at each level, and what that rests on."""
    if group is None:
        n, basis = tables.level_counts.get(subject, ({}, PRINTED))
    else:
        answers = tables.raw.answers
        about = answers["affirmation_id"].isin(_affirmations(subject, tables))
        members = answers["respondent_id"].isin(_group_members(group, tables))
        counts = answers.loc[about & members, "level"].value_counts()
        n = {level: counts.get(level, 0) for level in tables.raw.edition.levels}
        basis = tables.answer_basis
    if not sum(n.values()):
        raise NotComputable
    return n, basis


def _average(n: dict[int, int], values: dict[int, int]) -> float:
    """The mean of the values of the levels, weighted by how many answers stand at each."""
    return sum(count * values[level] for level, count in n.items()) / sum(n.values())


def _affirmations(subject: str, tables: EditionTables) -> list[str]:
    """The affirmations that a subject stands for; an affirmation stands for itself."""
    return tables.raw.members.get(subject, [subject])


def _group_members(group: str, tables: EditionTables) -> pd.Series:
    return tables.groups.loc[tables.groups["group"] == group, "respondent_id"]
