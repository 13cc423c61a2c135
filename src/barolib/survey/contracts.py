"""The contract of every table, from dictionary.yml: raw files as text, processed tables by type.

Raw files are checked cell by cell as text, so that one bad cell hides no other; processed tables
are checked when they are written and when they are read. The schema library takes half a
second to import, which a run that only renders does not need: it is imported where it checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import yaml

from barolib.errors import Problem, StudyError, nearest
from barolib.files import ids
from barolib.survey.edition import Edition
from barolib.survey.rounding import decimals

if TYPE_CHECKING:
    import pandera.pandas as pa

#: Raw types that are whole numbers: bounds, and the fix.
_WHOLE = {
    "count": (range(1, 10**6), "write a whole number of 1 or more"),
    "whole": (range(10**9), "write a whole number"),
    "percent": (range(101), "write a whole number from 0 to 100, without a % sign"),
}
#: The other raw types: a pattern for the whole cell where not any text will do, and the fix. Of an
#: id, ids.fault says what is wrong.
_TEXT = {
    "key": (None, "give each row its own id"),
    "id": (None, "fill the cell"),
    "label": (None, "fill the cell"),
    "text": (None, "fill the cell"),
    "levels": (r"[1-9](-[1-9])?", "write a run of levels, such as 4-6, or one level"),
}
#: Types of a cell that holds an id, and what the schema library says of one that is none.
_IDS, NO_ID = ("key", "id"), "not an id"
_UNKNOWN = "not a known value"
#: How much of a value a problem shows.
_SHOWN = 200
#: A processed type: what pandas calls it, where no cell and where some cells may be missing.
_DTYPES = {
    "text": ("str", "str"),
    "real": ("float64", "float64"),
    "whole": ("int64", "Int64"),
    "flag": ("bool", "boolean"),
}
_DTYPES |= {"share": _DTYPES["real"], "level": _DTYPES["whole"], "percent": _DTYPES["whole"]}
#: What is wrong, by the name that the schema library gives to its own checks.
_MESSAGES = {
    "not_nullable": "the cell is empty",
    "field_uniqueness": "the value stands more than once",
}
#: What a column holds, by the first letter of its type.
_WORDS = {"s": "text", "i": "whole numbers", "f": "numbers", "b": "true or false"}


@lru_cache(maxsize=1)
def dictionary() -> dict[str, dict]:
    """What dictionary.yml says of every table.

    Returns
    -------
    dict
        raw and processed; by table: row (what a row is), public, decimals, and columns, each with
        its type and meaning.

    References
    ----------
    docs/data-dictionary.md.

    Examples
    --------
    >>> dictionary()["processed"]["theme_scores"]["columns"]["theme_id"][0]
    'text'
    """
    path = Path(__file__).with_name("dictionary.yml")
    kinds = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    defaults = {"public": False, "decimals": None}
    return {
        kind: {
            name: defaults
            | about
            | {"columns": {key: text.split(" | ") for key, text in about["columns"].items()}}
            for name, about in tables.items()
        }
        for kind, tables in kinds.items()
    }


def types(kind: str, name: str, levels: Sequence[int]) -> dict[str, str]:
    """The type of each column of a table; p* and n* of the dictionary are a column a level.

    Parameters
    ----------
    kind : {"raw", "processed"}
        Of the table.
    name : str
        Its name in the dictionary.
    levels : sequence of int
        The levels of the scale.

    Returns
    -------
    dict
        The type of each column, as the dictionary writes it.

    Examples
    --------
    >>> types("raw", "published_distributions", [1, 2])["p2"]
    'percent'
    """
    return {
        column.replace("*", str(level)): type_
        for column, (type_, _) in dictionary()[kind][name]["columns"].items()
        for level in (levels if column.endswith("*") else [0])
    }


def column(kind: str, name: str, column: str) -> list[str]:
    """The type of a table's column and what it means; p1, p2… are p* in the dictionary.

    Parameters
    ----------
    kind : {"raw", "processed"}
        Of the table.
    name : str
        Its name in the dictionary.
    column : str
        A column that it has.

    Returns
    -------
    list of str
        Type and meaning, as the dictionary writes them.

    Examples
    --------
    >>> column("processed", "printed", "p2")
    ['whole', 'printed percent of the level, after correction']
    """
    columns = dictionary()[kind][name]["columns"]
    return columns.get(column) or columns[f"{column.rstrip('0123456789')}*"]


def is_whole(type_: str) -> bool:
    """Whether the text of a raw column of this type is a whole number."""
    return type_.removesuffix("?") in _WHOLE


def raw_contracts(edition: Edition) -> dict[str, pa.DataFrameSchema]:
    """The contract of each raw table of an edition.

    Parameters
    ----------
    edition : Edition
        Its scale and statuses.

    Returns
    -------
    dict
        By file stem, a schema whose cells are text or missing.

    Examples
    --------
    >>> import barolib
    >>> raw_contracts(barolib.open("2021").raw.edition)["themes"].name
    'themes.csv'
    """
    import pandera.pandas as pa

    contracts = {}
    for name in dictionary()["raw"]:
        stated = types("raw", name, edition.levels)
        columns = {column: _raw_column(type_, edition) for column, type_ in stated.items()}
        contracts[name] = pa.DataFrameSchema(columns, name=f"{name}.csv", strict=True)
    return contracts


def processed_contracts(edition: Edition) -> dict[str, pa.DataFrameSchema]:
    """The contract of each processed table of an edition.

    Parameters
    ----------
    edition : Edition
        Its scale.

    Returns
    -------
    dict
        A schema by name of the table.

    Examples
    --------
    >>> import barolib
    >>> "theme_scores" in processed_contracts(barolib.open("2021").raw.edition)
    True
    """
    return {name: _processed(name, tuple(edition.levels)) for name in dictionary()["processed"]}


@lru_cache(maxsize=256)
def _processed(name: str, levels: tuple[int, ...]) -> pa.DataFrameSchema:
    import pandera.pandas as pa

    stated = types("processed", name, levels)
    columns = {column: _processed_column(type_, levels) for column, type_ in stated.items()}
    return pa.DataFrameSchema(columns, name=name, strict=True)


def _raw_column(type_: str, edition: Edition) -> pa.Column:
    """The contract of a column of text cells."""
    import pandera.pandas as pa

    check: pa.Check | None
    name, nullable = type_.removesuffix("?"), type_.endswith("?")
    if name == "optional":
        return pa.Column("str", nullable=True, required=False)
    if name == "status":
        known = [status.id for status in edition.statuses]
        nullable = not known  # an edition may tell no statuses apart
        check, fix = (
            pa.Check.isin(known, error=_UNKNOWN),
            f"write a status of edition.yml: {', '.join(known) or 'none'}",
        )
    elif name.startswith("one of "):
        check, fix = pa.Check.isin(_choices(name), error=_UNKNOWN), f"write {name}"
    elif name in _WHOLE:
        bounds, fix = _WHOLE[name]
        check = _whole(bounds)
    else:
        pattern, fix = _TEXT[name]
        check = _like(pattern) if pattern else None
    if name in _IDS:
        check = _cell(lambda cell: ids.fault(cell) is None, NO_ID)
    return pa.Column("str", check, nullable=nullable, unique=name == "key", metadata={"fix": fix})


def _processed_column(type_: str, levels: tuple[int, ...]) -> pa.Column:
    """The contract of a typed column."""
    import pandera.pandas as pa

    name = type_.removesuffix("?")
    checks = {
        "level": pa.Check.isin(levels, error="not a level of the scale"),
        "percent": pa.Check.in_range(0, 100, error="not from 0 to 100"),
        "share": pa.Check.in_range(0, 1, error="not from 0 to 1"),
    }
    about = None
    if name.startswith("one of "):
        checks[name] = pa.Check.isin(_choices(name), error=_UNKNOWN)
        about = {"fix": f"write {name}, or name the new one in survey/dictionary.yml"}
    nullable = type_.endswith("?")
    return pa.Column(_dtype(type_), checks.get(name), nullable=nullable, metadata=about)


def _dtype(type_: str) -> str:
    """What pandas calls the type of a processed column."""
    name = type_.removesuffix("?")
    return _DTYPES["text" if name.startswith("one of ") else name][type_.endswith("?")]


def _choices(type_: str) -> list[str]:
    return type_.removeprefix("one of ").split(", ")


def _cell(holds: Callable[[str], bool], error: str) -> pa.Check:
    import pandera.pandas as pa

    return pa.Check(holds, element_wise=True, error=error)


def _whole(bounds: range) -> pa.Check:
    """A whole number written in digits, within bounds."""
    return _cell(
        lambda cell: bool(re.fullmatch(r"[0-9]{1,9}", cell)) and int(cell) in bounds,
        f"not a whole number from {bounds.start} to {bounds.stop - 1}",
    )


def _like(pattern: str) -> pa.Check:
    return _cell(lambda cell: bool(re.fullmatch(pattern, cell)), "not of the form expected")


def empty(name: str, edition: Edition) -> pd.DataFrame:
    """A processed table without a row.

    Parameters
    ----------
    name : str
        Its name in the dictionary.
    edition : Edition
        Its scale decides which columns some tables have.

    Returns
    -------
    DataFrame
        The columns of the dictionary, of their types.

    Examples
    --------
    >>> import barolib
    >>> empty("scores", barolib.open("2021").raw.edition).columns.tolist()
    ['respondent_id', 'theme_id', 'score', 'answered', 'asked']
    """
    columns = types("processed", name, edition.levels)
    return pd.DataFrame({name: pd.Series(dtype=_dtype(type_)) for name, type_ in columns.items()})


def typed(name: str, table: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """The columns of a processed table in its order and types, blank where not given.

    Parameters
    ----------
    name : str
        Its name in the dictionary.
    table : DataFrame
        Some or all of its columns; others are left out.
    edition : Edition
        Its scale decides which columns some tables have.

    Returns
    -------
    DataFrame
        The rows of `table`.

    Examples
    --------
    >>> import barolib
    >>> table = pd.DataFrame({"theme_id": ["T01"], "respondent_id": ["R1"], "score": [2]})
    >>> table = table.assign(answered=1, asked=2)
    >>> typed("scores", table, barolib.open("2021").raw.edition).to_dict("list")
    {'respondent_id': ['R1'], 'theme_id': ['T01'], 'score': [2.0], 'answered': [1], 'asked': [2]}
    """
    types = empty(name, edition).dtypes
    return table.reindex(columns=types.index).astype(types.to_dict())


def published(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """A processed table with no more decimals than are published (dictionary.yml).

    Parameters
    ----------
    name : str
        Its name in the dictionary.
    table : DataFrame
        Its rows.

    Returns
    -------
    DataFrame
        The same rows, real numbers rounded.

    References
    ----------
    docs/method.md, "Disclosure".

    Examples
    --------
    >>> published("theme_scores", pd.DataFrame({"mean": [2.3456]}))["mean"].tolist()
    [2.35]
    """
    places = dictionary()["processed"][name]["decimals"]
    if places is None:
        return table
    real = table.select_dtypes("float").columns
    return table.assign(**{column: decimals(table[column], places) for column in real})


def check(table: pd.DataFrame, schema: pa.DataFrameSchema) -> list[Problem]:
    """Every fault of a table under its contract.

    Parameters
    ----------
    table : DataFrame
        The index holds the rows' names.
    schema : DataFrameSchema
        As of `raw_contracts` or `processed_contracts`.

    Returns
    -------
    list of Problem
        Each with file, row, column, value and fix; empty where there is none.

    Examples
    --------
    >>> import barolib
    >>> edition = barolib.open("2021").raw.edition
    >>> columns = ["theme_id", "kind", "position", "label_fr", "label_en"]
    >>> table = pd.DataFrame([["T01", "team", "1", "Un", "One"]], ["2"], columns, dtype="str")
    >>> print(*check(table, raw_contracts(edition)["themes"]))
    themes.csv, row 2, column kind: not a known value (found: 'team')
        fix: write one of theme, transverse
    """
    from pandera.errors import SchemaErrors

    try:
        schema.validate(table, lazy=True)
    except SchemaErrors as error:
        faults = error.failure_cases.astype(object).where(error.failure_cases.notna(), None)
        of_type = faults["check"].str.startswith("dtype(")
        # The cells of a column of another type break every rule in words of the library's own.
        mistyped = faults["column"].isin(faults.loc[of_type, "column"])
        cases = faults[of_type | ~mistyped].to_dict("records")
        return list(dict.fromkeys(_problem(schema, case) for case in cases))
    return []


def enforce(table: pd.DataFrame, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """The table itself, where it keeps its contract.

    Parameters
    ----------
    table : DataFrame
        The index holds the rows' names.
    schema : DataFrameSchema
        As of `raw_contracts` or `processed_contracts`.

    Returns
    -------
    DataFrame
        The table.

    Raises
    ------
    StudyError
        With every fault, where it breaks its contract.

    Examples
    --------
    >>> import barolib
    >>> edition = barolib.open("2021").raw.edition
    >>> len(enforce(empty("scores", edition), processed_contracts(edition)["scores"]))
    0
    """
    problems = check(table, schema)
    if problems:
        raise StudyError(problems)
    return table


def _problem(schema: pa.DataFrameSchema, case: dict) -> Problem:
    """One failure case of the schema library, in the words of a problem."""
    name, what, value = schema.name, str(case["check"]), case["failure_case"]
    if what == "column_in_dataframe":
        return Problem(name, "the column is missing", f"add the column {value}", column=value)
    if what == "column_in_schema":
        hint = nearest(value, schema.columns)
        return Problem(name, "unknown column", f"{hint} or remove it", column=value)
    column = str(case["column"])
    contract = schema.columns[column]
    if what.startswith("dtype("):
        words = _WORDS[str(contract.dtype)[0].lower()]
        return Problem(name, f"the column does not hold {words}", f"write {words}", column=column)
    row, value = ("" if cell is None else str(cell) for cell in (case["index"], value))
    fix = (contract.metadata or {}).get("fix", "correct the value")
    fault = ids.fault(value) if what == NO_ID else None
    message, fix = fault or (_MESSAGES.get(what, what), fix)
    return Problem(name, message, fix, row, column, value[:_SHOWN])
