"""Answers: what is understood, what is refused, and where."""

import openpyxl
import pytest

from support import workbooks

ANSWERS = "answers.csv"


def levels(raw):
    given = raw.answers.set_index(["respondent_id", "affirmation_id"])
    return given["level"], given["reason"]


@pytest.mark.parametrize(
    "cell",
    ["3", "Mise en œuvre", "MISE EN OEUVRE", " mise  en\u00a0œuvre ", "under way", "Mise en œuvré"],
)
def test_a_level_is_understood_by_number_and_label(answered, cell):
    answered.cell(ANSWERS, "R1", "T01-01", cell)
    level, reason = levels(answered.read())
    assert level["R1", "T01-01"] == 3
    assert reason.isna()["R1", "T01-01"]


def test_apostrophes_of_both_kinds_are_the_same(answered):
    answered.cell(ANSWERS, "R1", "T01-01", "l'essentiel est fait")
    assert levels(answered.read())[0]["R1", "T01-01"] == 4


def test_what_is_not_concerned_and_what_is_blank_are_told_apart(answered):
    answered.cell(ANSWERS, "R1", "T01-01", "non concerné")
    level, reason = levels(answered.read())
    assert reason["R1", "T01-01"] == reason["R2", "T02-02"] == "not_concerned"
    assert reason["R2", "T01-02"] == "no_answer"
    assert level.isna()[["R1", "R2"]].sum() == 3


@pytest.mark.parametrize("cell", ["5", "0", "3.5", "Mise en route", "34", "-1", "trois"])
def test_anything_else_is_refused_with_its_place(answered, cell):
    line = answered.cell(ANSWERS, "R3", "T02-01", cell)
    (problem,) = answered.problems()
    assert (problem.row, problem.column, problem.value) == (line, "T02-01", cell)
    assert problem.fix


def test_duplicates_and_unknown_names_are_all_told(answered):
    answered.append(ANSWERS, "R1,1,1,1,1")
    answered.append(ANSWERS, "R9,1,1,1,1")
    answered.append(ANSWERS, ",1,1,1,1")
    found = {(each.row, each.value) for each in answered.problems()}
    assert found == {("8", "R1"), ("9", "R9"), ("10", "")}


@pytest.mark.parametrize("name", ["respondents.csv", "questionnaire.csv", ANSWERS])
def test_an_id_that_stands_twice_is_told_and_hides_nothing(answered, name):
    answered.append(name, ",".join(answered.rows(name)[1]))
    answered.cell(ANSWERS, "R2", "T01-01", "9")
    found = {(each.file, each.value) for each in answered.problems()}
    assert ("answers", "9") in found
    assert {file.removesuffix(".csv") for file, value in found if value != "9"} == {
        name.removesuffix(".csv")
    }


def test_a_column_that_no_affirmation_bears_or_that_is_missing_is_told(answered):
    answered.write(ANSWERS, answered.text(ANSWERS).replace("T02-02", "T02-20", 1))
    assert {each.column for each in answered.problems()} == {"T02-20", "T02-02"}


def test_a_workbook_reads_as_the_text_does(answered):
    before = answered.read().answers
    book = openpyxl.Workbook()
    for row in answered.rows(ANSWERS):
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    answered.remove(ANSWERS)
    book.save(answered.folder / "answers.xlsx")
    assert answered.read().answers.equals(before)


def test_a_formula_without_its_result_is_no_blank_answer(answered):
    book = openpyxl.Workbook()
    for row in answered.rows(ANSWERS):
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    book.active["C3"] = "=1+1"
    answered.remove(ANSWERS)
    book.save(answered.folder / "answers.xlsx")
    (problem,) = answered.problems()
    assert (problem.row, problem.value) == ("3", "=1+1")


@pytest.mark.parametrize("dimension", ["A1", "A1:B3", "A1:XFD1048576", None])
@pytest.mark.parametrize("beside", ["", "visible", "hidden", "chart"])
def test_no_respondent_of_a_workbook_is_lost(answered, dimension, beside):
    before = answered.read().answers
    rows = [[cell or None for cell in row] for row in answered.rows(ANSWERS)]
    pages = [workbooks.sheet("réponses", workbooks.table(rows), dimension=dimension)]
    if beside:
        kind = "chartsheet" if beside == "chart" else "worksheet"
        state = "hidden" if beside == "hidden" else "visible"
        pages.insert(0, workbooks.sheet("ancien", {}, state=state, kind=kind))
    answered.remove(ANSWERS)
    workbooks.save(answered.folder / "answers.xlsx", *pages)
    assert answered.read().answers.equals(before)


@pytest.mark.parametrize("state", ["hidden", "veryHidden", "visible"])
def test_former_answers_in_another_sheet_are_never_taken_for_these(answered, state):
    rows = workbooks.table([[cell or None for cell in row] for row in answered.rows(ANSWERS)])
    pages = workbooks.sheet("ancien", rows, state=state), workbooks.sheet("réponses", rows)
    answered.remove(ANSWERS)
    for order in (pages, pages[::-1]):
        workbooks.save(answered.folder / "answers.xlsx", *order)
        (problem,) = answered.problems()
        assert problem.file == "answers.xlsx"
        assert "'ancien'" in problem.message
        assert "'réponses'" in problem.message


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (workbooks.number("3.0000000001"), "3.0000000001"),
        (workbooks.number("0.03", 1), "3%"),
        (workbooks.number("3", 2), "1900-01-03 00:00:00"),
        (workbooks.typed("b", 1), "True"),
        (workbooks.typed("e", "#REF!"), "#REF!"),
        (workbooks.formula("1+2"), "=1+2"),
        (workbooks.text("#N/A"), "#N/A"),
    ],
)
def test_a_cell_of_a_workbook_that_is_no_answer_is_named(answered, cell, value):
    rows = workbooks.table([[cell or None for cell in row] for row in answered.rows(ANSWERS)])
    answered.remove(ANSWERS)
    page = workbooks.sheet("s", rows | {(3, 2): cell})
    workbooks.save(answered.folder / "answers.xlsx", page)
    problem = next(p for p in answered.problems() if p.value == value)
    assert problem.row == "3"
    assert problem.column in ("B", "T01-01")
    assert problem.fix


def test_answers_without_respondents_or_provenance_are_refused(answered):
    answered.remove("respondents.csv")
    answered.replace("edition.yml", "{answers: collected}", "{tables: published}")
    files = {(each.file, each.column) for each in answered.problems()}
    assert ("edition.yml", "provenance.answers") in files
    assert ("published_distributions.csv", "") in files


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("[NC, Non concerné]", '[NC, "4"]', "4"),
        ("[NC, Non concerné]", "[NC, RIEN]", "rien"),
        ("en: Under way", "en: Begun", "begun"),
    ],
)
def test_one_text_never_stands_for_two_answers(answered, old, new, text):
    answered.replace("edition.yml", old, new)
    (problem,) = answered.problems()
    assert (problem.file, problem.value) == ("edition.yml", text)


def test_a_transverse_theme_named_twice_is_not_counted_twice(answered):
    answered.replace("questionnaire.csv", "Un,One,X1,", "Un,One,X1; X1,")
    (problem,) = answered.problems()
    assert (problem.row, problem.column, problem.value) == ("2", "transverse_ids", "X1")
