"""What the head of a page says to search engines and networks, and how the report is cited."""

import re

import pytest

from barolib.errors import StudyError
from barolib.report import chapters, citation, cover, pagehead
from barolib.report.facts import Facts
from barolib.report.templates import Templates
from support import published as shared

ADDRESS = "https://example.org/barometer_a/2021"


@pytest.fixture(scope="module", params=shared.LANGUAGES)
def templates(request, published):
    layout = published.layout
    facts = Facts(layout, published.raw, request.param)
    return Templates(layout.sources / "report", facts, layout.texts_apart)


@pytest.fixture(scope="module")
def pages(published, templates):
    return {p.stem: shared.read_page(p) for p in published.output(templates.lang).glob("*.html")}


def content(page, name):
    (tag,) = page.select(f'meta[name="{name}"], meta[property="{name}"]')
    return tag["content"]


def test_each_page_says_what_it_finds(pages, templates):
    told = {name: content(page, "description") for name, page in pages.items()}
    assert len(set(told.values())) == len(told)
    lead, theme = (pages[name].select_one(place) for name, place in WHERE.items())
    assert plain(lead.get_text()).startswith(plain(told["index"]))
    assert plain(theme.get_text(" ")).count(plain(told["T04"])) == 1
    simulated = templates.words["simulated"]
    assert told["T01"].endswith(f" {simulated.capitalize()}.")
    assert not any(simulated in told[name].lower() for name in ("index", "T04", "T07"))
    for name, page in pages.items():
        assert 20 < len(told[name]) <= 280
        assert not re.search(r"[.!?] ?[–—]|[!?]\.", told[name])
        assert content(page, "og:description") == told[name]
        assert content(page, "og:title") in page.title.string
        assert content(page, "og:type") == ("website" if name == "index" else "article")
        assert content(page, "og:locale")[:2] == templates.lang


def plain(text):
    return " ".join(text.split())


WHERE = {"index": ".lead", "T04": "main"}


def test_each_page_leads_to_itself_in_the_other_language(published, pages, templates):
    (other,) = set(shared.LANGUAGES) - {templates.lang}
    for name, page in pages.items():
        links = {each["hreflang"]: each["href"] for each in page.select("link[rel=alternate]")}
        assert links == {lang: f"../{lang}/{name}.html" for lang in shared.LANGUAGES}
        (link,) = page.select(".ways a[lang]")
        assert (link["lang"], link["href"]) == (other, links[other])
        assert (published.output(templates.lang) / links[other]).is_file()
        assert not page.select("link[rel=canonical], [property='og:url'], [property='og:image']")


def test_a_public_address_is_told_where_one_is_given(templates):
    written, lang = cover.read_cover(templates) | {"address": ADDRESS}, templates.lang
    (chapter,) = (each for each in chapters.of_edition(templates)[0] if each.name == "T04")
    head = pagehead.head(templates, written, chapter)
    assert head["address"] == f"{ADDRESS}/{lang}/T04.html"
    assert head["image"] == f"{ADDRESS}/{lang}/charts/card.png"
    assert [each["address"] for each in head["languages"]] == [
        f"{ADDRESS}/{each}/T04.html" for each in shared.LANGUAGES
    ]
    assert [each["href"] for each in head["languages"]] == ["../fr/T04.html", "../en/T04.html"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("address", "example.org"), ("address", "javascript:1"), ("contact", "https://example.org")],
)
def test_what_is_no_address_is_refused(templates, monkeypatch, key, value):
    given = templates.data("cover") | {key: value}
    monkeypatch.setattr(templates, "data", lambda name: given)
    with pytest.raises(StudyError, match="no address") as error:
        cover.read_cover(templates)
    assert error.value.problems[0].column == key


def test_the_report_is_cited_in_words_and_in_bibtex(templates, pages):
    written = cover.read_cover(templates) | {"address": ADDRESS, "author": "A & B {c}"}
    cited = citation.cite(templates, written)
    entry = dict(re.findall(r"^  (\w+) = \{(.*)\},$", cited["bibtex"], re.MULTILINE))
    assert entry["author"] == r"{A \& B c}"
    assert entry["title"] == templates.edition.title.of(templates.lang)
    assert (entry["year"], entry["url"]) == ("2021", f"{ADDRESS}/{templates.lang}/")
    assert cited["bibtex"].count("{") == cited["bibtex"].count("}")
    title = " ".join(pages["method"].select_one("#cite ~ p em").get_text().split())
    assert title == entry["title"]
    assert pages["method"].select_one("#cite ~ .pages pre").get_text().startswith("@misc{")


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("All is well", "All is well. Simulated."),
        ("Is it?", "Is it? Simulated."),
        ("All is simulated.", "All is simulated."),
    ],
)
def test_a_mention_is_a_sentence_of_its_own(sentence, told):
    assert cover.mention(sentence, "simulated") == told


def test_a_description_holds_whole_sentences():
    one, two = "A" * 150 + ".", "B" * 150 + "."
    assert pagehead._shortened(f"{one} {two}") == one
    assert pagehead._shortened("a b. c") == "a b. c"
    cut = pagehead._shortened("word " * 100)
    assert len(cut) <= 250
    assert cut.endswith("word…")
