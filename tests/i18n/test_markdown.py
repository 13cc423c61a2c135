"""Values as Markdown: whatever they hold, Pandoc reads them as the text that they are."""

import json
import re
import subprocess
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from barolib.i18n.markdown import escape, front_matter, plain
from barolib.i18n.sentences import paragraphs
from barolib.report import pandoc
from support.studies import ROOT

NASTY = [
    '*x* <script> $y$ #let [a](b) "q" | pipe',
    "1. first",
    "# not a heading",
    "- no item",
    "a -- b --- c ... d",
    "'quoted' and \"quoted\"",
    "back\\slash \\alpha \\*",
    "`code` ~sub~ ^sup^ ~~gone~~",
    "[link](address) ![image](x.svg) [^1] @citation",
    "::: {.note}",
    "a_b_c _d_ __e__",
    "{{ name }} {% tag %} {# id .class key=value}",
    "&amp; &lt; <b> <!-- c -->",
    "x | y | z",
    "100 % : « oui » ; non ?",
    "https://example.org/a_b",
    ": caption",
    "T04-01",
    "+ - = > !",
]
texts = st.text(st.sampled_from("abé1 *_`#-+.:|<>[](){}$\\\"'~^@!&=%/,;"), min_size=1, max_size=30)


def words(inlines):
    """The text of Pandoc's inlines; what is not a word or a space shows its kind."""
    kinds = {"Str": lambda each: each["c"], "Space": lambda _: " ", "SoftBreak": lambda _: " "}
    other = lambda each: f"<{each['t']}>"  # noqa: E731
    return "".join(kinds.get(each["t"], other)(each) for each in inlines)


def read(text):
    """Pandoc's tree of a Markdown text, as the embedded engine has it read."""
    program = [pandoc.find(), "--from", pandoc.MARKDOWN, "--to", "json"]
    done = subprocess.run(program, input=text, capture_output=True, check=True, encoding="utf-8")
    return json.loads(done.stdout)


def cells(values):
    """The text of each value, read from a cell of a table."""
    rows = "".join(f"| {escape(value)} | 1 |\n" for value in values)
    (table,) = read(f"| Label | n |\n|:---|---:|\n{rows}")["blocks"]
    body = table["c"][4][0][3]
    return [words(row[1][0][4][0]["c"] if row[1][0][4] else []) for row in body]


def sentences(values):
    """The text of each value, read from within a sentence."""
    blocks = read("\n\n".join(f"So: {escape(value)} end" for value in values))["blocks"]
    return [words(block["c"])[4:-4] for block in blocks]


def alts(values):
    """The text of each value, read from the alt text of a figure."""
    figures = [f'![](x.svg){{.bar alt="{escape(value)}"}}' for value in values]
    blocks = read("\n\n".join(figures))["blocks"]
    return [dict(block["c"][0]["c"][0][2])["alt"] for block in blocks]


def headings(values):
    """The text of each value, read from a heading with an identifier."""
    blocks = read("\n\n".join(f"# {escape(value)} {{#id}}" for value in values))["blocks"]
    assert {block["c"][1][0] for block in blocks} == {"id"}
    return [words(block["c"][2]) for block in blocks]


@pytest.mark.parametrize("place", [cells, sentences, alts, headings])
@settings(max_examples=25)
@given(st.lists(texts, min_size=1, max_size=40))
@example(NASTY)
def test_a_value_reads_as_itself(place, values):
    values = [" ".join(value.split()) for value in values if value.strip()]
    assert place(values) == values


@pytest.mark.parametrize("value", ["one\ntwo", "one\r\ntwo"])
def test_a_value_of_two_lines_stays_on_one(value):
    assert cells([value]) == ["one two"]


def test_ids_and_plain_words_need_no_escape():
    assert [escape(word) for word in ("T04-01", "34", "L2", "été")] == ["T04-01", "34", "L2", "été"]


