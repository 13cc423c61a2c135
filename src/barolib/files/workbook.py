"""The one sheet of an XLSX workbook that holds rows: every cell that is there, as it reads.

The XML is read as it stands, whatever it declares: a reader that trusts `<dimension>` stops where
the file says that its sheet ends, and one that pads rows fills the memory for a lone far cell.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import ParseError

from barolib.errors import Problem, StudyError, nearest
from barolib.files import workbookxml
from barolib.files.workbookxml import Cells

#: Bytes of a workbook once unpacked; and, beyond some, how many times smaller it may be packed.
LARGEST, SOME, DENSEST = 2**29, 2**23, 100
#: Cells of a workbook, and of its sheet with the blank ones between others.
MOST_CELLS = 20_000_000
#: How many rows or columns may lie between a cell and the one before.
GAP_ROWS, GAP_COLUMNS = 1_000, 100

_BROKEN: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, ParseError, EOFError)
_BROKEN += (KeyError, IndexError, ValueError, TypeError, OverflowError, NotImplementedError)
_BROKEN += (struct.error, RuntimeError)  # the latter of a zip with a password


@dataclass(frozen=True)
class Sheet:
    """The sheet that holds rows, by its name; `others` are the blank ones beside it."""

    file: str
    name: str
    others: list[str]
    cells: Cells = field(repr=False)

    @property
    def rows(self) -> list[tuple[int, list[str]]]:
        """The rows that are not blank, each with its number, all of the same length."""
        columns = range(1, _width(self.cells) + 1)
        texts = sorted(self.cells.texts.items())
        return [(number, [row.get(column, "") for column in columns]) for number, row in texts]

    @property
    def hidden_rows(self) -> list[int]:
        """The rows that a filter or a hand hides; they are read like the others."""
        return sorted(set(self.cells.hidden_rows) & self.cells.texts.keys())

    def merged_below(self, row: int) -> Iterator[Problem]:
        """A problem for each merged area that reaches below a row: all but one cell read as blank.

        A blank area is as blank as it looks.
        """
        fix = "unmerge the cells, and fill each"
        for top, left, bottom, right in self.cells.merged:
            text = self.cells.texts.get(top, {}).get(left, "")
            if text and bottom > row and (top, left) != (bottom, right):
                yield self.problem("merged cells: one value stands for several", fix, (top, left))

    def problem(self, message: str, fix: str, place: tuple[int, int], text: str = "") -> Problem:
        """A problem at a place (row, column), with the text of the cell."""
        from openpyxl.utils import get_column_letter

        (row, column), message = place, f"{message} (sheet {self.name!r})"
        text = text or self.cells.texts[row][column]
        return Problem(self.file, message, fix, str(row), get_column_letter(column), text[:80])


def read(path: Path, name: str | None = None) -> Sheet:
    """The sheet of a workbook that holds rows, or that of the name.

    Raises
    ------
    StudyError
        With every fault found: several sheets with rows, rows in a hidden sheet, a cell far from
        the others, an error, a formula without its result, more cells or bytes than a survey has.
    """
    content = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            bounded(path.name, archive)
            sheets = workbookxml.sheets(archive, MOST_CELLS)
    except workbookxml.TooManyCells as error:
        raise StudyError(_too_many(path.name, str(error))) from None
    except _BROKEN:
        fix = "save it as an Excel workbook (.xlsx) without a password, or as CSV"
        raise StudyError(Problem(path.name, _instead(content), fix)) from None
    cells = _named(path.name, sheets, name) if name else _with_rows(path.name, sheets)
    sheet = Sheet(path.name, cells.name, [s.name for s in sheets if s is not cells], cells)
    problems = [*_far(sheet), *_faults(sheet)]
    if not problems and _width(cells) * len(cells.texts) > MOST_CELLS:
        problems = [_too_many(path.name, sheet.name)]
    if problems:
        raise StudyError(problems)
    return sheet


def _width(cells: Cells) -> int:
    return max(max(row) for row in cells.texts.values())


def bounded(file: str, archive: zipfile.ZipFile) -> None:
    """Raises StudyError where the workbook unpacks to more than any survey's."""
    parts = archive.infolist()
    size, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    if size > LARGEST or (size > SOME and size > DENSEST * packed):
        message = f"{packed // 2**10} KB unpack to {size // 2**20} MB, as those of no survey do"
        raise StudyError(Problem(file, message, "save the answers alone, as CSV"))


