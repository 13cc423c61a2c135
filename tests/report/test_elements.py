"""What a text may hold, kind by kind: published alike by both engines, or refused at its row."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from barolib.errors import StudyError
from barolib.i18n.markdown import front_matter
from barolib.report import engines, markup, pictures
from barolib.report.facts import Facts
from barolib.report.references import Places
from barolib.report.templates import Templates
from support import published as shared
from support import telling
from support.studies import counted_by_hand

REPORT = shared.ROOT / "report"
PLACE = "text/2030/fr"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'


class Published(NamedTuple):
    """An element, what the page has of it (a CSS selector) and what the PDF says."""

    text: str
    page: str
    pdf: str


#: What both engines publish alike.
PUBLISHED = {
    "paragraph": Published("Un mot\nsur deux lignes.", "p", "Un mot sur deux lignes."),
    "bold": Published("Un **mot**.", "p > strong", "Un mot."),
    "italic": Published("Un *mot* et _un autre_.", "em + em", "Un mot et un autre."),
    "bold italic": Published("Un ***mot***.", "strong em, em strong", "Un mot."),
    "strikeout": Published("Un ~~mot~~.", "del", "Un mot."),
    "superscript": Published("Le XX^e^ siècle.", "sup", "Le XX"),
    "subscript": Published("Du CO~n~.", "sub", "Du CO"),
    "code in a line": Published("Le mot `x <y>`.", "code:-soup-contains('x <y>')", "Le mot x <y>."),
    "hard break": Published("Un mot\\\nen bas.", "br", "Un mot en bas."),
    "break by spaces": Published("Un mot  \nen bas.", "br", "Un mot en bas."),
    "escaped signs": Published(r"\*a\* \$b\$ \@c \[^d] \<e>", "p", "*a* $b$ @c [^d] <e>"),
    "entities": Published("&eacute;t&eacute; &amp; &lt;", "p:-soup-contains('été &')", "été & <"),
    "quotation marks": Published(
        'Un "mot" d\'ici.', "p:-soup-contains('«\u00a0mot\u00a0» d’ici')", "« mot » d’ici"
    ),
    "dashes and dots": Published("Un -- deux --- trois...", "p", "Un – deux — trois…"),
    "unbreakable space": Published(r"Un\ mot.", "p:-soup-contains('Un\u00a0mot')", "Un mot."),
    "words of the pages": Published("Un [mot]{.pages}[papier]{.paper}.", "p", "Un papier."),
    "unbroken words": Published("Un [mot court]{.short}.", "span.short", "Un mot court."),
    "link to a page": Published("[Là](T01.html).", "a[href='T01.html']", "Là."),
    "link to a place": Published("[Là](#ici).", "a[href='#ici']", "Là."),
    "link to the web": Published("[Là](https://example.org/a?b=c#d).", "a[href^=https]", "Là."),
    "address": Published("<https://example.org>", "a[href^=https]", "https://example.org"),
    "e-mail": Published("[Là](mailto:a@example.org).", "a[href^=mailto]", "Là."),
    "list": Published("- un\n- deux", "ul > li + li", "un – deux"),
    "nested list": Published("- un\n    - deux\n", "ul ul > li", "un – deux"),
    "numbered list": Published("#. un\n#. deux", "ol > li + li", "un"),
    "lettered list": Published("a. un\nb. deux", "ol[type=a] > li + li", "un"),
    "list of paragraphs": Published("- un\n\n    suite\n\n- deux", "li p + p", "suite"),
    "definitions": Published("Terme\n:   Ce que c’est.", "dl dt + dd", "Terme"),
    "line block": Published("| un vers\n| un autre", ".line-block", "un vers un autre"),
    "quotation": Published("> Un mot.", "blockquote p", "Un mot."),
    "heading": Published("## Un titre {#titre}\n\nUn mot.", "h2#titre", "Un titre"),
    "heading below": Published("### Sous-titre\n\nUn mot.", "h3", "Sous-titre"),
    "rule": Published("Un\n\n***\n\ndeux", "hr", "Un deux"),
    "fenced code": Published("```\nx <y>\n```", "pre code", "x <y>"),
    "indented code": Published("Un\n\n    x <y>", "pre code", "x <y>"),
    "note": Published("Un mot[^a] noté.\n\n[^a]: La *note*.", "a[role=doc-noteref]", "Un mot"),
    "note of a name used elsewhere": Published(
        "Un autre[^a].\n\n[^a]: Une note.\n\n    Sa suite.", "a[role=doc-noteref]", "Un autre"
    ),
    "note in a table": Published(
        "| A |\n|---|\n| b[^a] |\n\n: Notée\n\n[^a]: Note du tableau.",
        "td a[role=doc-noteref]",
        "b",
    ),
    "box": Published(
        "::: {.callout-note}\nUn *mot*.\n:::",
        ".callout.note[role=note][aria-label=Note] > .callout-title + p em",
        "Note Un mot.",
    ),
    "box with a title": Published(
        '::: {.callout-tip}\n## Un "titre"\n\n- un\n- deux\n:::',
        ".callout.tip[aria-label^='Conseil – Un «'] > ul",
        "Conseil – Un « titre » – un – deux",
    ),
    "box of a warning": Published(
        "::: {.callout-warning}\nUn mot.\n:::", ".callout.warning > p", "Attention Un mot."
    ),
    "box of what matters": Published(
        "::: {.callout-important}\nUn mot.\n:::", ".callout.important > p", "Important Un mot."
    ),
    "box of caution": Published(
        "::: {.callout-caution}\nUn mot.\n:::", ".callout.caution > p", "Prudence Un mot."
    ),
    "reference to a figure": Published(
        "Voir @fig-T01-01.",
        "a[href='T01.html#T01-01']:-soup-contains('figure «\u00a0Une barre\u00a0»')",
        "Voir figure « Une barre ».",
    ),
    "reference that begins": Published(
        "@Fig-own dit.", "a[href='T01.html#own']", "Figure « Un dessin » dit."
    ),
    "reference to a table": Published(
        "Voir [@tbl-niveaux].",
        "a[href='T01.html#tab-niveaux']",
        "Voir tableau « Niveaux ».",
    ),
    "reference to bars": Published(
        "Voir @tbl-barres.", "a[href='T01.html#barres']", "Voir tableau « Chaque thème »."
    ),
    "reference to what the PDF leaves out": Published(
        "Voir @tbl-T.", "a[href='T01.html#tab-T']", "Voir tableau « Derrière »."
    ),
    "figure": Published(
        '![Une barre](figures/T01-01.svg){#T01-01 .bar alt="Un trait"}',
        "figure#T01-01.bar [aria-label='Un trait']",
        "Une barre",
    ),
    "picture of the study": Published(
        '![Un dessin](images/own.svg){#own alt="Un carré"}', "figure#own.wide svg", "Un dessin"
    ),
    "photograph": Published(
        '![Une place](images/a.jpg){.photo credit="Nom" alt="Une place vide"}',
        "figure.photo .credit",
        "Une place Photo : Nom",
    ),
    "pipe table": Published(
        "| Niveau | Stade |\n|---:|:---|\n| un | *Rien* |\n\n: Niveaux {#tab-niveaux .rows}",
        "table#tab-niveaux td em",
        "Niveaux Niveau Stade un Rien",
    ),
    "simple table": Published(
        "Niveau   Stade\n-------  -----\nun       Rien\n\nTable: Simple",
        "table caption",
        "Simple Niveau Stade un Rien",
    ),
    "grid table": Published(
        "+----+----+\n| A  | B  |\n+====+====+\n| un | b  |\n|    |    |\n|    | c  |\n"
        "+----+----+\n\n"
        ": Grille",
        "td p + p",
        "Grille A B un b c",
    ),
    "table of long lines": Published(
        "--------------\nA       B\n------- ------\nun      deux\n        trois\n--------------\n\n"
        ": Longue",
        "table caption",
        "Longue A B un deux trois",
    ),
    "stacked bars": Published(
        "| Thème | Non | Oui | Fin |\n|---|---|---|---|\n| Un | 20 | 80 | 80 |\n\n"
        ": Chaque thème {#barres .stacks}",
        "#barres.stacks [role=cell]",
        "Chaque thème",
    ),
    "finding": Published("::: {.lead}\nUn mot.\n:::", ".lead p", "Un mot."),
    "remark": Published("::: {.note}\nUn mot.\n:::", ".note p", "Un mot."),
    "key figures": Published(
        "::: {.keyfigures}\n- **dix** villes\n:::", ".keyfigures li strong", "dix villes"
    ),
    "voice": Published(
        "::: {.voice}\nUn avis.\n\n::: {.byline}\n**Nom**, élue\n:::\n:::",
        ".voice .byline strong",
        "Un avis. Nom, élue",
    ),
    "what the pages have": Published(
        "::: {.pages}\nUn mot.\n:::\n\nFin.", "p + p, div + p", "Fin."
    ),
    "what the PDF has": Published("::: {.paper}\nUn mot.\n:::", "h2", "Un mot."),
}


class Refused(NamedTuple):
    """An element after two lines, the row and the value that are told, a word of the fix."""

    text: str
    row: int
    value: str
    fix: str


#: What neither publishes, with what a text says in its place.
REFUSED = {
    "chapter": Refused("# Titre", 3, "# Titre", "##"),
    "heading too deep": Refused("##### Titre", 3, "Titre", "####"),
    "settings": Refused("---\ntoc: true\n---", 3, "---", "***"),
    "rule of dashes": Refused("a\n\n---\n\nb", 5, "---", "***"),
    "shortcode": Refused("{{< pagebreak >}}", 3, "{{< pagebreak >}}", "text itself"),
    "include": Refused("{{< include a.md >}}", 3, "{{< include a.md >}}", "text itself"),
    "video": Refused("Un {{< video a.mp4 >}}.", 3, "{{< video a.mp4 >}}.", "text itself"),
    "code to run": Refused("```{python}\nx\n```", 3, "```{python}", "braces"),
    "code to run in a line": Refused("Un `{r} x`.", 3, "`{r} x`.", "braces"),
    "mermaid": Refused("```{mermaid}\ngraph\n```", 3, "```{mermaid}", "braces"),
    "mermaid without braces": Refused("```mermaid\ngraph\n```", 3, ".mermaid", "picture"),
    "code of a language": Refused("```python\nx\n```", 3, ".python", "fence alone"),
    "block of HTML": Refused("<table>\n<tr></tr>\n</table>", 3, "<table>", "Markdown"),
    "HTML in a line": Refused("Un <u>mot</u>.", 3, "<u>", "Markdown"),
    "break of HTML": Refused("Un<br>mot.", 3, "<br>", "backslash"),
    "comment of HTML": Refused("Un\n\n<!-- à voir -->", 5, "<!-- à voir -->", "{## … ##}"),
    "HTML block by attribute": Refused("```{=html}\n<b>\n```", 3, "```{=html}", "braces"),
    "Typst in a line": Refused("Un `#v`{=typst}.", 3, "#v", "Markdown"),
    "TeX in a line": Refused(r"Un \emph{mot}.", 3, r"\emph{mot}", "backslash"),
    "environment of TeX": Refused(
        "\\begin{center}\nx\n\\end{center}", 3, "\\begin{center}", "Mark"
    ),
    "formula": Refused("Soit $x + y$.", 3, "$x + y$", "words"),
    "formula apart": Refused("$$\nx\n$$", 3, "$$", "picture"),
    "citation": Refused("Selon @durand.", 3, "@durand", "link"),
    "citation in brackets": Refused("Un mot [@durand, p. x].", 3, "[@durand, p. x]", "link"),
    "citation without author": Refused("Un mot [-@durand].", 3, "[-@durand]", "link"),
    "reference to no figure": Refused("Voir @fig-T01-02.", 3, "@fig-T01-02", "@fig-T01-01"),
    "reference to no table": Refused("Voir @tbl-nivaux.", 3, "@tbl-nivaux", "@tbl-niveaux"),
    "reference to a section": Refused("Voir @sec-titre.", 3, "@sec-titre", "@fig-T04-01"),
    "references at once": Refused(
        "Voir [@fig-T01-01; @fig-own].", 3, "[@fig-T01-01; @fig-own]", "@fig"
    ),
    "misspelt class": Refused("a\n\n::: {.leed}\nx\n:::", 5, ".leed", "'.lead'"),
    "misspelt box": Refused(
        "::: {.callout-warn}\nx\n:::", 3, ".callout-warn", "'.callout-warning'"
    ),
    "misspelt class of a table": Refused("| A |\n|---|\n| b |\n\n: C {.row}", 7, ".row", "'.rows'"),
    "misspelt class of a figure": Refused(
        '![C](figures/T01-01.svg){.wid alt="x"}', 3, ".wid", "'.wide'"
    ),
    "misspelt class of words": Refused("[x]{.page}", 3, ".page", "'.pages'"),
    "box of no kind": Refused("::: {.callout}\nx\n:::", 3, ".callout", ".callout-note"),
    "title as an attribute": Refused('::: {.callout-tip title="T"}\nx\n:::', 3, "title", "heading"),
    "box that folds": Refused('::: {.callout-tip collapse="true"}\nx\n:::', 3, "collapse", "alike"),
    "box without words": Refused("::: {.callout-tip}\n:::", 3, ".callout-tip", "between"),
    "box of GitHub": Refused("> [!NOTE]\n> x", 3, "> [!NOTE]", ".callout-note"),
    "box of MkDocs": Refused("!!! note\n    x", 3, "!!! note", ".callout-note"),
    "tabs": Refused("::: {.panel-tabset}\n## A\n\nx\n:::", 3, ".panel-tabset", "###"),
    "columns": Refused(
        '::::: {.columns}\n::: {.column width="50%"}\nx\n:::\n:::::',
        3,
        ".columns",
        "after the other",
    ),
    "layout": Refused("::: {layout-ncol=2}\nx\n\ny\n:::", 3, "layout-ncol", "after the other"),
    "words in the margin": Refused("::: {.column-margin}\nx\n:::", 3, ".column-margin", "note"),
    "condition of a format": Refused(
        '::: {.content-visible when-format="html"}\nx\n:::', 3, ".content-visible", ".pages"
    ),
    "small capitals": Refused("[x]{.smallcaps}", 3, ".smallcaps", "*words*"),
    "underlined": Refused("[x]{.underline}", 3, ".underline", "*words*"),
    "colour": Refused('[x]{style="color: red"}', 3, "style", "*words*"),
    "marked words": Refused("Un ==mot==.", 3, "==mot==", "**words**"),
    "pictograph by name": Refused("Bravo :rocket: !", 3, ":rocket:", "words"),
    "pictograph": Refused("Bravo \U0001f680 !", 3, "\U0001f680", "other signs"),
    "list to be ticked": Refused("- [ ] un\n- [x] deux", 3, "- [ ] un", "in words"),
    "numbered example": Refused("Un\n\n(@) Premier", 5, "Premier", "1."),
    "abbreviation": Refused("*[SIG]: Système", 3, "*[SIG]: Système", "in full"),
    "link of a wiki": Refused("Voir [[Réseaux]].", 3, "[[Réseaux]]", "[words]"),
    "address apart": Refused(
        "Voir [a].\n\n[a]: https://example.org", 5, "[a]: https://example.org", "(https://"
    ),
    "link to nowhere": Refused("[a](T01.html#T01-07)", 3, "T01.html#T01-07", "'T01.html#T01-01'"),
    "link to no page": Refused("[a](T77.html)", 3, "T77.html", "a page that it has"),
    "link to no place here": Refused("[a](#là)", 3, "#là", "{#id}"),
    "link to no file to take away": Refused(
        "[a](downloads/tabels.xlsx)", 3, "downloads/tabels.xlsx", "'downloads/tables.xlsx'"
    ),
    "id of a chapter": Refused("## A {#T01}", 3, "#T01", "of its own"),
    "link to a file": Refused("[a](file:///etc/passwd)", 3, "file:///etc/passwd", "https:"),
    "note in a sentence": Refused("Un mot^[la note].", 3, "^[la note].", "[^name]"),
    "note that is not there": Refused("Un mot[^z].", 3, "[^z]", "[^z]: the note"),
    "note that nothing calls": Refused(
        "Un mot.\n\n[^z]: Une note.", 5, "[^z]: Une note.", "call it"
    ),
    "two notes of a name": Refused(
        "Un[^z].\n\n[^z]: a\n\n[^z]: b", 7, "[^z]: b", "name of its own"
    ),
    "note in a heading": Refused("## Un[^z]\n\n[^z]: a", 3, "Un", "sentence"),
    "image in a sentence": Refused(
        'Un ![x](figures/T01-01.svg){alt="y"}.', 3, "figures/T01-01.svg", "paragraph"
    ),
    "figure without alt text": Refused("![x](figures/T01-01.svg)", 3, "figures/T01-01.svg", "alt="),
    "no chart": Refused('![x](figures/T01-02.svg){alt="y"}', 3, "figures/T01-02.svg", "T01-01.svg"),
    "image from elsewhere": Refused(
        '![x](https://example.org/a.png){alt="y"}', 3, "https://example.org/a.png", "images/"
    ),
    "no picture": Refused('![x](images/no.png){alt="y"}', 3, "images/no.png", "put it"),
    "photograph without credit": Refused(
        '![x](images/a.jpg){.photo alt="y"}', 3, "images/a.jpg", "credit="
    ),
    "photograph not called one": Refused(
        '![x](images/a.jpg){alt="y"}', 3, "images/a.jpg", ".photo"
    ),
    "width of a figure": Refused(
        '![x](figures/T01-01.svg){width="50%" alt="y"}', 3, "width", "its place"
    ),
    "alt text of Quarto": Refused('![x](figures/T01-01.svg){fig-alt="y"}', 3, "fig-alt", 'alt="…"'),
    "table without caption": Refused("| A |\n|---|\n| b |", 3, "A", ": What"),
    "table without heads": Refused("+---+\n| a |\n+---+\n\n: C", 7, "C", "names its columns"),
    "cell of two columns": Refused(
        "+---+---+\n| A | B |\n+===+===+\n| a     |\n+---+---+\n\n: C", 9, "C", "each column"
    ),
    "bars of other levels": Refused(
        "| A | B |\n|---|---|\n| a | 9 |\n\n: C {.stacks}", 7, "C", "2 levels"
    ),
    "key figures in words": Refused(
        "::: {.keyfigures}\ndix villes\n:::", 4, "dix villes", "in bold"
    ),
    "byline without a function": Refused("::: {.byline}\nNom\n:::", 4, "Nom", "comma"),
    "box that stays open": Refused("::: {.note}\nx", 3, "::: {.note}", "three colons"),
    "box that was never open": Refused("x\n\n:::", 5, ":::", "empty line"),
    "box at the foot of a sentence": Refused("x\n::: {.note}\ny\n:::", 4, ":::", "empty line"),
    "code that stays open": Refused("x\n\n```\ny", 5, "```", "same signs"),
    "an id that others have": Refused("## A {#ici}", 3, "#ici", "of its own"),
}


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    """The facts of the edition counted by hand."""
    study = counted_by_hand(tmp_path_factory.mktemp("study"))
    return Facts(study.layout, telling.write_tables(study), "fr")


def filled(facts, folder: Path, texts: dict[str, str]) -> tuple[Templates, dict[str, str]]:
    """The texts of a study elsewhere, filled: by file name, what each became."""
    place = folder / "report" / PLACE
    place.mkdir(parents=True)
    for name, text in texts.items():
        (place / f"{name}.md").write_text(text, encoding="utf-8")
    images = folder / "report" / "images"
    images.mkdir()
    Image.new("RGB", (40, 90), "#336699").save(images / "a.jpg")
    (images / "own.svg").write_text(SVG, encoding="utf-8")
    templates = Templates(REPORT, facts, folder / "report" / "text")
    with patch("barolib.report.templates.unproved", return_value=[]):  # figures are typed here
        return templates, {name: str(templates.text(name)) for name in texts}


def look_through(templates: Templates, places: Places, house: Path) -> None:
    """As a run does, before any rendering."""
    report = markup.Report(2, {"T01-01.svg"}, places, {"downloads/tables.xlsx"})
    _, faults = pictures.shown(templates.filled, house)
    markup.refuse(templates.filled, templates.values, REPORT / "assets", report, faults)


#: What stands on the page beside the texts.
DATA = {"figures/T01-01.md": "| A |\n|---|\n| b |\n\n: Derrière {#tab-T}\n"}


@pytest.fixture(scope="module")
def build(facts, tmp_path_factory) -> Path:
    """A filled project whose page and document hold every kind that is published."""
    folder = tmp_path_factory.mktemp("published")
    texts = {
        f"t{at:02}": f"## § {kind} §\n\n{each.text}\n\n"
        for at, (kind, each) in enumerate(PUBLISHED.items())
    }
    texts["last"] = "## Fin {#ici}\n"
    templates, bodies = filled(facts, folder, texts)
    body = "\n\n".join(bodies.values())
    places = Places({"T01": body}, DATA)
    look_through(templates, places, folder / "report")
    build = folder / "build"
    shutil.copytree(REPORT / "assets", build / "assets")
    shutil.copytree(folder / "report" / "images", build / "images")
    (build / "figures").mkdir()
    (build / "figures" / "T01-01.svg").write_text(SVG, encoding="utf-8")
    for name, text in DATA.items():
        (build / name).write_text(text, encoding="utf-8")
    settings = Templates(REPORT, facts).render("_quarto.yml.jinja", pages=["T01.qmd"], lang="fr")
    (build / "_quarto.yml").write_text(settings, encoding="utf-8")
    words = templates.words
    levels = [
        {"ground": "#f8e9d3", "ink": "#000000"},
        {"ground": "#0f2954", "ink": "#ffffff", "at": True},
    ]
    led = places.led_to(body, words["references"])
    page = {"site": {"title": "S", "home": "T01.html"}, "strings": words["page"]}
    page |= {"levels": levels, "references": led}
    front = {"title": "T", "lang": "fr", "format": "html", "page": page}
    (build / "T01.qmd").write_text(front_matter(front) + body, encoding="utf-8")
    cover = {"short": "S", "author": "A", "description": "D", "keywords": ["K"], "contents": "C"}
    cover |= {key: words["page"][key] for key in ("credit", "callouts")}
    cover |= {"levels": levels, "references": led, "absent": places.unprinted}
    front = {"title": "T", "lang": "fr", "format": "typst", "cover": cover}
    text = f"{front_matter(front)}# T {{#T01}}\n\n{body}"
    (build / "barometre-2030.qmd").write_text(text, encoding="utf-8")
    return build


class Shown(NamedTuple):
    """Of each kind what its page has and its PDF says; the notes of the page."""

    pages: dict[str, BeautifulSoup]
    pdf: dict[str, str]
    notes: BeautifulSoup


def read(output: Path) -> Shown:
    soup = shared.read_page(output / "T01.html")
    pages = {}
    for heading in soup.main.find_all("h2"):
        if named := re.fullmatch("§ (.*) §", heading.get_text()):
            parts = [str(heading)]
            for each in heading.next_siblings:
                if re.match("<h2[^>]*>§", str(each)) or each.name in ("section", "nav"):
                    break
                parts.append(str(each))
            pages[named[1]] = BeautifulSoup("".join(parts), "html.parser")
    told = " ".join(shared.pdf_text(output / "barometre-2030.pdf").split())
    names, parts = re.findall("§ ([^§]*) §", told), re.split("§ [^§]* §", told)[1:]
    notes = soup.main.select_one("section[role=doc-endnotes]")
    return Shown(pages, dict(zip(names, parts, strict=True)), notes)


@pytest.fixture(scope="module")
def shown(build, tmp_path_factory) -> Shown:
    """What the engine that is always there makes of it."""
    output = tmp_path_factory.mktemp("out") / "fr"
    engines.render(build, output, "embedded")
    return read(output)


def solid(words: str) -> str:
    """Without spaces, of which those of the PDF are the typesetter's."""
    return "".join(words.split())


