"""Whether an edition's files hold anything that may be published, each in its place."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from barolib.errors import Problem
from barolib.survey import cells
from barolib.survey.edition import Edition


def faults(texts: dict[str, pd.DataFrame], given: pd.DataFrame, edition: Edition) -> list[Problem]:
    """What is empty, or too little to be published.

    `texts`: text tables by file stem, themes and questionnaire among them, with the columns of
    references.NEEDED; `given`: the table `answers`, without rows where it is not known.
    """
    problems = [*_themes(texts["themes"], texts["questionnaire"])]
    if len(given):
        problems += _answers(given, edition)
    elif "answers" not in texts and "published_distributions" in texts:
        problems += _printed(texts)
    return [*problems, *_frame(texts, edition)]


def _themes(themes: pd.DataFrame, questionnaire: pd.DataFrame) -> Iterator[Problem]:
    """Themes without affirmations, that would take no part in anything; no theme at all."""
    kinds, file = themes["kind"], "themes.csv"
    if kinds.eq("transverse").all():
        yield Problem(file, "no row is of kind theme", "give the themes of the questionnaire")
    fix = "give it an affirmation in questionnaire.csv, or remove the row"
    main = themes.loc[kinds == "theme", "theme_id"].dropna()
    unused = main[~main.isin(questionnaire["theme_id"])]
    yield from cells.problems(file, unused, "no affirmation is in this theme", fix)


def _answers(given: pd.DataFrame, edition: Edition) -> Iterator[Problem]:
    """Answers of nobody, or of so few that none may be published."""
    answered = given.loc[given["level"].notna(), "respondent_id"].nunique()
    minimum, file = edition.disclosure_minimum, "answers"
    if not answered:
        fix = "put the answers into it, or leave it out with provenance.answers"
        yield Problem(file, "no cell holds a level: there is nothing to publish", fix)
    elif answered < minimum:
        who = "1 respondent" if answered == 1 else f"{answered} respondents"
        message = f"{who} answered, under disclosure_minimum ({minimum}): nothing can be published"
        yield Problem(file, message, "wait for the answers of more respondents")


def _printed(texts: dict[str, pd.DataFrame]) -> Iterator[Problem]:
    """Printed rows, none of which is that of an affirmation."""
    file = "published_distributions"
    asked = texts["questionnaire"]["affirmation_id"]
    if not texts[file]["printed_as"].isin(asked.dropna()).any():
        fix = "give the rows of affirmations; a theme's row checks them alone"
        yield Problem(f"{file}.csv", "no row is that of an affirmation", fix, column="printed_as")


def _frame(texts: dict[str, pd.DataFrame], edition: Edition) -> Iterator[Problem]:
    """A frame smaller than those who are listed as asked."""
    listed, frame = len(texts.get("respondents", ())), edition.frame_size
    if frame and listed > frame:
        message = f"fewer than the {listed} that respondents.csv lists"
        fix = "write how many could have answered; null where that is not known"
        yield Problem("edition.yml", message, fix, column="frame_size", value=str(frame))
