"""The embedded engine on a tiny project, and Quarto on the same one where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from jinja2 import Template
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from barolib.drawing import palette
from barolib.errors import StudyError
from barolib.i18n.markdown import escape
from barolib.report import brand, branding, engines, pandoc, programs
from support import published as shared

QUARTO = pytest.mark.skipif(engines.find_quarto() is None, reason="Quarto is not installed")
BOTH = pytest.mark.parametrize("engine", ["embedded", pytest.param("quarto", marks=QUARTO)])
REPORT = Path(__file__).resolve().parents[2] / "report"
SVG = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" width="315pt" height="30pt" viewBox="0 0 420 40">
<style>*{stroke-linejoin: round}</style>
<rect id="patch_1" width="200" height="20" fill="#0f2954"/>
<text x="4" y="35" style="font-size: 12px; font-family: 'Inter'">n = 34</text></svg>
"""
PAGE = """---
title: %s
lang: %s
format: html
page:
  site: {title: Baromètre, home: index.html, pdf: barometre-2021.pdf, foot: [Source]}
  strings: {skip: Aller, contents: Sommaire, previous: Avant, next: Après, pdf: PDF, turn: Pages}
  nav: [{href: index.html, title: Accueil}, {href: T01.html, title: Thème, number: "1"}]
---

"""
DOCUMENT = """---
title: Baromètre
lang: fr
format: typst
cover:
  short: Baromètre
  author: "L'équipe \\"A\\""
  description: Une étude
  keywords: [numérique, collectivités]
  contents: Sommaire
---

# Accueil {#index}

"""
BODY = """## Constats

Une « mesure » : 34 % de 12 500 réponses ; vraiment ? Voir [le thème](T01.html#T01-01).

::: {.keyfigures}
- **34** collectivités
- **1 015** réponses
:::

"""
CHART = '![Très haut débit](figures/T01-01.svg){#T01-01 .bar alt="Barre : 3 %, 97 %"}\n\n'
TABLE = """| Affirmation | Base |
|:---|---:|
| Très haut débit partout | 34 |

: Données du thème {#tab-1 .rows}

"""
STACKS = """| Thème | Pas abordé | Engagé | Achevé | Mise en œuvre |
|:---|---:|---:|---:|---:|
| [Réseaux](T01.html) | <1 | 20 | 80 | 80 % |
| Données | 0 | 96 | 4 | 4 % |
| Élèves | non publié | | | |

: Chaque thème {.stacks .simulated}

"""
LEVELS = "  levels: [{ground: '#f8e9d3', ink: '#000000'}, {ground: '#297277', ink: '#ffffff'},"
LEVELS += " {ground: '#0f2954', ink: '#ffffff', at: true}]\n"
BAR = """| n | Pas abordé | Engagé | Achevé | Mise en œuvre |
|:---|---:|---:|---:|---:|
| n = 34 | <1 | 20 | 80 | Mise en œuvre : 80 % |

: T01-01 {.stacks .simulated}

| Niveau | % |
|---:|---:|
| 2 | 20 |

: Réponses par niveau
"""


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A filled project of two pages and a document."""
    folder = tmp_path / "build"
    shutil.copytree(REPORT / "assets", folder / "assets")
    (folder / "figures").mkdir()
    (folder / "figures" / "T01-01.svg").write_text(SVG, encoding="utf-8")
    settings = Template((REPORT / "_quarto.yml.jinja").read_text(encoding="utf-8"))
    pages = ["index.qmd", "T01.qmd"]
    write(folder, "_quarto.yml", settings.render(pages=pages, edition={"id": "2021"}, lang="fr"))
    write(folder, "index.qmd", PAGE % ("Accueil", "fr") + BODY)
    write(folder, "T01.qmd", PAGE % ("Thème", "fr") + CHART + TABLE)
    write(folder, "barometre-2021.qmd", DOCUMENT + BODY + "# Thème {#T01}\n\n" + CHART + TABLE)
    return folder


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def replace(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    write(folder, name, text.replace(old, new))


def page(output: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((output / name).read_text(encoding="utf-8"), "html.parser")


def refused(build: Path, output: Path, engine: str = "embedded") -> str:
    with pytest.raises(StudyError) as error:
        engines.render(build, output, engine)
    return str(error.value)


def test_pages_and_pdf_are_written_with_their_assets(build: Path, tmp_path: Path) -> None:
    output = tmp_path / "report" / "fr"
    name = engines.render(build, output, "embedded")
    assert re.fullmatch(r"Pandoc \d[\d.]+, Typst \d[\d.]+", name)
    left = {path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file()}
    assert {"index.html", "T01.html", "barometre-2021.pdf", "assets/style.css"} <= left
    assert "assets/fonts/Inter-Regular.woff2" in left
    assert not any(each.endswith((".lua", ".typ", ".ttf", ".qmd")) for each in left)
    assert [path.name for path in output.parent.iterdir()] == ["fr"]


def test_a_chart_is_inlined_with_its_alt_text(build: Path, tmp_path: Path) -> None:
    engines.render(build, tmp_path / "out", "embedded")
    figure = page(tmp_path / "out", "T01.html").select_one("figure#T01-01.bar")
    assert figure.figcaption.get_text() == "Très haut débit"
    svg = figure.svg
    assert (svg["role"], svg["aria-label"]) == ("img", "Barre\u00a0: 3\u202f%, 97\u202f%")
    assert not svg.has_attr("width")
    assert not figure.find("style"), "a chart's style sheet would reach the whole page"
    assert svg.rect["id"] == "T01-01-patch_1"


VOICE = """::: {.voice}
![Une place](images/a.jpg){.photo credit="A. Photographe" alt="Une place vide"}

