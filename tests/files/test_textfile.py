import pytest

from barolib.files import textfile


@pytest.fixture
def read(tmp_path):
    """A function: reads the bytes as a file t.csv."""

    def write_and_read(content):
        path = tmp_path / "t.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return textfile.read(path)

    return write_and_read


def fault(found):
    """The only problem of a file that cannot be read as rows."""
    table, (problem,) = found
    assert table is None
    assert problem.file == "t.csv"
    assert problem.fix
    return problem


def test_cells_are_text_as_written_and_blank_cells_are_missing(read):
    table, problems = read('a,b,c\n007, x ,\n"1,5","é ""q""",   \n')
    assert problems == []
    assert table["a"].tolist() == ["007", "1,5"]
    assert table["b"].tolist() == [" x ", 'é "q"']
    assert table["c"].isna().all()
    assert all(str(dtype) == "str" for dtype in table.dtypes)


def test_rows_are_named_by_the_line_on_which_they_begin(read):
    table, problems = read('a,b\n1,2\n\n"three\nlines\nhere",4\n5,6\n')
    assert problems == []
    assert table.index.tolist() == ["2", "4", "7"]


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfa,b\n1,\xc3\xa9\n", b"a,b\r\n1,\xc3\xa9\r\n"])
def test_a_byte_order_mark_and_windows_line_ends_change_nothing(read, content):
    table, problems = read(content)
    assert problems == []
    assert table.columns.tolist() == ["a", "b"]
    assert table.loc["2"].tolist() == ["1", "é"]


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    table, (problem,) = textfile.read(tmp_path / "2021" / "themes.csv")
    assert table is None
    assert problem.message == "the file is missing"
    assert problem.fix == "put themes.csv into 2021/"


@pytest.mark.parametrize("content", ["", " \n\n", b"\xef\xbb\xbf"])
def test_an_empty_file(read, content):
    assert fault(read(content)).message == "the file is empty"


def test_a_header_without_rows(read):
    table, (problem,) = read("a,b\n")
    assert table.empty
    assert problem.message == "the file holds a header and no row"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("a,b\n1,2\n3,é\n".encode("cp1252"), ("the file is not UTF-8", "3", "byte E9")),
        (b"a,b\r1,2\r3,\xc3\xa9\r4,\xc3\r", ("the file is not UTF-8", "4", "byte C3")),
        (b"a,b\r\n1,\xff\r\n", ("the file is not UTF-8", "2", "byte FF")),
        ("a,b\n1,é\n".encode("utf-16"), ("the file is UTF-16, not UTF-8", "1", "")),
        ("a,b\n1,2\n".encode("utf-16-le"), ("a byte 0 stands in the text", "1", "")),
        (b"a,b\n1,2\n3,\0\n", ("a byte 0 stands in the text", "3", "")),
    ],
)
def test_another_encoding_is_named_with_its_first_line(read, content, found):
    problem = fault(read(content))
    assert (problem.message, problem.row, problem.value) == found
    assert "UTF-8" in problem.fix


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_workbook_under_the_name_of_a_csv_file_is_told(read, content):
    assert fault(read(content)).message == "the file is a workbook, not CSV"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("said", ["", "sep={}", '"sep={}"', "SEP={}", "sep={0}{0}{0}"])
def test_any_usual_separator_is_recognised_and_the_line_that_says_it(read, mark, said, end):
    rows = [said.format(mark)] * bool(said) + [f"a{mark}b", f'é{mark}"2{mark}3"', mark]
    for bom in ("", "\ufeff"):
        table, problems = read(bom + end.join(rows) + end)
        assert problems == []
        assert table.to_dict("list") == {"a": ["é"], "b": [f"2{mark}3"]}
        assert table.index.tolist() == ["3" if said else "2"]


def test_a_separator_that_parts_nothing_is_named(read):
    problem = fault(read("sep=,\na;b\n1;2\n"))
    assert problem.message == "the first line says that ',' parts cells, and ';' parts them"
    assert (problem.row, problem.fix) == ("1", "write sep=;, or remove the line")
    _, (problem,) = read("a;b\n1,2\n")
    assert problem.message == "the row has 1 cells, the header 2"
    assert fault(read("sep=;\n")).message == "the file is empty"


def test_blank_lines_before_the_header_are_no_header(read):
    table, problems = read("\n , \na,b\n1,2\n")
    assert problems == []
    assert table.to_dict("index") == {"4": {"a": "1", "b": "2"}}


def test_columns_that_are_blank_to_the_end_are_no_columns(read):
    table, problems = read("a,b,,\n1,,,\n")
    assert problems == []
    assert list(table) == ["a", "b"]


@pytest.mark.parametrize(
    ("header", "message", "column"),
    [
        ("a,b,a", "the column stands twice", "a"),
        ("a,,c", "the column has no name", "2"),
        ("a,b, ", "the column has no name", "3"),
    ],
)
def test_a_column_needs_one_name_of_its_own(read, header, message, column):
    problem = fault(read(f"{header}\n1,2,3\n"))
    assert (problem.message, problem.column) == (message, column)


def test_every_ragged_row_is_reported_and_the_others_are_read(read):
    table, problems = read("a,b\n1\n2,3\n4,5,6\n,\n")
    assert [(each.row, each.message) for each in problems] == [
        ("2", "the row has 1 cells, the header 2"),
        ("4", "the row has 3 cells, the header 2"),
    ]
    assert table.loc["3"].tolist() == ["2", "3"]


@pytest.mark.parametrize("rest", ["6,7\n", '6,"7"\n'])
def test_an_unclosed_quote_is_named_with_the_row_where_it_opens(read, rest):
    problem = fault(read(f'a,b\n1,2\n3,"4\n5,6\n{rest}'))
    assert problem.row == "3"
    assert problem.fix == "close the quotes of the row"


def test_an_unclosed_quote_in_the_header(read):
    assert fault(read('a,"b\n1,2\n')).row == "1"
