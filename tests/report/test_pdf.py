"""The PDF for those who do not see it: tags, alternatives, order, judged by another program."""

import io
import re
from copy import copy

import pytest
from pypdf import PdfReader, PdfWriter

from barolib.report.facts import Facts
from support import published as shared

page_validation = pytest.importorskip("page", reason="page-validation is not installed")

PROFILES = ("ua1", "2a")
each_lang = pytest.mark.parametrize("lang", shared.LANGUAGES)


def pdf_of(published, lang):
    return published.output(lang) / "barometre-2021.pdf"


def faults(content, profile):
    """What breaks the rules of PDF/UA-1 or PDF/A-2a in the bytes of a PDF."""
    report = page_validation.validate_pdf_bytes(content, profile=profile)
    assert report.rules.total > 100
    told = [f"{each.rule_id}: {each.message}" for each in report.failures]
    # Of a stream whose last byte is a carriage return, before the line feed that ends it, the
    # validator takes both for the end of the line: whether lengths are right is counted here.
    counted = lengths_hold(content)
    return [each for each in told if not (counted and "STREAM-LENGTH" in each)]


def lengths_hold(content):
    """Whether each stream of a PDF is as long as it says: then its end of line, and `endstream`."""
    streams = list(re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\r?\n", content))
    assert len(streams) > 10
    ends = (content[each.end() + int(each[1]) :][:11] for each in streams)
    return all(re.match(rb"\r?\n?endstream", end) for end in ends)


def test_a_stream_of_another_length_is_told(published):
    content = pdf_of(published, "fr").read_bytes()
    assert lengths_hold(content)
    longer = re.sub(rb"/Length (\d+)", lambda found: b"/Length 1" + found[1], content, count=1)
    assert not lengths_hold(longer)


@each_lang
@pytest.mark.parametrize("profile", PROFILES)
def test_an_independent_validator_finds_no_fault(published, lang, profile):
    assert faults(pdf_of(published, lang).read_bytes(), profile) == []


def test_the_validator_tells_good_from_bad(published):
    writer = PdfWriter(clone_from=pdf_of(published, "fr"))
    del next(tagged(writer.root_object["/StructTreeRoot"], "/Figure"))["/Alt"]
    del writer.root_object["/Lang"], writer.root_object["/MarkInfo"]
    writer.write(spoiled := io.BytesIO())
    found = " ".join(faults(spoiled.getvalue(), "ua1"))
    for fault in ("FIGURE-ALTERNATIVE-TEXT", "LANGUAGE", "TAGGED-DOCUMENT"):
        assert fault in found


@each_lang
def test_its_outline_and_metadata_are_set_as_the_text_is(published, lang):
    reader = PdfReader(pdf_of(published, lang))
    names = [each.title for each in flat(reader.outline)]
    assert len(names) > 40
    assert any("’" in name for name in names)
    assert not any("'" in name for name in names)
    about = reader.metadata["/Subject"]
    assert re.search(r"\. (Réponses simulées|Simulated answers)\.$", about)
    assert not re.search(r"[.!?] ?[–—]", about)


def flat(outline):
    """The entries of an outline, those below an entry after it."""
    for each in outline:
        yield from flat(each) if isinstance(each, list) else [each]


def tagged(element, tag):
    """Each element of that tag in the tree below `element`, in the order of reading."""
    element = element.get_object()
    if element.get("/S") == tag:
        yield element
    below = element.get("/K", [])
    for each in below if isinstance(below, list) else [below]:
        if hasattr(each.get_object(), "get"):
            yield from tagged(each, tag)


def chapters(published, lang):
    """The pages that the PDF has too, in reading order, parsed; without what they alone have."""
    links = published.soup(lang, "index").select("nav.side > ul > li > a")
    names = [link["href"].removesuffix(".html") for link in links]
    soups = [
        copy(shared.read_page(published.output(lang) / f"{name}.html"))
        for name in names
        if name not in ("chart-data", "explore")
    ]
    for soup in soups:
        for alone in soup.select(".pages"):
            alone.decompose()
    return soups


@each_lang
def test_every_chart_has_its_alt_text_in_the_order_of_the_pages(published, lang):
    root = PdfReader(pdf_of(published, lang)).trailer["/Root"]["/StructTreeRoot"]
    key = Facts(published.layout, published.raw, lang).alts["legend"]  # which pages have as words
    alts = [letters(str(each["/Alt"])) for each in tagged(root, "/Figure")]
    pages = chapters(published, lang)
    shown = [
        each["aria-label"] for soup in pages for each in soup.select("[role=img]:not(.narrow)")
    ]
    assert [each for each in alts if each != letters(key)] == [letters(each) for each in shown]
    assert max(map(len, shown)) < 250


@each_lang
def test_its_words_are_extracted_in_the_order_of_reading(published, lang):
    text, at = letters(published.pdf(lang)), 0
    at = text.index(letters(published.soup(lang, "method").h1.get_text()))  # after the contents
    for soup in chapters(published, lang)[1:]:
        for tag in soup.select("main h1, main h2, main h3, main figcaption, main caption"):
            if tag.find_parent("details"):
                continue  # the data beside a chart, which the PDF has in its annex
            words = letters(tag.get_text(" "))
            found = text.find(words, at)
            assert found >= 0, f"{tag.get_text()} is not there, or not in its place"
            at = found + len(words)


def letters(text):
    """Letters and digits alone: spaces and hyphens are the typesetter's."""
    return re.sub(r"[\W_]", "", text)


@each_lang
def test_simulated_answers_are_named_where_it_counts_and_not_at_every_line(published, lang):
    text = published.pdf(lang).lower()
    assert 50 < text.count("simul") < 120


@each_lang
def test_a_figure_of_the_text_leads_to_its_bar(published, lang):
    """The pages have the row of its proof; the PDF leaves these out, and shows what it counts."""
    reader = PdfReader(pdf_of(published, lang))
    label = {"fr": "Suivre une stratégie de coop", "en": "Follow a strategy of digital coop"}
    start = reader.get_destination_page_number(reader.named_destinations["T04"])
    places = [note.get_object()["/Dest"].get_object() for note in reader.pages[start]["/Annots"]]
    led = {reader.get_page_number(place[0].get_object()) for place in places if place[0] != "X"}
    assert any(label[lang] in " ".join(reader.pages[n].extract_text().split()) for n in led)
