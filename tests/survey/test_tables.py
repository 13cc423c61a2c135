import shutil
import zipfile

import openpyxl
import pandas as pd
import pytest

from barolib.errors import StudyError
from barolib.survey import contracts, tables


@pytest.fixture(scope="module")
def edition(raw2021):
    return raw2021.edition


@pytest.fixture(scope="module")
def written(edition, tables2021, tmp_path_factory):
    """Every table of 2021 and their workbook, written; not to be changed."""
    folder = tmp_path_factory.mktemp("written")
    tables.write(folder, edition, **tables2021)
    tables.write_workbook(folder)
    return folder


@pytest.fixture
def folder(written, tmp_path):
    """A copy of every table of 2021, to be changed."""
    for path in written.glob("*.parquet"):
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def sheets(written):
    """The cells of each sheet of the workbook."""
    book = openpyxl.load_workbook(written / tables.WORKBOOK)
    found = {sheet.title: [[cell.value for cell in row] for row in sheet] for sheet in book}
    book.close()
    return found


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_is_read_back_with_its_types(folder, edition, tables2021):
    assert names(folder) == sorted(f"{name}.parquet" for name in tables2021)
    for name, table in tables2021.items():
        again = tables.read(folder, edition, name)
        pd.testing.assert_frame_equal(again, table.reset_index(drop=True), obj=name)


def test_the_same_tables_give_the_same_bytes(written, edition, tables2021, tmp_path):
    tables.write(tmp_path, edition, **tables2021)
    tables.write_workbook(tmp_path)
    assert names(tmp_path) == names(written)
    for name in names(written):
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes(), name


def test_no_part_of_the_workbook_carries_the_moment_of_writing(written):
    with zipfile.ZipFile(written / tables.WORKBOOK) as book:
        assert {each.date_time[0] for each in book.infolist()} == {1980}
        core = book.read("docProps/core.xml").decode()
    assert core.count("2000-01-01T00:00:00Z") == 2


def test_a_table_that_breaks_its_contract_is_refused_and_no_file_appears(tmp_path, raw2021):
    printed = pd.DataFrame({"printed_row": ["P1"]}, dtype="str")
    with pytest.raises(StudyError) as caught:
        tables.write(tmp_path / "new", raw2021.edition, cleaning_log=raw2021.log, printed=printed)
    assert {each.file for each in caught.value.problems} == {"printed"}
    assert "subject" in {each.column for each in caught.value.problems}
    assert not (tmp_path / "new").exists() or names(tmp_path / "new") == []


def test_a_write_that_fails_leaves_the_former_file(folder, edition, tables2021, monkeypatch):
    before = {name: (folder / name).read_bytes() for name in names(folder)}

    def torn(self, path, **options):
        path.write_bytes(b"PAR1 half of a")
        raise OSError("no space left")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", torn)
    with pytest.raises(OSError, match="no space left"):
        tables.write(folder, edition, claims=tables2021["claims"].iloc[:3])
    after = {name: (folder / name).read_bytes() for name in before}
    assert after == before
    assert len(tables.read(folder, edition, "claims")) == len(tables2021["claims"])


def test_a_table_not_there_yet_is_asked_for_with_the_command_that_makes_it(tmp_path, edition):
    with pytest.raises(StudyError) as caught:
        tables.read(tmp_path, edition, "claims")
    (problem,) = caught.value.problems
    assert problem.file == "claims.parquet"
    assert "barolib run" in problem.fix


def test_a_table_changed_on_the_disk_is_refused(folder, edition, tables2021):
    changed = tables2021["distributions"].assign(level=9)
    changed.to_parquet(folder / "distributions.parquet", index=False)
    with pytest.raises(StudyError) as caught:
        tables.read(folder, edition, "distributions")
    assert {each.column for each in caught.value.problems} == {"level"}


def test_the_tables_of_a_folder_are_listed_in_the_order_of_the_contracts(folder, edition):
    order = list(contracts.processed_contracts(edition))
    found = list(tables.written(folder))
    assert found == [name for name in order if name in found]
    assert set(found) == {name.removesuffix(".parquet") for name in names(folder)}


def test_every_column_of_every_table_has_its_meaning(edition):
    for kind, schemas in [
        ("raw", contracts.raw_contracts(edition)),
        ("processed", contracts.processed_contracts(edition)),
    ]:
        described = contracts.dictionary()[kind]
        assert set(described) == set(schemas)
        for name, about in described.items():
            columns = {
                column.replace("*", str(level))
                for column in about["columns"]
                for level in (edition.levels if column.endswith("*") else [0])
            }
            assert columns == set(schemas[name].columns), name
            assert about["row"].strip(), name
            assert all(meaning.strip() for _, meaning in about["columns"].values()), name


