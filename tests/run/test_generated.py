"""Editions of any make run from raw files to HTML and PDF: what no code may take for granted."""

import re
from collections import Counter

import openpyxl
import pytest

from barolib.files.characters import of_fonts
from barolib.report.links import broken_links
from barolib.run import notebooks, run
from barolib.survey import publishable
from support import answering
from support import published as shared


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Runs the notebooks' cells in this process."""
    monkeypatch.setattr(notebooks, "execute", shared.execute_here)


def distributions(study, levels):
    """The percents of each affirmation that anybody answered, counted from the file alone."""
    header, *rows = study.rows("answers.csv")
    found = {}
    for place, item in enumerate(header[1:], start=1):
        counts = Counter(row[place] for row in rows if row[place].isdigit())
        base = sum(counts.values())
        found[item] = [(200 * counts[str(n)] + base) // (2 * base) for n in range(1, levels + 1)]
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("themes", "levels", "statuses"), [(3, 4, 2), (15, 7, 6)])
def test_any_number_of_themes_levels_and_statuses_is_published(tiny, themes, levels, statuses):
    answering.generated(tiny, themes, levels, statuses)
    run.run(
        tiny.layout,
        run.RunConfig("2030", ["fr"], "embedded"),
        run.ExecutionOptions(),
        lambda text: None,
    )
    output, expected = tiny.layout.output("2030", "fr"), distributions(tiny, levels)
    shown = {}
    for number in range(1, themes + 1):
        page = shared.read_page(output / f"T{number:02}.html")
        for row in page.select("tbody tr"):
            label, *cells = [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
            shown[label.removeprefix("Point ")] = cells[:levels]
    assert {item: [str(p) for p in row] for item, row in expected.items()} == {
        item: cells for item, cells in shown.items() if item in expected
    }
    text = shared.pdf_text(output / "barometre-2030.pdf")
    assert all(f"Domaine {number}" in text for number in range(1, themes + 1))
    assert all(f"Palier {level}" in text for level in range(1, levels + 1))


# ---------------------------------------------------------------------------------- characters


@pytest.mark.slow
def test_every_character_that_check_lets_pass_is_published_in_pages_and_pdf(tiny):
    answering.generated(tiny, 3, 4, 2)
    shown = of_fonts(tiny.layout.fonts)
    fit = sorted(each for each in shown if publishable.fault_of(f"a{each}b", shown) is None)
    labels = [" ".join(f"a{each}b" for each in fit[place::9]) for place in range(9)]
    for name, own in (("themes.csv", labels[:3]), ("questionnaire.csv", labels[3:])):
        header, *rows = tiny.rows(name)
        place = header.index("label_fr")
        for row, label in zip(rows, own, strict=True):
            row[place] = label
        tiny.save(name, [header, *rows])
    published(tiny)
    output = tiny.layout.output("2030", "fr")
    pages = map(shared.read_page, output.glob("T*.html"))
    page = " ".join(" ".join(each.get_text(" ").split()) for each in pages)
    assert [each for each in labels if " ".join(each.split()) not in page] == []
    text = shared.pdf_text(output / "barometre-2030.pdf")
    assert [each for label in labels for each in label.split() if each not in text] == []


# ---------------------------------------------------------------------------------- ids

#: Letters with accents, signs between words, the longest that may be, names of columns and groups.
IDS = {"T01": "Thème-é", "T02": "T.2", "T03": "Collectivités_et.usagers-au-numérique-AB"}
IDS |= {"T01-1": "Œ.1", "T01-2": "line", "T02-1": "cell", "T02-2": "2021-1", "T03-1": "status"}
IDS |= {"T03-2": "affirmation_id", "k0": "leaders", "k1": "métropole"}


@pytest.mark.slow
def test_whatever_check_takes_for_an_id_is_published(tiny):
    answering.generated(tiny, 3, 4, 2)
    for name in (
        "themes.csv",
        "questionnaire.csv",
        "answers.csv",
        "respondents.csv",
        "edition.yml",
    ):
        text = tiny.text(name)
        for old, new in IDS.items():
            text = re.sub(rf"(?<!Point )\b{old}(?![\w-])", new, text)
        tiny.write(name, text)
    assert published(tiny) >= {IDS["T01"], IDS["T02"], IDS["T03"]}
    output = tiny.layout.output("2030", "fr")
    assert broken_links(output) == []
    for theme in ("T01", "T02", "T03"):
        page = shared.read_page(output / f"{IDS[theme]}.html")
        anchors = {each["id"] for each in page.find_all(id=True)}
        own = [IDS[f"{theme}-{n}"] for n in (1, 2)]
        assert anchors >= {f"tab-{IDS[theme]}", f"whole-{IDS[theme]}", *own}
        rows = page.find(id=f"tab-{IDS[theme]}").select("tbody th")
        assert [each.get_text() for each in rows[:2]] == [f"Point {theme}-{n}" for n in (1, 2)]
    parts = tiny.layout.build("2030", "fr").glob("barometre-2030*.typ")
    text = "".join(path.read_text(encoding="utf-8") for path in parts)
    assert 'link("' not in text  # each leads to a place of the PDF
    assert all(f"#link(<{IDS[theme]}>)" in text for theme in ("T01", "T02", "T03"))


# ---------------------------------------------------------------------------------- fewer files


def published(study):
    """Runs the study and returns the pages of the publication."""
    run.run(
        study.layout,
        run.RunConfig(study.edition, ["fr"], "embedded"),
        run.ExecutionOptions(),
        lambda text: None,
    )
    return {path.stem for path in study.layout.output(study.edition, "fr").glob("*.html")}


def test_answers_without_statuses_sizes_or_names(answered):
    kept = answered.text("edition.yml").split("statuses:")[0]
    answered.write("edition.yml", f"{kept}seed: 1\n")
    rows = [[row[0], "", "", ""] for row in answered.rows("respondents.csv")[1:]]
    header = ["respondent_id", "name", "status", "population"]
    answered.save("respondents.csv", [header, *rows])
    assert {"index", "T01", "T02", "groups"} <= published(answered)


def test_printed_tables_only_without_a_panel(tiny):
    tiny.replace("edition.yml", "panel: {respondents: 8}\n", "")
    tiny.remove("published_claims.csv")
    tiny.write("published_distributions.csv", PRINTED)
    assert {"index", "T01"} <= published(tiny)


PRINTED = """\
printed_row,printed_as,p1,p2,p3,p4,page
R2,T01-01,14,29,43,14,8
R3,T01-02,0,13,38,50,8
"""


# ---------------------------------------------------------------------------------- held by others


def test_the_same_answers_kept_in_another_way_are_the_same(tiny):
    """Labels and numbers in a workbook, columns and rows in another order, semicolons, marks."""
    answering.generated(tiny, 3, 4, 2)
    key = ["respondent_id", "affirmation_id"]
    before = tiny.read().answers.sort_values(key, ignore_index=True)
    book, ways = openpyxl.Workbook(), (float, lambda cell: f"palier {cell}", "Step {} ".format)
    for line, row in enumerate(tiny.rows("answers.csv")):
        told = [ways[line % 3](cell) if cell.isdigit() else cell or None for cell in row]
        book.active.append([row[0], *told[1:]])
    tiny.remove("answers.csv")
    book.save(tiny.folder / "answers.xlsx")
    header, *rows = [row[::-1] for row in tiny.rows("questionnaire.csv")]
    added = [[*header, "source", "change_evidence"], *([*row, "listed", "stated"] for row in rows)]
    tiny.save("questionnaire.csv", added)
    header, *people = tiny.rows("respondents.csv")
    lines = [";".join(row) for row in (header, *reversed(people))]
    tiny.write("respondents.csv", "\ufeff" + "\r\n".join(lines))
    assert tiny.read().answers.sort_values(key, ignore_index=True).equals(before)
