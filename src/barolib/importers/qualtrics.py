"""Qualtrics: the structure of a survey (.qsf)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from barolib.errors import Problem, StudyError
from barolib.importers.structure import Question, Wording, bare


def questions(path: Path) -> list[Question]:
    """The questions of a structure, in the order of its blocks."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        return [*_questions(content)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        fix = "in Qualtrics: Survey, Tools, Import/Export, Export survey (.qsf)"
        raise StudyError(Problem(path.name, "not the structure of a survey", fix)) from None


def _questions(content: dict) -> Iterator[Question]:
    language = content["SurveyEntry"]["SurveyLanguage"].casefold()[:2]
    payloads = {
        e["PrimaryAttribute"]: e["Payload"]
        for e in content["SurveyElements"]
        if e["Element"] == "SQ"
    }
    for title, qid in _order(content["SurveyElements"]):
        if qid in payloads:
            yield from _of_payload(payloads[qid], {language: title}, language)


def _order(elements: list[dict]) -> Iterator[tuple[str, str]]:
    """The title of its block, and the id, of each question."""
    for element in elements:
        if element["Element"] == "BL":
            payload = element["Payload"]
            for block in payload.values() if isinstance(payload, dict) else payload:
                if block.get("Type") != "Trash":
                    for item in block.get("BlockElements", []):
                        if item["Type"] == "Question":
                            yield bare(block.get("Description", "")), item["QuestionID"]


def _of_payload(payload: dict, title: Wording, language: str) -> Iterator[Question]:
    """The rows of a matrix, or the question itself."""
    said = {language: payload} | {
        code.casefold()[:2]: texts for code, texts in (payload.get("Language") or {}).items()
    }
    wording = _wordings(said, lambda texts: texts.get("QuestionText"))
    code, matrix = payload["DataExportTag"], payload["QuestionType"] == "Matrix"
    options, recode = "Answers" if matrix else "Choices", payload.get("RecodeValues") or {}
    order = payload.get("AnswerOrder" if matrix else "ChoiceOrder") or payload.get(options) or []
    choices = {
        str(recode.get(str(o), o)): _wordings(said, partial(_display, part=options, key=o))
        for o in order
    }
    if not matrix:
        yield Question(code, code, title, wording, {}, choices)
        return
    tags = payload.get("ChoiceDataExportTags") or {}
    for row in payload.get("ChoiceOrder") or payload["Choices"]:
        text = _wordings(said, partial(_display, part="Choices", key=row))
        tag = tags.get(str(row)) or f"{code}_{row}"
        yield Question(tag, code, title, wording, text, choices)


def _wordings(said: dict[str, dict], text: Callable[[dict], str | None]) -> dict[str, str]:
    """What the text is in each language that has it."""
    texts = {language: bare(text(texts) or "") for language, texts in said.items()}
    return {language: wording for language, wording in texts.items() if wording}


def _display(texts: dict, *, part: str, key: object) -> str:
    options = texts.get(part) or {}
    return (options.get(str(key)) or {}).get("Display", "") if isinstance(options, dict) else ""
