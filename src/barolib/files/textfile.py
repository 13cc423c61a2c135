"""CSV files and workbooks as text tables: cells as written, every fault at once."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd

from barolib.errors import Problem, StudyError
from barolib.files import atomic_write, workbook

#: How the files of spreadsheets begin: XLSX and the like (ZIP), XLS (OLE).
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
#: The byte order marks of UTF-16.
UTF16 = (b"\xff\xfe", b"\xfe\xff")

_LINE_END = re.compile(r"\r\n|\r|\n")
_DECLARED = re.compile(r'"?sep=([^\w\s"]|\t)"?\1*(?:[\r\n]|$)', re.IGNORECASE)
_AS_UTF8 = "save the file as UTF-8 (in Excel: CSV UTF-8)"


def read(path: Path) -> tuple[pd.DataFrame | None, list[Problem]]:
    """The cells of a CSV file or a workbook, as text.

    Parameters
    ----------
    path : Path
        A workbook where its name ends in .xlsx, else a CSV file in UTF-8, its separator declared
        in a first line ``sep=;`` or found in the header.

    Returns
    -------
    table : DataFrame or None
        Blank cells missing; the index holds the line of each row, as text. None where the file
        can't be read as rows at all (missing, empty, another encoding, a broken header).
    problems : list of Problem
        The faults found.
    """
    name = path.name
    try:
        if path.suffix == ".xlsx":
            return _workbook(path)
        text = _decoded(name, path.read_bytes())
        return table(name, records(name, text, _separator(name, text)))
    except FileNotFoundError:
        return None, [Problem(name, "the file is missing", f"put {name} into {path.parent.name}/")]
    except OSError as error:  # a folder of that name, or a file that may not be read
        fix = "put a file there that can be read"
        return None, [Problem(name, str(error.strerror or error), fix)]
    except StudyError as error:
        return None, list(error.problems)


def write(path: Path, table: pd.DataFrame, encoding: str = "utf-8") -> None:
    """Writes a table as a CSV file, complete or not at all; lines end alike on every system."""
    with atomic_write.writing(path) as aside:
        table.to_csv(aside, index=False, encoding=encoding, lineterminator="\n")


def _workbook(path: Path) -> tuple[pd.DataFrame | None, list[Problem]]:
    """The sheet that holds rows; a cell that shows a date or a percentage is no answer."""
    sheet = workbook.read(path)
    problems, fix = [*sheet.merged_below(0)], "write it as text, or as a number without a format"
    for place, kind in sheet.cells.kinds.items():
        problems.append(sheet.problem(f"the cell shows {kind}", fix, place))
    cells, faults = table(path.name, sheet.rows)
    return cells, [*problems, *faults]


def _decoded(name: str, content: bytes) -> str:
    if content.startswith(WORKBOOKS):
        fix = "save it as CSV UTF-8; answers may be a workbook, answers.xlsx"
        raise StudyError(Problem(name, "the file is a workbook, not CSV", fix))
    if content.startswith(UTF16):
        raise StudyError(Problem(name, "the file is UTF-16, not UTF-8", _AS_UTF8, "1"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StudyError(not_utf8(name, error)) from None
    if "\0" in text:
        line = str(_line(text[: text.index("\0")]))
        raise StudyError(Problem(name, "a byte 0 stands in the text", _AS_UTF8, line))
    return text


def not_utf8(name: str, error: UnicodeDecodeError, fix: str = _AS_UTF8) -> Problem:
    """The first byte that is not UTF-8, with its line."""
    line = _line(error.object[: error.start].decode("utf-8", "replace"))
    value = f"byte {error.object[error.start]:02X}"
    return Problem(name, "the file is not UTF-8", fix, str(line), value=value)


def _line(before: str) -> int:
    """The number of the line on which a text ends."""
    return len(_LINE_END.findall(before)) + 1


def declared(text: str) -> str | None:
    """The separator that a first line sep=; names, as Excel writes and reads it."""
    match = _DECLARED.match(text)
    return match[1] if match else None


def _separator(name: str, text: str) -> str:
    """The separator that the file declares, else the one that parts its header into most cells."""
    said = declared(text)
    header = _LINE_END.split(text.lstrip(), 2)[1 if said else 0 :][:1]
    counts = {mark: header[0].count(mark) if header else 0 for mark in ",;\t|"}
    most = max(counts, key=counts.__getitem__)
    if said and counts[most] and said not in header[0]:
        message = f"the first line says that {said!r} parts cells, and {most!r} parts them"
        raise StudyError(Problem(name, message, f"write sep={most}, or remove the line", "1"))
    return said or most


def records(name: str, text: str, separator: str) -> list[tuple[int, list[str]]]:
    """The records of a CSV text, each with the line where it begins; StudyError where torn.

    A line that declares the separator is no record.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, before = [], 0
    try:
        for cells in reader:
            rows.append((before + 1, cells))
            before = reader.line_num
    except csv.Error:
        message, fix = "not CSV: a quote stands alone", "close the quotes of the row"
        raise StudyError(Problem(name, message, fix, row=str(before + 1))) from None
    return _trimmed(rows[1:] if declared(text) else rows)


def _trimmed(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, without the columns at their end that are blank in all."""
    rows = [(line, cells) for line, cells in rows if any(map(str.strip, cells))]
    width = max(
        (place for _, row in rows for place, cell in enumerate(row, 1) if cell.strip()), default=0
    )
    return [(line, cells[:width]) for line, cells in rows]


def table(
    name: str, rows: list[tuple[int, list[str]]]
) -> tuple[pd.DataFrame | None, list[Problem]]:
    """The rows under their header, which is the first; each with its line in the file.

    The table is None where the header is broken; one of another length is a problem, and left out.
    """
    if not rows:
        return None, [Problem(name, "the file is empty", "give it a header and rows")]
    (_, header), *rows = rows
    problems = _header_faults(name, header)
    if problems:
        return None, problems
    fix = "give it as many cells; put a text that holds a separator in quotes"
    problems = [
        Problem(name, f"the row has {len(cells)} cells, the header {len(header)}", fix, str(line))
        for line, cells in rows
        if len(cells) != len(header)
    ]
    if not rows:
        problems.append(Problem(name, "the file holds a header and no row", "add its rows"))
    kept = [(str(line), cells) for line, cells in rows if len(cells) == len(header)]
    cells = [[cell if cell.strip() else None for cell in cells] for _, cells in kept]
    index = pd.Index([line for line, _ in kept], dtype="str")
    return pd.DataFrame(cells, columns=header, index=index, dtype="str"), problems


def _header_faults(name: str, header: list[str]) -> list[Problem]:
    twice = [c for c in dict.fromkeys(header) if c.strip() and header.count(c) > 1]
    blank = [str(place) for place, c in enumerate(header, 1) if not c.strip()]
    return [
        *(Problem(name, "the column stands twice", "name it once", column=c) for c in twice),
        *(Problem(name, "the column has no name", "name it, or clear it", column=c) for c in blank),
    ]