Un avis.

::: {.byline}
**Prénom Nom**, élue de la ville
:::
:::

![Un dessin](images/own.svg){#own alt="Un trait"}

![Un autre](images/own.png){#other alt="Un carré"}

Voir [un autre chapitre](T02.html#T02-01).

"""
BRAND = """logo: {large: {path: images/own.svg, alt: "Ville « A » & fils"}}
color: {primary: "#8c1d40"}
typography: {fonts: [{family: Inter, source: file, files: [fonts/Inter-Bold.ttf]}], headings: Inter}
"""


@pytest.fixture
def furnished(build: Path) -> Path:
    """The project in a study's colours, with a voice, pictures, a link to a chapter left out."""
    house = build.parent / "report"
    for folder in (house / "images", build / "images", house / "fonts"):
        folder.mkdir(parents=True)
    for name in ("a.jpg", "own.png"):
        Image.new("RGB", (40, 90), "#336699").save(build / "images" / name)
    for folder in (house, build):
        write(folder / "images", "own.svg", SVG.partition("?>")[2])
    shutil.copy2(build / "assets" / "fonts" / "Inter-Bold.ttf", house / "fonts")
    write(house, "_brand.yml", BRAND)
    house_brand = brand.read(house)
    assert house_brand
    branding.apply(house_brand, build)
    branding.recolour(house_brand, build / "figures", 6, 4)
    logo = '{href: assets/brand/large.svg, alt: "Ville « A » \\\\& fils"}'
    head = f"page:\n  dropped: [T02]\n  site: {{logo: {logo}, small-logo: {logo}, "
    replace(build, "T01.qmd", "page:\n  site: {", head)
    replace(build, "T01.qmd", "strings: {", 'strings: {credit: "Photo :", ')
    logos = f"  cover-logo: {logo}\n  small-logo: {logo}\n"
    head = f'cover:\n  dropped: [T02]\n  credit: "Photo :"\n{logos}'
    replace(build, "barometre-2021.qmd", "cover:\n", head)
    for name in ("T01.qmd", "barometre-2021.qmd"):
        write(build, name, (build / name).read_text(encoding="utf-8") + VOICE)
    return build


@BOTH
def test_a_house_shows_its_logo_pictures_and_voices(
    furnished: Path, tmp_path: Path, engine: str
) -> None:
    engines.render(furnished, tmp_path / "out", engine)
    shown = page(tmp_path / "out", "T01.html")
    logo = shown.select_one(".masthead img.logo")
    assert (logo["src"], logo["alt"]) == ("assets/brand/large.svg", "Ville «\u00a0A\u00a0» & fils")
    voice = shown.select_one(".voice")
    figure = voice.select_one("figure.photo")
    assert (figure.img["src"], figure.img["alt"]) == ("images/a.jpg", "Une place vide")
    assert figure.figcaption.get_text() == "Une place Photo\u00a0: A. Photographe"
    assert voice.select_one(".byline strong").get_text() == "Prénom Nom"
    assert shown.select_one("figure#own.wide svg")["aria-label"] == "Un trait"
    assert shown.select_one("figure#other.wide img")["alt"] == "Un carré"
    assert not shown.select("a[href*=T02]")
    assert (tmp_path / "out" / "assets" / "brand" / "font-0.ttf").is_file()
    darkest = palette.colours(6, 4, palette.hues_of("#8c1d40", "#226a70"))[-1]
    assert darkest in str(shown.select_one("#T01-01 svg"))
    pdf = PdfReader(tmp_path / "out" / "barometre-2021.pdf")
    words = " ".join(" ".join(sheet.extract_text() for sheet in pdf.pages).split())
    assert "Un avis. Prénom Nom, élue de la ville" in words
    assert "A. Photographe" in words
    alts = {node.get("/Alt") for node in structure(pdf.trailer["/Root"]["/StructTreeRoot"])}
    assert {"Ville «\u00a0A\u00a0» & fils", "Une place vide", "Un trait", "Un carré"} <= alts


def structure(node: DictionaryObject) -> Iterator[DictionaryObject]:
    """Each element of a tagged PDF, from the root down."""
    yield node
    held = node.get("/K", [])
    for child in held if isinstance(held, list) else [held]:
        if isinstance(child.get_object(), DictionaryObject):
            yield from structure(child.get_object())


def test_a_chart_higher_than_a_page_is_made_to_fit(build: Path, tmp_path: Path) -> None:
    high = SVG.replace(
        'height="30pt" viewBox="0 0 420 40"', 'height="900pt" viewBox="0 0 420 1200"'
    )
    high = high.replace("</svg>", '<text x="4" y="1190">low end</text></svg>')
    write(build / "figures", "T01-01.svg", high)
    replace(build, "barometre-2021.qmd", "#T01-01 .bar", "#T01-01 .wide")
    engines.render(build, tmp_path / "out", "embedded")
    heights = []

    def seen(operator: bytes, _: list, of: list, at: list) -> None:
        """Where each run of text stands over the foot of its page, in points."""
        heights.extend([of[3] * at[5] + of[5]] if operator in (b"Tj", b"TJ") else [])

    for sheet in PdfReader(tmp_path / "out" / "barometre-2021.pdf").pages:
        sheet.extract_text(visitor_operand_before=seen)
    assert len(heights) > 10
    assert min(heights) > 0


def test_a_table_has_headers_and_can_be_scrolled_by_keyboard(build: Path, tmp_path: Path) -> None:
    engines.render(build, tmp_path / "out", "embedded")
    region = page(tmp_path / "out", "T01.html").select_one("div.table")
    assert (region["role"], region["tabindex"]) == ("region", "0")
    assert region["aria-label"] == region.caption.get_text() == "Données du thème"
    assert region.table["id"] == "tab-1"
    assert [cell["scope"] for cell in region.select("th")] == ["col", "col", "row"]


@pytest.fixture
def stacked(build: Path) -> Path:
    """The project with stacked bars on its page and in its document."""
    for name, key in (("T01.qmd", "page:\n"), ("barometre-2021.qmd", "cover:\n")):
        replace(build, name, key, key + LEVELS)
        write(build, name, (build / name).read_text(encoding="utf-8") + STACKS)
    write(build / "figures", "T01-01.md", BAR)
    return build


@BOTH
def test_rows_of_a_table_become_stacked_bars(stacked: Path, tmp_path: Path, engine: str) -> None:
    engines.render(stacked, tmp_path / "out", engine)
    bars = page(tmp_path / "out", "T01.html").select_one("div.stacks.simulated[role=table]")
    assert bars["aria-label"] == "Chaque thème"
    heads = [each.get_text() for each in bars.select("[role=columnheader]")]
    assert heads == ["Thème", "Pas abordé", "Engagé", "Achevé", "Mise en œuvre"]
    rows = bars.select("[role=row]")[1:]
    cells = [[each.get_text() for each in row.select("[role=cell]")] for row in rows]
    assert cells[:2] == [["<1", "20", "80", "80\u202f%"], ["0", "96", "4", "4\u202f%"]]
    assert cells[2] == ["non publié", "", "", ""]
    widths = [re.findall(r"flex-grow:([\d.]+)", str(row)) for row in rows]
    assert widths == [["1", "20", "80"], ["96", "4"], []]
    grounds = re.findall(r"background-color:(#\w+);color:(#\w+)", str(rows[0]))
    assert grounds[::2] == [("#f8e9d3", "#000000"), ("#0f2954", "#ffffff")]
    assert rows[0].a["href"] == "T01.html"
    text = " ".join(
        PdfReader(tmp_path / "out" / "barometre-2021.pdf").pages[-1].extract_text().split()
    )
    assert "Réseaux 20 80 80" in text, text
    assert "Élèves non publié" in text
    assert "<1 20 80 n = 34 Mise en œuvre" in text, "the bar is drawn from its data"


@BOTH
def test_a_chart_whose_data_are_stacked_is_drawn_of_them_and_offered_once(
    stacked: Path, tmp_path: Path, engine: str
) -> None:
    engines.render(stacked, tmp_path / "out", engine)
    figure = page(tmp_path / "out", "T01.html").select_one("figure#T01-01.bar")
    (bar,) = figure.select("[role]:not(.table)")
    assert (bar["role"], bar["aria-label"]) == ("img", "Barre\u00a0: 3\u202f%, 97\u202f%")
    assert bar["class"] == ["plot", "simulated"]
    assert figure.svg is None
    assert [each.get_text() for each in bar.select(".stack > *")] == ["<1", "20", "80"]
    (narrow,) = bar.select(".over > :not(.fits)")
    assert (narrow.get_text(), narrow["style"]) == ("<1", "flex-grow:1;--ground:#f8e9d3")
    assert re.findall(r"flex-grow:(\d+)", str(bar.select_one(".reach"))) == ["21", "80"]
    assert [each.get_text() for each in bar.select(".under > *")] == [
        "n = 34",
        "Mise en œuvre\u00a0: 80\u202f%",
    ]
    data = figure.select_one(f"details#{bar['aria-details']}")
    assert [table.caption.get_text() for table in data.select("table")] == ["Réponses par niveau"]


def test_stacked_bars_have_a_column_for_each_level(stacked: Path, tmp_path: Path) -> None:
    replace(stacked, "T01.qmd", ", {ground: '#0f2954', ink: '#ffffff', at: true}", "")
    told = refused(stacked, tmp_path / "out")
    assert "whose columns are not those of stacked bars" in told
    assert "a name, 2 levels" in told


@BOTH
def test_the_pages_and_the_pdf_each_leave_out_what_the_other_alone_has(
    build: Path, tmp_path: Path, engine: str
) -> None:
    """A link to what the PDF leaves out is words there; nothing is left out but what says so."""
    parts = f"::: {{.pages}}\n## Seulement ici {{#ici}}\n\n{TABLE}:::\n\n"
    parts += "::: {.paper}\nSur papier.\n:::\n\n"
    link = "Voir [la suite](T01.html#ici) et [le tableau](T01.html#tab-1).\n\n"
    for name in ("T01.qmd", "barometre-2021.qmd"):
        replace(build, name, TABLE, link + parts)
    engines.render(build, tmp_path / "out", engine)
    shown = page(tmp_path / "out", "T01.html").main
    assert shown.select_one("#ici, [id=ici]")
    assert len(shown.select("table")) == 1
    assert "Sur papier" not in shown.get_text()
    paper = PdfReader(tmp_path / "out" / "barometre-2021.pdf")
    words = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())
    assert "Voir la suite et le tableau." in words
    assert "Sur papier." in words
    assert "Seulement ici" not in words
    assert "Très haut débit partout" not in words


def test_french_spaces(build: Path, tmp_path: Path) -> None:
    engines.render(build, tmp_path / "out", "embedded")
    text = page(tmp_path / "out", "index.html").main.get_text()
    assert "«\u00a0mesure\u00a0»\u00a0: 34\u202f% de 12\u202f500 réponses\u202f;" in text
    assert "vraiment\u202f? Voir" in text
    assert "1\u202f015" in text


def test_spaces_that_only_look_like_thousands_stay(build: Path, tmp_path: Path) -> None:
    row = "Ligne 9 120 45 et 3 3 6 41 12 35 en 2021 300 fois, `a : b ; c`"
    write(build, "index.qmd", PAGE % ("Accueil", "fr") + row)
    engines.render(build, tmp_path / "out", "embedded")
    assert row.replace("`", "") in page(tmp_path / "out", "index.html").main.get_text()


def test_english_keeps_its_spaces(build: Path, tmp_path: Path) -> None:
    write(build, "index.qmd", PAGE % ("Overview", "en") + 'It "is" 34 % : 12 500 ; so ?')
    engines.render(build, tmp_path / "out", "embedded")
    assert "It “is” 34 % : 12 500 ; so ?" in page(tmp_path / "out", "index.html").main.get_text()


def test_the_pdf_is_tagged_and_described(build: Path, tmp_path: Path) -> None:
    engines.render(build, tmp_path / "out", "embedded")
    pdf = PdfReader(tmp_path / "out" / "barometre-2021.pdf")
    catalog = pdf.trailer["/Root"]
    assert catalog["/Lang"].startswith("fr")
    assert catalog["/MarkInfo"]["/Marked"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in catalog["/Metadata"].get_data().decode()
    assert (pdf.metadata.title, pdf.metadata.subject) == ("Baromètre", "Une étude")
    assert "numérique" in pdf.metadata.keywords
    assert [entry.title for entry in pdf.outline if not isinstance(entry, list)][-1] == "Thème"
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for sheet in pdf.pages
        for font in sheet["/Resources"].get("/Font", {}).values()
    }
    assert {font.split("-")[0] for font in fonts} == {"Inter"}


def test_the_pdf_repeats_to_the_byte(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    engines.render(build, tmp_path / "one", "embedded")
    engines.render(build, tmp_path / "two", "embedded")
    one, two = ((tmp_path / name / "barometre-2021.pdf").read_bytes() for name in ("one", "two"))
    assert one == two


@BOTH
@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("T01.qmd", ' alt="Barre : 3 %, 97 %"', "", "a figure without an alt text"),
        ("T01.qmd", "T01-01.svg", "T01-99.svg", "file figures/T01-99.svg is missing"),
        ("T01.qmd", ": Données du thème", ":", "a table without caption"),
        ("T01.qmd", ".bar alt", ".photo alt", "a photograph without credit"),
        ("T01.qmd", ".bar alt", '.photo credit="" alt', "a photograph without credit"),
        (
            "T01.qmd",
            "| Affirm",
            "::: {.byline}\nPrénom Nom\n:::\n\n| Affirm",
            "“Prénom Nom”: a byline",
        ),
        ("index.qmd", "- **34** collectivités", "- collectivités", "key figures"),
        ("index.qmd", "Voir", "Voir ![x](figures/T01-01.svg)", "an image within a sentence"),
        ("index.qmd", "T01.html#T01-01", "T01.html#T01-77", "the link leads nowhere"),
        ("index.qmd", "T01.html#T01-01", "T77.html", "the link leads nowhere"),
        ("barometre-2021.qmd", "T01.html#T01-01", "T77.html", "T77"),
        ("barometre-2021.qmd", "réponses", "réponses 漢", "漢"),
        ("assets/colours.typ", '"Inter"', '"Nonesuch"', "unknown font family"),
    ],
)
def test_what_is_missing_stops_the_render(
    build: Path, tmp_path: Path, engine: str, name: str, old: str, new: str, told: str
) -> None:
    output = tmp_path / "out"
    output.mkdir()
    (output / "former.html").write_text("former", encoding="utf-8")
    replace(build, name, old, new)
    assert told in refused(build, output, engine)
    assert [path.name for path in output.iterdir()] == ["former.html"]
    assert not list(tmp_path.glob(".*")), "the staging folder is left behind"


@BOTH
def test_all_faults_are_told_at_once(build: Path, tmp_path: Path, engine: str) -> None:
    replace(build, "T01.qmd", ": Données du thème", ":")
    replace(build, "T01.qmd", ' alt="Barre : 3 %, 97 %"', "")
    replace(build, "index.qmd", "- **34** collectivités", "- collectivités")
    told = refused(build, tmp_path / "out", engine)
    assert all(each in told for each in ("without an alt text", "without caption", "key figures"))


def test_a_pandoc_that_ends_early_is_told(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pandoc"
    monkeypatch.setattr(pandoc, "find", lambda: str(program))
    for script, message in (
        ("echo out of memory >&2", "out of memory"),
        ("kill -9 $$", "Pandoc ended early (-9)"),
        ("exit 0", "Pandoc ended early (0)"),
    ):
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        assert message in refused(build, tmp_path / "out")


def test_an_engine_that_is_missing_is_said(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "find_quarto", lambda: None)
    with pytest.raises(StudyError, match="Quarto was not found"):
        engines.render(build, tmp_path / "out", "quarto")
    with pytest.raises(StudyError, match="did you mean 'quarto'"):
        engines.render(build, tmp_path / "out", "qarto")
    assert engines.render(build, tmp_path / "out").startswith("Pandoc")


def test_an_old_quarto_is_left_aside(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "find_quarto", lambda: Path("quarto"))
    monkeypatch.setattr(engines, "_version", lambda quarto: (1, 4, 550))
    with pytest.raises(StudyError, match="too old"):
        engines.render(build, tmp_path / "out", "quarto")
    assert engines.render(build, tmp_path / "out", "auto").startswith("Pandoc")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("barolib: table tab-1 | it has no caption | write one", "table tab-1: it has no caption"),
        ("\x1b[31mERROR ([C]:-1) a filter", "a filter"),
        ("[typst]: Compiling a.typ to a.pdf...warning: unknown font", "unknown font"),
        ("\x1b[33mWARN: a link\x1b[39m", "WARN: a link"),
        ("[WARNING] a division is not closed", "not closed"),
    ],
)
def test_a_quarto_that_ends_well_in_spite_of_a_fault_is_not_believed(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, told: str
) -> None:
    rendered(monkeypatch, build, line)
    assert told in refused(build, tmp_path / "out", "quarto")
    assert not (tmp_path / "out").exists()


