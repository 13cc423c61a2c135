"""Records of tables as the report's texts read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

import pandas as pd

from barolib.errors import nearest

Value = TypeVar("Value")
#: A row of a table: a named tuple of its columns, which the contract of the table lists.
Row: TypeAlias = Any


def records(table: pd.DataFrame) -> list[Row]:
    """The rows of a table as named tuples of its columns; None for what is missing."""
    return list(with_none(table).itertuples(index=False, name="Row"))


def with_none(table: pd.DataFrame) -> pd.DataFrame:
    """The table as plain objects, None for what is missing."""
    plain = table.astype("object")
    return plain.where(plain.notna(), None)


def lookup(known: Mapping[str, Value], key: str, what: str) -> Value:
    """The value under the key; raises LookupError with the nearest key where there is none."""
    if key not in known:
        raise LookupError(f"no {what} of {key!r}: {nearest(key, known)}")
    return known[key]
