"""Exports as files: whatever a tool or an office wrote is read whole, or refused with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barolib.errors import StudyError
from barolib.importers.exportfile import read
from support.workbooks import BLANK, formula, number, save, sheet, table, text, typed

ROWS = [["Date", "Nom", "T01-01"], ["2025-03-10", "Île-d’Œil", "NC"], ["2025-03-11", "Été", "4"]]
WORDS = st.text(st.sampled_from("aé€; ,|\t'=-1"), min_size=1, max_size=8)


@pytest.fixture
def path(tmp_path):
    """A function: the path of a file of that name, with those bytes in it."""

    def write(content, name="export.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refused(path, heading_rows=None):
    with pytest.raises(StudyError) as error:
        read(path, heading_rows)
    (problem,) = error.value.problems
    assert problem.file == path.name
    assert problem.fix
    return problem


def cells(export):
    return [[*export.table], *export.table.fillna("").values.tolist()]


# ---------------------------------------------------------------------------- CSV


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("said", ["", "sep={}", '"sep={}"'])
def test_every_usual_form_says_the_same(path, mark, said, code, end):
    lines = [said.format(mark)] * bool(said) + [mark.join(row) for row in ROWS]
    export = read(path((end.join(lines) + end).encode(code)))
    assert cells(export) == ROWS
    assert export.table.index.tolist() == (["3", "4"] if said else ["2", "3"])
    assert (export.sheet, export.doubts) == ("", ())


def test_one_broken_byte_is_named_and_makes_no_other_letters_of_the_rest(path):
    content = "\r\n".join(";".join(row) for row in ROWS).encode()
    problem = refused(path(content.replace("Été".encode(), b"\xc3t\xc3\xa9")))
    assert (problem.message, problem.row, problem.value) == (
        "the file is not UTF-8",
        "3",
        "byte C3",
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("sep=,\nDate;Nom\n1;2\n", "the first line says sep=,, which parts no cells"),
        ("Date;Nom;T01-01\n", "the export holds headings and no response"),
        (" \n;;\n", "no separator makes columns of it"),
        ("Date;Nom\n1;2\n1;2;3\n", "the row has 3 cells, the header 2"),
        ("Date;Nom\n1;2\n1\n", "the row has 1 cells, the header 2"),
        ('Date;Nom\n1;"2\n', "not CSV: a quote stands alone"),
        ('[{"id": 1, "a": 2},\n{"id": 1, "a": 2}]\n', "not a text in"),
        ("<table><tr><td>a;b</td></tr></table>", "not a text in"),
        (b"PK\x03\x04 a;b", "not an XLSX workbook"),
        (b"\xd0\xcf\x11\xe0 a;b", "an old Excel workbook (.xls)"),
        (b"a;b\n1;\0\n", "not a text in"),
    ],
)
def test_what_is_no_export_is_one_clear_problem(path, content, words):
    assert words in refused(path(content)).message


@pytest.mark.parametrize("count", [0, -1])
def test_headings_take_a_row(path, count):
    assert refused(path("a;b\n1;2\n"), count).value == str(count)


# ---------------------------------------------------------------------------- workbooks


@given(
    rows=st.lists(st.lists(st.one_of(WORDS, st.integers(0, 99)), min_size=3, max_size=3),
                  min_size=1, max_size=6),
    dimension=st.sampled_from(["A1", "A1:B1", "A1:XFD1048576"]),
    blank=st.sampled_from(["visible", "hidden", None]),
)  # fmt: skip
def test_no_response_of_a_workbook_is_left_out(tmp_path_factory, rows, dimension, blank):
    path = tmp_path_factory.mktemp("book") / "export.xlsx"
    before = [sheet("empty", {}, state=blank)] if blank else []
    save(path, *before, sheet("réponses", table([["a", "b", "c"], *rows]), dimension=dimension))
    shown = [[" ".join(str(cell).split()) for cell in row] for row in rows]
    shown = [row for row in shown if any(row)]
    if not shown:
        assert "no response" in refused(path).message
        return
    export = read(path, 1)
    assert cells(export)[1:] == shown
    assert export.sheet == "réponses"
    assert [("'empty'" in doubt) for doubt in export.doubts] == [True] * bool(blank)


def test_a_workbook_under_any_name_is_read_as_one(path, tmp_path):
    book = save(tmp_path / "a.xlsx", sheet("s", table(ROWS)))
    for name in ("export.csv", "export.xls", "export.XLSX", "export"):
        assert cells(read(path(book.read_bytes(), name))) == ROWS


def test_dates_flags_and_percentages_of_an_export_are_read(path, tmp_path):
    row = {(2, 1): number("45726.5", 2), (2, 2): typed("b", 1), (2, 3): number(1, 1)}
    book = save(tmp_path / "export.xlsx", sheet("s", table([["a", "b", "c"]]) | row))
    assert cells(read(book))[1:] == [["2025-03-10 12:00:00", "True", "100%"]]


def test_a_text_that_begins_with_an_equals_sign_is_text_however_it_is_written(tmp_path):
    for cell in (text("=2+3"), formula("=2+3", "", "s"), typed("str", "=2+3"), typed("s", 0)):
        rows = table([["a", "b"], ["x", None]]) | {(2, 2): cell}
        book = save(tmp_path / "e.xlsx", sheet("s", rows), strings=["<si><t>=2+3</t></si>"])
        assert cells(read(book))[1:] == [["x", "=2+3"]]


def test_merged_answers_are_refused_and_merged_headings_are_not(tmp_path):
    rows = table([["Thème", None], ["a", "b"], ["1", "2"], ["3", "4"]])
    book = save(tmp_path / "e.xlsx", sheet("s", rows, merged=["A1:B1"]))
    assert cells(read(book, 2)) == [["Thème / a", "Thème / b"], ["1", "2"], ["3", "4"]]
    assert cells(read(book, known={"b"})) == cells(read(book, 2))
    save(book, sheet("s", rows, merged=["A1:B1", "A3:A4"]))
    problem = refused(book, 2)
    assert (problem.row, problem.column, problem.value) == ("3", "A", "1")
    assert problem.message == "merged cells: one value stands for several (sheet 's')"


def test_hidden_rows_are_read_and_asked_about(tmp_path):
    xml = "<sheetData><row r='1'><c r='A1'><v>7</v></c><c r='B1'><v>8</v></c></row>"
    xml += "<row r='2' hidden='1'><c r='A2'><v>1</v></c></row></sheetData>"
    book = save(tmp_path / "e.xlsx", ("s", "visible", "worksheet", xml), sheet("blank", {}))
    export = read(book)
    assert cells(export) == [["7", "8"], ["1", ""]]
    assert export.doubts == (
        "the sheet 's' is read; without rows: 'blank'",
        "rows that the sheet hides are read like the others (1): 2",
    )


def test_another_sheet_with_a_single_cell_stops_the_import(tmp_path):
    notes = sheet("Notes", {(3, 2): text("à voir"), (1, 1): BLANK}, state="veryHidden")
    book = save(tmp_path / "e.xlsx", sheet("s", table(ROWS)), notes)
    assert refused(book).message == "several sheets hold rows: 's', 'Notes' (hidden)"
