"""XLSForm, the workbook in which KoBo and ODK forms are written."""

from __future__ import annotations

import re
from pathlib import Path

from barolib.errors import Problem, StudyError
from barolib.files import workbook
from barolib.importers.structure import Question, Wording, bare

_NAMES = {"french": "fr", "francais": "fr", "français": "fr", "english": "en", "anglais": "en"}


def questions(path: Path) -> list[Question]:
    """The questions of a form, in their order."""
    survey, choices = _records(path, "survey"), _records(path, "choices")
    lists: dict[str, dict[str, Wording]] = {}
    for row in choices:
        name = row.get("list_name") or row.get("list name", "")
        lists.setdefault(name, {})[row.get("name", "")] = _wording(row)
    asked: list[Question] = []
    groups: list[tuple[Wording, str]] = [({}, "")]
    for row in survey:
        kind, name = row.get("type", "").strip(), row.get("name", "")
        if re.match(r"begin[_ ](group|repeat)", kind):
            groups.append((_wording(row), name))
        elif re.match(r"end[_ ](group|repeat)", kind) and len(groups) > 1:
            groups.pop()
        elif name:
            listed = re.match(r"select_one\s+(\S+)", kind)
            title, parent = groups[-1]
            options = lists.get(listed[1], {}) if listed else {}
            asked.append(Question(name, parent or name, title, _wording(row), {}, options))
    if not asked:
        fix = "give the XLSForm of the survey, with its sheets survey and choices"
        raise StudyError(Problem(path.name, "the sheet survey holds no question", fix))
    return asked


def _records(path: Path, sheet: str) -> list[dict[str, str]]:
    """The rows of a sheet by its headings."""
    (_, header), *rows = workbook.read(path, sheet).rows
    header = [heading.strip().casefold() for heading in header]
    return [dict(zip(header, cells, strict=True)) for _, cells in rows]


def _wording(row: dict[str, str]) -> dict[str, str]:
    """The label of a row by language: label, label::fr, label::French (fr)."""
    wording = {}
    for heading, text in row.items():
        match = re.fullmatch(r"label(?:\s*::?\s*(.*))?", heading)
        if match and bare(text):
            said = match[1] or "fr"
            code = re.search(r"\((\w+)\)", said)
            wording[code[1] if code else _NAMES.get(said, said)] = bare(text)
    return wording
