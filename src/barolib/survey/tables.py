"""The processed tables on the disk: Parquet for programs, one workbook for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path

import pandas as pd
from xlsxwriter import Workbook

from barolib.errors import Problem, StudyError
from barolib.files import atomic_write
from barolib.survey import contracts
from barolib.survey.edition import Edition
from barolib.survey.lookup import LazyTables

WORKBOOK = "tables.xlsx"
Finish = Callable[[Workbook], None]
"""What adds to a workbook before it is saved."""
_LARGEST_SHEET = 2**20  # rows of an XLSX sheet, its header among them


def write(folder: Path, edition: Edition, **tables: pd.DataFrame) -> None:
    """Write processed tables as Parquet, each file complete or not at all.

    Parameters
    ----------
    folder : Path
        Of the edition, or of the comparison of two, under data/processed.
    edition : Edition
        Its scale decides which columns some tables have.
    **tables : DataFrame
        By the names of the dictionary (docs/data-dictionary.md).

    Raises
    ------
    StudyError
        Where a table breaks its contract; then none is written.

    Examples
    --------
    >>> import barolib
    >>> from tempfile import TemporaryDirectory
    >>> edition = barolib.open("2021").raw.edition
    >>> with TemporaryDirectory() as folder:
    ...     write(Path(folder), edition, scores=contracts.empty("scores", edition))
    ...     [path.name for path in Path(folder).iterdir()]
    ['scores.parquet']
    """
    schemas = contracts.processed_contracts(edition)
    for name, table in tables.items():
        contracts.enforce(table, schemas[name])
    for name, table in tables.items():
        with atomic_write.writing(folder / f"{name}.parquet") as aside:
            table.to_parquet(aside, index=False)


def read(folder: Path, edition: Edition, name: str) -> pd.DataFrame:
    """A processed table, checked against its contract.

    Parameters
    ----------
    folder : Path
        Where `write` left it.
    edition : Edition
        Its scale decides which columns some tables have.
    name : str
        A name of the dictionary (docs/data-dictionary.md).

    Returns
    -------
    DataFrame
        The table.

    Raises
    ------
    StudyError
        Where the table is missing, or breaks its contract.

    Examples
    --------
    >>> import barolib
    >>> from tempfile import TemporaryDirectory
    >>> edition = barolib.open("2021").raw.edition
    >>> with TemporaryDirectory() as folder:
    ...     write(Path(folder), edition, scores=contracts.empty("scores", edition))
    ...     len(read(Path(folder), edition, "scores"))
    0
    """
    path = folder / f"{name}.parquet"
    if not path.is_file():
        fix = "run the notebook that writes it, or the whole study: barolib run"
        raise StudyError(Problem(path.name, "the table is not there yet", fix))
    return contracts.enforce(pd.read_parquet(path), contracts.processed_contracts(edition)[name])


def written(folder: Path) -> LazyTables:
    """Every table that a folder holds, each read when it is first asked for.

    They are as `write` left them, and not checked again.

    Parameters
    ----------
    folder : Path
        Where `write` left them.

    Returns
    -------
    LazyTables
        By name, in the order of the dictionary.

    Examples
    --------
    >>> import barolib
    >>> from tempfile import TemporaryDirectory
    >>> edition = barolib.open("2021").raw.edition
    >>> with TemporaryDirectory() as folder:
    ...     write(Path(folder), edition, scores=contracts.empty("scores", edition))
    ...     written(Path(folder))
    tables: scores
    """
    paths = {name: folder / f"{name}.parquet" for name in contracts.dictionary()["processed"]}
    return LazyTables(
        {name: partial(pd.read_parquet, path) for name, path in paths.items() if path.exists()}
    )


def write_workbook(folder: Path, finish: Finish | None = None) -> Path:
    """Writes every table of the folder into one XLSX file, a dictionary sheet first.

    `finish`: what adds sheets after these.
    """
    return save_workbook(folder / WORKBOOK, written(folder), finish)


def save_workbook(
    path: Path, tables: Mapping[str, pd.DataFrame], finish: Finish | None = None
) -> Path:
    """Writes the tables, by name, into the XLSX file `path`, a dictionary sheet first."""
    meanings = [
        (name, about["row"], column, contracts.column("processed", name, column)[1])
        for name, about in contracts.dictionary()["processed"].items()
        if name in tables
        for column in tables[name]
    ]
    columns = ["table", "a row is", "column", "meaning"]
    long = {name: len(table) for name, table in tables.items() if len(table) >= _LARGEST_SHEET}
    meanings += [
        (name, "", "", f"{rows} rows: too many for a sheet") for name, rows in long.items()
    ]
    fitting = {name: table for name, table in tables.items() if name not in long}
    with atomic_write.writing(path) as aside:
        sheets = {"dictionary": pd.DataFrame(meanings, columns=columns), **fitting}
        save_sheets(aside, sheets, finish)
    return path


def save_sheets(
    path: Path | BytesIO, sheets: Mapping[str, pd.DataFrame], finish: Finish | None = None
) -> None:
    """Writes tables as the sheets of an XLSX file, the same bytes every time."""
    with _workbook(path) as workbook:
        # A fixed date keeps the file identical from one run to the next.
        workbook.book.set_properties({"created": pd.Timestamp("2000-01-01").to_pydatetime()})
        header = workbook.book.add_format({"bold": True, "bottom": 1})
        for name, table in sheets.items():
            table.iloc[:0].to_excel(workbook, sheet_name=name, index=False)
            sheet = workbook.sheets[name]
            # Column by column: pandas would ask of every cell how it is to look.
            for place, (_, column) in enumerate(table.items()):
                cells = column.astype("object").where(column.notna(), None)
                sheet.write_column(1, place, cells)
            sheet.freeze_panes(1, 1)
            sheet.set_row(0, None, header)
            sheet.autofit(max_width=420)
        if finish:
            finish(workbook.book)


def _workbook(path: Path | BytesIO) -> pd.ExcelWriter:
    """A workbook in which a cell that begins with = + - @ stays text: no formula and no link."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    return pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options})
