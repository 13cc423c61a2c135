"""The rows of an export, whatever holds them: CSV, workbook, JSON, statistics or survey archive."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from barolib.errors import Problem, StudyError, nearest
from barolib.files import textfile, workbook
from barolib.importers import limesurvey, tools

Rows = list[tuple[int, list[str]]]

_SEPARATORS = ";,\t|"

#: How files begin that hold no rows: JSON, HTML, XML.
_NO_TABLE = ("{", "[{", "<")
#: Where the answers stand in the JSON of LimeSurvey, and of KoBo.
_RECORDS = ("responses", "results")


@dataclass(frozen=True)
class Table:
    """The rows of a file, each with its line; `heading_rows`: how many are headings, where told."""

    rows: Rows
    heading_rows: int | None = None
    sheet: str = ""
    doubts: tuple[str, ...] = ()
    merged_below: Callable[[int], Iterator[Problem]] = lambda row: iter(())


def read(path: Path, sheet: str | None = None) -> Table:
    """The rows of the file; of a workbook, those of the sheet of that name, or of the only one.

    Raises StudyError where it holds no rows that can be read, with how to export them.
    """
    content, suffix = path.read_bytes(), path.suffix.lower()
    if suffix in (".sav", ".zsav", ".dta") or content.startswith(b"$FL"):
        return _statistics(path)
    if content.startswith(b"%PDF"):
        raise instead(path.name, "pdf")
    if content.startswith(b"PK\x03\x04"):
        return _zipped(path, content, sheet)
    if content.startswith(textfile.WORKBOOKS) and b"E\0n\0c\0r\0y\0p\0t\0e\0d" not in content:
        return _calamine(path, "an old Excel workbook (.xls)", sheet)
    if suffix in (".xlsx", ".xlsm") or content.startswith(textfile.WORKBOOKS):
        return _workbook(path, sheet)
    text = _decoded(path.name, content)
    if text.lstrip().startswith(_NO_TABLE):
        return Table(_json(path.name, text), 1)
    return Table(_split(path.name, text))


def instead(name: str, kind: str) -> StudyError:
    """What to say of a file of another kind than an export."""
    message, fix = tools.known()["instead"][kind]
    return StudyError(Problem(name, message, fix))


# ---------------------------------------------------------------------------- workbooks


def _zipped(path: Path, content: bytes, sheet: str | None) -> Table:
    """The rows of a workbook, or of a LimeSurvey archive."""
    if b".lss" in content and b"xl/" not in content:
        return Table(limesurvey.responses(path), 1)
    if b"application/vnd.oasis.opendocument.spreadsheet" in content[:200]:
        return _calamine(path, "an OpenDocument spreadsheet (.ods)", sheet)
    if path.suffix.lower() == ".zip" and b"xl/" not in content:
        raise instead(path.name, "zip")
    return _workbook(path, sheet)


def _workbook(path: Path, name: str | None) -> Table:
    try:
        sheet = workbook.read(path, name)
    except StudyError as error:
        if all(f"'{sheet}'" in error.problems[0].message for sheet in ("survey", "choices")):
            raise instead(path.name, "xlsform") from None
        raise
    return Table(sheet.rows, None, sheet.name, tuple(_choices(sheet)), sheet.merged_below)


def _choices(sheet: workbook.Sheet) -> Iterator[str]:
    """What was chosen where a person may not see it: the sheet, and the rows that it hides."""
    if sheet.others:
        blank = ", ".join(map(repr, sheet.others))
        yield f"the sheet {sheet.name!r} is read; without rows: {blank}"
    lines = sheet.hidden_rows
    if lines:
        shown = ", ".join(map(str, lines[:8])) + (", …" if len(lines) > 8 else "")
        yield f"rows that the sheet hides are read like the others ({len(lines)}): {shown}"


def _calamine(path: Path, what: str, chosen: str | None) -> Table:
    """The rows of a workbook of another form than XLSX."""
    calamine = _package("python_calamine", "python-calamine", path.name, what)
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        sheets = {
            name: [
                [_shown(cell) for cell in row]
                for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in book.sheet_names
        }
    except (calamine.CalamineError, OSError, ValueError) as error:
        fix = "save it as .xlsx or CSV"
        raise StudyError(Problem(path.name, f"{what} that cannot be read: {error}", fix)) from None
    filled = [name for name, rows in sheets.items() if any(map(any, rows))]
    if chosen and chosen not in sheets:
        fix = nearest(chosen, sheets)
        raise StudyError(Problem(path.name, "no such sheet", fix, value=chosen))
    if not filled or (len(filled) > 1 and not chosen):
        message = f"several sheets hold rows: {', '.join(map(repr, filled))}"
        message = message if filled else "the file is empty"
        raise StudyError(Problem(path.name, message, "name one: --sheet NAME"))
    name = chosen or filled[0]
    rows = [(line, row) for line, row in enumerate(sheets[name], start=1) if any(row)]
    return Table(rows, None, name)


def _package(module: str, name: str, file: str, what: str) -> ModuleType:
    """An optional package that reads the file."""
    try:
        return importlib.import_module(module)
    except ImportError:
        fix = f"pip install {name}, or export it as .xlsx or CSV"
        message = f"{what}: reading it takes the package {name}, which is not installed"
        raise StudyError(Problem(file, message, fix)) from None


def _shown(cell: object) -> str:
    """A cell as text: a number without needless decimals, a date as ISO 8601 has it."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return str(cell)


