"""The report as a Word document: all chapters, pictures with alternatives, tables with heads."""

import re
import shutil
import zipfile
from xml.etree import ElementTree

import pytest

from barolib.errors import StudyError
from barolib.report import brand, engines, programs, word, wordstyles
from barolib.report.facts import Facts
from barolib.run import steps
from support.published import LANGUAGES
from support.wording import FRENCH, W, text

each_lang = pytest.mark.parametrize("lang", LANGUAGES)
DOCUMENT = "barometre-2030.docx"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


def part(path, name="word/document.xml"):
    with zipfile.ZipFile(path) as archive:
        return ElementTree.fromstring(archive.read(name))


def styled(body, style):
    """The words of the paragraphs of a style."""
    paragraphs = (each for each in body.iter(f"{W}p") if each.find(f"{W}pPr/{W}pStyle") is not None)
    marks = ((each, each.find(f"{W}pPr/{W}pStyle").get(f"{W}val")) for each in paragraphs)
    return [text(paragraph) for paragraph, name in marks if name == style]


@each_lang
def test_it_holds_the_chapters_of_the_pdf_in_their_order(written, lang):
    source = next(written.layout.build("2030", lang).glob("barometre-*.qmd"))
    titles = re.findall(r"^# (.*?) \{#([\w-]+)", source.read_text(encoding="utf-8"), re.MULTILINE)
    left_out = {"chart-data", "explore"}
    expected = [title.replace("\\", "") for title, name in titles if name not in left_out]
    headings = styled(part(written.documents[lang]), "Heading1")
    assert [each.replace("\u00a0", " ") for each in headings] == expected
    assert len(expected) >= 7


def test_it_begins_with_the_words_of_the_cover(written):
    body = part(written.documents["fr"])
    assert styled(body, "Title") == ["Essai"]
    assert FRENCH["lead"].strip() in styled(body, "Lead")


@each_lang
def test_each_chart_is_a_picture_with_its_alternative(written, lang):
    path, alts = written.documents[lang], Facts(written.layout, written.raw, lang).alts
    described = [each.get("descr") for each in part(path).iter(DRAWN)]
    asked = {"T01", "T01-01", "T01-02", "T02-01", "legend"}
    assert {alts[name] for name in asked} <= set(described)
    assert all(described)
    with zipfile.ZipFile(path) as archive:
        pictures = [name for name in archive.namelist() if name.startswith("word/media/")]
        assert all(archive.read(name).startswith(b"\x89PNG") for name in pictures)
    assert len(pictures) == len({*described})


def test_the_first_row_of_each_table_is_a_head_that_comes_again(written):
    tables = [*part(written.documents["fr"]).iter(f"{W}tbl")]
    assert len(tables) >= 3
    for table in tables:
        first, *rows = table.iter(f"{W}tr")
        assert first.find(f"{W}trPr/{W}tblHeader") is not None
        assert not any(row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows)
        assert table.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val")


def test_each_link_within_it_leads_to_a_place_of_it(written):
    body = part(written.documents["fr"])
    targets = {each.get(f"{W}anchor") for each in body.iter(f"{W}hyperlink")} - {None}
    places = {each.get(f"{W}name") for each in body.iter(f"{W}bookmarkStart")}
    assert targets
    assert targets <= places


def test_a_note_is_a_note_at_the_foot(written):
    notes = part(written.documents["fr"], "word/footnotes.xml")
    assert "Voir la suite." in text(notes)


@pytest.mark.parametrize(("lang", "locale"), [("fr", "fr-FR"), ("en", "en-GB")])
def test_word_knows_its_language_and_its_title(written, lang, locale):
    path = written.documents[lang]
    language = part(path, "word/styles.xml").find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    assert language.get(f"{W}val") == locale
    core = "".join(part(path, "docProps/core.xml").itertext())
    assert {"fr": "Essai", "en": "Trial"}[lang] in core


def test_a_run_writes_it_alone_and_the_same_to_the_byte_when_it_is_written_again(written):
    former = written.documents["fr"].read_bytes()
    study = steps.RunSteps(written.layout, steps.RunConfig("2030", form="docx"), mask=0o022)
    (step,) = study.reports()
    step.make()
    assert step.target == written.documents["fr"].parent
    assert [path.name for path in step.target.iterdir()] == ["barometre-2030.docx"]
    assert written.documents["fr"].read_bytes() == former
    assert not written.layout.output("2030", "fr").exists()


