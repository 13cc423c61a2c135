import pandas as pd
import pytest

from barolib.errors import StudyError
from barolib.files import seal
from barolib.survey.intake import read_raw

PRINTED, CLAIMS = "published_distributions.csv", "published_claims.csv"
THEMES, QUESTIONS = "themes.csv", "questionnaire.csv"


def places(problems):
    return [(each.file, each.row, each.column, each.value) for each in problems]


def test_the_2021_files_are_read_without_a_fault(raw2021):
    assert raw2021.themes["theme_id"].tolist() == [
        *[f"T{n:02}" for n in range(1, 11)],
        *["X1", "X2", "X3"],
    ]
    assert len(raw2021.questionnaire) == 77
    assert len(raw2021.printed) == len(raw2021.as_printed) == 35
    assert len(raw2021.claims) == 222
    assert len(raw2021.log) == len(raw2021.corrections) == 7
    assert raw2021.respondents.empty
    assert raw2021.panel == 34


def test_tables_are_typed_and_ordered(tiny):
    raw = tiny.read()
    assert raw.themes["theme_id"].tolist() == ["T01", "T02", "X1"]
    assert raw.questionnaire["affirmation_id"].tolist() == ["T01-01", "T01-02", "T02-01", "T02-02"]
    assert raw.printed["printed_row"].tolist() == ["R1", "R2", "R3", "R4"]
    assert raw.printed[["p1", "p4", "page"]].dtypes.astype(str).unique().tolist() == ["Int64"]
    assert raw.claims["qualifier"].tolist() == ["", "plus de", "environ", ""]
    assert raw.corrections.empty
    assert raw.log.empty


def test_the_rows_as_printed_are_kept_beside_the_corrected_ones(raw2021):
    held = raw2021.as_printed.set_index("printed_row").loc["P07-07"]
    used = raw2021.printed.set_index("printed_row").loc["P07-07"]
    assert held[["printed_as", "p1", "p4"]].tolist() == ["T07-06", "13", "13"]
    assert used[["printed_as", "p1", "p4"]].tolist() == ["T07-06", 3, 3]


def test_every_correction_is_logged_with_its_reason(raw2021):
    declared, log = raw2021.corrections, raw2021.log
    for ours, theirs in [("row", "key"), ("before", "printed"), ("after", "corrected")]:
        assert log[ours].tolist() == declared[theirs].tolist()
    assert log["reason"].tolist() == declared["reason"].tolist()


def test_members_are_a_themes_own_affirmations_or_those_that_it_tags(tiny, raw2021):
    assert tiny.read().members == {
        "T01": ["T01-01", "T01-02"],
        "T02": ["T02-01", "T02-02"],
        "X1": ["T01-02", "T02-01"],
    }
    assert len(raw2021.members["T07"]) == 9
    assert "T09-02" in raw2021.members["X2"]


def test_several_transverse_themes_stand_between_semicolons(tiny):
    tiny.append(THEMES, "X2,transverse,4,Autre,Other")
    tiny.replace(QUESTIONS, "First,,,new", "First,X2 ; X1,,new")
    members = tiny.read().members
    assert members["X1"] == ["T01-01", "T01-02", "T02-01"]
    assert members["X2"] == ["T01-01"]


def test_reading_touches_no_file(study):
    before = {path.name: path.read_bytes() for path in study.folder.iterdir()}
    study.read()
    assert {path.name: path.read_bytes() for path in study.folder.iterdir()} == before


def test_an_edition_without_a_folder(study):
    with pytest.raises(StudyError) as caught:
        read_raw(study.layout, "2012")
    (problem,) = caught.value.problems
    assert (problem.file, problem.message) == ("data/raw/2012", "the folder is missing")
    assert "2021" in problem.fix