@pytest.mark.parametrize("kind", PUBLISHED)
def test_what_is_published_stands_in_the_page_and_in_the_pdf(shown, kind):
    _, selector, words = PUBLISHED[kind]
    assert shown.pages[kind].select(selector), shown.pages[kind]
    assert solid(words) in solid(shown.pdf[kind])


def test_notes_stand_in_their_order_at_the_end_and_lead_back(shown, build):
    notes = shown.notes.select("ol > li")
    assert [note["id"] for note in notes] == ["note-1", "note-2", "note-3"]
    told = [" ".join(note.get_text().split()) for note in notes]
    assert told == ["La note. ↑", "Une note. Sa suite. ↑", "Note du tableau. ↑"]
    calls = [call for page in shown.pages.values() for call in page.select("a.noteref")]
    assert [call["href"] for call in calls] == ["#note-1", "#note-2", "#note-3"]
    assert [call["aria-label"] for call in calls] == ["Note 1", "Note 2", "Note 3"]
    back = [note.select_one("a[role=doc-backlink]") for note in notes]
    assert [link["href"] for link in back] == [f"#{call['id']}" for call in calls]
    assert back[0]["aria-label"] == "Retour au texte, note 1"
    paper = solid(" ".join(shown.pdf.values()))
    places = [paper.index(solid(words[:-1])) for words in told]
    assert places == sorted(places)


