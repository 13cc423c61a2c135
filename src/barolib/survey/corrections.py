"""Corrections: the declared departures from what a raw file holds."""

from __future__ import annotations

from pathlib import PurePath

import pandas as pd

from barolib.errors import Problem, nearest

NAME = "corrections.csv"
_NEEDED = {"file", "key", "column", "printed", "corrected", "reason"}
_AGAIN = ("key", "this cell is corrected twice", "keep one correction of it")

LOG_COLUMNS = ["file", "row", "column", "before", "after", "rule", "reason"]


def apply(
    tables: dict[str, pd.DataFrame], declared: pd.DataFrame
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, list[Problem]]:
    """The tables with each correction applied, the log of what changed, and the faults.

    `tables`: text tables by file stem, their key in the first column. `declared`: the columns of
    corrections.csv, the index its line numbers. A correction whose file, key or column is unknown,
    whose `printed` is not what the file holds, or that changes a cell again, is a fault and changes
    nothing.
    """
    if not set(declared.columns) >= _NEEDED:
        return tables, pd.DataFrame(columns=LOG_COLUMNS, dtype="str"), []
    tables = {stem: table.copy() for stem, table in tables.items()}
    log, problems = [], []
    again = declared.duplicated(["file", "key", "column"])
    for line, row in declared.iterrows():
        fault = _AGAIN if again[line] else _fault(tables, row)
        if fault:
            column, message, fix = fault
            value = "" if pd.isna(row[column]) else str(row[column])
            problems.append(Problem(NAME, message, fix, str(line), column, value))
            continue
        table = tables[PurePath(row["file"]).stem]
        table.loc[table.iloc[:, 0] == row["key"], row["column"]] = row["corrected"]
        change = [row["file"], row["key"], row["column"], row["printed"], row["corrected"]]
        log.append([*change, "correction", row["reason"]])
    return tables, pd.DataFrame(log, columns=LOG_COLUMNS, dtype="str"), problems


def _fault(tables: dict[str, pd.DataFrame], row: pd.Series) -> tuple[str, str, str] | None:
    """The column of corrections.csv at fault, what is wrong and the fix; None where it applies."""
    names = [f"{stem}.csv" for stem in tables] + ["answers.xlsx"] * ("answers" in tables)
    if row["file"] not in names:
        return "file", "no such raw file", nearest(str(row["file"]), names)
    table = tables[PurePath(row["file"]).stem]
    keys = table.iloc[:, 0]
    matches = table[keys == row["key"]]
    if matches.empty:
        return "key", f"no such row in {row['file']}", nearest(str(row["key"]), keys.dropna())
    if row["column"] not in table.columns[1:]:
        hint = nearest(str(row["column"]), table.columns[1:])
        return "column", f"no such column in {row['file']}", hint
    before = matches[row["column"]].iloc[0]
    if not (before == row["printed"] or (pd.isna(before) and pd.isna(row["printed"]))):
        shown = "a blank cell" if pd.isna(before) else repr(before)
        return "printed", f"the file holds {shown}", "give what the file holds, or drop the row"
    return None
