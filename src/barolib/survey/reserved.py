"""Ids that are the program's own names, or another's: what one would take from the other.

The form of any id is in files/ids.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import yaml

from barolib.errors import Problem
from barolib.files.ids import alike
from barolib.survey import claims
from barolib.survey.edition import Edition

#: What claims call other things than affirmations, themes and statuses.
SUBJECTS = (claims.GENERAL, claims.PANEL, claims.INHABITANTS)

#: What programs that read a published CSV file take for a missing value.
MISSING = ("na", "nan", "none", "null")

#: What follows a theme's id in the names of its texts.
OF_THEME = ("-title", "-key", "-measured", "-evolution", "-viewpoint", "-field-report")

#: The columns of ids, by table.
_KEYS = {
    "themes": "theme_id",
    "questionnaire": "affirmation_id",
    "respondents": "respondent_id",
    "published_distributions": "printed_row",
    "published_claims": "claim_id",
}
_OTHER = "give it another id"


class Id(NamedTuple):
    """An id of the data, and where it stands."""

    value: str
    file: str
    row: str
    column: str

    def problem(self, message: str) -> Problem:
        """What is wrong with it."""
        return Problem(self.file, message, _OTHER, self.row, self.column, self.value)


def names() -> dict[str, list[str]]:
    """reserved.yml: by what uses them, names that no affirmation or theme may bear."""
    path = Path(__file__).with_name("reserved.yml")
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


@lru_cache(maxsize=1)
def _reserved() -> tuple[frozenset[str], tuple[str, ...]]:
    """The names kept, and the beginnings."""
    kept = [alike(name) for group in names().values() for name in group]
    starts = tuple(name[:-1] for name in kept if name.endswith("*"))
    return frozenset([*kept, *SUBJECTS, *MISSING]), starts


def is_reserved(name: str) -> bool:
    """Whether the program keeps the name for itself."""
    whole, starts = _reserved()
    return alike(name) in whole or alike(name).startswith(starts)


def faults(texts: dict[str, pd.DataFrame], edition: Edition) -> list[Problem]:
    """A problem for each id that is a name of the program's, or that another takes for its own.

    `texts`: text tables by file stem; those that lack their column of ids are left out.
    """
    by_table = {table: [*_ids(texts, table)] for table in _KEYS}
    subjects = by_table.pop("themes") + by_table.pop("questionnaire")
    problems = [
        id_.problem("a name of the program's") for id_ in subjects if is_reserved(id_.value)
    ]
    for group in (subjects, *by_table.values()):
        problems += _twins(group)
    return [*problems, *_statuses(subjects, edition), *_derived(subjects, texts)]


def _ids(texts: dict[str, pd.DataFrame], table: str) -> Iterator[Id]:
    column = _KEYS[table]
    if column in texts.get(table, ()):
        for row, value in texts[table][column].dropna().items():
            yield Id(value, f"{table}.csv", row, column)


def _twins(group: Iterable[Id]) -> Iterator[Problem]:
    """Ids that some systems take for one another; of twins in a column, the contract tells."""
    first: dict[str, Id] = {}
    for id_ in group:
        other = first.setdefault(alike(id_.value), id_)
        if id_.value != other.value:
            yield id_.problem(f"some systems take it for {other.value}, of {other.file}")
        elif id_.file != other.file:
            yield id_.problem(f"the id of another row, in {other.file}")


def _statuses(subjects: Iterable[Id], edition: Edition) -> Iterator[Problem]:
    """Statuses that a claim would take for something else."""
    taken = dict.fromkeys([*SUBJECTS, *MISSING], "the program")
    taken |= {alike(id_.value): id_.file for id_ in subjects}
    for number, status in enumerate(edition.statuses):
        if alike(status.id) in taken:
            message = f"a name that {taken[alike(status.id)]} has already"
            yield Id(status.id, "edition.yml", "", f"statuses.{number}.id").problem(message)


def _derived(subjects: list[Id], texts: dict[str, pd.DataFrame]) -> Iterator[Problem]:
    """Ids that the program makes of others: a theme's texts, a transverse theme's anchors."""
    table = texts.get("themes", pd.DataFrame())
    themes = [id_ for id_ in subjects if id_.file == "themes.csv"]
    kinds = dict(zip(table.index, table["kind"], strict=True)) if "kind" in table else {}
    of_texts = {alike(id_.value + end): id_.value for id_ in themes for end in OF_THEME}
    across = [id_.value for id_ in themes if kinds.get(id_.row) == "transverse"]
    anchors = {alike(f"{x}-{id_.value}"): x for x in across for id_ in subjects}
    for id_ in subjects:
        if id_ in themes and alike(id_.value) in of_texts:
            yield id_.problem(f"the name of a text of {of_texts[alike(id_.value)]}")
        elif alike(id_.value) in anchors:
            yield id_.problem(f"the name of a bar of {anchors[alike(id_.value)]}")
