"""The XML of an XLSX workbook: its sheets, and in each the cells that are there, as text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_QUOTED = re.compile(r'"[^"]*"|\\.')  # what a number format shows as it stands
_ESCAPED = re.compile(r"_x(?!D[89A-F])([0-9A-F]{4})_", re.IGNORECASE)  # no half of a character
_TRUE = ("1", "true")

#: Elements in a row, at most: those of a sheet's widest, each with a formula, a value or a text.
_LONGEST = 10**6

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
    related = _related(archive, main)
    parts = dict(related.values())
    strings = _strings(archive, parts["sharedStrings"]) if "sharedStrings" in parts else []
    styles = _styles(archive, parts["styles"]) if "styles" in parts else []
    book, read = _Book(strings, styles, WINDOWS_EPOCH, most), []
    for element in _elements(archive, main, "workbookPr", "sheet"):
        if _name(element.tag) == "workbookPr":
            book.epoch = MAC_EPOCH if element.get("date1904") in _TRUE else book.epoch
            continue
        kind, path = related[next(v for k, v in element.items() if k.endswith("}id"))]
        if kind == "worksheet":
            cells = Cells(element.attrib["name"], element.get("state", "visible") != "visible")
            _fill(cells, archive, path, book)
            read.append(cells)
    return read


def _related(archive: zipfile.ZipFile, path: str) -> dict[str, tuple[str, str]]:
    """The parts that one refers to, by the id of the reference: kind and path."""
    from openpyxl.packaging.relationship import get_dependents, get_rels_path

    relations = get_dependents(archive, get_rels_path(path).lstrip("/"))
    return {part.Id: (part.Type.rpartition("/")[2], part.Target) for part in relations}


def _strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    """The texts that cells refer to by number."""
    return [_text(element) for element in _elements(archive, part, "si")]


def _styles(archive: zipfile.ZipFile, part: str) -> list[str | None]:
    """What each style of cells makes of a number: DATE, PERCENT, or nothing."""
    from openpyxl.styles import numbers

    codes, formats = dict(numbers.BUILTIN_FORMATS), []
    for element in _elements(archive, part, "numFmt", "cellXfs"):
        if _name(element.tag) == "numFmt":
            codes[int(element.attrib["numFmtId"])] = element.attrib["formatCode"]
        else:
            formats += [int(style.get("numFmtId", 0)) for style in element]
    return [
        PERCENT if "%" in _QUOTED.sub("", code) else DATE if numbers.is_date_format(code) else None
        for code in (codes.get(format_, "") for format_ in formats)
    ]


def _fill(sheet: Cells, archive: zipfile.ZipFile, path: str, book: _Book) -> None:
    """Puts what the part holds into the sheet."""
    from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

    row = 0
    for element in _elements(archive, path, "row", "mergeCell"):
        if _name(element.tag) == "mergeCell":
            left, top, right, bottom = range_boundaries(element.attrib["ref"])
            sheet.merged.append((top, left, bottom, right))
            continue
        row, column = int(element.get("r", row + 1)), 0
        if element.get("hidden") in _TRUE:
            sheet.hidden_rows.append(row)
        book.left -= len(element)
        if book.left < 0:
            raise TooManyCells(sheet.name)
        for cell in element:
            place = cell.get("r")
            row, column = coordinate_to_tuple(place) if place else (row, column + 1)
            _put(sheet, (row, column), cell, book)


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


class _Builder(ElementTree.TreeBuilder):
    """Puts aside the elements of some names as they end."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names, self.between = names, 0
        self.ended: list[Element] = []

    def end(self, tag: str) -> Element:
        """The element that ends; ValueError where none of the names ends for too long."""
        element = super().end(tag)
        self.between += 1
        if _name(tag) in self.names:
            self.ended.append(element)
            self.between = 0
        if self.between > _LONGEST:
            raise ValueError("an element without end")
        return element

    def doctype(self, *_: object) -> None:
        """ValueError: no workbook has a document type, whose entities could grow without end."""
        raise ValueError("a document type")


def _elements(archive: zipfile.ZipFile, part: str, *names: str) -> Iterator[Element]:
    """The elements of a part that bear one of the names, in their order; none is kept."""
    builder = _Builder(names)
    parser = ElementTree.XMLParser(target=builder)
    with archive.open(part) as stream:
        while piece := stream.read(2**16):
            parser.feed(piece)
            for element in builder.ended:
                yield element
                element.clear()
            builder.ended.clear()
    parser.close()
