"""References of one raw table to another: every one that leads nowhere is a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from barolib.errors import Problem, nearest
from barolib.survey import cells, claims, reserved
from barolib.survey.edition import Edition

_QUESTIONNAIRE = "questionnaire.csv"
_COMPARATORS = {"=", "<", ">", "<=", ">=", "~"}
_ORDER = "begin the note with vs A;B: (other subjects), or vs group G;H: (other groups)"

#: The columns that looking up takes, of a table that lacks others.
NEEDED = {
    "themes": {"theme_id", "kind"},
    "questionnaire": {"affirmation_id", "theme_id", "transverse_ids", "previous_id"},
    "published_distributions": {"printed_as"},
}

#: What is wrong where a row should have been reassigned.
TWICE = "two printed rows stand for the same affirmation or theme"


def dangling(texts: dict[str, pd.DataFrame], edition: Edition) -> list[Problem]:
    """Every reference of the text tables that leads nowhere.

    `texts`: text tables by file stem, themes and questionnaire among them, with the columns NEEDED
    or else those of their contracts; cells may still be faulty.
    """
    themes, questionnaire = texts["themes"], texts["questionnaire"]
    main = themes.loc[themes["kind"] != "transverse", "theme_id"].dropna()
    transverse = themes.loc[themes["kind"] != "theme", "theme_id"].dropna()
    subjects = [*questionnaire["affirmation_id"].dropna(), *main, *transverse]
    problems = cells.unknown(_QUESTIONNAIRE, questionnaire["theme_id"], main, "theme")
    tags = questionnaire["transverse_ids"].dropna().str.split(";").explode().str.strip()
    problems += cells.unknown(_QUESTIONNAIRE, tags, transverse, "transverse theme")
    twice = tags[pd.DataFrame({"line": tags.index, "tag": tags.array}).duplicated().array]
    problems += cells.problems(_QUESTIONNAIRE, twice, "the theme stands twice", "name it once")
    problems += undecided(questionnaire) + _chapters([*main, *transverse], edition)
    if "published_distributions" in texts:
        problems += _printed(texts["published_distributions"], subjects)
    if "published_claims" in texts:
        problems += _claims(texts["published_claims"], subjects, questionnaire, edition)
    return problems


def _chapters(themes: list[str], edition: Edition) -> list[Problem]:
    """A problem for each chapter of the report that no page of the program and no theme is."""
    pages = (name for name in reserved.names()["pages"] if not name.endswith("*"))
    known = [*pages, *themes]
    return [
        Problem("edition.yml", "no such chapter", nearest(name, known), "", "report.chapters", name)
        for name in edition.report.chapters
        if name not in known
    ]


def undecided(questionnaire: pd.DataFrame) -> list[Problem]:
    """Affirmations that name an earlier one without saying how they compare with it."""
    if not {"previous_id", "change"} <= set(questionnaire):
        return []
    change = questionnaire["change"]
    blank = change[questionnaire["previous_id"].notna() & change.isna()]
    fix = "write identical, reworded or scale_changed; or new, with a blank previous_id"
    return cells.problems(_QUESTIONNAIRE, blank, "the cell is empty", fix)


def _printed(table: pd.DataFrame, subjects: list[str]) -> list[Problem]:
    file, labels = "published_distributions.csv", table["printed_as"].dropna()
    problems = cells.unknown(file, labels, subjects, "affirmation or theme")
    fix = "reassign one of them in corrections.csv"
    return problems + cells.problems(file, labels[labels.duplicated()], TWICE, fix)


def _claims(
    table: pd.DataFrame, subjects: list[str], questionnaire: pd.DataFrame, edition: Edition
) -> list[Problem]:
    file, about = "published_claims.csv", table["edition"] == edition.id
    counts = table["statistic"] == "count"
    before = [*subjects, *questionnaire["previous_id"].dropna()]
    counted = [claims.PANEL, claims.INHABITANTS, *(status.id for status in edition.statuses)]
    problems = []
    for rows, known in ((table[about], subjects), (table[~about], before)):
        subject, count, general = rows["subject"], counts[rows.index], [*known, claims.GENERAL]
        problems += cells.unknown(file, subject[~count], general, "affirmation or theme")
        people = [*known, *counted]
        problems += cells.unknown(file, subject[count], people, "affirmation, theme or panel")
    problems += cells.unknown(file, table["qualifier"], claims.QUALIFIERS, "qualifier")
    if "group" in table:
        problems += cells.unknown(file, table["group"], claims.GROUPS, "group")
    for claim in claims.rows(table):
        problems += [
            Problem(file, message, fix, claim.line, column, getattr(claim, column) or "")
            for column, message, fix in _claim_faults(claim, subjects, edition)
        ]
    return problems


def _claim_faults(
    claim: claims.Claim, subjects: list[str], edition: Edition
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a claim's cells taken together: column, message, fix.

    A cell that is wrong by itself breaks its contract, and is left out here.
    """
    if claim.statistic not in claims.VALUES:
        return
    pattern, fix = claims.VALUES[claim.statistic]
    if claim.value is not None and not re.fullmatch(pattern, claim.value):
        yield "value", f"not the value of a {claim.statistic}", fix
    reach = claims.REACH.get(claim.statistic)
    if reach and claim.comparator in _COMPARATORS - set(reach):
        fix = f"write one of {', '.join(reach)}"
        yield "comparator", f"no rule for it with {claim.statistic}", fix
    if reach and claim.qualifier:
        yield "qualifier", f"no rule for it with {claim.statistic}", "leave it blank"
    yield from _levels_faults(claim, edition)
    if claim.statistic == "group_share" and not claim.group:
        yield "group", "the cell is empty", f"write one of {', '.join(claims.GROUPS)}"
    if claim.group and claim.statistic in ("count", "rank"):
        yield "group", f"a {claim.statistic} is not told by group", "leave it blank"
    if claim.statistic == "order":
        yield from _rivals_faults(claim, subjects)


def _levels_faults(claim: claims.Claim, edition: Edition) -> Iterator[tuple[str, str, str]]:
    if claim.statistic == "share" and claim.levels is None:
        yield "levels", "the cell is empty", "write a run of levels, such as 4-6, or one level"
    if claim.levels is None or not re.fullmatch(r"\d(-\d)?", claim.levels):
        return
    if claim.statistic not in ("share", "change"):
        yield "levels", f"a {claim.statistic} counts no levels", "leave it blank"
    # A run written backwards names no level at all; another edition's scale is not known here.
    elif claim.edition == edition.id and not (set(claim.counted or [0]) <= set(edition.levels)):
        yield "levels", "not levels of the scale", f"write levels from 1 to {len(edition.levels)}"


def _rivals_faults(claim: claims.Claim, subjects: list[str]) -> Iterator[tuple[str, str, str]]:
    known = {*subjects, claims.GENERAL}
    if not claim.rivals:
        yield "note", "an order names what it compares with", _ORDER
    for subject, group in claim.rivals:
        if subject not in known and subject != claim.subject:
            yield "note", f"unknown affirmation or theme {subject}", nearest(subject, sorted(known))
        if group not in (None, *claims.GROUPS) and group != claim.group:
            yield "note", f"unknown group {group}", nearest(group, claims.GROUPS)
