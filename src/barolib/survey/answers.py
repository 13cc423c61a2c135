"""Answers as respondents gave them: read, understood, refused where they say nothing known."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pandas as pd

from barolib.errors import Problem, nearest
from barolib.survey import cells
from barolib.survey.edition import Edition

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
        return empty(), problems
    asked = [name for name in table if name in set(questionnaire["affirmation_id"])]
    long = _long(table, asked)
    known = meanings(edition)
    meant = {text: known.get(plain(text)) for text in long["cell"].dropna().unique()}
    for text in [text for text, level in meant.items() if level is None]:
        problems += _unknown_answer(long[long["cell"] == text], text, edition)
    level = long["cell"].map(meant).astype("Int64")
    reason = pd.Series(pd.NA, index=long.index, dtype="str")
    reason[level == 0], reason[long["cell"].isna()] = NOT_CONCERNED, NO_ANSWER
    # An id that stands twice breaks its contract.
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


def empty() -> pd.DataFrame:
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


def ambiguous_texts(edition: Edition) -> list[Problem]:
    """A problem for each text that would mean two answers."""
    meant: dict[str, set[int]] = {}
    for text, level in _meant(edition):
        meant.setdefault(text, set()).add(level)
    fix = "word the levels apart, and give codes of not_concerned that are none of them"
    return [
        Problem("edition.yml", "one text for two answers", fix, column="scale", value=text)
        for text, levels in meant.items()
        if len(levels) > 1
    ]


def _meant(edition: Edition) -> Iterator[tuple[str, int]]:
    for code in edition.not_concerned:
        yield plain(code), 0
    for level in edition.scale:
        for text in (str(level.level), level.label.of("fr"), level.label.of("en")):
            yield plain(text), level.level


def _heading_faults(
    table: pd.DataFrame, questionnaire: pd.DataFrame, respondents: pd.DataFrame
) -> list[Problem]:
    """Columns and respondents that are missing, unknown or twice there."""
    if "respondent_id" not in table:
        fix = "add the column respondent_id"
        return [Problem(FILE, "the column is missing", fix, column="respondent_id")]
    asked = questionnaire["affirmation_id"]
    headings = table.columns.drop("respondent_id").to_series()
    problems = [
        Problem(FILE, problem.message, problem.fix, column=problem.value)
        for problem in cells.unknown(FILE, headings, asked, "affirmation")
    ]
    problems += [
        Problem(FILE, "the column is missing", "add it, blank where nobody answered", column=name)
        for name in asked
        if name not in table
    ]
    ids = table["respondent_id"]
    problems += cells.problems(FILE, ids[ids.isna()], "the cell is empty", "fill it")
    problems += cells.unknown(FILE, ids, respondents["respondent_id"].dropna(), "respondent")
    twice = ids[ids.notna() & ids.duplicated()]
    return problems + cells.problems(FILE, twice, "the respondent stands twice", "keep one row")


def _unknown_answer(rows: pd.DataFrame, cell: str, edition: Edition) -> list[Problem]:
    accepted = [*map(str, edition.levels), *edition.level_labels("fr"), *edition.level_labels("en")]
    fix = nearest(cell, [*accepted, *edition.not_concerned])
    return [
        Problem(FILE, "not an answer of the scale", fix, row.line, row.affirmation_id, cell)
        for row in rows.itertuples()
    ]
