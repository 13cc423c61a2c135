"""Labels of raw files are text wherever they show: in pages, charts, PDF and spreadsheets."""

import csv
import re
import xml.etree.ElementTree as ElementTree

import openpyxl
import pytest

from barolib.run import notebooks, run
from support import published as shared

#: One attempt for each reader: HTML and its attributes, Markdown, Pandoc, Jinja2, Typst, a shell.
ATTEMPTS = """\
</title></text><script>alert(1)</script><img src=x onerror=alert(2)> "><b onclick='alert(3)'>
[a](javascript:alert(4)) ![b](c.png){onload=d} ::: {.e} | f $g$ @h ^i^ `j`{=html} \\k **l** ]]>
{{ 6 * 7 }} {% m %} {## n ##} #panic("o") #p[q] *r* // s $(touch injected) `touch injected` & u"""
HOSTILE = " ".join(ATTEMPTS.split())
#: What a spreadsheet would calculate.
FORMULA = "=1+1"


def attributes(soup):
    return [(tag.name, name, tag[name]) for tag in soup.find_all(True) for name in tag.attrs]


def bare(text):
    """Letters and digits only: hyphens, quotes and spaces are the typesetter's."""
    return "".join(re.findall(r"[^\W_]", text))


@pytest.fixture
def output(answered, monkeypatch):
    """The study of six respondents with hostile labels, run and rendered for real."""
    monkeypatch.setattr(notebooks, "execute", shared.execute_here)
    settings = answered.text("edition.yml")
    for name in ("Essai", "Mise en œuvre", "Ville"):
        assert f"fr: {name}," in settings
        label = f"{name} {HOSTILE}".replace("'", "''")
        settings = settings.replace(f"fr: {name},", f"fr: '{label}',")
    answered.write("edition.yml", settings)
    answered.cell("themes.csv", "T01", "label_fr", f"Première {HOSTILE}")
    answered.cell("questionnaire.csv", "T01-01", "label_fr", f"Un {HOSTILE}")
    answered.cell("questionnaire.csv", "T01-02", "label_fr", FORMULA)
    answered.cell("respondents.csv", "R1", "name", "Somebody")
    run.run(
        answered.layout,
        shared.run_config("2030", ["fr"]),
        run.ExecutionOptions(1),
        lambda text: None,
    )
    return answered.layout.output("2030", "fr")


@pytest.mark.slow
def test_a_hostile_label_is_shown_as_it_is_and_does_nothing(output, answered):
    root = answered.layout.root
    pages = {path.stem: shared.read_page(path) for path in output.glob("*.html")}
    for name, soup in pages.items():
        scripts = shared.EXPLORE_SCRIPTS if name == "explore" else shared.SCRIPTS
        assert [tag.get("src") for tag in soup.find_all("script")] == scripts
        for tag, name, value in attributes(soup):
            assert not name.startswith("on"), tag
            assert not str(value).strip().startswith("javascript:"), (tag, name)
        assert not soup.find_all(src="x")
    assert bare(f"Première {HOSTILE}") in bare(pages["T01"].h1.get_text())
    assert bare(f"Un {HOSTILE}") in bare(pages["T01"].get_text())
    assert bare(f"Mise en œuvre {HOSTILE}") in bare(pages["T01"].get_text())
    assert bare(f"Un {HOSTILE}") in bare(shared.pdf_text(output / "barometre-2030.pdf"))
    for chart in answered.layout.figures("2030").rglob("*.svg"):
        tags = {tag.tag.rpartition("}")[2] for tag in ElementTree.parse(chart).iter()}
        assert not tags & {"script", "img", "b", "foreignObject"}
    assert not [*root.rglob("injected"), *shared.ROOT.glob("injected")]
    for path in output.rglob("*.*"):
        assert b"Somebody" not in path.read_bytes(), path


@pytest.mark.slow
def test_no_cell_of_a_workbook_or_a_csv_file_is_a_formula(output, answered):
    books = [
        output / "downloads" / "tables.xlsx",
        answered.layout.processed("2030") / "tables.xlsx",
    ]
    for book in map(openpyxl.load_workbook, books):
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n", "b"}
    texts = [
        cell
        for path in (output / "downloads").glob("*.csv")
        for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
        for cell in row
    ]
    assert len(texts) > 100
    assert not [each for each in texts if re.match(r"[=+@\t\r]|-(?!\d)", each)]
