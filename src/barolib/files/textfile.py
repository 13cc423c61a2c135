"""CSV files and workbooks as text tables: cells as written, every fault at once."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from pathlib import Path

import pandas as pd

from barolib.errors import Problem, StudyError


def read(path: Path) -> tuple[pd.DataFrame | None, list[Problem]]:
    """The file's cells as text, blank cells missing, and the faults found.

    The index holds each row's line number as text. The table is None where the file can't be read
    as rows at all (missing, empty, another encoding, a broken header).
    """
    name = path.name
    if path.suffix == ".xlsx" and path.exists():
        return _workbook(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None, [Problem(name, "the file is missing", f"put {name} into {path.parent.name}/")]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        mend = "save the file as UTF-8 (in Excel: CSV UTF-8)"
        return None, [Problem(name, "the file is not UTF-8", mend, row=str(line))]
    if not text.strip():
        return None, [Problem(name, "the file is empty", "give it a header and rows")]
    return _rows(name, text)


def _rows(name: str, text: str) -> tuple[pd.DataFrame | None, list[Problem]]:
    first = text.splitlines()[0]
    try:
        rows = records(name, text, ";" if ";" in first and "," not in first else ",")
    except StudyError as error:
        return None, list(error.problems)
    return table(name, rows)


def records(name: str, text: str, separator: str) -> list[tuple[int, list[str]]]:
    """The records of a CSV text, each with the line where it begins; StudyError where torn."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, before = [], 0
    try:
        for cells in reader:
            rows.append((before + 1, cells))
            before = reader.line_num
    except csv.Error as error:
        mend = "close the quotes of the row"
        raise StudyError(Problem(name, f"not CSV: {error}", mend, row=str(before + 1))) from None
    return _trimmed(rows)


def _trimmed(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The rows without the columns at their end that are blank from top to bottom."""
    width = max(
        (place for _, row in rows for place, cell in enumerate(row, 1) if cell.strip()), default=0
    )
    return [(line, cells[:width]) for line, cells in rows]


def _workbook(path: Path) -> tuple[pd.DataFrame | None, list[Problem]]:
    """The first sheet of a workbook."""
    try:
        return table(path.name, sheet(path))
    except StudyError as error:
        return None, list(error.problems)


def sheet(path: Path) -> list[tuple[int, list[str]]]:
    """The rows of a workbook's first sheet, each with its number; StudyError where there are none.

    Cells are text, as they read.
    """
    import openpyxl  # a third of a second, which most runs do not need

    try:
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # styles it lacks
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            found = list(book.worksheets[0].iter_rows(values_only=True))
            uncomputed = _uncomputed(path, found)
    except Exception as error:  # a broken file comes out of openpyxl as many kinds of error
        mend = "save it again as an Excel workbook, or as CSV"
        fault = Problem(path.name, f"not an XLSX workbook: {error}", mend)
        raise StudyError(fault) from None
    rows = [(line, [_text(cell) for cell in row]) for line, row in enumerate(found, start=1)]
    if not any(cell for _, row in rows for cell in row):
        raise StudyError(Problem(path.name, "the file is empty", "give it a header and rows"))
    if uncomputed:
        raise StudyError(uncomputed)
    return _trimmed(rows)


def _uncomputed(path: Path, found: list[tuple]) -> list[Problem]:
    """The formulas whose result the workbook does not hold: they would read as blank cells."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        if not any(b"<f" in archive.read(name) for name in sheets):
            return []
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    mend = "open it in a spreadsheet, save it, or put values in the place of formulas"
    return [
        Problem(path.name, "a formula without its result", mend, str(line), value=str(formula))
        for line, row in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1)
        for place, formula in enumerate(row)
        if formula is not None and found[line - 1][place] is None
    ]


def _text(cell: object) -> str:
    """A cell of a workbook as it reads: 4 for 4.0, nothing for an empty one."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def table(
    name: str, found: list[tuple[int, list[str]]]
) -> tuple[pd.DataFrame | None, list[Problem]]:
    """The rows under their header, which is the first; each with its line in the file.

    The table is None where the header is broken; rows of another length are left out and told.
    """
    header = found[0][1]
    problems = _header_faults(name, header)
    if problems:
        return None, problems
    full = [(line, cells) for line, cells in found[1:] if any(cell.strip() for cell in cells)]
    mend = "give it as many cells; put a text that holds a separator in quotes"
    problems = [
        Problem(name, f"the row has {len(cells)} cells, the header {len(header)}", mend, str(line))
        for line, cells in full
        if len(cells) != len(header)
    ]
    if not full:
        problems.append(Problem(name, "the file holds a header and no row", "add its rows"))
    kept = [(str(line), cells) for line, cells in full if len(cells) == len(header)]
    rows = [[cell if cell.strip() else None for cell in cells] for _, cells in kept]
    index = pd.Index([line for line, _ in kept], dtype="str")
    return pd.DataFrame(rows, columns=header, index=index, dtype="str"), problems


def _header_faults(name: str, header: list[str]) -> list[Problem]:
    return [
        Problem(name, "the column stands twice or has no name", "name it once", column=column)
        for column in dict.fromkeys(header)
        if header.count(column) > 1 or not column.strip()
    ]