@pytest.fixture(scope="module")
def by_quarto(build, tmp_path_factory) -> Shown:
    """The same by Quarto."""
    output = tmp_path_factory.mktemp("quarto") / "fr"
    engines.render(shutil.copytree(build, output.parent / "build"), output, "quarto")
    return read(output)


@pytest.mark.skipif(engines.find_quarto() is None, reason="Quarto is not installed")
@pytest.mark.parametrize("kind", PUBLISHED)
def test_quarto_publishes_it_alike(shown, by_quarto, kind):
    assert plain_page(by_quarto.pages[kind]) == plain_page(shown.pages[kind])
    assert solid(by_quarto.pdf[kind]) == solid(shown.pdf[kind])
    assert plain_page(by_quarto.notes) == plain_page(shown.notes)


def plain_page(soup: BeautifulSoup) -> str:
    return "".join(str(soup).split())


@pytest.fixture(scope="module")
def told(facts, tmp_path_factory) -> dict[str, list]:
    """The problems of each kind that is refused, from one look through all."""
    folder = tmp_path_factory.mktemp("refused")
    texts = {f"t{at:02}": f"Un texte.\n\n{each.text}\n" for at, each in enumerate(REFUSED.values())}
    templates, bodies = filled(facts, folder, texts)
    there = "{#ici} {#ici} {#T01-01} {#own}\n\n![Une](figures/T01-01.svg){#T01-01}\n\n"
    there += "![Un](images/own.svg){#own}\n\n: Niveaux {#tab-niveaux}\n"
    places = Places({"T01": "\n\n".join([there, *bodies.values()])}, {})
    with pytest.raises(StudyError) as error:
        look_through(templates, places, folder / "report")
    problems = error.value.problems
    assert list(problems) == sorted(problems, key=lambda each: (each.file, int(each.row)))
    return {
        kind: [each for each in problems if each.file == f"report/{PLACE}/{name}.md"]
        for name, kind in zip(texts, REFUSED, strict=True)
    }


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_refused_is_told_with_its_row_its_words_and_its_mend(told, kind):
    _, row, value, fix = REFUSED[kind]
    assert [(row, value)] == [(int(each.row), each.value) for each in told[kind]][:1], told[kind]
    assert fix in told[kind][0].fix
    assert not re.search(r"\.qmd", str(told[kind][0]))