def _too_many(file: str, sheet: str) -> Problem:
    message = f"more than {MOST_CELLS:,} cells (sheet {sheet!r})"
    return Problem(file, message, "delete the rows and columns that hold no answers")


def _instead(content: bytes) -> str:
    """What a file is that cannot be read as a workbook, as far as its bytes tell."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        locked = "EncryptedPackage".encode("utf-16-le") in content
        return "protected by a password" if locked else "an old Excel workbook (.xls)"
    if b"application/vnd.oasis.opendocument" in content[:200]:
        return "an OpenDocument spreadsheet (.ods), not an XLSX workbook"
    if b"xl/workbook.bin" in content:
        return "a binary Excel workbook (.xlsb), not an XLSX workbook"
    return "not an XLSX workbook, or a damaged one"


def _named(file: str, sheets: list[Cells], name: str) -> Cells:
    """The sheet of that name, hidden or not."""
    chosen = next((sheet for sheet in sheets if sheet.name == name), None)
    if chosen is None:
        fix = nearest(name, (sheet.name for sheet in sheets))
        raise StudyError(Problem(file, "no such sheet", fix, value=name))
    if not (chosen.texts or chosen.errors or chosen.uncomputed):
        raise StudyError(Problem(file, "the sheet is empty", "name another", value=name))
    return chosen


def _with_rows(file: str, sheets: list[Cells]) -> Cells:
    """The only sheet with rows, which is not hidden."""
    filled = [s for s in sheets if s.texts or s.errors or s.uncomputed]
    if not filled:
        raise StudyError(Problem(file, "the file is empty", "give it a header and rows"))
    if len(filled) > 1:
        names = ", ".join(repr(s.name) + " (hidden)" * s.hidden for s in filled)
        message = f"several sheets hold rows: {names}"
        fix = "save the sheet of the answers as a workbook of its own, or delete the others; at the"
        fix += " import of an export, name it: --sheet"
        raise StudyError(Problem(file, message, fix))
    if filled[0].hidden:
        message = f"the rows stand in a hidden sheet: {filled[0].name!r}"
        raise StudyError(Problem(file, message, "show that sheet if it is the one of the answers"))
    return filled[0]


def _far(sheet: Sheet) -> Iterator[Problem]:
    """The first cell after a gap of rows, and after one of columns, that no survey has."""
    texts, fix = sheet.cells.texts, "clear it, or move it beside the others"
    columns: dict[int, int] = {}  # the first row of each
    for row, cells in sorted(texts.items(), reverse=True):
        columns |= dict.fromkeys(cells, row)
    rows = {row: min(cells) for row, cells in texts.items()}
    far_row, far_column = _after_gap(rows, GAP_ROWS), _after_gap(columns, GAP_COLUMNS)
    places = [(far_row, rows[far_row])] if far_row else []
    places += [(columns[far_column], far_column)] if far_column else []
    for place in dict.fromkeys(places):
        yield sheet.problem("a cell stands far from all others", fix, place)


def _after_gap(numbers: dict[int, int], gap: int) -> int | None:
    """The first number that is further than the gap from the one before."""
    return next((b for a, b in pairwise([0, *sorted(numbers)]) if b - a > gap), None)


def _faults(sheet: Sheet) -> Iterator[Problem]:
    """The cells that hold no value: an error, or a formula that was never computed."""
    for place, text in sheet.cells.errors.items():
        yield sheet.problem("the cell holds an error", "write its value, or clear it", place, text)
    fix = "open it in a spreadsheet, save it, or put values in the place of formulas"
    for place, text in sheet.cells.uncomputed.items():
        yield sheet.problem("a formula without its result", fix, place, text)
