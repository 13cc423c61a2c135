"""A study's folder is data: no text, cover, picture or leftover of it runs or reads anything."""

import os
import re
import shutil
import time

import pytest
from jinja2.filters import FILTERS

from barolib.errors import StudyError
from barolib.files.layout import Layout
from barolib.report import engines, markup, publication, sandbox
from barolib.report.facts import Facts
from barolib.report.references import Places
from barolib.report.templates import Templates
from support import published as shared
from support import telling
from support.studies import counted_by_hand

REPORT = shared.ROOT / "report"
PLACE = "text/2030/fr"


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    """The facts of the edition counted by hand."""
    study = counted_by_hand(tmp_path_factory.mktemp("study"))
    return Facts(study.layout, telling.write_tables(study), "fr")


@pytest.fixture
def texts(facts, tmp_path):
    """A function: the templates of a study elsewhere whose texts are these, by file name."""

    def made(**held):
        folder = tmp_path / "report" / PLACE
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in held.items():
            suffix = "yml" if name in ("cover", "alts") else "md"
            content = text.encode() if isinstance(text, str) else text
            (folder / f"{name}.{suffix}").write_bytes(content)
        return Templates(REPORT, facts, tmp_path / "report" / "text")

    return made


def problems_of(action, *words):
    with pytest.raises(StudyError) as error:
        action(*words)
    return error.value.problems


def looked_through(templates, *names):
    """Fills the texts, and has them looked through."""
    for name in names:
        templates.render(f"{PLACE}/{name}.md")
    places = Places({"T01": "{#T01-01} [e](#petit) {#petit}"}, {})
    report = markup.Report(6, {"T01.svg"}, places)
    markup.refuse(templates.filled, templates.values, REPORT / "assets", report)


# ---------------------------------------------------------------------------------- templates

#: What a text may not use, with how the problem names it.
CLOSED = {
    "{{ ''.__class__.__mro__ }}": "__class__",
    "{{ ''['__class__'] }}": "__class__",
    "{{ facts.row.__func__.__globals__ }}": "__func__",
    "{{ text.__globals__ }}": "__globals__",
    "{{ self._TemplateReference__context }}": "_TemplateReference__context",
    "{{ cycler.__init__ }}": "cycler",
    "{{ facts | attr('_tables') }}": "attr",
    "{{ ['x'] | map('attr', '__class__') | list }}": "attr",
    "{{ facts.rows.values() | map(attribute='__class__') | list }}": "__class__",
    "{{ facts.rows | groupby('__class__') }}": "groupby",
    "{{ '{.__class__}'.format(facts) }}": "format",
    "{{ ''.format_map(facts) }}": "format_map",
    "{{ facts._tables }}": "_tables",
    "{{ facts.language }}": "language",
    "{{ facts.row('T01')._asdict() }}": "_asdict",
    "{{ facts.row('T01').count(1) }}": "count",
    "{{ facts.scores.T01._replace(mean=4) }}": "_replace",
    "{{ facts.raw.claims[0]._fields }}": "_fields",
    "{{ facts['_tables'] }}": "_tables",
    "{{ facts.judged }}": "judged",
    "{{ facts.raw.respondents }}": "respondents",
    "{{ facts.raw['answers'] }}": "answers",
    "{{ facts.raw.questionnaire.to_csv('x') }}": "to_csv",
    "{{ facts.raw.claims.eval('x') }}": "eval",
    "{{ facts.rows.pop('T01') }}": "pop",
    "{{ facts.levels.append(facts) }}": "append",
    "{{ facts.breakdowns._raw }}": "_raw",
    "{{ edition.parse_file('/etc/passwd') }}": "parse_file",
    "{{ edition.model_construct }}": "model_construct",
    "{{ edition.copy() }}": "copy",
    "{{ ledger.mark('x') }}": "mark",
    "{{ ledger.values }}": "values",
    "{{ t.clear() }}": "clear",
    "{% include 'index.qmd.jinja' %}": "include",
    "{% import 'index.qmd.jinja' as x %}": "import",
    "{% from 'index.qmd.jinja' import x %}": "from",
    "{% extends 'index.qmd.jinja' %}": "extends",
    "{% block x %}{% endblock %}": "block",
    "{% macro x() %}{{ x() }}{% endmacro %}{{ x() }}": "macro",
    "{% call x() %}{% endcall %}": "call",
    "{% filter upper %}x{% endfilter %}": "filter",
    "{% autoescape true %}{% endautoescape %}": "autoescape",
    "{% for x in facts.levels recursive %}{{ loop(x) }}{% endfor %}": "recursive",
    "{% set x %}y{% endset %}": "set",
    "{% for x in range(facts.raw.panel) %}{% endfor %}": "range",
    "{{ lipsum() }}": "lipsum",
    "{{ namespace() }}": "namespace",
    "{{ as_is('x') | random }}": "random",
    "{{ as_is('x') | safe }}": "safe",
    "{{ 'x' * facts.raw.panel }}": "*",
    "{{ facts.raw.panel ** facts.raw.panel }}": "**",
    "{{ 'x%s' % facts }}": "%",
}


