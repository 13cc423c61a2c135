import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barolib.errors import StudyError
from barolib.survey import contracts
from barolib.survey.edition import read_edition
from support import panels

RAW = ("themes", "questionnaire", "published_distributions", "published_claims", "corrections")

EDITION = panels.settings(4, 3)


@pytest.fixture
def edition(tiny):
    return read_edition(tiny.folder / "edition.yml")


def row_of(stem, **cells):
    """A row of a raw table of four levels, valid but for the cells given, at line 2."""
    valid = {
        "themes": {"theme_id": "T01", "kind": "theme", "position": "1", "label_fr": "Un"},
        "questionnaire": {
            **{"affirmation_id": "T01-01", "theme_id": "T01", "position": "1"},
            **{"label_fr": "Un", "transverse_ids": None, "previous_id": None, "change": "new"},
        },
        "respondents": {"respondent_id": "R1", "name": None, "status": "a", "population": "5"},
        "published_distributions": {
            **{"printed_row": "P1", "printed_as": "T01-01", "p1": "0", "p2": "100"},
            **{"p3": "007", "p4": "50", "page": None},
        },
        "published_claims": {
            **{"claim_id": "C1", "page": "3", "edition": "2030", "subject": "T01"},
            **{"levels": "1-4", "statistic": "share", "comparator": "=", "value": "0.42"},
            "qualifier": None,
        },
        "corrections": {
            **{"file": "themes.csv", "key": "T01", "column": "label_fr", "printed": None},
            **{"corrected": None, "reason": "r", "evidence": "e"},
        },
    }[stem]
    if stem in ("themes", "questionnaire"):
        valid["label_en"] = None
    return pd.DataFrame(valid | cells, index=["2"], dtype="str")


def faults(edition, stem, table):
    return contracts.check(table, contracts.raw_contracts(edition)[stem])


@pytest.mark.parametrize("stem", RAW)
def test_a_valid_row_has_no_fault(edition, stem):
    assert faults(edition, stem, row_of(stem)) == []


@pytest.mark.parametrize(
    ("stem", "column", "value", "fix"),
    [
        ("themes", "theme_id", "T 1", "id"),
        ("themes", "theme_id", None, "id"),
        ("themes", "kind", "thme", "theme, transverse"),
        ("themes", "position", "0", "1 or more"),
        ("themes", "position", "1.0", "1 or more"),
        ("themes", "label_fr", None, "fill the cell"),
        ("questionnaire", "change", "same", "identical, reworded"),
        ("questionnaire", "theme_id", "-", "id"),
        ("respondents", "population", "many", "whole number"),
        ("respondents", "status", "b", "a"),
        ("published_distributions", "p1", "101", "from 0 to 100"),
        ("published_distributions", "p2", "-1", "from 0 to 100"),
        ("published_distributions", "p3", "12,5", "from 0 to 100"),
        ("published_distributions", "p4", "twelve", "from 0 to 100"),
        ("published_distributions", "p4", "9 %", "without a % sign"),
        ("published_distributions", "p4", None, "from 0 to 100"),
        ("published_distributions", "page", "iv", "1 or more"),
        ("published_claims", "levels", "4–6", "4-6"),
        ("published_claims", "levels", "0-3", "4-6"),
        ("published_claims", "statistic", "median", "mean, rank"),
        ("published_claims", "comparator", "≈", "~"),
        ("published_claims", "value", None, "fill the cell"),
        ("corrections", "reason", None, "fill the cell"),
        ("corrections", "evidence", None, "fill the cell"),
    ],
)
def test_a_bad_cell_is_named_with_its_row_column_value_and_fix(tiny, stem, column, value, fix):
    tiny.append("edition.yml", "statuses: [{id: a, label: {fr: A}}]")
    edition = read_edition(tiny.folder / "edition.yml")
    (problem,) = faults(edition, stem, row_of(stem, **{column: value}))
    assert (problem.file, problem.row, problem.column) == (f"{stem}.csv", "2", column)
    assert problem.value == (value or "")
    assert ("is empty" in problem.message) == (value is None)
    assert fix in problem.fix


def test_one_bad_cell_hides_no_other(edition):
    table = pd.concat([row_of("themes", kind="x", position="y"), row_of("themes", label_fr=None)])
    table.index = ["2", "3"]
    found = faults(edition, "themes", table)
    assert {(each.row, each.column) for each in found} == {
        *[("2", "kind"), ("2", "position"), ("3", "label_fr")],
        *[("2", "theme_id"), ("3", "theme_id")],  # the same id twice
    }


