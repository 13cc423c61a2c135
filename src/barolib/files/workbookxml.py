"""The XML of an XLSX workbook: its sheets, and in each the cells that are there, as text."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_QUOTED = re.compile(r'"[^"]*"|\\.')  # what a number format shows as it stands
_ESCAPED = re.compile(r"_x(?!D[89A-F])([0-9A-F]{4})_", re.IGNORECASE)  # no half of a character
_TRUE = ("1", "true")

Attributes = Mapping[str, str]

#: What a cell shows that is neither a text nor a plain number.
DATE, PERCENT, FLAG = "a date or a time", "a percentage", "true or false"


class TooManyCells(Exception):
    """A workbook has more cells than may be read; holds the name of the sheet."""


@dataclass
class Cells:
    """The cells of a sheet by row and column, both from 1; blank ones are left out.

    `texts`: row → column → text. `kinds`: what cells show that are no text and no plain number.
    `errors`, `uncomputed`: the error values, and the formulas without a result. `merged`: areas as
    top, left, bottom, right.
    """

    name: str
    hidden: bool
    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    kinds: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncomputed: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)


@dataclass
class _Book:
    """What the parts that sheets share say of a cell; `left`: how many cells may still be read."""

    strings: list[str]
    styles: list[str | None]
    epoch: datetime
    left: int


def sheets(archive: zipfile.ZipFile, most: int) -> list[Cells]:
    """The sheets of cells in their order; those of charts hold none.

    Raises TooManyCells where there are more than `most`; KeyError, ValueError, IndexError or
    ParseError where the parts are not those of a workbook.
    """
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

    main = dict(_related(archive, "").values())["officeDocument"]
    related, named, settings = _related(archive, main), [], []
    _read(archive, main, {"sheet": named.append, "workbookPr": settings.append})
    parts = dict(related.values())
    from_1904 = any(attributes.get("date1904") in _TRUE for attributes in settings)
    strings = _strings(archive, parts["sharedStrings"]) if "sharedStrings" in parts else []
    styles = _styles(archive, parts["styles"]) if "styles" in parts else []
    book = _Book(strings, styles, MAC_EPOCH if from_1904 else WINDOWS_EPOCH, most)
    read = []
    for sheet in named:
        kind, path = related[next(v for k, v in sheet.items() if k.endswith("}id"))]
        if kind == "worksheet":
            cells = Cells(sheet["name"], sheet.get("state", "visible") != "visible")
            _fill(cells, archive, path, book)
            read.append(cells)
    return read


def _related(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """The parts that one refers to, by the id of the reference: kind and path."""
    folder, name = posixpath.split(part)
    relations: list[Attributes] = []
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    _read(archive, path, {"Relationship": relations.append})
    return {
        relation["Id"]: (
            relation["Type"].rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, relation["Target"])).lstrip("/"),
        )
        for relation in relations
    }


def _strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    """The texts that cells refer to by number."""
    strings: list[str] = []
    _read(archive, part, ends={"si": lambda element: strings.append(_text(element))})
    return strings


def _styles(archive: zipfile.ZipFile, part: str) -> list[str | None]:
    """What each style of cells makes of a number: DATE, PERCENT, or nothing."""
    from openpyxl.styles import numbers

    codes, formats = dict(numbers.BUILTIN_FORMATS), []

    def add_code(attributes: Attributes) -> None:
        codes[int(attributes["numFmtId"])] = attributes["formatCode"]

    def add_styles(element: Element) -> None:
        formats.extend(codes.get(int(style.get("numFmtId", 0)), "") for style in element)

    _read(archive, part, {"numFmt": add_code}, {"cellXfs": add_styles})
    return [
        PERCENT if "%" in _QUOTED.sub("", code) else DATE if numbers.is_date_format(code) else None
        for code in formats
    ]


def _fill(sheet: Cells, archive: zipfile.ZipFile, path: str, book: _Book) -> None:
    """Puts what the part holds into the sheet."""
    from openpyxl.utils.cell import column_index_from_string, range_boundaries

    row, column = 0, 0
    columns: dict[str, int] = {}

    def start_row(attributes: Attributes) -> None:
        nonlocal row, column
        row, column = int(attributes.get("r", row + 1)), 0
        if attributes.get("hidden") in _TRUE:
            sheet.hidden_rows.append(row)

    def end_cell(cell: Element) -> None:
        nonlocal row, column
        column += 1
        if place := cell.get("r"):
            letters = place.rstrip("0123456789")
            if letters not in columns:
                columns[letters] = column_index_from_string(letters)
            row, column = int(place[len(letters) :]), columns[letters]
        book.left -= 1
        if book.left < 0:
            raise TooManyCells(sheet.name)
        _put(sheet, (row, column), cell, book)

    def merge(attributes: Attributes) -> None:
        left, top, right, bottom = range_boundaries(attributes["ref"])
        sheet.merged.append((top, left, bottom, right))

    ends = {"c": end_cell, "row": Element.clear}  # else the cells read would stay in their row
    _read(archive, path, {"row": start_row, "mergeCell": merge}, ends)


def _put(sheet: Cells, place: tuple[int, int], cell: Element, book: _Book) -> None:
    """Puts a cell into the sheet, unless it is blank."""
    type_, kind = cell.get("t", "n"), None
    leaves = {_name(leaf.tag): leaf for leaf in cell}
    formula, value = (leaves[name].text or "" if name in leaves else None for name in "fv")
    if formula is not None and not value and not (type_ == "str" and value is not None):
        text = f"={formula.removeprefix('=')}"
        if type_ != "s":  # else a text that begins with =, as a writer of PHP leaves it
            sheet.uncomputed[place] = text
            return
    elif type_ == "e":
        sheet.errors[place] = value or ""
        return
    elif type_ == "inlineStr":
        text = _text(leaves["is"]) if "is" in leaves else ""
    elif not value:
        return
    else:
        text, kind = _shown(type_, value, int(cell.get("s", 0)), book)
    if text.strip():
        cells = sheet.texts.setdefault(place[0], {})
        if place[1] in cells:
            raise ValueError(f"two cells at {place}")
        cells[place[1]] = text
        if kind:
            sheet.kinds[place] = kind


def _shown(type_: str, value: str, style: int, book: _Book) -> tuple[str, str | None]:
    """A value as it reads, and what it shows where that is no text and no plain number."""
    if type_ == "s":
        return book.strings[int(value)], None
    if type_ == "str":
        return _unescaped(value), None
    if type_ == "d":
        return value.replace("T", " "), DATE
    if type_ == "b":
        return str(value in _TRUE), FLAG
    kind = book.styles[style] if style < len(book.styles) else None
    if kind is None:
        return _number(value), None
    if kind == PERCENT:
        return f"{_number(repr(float(value) * 100))}%", kind
    return _date(float(value), book.epoch) or _number(value), kind


def _number(value: str) -> str:
    """A number with the 15 digits that a spreadsheet keeps, 4 for 4.0."""
    if value.removeprefix("-").isdecimal():
        return str(int(value))
    number = float(f"{float(value):.15g}")
    return str(int(number)) if number.is_integer() else f"{number:.15g}"


def _date(value: float, epoch: datetime) -> str | None:
    """A day's number as a date or a time; None where no calendar has it."""
    from openpyxl.utils.datetime import from_excel

    try:
        return str(from_excel(value, epoch))
    except (OverflowError, ValueError):
        return None