@pytest.mark.parametrize(("text", "name"), CLOSED.items())
def test_what_a_text_may_not_use_is_named_with_its_place(texts, text, name):
    (problem,) = problems_of(texts(lead=f"Un\n\n{text}\n").render, f"{PLACE}/lead.md")
    assert (problem.file, problem.row, problem.value) == (f"report/{PLACE}/lead.md", "3", name)
    assert "docs/report.md" in problem.fix


#: What cannot be written, or has no end.
ENDLESS = {
    "{{ facts.rows }}": "a dict stands",
    "{{ facts }}": "a Facts stands",
    "{{ facts.rows | list | join }}{{ [facts.levels] | join }}": "a list within a list",
    "{{ facts.levels | join }}": "a tuple stands",
    "{{ loop }}": "'loop' is undefined",
    "{{ none }}": "nothing stands",
    "{% set x = 'ab' %}" + "{% set x = x ~ x %}" * 60 + "{{ x }}": "longer than a text may make",
    "{% set x = 'ab' %}" + "{% set x = x + x %}" * 60 + "{{ x }}": "longer than a text may make",
    "{% set x = 'ab' %}"
    + "{% set x = x | list | join(x) %}" * 60
    + "{{ x }}": "longer than a text may make",
    "{% set x = 'ab' %}"
    + "{% set x = x | replace('a', x) %}" * 60
    + "{{ x }}": "longer than a text may make",
    "{% set x = ['a', 'b'] %}" + "{% set x = [x, x] %}" * 60: "a list within a list",
    "{% set x = {'a': 'b'} %}" + "{% set x = {'a': x, 'b': x} %}" * 60: "a list within a list",
    "{% set x = facts.raw.panel %}" + "{% set x = x * x %}" * 60: "a number larger than",
    "{% set x = 'ab' | list %}"
    + "{% set x = x | lower | list %}" * 60
    + "{{ x }}": "a list stands where words",
    "{% for x in facts.labels %}" * 12 + "{% endfor %}" * 12: "go on for too long",
    "{% for x in facts.labels %}" * 5
    + "un texte qui se répète " * 200
    + "{% endfor %}" * 5: "longer than any text",
    "{{ " + "(" * 5000 + "facts" + ")" * 5000 + " }}": "lies too deep",
    "{{ text('lead') }}": "the text asks for itself",
    "{{ text('other') }}": "the text asks for itself",
    "{{ text('theme-key', theme='x') }}": "a text is given a theme",
    "{{ text('../../../../../../etc/passwd') }}": "no text is called",
    "{{ says('x', 'T01', value='y') }}": "it cannot be judged",
    "{{ says('x', 'T01', statistic='y') }}": "it cannot be judged",
    "{{ says(share('T01'), 'T01') }}": "a claim within a claim",
}


@pytest.mark.parametrize(("text", "message"), ENDLESS.items())
def test_what_has_no_end_or_no_sense_ends_soon_and_is_told(texts, text, message):
    start = time.process_time()
    problems = problems_of(texts(lead=text, other="{{ text('lead') }}").render, f"{PLACE}/lead.md")
    assert any(message in problem.message for problem in problems)
    assert all(problem.file.startswith(f"report/{PLACE}/") for problem in problems)
    assert time.process_time() - start < 20


