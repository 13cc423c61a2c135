"""CSV files as text tables: every cell as written, every fault of the file found at once."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from barolib.errors import Problem


def read(path: Path) -> tuple[pd.DataFrame | None, list[Problem]]:
    """The file's cells as text, blank cells missing, and the faults found.

    The index holds each row's line number as text. The table is None where the file can't be read
    as rows at all (missing, empty, another encoding, a broken header).
    """
    name = path.name
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
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    problems, rows, lines, before = [], [], [], 0
    try:
        header = next(reader)
        problems += _header_faults(name, header)
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if len(cells) == len(header):
                rows.append([cell if cell.strip() else None for cell in cells])
                lines.append(str(line))
            elif any(cell.strip() for cell in cells):
                message = f"the row has {len(cells)} cells, the header {len(header)}"
                mend = "separate cells by commas, and put a text that holds a comma in quotes"
                problems.append(Problem(name, message, mend, row=str(line)))
    except csv.Error as error:
        mend = "close the quotes of the row"
        problems.append(Problem(name, f"not CSV: {error}", mend, row=str(before + 1)))
        return None, problems
    if any(not p.row for p in problems):
        return None, problems
    if not rows and not problems:
        problems.append(Problem(name, "the file holds a header and no row", "add its rows"))
    table = pd.DataFrame(rows, columns=header, index=pd.Index(lines, dtype="str"), dtype="str")
    return table, problems


def _header_faults(name: str, header: list[str]) -> list[Problem]:
    if len(header) == 1 and ";" in header[0]:
        mend = "save the file with commas between cells"
        return [Problem(name, "cells are separated by semicolons", mend, value=header[0])]
    return [
        Problem(name, "the column stands twice or has no name", "name it once", column=column)
        for column in dict.fromkeys(header)
        if header.count(column) > 1 or not column.strip()
    ]
