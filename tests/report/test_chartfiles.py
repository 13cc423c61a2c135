"""Charts to be taken away, and the index of the search: of the pages, whole, the same each time."""

import json
import re
from xml.etree import ElementTree

import pytest
from PIL import Image

from barolib.drawing.rendering import use_fonts
from barolib.report import chartfiles, searchindex
from support import published as shared

each_lang = pytest.mark.parametrize("lang", shared.LANGUAGES)


def words(svg):
    """The texts of an SVG file in the order of the file, one space between."""
    return " ".join(" ".join(ElementTree.fromstring(svg).itertext()).split())


@each_lang
def test_every_chart_of_a_page_is_offered_as_svg_and_png_with_title_base_and_source(
    published, lang
):
    folder, linked = published.output(lang) / "charts", set()
    for path in published.output(lang).glob("*.html"):
        for figure in shared.read_page(path).select("main figure:not(.legend)"):
            png, svg = (link["href"].removeprefix("charts/") for link in figure.select(".data a"))
            linked |= {png, svg}
            text = words((folder / svg).read_text(encoding="utf-8"))
            shown = re.split(r" \(|#", " ".join(figure.figcaption.find(string=True).split()))[0]
            assert shown.strip() in text.replace("\xa0", " ")
            assert published.raw.edition.title.of(lang) in text
            assert re.search(r"(Répondants\s: |Respondents: )34\.", text)
    assert linked == {path.name for path in folder.iterdir()}
    assert len(linked) > 200
    for path in folder.glob("*.png"):
        svg = ElementTree.parse(path.with_suffix(".svg")).getroot()
        with Image.open(path) as picture:
            assert picture.width == pytest.approx(1.5 * float(svg.get("width")), abs=2)
            assert picture.height == pytest.approx(1.5 * float(svg.get("height")), abs=2)


@each_lang
def test_a_simulated_chart_says_so_and_names_no_other_source(published, lang):
    folder, mark = published.output(lang) / "charts", {"fr": "simulé", "en": "imulated"}[lang]
    texts = {p.stem: words(p.read_text(encoding="utf-8")) for p in folder.glob("*.svg")}
    for name, printed in {"T04-01": True, "T04": True, "T01": False, "T01-02": False}.items():
        assert ("France urbaine" in texts[name]) == printed
        assert (mark in texts[name]) != printed
    assert mark in texts["delta-T04"]
    assert "France urbaine" not in texts["delta-T04"]


def test_a_chart_alone_has_its_words_around_it():
    use_fonts(shared.ROOT / "report" / "assets" / "fonts")
    part = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 60"><text>n = 3</text></svg>'
    told = chartfiles.Words("Theme <1>", "A title", "Who & where", "Alt")
    svg = chartfiles.standalone(told, [part])
    assert words(svg) == "A title Alt Theme <1> A title n = 3 Who & where"
    assert svg == chartfiles.standalone(told, [part])
    card = chartfiles.card(("Small", "Large " * 99, "Line"), ["#000000", "#ffffff"])
    assert re.search(r"Small (Large )+Large… Line$", words(card))
    assert card.count("<rect") == 3


@each_lang
def test_the_search_knows_every_affirmation_and_section(published, lang):
    script = (published.output(lang) / "assets" / "search-index.js").read_text(encoding="utf-8")
    assert len(script.encode()) < 100_000
    entries = json.loads(re.fullmatch(r"var searchIndex=(.*);\n", script)[1].replace("<\\/", "</"))
    found = {entry[0]: entry[1:] for entry in entries}
    assert len(found) == len(entries)
    for row in shared.raw_rows("questionnaire.csv"):
        place = f"{row['theme_id']}.html#{row['affirmation_id']}"
        assert found[place][0].replace("\xa0", " ").startswith(row[f"label_{lang}"][:20])
    for path in published.output(lang).glob("*.html"):
        page = shared.read_page(path)
        assert found[path.name][0] == " ".join(page.h1.get_text().split())
        # Pandoc makes a section of a division that begins with a heading, and gives it the id.
        heads = (each.get("id") or each.parent["id"] for each in page.select("main h2"))
        assert {f"{path.name}#{each}" for each in heads} <= set(found)
    assert not any("#" in word or "Données et image" in word for e in entries for word in e[1:])


def test_what_is_said_twice_on_a_page_is_indexed_once(tmp_path):
    page = """<body><nav>Menu</nav><main><h1>Title</h1><p>One <b>two</b><br>three</p>
    <h2 id="a">Part</h2><table><caption>Told</caption><tbody><tr><td>9</td></tr></tbody></table>
    <section id="c" class="pages"><h2>Apart</h2><p>Four</p></section>
    <figure id="b" class="bar"><figcaption>Chart <em><a>Tag</a></em> (s) <a class="here">#</a>
    </figcaption><div class="plot">9</div><details>Data</details></figure></main></body>"""
    (tmp_path / "p.html").write_text(page, encoding="utf-8")
    assert searchindex.read(tmp_path / "p.html") == [
        ["p.html", "Title", "Title", "One two three"],
        ["p.html#a", "Part", "Title", "Told"],
        ["p.html#c", "Apart", "Title", "Four"],
        ["p.html#b", "Chart (s)", "Title", ""],
    ]
