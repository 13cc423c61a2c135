"""The questions of a survey as its tool's structure file has them."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from barolib.errors import StudyError
from barolib.files import textfile

#: Of a text, its wording by language ("fr").
Wording = Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """A question, or a row of an array of them.

    `code`: as headings have it (nom, T01[SQ001]); `parent`: of the whole array; `title`: of its
    group; `wording`: of the question, `row`: of the row; `choices`: their wording by code.
    """

    code: str
    parent: str
    title: Wording = field(default_factory=dict)
    wording: Wording = field(default_factory=dict)
    row: Wording = field(default_factory=dict)
    choices: Mapping[str, Wording] = field(default_factory=dict)
    numeric: bool = False

    def heading(self, language: str) -> str:
        """The heading of its answers in an export with codes and texts."""
        row = f" [{said(self.row, language)}]" if self.row else ""
        return f"{self.code}. {said(self.wording, language)}{row}"


def said(wording: Wording, language: str) -> str:
    """The wording in the language, else in the first."""
    return wording.get(language) or next(iter(wording.values()), "")


def both(wording: Wording) -> dict[str, str]:
    """The wording in French, or else as it is, and in English where it has it."""
    english = {"en": wording["en"]} if "en" in wording and "fr" in wording else {}
    return {"fr": said(wording, "fr"), **english}


def bare(text: str) -> str:
    """The text without its HTML, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


#: Where the codes of the survey are kept beside the edition.
NAME = "structure.csv"
_COLUMNS = ["question", "choice", "text", "affirmation_id"]


@dataclass(frozen=True)
class Kept:
    """The codes of the edition's survey: the affirmation of a heading's, the text of a choice's."""

    affirmations: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def kept(folder: Path) -> Kept:
    """The codes kept beside an edition; none where it has no such file."""
    if not (folder / NAME).exists():
        return Kept()
    read, problems = textfile.read(folder / NAME)
    if read is None or problems:
        raise StudyError(problems)
    codes = read.reindex(columns=_COLUMNS)
    asked = codes.dropna(subset="affirmation_id")
    choices: dict[str, dict[str, str]] = {}
    for row in codes.dropna(subset=["choice", "text"]).itertuples():
        choices.setdefault(row.question, {})[row.choice] = row.text
    return Kept(dict(zip(asked["question"], asked["affirmation_id"], strict=True)), choices)


def table(questions: list[Question], affirmations: Mapping[str, str]) -> pd.DataFrame:
    """The codes of a survey as they are kept; `affirmations`: ids by code."""
    rows = []
    for question in questions:
        id_, language = affirmations.get(question.code, ""), next(iter(question.wording), "fr")
        rows.append((question.code, "", question.heading(language), id_))
        rows += [
            (question.code, code, said(text, language), "")
            for code, text in question.choices.items()
        ]
    return pd.DataFrame(rows, columns=_COLUMNS)