def test_each_fault_is_told_at_its_own_row_and_each_wrong_name_once(facts, tmp_path):
    text = "Un <b>.\n\nDeux.\n\nUn <b>.\n\n::: {.leed .tabset}\nx\n:::\n"
    templates, _ = filled(facts, tmp_path, {"lead": text})
    with pytest.raises(StudyError) as error:
        look_through(templates, Places({}, {}), tmp_path / "report")
    told = [(each.row, each.value) for each in error.value.problems]
    assert told == [("1", "<b>"), ("5", "<b>"), ("7", ".leed"), ("7", ".tabset")]


def test_signs_of_a_value_are_words(facts, tmp_path):
    value = "::: {.x} @fig-y [^z] $a$ ==b== :tada: [[c]] ^[d] # e"
    templates, bodies = filled(
        facts, tmp_path, {"lead": f'::: {{.note}}\n{{{{ as_is("{value}") }}}}\n:::\n'}
    )
    look_through(templates, Places(bodies, {}), tmp_path / "report")


def test_a_text_that_stands_twice_has_notes_of_their_own_each_time(facts, tmp_path):
    """The method says again what each theme measures, and the PDF holds both."""
    templates, first = filled(facts, tmp_path, {"lead": "Un[^a], `[^a]`.\n\n[^a]: Note."})
    assert first["lead"] == "Un[^1-a], `[^a]`.\n\n[^1-a]: Note."
    assert templates.text("lead") == "Un[^2-a], `[^a]`.\n\n[^2-a]: Note."