@pytest.mark.parametrize(
    "change",
    [lambda content: b"\xef\xbb\xbf" + content, lambda content: content.replace(b"\n", b"\r\n")],
    ids=["byte_order_mark", "windows_line_ends"],
)
def test_a_byte_order_mark_and_windows_line_ends_change_nothing(study, raw2021, change):
    for name in [THEMES, QUESTIONS, PRINTED, CLAIMS, "corrections.csv", "edition.yml"]:
        study.write(name, change(study.text(name).encode()))
    raw = study.read()
    assert raw.edition == raw2021.edition
    for table in ("themes", "questionnaire", "printed", "claims", "corrections", "log"):
        pd.testing.assert_frame_equal(getattr(raw, table), getattr(raw2021, table))


# One cell: file, key of its row, column, what is written there, what the fix says.
CELLS = [
    (PRINTED, "P04-01", "p1", "190", "from 0 to 100"),
    (PRINTED, "P04-02", "p1", "-9", "from 0 to 100"),
    (PRINTED, "P04-03", "p1", "9.5", "from 0 to 100"),
    (PRINTED, "P04-04", "p1", "9 %", "without a % sign"),
    (PRINTED, "P04-05", "p6", "twelve", "from 0 to 100"),
    (PRINTED, "P04-06", "p6", "٩", "from 0 to 100"),
    (PRINTED, "P04-07", "p6", "", "from 0 to 100"),
    (PRINTED, "P09-08", "page", "xx", "1 or more"),
    (QUESTIONS, "T04-01", "change", "identicl", "identical"),
    (QUESTIONS, "T04-01", "label_fr", "", "fill the cell"),
    (QUESTIONS, "T04-01", "position", "first", "1 or more"),
    (THEMES, "T04", "kind", "thème", "theme, transverse"),
    (THEMES, "T04", "position", "0", "1 or more"),
    (CLAIMS, "C04-01", "value", "90", "0.42"),
    (CLAIMS, "C04-02", "value", "1.5", "from 0 to 1"),
    (CLAIMS, "C04-03", "comparator", "≈", "~"),
]

# The same where the cell is sound and what it names is not there.
REFERENCES = [
    (PRINTED, "P04-01", "printed_as", "T04-011", "did you mean 'T04-01'?"),
    (PRINTED, "P04-02", "printed_as", "T4", "did you mean 'T04'?"),
    (QUESTIONS, "T04-01", "theme_id", "T04x", "did you mean 'T04'?"),
    (QUESTIONS, "T04-02", "theme_id", "X1", "known: T01"),
    (QUESTIONS, "T04-03", "transverse_ids", "X9", "known: X1, X2, X3"),
    (QUESTIONS, "T04-04", "transverse_ids", "X1; T07", "known: X1, X2, X3"),
    (CLAIMS, "C04-01", "subject", "T04-061", "did you mean 'T04-06'?"),
    (CLAIMS, "C04-01", "levels", "4-7", "from 1 to 6"),
    (CLAIMS, "C04-02", "levels", "3-1", "from 1 to 6"),
    (CLAIMS, "C04-03", "qualifier", "prés de", "did you mean 'près de'?"),
]


@pytest.mark.parametrize("cells", [CELLS, REFERENCES], ids=["cells", "references"])
def test_every_bad_cell_is_named_and_nothing_else(study, cells):
    lines = [study.cell(*cell[:4]) for cell in cells]
    named = [
        (name, line, column, value.removeprefix("X1; "))
        for (name, _, column, value, _), line in zip(cells, lines, strict=True)
    ]
    problems = dict(zip(places(found := study.problems()), found, strict=True))
    assert set(problems) == set(named)
    assert len(found) == len(cells)
    for place, (*_, fix) in zip(named, cells, strict=True):
        assert fix in problems[place].fix, place