def test_the_workbook_holds_every_table_after_its_dictionary(sheets, tables2021):
    assert next(iter(sheets)) == "dictionary"
    assert set(sheets) == {"dictionary", *tables2021}
    for name, table in tables2021.items():
        header, *rows = sheets[name]
        assert header == table.columns.tolist(), name
        assert len(rows) == len(table), name
    n = [row[sheets["distributions"][0].index("n")] for row in sheets["distributions"][1:]]
    assert n == tables2021["distributions"]["n"].tolist()


def test_a_table_of_a_folder_is_read_once_it_is_asked_for(folder, monkeypatch):
    asked, read = [], pd.read_parquet
    monkeypatch.setattr(pd, "read_parquet", lambda path: asked.append(path.stem) or read(path))
    found = tables.written(folder)
    assert "nonesuch" not in found
    assert "printed" in found
    assert asked == []
    assert len(found["printed"]) == len(found["printed"]) > 0
    assert asked == ["printed"]


def test_the_workbooks_dictionary_covers_every_column_of_every_table(
    sheets, written, edition, tables2021
):
    header, *rows = sheets["dictionary"]
    assert header == ["table", "a row is", "column", "meaning"]
    assert [(row[0], row[2]) for row in rows] == [
        (name, column) for name in tables.written(written) for column in tables2021[name]
    ]
    assert all(cell and cell.strip() for row in rows for cell in row)


def test_a_cell_stays_the_text_that_it_is(tmp_path, edition, raw2021):
    texts = ["=1+1", "=HYPERLINK(0)", "{=1+1}", "+1", "-1", "@SUM(1)", "https://a.example"]
    log = raw2021.log.assign(reason=texts, before="007")
    tables.write(tmp_path, edition, cleaning_log=log)
    book = openpyxl.load_workbook(tables.write_workbook(tmp_path))
    cells = [cell for row in book["cleaning_log"].iter_rows(min_row=2) for cell in row]
    assert [cell.value for cell in cells[6::7]] == texts
    assert {cell.value for cell in cells[3::7]} == {"007"}
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    book.close()


def test_a_table_too_long_for_a_sheet_is_told_in_the_dictionary(
    written, edition, tmp_path, monkeypatch
):
    found = tables.written(written)
    monkeypatch.setattr(tables, "_LARGEST_SHEET", len(found["reconstructions"]))
    path = tables.save_workbook(tmp_path / "short.xlsx", found)
    book = openpyxl.load_workbook(path)
    assert "reconstructions" not in book.sheetnames
    assert "cleaning_log" in book.sheetnames
    told = {row[0].value: row[3].value for row in book["dictionary"]}
    assert told["reconstructions"] == f"{len(found['reconstructions'])} rows: too many for a sheet"


def test_a_workbook_that_fails_leaves_the_former_one(folder, edition, monkeypatch):
    path = folder / tables.WORKBOOK
    path.write_bytes(before := b"the former workbook")

    def torn(self, writer, **options):
        raise OSError("no space left")

    monkeypatch.setattr(pd.DataFrame, "to_excel", torn)
    with pytest.raises(OSError, match="no space left"):
        tables.write_workbook(folder)
    assert path.read_bytes() == before


def test_an_edition_of_another_scale_has_its_own_columns(tiny, process, tmp_path):
    raw = tiny.read()
    found = process(raw)
    found.pop("repairs")
    tables.write(tmp_path / "out", raw.edition, **found)
    again = tables.read(tmp_path / "out", raw.edition, "reconstructions")
    assert [name for name in again if name.startswith("n")] == ["n1", "n2", "n3", "n4"]


def test_an_edition_without_an_impossible_row_writes_its_empty_table(tiny, process, tmp_path):
    raw = tiny.read()
    found = process(raw)
    assert found["repairs"].empty
    tables.write(tmp_path / "out", raw.edition, **found)


def test_an_edition_without_a_whole_theme_writes_its_empty_tables(tiny, process, tmp_path):
    tiny.drop_rows("published_distributions.csv", lambda row: row["printed_row"] == "R1")
    tiny.replace("questionnaire.csv", "First,,,new", "First,X1,,new")
    raw = tiny.read()
    found = process(raw)
    assert found["theme_distributions"].empty
    assert found["theme_scores"].empty
    found.pop("repairs")
    tables.write(tmp_path / "out", raw.edition, **found)