def test_quarto_looks_for_no_font_of_the_machine(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = rendered(monkeypatch, build, "\x1b[33mWARN: verapdf is not installed.")
    assert engines.render(build, tmp_path / "out", "quarto") == "Quarto 1.9.0"
    assert given == {"TYPST_IGNORE_SYSTEM_FONTS": "true"}


def rendered(monkeypatch: pytest.MonkeyPatch, build: Path, told: str) -> dict[str, str]:
    """A Quarto that renders `build` to empty pages, says so, and ends well; what it is given."""
    given: dict[str, str] = {}

    def run(command: list, _: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        given.update(variables)
        (build / "_site").mkdir(exist_ok=True)
        for name in ("index.html", "T01.html", "barometre-2021.pdf"):
            write(build / "_site", name, "")
        return subprocess.CompletedProcess(command, 0, "", f"[1/3] index.qmd\n{told}\n")

    monkeypatch.setattr(engines, "find_quarto", lambda: Path("quarto"))
    monkeypatch.setattr(engines, "_version", lambda quarto: (1, 9, 0))
    monkeypatch.setattr(programs, "run", run)
    return given


@QUARTO
def test_quarto_gives_the_same_text(build: Path, tmp_path: Path) -> None:
    engines.render(build, tmp_path / "embedded", "embedded")
    assert engines.render(build, tmp_path / "quarto", "quarto").startswith("Quarto 1.")
    compare(tmp_path / "embedded", tmp_path / "quarto")


@QUARTO
def test_quarto_sets_a_block_of_code_as_the_embedded_engine_does(
    build: Path, tmp_path: Path
) -> None:
    block = '```\nc # `y` "z" \\n\n  *d*\n```\n\n'
    for name in ("index.qmd", "barometre-2021.qmd"):
        replace(build, name, "Une « mesure »", f"> Un mot.\n\n{block}Une « mesure »")
    engines.render(build, tmp_path / "embedded", "embedded")
    engines.render(build, tmp_path / "quarto", "quarto")
    compare(tmp_path / "embedded", tmp_path / "quarto")
    assert "*d*" in page(tmp_path / "quarto", "index.html").pre.get_text()


@QUARTO
def test_quarto_takes_no_word_of_a_label_for_its_own(build: Path, tmp_path: Path) -> None:
    label = "a {{< env HOME >}} {{{< b >}}} {{</* c */>}} ::: ::::::: {.d}"
    words = escape(label)
    for name, old in (
        ("index.qmd", "## Constats"),
        ("index.qmd", "title: Baromètre"),
        ("index.qmd", "title: Accueil"),
        ("T01.qmd", "Barre"),
        ("T01.qmd", "Très haut débit"),
        ("barometre-2021.qmd", "title: Baromètre"),
        ("barometre-2021.qmd", "description: Une étude"),
        ("barometre-2021.qmd", "## Constats"),
        ("barometre-2021.qmd", "Barre"),
        ("barometre-2021.qmd", "Très haut débit"),
    ):
        key, colon, value = old.rpartition(": ")
        quoted = f"'{value} {words}'" if colon else f"{value} {words}"
        replace(build, name, old, f"{key}{colon}{quoted}")
    document = (build / "barometre-2021.qmd").read_text(encoding="utf-8")
    chart = re.search(r"^!.*", document, re.MULTILINE)[0]
    replace(build, "barometre-2021.qmd", chart, f"::: {{.bars}}\n{chart}\n:::")
    replace(build, "index.qmd", "Une « mesure »", f"## Suite {words}\n\nUne « mesure »")
    engines.render(build, tmp_path / "embedded", "embedded")
    engines.render(build, tmp_path / "quarto", "quarto")
    compare(tmp_path / "embedded", tmp_path / "quarto")
    for name in ("index.html", "T01.html"):
        assert "{{< env HOME >}}" in page(tmp_path / "quarto", name).get_text()
    one, two = (alts(tmp_path / each / "barometre-2021.pdf") for each in ("embedded", "quarto"))
    assert one == two
    assert any("{{< env HOME >}}" in alt for alt in two)


@QUARTO
@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_quarto_gives_the_same_report(
    published: shared.Published, tmp_path: Path, lang: str
) -> None:
    shutil.copytree(published.layout.build("2021", lang), tmp_path / "build")
    engines.render(tmp_path / "build", tmp_path / "quarto", "quarto")
    compare(published.output(lang), tmp_path / "quarto")


def alts(pdf: Path) -> list[str]:
    reader = PdfReader(pdf)
    objects = (reader.get_object(at) for at in range(1, reader.trailer["/Size"]))
    return sorted(
        str(each["/Alt"]) for each in objects if isinstance(each, dict) and "/Alt" in each
    )


def compare(embedded: Path, quarto: Path) -> None:
    """Both hold the same files, elements, attributes, words, numbers and spaces between them."""
    files = [{each.relative_to(at) for each in at.rglob("*")} for at in (embedded, quarto)]
    assert files[0] == files[1]
    for name in sorted(each.name for each in embedded.glob("*.html")):
        one, two = (page(each, name) for each in (embedded, quarto))
        words = [re.split(r"[ \n]+", each.get_text(" ").strip()) for each in (one, two)]
        assert words[0] == words[1], name
        tags = [[(tag.name, tag.attrs) for tag in each.find_all(True)] for each in (one, two)]
        assert tags[0] == tags[1], name
    one, two = (
        [sheet.extract_text() for sheet in PdfReader(each / "barometre-2021.pdf").pages]
        for each in (embedded, quarto)
    )
    assert one == two
