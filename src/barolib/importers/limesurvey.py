"""LimeSurvey's own files: a survey's structure (.lss), and its archive with the answers (.lsa)."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from barolib.errors import Problem, StudyError
from barolib.files import workbook
from barolib.importers.structure import Question, Wording, bare, said

#: The element by which its files are told.
SURVEY = "<LimeSurveyDocType>"
_DAMAGED = "not a file of LimeSurvey, or a damaged one"
#: Kinds of questions whose rows are asked with one list of choices, or with numbers.
_ROWS = {"F", "H", "A", "B", "C", "E", "M", "P", "Q", "K"}
#: The choices that LimeSurvey itself gives.
_GIVEN = {"Y": {"fr": "Oui", "en": "Yes"}, "N": {"fr": "Non", "en": "No"}}


def questions(path: Path) -> list[Question]:
    """The questions of a structure (.lss) or an archive (.lsa), in their order."""
    return [*_columns(path.name, _parts(path)[0]).values()]


def responses(path: Path) -> list[tuple[int, list[str]]]:
    """The answers of an archive under headings with codes and texts, in the survey's language."""
    survey, answers = _parts(path)
    if answers is None or answers.find("responses") is None:
        fix = "export the archive again once there are responses (.lsa), or export them as CSV"
        raise StudyError(Problem(path.name, "the archive holds no responses", fix))
    columns, language = _columns(path.name, survey), _language(survey)
    names = [field.text or "" for field in answers.iterfind("responses/fields/fieldname")]
    asked = [columns.get(name) for name in names]
    headings = [q.heading(language) if q else n for q, n in zip(asked, names, strict=True)]
    rows = [
        [_cell(row, name, q, language) for name, q in zip(names, asked, strict=True)]
        for row in answers.iterfind("responses/rows/row")
    ]
    return [*enumerate([headings, *rows], start=1)]


def _cell(row: Element, name: str, question: Question | None, language: str) -> str:
    """An answer: its label where it was chosen, a number without the zeros of the database."""
    tag = f"_{name}" if name[:1].isdigit() else name  # no element begins with a digit
    text = row.findtext(tag) or ""
    if question is None:
        return text
    if question.numeric:
        return re.sub(r"\.0+$", "", text)
    return said(question.choices[text], language) if text in question.choices else text


def _parts(path: Path) -> tuple[Element, Element | None]:
    """The structure in the file, and the answers of an archive."""
    try:
        if not zipfile.is_zipfile(path):
            return _root(path.name, path.read_bytes()), None
        with zipfile.ZipFile(path) as archive:
            workbook.bounded(path.name, archive)
            names = sorted(archive.namelist())
            first = {
                end: next((n for n in names if n.endswith(end)), None)
                for end in (".lss", "_responses.lsr")
            }
            parts = [
                _root(path.name, archive.read(name)) if name else None for name in first.values()
            ]
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        parts = [None]
    if parts[0] is None:
        raise _damaged(path.name)
    return parts[0], parts[1]


class _Builder(ElementTree.TreeBuilder):
    def doctype(self, *_: object) -> None:
        """ValueError: none of its files has a document type, whose entities could grow."""
        raise ValueError("a document type")


def _root(name: str, content: bytes) -> Element:
    parser = ElementTree.XMLParser(target=_Builder())
    try:
        parser.feed(content)
        root = parser.close()
    except (ElementTree.ParseError, ValueError):
        raise _damaged(name) from None
    if root.findtext("LimeSurveyDocType") not in ("Survey", "Responses"):
        raise _damaged(name)
    return root


def _damaged(name: str) -> StudyError:
    fix = "in LimeSurvey: Display/Export, Survey structure (.lss) or Survey archive (.lsa)"
    return StudyError(Problem(name, _DAMAGED, fix))


def _language(survey: Element) -> str:
    return survey.findtext("surveys/rows/row/language") or "fr"


