"""Answers as respondents gave them: read, understood, refused where they say nothing known."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pandas as pd

from barolib.errors import Problem, nearest
from barolib.survey.edition import Edition
from barolib.survey.references import unknown

COLUMNS = ["respondent_id", "status", "affirmation_id", "theme_id", "level", "reason"]

#: The name of the table in problems, whatever the ending of its file.
FILE = "answers"

#: Why an answer has no level.
NOT_CONCERNED, NO_ANSWER = "not_concerned", "no_answer"


def tidy(texts: dict[str, pd.DataFrame], edition: Edition) -> tuple[pd.DataFrame, list[Problem]]:
    """The table `answers`, and a problem for every cell that says nothing known.

    A row is a respondent × affirmation. `texts`: text tables by file stem; that of answers has a
    row a respondent and a column an affirmation. A cell may hold a level, a label of the scale in
    French or English (case, accents, typographic apostrophes and stray blanks forgiven, nothing
    else) or a not-concerned code. level is missing where there is none; reason then says why.
    """
    table, questionnaire = texts["answers"], texts["questionnaire"]
    respondents = texts["respondents"]
    problems = _heading_faults(table, questionnaire, respondents)
    if "respondent_id" not in table:
        return none(), problems
    asked = [name for name in table if name in set(questionnaire["affirmation_id"])]
    long = _long(table, asked)
    known = meanings(edition)
    codes, cells = pd.factorize(long["cell"], use_na_sentinel=True)
    meant = pd.array([known.get(plain(cell)) for cell in cells], dtype="Int64")
    for code in [code for code, level in enumerate(meant) if pd.isna(level)]:
        problems += _not_understood(long[codes == code], str(cells[code]), edition)
    level = pd.Series(pd.array([*meant, pd.NA], dtype="Int64").take(codes), index=long.index)
    reason = pd.Series(pd.NA, index=long.index, dtype="str")
    reason[level == 0], reason[codes == -1] = NOT_CONCERNED, NO_ANSWER
    # An id that stands twice is told elsewhere.
    status = respondents.drop_duplicates("respondent_id").set_index("respondent_id")["status"]
    themes = questionnaire.drop_duplicates("affirmation_id").set_index("affirmation_id")["theme_id"]
    answers = long.assign(
        level=level.mask(level == 0),
        reason=reason,
        status=long["respondent_id"].map(status).astype("str"),
        theme_id=long["affirmation_id"].map(themes).astype("str"),
    )
    return answers[COLUMNS], problems


def _long(table: pd.DataFrame, asked: list[str]) -> pd.DataFrame:
    """The cells of the affirmations asked, a row each: line, respondent_id, affirmation_id, cell.

    Put together column by column: an affirmation may be called line or cell as well.
    """
    columns = {
        "line": [*table.index] * len(asked),
        "respondent_id": [*table["respondent_id"]] * len(asked),
        "affirmation_id": [name for name in asked for _ in table.index],
        "cell": [cell for name in asked for cell in table[name]],
    }
    return pd.DataFrame(columns, dtype="str")


def none() -> pd.DataFrame:
    """The table `answers` of an edition that has none."""
    return pd.DataFrame(columns=COLUMNS, dtype="str").astype({"level": "Int64"})


def plain(text: str) -> str:
    """The text without case, accents, typographic apostrophes and stray blanks."""
    text = text.casefold().replace("œ", "oe").translate(_APOSTROPHES)
    letters = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u02bc\u00b4`", "'"))


def meanings(edition: Edition) -> dict[str, int]:
    """What each accepted text means: a level, or 0 for not concerned."""
    return dict(_meant(edition))


def unclear(edition: Edition) -> list[Problem]:
    """A problem for each text that would stand for two answers."""
    meant: dict[str, set[int]] = {}
    for text, answer in _meant(edition):
        meant.setdefault(text, set()).add(answer)
    mend = "word the levels apart, and give codes of not_concerned that are none of them"
    return [
        Problem("edition.yml", "one text for two answers", mend, column="scale", value=text)
        for text, found in meant.items()
        if len(found) > 1
    ]


def _meant(edition: Edition) -> Iterator[tuple[str, int]]:
    for code in edition.not_concerned:
        yield plain(code), 0
    for each in edition.scale:
        for text in (str(each.level), each.label.fr, each.label.en or each.label.fr):
            yield plain(text), each.level


def _heading_faults(
    table: pd.DataFrame, questionnaire: pd.DataFrame, respondents: pd.DataFrame
) -> list[Problem]:
    """Columns and respondents that are missing, unknown or stand twice."""
    if "respondent_id" not in table:
        mend = "add the column respondent_id"
        return [Problem(FILE, "the column is missing", mend, column="respondent_id")]
    asked = questionnaire["affirmation_id"]
    headings = pd.Series(table.columns.drop("respondent_id"), index=[""] * (table.shape[1] - 1))
    problems = [
        Problem(FILE, each.message, each.mend, column=each.value)
        for each in unknown(FILE, headings, asked, "affirmation")
    ]
    problems += [
        Problem(FILE, "the column is missing", "add it, blank where nobody answered", column=each)
        for each in asked
        if each not in set(table.columns)
    ]
    ids = table["respondent_id"]
    problems += [
        Problem(FILE, "the cell is empty", "fill it", line, "respondent_id")
        for line in ids.index[ids.isna()]
    ]
    problems += unknown(FILE, ids, respondents["respondent_id"].dropna(), "respondent")
    return problems + [
        Problem(FILE, "the respondent stands twice", "keep one row", line, "respondent_id", value)
        for line, value in ids[ids.notna() & ids.duplicated()].items()
    ]


def _not_understood(rows: pd.DataFrame, cell: str, edition: Edition) -> list[Problem]:
    accepted = [*map(str, edition.levels), *edition.level_labels("fr"), *edition.level_labels("en")]
    mend = nearest(cell, [*accepted, *edition.not_concerned])
    return [
        Problem(FILE, "not an answer of the scale", mend, row.line, row.affirmation_id, cell)
        for row in rows.itertuples()
    ]