def test_it_has_the_fonts_and_colours_of_the_brand(tmp_path):
    colours = brand.usual().colours | {"primary": "#8c1d40"}
    wordstyles.write(tmp_path / "reference.docx", brand.Brand(colours, ("Marianne", "Marianne")))
    styles = part(tmp_path / "reference.docx", "word/styles.xml")
    (heading,) = (each for each in styles if each.get(f"{W}styleId") == "Heading1")
    assert heading.find(f"{W}rPr/{W}color").get(f"{W}val") == "8C1D40"
    assert heading.find(f"{W}rPr/{W}rFonts").get(f"{W}ascii") == "Marianne"
    named = [
        each.get(f"{W}name") for each in part(tmp_path / "reference.docx", "word/fontTable.xml")
    ]
    assert "Marianne" in named


BOX = """---
title: T
lang: fr
cover:
  callouts: {note: Note}
  references:
    fig-T01: {href: "T01.html#T01", words: "figure « Une barre [(simulée)]{.pages} »"}
---

# Un {#T01}

::: {.callout-note}
## Un titre

La @fig-T01 le dit :

- un
- deux
:::

| Thème | Pas abordé | Réflexion | Orientations | En cours | Complète | Amélioration | Atteint |
|:---|---:|---:|---:|---:|---:|---:|---:|
| Stratégie et gouvernance numériques | 1 | 2 | 3 | 4 | 5 | 6 | 7 |

: Un tableau {#tab-T}
"""


def test_a_box_holds_its_list_and_a_column_its_longest_word(written, tmp_path):
    build = tmp_path / "build"
    shutil.copytree(written.layout.build("2030", "fr"), build)
    document = build / DOCUMENT.replace("docx", "qmd")
    document.write_text(BOX, encoding="utf-8")
    word.convert(document, tmp_path / DOCUMENT, "fr")
    body = part(tmp_path / DOCUMENT)
    led = "La figure « Une barre\u00a0» le dit\u00a0:"
    assert styled(body, "Note") == ["Note – Un titre", led.replace("« ", "«\u00a0"), "un", "deux"]
    widths = [int(each.get(f"{W}w")) for each in body.iter(f"{W}gridCol")]
    words = ["gouvernance", "abordé", "Réflexion", "Orientations", "cours", "Complète"]
    for word_, width in zip([*words, "Amélioration", "Atteint"], widths, strict=True):
        taken = 105 * len(word_) + 216  # twentieths of a point: bold letters, the cell's margins
        assert width / sum(widths) * 9638 >= taken, word_


@pytest.mark.skipif(engines.find_quarto() is None, reason="Quarto is not installed")
def test_quarto_writes_the_same_words_and_pictures_from_the_filled_project(written, tmp_path):
    build = tmp_path / "build"
    shutil.copytree(written.layout.build("2030", "fr"), build)
    command = [engines.find_quarto(), "render", "barometre-2030.qmd", "--to", "docx"]
    done = programs.run(command, build)
    assert not re.findall(r"WARN.*", done.stderr)
    own, quarto = (part(each) for each in (written.documents["fr"], build / "_site" / DOCUMENT))
    for style in ("Heading1", "Heading2", "ChartCaption", "TableCaption", "Note", "Kicker"):
        assert styled(quarto, style) == styled(own, style), style
    one, two = ([text(each) for each in body.iter(f"{W}p") if text(each)] for body in (quarto, own))
    assert one == two
    alts = [[each.get("descr") for each in body.iter(DRAWN)] for body in (quarto, own)]
    assert alts[0] == alts[1]
    tables = [len([*body.iter(f"{W}tbl")]) for body in (quarto, own)]
    assert tables[0] == tables[1]


def test_what_the_filter_finds_wrong_is_told_and_nothing_is_written(written, tmp_path):
    build = tmp_path / "build"
    shutil.copytree(written.layout.build("2030", "en"), build)
    document = build / "barometre-2030.qmd"
    document.write_text(document.read_text(encoding="utf-8") + "\n| a |\n|---|\n| b |\n", "utf-8")
    with pytest.raises(StudyError, match="a table without caption"):
        word.write(build, tmp_path / "none.docx", "en")
    assert not [*tmp_path.glob("*.docx")]