@pytest.mark.parametrize(
    ("name", "key"), [(THEMES, "T05"), (QUESTIONS, "T05-02"), (PRINTED, "P04-02")]
)
def test_an_id_that_stands_twice_is_named_at_both_rows(study, name, key):
    column = study.rows(name)[0][0]
    other = study.rows(name)[1][0]
    line = study.cell(name, key, column, other)
    problems = study.problems()
    # Other tables may still name the id that is gone; here only the file itself is at fault.
    own = [each for each in problems if each.file == name]
    assert places(own) == [(name, "2", column, other), (name, line, column, other)]
    assert {each.message for each in own} == {"the value stands more than once"}


@pytest.mark.parametrize(
    ("name", "column"), [(THEMES, "label_fr"), (QUESTIONS, "change"), (CLAIMS, "qualifier")]
)
def test_a_missing_column_is_named(study, name, column):
    study.drop_column(name, column)
    (problem,) = study.problems()
    assert places([problem]) == [(name, "", column, "")]
    assert problem.message == "the column is missing"
    assert problem.fix == f"add the column {column}"


def test_a_misspelt_column_is_named_with_the_nearest(study):
    study.replace(THEMES, "label_en", "label_eng")
    unknown, missing = sorted(study.problems(), key=lambda each: each.message, reverse=True)
    assert places([unknown, missing]) == [
        (THEMES, "", "label_eng", ""),
        (THEMES, "", "label_en", ""),
    ]
    assert "did you mean 'label_en'?" in unknown.fix


def test_a_column_for_a_level_that_the_scale_lacks(tiny):
    tiny.write(PRINTED, tiny.text(PRINTED).replace(",page", ",page,p5").replace(",8\n", ",8,0\n"))
    tiny.replace(PRINTED, "20,9\n", "20,9,0\n")
    (problem,) = tiny.problems()
    assert (problem.column, problem.message) == ("p5", "unknown column")


@pytest.mark.parametrize("name", [THEMES, QUESTIONS])
def test_a_missing_file_is_named(study, name):
    study.remove(name)
    (problem,) = study.problems()
    assert (problem.file, problem.message) == (name, "the file is missing")
    assert name in problem.fix


def test_printed_tables_that_the_edition_promises_must_be_there(tiny):
    tiny.remove(PRINTED)
    (problem,) = tiny.problems()
    assert (problem.file, problem.message) == (PRINTED, "the file is missing")


def test_an_edition_needs_answers_or_tables(tiny):
    tiny.replace("edition.yml", "{tables: published}", "{}")
    tiny.remove(PRINTED)
    (problem,) = tiny.problems()
    assert (problem.file, problem.column) == ("edition.yml", "provenance")


@pytest.mark.parametrize("name", [CLAIMS, "corrections.csv"])
def test_optional_files_may_be_absent(tiny, name):
    (tiny.folder / name).unlink(missing_ok=True)
    assert tiny.problems() == []


def test_a_misspelt_file_name_is_not_left_out_in_silence(study):
    (study.folder / CLAIMS).rename(study.folder / "published_claim.csv")
    (problem,) = study.problems()
    assert (problem.file, problem.message) == ("published_claim.csv", "no table has this name")
    assert "did you mean 'published_claims.csv'?" in problem.fix


@pytest.mark.parametrize(
    "name",
    ["answers.xls", "answers.ods", "Answers.CSV", "answers.XLSX", "answers.txt", "answers",
     "answers.json", "respondents.ods", "themes.xlsx", "notes.tsv"],
)  # fmt: skip
def test_a_file_in_a_form_that_is_not_read_is_named(study, name):
    study.write(name, "x")
    (problem,) = study.problems()
    assert (problem.file, problem.message) == (name, "no table has this name")


def test_notes_and_office_leftovers_beside_the_tables_are_nobodys_fault(study):
    for name in ["notes.txt", "~$themes.xlsx", ".hidden.csv", "SOURCE.md"]:
        study.write(name, "anything")
    assert study.problems() == []


