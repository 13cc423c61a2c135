"""References of one raw table to another: every one that leads nowhere is a fault."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from barolib import claims
from barolib.edition import Edition
from barolib.errors import Problem, nearest


def dangling(texts: dict[str, pd.DataFrame], edition: Edition) -> list[Problem]:
    """Every reference of the text tables that leads nowhere.

    `texts`: text tables by file stem, themes and questionnaire among them, with the columns of
    their contracts; cells may still be faulty.
    """
    themes, questionnaire = texts["themes"], texts["questionnaire"]
    own = themes.loc[themes["kind"] != "transverse", "theme_id"].dropna()
    across = themes.loc[themes["kind"] != "theme", "theme_id"].dropna()
    subjects = [*questionnaire["affirmation_id"].dropna(), *own, *across]
    problems = unknown("questionnaire.csv", questionnaire["theme_id"], own, "theme")
    tags = questionnaire["transverse_ids"].dropna().str.split(";").explode().str.strip()
    problems += unknown("questionnaire.csv", tags, across, "transverse theme")
    if "published_distributions" in texts:
        problems += _printed(texts["published_distributions"], subjects)
    if "published_claims" in texts:
        problems += _claims(texts["published_claims"], subjects, edition)
    return problems


def unknown(file: str, values: pd.Series, known: Iterable[str], what: str) -> list[Problem]:
    """A problem for each value that is not known; the index holds the rows' names."""
    known = set(known)
    return [
        Problem(file, f"unknown {what}", nearest(value, sorted(known)), line, values.name, value)
        for line, value in values.dropna().items()
        if value not in known
    ]


def _printed(table: pd.DataFrame, subjects: list[str]) -> list[Problem]:
    file, named = "published_distributions.csv", table["printed_as"].dropna()
    message = "two printed rows stand for the same affirmation or theme"
    mend = "reassign one of them in corrections.csv"
    return unknown(file, named, subjects, "affirmation or theme") + [
        Problem(file, message, mend, line, "printed_as", value)
        for line, value in named[named.duplicated()].items()
    ]


def _claims(table: pd.DataFrame, subjects: list[str], edition: Edition) -> list[Problem]:
    file = "published_claims.csv"
    problems = unknown(file, table["subject"], subjects, "affirmation or theme")
    problems += unknown(file, table["qualifier"], claims.QUALIFIERS, "qualifier")
    own = table.loc[table["edition"] == edition.id, "levels"].dropna()
    for line, value in own[own.map(lambda text: bool(re.fullmatch(r"\d(-\d)?", text)))].items():
        # A run written backwards names no level at all.
        if not set(claims.levels_of(value) or [0]) <= set(edition.levels):
            mend = f"write levels from 1 to {len(edition.levels)}"
            problems.append(Problem(file, "not levels of the scale", mend, line, "levels", value))
    return problems