OPEN = """\
{% set high, low = facts.chapters[0].high, facts.chapters[0].low %}
{% for level, label in facts.levels if label in ("Rien", "Fait") %}
- {{ label | upper }}{{ " et" if not loop.last }}
{% endfor %}
{{ facts.raw.questionnaire | length }} {{ facts.raw.claims[0].claim_id }} {{ edition.title.fr }}
{{ facts.rows.values() | selectattr("base", "gt", 7) | map(attribute="label") | join(", ") }}
{{ high.label ~ " / " ~ low.label }} {{ facts.scores.T01.mean | decimal }} {{ t["no"] }}
{{ facts.manifest.get("versions") | length }} {{ facts.raw.panel - (facts.chapters | length) }}
"""


def test_what_the_docs_list_stays_open(texts):
    assert texts(lead=OPEN).render(f"{PLACE}/lead.md").split("\n") == [
        "- RIEN et",
        "- FAIT",
        "4 C1 Essai",
        "Deuxième, Première, Tout",
        "Deuxième / Première 3,0 non",
        "0 7",
    ]


def test_the_docs_list_every_filter_and_method_that_is_open(texts):
    docs = (shared.ROOT / "docs" / "report.md").read_text(encoding="utf-8")
    listed = re.search(
        r"own filters these work:(.*?)Of words, these methods:(.*?);", docs, re.DOTALL
    )
    filters, methods = (set(re.findall(r"`(\w+)`", part)) for part in listed.groups())
    open_names = sandbox.TextSandbox.open_names
    assert methods == open_names[str]
    closed = texts()._texts
    inner = {"turns", "bounded", "flat"}
    assert set(closed.filters) - inner - filters == set(texts()._pages.filters) - set(FILTERS)
    assert filters <= set(closed.filters)


# ---------------------------------------------------------------------------------- Markdown

#: What no text may hold, and how the problem shows it.
HOSTILE = {
    "[a](javascript:alert)": "javascript:alert",
    "[a](JaVaScRiPt:alert)": "JaVaScRiPt:alert",
    "[a](&#106;avascript:alert)": "javascript:alert",
    "[a](javascript&colon;alert)": "javascript:alert",
    "[a](java\tscript:alert)": "java%20script:alert",
    "[a](%6Aavascript:alert)": "%6Aavascript:alert",
    "<javascript:alert>": "javascript:alert",
    "[a](data:text/html,x)": "data:text/html,x",
    "[a](vbscript:x)": "vbscript:x",
    "[a](file:///etc/passwd)": "file:///etc/passwd",
    "[a](//example.org/x)": "//example.org/x",
    "[a](/etc/passwd)": "/etc/passwd",
    "[a](../../x.html)": "../../x.html",
    "[a](ftp://example.org)": "ftp://example.org",
    "[a](T01.html?x)": "T01.html?x",
    "![x](../../etc/passwd)": "../../etc/passwd",
    "![x](figures/../../x.svg)": "figures/../../x.svg",
    "![x](/etc/x.svg)": "/etc/x.svg",
    "![x](https://example.org/x.svg)": "https://example.org/x.svg",
    "![x](data:image/svg+xml,x)": "data:image/svg+xml,x",
    "![x](figures/T01.png)": "figures/T01.png",
    "<script>alert()</script>": "<script>alert()</script>",
    "<img src=x onerror=y>": "<img src=x onerror=y>",
    "Un <b>mot</b>": "<b>",
    "<iframe></iframe>": "<iframe>",
    "<!-- c -->": "<!-- c -->",
    "<div style='position:fixed'>\n\nx\n\n</div>": "style",
    "<span onclick='x'>y</span>": "onclick",
    "[x]{.unseen}": ".unseen",
    "[x]{onclick=y}": "onclick",
    "[x](T01.html){target=_blank}": "target",
    "`x`{.python}": ".python",
    "::: {.masthead}\nx\n:::": ".masthead",
    "::: {.note onclick=x}\nx\n:::": "onclick",
    "## T {onclick=x}": "onclick",
    '## T {id="a> #panic() <b"}': "#a> #panic() <b",
    '![c](figures/T01.svg){id="a\\" onload=\\"b" alt="x"}': '#a" onload="b',
    '![c](figures/T01.svg){.bar alt="x" onload=y}': "onload",
    "`x y`{=typst}": "x y",
    "`y x`{=html}": "y x",
    "```{=typst}\n#panic()\n```": "```{=typst}",
    "~~~ {=html}\n<b>\n~~~": "~~~ {=html}",
    "```{python}\nx\n```": "```{python}",
    "```python\nx\n```": ".python",
    "`{python} x`": "`{python} x`",
    "\\input{/etc/passwd}": "\\input{/etc/passwd}",
    "\\begin{x}\ny\n\\end{x}": "\\begin{x}",
    "---\ninclude-in-header: /etc/passwd\n---": "---",
    "x\n\n---\n\ny": "---",
    "{% raw %}{{< include /etc/passwd >}}{% endraw %}": "{{< include /etc/passwd >}}",
    "# Titre": "# Titre",
}


