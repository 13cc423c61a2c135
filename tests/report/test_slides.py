"""The deck: native charts of the tables' counts, the report's shares, a client's template."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from itertools import combinations

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation
from pptx.enum.dml import MSO_FILL
from pptx.opc.constants import RELATIONSHIP_TYPE
from pypdfium2 import PdfDocument

from barolib.errors import StudyError
from barolib.files.layout import SLIDES
from barolib.i18n.numbers import NBSP
from barolib.report import brand, slides, slidetemplate
from barolib.run import steps
from barolib.survey import rounding
from support.published import LANGUAGES, ROOT, made_once

each_lang = pytest.mark.parametrize("lang", LANGUAGES)
OFFICE = shutil.which("soffice")
SIMULATED = {"fr": "réponses simulées", "en": "simulated answers"}
WHOLE = {"fr": "Ensemble du thème", "en": "Whole theme"}
#: A client's template: narrow, in French, its title at the foot of a band, with a slide to show.
NAMES = {"Title Slide": "Diapositive de titre", "Title and Content": "Titre et contenu"}
NAMES |= {"Title Only": "TITRE SEUL"}


def client_template(path):
    deck = Presentation()
    for layout in deck.slide_layouts:
        layout.name = NAMES.get(layout.name, layout.name)
    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = theme.blob.replace(b"Calibri", b"Inter")  # a font that the machine has
    shown = deck.slides.add_slide(deck.slide_layouts[1])
    shown.shapes.title.text = "Your title here"
    path.parent.mkdir(parents=True, exist_ok=True)
    deck.save(path)
    return path


@pytest.fixture(scope="session")
def decks(published, tmp_path_factory):
    """The deck of 2021 in both languages, and in French on the client's template."""

    def write(folder):
        for lang in LANGUAGES:
            slides.write(published.layout, published.raw, lang, folder / f"{lang}.pptx")
        home = folder / "home"
        client_template(home / "report" / SLIDES)
        shutil.copytree(published.layout.texts_apart, home / "report" / "text")
        layout = replace(published.layout, home=home)
        slides.write(layout, published.raw, "fr", folder / "client.pptx")

    folder = made_once(tmp_path_factory, "decks", write)
    return {path.stem: Presentation(path) for path in folder.glob("*.pptx")} | {"folder": folder}


def words(slide):
    texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    return "\n".join(texts).replace(NBSP, " ").replace("\u202f", " ")


def charts(deck):
    """Each chart with its slide and the rows of its workbook, the head first."""
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart:
                blob = shape.chart.part.chart_workbook.xlsx_part.blob
                sheet = openpyxl.load_workbook(io.BytesIO(blob)).active
                yield slide, shape, [*sheet.iter_rows(values_only=True)]


@pytest.fixture(scope="session")
def expected(published):
    """The counts and printed percents of each affirmation and theme, straight from the tables."""
    found = {}
    for name, key in (("distributions", "affirmation_id"), ("theme_distributions", "theme_id")):
        table = pd.read_parquet(published.processed / f"{name}.parquet").sort_values("level")
        for subject, rows in table.groupby(key):
            found[subject] = rows
    return found


def subjects(raw, lang, names):
    """The affirmations or themes of the bars of a chart, by their names."""
    labels = {}
    for table, key in ((raw.questionnaire, "affirmation_id"), (raw.themes, "theme_id")):
        labels |= dict(zip(table[f"label_{lang}"], table[key], strict=True))
    bare = [name.removesuffix(f" ({SIMULATED[lang]})") for name in names]
    of_theme = {labels[name] for name in bare if name != WHOLE[lang]}
    whole = next((theme for theme, held in raw.members.items() if of_theme <= {*held}), None)
    return [whole if name == WHOLE[lang] else labels[name] for name in bare]