def _text(element: Element) -> str:
    """The text of an element, which may be in pieces; how it is said is left out."""
    pieces = [*element.iterfind("{*}t"), *element.iterfind("{*}r/{*}t")]
    return _unescaped("".join(piece.text or "" for piece in pieces))


def _name(tag: str) -> str:
    """The name of an element without its namespace."""
    return tag[tag.rfind("}") + 1 :]


def _unescaped(text: str) -> str:
    """The text with the characters that XML cannot hold, which are written _x000D_."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class _Reader(ElementTree.TreeBuilder):
    """Tells of the elements of a part as they begin and end, and keeps none that was told of."""

    def __init__(self, starts: dict, ends: dict) -> None:
        super().__init__()
        self.starts, self.ends = starts, ends

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        if take := self.starts.get(_name(tag)):
            take(attributes)
        return super().start(tag, attributes)

    def end(self, tag: str) -> Element:
        element = super().end(tag)
        if take := self.ends.get(_name(tag)):
            take(element)
            element.clear()
        return element

    def doctype(self, *_: object) -> None:
        raise ValueError("a workbook has no document type")


def _read(
    archive: zipfile.ZipFile,
    part: str,
    starts: dict[str, Callable[[Attributes], None]] | None = None,
    ends: dict[str, Callable[[Element], None]] | None = None,
) -> None:
    """Reads a part: `starts` take the attributes of elements by name, `ends` whole elements."""
    parser = ElementTree.XMLParser(target=_Reader(starts or {}, ends or {}))
    with archive.open(part) as stream:
        while piece := stream.read(2**16):
            parser.feed(piece)
    parser.close()