# A whole file: how it is spoilt, and the row, value and words of its problem.
FILES = [
    (lambda text: b"", "", "", "the file is empty"),
    (lambda text: text.splitlines(keepends=True)[0], "", "", "a header and no row"),
    (lambda text: text.encode("cp1252"), "2", "byte E9", "not UTF-8"),
    (lambda text: text.encode("utf-16"), "1", "", "not UTF-8"),
    (lambda text: text.replace("T05,theme,", "T05,theme,5,"), "6", "", "6 cells, the header 5"),
    (lambda text: text.replace("T05,theme,", "T05,"), "6", "", "4 cells, the header 5"),
    (lambda text: text.replace("Cybersécurité,", '"Cybersécurité,'), "10", "", "not CSV"),
    (lambda text: text.replace("label_en", "label_fr"), "", "", "stands twice"),
]


@pytest.mark.parametrize(("spoil", "row", "value", "message"), FILES)
def test_a_file_that_cannot_be_read_is_one_problem(study, spoil, row, value, message):
    study.write(THEMES, spoil(study.text(THEMES)))
    (problem,) = study.problems()
    assert (problem.file, problem.row) == (THEMES, row)
    assert value is None or problem.value == value
    assert message in problem.message
    assert problem.fix


@pytest.mark.parametrize(
    ("column", "value", "at", "fix"),
    [
        ("printed", "14", "printed", "give what the file holds"),
        ("file", "published_distribution.csv", "file", f"did you mean '{PRINTED}'?"),
        ("key", "P08-3", "key", "did you mean 'P08-03'?"),
        ("column", "p9", "column", "known: printed_as"),
        ("column", "printed_row", "column", "printed_as"),
    ],
)
def test_a_correction_that_does_not_fit_is_named(study, column, value, at, fix):
    lines = study.rows("corrections.csv")
    number = next(i for i, row in enumerate(lines) if row[1] == "P08-03")
    lines[number][lines[0].index(column)] = value
    study.save("corrections.csv", lines)
    (problem,) = study.problems()
    assert places([problem]) == [("corrections.csv", str(number + 1), at, value)]
    assert fix in problem.fix


def test_a_correction_must_lead_to_a_valid_cell(study):
    study.replace("corrections.csv", "P08-03,p1,13,3,", "P08-03,p1,13,300,")
    (problem,) = study.problems()
    assert places([problem]) == [(PRINTED, "22", "p1", "300")]


def test_the_rows_of_theme_7_stand_for_two_subjects_each_without_their_reassignment(study):
    study.drop_rows("corrections.csv", lambda row: row["column"] != "printed_as")
    (problem,) = study.problems()
    assert places([problem]) == [(PRINTED, "13", "printed_as", "T07-03")]
    assert "corrections.csv" in problem.fix


def test_a_status_that_the_edition_does_not_know(study):
    study.write("respondents.csv", "respondent_id,name,status,population\nR1,,metropol,5\n")
    (problem,) = study.problems()
    assert places([problem]) == [("respondents.csv", "2", "status", "metropol")]
    assert "metropole" in problem.fix


def test_a_misspelt_key_of_the_settings_is_named_with_the_nearest(study):
    study.replace("edition.yml", "\nrounding:", "\nroundings:")
    (problem,) = study.problems()
    assert places([problem]) == [("edition.yml", "", "roundings", "")]
    assert "did you mean 'rounding'?" in problem.fix


def test_the_settings_bear_the_name_of_their_folder(study):
    study.replace("edition.yml", 'id: "2021"', 'id: "2023"')
    (problem,) = study.problems()
    assert places([problem]) == [("edition.yml", "", "id", "2023")]
    assert "2021" in problem.fix


def test_a_claim_about_another_edition_may_use_its_levels(tiny):
    tiny.append(CLAIMS, "C5,8,2028,T01-01,4-5,share,=,0.10,")
    assert tiny.problems() == []


