"""The XML of an XLSX workbook: its sheets, and in each the cells that are there, as text."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from xml.parsers import expat

_QUOTED = re.compile(r'"[^"]*"|\\.')  # what a number format shows as it stands
_ESCAPED = re.compile(r"_x(?!D[89A-F])([0-9A-F]{4})_", re.IGNORECASE)  # no half of a character
_TRUE = ("1", "true")
_LEAVES = ("t", "v", "f")

Attributes = Mapping[str, str]
#: The texts of the elements t, v and f within another, in pieces.
Held = Mapping[str, list[str]]

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
    forms: list[str | None]
    epoch: datetime
    left: int


def sheets(archive: zipfile.ZipFile, most: int) -> list[Cells]:
    """The sheets of cells in their order; those of charts hold none.

    Raises TooManyCells where there are more than `most`; KeyError, ValueError, IndexError or
    ExpatError where the parts are not those of a workbook.
    """
    main = dict(_related(archive, "").values())["officeDocument"]
    related, named, settings = _related(archive, main), [], []
    _walk(archive, main, {"sheet": named.append, "workbookPr": settings.append}, {})
    book = _book(archive, dict(related.values()), settings, most)
    found = []
    for sheet in named:
        kind, path = related[next(v for k, v in sheet.items() if k.endswith(":id"))]
        if kind == "worksheet":
            cells = Cells(sheet["name"], sheet.get("state", "visible") != "visible")
            _fill(cells, archive, path, book)
            found.append(cells)
    return found


def _related(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """The parts that one refers to, by the id of the reference: kind and path."""
    folder, name = posixpath.split(part)
    found: list[Attributes] = []
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    _walk(archive, path, {"Relationship": found.append}, {})
    return {
        each["Id"]: (
            each["Type"].rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, each["Target"])).lstrip("/"),
        )
        for each in found
    }


def _book(
    archive: zipfile.ZipFile, parts: dict[str, str], settings: list[Attributes], most: int
) -> _Book:
    from openpyxl.utils import datetime as calendars

    strings: list[str] = []
    if "sharedStrings" in parts:
        ends = {"si": lambda held: strings.append(_unescaped(_whole(held, "t")))}
        _walk(archive, parts["sharedStrings"], {}, ends)
    forms = _forms(archive, parts["styles"]) if "styles" in parts else []
    from_1904 = any(each.get("date1904") in _TRUE for each in settings)
    epoch = calendars.MAC_EPOCH if from_1904 else calendars.WINDOWS_EPOCH
    return _Book(strings, forms, epoch, most)


def _forms(archive: zipfile.ZipFile, part: str) -> list[str | None]:
    """What each style makes of a number: DATE, PERCENT, or nothing."""
    from openpyxl.styles import numbers

    codes, styles = dict(numbers.BUILTIN_FORMATS), []
    of_cells: list[bool] = []  # whether the styles that follow are those of cells

    def code(attributes: Attributes) -> None:
        codes[int(attributes["numFmtId"])] = attributes["formatCode"]

    def style(attributes: Attributes) -> None:
        if of_cells:
            styles.append(codes.get(int(attributes.get("numFmtId", 0)), ""))

    starts = {"numFmt": code, "xf": style, "cellXfs": lambda _: of_cells.append(True)}
    _walk(archive, part, starts, {"cellXfs": lambda _: of_cells.clear()})
    dated = [DATE if numbers.is_date_format(each) else None for each in styles]
    of_hundred = ["%" in _QUOTED.sub("", each) for each in styles]
    return [PERCENT if h else date for h, date in zip(of_hundred, dated, strict=True)]


def _fill(sheet: Cells, archive: zipfile.ZipFile, path: str, book: _Book) -> None:
    """Puts what the part holds into the sheet."""
    from openpyxl.utils.cell import column_index_from_string, range_boundaries

    row, column, attributes = 0, 0, {}
    columns: dict[str, int] = {}

    def start_row(found: Attributes) -> None:
        nonlocal row, column
        row, column = int(found.get("r", row + 1)), 0
        if found.get("hidden") in _TRUE:
            sheet.hidden_rows.append(row)

    def start_cell(found: Attributes) -> None:
        nonlocal row, column, attributes
        attributes, place = found, found.get("r")
        if place:
            letters = place.rstrip("0123456789")
            if letters not in columns:
                columns[letters] = column_index_from_string(letters)
            row, column = int(place[len(letters) :]), columns[letters]
        else:
            column += 1
        book.left -= 1
        if book.left < 0:
            raise TooManyCells(sheet.name)

    def end_cell(held: Held) -> None:
        _put(sheet, (row, column), attributes, held, book)

    def merge(found: Attributes) -> None:
        left, top, right, bottom = range_boundaries(found["ref"])
        sheet.merged.append((top, left, bottom, right))

    starts = {"row": start_row, "c": start_cell, "mergeCell": merge}
    _walk(archive, path, starts, {"c": end_cell})


def _put(
    sheet: Cells,
    place: tuple[int, int],
    attributes: Attributes,
    held: Held,
    book: _Book,
) -> None:
    """Puts a cell into the sheet, unless it is blank."""
    type_, value, kind = attributes.get("t", "n"), _whole(held, "v"), None
    if "f" in held and not value and not (type_ == "str" and "v" in held):
        formula = f"={_whole(held, 'f').removeprefix('=')}"
        if type_ != "s":
            sheet.uncomputed[place] = formula
            return
        text = formula  # a text that begins with =, as a writer of PHP leaves it
    elif type_ == "e":
        sheet.errors[place] = value
        return
    elif type_ == "inlineStr":
        text = _unescaped(_whole(held, "t"))
    elif not value:
        return
    else:
        text, kind = _shown(type_, value, int(attributes.get("s", 0)), book)
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
    form = book.forms[style] if style < len(book.forms) else None
    if form is None:
        return _number(value), None
    if form == PERCENT:
        return f"{_number(repr(float(value) * 100))}%", form
    return _date(float(value), book.epoch) or _number(value), form


def _number(value: str) -> str:
    """A number with the 15 digits that a spreadsheet keeps, 4 for 4.0."""
    if value.removeprefix("-").isdecimal():
        return str(int(value))
    number = float(f"{float(value):.15g}")
    return str(int(number)) if number.is_integer() else f"{number:.15g}"


def _date(value: float, epoch: datetime) -> str | None:
    """A day's number as a date or a time; None where no calendar has it."""
    from openpyxl.utils import datetime as calendars

    try:
        return str(calendars.from_excel(value, epoch))
    except (OverflowError, ValueError):
        return None


