"""Records of tables: a named tuple a row, None for what is missing."""

import pandas as pd
import pytest

from barolib.report.records import lookup, records


def test_a_record_has_the_columns_of_its_row_and_none_where_a_value_is_missing():
    table = pd.DataFrame(
        {"id": ["T01", None], "n": pd.array([3, pd.NA], "Int64"), "mean": [2.5, None]}
    )
    first, second = records(table)
    assert (first.id, first.n, first.mean) == ("T01", 3, 2.5)
    assert (second.id, second.n, second.mean) == (None, None, None)
    assert records(table.iloc[:0]) == []


def test_an_unknown_key_is_told_with_the_nearest():
    assert lookup({"T01": 1}, "T01", "score") == 1
    with pytest.raises(LookupError, match=r"no score of 'T10': did you mean 'T01'\?"):
        lookup({"T01": 1}, "T10", "score")
