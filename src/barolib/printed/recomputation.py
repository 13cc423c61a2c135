"""What a printed sentence measures, recomputed from the tables of the edition it is about.

What the sentence allows is the business of `claims`. docs/method.md, "Printed sentences".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from barolib.survey import claims, stages
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw

#: What a recomputed figure may rest on, the surest first.
BASES = PRINTED, ANSWERS, STAND_IN = "printed_tables", "answers", "stand_in"


@dataclass(frozen=True)
class Tables:
    """An edition's raw tables, and the processed tables that sentences are judged by."""

    raw: Raw
    distributions: pd.DataFrame
    theme_distributions: pd.DataFrame
    theme_scores: pd.DataFrame
    scores: pd.DataFrame
    groups: pd.DataFrame

    @classmethod
    def processed(cls) -> list[str]:
        """The names of the processed tables that it holds, in their order."""
        return [each.name for each in fields(cls) if each.name != "raw"]

    @property
    def answered(self) -> str:
        """What a figure made from answers rests on."""
        return STAND_IN if self.raw.edition.provenance.answers == "synthetic" else ANSWERS

    @cached_property
    def pooled(self) -> dict[str, tuple[dict[int, int], str]]:
        """Answers at each level, by published affirmation and theme, and what they rest on."""
        found: dict[str, tuple[dict[int, int], set[str]]] = {}
        for key, table in (
            ("affirmation_id", self.distributions),
            ("theme_id", self.theme_distributions),
        ):
            columns = [key, "level", "n", "origin"]
            known = table[columns].dropna(subset="n")  # one that is withheld has no figure
            for subject, level, n, origin in known.itertuples(index=False):
                counts, origins = found.setdefault(subject, ({}, set()))
                counts[level] = n
                origins.add(origin)
        return {
            subject: (counts, PRINTED if origins == {"printed"} else self.answered)
            for subject, (counts, origins) in found.items()
        }


class Figure(NamedTuple):
    """A recomputed figure, and what it rests on."""

    value: float
    basis: str


class Absent(Exception):
    """A table, or a row of it, that the figure needs is not there."""


def figure(claim, tables: dict[str, Tables]) -> Figure:
    """What the claim (a row as of claims.rows) measures; raises Absent where a table lacks it.

    `tables`: by edition; a change also needs those of the edition before. The unit is that of the
    statistic: a share 0–1, a level, a rank, a count. Of an order, the difference nearest to
    failing. The basis is the weakest of BASES that the figure rests on.
    """
    if claim.edition not in tables:
        raise Absent
    if claim.statistic != "change":
        return _STATISTICS[claim.statistic](claim, tables[claim.edition])
    before = [each for each in tables if each < claim.edition]
    if not before:
        raise Absent
    return _change(claim, tables[claim.edition], tables[max(before)])


def _share(claim, own: Tables) -> Figure:
    n, basis = _pooled(claim.subject, claim.group, own)
    levels = claim.counted
    if not set(levels) <= set(n):
        raise Absent
    return Figure(sum(n[level] for level in levels) / sum(n.values()), basis)


def _mean(claim, own: Tables) -> Figure:
    return _mean_of(claim.subject, claim.group, own)


def _rank(claim, own: Tables) -> Figure:
    return _of_theme(claim.subject, "rank", own)


def _order(claim, own: Tables) -> Figure:
    """The difference of means nearest to failing, among those with each rival."""
    subject = _mean(claim, own)
    others = [_mean_of(*rival, own) for rival in claim.rivals]
    gaps = [subject.value - other.value for other in others]
    nearest = min(gaps) if claim.comparator == ">" else max(gaps)
    return Figure(nearest, _weakest([subject.basis, *(other.basis for other in others)]))


def _group_share(claim, own: Tables) -> Figure:
    known = own.groups["group"].dropna()
    if known.empty:
        raise Absent
    return Figure((known == claim.group).mean(), own.answered)


def _count(claim, own: Tables) -> Figure:
    """How many respondents, of all or of a status, or who answered the subject; or inhabitants.

    Panel figures of edition.yml do not count: they are the sentence itself.
    """
    people, answers = own.raw.participants, own.raw.answers
    if people.empty:
        raise Absent
    if claim.subject == claims.PANEL:
        found = len(people)
    elif claim.subject == claims.INHABITANTS:
        if people["population"].isna().any():
            raise Absent
        found = people["population"].sum()
    elif claim.subject in [status.id for status in own.raw.edition.statuses]:
        found = (people["status"] == claim.subject).sum()
    else:
        if answers.empty:
            raise Absent
        given = answers[answers["level"].notna()]
        about = given["affirmation_id"].isin(_affirmations(claim.subject, own))
        found = given.loc[about, "respondent_id"].nunique()
    return Figure(float(found), own.answered)


