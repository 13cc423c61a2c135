"""Two editions side by side: which ones, their tables, and the affirmations that they share."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from barolib.compare import crosswalk
from barolib.compare.crosswalk import Questionnaires
from barolib.errors import Problem, StudyError, nearest
from barolib.files.layout import Layout
from barolib.reconstruction import edition_tables
from barolib.reconstruction.edition_tables import EditionTables
from barolib.survey import rawstore, stages
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw


class Incomparable(StudyError):
    """Two sound editions that share nothing that could be compared."""


class Pair(NamedTuple):
    """The tables of an edition and of the one compared with, and their identical affirmations.

    `links`: a row a pair, affirmation_id and previous_id. `crosswalk`: what became of every
    affirmation (crosswalk.difference).
    """

    now: EditionTables
    before: EditionTables
    links: pd.DataFrame
    crosswalk: pd.DataFrame

    @property
    def editions(self) -> tuple[Edition, Edition]:
        """The settings of either edition, the later first."""
        return self.now.raw.edition, self.before.raw.edition

    @property
    def respondents_known(self) -> bool:
        """Whether both editions have answers by respondent."""
        return bool(len(self.now.raw.answers) and len(self.before.raw.answers))


def editions(layout: Layout, edition_id: str, against: str | None) -> list[str]:
    """The editions from the one compared with to `edition`, oldest first; empty without one.

    `against`: the edition before where None. Raises StudyError where it is not an earlier one.
    """
    earlier = layout.earlier(edition_id)
    if against is None:
        return [*earlier[-1:], edition_id] if earlier else []
    if against in earlier:
        return [*earlier[earlier.index(against) :], edition_id]
    message = f"no edition before {edition_id} to compare it with"
    fix = nearest(against, earlier) if earlier else "put its folder into data/raw"
    raise StudyError(Problem("data/raw", message, fix, value=against))


def raws(layout: Layout, edition_id: str, against: str | None) -> list[Raw]:
    """The raw tables of the editions compared and of those between, oldest first.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    edition_id : str
        The id of the later edition.
    against : str or None
        The id of the earlier one; None for the one before.

    Returns
    -------
    list of Raw
        Empty where `against` is None and there is none before.

    Raises
    ------
    StudyError
        With what is wrong in their folders or between them.
    Incomparable
        Where nothing can be compared.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> [raw.edition.id for raw in raws(Layout.find(), "2021", None)]
    ['2018', '2021']
    """
    chain = [_read(layout, name) for name in editions(layout, edition_id, against)]
    if chain:
        refuse_incomparable(chain)
    return chain


def refuse_incomparable(chain: list[Raw]) -> None:
    """Raises Incomparable where the last edition shares nothing with the first."""
    first, last = chain[0].edition, chain[-1].edition
    if crosswalk.identical(_questionnaires(chain)).empty:
        message = f"no affirmation is declared identical to one of {first.id}"
        fix = "give previous_id and change in questionnaire.csv"
        raise Incomparable(Problem(f"{last.id}/questionnaire.csv", message, fix))
    try:
        stages.implementation(last, first)
    except StudyError as error:
        raise Incomparable(error.problems) from None


def of_raws(chain: list[Raw]) -> Pair:
    """The pair of the last and the first of editions.

    Its tables are made anew from raw files alone, so that no run depends on another.

    Parameters
    ----------
    chain : list of Raw
        The editions, oldest first, as from `raws`.

    Returns
    -------
    Pair
        The tables of both, and their identical affirmations.

    Raises
    ------
    StudyError
        Where previous_id leads nowhere.
    Incomparable
        Where nothing can be compared.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> pair = of_raws(raws(Layout.find(), "2021", "2018"))
    >>> len(pair.links), pair.respondents_known
    (46, True)
    """
    refuse_incomparable(chain)
    tables = edition_tables.build_tables(chain[-1]), edition_tables.build_tables(chain[0])
    questionnaires = _questionnaires(chain)
    return Pair(*tables, crosswalk.identical(questionnaires), crosswalk.difference(questionnaires))


def trend(chain: list[Raw], ends: Pair) -> list[Pair]:
    """The pairs of neighbours in a list of editions, and of its ends, oldest first.

    Parameters
    ----------
    chain : list of Raw
        The editions, oldest first, as from `raws`.
    ends : Pair
        The last and the first, as from `of_raws`.

    Returns
    -------
    list of Pair
        Every pair has the same affirmations: those identical throughout.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> chain = raws(Layout.find(), "2021", "2018")
    >>> len(trend(chain, of_raws(chain)))
    1
    """
    tables = [ends.before, *map(edition_tables.build_tables, chain[1:-1]), ends.now]
    questionnaires = _questionnaires(chain)
    ids = crosswalk.chain(questionnaires)
    places = list(pairwise(range(len(chain))))
    places += [(0, len(chain) - 1)] if len(chain) > 2 else []
    return [
        Pair(
            tables[after],
            tables[before],
            ids.iloc[:, [after, before]].set_axis(["affirmation_id", "previous_id"], axis=1),
            crosswalk.difference(questionnaires[before : after + 1]),
        )
        for before, after in places
    ]


def difference(layout: Layout, edition_id: str) -> tuple[str, pd.DataFrame] | None:
    """The edition before and what became of each affirmation.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    edition_id : str
        The id of the later edition.

    Returns
    -------
    tuple or None
        The id of the edition before, and a table as of crosswalk.difference; None where there is
        none before.

    Raises
    ------
    StudyError
        Where previous_id leads nowhere, and where a printed sentence tells the change of an
        affirmation that is not identical.

    Examples
    --------
    >>> against, table = difference(Layout.find(), "2021")
    >>> against, sorted(table["change"].unique())
    ('2018', ['identical', 'new'])
    """
    names = editions(layout, edition_id, None)
    if not names:
        return None
    chain = [_read(layout, name) for name in names]
    questionnaires, now = _questionnaires(chain), chain[-1]
    claims = now.claims
    changed = claims["subject"][
        (claims["statistic"] == "change") & (claims["edition"] == edition_id)
    ]
    asked = changed[changed.isin(now.questionnaire["affirmation_id"])]
    crosswalk.identical(questionnaires, asked)
    return names[0], crosswalk.difference(questionnaires)


def _questionnaires(chain: list[Raw]) -> Questionnaires:
    return [(raw.edition.id, raw.questionnaire) for raw in chain]


def _read(layout: Layout, edition_id: str) -> Raw:
    """The raw tables; problems name the edition, since two are read."""
    try:
        return rawstore.stored(layout, edition_id)
    except StudyError as error:
        raise StudyError(
            replace(problem, file=f"{edition_id}/{problem.file}") for problem in error.problems
        ) from None
