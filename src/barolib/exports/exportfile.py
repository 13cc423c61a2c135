"""A survey tool's export as a text table, whatever its encoding, separators and heading rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from barolib.errors import Problem, StudyError
from barolib.files import textfile

_SEPARATORS = ";,\t|"

#: How the third heading of a Qualtrics export begins.
_IMPORT_ID = '{"ImportId"'


@dataclass(frozen=True)
class Export:
    """Responses as text: a row each, its line in the file as index, missing where blank.

    `heading_rows`: how many rows make the headings; `doubt`: why that is a guess, or nothing.
    """

    name: str
    table: pd.DataFrame
    heading_rows: int
    doubt: str = ""


def read(path: Path, heading_rows: int | None = None) -> Export:
    """The export in the file: CSV with any usual separator and encoding, or an XLSX's first sheet.

    Without `heading_rows`, their number is guessed: three for Qualtrics, two where the first row
    has blanks that the second fills. Raises StudyError where the file can't be read as rows.
    """
    if not path.is_file():
        raise StudyError(Problem(path.name, "the file is missing", "give the path of the export"))
    book = path.suffix.lower() in (".xlsx", ".xlsm")
    rows = textfile.sheet(path) if book else _split(path.name, _decoded(path))
    rows = [(line, [" ".join(cell.split()) for cell in cells]) for line, cells in rows]
    rows = [row for row in rows if any(row[1])]
    if not rows:
        raise StudyError(Problem(path.name, "the file is empty", "export the responses again"))
    count, doubt = (heading_rows, "") if heading_rows else _heading_rows(rows)
    headings = _headings([cells for _, cells in rows[:count]])
    table, problems = textfile.table(path.name, [(0, headings), *rows[count:]])
    if problems:
        raise StudyError(problems)
    return Export(path.name, table, count, doubt)


def _decoded(path: Path) -> str:
    """The text of the file: by its byte order mark, else UTF-8, else Windows-1252."""
    content = path.read_bytes()
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    message = "not a text in UTF-8, UTF-16 or Windows-1252, nor an XLSX workbook"
    raise StudyError(Problem(path.name, message, "export it as CSV in UTF-8, or as XLSX"))


def _split(name: str, text: str) -> list[tuple[int, list[str]]]:
    """The records under the separator that gives most rows as many cells as the first."""
    found, faults = [], []
    for separator in _SEPARATORS:
        try:
            rows = textfile.records(name, text, separator)
        except StudyError as error:
            faults += error.problems
            continue
        width = len(rows[0][1]) if rows else 0
        alike = sum(len(cells) == width for _, cells in rows)
        found.append((alike * (width - 1), rows))
    score, rows = max(found, key=lambda each: each[0], default=(0, []))
    if score > 0:
        return rows
    mend = "export it as CSV, with ; , or a tab between cells"
    raise StudyError(faults or Problem(name, "no separator makes columns of it", mend))


def _heading_rows(rows: list[tuple[int, list[str]]]) -> tuple[int, str]:
    for count, (_, cells) in enumerate(rows[:3], start=1):
        if any(cell.startswith(_IMPORT_ID) for cell in cells):
            return count, ""
    first, second = rows[0][1], rows[1][1] if len(rows) > 1 else []
    blank = [place for place, cell in enumerate(first) if not cell]
    if blank and all(place < len(second) and second[place] for place in blank):
        return 2, "two rows of headings are read, since the first has blanks that the second fills"
    return 1, ""


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
