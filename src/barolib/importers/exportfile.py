"""A survey tool's export as a text table, whatever its encoding, separators and heading rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from barolib.errors import Problem, StudyError
from barolib.files import textfile, workbook

_SEPARATORS = ";,\t|"

#: How files begin that hold no rows: JSON, HTML, XML.
_NO_TABLE = ("{", "[{", "<")

#: How the third heading of a Qualtrics export begins.
_IMPORT_ID = '{"ImportId"'


@dataclass(frozen=True)
class Export:
    """Responses as text: a row each, its line in the file as index, missing where blank.

    `heading_rows`: how many rows make the headings; `sheet`: which one of a workbook is read;
    `doubts`: what is guessed.
    """

    name: str
    table: pd.DataFrame
    heading_rows: int
    sheet: str = ""
    doubts: tuple[str, ...] = ()


def read(path: Path, heading_rows: int | None = None) -> Export:
    """The export in the file: CSV with any usual separator and encoding, or an XLSX workbook.

    Without `heading_rows`, their number is guessed: three for Qualtrics, two where the first row
    has blanks that the second fills. Raises StudyError where the file can't be read as rows.
    """
    if not path.is_file():
        raise StudyError(Problem(path.name, "the file is missing", "give the path of the export"))
    if heading_rows is not None and heading_rows < 1:
        fix = "give 1 row or more, or let them be guessed"
        raise StudyError(Problem(path.name, "no row of headings", fix, value=str(heading_rows)))
    content = path.read_bytes()
    book = path.suffix.lower() in (".xlsx", ".xlsm") or content.startswith(textfile.WORKBOOKS)
    sheet = workbook.read(path) if book else None
    rows = sheet.rows if sheet else _split(path.name, _decoded(path.name, content))
    if not rows:
        raise StudyError(Problem(path.name, "the file is empty", "export the responses again"))
    rows = [(line, [" ".join(cell.split()) for cell in cells]) for line, cells in rows]
    count, doubts = (heading_rows, []) if heading_rows else _heading_rows(rows)
    if not rows[count:]:
        message = "the export holds headings and no response"
        raise StudyError(Problem(path.name, message, "export the responses again"))
    headings = _headings([cells for _, cells in rows[:count]])
    table, problems = textfile.table(path.name, [(0, headings), *rows[count:]])
    if sheet:
        problems += sheet.merged_below(rows[:count][-1][0])
        doubts += _choices(sheet)
    if problems:
        raise StudyError(problems)
    return Export(path.name, table, count, sheet.name if sheet else "", tuple(doubts))


def _choices(sheet: workbook.Sheet) -> Iterator[str]:
    """What was chosen where a person may not see it: the sheet, and the rows that it hides."""
    if sheet.others:
        blank = ", ".join(map(repr, sheet.others))
        yield f"the sheet {sheet.name!r} is read; without rows: {blank}"
    lines = sheet.hidden_rows
    if lines:
        shown = ", ".join(map(str, lines[:8])) + (", …" if len(lines) > 8 else "")
        yield f"rows that the sheet hides are read like the others ({len(lines)}): {shown}"


def _decoded(name: str, content: bytes) -> str:
    """The text of the file: by its byte order mark, else UTF-8, else Windows-1252."""
    for encoding in ("utf-16",) if content.startswith(textfile.UTF16) else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8-sig" and _mostly_utf8(content):
                raise StudyError(textfile.not_utf8(name, error)) from None
            continue
        if text.lstrip().startswith(_NO_TABLE):
            break
        if "\0" not in text:
            return text
    message = "not a text in UTF-8, UTF-16 or Windows-1252, nor an XLSX workbook"
    raise StudyError(Problem(name, message, "export it as CSV in UTF-8, or as XLSX"))


def _mostly_utf8(content: bytes) -> bool:
    """Whether more characters beyond ASCII are UTF-8 than are not: then a byte of it is broken."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) > 2 * broken


def _split(name: str, text: str) -> list[tuple[int, list[str]]]:
    """The records under the separator that gives most rows as many cells as the first."""
    if not text.strip():
        return []
    readings, faults, declared = [], [], textfile.declared(text)
    for separator in declared or _SEPARATORS:
        try:
            rows = textfile.records(name, text, separator)
        except StudyError as error:
            faults += error.problems
            continue
        width = len(rows[0][1]) if rows else 0
        alike = sum(len(cells) == width for _, cells in rows)
        readings.append((alike * (width - 1), rows))
    score, rows = max(readings, key=lambda reading: reading[0], default=(0, []))
    if score > 0:
        return rows
    if declared and not faults:
        message = f"the first line says sep={declared}, which parts no cells"
        raise StudyError(Problem(name, message, "correct that line", row="1"))
    fix = "export it as CSV, with ; , or a tab between cells"
    raise StudyError(faults or Problem(name, "no separator makes columns of it", fix))


def _heading_rows(rows: list[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    for count, (_, cells) in enumerate(rows[:3], start=1):
        if any(cell.startswith(_IMPORT_ID) for cell in cells):
            return count, []
    first, second = rows[0][1], rows[1][1] if len(rows) > 1 else []
    blank = [place for place, cell in enumerate(first) if not cell]
    if blank and all(place < len(second) and second[place] for place in blank):
        doubt = "two rows of headings are read, since the first has blanks that the second fills"
        return 2, [doubt]
    return 1, []


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