def test_what_no_text_may_hold_is_named_with_its_place(texts):
    held = {f"t{number:02}": f"Un texte.\n\n{text}\n" for number, text in enumerate(HOSTILE)}
    held["reference"] = "Voir [ici][a].\n\n[a]: javascript:x\n"
    held["loop"] = "{% for l in facts.levels %}\n- {{ l[0] }}\n{% endfor %}\n\n[a](data:x)\n"
    held["title"] = "% Un titre\n\nUn texte.\n"
    problems = problems_of(looked_through, texts(**held), *held)
    found = {}
    for problem in problems:
        name = problem.file.removeprefix(f"report/{PLACE}/").removesuffix(".md")
        found.setdefault(name, []).append((problem.row, problem.value))
        assert problem.fix
    for number, value in enumerate(HOSTILE.values()):
        rows, values = zip(*found.pop(f"t{number:02}"), strict=True)
        assert value in values
        assert int(min(rows)) >= 3
    assert found == {
        "reference": [("3", "[a]: javascript:x"), ("3", "javascript:x")],
        "loop": [("5", "data:x")],
        "title": [("1", "% Un titre")],
    }


ORDINARY = """\
> Une citation **forte**, une *nuance*, `du code`, ~~un mot~~, H~i~ et j^k^, une note[^n].

***

- un point
    - un autre

| A | B |
|:--|--:|
| u | v |

: Légende {#tab-x .rows}

::: {.note}
De a < b à c > d, avec \\@nom, [\\@nom, ibid.], \\$x et y$, un "mot" d'ici et C:\\\\Users\\
et la suite.
:::

::: lead
[a](https://example.org/a?b=c#d) [b](HTTPS://example.org) <https://example.org> <a@example.org>
[c](mailto:a@example.org) [d](T01.html#T01-01) [e](#petit) [f](T01.html)
:::

Terme
:   définition

| une ligne
| une autre

```
code # `y`
```

## Petit titre {#petit}

[^n]: La note.
"""


def test_ordinary_markdown_is_let_through(texts):
    looked_through(texts(lead=ORDINARY), "lead")


@pytest.fixture
def build(facts, tmp_path):
    """A filled project of one page and its document, whose text is to be written."""
    folder = tmp_path / "build"
    shutil.copytree(REPORT / "assets", folder / "assets")
    (folder / "figures").mkdir()
    (folder / "figures" / "T01-01.svg").write_text("<svg><g/></svg>", encoding="utf-8")
    settings = Templates(REPORT, facts).render("_quarto.yml.jinja", pages=["T01.qmd"], lang="fr")
    (folder / "_quarto.yml").write_text(settings, encoding="utf-8")
    return folder


def rendered(build, output, text):
    """Renders the text in a page and in the PDF; the problems told, by file."""
    strings = "{skip: a, contents: b, previous: c, next: d, pdf: e, turn: f}"
    page = f"page: {{site: {{title: S, home: T01.html}}, strings: {strings}}}"
    (build / "T01.qmd").write_text(
        f"---\ntitle: T\nlang: fr\nformat: html\n{page}\n---\n\n{text}", encoding="utf-8"
    )
    cover = "cover: {short: S, author: A, description: D, keywords: [K], contents: C}"
    (build / "barometre-2030.qmd").write_text(
        f"---\ntitle: T\nlang: fr\nformat: typst\n{cover}\n---\n\n# T {{#T01}}\n\n{text}",
        encoding="utf-8",
    )
    engines.render(build, output, "embedded")