@each_lang
def test_charts_hold_the_counts_of_the_tables_and_say_their_percents(
    decks, expected, published, lang
):
    raw, shown = published.raw, []
    for slide, shape, (head, *rows) in charts(decks[lang]):
        ids = subjects(raw, lang, [row[0] for row in rows])
        assert list(head[1:]) == raw.edition.level_labels(lang)
        shares = re.findall(r"^[<>]? ?\d+ ?%$", words(slide), re.MULTILINE)
        for at, (subject, row) in enumerate(zip(ids, rows, strict=True)):
            table = expected[subject]
            assert [*row[1:]] == table["n"].tolist()
            at_work = table[table["level"].isin(raw.edition.implementation)]["n"].sum()
            base = table["base"].iloc[0]
            percent = rounding.percent(at_work, base, raw.edition.rounding)
            assert re.sub(r"\D", "", shares[at]) == str(percent)
            simulated = table["origin"].eq("answers").any()
            for series, n, printed in zip(
                shape.chart.plots[0].series, row[1:], table["percent"], strict=True
            ):
                assert series.values[at] == n
                label = series._element.xpath(f"c:dLbls/c:dLbl[c:idx/@val='{at}']//a:t")
                assert [text.text for text in label] in ([str(printed)], [])
                assert label or n / base < 0.06
                assert (series.points[at].format.fill.type == MSO_FILL.PATTERNED) == simulated
        assert any(expected[i]["origin"].eq("answers").any() for i in ids) == (
            SIMULATED[lang] in words(slide)
        )
        shown += ids
    chapters = {theme for theme in expected if theme in raw.members}
    assert {*shown} == {*expected}
    assert all(shown.count(theme) == 1 + (theme[0] == "T") for theme in chapters)


@each_lang
def test_the_message_is_that_of_the_first_page(decks, published, lang):
    page = published.soup(lang, "index")
    (slide,) = [decks[lang].slides[1]]

    def plain(text):
        return " ".join(text.split())

    assert plain(slide.shapes.title.text_frame.text) == plain(page.select_one(".lead").text)
    for item in page.select(".keyfigures li"):
        assert plain(item.text) in plain(words(slide))
    assert SIMULATED[lang] not in words(slide)


@each_lang
def test_every_slide_has_a_title_and_every_chart_an_alternative_notes_and_a_source(decks, lang):
    for slide in decks[lang].slides:
        assert slide.shapes.title.text_frame.text
        assert slide.notes_slide.notes_text_frame.text
        frames = [shape for shape in slide.shapes if shape.has_chart or shape.has_table]
        for frame in frames:
            assert 20 < len(frame._element.nvGraphicFramePr.cNvPr.get("descr")) < 250
            assert re.search(r"\bn = \d+", words(slide)) or frame.has_table
            assert re.search(r"(Répondants : |Respondents: )34\.", words(slide))
        sizes = [int(size) for size in slide._element.xpath(".//@sz") if size.isdecimal()]
        assert min(sizes, default=1200) >= 1200


