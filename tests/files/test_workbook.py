"""Workbooks: every cell that is there is read, or the file is refused with its place."""

import random
import tracemalloc
import zipfile

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from barolib.errors import StudyError
from barolib.files import textfile, workbook
from support.workbooks import BLANK, formula, number, save, sheet, table, text, typed

ROWS = [["respondent_id", "T01-01", "T01-02"], ["R1", 3, 4], ["R2", 1, None], ["R3", None, 6]]
READ = [(1, [*ROWS[0]]), (2, ["R1", "3", "4"]), (3, ["R2", "1", ""]), (4, ["R3", "", "6"])]
#: What a workbook may say of a sheet's size, whatever it holds.
DIMENSIONS = ["A1", "A1:B2", "A1:XFD1048576", "C3:A1", "", "nonsense"]

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"))
CELLS = st.one_of(st.none(), TEXTS, st.integers(-(10**14), 10**14))
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=8)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "answers.xlsx"


def refused(path):
    """The problems of a workbook that is not read."""
    with pytest.raises(StudyError) as error:
        workbook.read(path)
    assert all(problem.file == path.name and problem.fix for problem in error.value.problems)
    return error.value.problems


def expected(rows):
    """What a table reads as: rows and columns that are blank to their end are none."""
    shown = [["" if cell is None else str(cell) for cell in row] for row in rows]
    full = {
        line: [cell if cell.strip() else "" for cell in row] for line, row in enumerate(shown, 1)
    }
    full = {line: row for line, row in full.items() if any(row)}
    width = max((at for row in full.values() for at, cell in enumerate(row, 1) if cell), default=0)
    return [(line, (row + [""] * width)[:width]) for line, row in full.items()]


# ---------------------------------------------------------------------------- all that is there


@given(
    rows=TABLES,
    dimension=st.sampled_from(DIMENSIONS),
    blank=st.lists(st.sampled_from(["visible", "hidden", "veryHidden"]), max_size=3),
    before=st.booleans(),
)
def test_every_cell_is_read_whatever_is_declared(tmp_path_factory, rows, dimension, blank, before):
    path = tmp_path_factory.mktemp("book") / "answers.xlsx"
    others = [sheet(f"empty {at}", {(9, 9): BLANK}, state=s) for at, s in enumerate(blank)]
    filled = sheet("answers", table(rows), dimension=dimension)
    save(path, *(others if before else []), filled, *([] if before else others))
    if not expected(rows):
        assert refused(path)[0].message == "the file is empty"
        return
    found = workbook.read(path)
    assert found.rows == expected(rows)
    assert found.name == "answers"
    assert found.others == [name for name, *_ in others]


@given(
    rows=TABLES, more=TABLES, states=st.lists(st.sampled_from(["visible", "hidden"]), min_size=2)
)
def test_rows_in_two_sheets_or_in_a_hidden_one_are_never_chosen_from(
    tmp_path_factory, rows, more, states
):
    path = tmp_path_factory.mktemp("book") / "answers.xlsx"
    pages = zip(("first", "second"), (rows, more), states, strict=False)
    save(path, *(sheet(name, table(cells), state=state) for name, cells, state in pages))
    held = [bool(expected(cells)) for cells in (rows, more)]
    if all(held):
        (problem,) = refused(path)
        assert "'first'" in problem.message
        assert "'second'" in problem.message
    elif any(held) and states[held.index(True)] == "hidden":
        (problem,) = refused(path)
        assert "hidden" in problem.message
        assert repr(("first", "second")[held.index(True)]) in problem.message
    elif any(held):
        assert workbook.read(path).rows == expected(rows if held[0] else more)


def _openpyxl(path, rows):
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("a")
    for row in rows:
        page.append(row)
    book.save(path)


def _xlsxwriter(path, rows):
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        for line, row in enumerate(rows):
            page.write_row(line, 0, row)


@pytest.mark.parametrize("write", [_openpyxl, _xlsxwriter])
def test_what_libraries_write_reads_as_it_was_put(path, write):
    rows = [["é", "a\nb", "  x ", None], [1, 2.5, 250000, 0.1], [None, "7", "007", " "]]
    write(path, rows)
    assert [cells for _, cells in workbook.read(path).rows] == [
        ["é", "a\nb", "  x ", ""],
        ["1", "2.5", "250000", "0.1"],
        ["", "7", "007", ""],
    ]


def test_cells_without_a_place_follow_one_another(path):
    xml = "<sheetData><row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c><v>4</v></c></row>"
    save(path, ("s", "visible", "worksheet", f"{xml}</sheetData>"))
    assert workbook.read(path).rows == [(1, ["1", "", "3"]), (2, ["4", "", ""])]