CHART = '![Un](figures/T01-01.svg){#T01-01 .bar alt="Une barre"}\n\n'


def test_ordinary_markdown_is_rendered_by_both_writers(build, tmp_path):
    rendered(build, tmp_path / "out", f"## Un titre\n\n{CHART}{ORDINARY}")
    page = shared.read_page(tmp_path / "out" / "T01.html")
    pdf = shared.pdf_text(tmp_path / "out" / "barometre-2030.pdf")
    for words in ("De a < b à c > d, avec @nom, [@nom, ibid.], $x et y$", "C:\\Users", "La note."):
        assert words in page.get_text().replace("\n", " ")
        assert words in pdf


def test_what_the_texts_let_through_the_rendering_refuses_in_page_and_pdf(build, tmp_path):
    """Texts are put together: what none holds alone can come of two of them."""
    text = "\n\n".join(text for text in HOSTILE if not text.startswith(("---", "x\n", "{%", "# ")))
    problems = problems_of(
        rendered, build, tmp_path / "out", f"{text}\n\n[a]: javascript:x\n\n[z][a]"
    )
    for file in ("T01.qmd", "barometre-2030.qmd"):
        rows = " ".join(problem.row for problem in problems if problem.file == file)
        for value in HOSTILE.values():
            if not value.startswith(("---", "{{<", "# ", "`{", "```", "~~~")):
                assert value in rows, file
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("braces", ["{#a .masthead}", "{#a>#panic()<b .rows}"])
def test_the_braces_of_a_table_are_looked_through_as_well(build, tmp_path, braces):
    table = f"| A |\n|---|\n| b |\n\n: Légende {braces}\n"
    problems = problems_of(rendered, build, tmp_path / "out", f"## Un titre\n\n{table}")
    assert {problem.file for problem in problems} == {"T01.qmd", "barometre-2030.qmd"}


def test_braces_of_a_label_in_a_caption_are_words(build, tmp_path):
    table = "| A |\n|---|\n| b |\n\n: Un \\{\\#\\# n \\#\\#\\} \\{\\.a\\} mot {.rows}\n"
    (build / "figures" / "T01-01.md").write_text(table, encoding="utf-8")
    rendered(build, tmp_path / "out", f"## Un titre\n\n{CHART}{table}\n\n{table[:-9]}\n")
    page = shared.read_page(tmp_path / "out" / "T01.html")
    captions = [tag.get_text() for tag in page.find_all("caption")]
    assert captions == ["Un {## n ##} {.a} mot"] * 3


# ---------------------------------------------------------------------------------- data

COVERS = {
    "kicker: x\nkikcer: y": ("2", "kikcer", "unknown key"),
    "kicker: x\nhref: '<script>'": ("2", "href", "unknown key"),
    "kicker: [x]": ("1", "kicker", "not a text"),
    "kicker: {a: b}": ("1", "kicker", "not a text"),
    "author: true": ("1", "author", "not for a text"),
    "lines: x": ("1", "lines", "not a list"),
    "subtitle: s\nlines: [{href: x}]": ("2", "lines.0", "not a text"),
    "lines: [true]": ("1", "lines.0", "not for a text"),
    "lines: &a [x]\nfoot: *a": ("2", "", "an alias"),
    "kicker: !!python/object/apply:os.system [x]": ("1", "", "a tag"),
    "kicker: 'x": ("1", "", "not valid YAML"),
    "{% for x in facts.levels %}\n# x\n{% endfor %}\nkicker: 'x": ("4", "", "not valid YAML"),
    "kicker: x\nkicker: y": ("2", "kicker", "stands twice"),
    "- x": ("", "", "no keys"),
    "kicker: {{ facts.judged }}": ("1", "", "'judged' is not open"),
    "kicker: " + "[" * 9000: ("", "", "without end"),
}