# ---------------------------------------------------------------------------- statistics


def _statistics(path: Path) -> Table:
    """The cases of an SPSS or Stata file, values by their labels; headings are name and label.

    Values that are declared missing are kept: "not concerned" is often declared so.
    """
    pyreadstat = _package("pyreadstat", "pyreadstat", path.name, "a file of statistics")
    stata = path.suffix.lower() == ".dta"
    reader = pyreadstat.read_dta if stata else pyreadstat.read_sav
    how = {"apply_value_formats": True, "formats_as_category": False, "user_missing": True}
    try:
        table, meta = reader(path, **how)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError) as error:
        fix = "export it again, or as CSV"
        raise StudyError(Problem(path.name, f"cannot be read: {error}", fix)) from None
    labels = [meta.column_names_to_labels.get(name) or "" for name in table.columns]
    cases = table.astype("object").values.tolist()
    rows = [[*table.columns], labels, *([_shown(cell) for cell in row] for row in cases)]
    return Table([*enumerate(rows, start=1)], 2)


# ---------------------------------------------------------------------------- texts


def _json(name: str, text: str) -> Rows:
    """The records of a LimeSurvey or KoBo export in JSON, numbered as lines below a heading."""
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        content = None
    if isinstance(content, dict) and {"SurveyEntry", "SurveyElements"} <= {*content}:
        raise instead(name, "qsf")
    lists = [content.get(key) for key in _RECORDS] if isinstance(content, dict) else []
    records = next(filter(None, lists), None)
    if not isinstance(records, list) or not all(isinstance(row, dict) for row in records):
        if limesurvey.SURVEY in text[:400]:
            raise instead(name, "lss" if "Responses" not in text[:400] else "lsr")
        raise StudyError(_unreadable(name))
    # Older versions of LimeSurvey put each response under its number.
    inner = [[*row.values()] for row in records]
    if all(len(values) == 1 and isinstance(values[0], dict) for values in inner):
        records = [values[0] for values in inner]
    headings = [*dict.fromkeys(key for row in records for key in row)]
    cells = [[_shown(row.get(key)) for key in headings] for row in records]
    return [*enumerate([headings, *cells], start=1)]


def _decoded(name: str, content: bytes) -> str:
    """The text of the file: by its byte order mark, else UTF-8, else Windows-1252."""
    for encoding in ("utf-16",) if content.startswith(textfile.UTF16) else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8-sig" and _mostly_utf8(content):
                raise StudyError(textfile.not_utf8(name, error)) from None
            continue
        if "\0" not in text:
            return text
    raise StudyError(_unreadable(name))


def _unreadable(name: str) -> Problem:
    message = "not a text in UTF-8, UTF-16 or Windows-1252, nor an XLSX workbook"
    return Problem(name, message, "export it as CSV in UTF-8, or as XLSX")


def _mostly_utf8(content: bytes) -> bool:
    """Whether more characters beyond ASCII are UTF-8 than are not: then a byte of it is broken."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) > 2 * broken


def _within_quotes(text: str) -> str:
    """The lines that a spreadsheet program saved as one quoted cell each; "" where it did not."""
    lines = [line for line in text.splitlines() if line]
    if not lines or not all(re.fullmatch(r'"(?:[^"]|"")*"', line) for line in lines):
        return ""
    inner = "\n".join(line[1:-1].replace('""', '"') for line in lines)
    return inner if inner != text else ""


def _split(name: str, text: str) -> Rows:
    """The records under the separator that gives most rows as many cells as the first."""
    if not text.strip():
        return []
    faults: list[Problem] = []
    readings, declared = [], textfile.declared(text)
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
    if inner := _within_quotes(text):
        return _split(name, inner)
    if declared and not faults:
        message = f"the first line says sep={declared}, which parts no cells"
        raise StudyError(Problem(name, message, "correct that line", row="1"))
    fix = "export it as CSV, with ; , or a tab between cells"
    raise StudyError(faults or Problem(name, "no separator makes columns of it", fix))
