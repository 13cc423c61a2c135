import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barolib.survey import corrections

TABLE = pd.DataFrame(
    {"id": ["A", "B"], "x": ["1", None], "y": ["7", "8"]}, index=["2", "3"], dtype="str"
)


def declared(*rows):
    """Corrections of t.csv as (key, column, printed, corrected), from line 2 on."""
    columns = ["file", "key", "column", "printed", "corrected", "reason", "evidence"]
    table = pd.DataFrame([("t.csv", *row, "why", "seen") for row in rows], columns=columns)
    table.index = [str(line) for line in range(2, len(rows) + 2)]
    return table.astype("str").where(table.notna(), None)


def apply(*rows):
    tables, log, problems = corrections.apply({"t": TABLE}, declared(*rows))
    return tables["t"], log, problems


def test_a_correction_changes_its_cell_and_no_other_and_is_logged():
    table, log, problems = apply(("A", "y", "7", "9"))
    assert problems == []
    expected = TABLE.copy()
    expected.loc["2", "y"] = "9"
    pd.testing.assert_frame_equal(table, expected)
    assert log.to_dict("records") == [
        {
            **{"file": "t.csv", "row": "A", "column": "y", "before": "7", "after": "9"},
            **{"rule": "correction", "reason": "why"},
        }
    ]


def test_the_tables_given_are_left_as_they_are():
    before = TABLE.copy()
    apply(("A", "y", "7", "9"))
    pd.testing.assert_frame_equal(TABLE, before)


def test_a_blank_cell_can_be_filled_and_a_cell_blanked():
    table, log, problems = apply(("B", "x", None, "5"), ("A", "x", "1", None))
    assert problems == []
    assert table.loc["3", "x"] == "5"
    assert pd.isna(table.loc["2", "x"])
    assert log["before"].isna().tolist() == [True, False]
    assert log["after"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("row", "column", "value", "message", "fix"),
    [
        (("A", "y", "6", "9"), "printed", "6", "the file holds '7'", "give what the file holds"),
        (("B", "x", "6", "9"), "printed", "6", "the file holds a blank cell", "drop the row"),
        (("A", "x", None, "9"), "printed", "", "the file holds '1'", "give what the file holds"),
        (("A2", "y", "7", "9"), "key", "A2", "no such row in t.csv", "did you mean 'A'?"),
        (("A", "yy", "7", "9"), "column", "yy", "no such column in t.csv", "did you mean 'y'?"),
        (("A", "id", "A", "C"), "column", "id", "no such column in t.csv", "known: x, y"),
    ],
)
def test_a_correction_that_does_not_fit_changes_nothing(row, column, value, message, fix):
    table, log, (problem,) = apply(row)
    pd.testing.assert_frame_equal(table, TABLE)
    assert log.empty
    assert (problem.file, problem.row, problem.column) == ("corrections.csv", "2", column)
    assert (problem.value, problem.message) == (value, message)
    assert fix in problem.fix


@pytest.mark.parametrize("name", ["tt.csv", "t", "t.xlsx", None])
def test_a_correction_of_no_file_is_refused(name):
    table = declared(("A", "y", "7", "9")).assign(file=name)
    _, _, (problem,) = corrections.apply({"t": TABLE}, table)
    assert (problem.column, problem.message) == ("file", "no such raw file")


def test_a_fault_stops_neither_the_others_nor_their_faults():
    table, log, problems = apply(("A", "y", "6", "9"), ("B", "y", "8", "9"), ("C", "y", "7", "9"))
    assert table["y"].tolist() == ["7", "9"]
    assert log["row"].tolist() == ["B"]
    assert [(each.row, each.column) for each in problems] == [("2", "printed"), ("4", "key")]


CELLS = st.sampled_from([(row, column) for row in range(4) for column in ("p1", "p2", "p3")])


@settings(max_examples=40)
@given(st.dictionaries(CELLS, st.integers(0, 100)))
def test_what_differs_from_the_file_is_what_is_declared_and_nothing_else(changes):
    table = pd.DataFrame(
        [[f"R{row}", "11", "22", "33"] for row in range(4)],
        columns=["id", "p1", "p2", "p3"],
        dtype="str",
    )
    held = table.set_index("id").stack()
    rows = [(f"R{r}", c, held[f"R{r}", c], str(value)) for (r, c), value in changes.items()]
    tables, log, problems = corrections.apply({"t": table}, declared(*rows))
    after = tables["t"].set_index("id").stack()
    assert problems == []
    assert len(log) == len(changes)
    expected = held.copy()
    for (row, column), value in changes.items():
        expected[f"R{row}", column] = str(value)
    assert after.tolist() == expected.tolist()
    assert tables["t"]["id"].tolist() == ["R0", "R1", "R2", "R3"]