@pytest.mark.parametrize(("cover", "told"), COVERS.items())
def test_a_cover_that_is_no_cover_is_told_with_its_line(texts, cover, told):
    (problem, *_) = problems_of(texts(cover=cover).data, "cover")
    assert (problem.file, problem.row, problem.column) == (f"report/{PLACE}/cover.yml", *told[:2])
    assert told[2] in problem.message


def test_values_of_a_cover_are_words_whatever_they_hold(texts, facts, monkeypatch):
    label = '"a": [b] & *c* # {d} | - !e'
    monkeypatch.setitem(facts.labels, "T01", label)
    cover = "short: {{ facts.labels.T01 }}\nlines:\n  - {{ facts.labels.T01 | tojson }}\nnotice:\n"
    found = texts(cover=cover).data("cover")
    assert (found["short"], found["lines"], found["notice"]) == (label, [label], "")


def test_an_alt_text_of_no_chart_is_told(texts, facts, monkeypatch):
    monkeypatch.setitem(facts.__dict__, "alts", {"T01": "Une barre"})
    assert texts(alts="T01: Une autre").data("alts") == {"T01": "Une autre"}
    (problem,) = problems_of(texts(alts="T01: x\nT1: y").data, "alts")
    assert (problem.row, problem.column, problem.fix) == (
        "2",
        "T1",
        "did you mean 'T01'? or remove it",
    )


def test_a_text_that_is_no_text_is_told(texts):
    (problem,) = problems_of(texts(lead=b"Un\n\xe9t\xe9").render, f"{PLACE}/lead.md")
    assert (problem.row, problem.message) == ("2", "the file is not UTF-8")
    (problem,) = problems_of(texts(lead="Un\n\x00 \ue000").render, f"{PLACE}/lead.md")[:1]
    assert (problem.row, problem.message[-13:]) == ("2", "NULL (U+0000)")
    assert "longer" in problems_of(texts(lead="x" * 100_001).render, f"{PLACE}/lead.md")[0].message
    assert texts(lead="\ufeffUn\r\nautre").render(f"{PLACE}/lead.md") == "Un\nautre"
    assert texts(lead="de\u0301ja\u0300").render(f"{PLACE}/lead.md") == "déjà"


@pytest.mark.parametrize("sign", ["\u0633", "\U0001f600", "\u200b", "\ufb01", "\u00ad", "\u202e"])
def test_a_character_that_the_fonts_lack_is_named_with_its_line(texts, tmp_path, sign):
    (problem,) = problems_of(looked_through, texts(lead=f"Un\n\nmot {sign}"), "lead")
    assert (problem.row, problem.value) == ("3", sign)
    assert f"U+{ord(sign):04X}" in problem.message
    made = texts(cover=f"kicker: mot\nfoot: [mot {sign}]")
    made.data("cover")
    (problem,) = problems_of(looked_through, made)
    assert (problem.file, problem.row, problem.value) == (f"report/{PLACE}/cover.yml", "2", sign)
    (tmp_path / "report" / PLACE / "cover.yml").unlink()
    looked_through(texts(lead="Œuvre “x” – € → ≤ Ő"), "lead")


# ---------------------------------------------------------------------------------- folders


def outside(tmp_path_factory):
    folder = tmp_path_factory.mktemp("outside")
    (folder / "lead.md").write_text("Un secret.", encoding="utf-8")
    return folder


@pytest.mark.parametrize("link", [f"{PLACE}/lead.md", PLACE, "text/2030", "text"])
def test_a_text_or_a_folder_of_texts_outside_the_study_is_refused(
    texts, tmp_path, tmp_path_factory, link
):
    place = tmp_path / "report" / link
    place.parent.mkdir(parents=True, exist_ok=True)
    target = outside(tmp_path_factory)
    place.symlink_to(target / "lead.md" if link.endswith(".md") else target)
    (problem,) = problems_of(texts)
    assert problem.file == f"report/{link}"
    assert str(target) in problem.value


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_text_that_never_ends_is_refused_before_it_is_read(texts, tmp_path):
    texts()
    os.mkfifo(tmp_path / "report" / PLACE / "lead.md")
    assert problems_of(texts)[0].file == f"report/{PLACE}/lead.md"


