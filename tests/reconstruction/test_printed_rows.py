import csv

import pandas as pd
import pytest

from barolib.reconstruction import printed_rows

SHIFTED = {"P07-01": "T07", "P07-02": "T07-01", "P07-03": "T07-02"}
PERCENTS = ["p1", "p2", "p3", "p4", "p5", "p6"]


@pytest.fixture(scope="module")
def files(project):
    """The 2021 files read by nothing of barolib: printed rows by name, corrections in order."""

    def rows(name):
        with (project / "data" / "raw" / "2021" / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    printed = {row["printed_row"]: row for row in rows("published_distributions.csv")}
    return printed, rows("corrections.csv")


def test_every_printed_row_is_used_once(raw2021, files):
    table, (printed, _) = printed_rows.corrected(raw2021), files
    assert table["printed_row"].tolist() == list(printed)
    assert table["subject"].is_unique
    assert len(table) == 35


def test_rows_stand_under_their_label_but_for_the_shifted_ones_of_theme_7(raw2021, files):
    table, (printed, _) = printed_rows.corrected(raw2021).set_index("printed_row"), files
    moved = {
        key: subject
        for key, subject in table["subject"].items()
        if subject != printed[key]["printed_as"]
    }
    assert moved == SHIFTED


def test_no_percent_differs_from_the_printed_one_unless_a_correction_names_it(raw2021, files):
    printed, corrections = files
    named = {(each["key"], each["column"]): each["corrected"] for each in corrections}
    table = printed_rows.corrected(raw2021).set_index("printed_row")
    for key, row in printed.items():
        for column in PERCENTS:
            used = str(table.at[key, column])
            assert used == named.get((key, column), row[column]), (key, column)
    assert sorted(place for place in named if place[1] in PERCENTS) == [
        *[("P07-04", "p5"), ("P07-07", "p1"), ("P07-07", "p4"), ("P08-03", "p1")]
    ]


def test_a_row_is_corrected_where_one_of_its_percents_is(raw2021):
    table = printed_rows.corrected(raw2021)
    corrected = table.loc[table["corrected"], "subject"]
    assert corrected.tolist() == ["T07-03", "T07-06", "T08-03"]


def test_the_percents_as_printed_stand_under_the_subject_that_they_belong_to(raw2021, files):
    table, (printed, _) = printed_rows.as_printed(raw2021), files
    for row in table.itertuples():
        assert [str(getattr(row, name)) for name in PERCENTS] == [
            printed[row.printed_row][name] for name in PERCENTS
        ]
    subjects = printed_rows.corrected(raw2021).set_index("printed_row")["subject"]
    assert table.set_index("printed_row")["subject"].equals(subjects)


@pytest.mark.parametrize("written", ["1x", "14.5", "1 4"])
def test_a_row_printed_without_numbers_is_no_row_as_printed(tiny, written):
    tiny.cell("published_distributions.csv", "R2", "p1", written)
    tiny.write(
        "corrections.csv",
        "file,key,column,printed,corrected,reason,evidence\n"
        f"published_distributions.csv,R2,p1,{written},14,smudged,page 8\n",
    )
    raw = tiny.read()
    assert printed_rows.corrected(raw)["p1"].tolist() == [40, 14, 0, 7]
    assert printed_rows.as_printed(raw)["printed_row"].tolist() == ["R1", "R3", "R4"]


def test_a_row_set_aside_leaves_the_tables_and_stands_in_the_log(tiny):
    tiny.write(
        "corrections.csv",
        "file,key,column,printed,corrected,reason,evidence\n"
        "published_distributions.csv,R4,printed_as,T01,,illegible,page 8\n",
    )
    raw = tiny.read()
    assert printed_rows.corrected(raw)["printed_row"].tolist() == ["R1", "R2", "R3"]
    assert printed_rows.as_printed(raw)["printed_row"].tolist() == ["R1", "R2", "R3"]
    (logged,) = raw.log.to_dict("records")
    assert (logged["row"], logged["before"], logged["reason"]) == ("R4", "T01", "illegible")
    assert pd.isna(logged["after"])


def test_rows_are_told_apart_and_ordered_as_the_questionnaire_and_the_themes(tiny):
    raw = tiny.read()
    table = printed_rows.corrected(raw)
    assert printed_rows.select(table, raw.questionnaire["affirmation_id"]).index.tolist() == [
        "T01-01",
        "T01-02",
        "T02-01",
    ]
    assert printed_rows.select(table, raw.themes["theme_id"]).index.tolist() == ["T01"]


def test_percents_are_whole_numbers(raw2021):
    for table in (printed_rows.corrected(raw2021), printed_rows.as_printed(raw2021)):
        assert set(table[PERCENTS].dtypes.astype(str)) == {"int64"}