def _rows(survey: Element, section: str) -> list[dict[str, str]]:
    """The rows of a section, by their fields."""
    return [
        {cell.tag: cell.text or "" for cell in row}
        for row in survey.iterfind(f"{section}/rows/row")
    ]


def _wordings(survey: Element, section: str, key: str, text: str) -> dict[str, dict[str, str]]:
    """By id, the wording of each question, answer or group: of a section apart, or its own rows.

    The survey's own language stands first.
    """
    apart = {
        "questions": "question_l10ns",
        "subquestions": "question_l10ns",
        "answers": "answer_l10ns",
        "groups": "group_l10ns",
    }[section]
    rows, first = _rows(survey, apart) or _rows(survey, section), _language(survey)
    wordings: dict[str, dict[str, str]] = {}
    for row in sorted(rows, key=lambda row: row.get("language") != first):
        if said_ := bare(row.get(text, "")):
            wordings.setdefault(row.get(key, ""), {})[row.get("language", first)] = said_
    return wordings


def _columns(name: str, survey: Element) -> dict[str, Question]:
    """The questions by the name of their column in the archive's answers, in the survey's order.

    Raises StudyError where a row lacks a field that every survey has. `name`: of the file.
    """
    try:
        return _questions(survey)
    except (KeyError, ValueError):
        raise _damaged(name) from None


def _questions(survey: Element) -> dict[str, Question]:
    titles = _wordings(survey, "groups", "gid", "group_name")
    texts = _wordings(survey, "questions", "qid", "question")
    texts = _wordings(survey, "subquestions", "qid", "question") | texts
    choices = _choices(survey)
    groups = {row["gid"]: int(row.get("group_order") or 0) for row in _rows(survey, "groups")}
    asked = {row["qid"]: row for row in _rows(survey, "questions")}  # once, whatever the languages
    below: dict[str, dict[str, dict]] = {}
    for row in sorted(_rows(survey, "subquestions"), key=_order):
        if row.get("scale_id", "0") == "0":
            below.setdefault(row["parent_qid"], {})[row["title"]] = row
    columns = {}
    for row in sorted(asked.values(), key=lambda row: (groups.get(row["gid"], 0), _order(row))):
        qid, code = row["qid"], row["title"]
        column = f"{row['sid']}X{row['gid']}X{qid}"
        given = _GIVEN if row["type"] == "Y" else choices.get(qid, {})
        whole = Question(
            code,
            code,
            titles.get(row["gid"], {}),
            texts.get(qid, {}),
            {},
            given,
            row["type"] == "N",
        )
        if row["type"] not in _ROWS:
            columns[column] = whole
        for title, sub in below.get(qid, {}).items():
            columns[column + title] = _row(whole, title, texts.get(sub["qid"], {}))
        if row.get("other") == "Y":
            columns[f"{column}other"] = _row(whole, "other", {"en": "Other", "fr": "Autre"})
    return columns


def _row(whole: Question, title: str, wording: Wording) -> Question:
    """A row of an array, or the field for another answer."""
    choices: Mapping[str, Wording] = {} if title == "other" else whole.choices
    code = f"{whole.code}[{title}]"
    return Question(code, whole.code, whole.title, whole.wording, wording, choices, whole.numeric)


def _order(row: dict[str, str]) -> int:
    return int(row.get("question_order") or row.get("sortorder") or 0)


def _choices(survey: Element) -> dict[str, dict[str, Wording]]:
    """By question, the wording of each choice by its code, in their order."""
    apart = bool(_rows(survey, "answer_l10ns"))
    texts = _wordings(survey, "answers", "aid", "answer") if apart else {}
    choices: dict[str, dict[str, Wording]] = {}
    for row in sorted(_rows(survey, "answers"), key=_order):
        if row.get("scale_id", "0") != "0":
            continue
        codes = choices.setdefault(row["qid"], {})
        wording = (
            texts.get(row.get("aid", ""), {})
            if apart
            else {
                **codes.get(row["code"], {}),
                row.get("language", ""): bare(row.get("answer", "")),
            }
        )
        codes[row["code"]] = wording
    return choices
