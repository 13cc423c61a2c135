"""What a reader may take away: the tables of aggregates, as CSV files and as one workbook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from barolib.files import textfile
from barolib.survey import contracts, tables

FOLDER = "downloads"
#: What a spreadsheet would take for the start of a formula.
_FORMULA = r"^([=+\-@\t\r])"


def publishable(processed: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables that dictionary.yml declares public and that have rows, by name.

    Real numbers have no more decimals than it says. Of the cleaning log, only what is impersonal,
    without the reasons: words of anybody's may hold anything.
    """
    about = contracts.dictionary()["processed"]
    public = {
        name: contracts.published(name, table)
        for name, table in processed.items()
        if about[name]["public"]
    }
    if "cleaning_log" in public:
        public["cleaning_log"] = impersonal(public["cleaning_log"]).drop(columns="reason")
    if "claims" in public:
        public["claims"] = without_withheld_figures(public["claims"])
    return {name: table for name, table in public.items() if not table.empty}


def without_withheld_figures(table: pd.DataFrame) -> pd.DataFrame:
    """The table `claims` without the figures of too few respondents."""
    return table.assign(recomputed=table["recomputed"].mask(table["withheld"]))


def impersonal(log: pd.DataFrame) -> pd.DataFrame:
    """The rows of a cleaning log about a raw file that holds no respondent."""
    return log[log["file"].isin(impersonal_files())]


def impersonal_files() -> list[str]:
    """The names of the raw tables that hold no respondent."""
    raw = contracts.dictionary()["raw"]
    return [f"{name}.csv" for name in raw if "respondent_id" not in raw[name]["columns"]]


def write(folder: Path, finish: tables.Finish | None = None) -> list[Path]:
    """Write the public tables of a processed folder into its folder downloads.

    Parameters
    ----------
    folder : Path
        A processed folder, whose tables are read.
    finish : callable, optional
        Adds sheets to the workbook, after those of tables.

    Returns
    -------
    list of Path
        A CSV file a table, and a workbook of all of them.
    """
    target = folder / FOLDER
    target.mkdir(exist_ok=True)
    public = publishable(tables.written(folder))
    for name, table in public.items():
        save(target / f"{name}.csv", table)
    tables.save_workbook(target / tables.WORKBOOK, public, finish)
    return sorted(target.iterdir())


def save(path: Path, table: pd.DataFrame) -> None:
    """Writes a table as a CSV file that a spreadsheet reads as it is, and calculates nothing of."""
    # The mark of UTF-8, without which a spreadsheet misreads accents.
    textfile.write(path, _escaped(table), "utf-8-sig")


def _escaped(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before each text that a spreadsheet would calculate."""
    texts = table.select_dtypes(["str", "object"]).columns
    return table.assign(**{c: table[c].str.replace(_FORMULA, r"'\1", regex=True) for c in texts})