_STATISTICS = {
    "share": _share,
    "mean": _mean,
    "rank": _rank,
    "order": _order,
    "group_share": _group_share,
    "count": _count,
}


def _change(claim, now: Tables, before: Tables) -> Figure:
    """The mean, over identical affirmations, of what each one gained since the edition before."""
    table = now.raw.questionnaire
    own = table["affirmation_id"].isin(_affirmations(claim.subject, now))
    pairs = table[own & (table["change"] == "identical")]
    if pairs.empty:
        raise Absent
    values, values_before = stage_values(now.raw.edition, before.raw.edition, claim.levels)
    gains, bases = [], []
    for pair in pairs.itertuples():
        n, basis = _pooled(pair.affirmation_id, claim.group, now)
        n_before, basis_before = _pooled(pair.previous_id, claim.group, before)
        gains.append(_average(n, values) - _average(n_before, values_before))
        bases += [basis, basis_before]
    return Figure(sum(gains) / len(gains), _weakest(bases))


def stage_values(
    now: Edition, before: Edition, levels: str | None
) -> tuple[dict[int, int], dict[int, int]]:
    """What each level counts for in a comparison of two editions, by level of either scale.

    Levels are counted on the stages that both scales know. With `levels` of the newer scale, 1 for
    these and 0 for others; they must be a cut that the older scale can make too.
    """
    own, other = stages.merged(now, before)
    if levels is None:
        return own, other
    chosen = own.keys() & set(claims.levels_of(levels))
    reached = {own[level] for level in chosen}
    if any(rank in reached for level, rank in own.items() if level not in chosen):
        raise Absent
    return tuple(
        {level: int(rank in reached) for level, rank in ranks.items()} for ranks in (own, other)
    )


def _mean_of(subject: str, group: str | None, own: Tables) -> Figure:
    """The mean level of an affirmation's answers, or the mean score in a theme or in general."""
    if subject in set(own.raw.questionnaire["affirmation_id"]):
        n, basis = _pooled(subject, group, own)
        return Figure(_average(n, {level: level for level in n}), basis)
    if group is None:
        return _of_theme(subject, "mean", own)
    table = own.scores[own.scores["theme_id"] == subject]
    scores = table.loc[table["respondent_id"].isin(_within(group, own)), "score"].dropna()
    if scores.empty:
        raise Absent
    return Figure(scores.mean(), own.answered)


def _of_theme(subject: str, column: str, own: Tables) -> Figure:
    """The mean or rank of a theme, as the table theme_scores gives it."""
    row = own.theme_scores[own.theme_scores["theme_id"] == subject]
    if row[column].isna().all():
        raise Absent
    basis = own.answered if row["basis"].iloc[0] == "respondents" else PRINTED
    return Figure(float(row[column].iloc[0]), basis)


def _pooled(subject: str, group: str | None, own: Tables) -> tuple[dict[int, int], str]:
    """How many answers to the subject stand at each level, and what that rests on."""
    if group is None:
        if subject not in own.pooled:
            raise Absent
        n, basis = own.pooled[subject]
    else:
        answers = own.raw.answers
        about = answers["affirmation_id"].isin(_affirmations(subject, own))
        by = answers["respondent_id"].isin(_within(group, own))
        counts = answers.loc[about & by, "level"].value_counts()
        n, basis = {each: counts.get(each, 0) for each in own.raw.edition.levels}, own.answered
    if not sum(n.values()):
        raise Absent
    return n, basis


def _average(n: dict[int, int], values: dict[int, int]) -> float:
    """The mean of the values of the levels, weighted by how many answers stand at each."""
    return sum(count * values[level] for level, count in n.items()) / sum(n.values())


def _affirmations(subject: str, own: Tables) -> list[str]:
    """The affirmations that a subject stands for; an affirmation stands for itself."""
    return own.raw.members.get(subject, [subject])


def _within(group: str, own: Tables) -> pd.Series:
    return own.groups.loc[own.groups["group"] == group, "respondent_id"]


def _weakest(bases: Iterable[str]) -> str:
    return max(bases, key=BASES.index)
