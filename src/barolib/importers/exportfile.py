"""A survey tool's export as a text table, whatever its form and its heading rows."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from barolib.errors import Problem, StudyError
from barolib.files import textfile
from barolib.importers import formats, headings

#: How the last heading of a Qualtrics export begins.
_IMPORT_ID = '{"ImportId"'


@dataclass(frozen=True)
class Export:
    """Responses as text: a row each, its line in the file as index, missing where blank.

    `heading_rows`: how many rows make the headings; `sheet`: which one of a workbook is read;
    `doubts`: what is guessed; `tool_ids`: what Qualtrics calls the column of a heading.
    """

    name: str
    table: pd.DataFrame
    heading_rows: int
    sheet: str = ""
    doubts: tuple[str, ...] = ()
    tool_ids: dict[str, str] = field(default_factory=dict)


def read(
    path: Path,
    heading_rows: int | None = None,
    sheet: str | None = None,
    known: Collection[str] = (),
) -> Export:
    """The export in the file.

    Parameters
    ----------
    path
        CSV with any usual separator and encoding, a workbook, LimeSurvey's JSON or archive, SPSS or
        Stata.
    heading_rows
        How many rows make the headings; None for the last of three that holds known texts.
    sheet
        The sheet to read; None for the only one with rows.
    known
        Texts and codes of affirmations (headings.words), by which headings are told from responses.

    Raises
    ------
    StudyError
        Where it can't be read as rows.

    """
    if not path.is_file():
        raise StudyError(Problem(path.name, "the file is missing", "give the path of the export"))
    if heading_rows is not None and heading_rows < 1:
        fix = "give 1 row or more, or let them be guessed"
        raise StudyError(Problem(path.name, "no row of headings", fix, value=str(heading_rows)))
    source = formats.read(path, sheet)
    rows = [(line, [" ".join(cell.split()) for cell in cells]) for line, cells in source.rows]
    if not rows:
        raise StudyError(Problem(path.name, "the file is empty", "export the responses again"))
    count = heading_rows or source.heading_rows or _heading_rows(rows, {*known})
    if not rows[count:]:
        message = "the export holds headings and no response"
        raise StudyError(Problem(path.name, message, "export the responses again"))
    above = [cells for _, cells in rows[:count]]
    names = _headings(above)
    table, problems = textfile.table(path.name, [(0, names), *rows[count:]])
    problems += source.merged_below(rows[count - 1][0])
    if problems:
        raise StudyError(problems)
    ids = {name: _import_id(text) for name, text in zip(names, above[-1], strict=False)}
    ids = {name: text for name, text in ids.items() if text}
    return Export(path.name, table, count, source.sheet, source.doubts, ids)


def _import_id(text: str) -> str:
    """What Qualtrics calls a column: submitdate, QID2_1; "" of another text."""
    if not text.startswith(_IMPORT_ID):
        return ""
    try:
        return str(json.loads(text)["ImportId"])
    except ValueError:
        return ""


def _heading_rows(rows: formats.Rows, known: set[str]) -> int:
    """How many of the first three rows are headings: up to the last with texts of affirmations."""
    first = [cells for _, cells in rows[:3]]
    for count, cells in enumerate(first, start=1):
        if any(cell.startswith(_IMPORT_ID) for cell in cells):
            return count
    told = [
        sum(bool(known & {*heading.texts, *map(str.casefold, heading.codes)}) for heading in row)
        for row in map(headings.parse, first)
    ]
    return max((n for n, hits in enumerate(told, start=1) if 2 * hits > max(told)), default=1)


def _headings(rows: list[list[str]]) -> list[str]:
    """One heading a column: the texts of its heading rows, merged cells spread, each once."""
    *upper, last = rows
    coded = any(cell.startswith(_IMPORT_ID) for cell in last)
    spread = upper if coded else []
    for cells in upper if not coded else []:
        row: list[str] = []
        for place, cell in enumerate(cells):
            row.append(cell or (row[-1] if row and last[place : place + 1] != [""] else ""))
        spread.append(row)
    columns = zip(*spread, last, strict=False)
    parts = [[text for text in column if not text.startswith(_IMPORT_ID)] for column in columns]
    joined = [" / ".join(dict.fromkeys(filter(None, column))) for column in parts]
    return [
        text if text and joined.count(text) == 1 else f"{text} (column {place})".strip()
        for place, text in enumerate(joined, start=1)
    ]
