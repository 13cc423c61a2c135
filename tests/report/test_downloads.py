"""What can be taken away: aggregates alone, whole, and harmless in a spreadsheet."""

import openpyxl
import pandas as pd
import pytest

from barolib.report import downloads, publication
from barolib.survey import contracts, tables
from support import answering
from support import published as shared

CORRECTIONS = """\
file,key,column,printed,corrected,reason,evidence
answers.csv,R1,T01-01,4,3,Misread,A letter of R1
"""


def test_no_public_table_names_a_respondent():
    public = {k: v for k, v in contracts.dictionary()["processed"].items() if v["public"]}
    assert {"distributions", "theme_scores", "subgroup_stages"} <= set(public)
    assert not {"answers", "scores", "groups"} & set(public)
    assert not [name for name, about in public.items() if "respondent_id" in about["columns"]]


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_the_annex_offers_every_file_and_the_files_are_the_tables(published, lang):
    folder = published.output(lang) / "downloads"
    links = [a["href"] for a in published.soup(lang, "annex").select("#tab-offered a")]
    offered = {path.name for path in folder.iterdir() if path.suffix != ".html"}
    assert {link.removeprefix("downloads/") for link in links} == offered
    held = [
        published.processed,
        *published.processed.parent.glob(f"{published.processed.name}_vs_*"),
    ]
    found = {}
    for place in held:
        found |= downloads.publishable(tables.written(place))
    assert offered == {f"{name}.csv" for name in found} | {"tables.xlsx"}
    book = openpyxl.load_workbook(folder / "tables.xlsx")
    assert book.sheetnames == ["dictionary", *found, "charts_fr", "charts_en"]
    for name, table in found.items():
        read = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        assert list(read) == list(table)
        assert len(read) == len(table) == book[name].max_row - 1
    sheet = book[f"charts_{lang}"]
    assert len(sheet._charts) == found["theme_distributions"]["theme_id"].nunique()
    labels = published.raw.questionnaire.set_index(f"label_{lang}")["affirmation_id"]
    counted = found["distributions"].groupby("affirmation_id")["n"].agg(list)
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] in labels]
    assert {labels[row[0]] for row in rows} == {*counted.index}
    assert all([*row[1:7]] == counted[labels[row[0]]] for row in rows)
    shares = pd.read_csv(folder / "distributions.csv")["share"]
    assert shares.tolist() == pytest.approx(found["distributions"]["share"].tolist())


@pytest.fixture
def personal(small):
    """A published study of six respondents, one of whose answers is corrected."""
    for path in small.raw("2030").iterdir():
        path.unlink()
    files = answering.FILES | {"corrections.csv": CORRECTIONS}
    files["respondents.csv"] = files["respondents.csv"].replace(",A,", ",Agglopole,")
    for name, content in files.items():
        (small.raw("2030") / name).write_text(content, encoding="utf-8")
    raw = shared.process_here(small, "2030")
    return publication.fill(small, raw, "fr"), small.processed("2030")


@pytest.mark.slow
def test_no_respondent_is_in_what_is_published(personal):
    build, processed = personal
    log = pd.read_parquet(processed / "cleaning_log.parquet")
    assert log["row"].tolist() == ["R1"]
    assert {"scores.parquet", "tables.xlsx"} <= {path.name for path in processed.iterdir()}
    files = [*build.glob("*.qmd"), *build.glob("figures/*"), *build.glob("downloads/*.csv")]
    said = {path.name: path.read_text(encoding="utf-8-sig") for path in files}
    book = openpyxl.load_workbook(build / "downloads" / "tables.xlsx")
    said["tables.xlsx"] = " ".join(str(c) for s in book for row in s.values for c in row)
    assert len(said) > 20
    for name, text in said.items():
        for secret in ("respondent_id", "R1", "R2", "R6", "Agglopole", "letter"):
            assert secret not in text, f"{secret} is in {name}"


def test_a_text_that_a_spreadsheet_would_calculate_stays_text(small):
    raw = shared.process_here(small, "2030")
    folder = small.processed("2030")
    log = tables.read(folder, raw.edition, "cleaning_log")
    spoiled = ["=1+1", "+33", "-2", "@sum", "\tx", "a=b", "'=1"]
    log = pd.concat([log.iloc[:1]] * len(spoiled)).assign(before=spoiled)
    tables.write(folder, raw.edition, cleaning_log=log)
    downloads.write(folder)
    read = pd.read_csv(folder / downloads.FOLDER / "cleaning_log.csv", dtype=str)["before"]
    assert read.tolist() == ["'=1+1", "'+33", "'-2", "'@sum", "'\tx", "a=b", "'=1"]
    sheet = openpyxl.load_workbook(folder / downloads.FOLDER / "tables.xlsx")["cleaning_log"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n"}


def test_negative_numbers_are_not_escaped():
    table = pd.DataFrame({"delta": [-1.5], "name": pd.Series(["-"], dtype="str")})
    assert downloads._escaped(table).values.tolist() == [[-1.5, "'-"]]