def test_a_missing_and_an_unknown_column_are_both_named(edition):
    table = row_of("themes").rename(columns={"position": "positon"})
    found = {each.message: each for each in faults(edition, "themes", table)}
    assert found["the column is missing"].column == "position"
    assert found["unknown column"].column == "positon"
    assert "did you mean 'position'?" in found["unknown column"].fix


@pytest.mark.parametrize("column", ["source", "change_evidence"])
def test_optional_columns_may_be_absent_or_blank(edition, column):
    assert column not in row_of("questionnaire")
    assert faults(edition, "questionnaire", row_of("questionnaire", **{column: None})) == []


def test_the_scale_decides_how_many_percents_a_row_has(edition):
    table = row_of("published_distributions").drop(columns="p4").assign(p5="1")
    found = {
        each.message: each.column for each in faults(edition, "published_distributions", table)
    }
    assert found == {"the column is missing": "p4", "unknown column": "p5"}


@settings(max_examples=10)
@given(st.lists(st.one_of(st.text(min_size=1), st.from_regex(r"[0-9]{1,4}", fullmatch=True))))
def test_what_passes_as_a_percent_is_a_number_from_0_to_100(texts):
    schema = contracts.raw_contracts(EDITION)["published_distributions"]
    texts = ["50", *texts]
    names = [str(i) for i in range(len(texts))]
    rows = row_of("published_distributions").loc[["2"] * len(texts)].set_axis(names)
    rows = rows.assign(printed_row=names, p1=pd.Series(texts, index=names, dtype="str"))
    refused = {int(each.row) for each in contracts.check(rows, schema)}
    passed = [text for i, text in enumerate(texts) if i not in refused]
    assert all(re.fullmatch("[0-9]+", text) for text in passed)
    assert pd.Series(passed, dtype="str").astype("Int64").between(0, 100).all()
    good = [text for text in texts if text in {str(n) for n in range(101)}]
    assert set(good) <= set(passed)


@pytest.mark.parametrize("ids", [[], [1, 2], [None, None]])
def test_a_column_of_another_type_is_told_in_words(edition, ids):
    people = pd.DataFrame({"respondent_id": pd.Series(ids, dtype="object")})
    people = people.assign(name="x", status=None, population=1.5).astype({"name": "str"})
    found = contracts.check(people, contracts.raw_contracts(edition)["respondents"])
    assert {problem.message for problem in found if problem.column == "population"} == {
        "the column does not hold text"
    }
    shown = "".join(map(str, found))
    assert not [word for word in ("dtype", "pyarrow", "object", "Error") if word in shown]


def broken(edition, name, table):
    return contracts.check(table, contracts.processed_contracts(edition)[name])


def test_every_processed_table_keeps_its_contract(raw2021, tables2021):
    for name, table in tables2021.items():
        assert broken(raw2021.edition, name, table) == [], name


def spoil(**columns):
    return lambda table: table.assign(**columns)


@pytest.mark.parametrize(
    ("name", "change", "column"),
    [
        ("distributions", spoil(level=7), "level"),
        ("distributions", spoil(share=1.2), "share"),
        ("distributions", spoil(percent=pd.array([101] * 204, dtype="Int64")), "percent"),
        ("distributions", spoil(certainty="guessed"), "certainty"),
        ("distributions", spoil(origin="prose"), "origin"),
        ("distributions", spoil(n=1.0), "n"),
        ("distributions", spoil(base=None), "base"),
        ("distributions", lambda table: table.drop(columns="missing"), "missing"),
        ("distributions", spoil(comment="x"), "comment"),
        ("reconstructions", lambda table: table.drop(columns="n6"), "n6"),
        ("theme_scores", spoil(mean=np.nan), "mean"),
    ],
)
def test_a_processed_table_that_breaks_its_contract_is_refused(
    raw2021, tables2021, name, change, column
):
    found = broken(raw2021.edition, name, change(tables2021[name]))
    assert {each.column for each in found} == {column}
    with pytest.raises(StudyError):
        contracts.enforce(
            change(tables2021[name]), contracts.processed_contracts(raw2021.edition)[name]
        )


def test_a_table_that_keeps_its_contract_is_handed_on(raw2021, tables2021):
    schema = contracts.processed_contracts(raw2021.edition)["claims"]
    assert contracts.enforce(tables2021["claims"], schema) is tables2021["claims"]