@settings(max_examples=25)
@given(st.lists(texts, min_size=1, max_size=10))
@example(NASTY)
def test_front_matter_reads_as_itself(values):
    values = [" ".join(value.split()) for value in values if value.strip()]
    metadata = {"title": values[0] if values else "", "page": {"nav": [{"t": v} for v in values]}}
    meta = read(front_matter(metadata))["meta"]
    found = [each["c"]["t"] for each in meta["page"]["c"]["nav"]["c"]] if values else []
    assert [words(each["c"]) for each in found] == values


def test_names_of_files_stay_as_they_are():
    text = front_matter({"lang": "fr", "page": {"href": "a-b_c.html", "title": "a-b_c.html!"}})
    assert "href: a-b_c.html\n" in text
    assert "title: a-b_c.html\\!\n" not in text
    assert "a\\-b\\_c\\.html\\!" in text


def test_front_matter_keeps_numbers_truths_and_nothing():
    text = front_matter({"current": True, "level": 3, "kicker": None})
    assert text == "---\ncurrent: true\nlevel: 3\nkicker: null\n---\n\n"


# ---------------------------------------------------------------------------------- plain

AUTHORED = [
    "Un **mot *fort* et** un *autre*, _ici_ et snake_case_là, 2*3*4",
    "Un \\*mot\\* \\[x\\] et [un lien](T04.html#T04-01), [*deux* [x] fois](a.html){.x} ![c](f.svg)",
    "Du `code_*x*` et ``a`b``, ~~barré~~, &nbsp;&eacute;&#233; &amp; a & b",
    "<https://example.org/a_b> et <a@example.org>, a < b",
    "## Un titre {#id}",
    "> cité **gras**",
    "- un *point*",
    "***fort*** **a**b a * b * c",
    "[réf][1]\n\n[1]: a.html",
]


def stringified(texts):
    """The words of each text, as Pandoc reads them without its marks."""
    program = "local texts = pandoc.json.decode(io.read('a'), false)\n"
    program += "for _, text in ipairs(texts) do\n"
    program += f"  local doc = pandoc.read(text, '{pandoc.MARKDOWN}-smart')\n"
    program += "  print(pandoc.json.encode(pandoc.utils.stringify(doc.blocks)))\nend"
    words = [pandoc.find(), "lua", "-e", program]
    done = subprocess.run(
        words, input=json.dumps(texts), capture_output=True, check=True, encoding="utf-8"
    )
    return [" ".join(json.loads(line).split()) for line in done.stdout.splitlines()]


def test_authored_markdown_is_read_as_pandoc_reads_it():
    folder = ROOT / "report" / "text"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*/*/*.md"))]
    texts = [re.sub(r"\{##.*?##\}|\{%.*?%\}", "", text, flags=re.DOTALL) for text in texts]
    texts = [re.sub(r"\{\{.*?\}\}", "\ue0005\ue001", text, flags=re.DOTALL) for text in texts]
    parts = [part.strip() for text in texts for part in paragraphs(text)[::2]]
    parts = [part for part in parts if part and not re.search(r":::|^!\[", part)]
    assert len(parts) > 150
    told = [" ".join(plain(part).split()) for part in [*AUTHORED[:-1], *parts]]
    assert told == stringified([*AUTHORED[:-1], *parts])
    assert plain(AUTHORED[-1].split("\n")[0]) == "réf"


def test_a_note_and_a_reference_are_read_without_their_signs():
    assert plain("Un mot[^1], voir @fig-T01-01 et [@tbl-scale].") == "Un mot, voir T01-01 et scale."
    assert plain("[^1]: Une *note*.") == "Une note."


def test_a_hostile_text_is_read_in_no_time():
    start = time.process_time()
    for marks in ("*a ", "[a", "`a ", "_a ", "](", "![", "\\"):
        plain(marks * 20_000)
    assert time.process_time() - start < 30