def _whole(held: Held, leaf: str) -> str:
    """The text held of an element, "" where there is none."""
    return "".join(held.get(leaf, ()))


def _unescaped(text: str) -> str:
    """The text with the characters that XML cannot hold, which are written _x000D_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _walk(
    archive: zipfile.ZipFile,
    part: str,
    starts: dict[str, Callable[[Attributes], None]],
    ends: dict[str, Callable[[Held], None]],
) -> None:
    """Reads a part from its begin to its end, and holds no more of it than the element it is in.

    `starts`: what takes the attributes of an element, by its name without namespace; `ends`: what
    takes the texts of the elements t, v and f in it, those that tell how to say it left out.
    """
    parser = expat.ParserCreate()
    handlers = _Handlers(parser, starts, ends)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = handlers.start, handlers.end
    parser.StartDoctypeDeclHandler = handlers.doctype
    with archive.open(part) as stream:
        parser.ParseFile(stream)


class _Handlers:
    """What a parser calls, and the texts held of the element that it is in."""

    def __init__(self, parser: expat.XMLParserType, starts: dict, ends: dict) -> None:
        self.parser, self.starts, self.ends = parser, starts, ends
        self.held: dict[str, list[str]] = {}
        self.silent = False

    def start(self, tag: str, attributes: Attributes) -> None:
        name = tag[tag.rfind(":") + 1 :]
        if name in _LEAVES:
            pieces = self.held.setdefault(name, [])
            self.parser.CharacterDataHandler = None if self.silent else pieces.append
            return
        if name in self.ends:
            self.held.clear()
        if name in self.starts:
            self.starts[name](attributes)
        elif name == "rPh":
            self.silent = True

    def end(self, tag: str) -> None:
        name = tag[tag.rfind(":") + 1 :]
        if name in _LEAVES:
            self.parser.CharacterDataHandler = None
        elif name in self.ends:
            self.ends[name](self.held)
        elif name == "rPh":
            self.silent = False

    def doctype(self, *_: object) -> None:
        raise ValueError("a workbook has no document type")