def test_shared_strings_are_read_whole_and_without_how_they_are_said(path):
    strings = ["<si><t>one</t></si>", "<si><r><t>t</t></r><r><t xml:space='preserve'>wo </t></r>"
               "<rPh sb='0' eb='1'><t>TOO</t></rPh></si>"]  # fmt: skip
    cells = {(1, 1): typed("s", 1), (1, 2): typed("s", 0)}
    save(path, sheet("s", cells), strings=strings)
    assert workbook.read(path).rows == [(1, ["two ", "one"])]


def test_hidden_rows_and_columns_are_read_and_the_rows_are_named(path):
    xml = '<cols><col min="1" max="2" hidden="1"/></cols><sheetData>'
    xml += '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"><c r="A2"><v>2</v></c>'
    xml += '</row><row r="3" hidden="true"/></sheetData><autoFilter ref="A1:A2"/>'
    save(path, ("s", "visible", "worksheet", xml))
    found = workbook.read(path)
    assert found.rows == [(1, ["1"]), (2, ["2"])]
    assert found.hidden_rows == [2]


def test_a_chart_first_holds_no_rows(path):
    chart = ("Chart", "visible", "chartsheet", "")
    save(path, chart, sheet("answers", table(ROWS)))
    assert workbook.read(path).rows == READ


# ---------------------------------------------------------------------------- how a cell reads


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (number("3.0000000000000004"), "3"),
        (number("2.9999999999999996"), "3"),
        (number("3.0000000001"), "3.0000000001"),
        (number("0.30000000000000004"), "0.3"),
        (number("1.5E3"), "1500"),
        (number("1E-3"), "0.001"),
        (number("12345678901234567"), "12345678901234567"),
        (number("-0.0"), "0"),
        (number(3, style=3), "3"),
        (number("0.07", style=1), "7%"),
        (number(1, style=1), "100%"),
        (number(44928, style=2), "2023-01-02 00:00:00"),
        (number("44928.5", style=2), "2023-01-02 12:00:00"),
        (number("1E12", style=2), "1000000000000"),
        (typed("d", "2023-01-02T12:00:00"), "2023-01-02 12:00:00"),
        (typed("b", 1), "True"),
        (typed("str", "=x"), "=x"),
        (text("==2+3"), "==2+3"),
        (text("_x0041_"), "_x0041_"),
        (text("a\rb"), "a\rb"),
        (formula("A2", "<v>7</v>"), "7"),
        (formula("A2", "<v></v>", "str"), ""),
        (formula("=2+3", "", "s"), "=2+3"),
        (number(3, style=99), "3"),
    ],
)
def test_a_cell_reads_as_it_looks(path, cell, shown):
    save(path, sheet("s", {(1, 1): text("a"), (1, 2): text("b"), (2, 1): text("x"), (2, 2): cell}))
    assert workbook.read(path).rows[1][1] == ["x", shown]


def test_days_are_counted_from_1904_where_the_workbook_says_so(path):
    save(
        path, sheet("s", {(1, 1): number(0.5, 2), (2, 1): number(1, 2)}), properties='date1904="1"'
    )
    assert workbook.read(path).rows[1][1] == ["1904-01-02 00:00:00"]


@pytest.mark.parametrize(
    ("cell", "message", "value"),
    [
        (typed("e", "#N/A"), "the cell holds an error", "#N/A"),
        (formula("1/0", "<v>#DIV/0!</v>", "e"), "the cell holds an error", "#DIV/0!"),
        (formula("1+1"), "a formula without its result", "=1+1"),
        (formula("1+1", "<v/>"), "a formula without its result", "=1+1"),
        (formula("A1", "", "str"), "a formula without its result", "=A1"),
    ],
)
def test_a_cell_without_a_value_is_named(path, cell, message, value):
    save(path, sheet("réponses", table(ROWS) | {(3, 3): cell}))
    (problem,) = refused(path)
    assert problem.message == f"{message} (sheet 'réponses')"
    assert (problem.row, problem.column, problem.value) == ("3", "C", value)


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        (number(44928, style=2), "a date or a time", "2023-01-02 00:00:00"),
        (number(3, style=1), "a percentage", "300%"),
        (typed("b", 1), "true or false", "True"),
        (typed("d", "2023-01-02"), "a date or a time", "2023-01-02"),
    ],
)
def test_what_a_spreadsheet_made_of_an_answer_is_named(path, cell, kind, value):
    save(path, sheet("s", table(ROWS) | {(2, 2): cell}))
    _, (problem,) = textfile.read(path)
    assert problem.message == f"the cell shows {kind} (sheet 's')"
    assert (problem.row, problem.column, problem.value) == ("2", "B", value)


# ---------------------------------------------------------------------------- areas and distances


@pytest.mark.parametrize(
    ("area", "below", "row"), [("B2:B4", 0, "2"), ("B2:B4", 2, "2"), ("A1:C1", 0, "1")]
)
def test_merged_cells_are_named_where_one_value_stands_for_several(path, area, below, row):
    save(path, sheet("s", table(ROWS), merged=[area, "H9:I9", "A2:A2"]))
    (problem,) = workbook.read(path).merged_below(below)
    assert problem.row == row
    assert "merged cells" in problem.message