def test_faults_of_several_files_are_all_reported_at_once(study):
    seal.seal(study.folder)
    study.write("edition.yml", study.text("edition.yml").replace('id: "2021"', 'id: "2022"'))
    study.drop_column(THEMES, "label_en")
    study.cell(QUESTIONS, "T04-01", "position", "first")
    study.append(QUESTIONS, "T10-07,T10")
    study.cell(PRINTED, "P04-01", "p1", "190")
    study.cell(PRINTED, "P04-02", "p2", "many")
    study.write(CLAIMS, study.text(CLAIMS).encode("cp1252"))
    study.replace("corrections.csv", "P08-03,p1,13,", "P08-03,p1,14,")
    study.write("answer.csv", "a,b\n1,2\n")
    problems = study.problems()
    assert {(each.file, each.column or each.message) for each in problems} == {
        *[(name, "the sealed file has changed") for name in (THEMES, QUESTIONS, PRINTED, CLAIMS)],
        *[(name, "the sealed file has changed") for name in ("edition.yml", "corrections.csv")],
        ("answer.csv", "no table has this name"),
        ("edition.yml", "id"),
        (THEMES, "label_en"),
        (QUESTIONS, "position"),
        (QUESTIONS, "the row has 2 cells, the header 10"),
        (PRINTED, "p1"),
        (PRINTED, "p2"),
        (CLAIMS, "the file is not UTF-8"),
        ("corrections.csv", "printed"),
    }
    assert all(each.fix for each in problems)
    assert len(problems) == len(set(problems)) == 15


def test_a_sealed_file_that_is_gone_is_reported_with_the_others(study):
    seal.seal(study.folder)
    study.remove(CLAIMS)
    study.cell(PRINTED, "P04-01", "p1", "190")
    messages = {(each.file, each.message) for each in study.problems()}
    assert messages >= {
        (CLAIMS, "the sealed file is missing"),
        (PRINTED, "the sealed file has changed"),
    }
    assert (PRINTED, "2", "p1", "190") in places(study.problems())


def spoil_cells(study):
    """An unknown theme, an unknown affirmation, a percent over 100 and a text: their places."""
    return {
        (QUESTIONS, study.cell(QUESTIONS, "T04-01", "theme_id", "T44"), "theme_id", "T44"),
        (PRINTED, study.cell(PRINTED, "P04-01", "p1", "190"), "p1", "190"),
        (PRINTED, study.cell(PRINTED, "P04-02", "p2", "many"), "p2", "many"),
        (CLAIMS, study.cell(CLAIMS, "C04-01", "subject", "T04-99"), "subject", "T04-99"),
    }


def test_unknown_references_are_reported_beside_bad_cells(study):
    spoilt = spoil_cells(study)
    problems = study.problems()
    assert len(problems) == 4
    assert set(places(problems)) == spoilt


def test_a_broken_seal_hides_no_unknown_reference(study):
    seal.seal(study.folder)
    spoilt = spoil_cells(study)
    assert set(places(study.problems())) >= spoilt


def test_a_fault_of_the_settings_hides_no_other_file(study):
    study.replace("edition.yml", "\nrounding:", "\nroundings:")
    study.write(THEMES, "")
    assert {each.file for each in study.problems()} == {"edition.yml", THEMES}


def test_corrections_of_an_unreadable_file_are_no_faults_of_their_own(study):
    study.write(PRINTED, "")
    assert [(each.file, each.message) for each in study.problems()] == [
        (PRINTED, "the file is empty")
    ]


def test_a_printed_row_that_stands_for_nothing_is_no_silent_loss(study):
    line = study.cell(PRINTED, "P04-01", "printed_as", "")
    problems = study.problems()
    logged = [] if problems else study.read().log["row"].tolist()
    assert places(problems) == [(PRINTED, line, "printed_as", "")] or "P04-01" in logged


def test_two_corrections_of_one_cell_are_refused(study):
    study.append("corrections.csv", f"{PRINTED},P08-03,p1,3,4,why,seen")
    (problem,) = study.problems()
    assert (problem.file, problem.row) == ("corrections.csv", "9")