def rendered(path, folder):
    """The pages of a deck as LibreOffice draws them with the report's fonts."""
    fonts = folder / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{ROOT / 'report' / 'assets' / 'fonts'}</dir></fontconfig>"
    )
    line = [OFFICE, f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless"]
    line += ["--convert-to", "pdf", "--outdir", folder, path]
    environment = os.environ | {"FONTCONFIG_FILE": str(fonts)}
    subprocess.run(line, check=True, capture_output=True, env=environment, timeout=300)
    return PdfDocument(folder / f"{path.stem}.pdf")


def box(shape):
    left, top = shape.left.pt, shape.top.pt
    return left, top, left + shape.width.pt, top + shape.height.pt


def within(inner, outer, most=4):
    return (
        outer[0] - most <= inner[0]
        and outer[1] - most <= inner[1]
        and inner[2] <= outer[2] + most
        and inner[3] <= outer[3] + most
    )


@pytest.mark.skipif(
    not OFFICE, reason="LibreOffice Impress not found: apt install libreoffice-impress"
)
@pytest.mark.parametrize("name", ["fr", "en", "client"])
def test_nothing_overflows(decks, tmp_path, name):
    deck = decks[name]
    pages = rendered(decks["folder"] / f"{name}.pptx", tmp_path)
    assert len(pages) == len(deck.slides)
    for page, slide in zip(pages, deck.slides, strict=True):
        assert (page.get_width(), page.get_height()) == pytest.approx(
            (deck.slide_width.pt, deck.slide_height.pt), abs=1
        )
        boxes = [box(shape) for shape in slide.shapes]
        for one, other in combinations(boxes, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            assert min(across, down) <= 2, (slide.shapes.title.text, one, other)
        text = page.get_textpage()
        for place in map(text.get_rect, range(text.count_rects())):
            left, bottom, right, top = place
            height = page.get_height()
            drawn = (left, height - top, right, height - bottom)
            assert any(within(drawn, each) for each in boxes), text.get_text_bounded(*place)


def test_the_client_s_template_gives_the_look_and_nothing_else(decks):
    deck = decks["client"]
    names = {slide.slide_layout.name for slide in deck.slides}
    assert names == {*NAMES.values()}
    assert not any("Your title here" in words(slide) for slide in deck.slides)
    of_themes = [slide.shapes.title.text for slide in deck.slides]
    own = {slide.shapes.title.text.partition(" (")[0] for slide in decks["fr"].slides}
    assert {title.partition(" (")[0] for title in of_themes} == own


def test_all_that_is_wrong_with_a_template_is_told_at_once(tmp_path):
    path = client_template(tmp_path / SLIDES)
    deck = Presentation(path)
    deck.slide_layouts[0].name, deck.slide_layouts[5].name = "Page 1", "Page 2"
    layout = deck.slide_layouts[1]
    layout.placeholders[1]._element.getparent().remove(layout.placeholders[1]._element)
    layout.part.relate_to("https://example.org/x.png", RELATIONSHIP_TYPE.IMAGE, True)
    deck.save(path)
    with pytest.raises(StudyError) as told:
        slidetemplate.read(tmp_path, brand.usual())
    messages = [problem.message for problem in told.value.problems]
    assert messages == [
        "no layout “Title Slide” (“Diapositive de titre”)",
        "the layout has no content",
        "no layout “Title Only” (“Titre seul”)",
        "something that would be loaded from elsewhere",
    ]
    path.write_bytes(b"PK")
    with pytest.raises(StudyError, match="no PowerPoint presentation"):
        slidetemplate.read(tmp_path, brand.usual())


def test_our_own_template_has_the_colours_and_fonts_of_the_brand(tmp_path):
    colours = brand.usual().colours | {"primary": "#8c1d40"}
    template = slidetemplate.read(tmp_path, brand.Brand(colours, ("Marianne", "Spectral")))
    assert template.ours
    theme = template.deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob.decode()
    assert '<a:accent1><a:srgbClr val="8C1D40"/>' in theme
    assert re.search(r'<a:minorFont><a:latin typeface="Marianne" panose="020B', theme)
    assert re.search(r'<a:majorFont><a:latin typeface="Spectral"', theme)


def test_a_run_writes_it_alone_and_the_same_to_the_byte_when_it_is_written_again(written, tmp_path):
    study = steps.RunSteps(written.layout, steps.RunConfig("2030", form="pptx"), mask=0o022)
    (step,) = study.reports()
    step.make()
    (deck,) = step.target.iterdir()
    assert deck == written.layout.slides("2030", "fr")
    assert not written.layout.output("2030", "fr").exists()
    slides.write(written.layout, written.raw, "fr", tmp_path / "again.pptx")
    assert (tmp_path / "again.pptx").read_bytes() == deck.read_bytes()
    with zipfile.ZipFile(deck) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        assert b"2000-01-01T00:00:00Z" in parts.read("docProps/core.xml")