def test_merged_headings_take_no_answer(path):
    save(path, sheet("s", table(ROWS), merged=["A1:C1"]))
    assert [*workbook.read(path).merged_below(1)] == []
    assert [each.row for each in textfile.read(path)[1]] == ["1"]


@pytest.mark.parametrize("far", [(1048576, 16384), (2500, 1), (2, 300), (1, 16384)])
def test_a_filled_cell_far_from_all_others_is_named_and_a_blank_one_is_none(path, far):
    for cell in (BLANK, number(7)):
        save(path, sheet("s", table(ROWS) | {far: cell}, dimension="A1:XFD1048576"))
        tracemalloc.start()
        if cell is BLANK:
            assert workbook.read(path).rows == READ
        else:
            (problem,) = refused(path)
            assert problem.message.startswith("a cell stands far from all others")
            assert (problem.row, problem.value) == (str(far[0]), "7")
        assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
        tracemalloc.stop()


def test_a_thousand_rows_with_a_blank_cell_at_the_end_take_no_memory(path):
    cells = table(ROWS) | {(row, 16384): BLANK for row in range(1, 1001)}
    save(path, sheet("s", cells))
    tracemalloc.start()
    assert workbook.read(path).rows == READ
    assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    tracemalloc.stop()


def test_more_cells_than_a_survey_has_are_refused(path, monkeypatch):
    save(path, sheet("s", {(row, 90 * row): number(1) for row in range(1, 12)}))
    assert len(workbook.read(path).rows) == 11
    monkeypatch.setattr(workbook, "MOST_CELLS", 1000)
    assert "more than 1,000 cells (sheet 's')" in refused(path)[0].message
    monkeypatch.setattr(workbook, "MOST_CELLS", 10)
    assert "more than 10 cells (sheet 's')" in refused(path)[0].message


def test_a_file_that_unpacks_a_hundredfold_is_not_unpacked(path):
    cells = table(ROWS) | {(5, 1): text("x" * 20_000_000)}
    save(path, sheet("s", cells))
    tracemalloc.start()
    assert "unpack to 19 MB" in refused(path)[0].message
    assert tracemalloc.get_traced_memory()[1] < 2 * 2**20
    tracemalloc.stop()


# ---------------------------------------------------------------------------- what is no workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (OLE + b"Workbook", "an old Excel workbook (.xls)"),
        (b"respondent_id,T01-01\n", "not an XLSX workbook, or a damaged one"),
        (b"", "not an XLSX workbook, or a damaged one"),
    ],
)
def test_another_kind_of_file_under_the_name_is_told(path, content, message):
    path.write_bytes(content)
    assert refused(path)[0].message == message


def test_a_spreadsheet_of_another_office_is_told(path):
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    for part, content, message in [
        ("mimetype", kind, "an OpenDocument spreadsheet (.ods)"),
        ("xl/workbook.bin", "x", "a binary Excel workbook (.xlsb)"),
    ]:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(part, content)
        assert refused(path)[0].message == f"{message}, not an XLSX workbook"


@pytest.mark.parametrize(
    "sheet_xml",
    [
        "<sheetData><row r='1'><c r='A1'><v>1</v></c><c r='A1'><v>2</v></c></row></sheetData>",
        "<sheetData><row r='x'/></sheetData>",
        "<sheetData><row r='1'><c r='1A'><v>1</v></c></row></sheetData>",
        "<sheetData><row r='1'><c r='A1'><v>one</v></c></row></sheetData>",
        "<sheetData><row r='1'><c r='A1' t='s'><v>5</v></c></row></sheetData>",
        "<sheetData><row r='1'>",
    ],
)
def test_a_damaged_sheet_is_refused_whole(path, sheet_xml):
    save(path, ("s", "visible", "worksheet", sheet_xml))
    assert refused(path)[0].message == "not an XLSX workbook, or a damaged one"


def test_a_document_type_and_its_entities_are_refused(path):
    save(path, sheet("s", table(ROWS)))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    inside = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = b'<!DOCTYPE w [<!ENTITY a "3">]>' + inside
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert refused(path)[0].message == "not an XLSX workbook, or a damaged one"


@given(seed=st.integers(0, 10**6), times=st.integers(1, 6))
def test_a_spoilt_workbook_is_read_or_refused_in_words(tmp_path_factory, seed, times):
    rng = random.Random(seed)
    path = tmp_path_factory.mktemp("book") / "answers.xlsx"
    content = bytearray(save(path, sheet("s", table(ROWS))).read_bytes())
    for _ in range(times):
        content[rng.randrange(len(content))] = rng.randrange(256)
    path.write_bytes(content)
    found, problems = textfile.read(path)
    assert isinstance(found, pd.DataFrame) or problems