def test_an_own_edition_has_no_text_of_the_library_s_edition_of_that_name(facts, tmp_path):
    folder, own = tmp_path / "sources" / "text", tmp_path / "study" / "report" / "text"
    held = {"2030/fr/lead": "L’édition.", "common/fr/lead": "Commun.", "common/fr/method": "M."}
    for name, text in held.items():
        (folder / f"{name}.md").parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    shutil.copy(REPORT / "strings.yml", folder.parent)
    (folder.parent / "x.qmd").write_text(
        "{{ text('lead') }} {{ text('method') }}", encoding="utf-8"
    )

    def shown(place):
        made = Templates(folder.parent, facts, place)
        return made.render("x.qmd"), made.texts("lead")

    assert shown(None) == ("L’édition. M.", ["lead"])
    assert shown(own) == ("Commun. M.", ["lead"])
    for owner, text in (("common", "Le nôtre."), ("2030", "Notre édition.")):
        (own / owner / "fr").mkdir(parents=True)
        (own / owner / "fr" / "lead.md").write_text(text, encoding="utf-8")
        assert shown(own) == (f"{text} M.", ["lead"])


def test_only_the_checkout_itself_has_its_texts(tmp_path):
    assert Layout.at(shared.ROOT).texts_apart is None
    assert Layout.at(tmp_path).texts_apart == tmp_path / "report" / "text"
    assert Layout(tmp_path, home=shared.ROOT).texts_apart is None


@pytest.mark.slow
def test_a_poisoned_folder_runs_nothing(tiny, monkeypatch):
    """Texts, templates, settings and leftovers of a study, from its tables to its report."""
    layout, report = tiny.layout, tiny.layout.root / "report"
    raw = shared.process_here(layout, "2030", ["fr"])
    place = report / PLACE
    place.mkdir(parents=True)
    (place / "lead.md").write_text("Un [lien](javascript:x).", encoding="utf-8")
    (problem,) = problems_of(publication.fill, layout, raw, "fr")
    assert (problem.row, problem.value) == ("1", "javascript:x")
    assert not layout.build("2030", "fr").exists()

    (place / "lead.md").write_text("Un texte.", encoding="utf-8")
    for name in (
        "_quarto.yml.jinja",
        "index.qmd.jinja",
        "theme.qmd.jinja",
        "assets/page.html",
        "assets/barolib.lua",
    ):
        (report / name).parent.mkdir(exist_ok=True)
        (report / name).write_text("{{ poison }} poison", encoding="utf-8")
    left = layout.build("2030", "fr")
    for name in ("_extensions/x.lua", "_metadata.yml", "post.py", "assets/page.html"):
        (left / name).parent.mkdir(parents=True, exist_ok=True)
        (left / name).write_text("poison", encoding="utf-8")
    monkeypatch.setattr("jinja2.bccache.marshal", None)  # by which compiled templates are read
    build = publication.fill(layout, raw, "fr")
    for path in build.rglob("*.*"):
        assert b"poison" not in path.read_bytes(), path
    assert "Un texte." in (build / "index.qmd").read_text(encoding="utf-8")


# ---------------------------------------------------------------------------------- pages


@pytest.mark.browser
def test_a_page_runs_its_own_script_and_no_other(build, tmp_path):
    rendered(build, tmp_path / "out", "## Un titre\n\nUn texte.\n")
    own = tmp_path / "out" / "assets" / "report.js"
    own.write_text("document.body.dataset.ran = 'own';", encoding="utf-8")
    path = tmp_path / "out" / "T01.html"
    hostile = "<script>document.title = 'x'</script><img src=y onerror=\"document.title = 'x'\">"
    hostile += "<a id=z href=\"javascript:document.title = 'x'\">z</a>"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub("</main>", hostile, text), encoding="utf-8")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"))
        page = browser.new_page()
        page.goto(path.as_uri())
        page.click("#z")
        page.wait_for_timeout(100)
        assert page.evaluate("document.body.dataset.ran") == "own"
        assert page.title() == "T – S"
        assert "Inter" in page.evaluate("getComputedStyle(document.body).fontFamily")
        browser.close()
