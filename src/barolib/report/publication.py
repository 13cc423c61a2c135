"""The filled report: from the sources in report/ and the facts to plain Quarto pages.

The sources are Jinja2 templates of Pandoc's Markdown (docs/report.md). What comes out is one page a
chapter and one document that holds them all, for the PDF.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from barolib.drawing import palette
from barolib.drawing.rendering import use_fonts
from barolib.errors import Problem, StudyError
from barolib.files.layout import Layout
from barolib.i18n.markdown import escape, front_matter
from barolib.report import (
    brand,
    branding,
    chartfiles,
    citation,
    downloads,
    explorepage,
    ledger,
    markup,
    pictures,
    proofs,
    wordstyles,
)
from barolib.report.brand import Brand
from barolib.report.chapters import EXPLORE, Chapter, of_edition
from barolib.report.cover import read_cover
from barolib.report.facts import Facts
from barolib.report.pagehead import CARD, head
from barolib.report.references import Places
from barolib.report.templates import Templates
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw
from barolib.survey.tables import WORKBOOK

#: Of a division that holds others.
_FENCE = "::::::"
#: What a page with a reference to a figure or a table holds.
_REFERS = re.compile(r"@(fig|tbl)-", re.IGNORECASE)


def fill(layout: Layout, raw: Raw, lang: str) -> Path:
    """Write the filled project of an edition in a language.

    Parameters
    ----------
    layout : Layout
        The folders of the study, whose processed tables and figures are read.
    raw : Raw
        The raw tables of the edition, as read and corrected.
    lang : {"fr", "en"}
        The language of the report.

    Returns
    -------
    Path
        The folder of the project, ready for `engines.render`.

    Raises
    ------
    StudyError
        Where a text names what nothing defines, or claims what is not so.

    References
    ----------
    docs/report.md, "From tables to pages".

    Examples
    --------
    >>> import barolib
    >>> from tempfile import TemporaryDirectory
    >>> study = Layout.find()
    >>> with TemporaryDirectory() as folder:
    ...     aside = Layout.at(folder, study.root / "data" / "processed")
    ...     _ = shutil.copytree(study.root / "data" / "raw", aside.root / "data" / "raw")
    ...     sorted(path.name for path in fill(aside, barolib.open("2021").raw, "en").glob("T04*"))
    ['T04.qmd']
    """
    build = layout.build(raw.edition.id, lang)
    templates = Templates(layout.sources / "report", Facts(layout, raw, lang), layout.texts_apart)
    report = Report(layout, templates)
    files = report.files()
    shutil.rmtree(build, ignore_errors=True)
    report.furnish(build)
    report.write(build, files)
    return build


class Report:
    """The report of an edition in a language, filled chapter by chapter.

    What is wrong with its texts is kept until all are filled, so that it is told at once.
    """

    def __init__(self, layout: Layout, templates: Templates) -> None:
        self.layout, self.templates = layout, templates
        self.house, self.cover = brand.read(layout.house), read_cover(templates)
        self.chapters, self.cover["dropped"] = of_edition(templates)
        processed = layout.processed(templates.edition.id)
        self._offered = _downloads(processed, templates.facts.raw)
        self._charts = _figures(processed, templates.facts)
        names = [path.name for path in self._offered]
        self.cover |= {"links": _links(templates, names), "logos": _logos(self.house)}
        self.cover["levels"] = _colours(templates.edition, self.house)
        cite = citation.cite(templates, self.cover)
        self._named = {"cite": cite, "papers": _papers(templates, names)}
        self._proofs = proofs.Proofs(templates.facts, templates.words)
        self._filled: dict[str, tuple[str, list[Problem]]] = {}
        #: The page that first asked for each text, by its file.
        self.asking: dict[str, str] = {}

    def page(self, chapter: Chapter) -> str:
        """The source of a page, filled; raises StudyError with what is wrong with its texts.

        What they hold and none may is told by `problems`, of all of them at once.
        """
        # The page of the report's own sentences has them all once every other page is written.
        if chapter.name == ledger.PAGE:
            self._fill()
        body, problems = self._body(chapter)
        if problems:
            raise StudyError(problems)
        return self._page(chapter, body)

    def problems(self) -> list[Problem]:
        """What the texts filled so far hold and none may, by their files."""
        templates, levels = self.templates, len(self.templates.edition.levels)
        charts = {path.name for folder in self._charts for path in folder.glob("*.svg")}
        files = {f"{downloads.FOLDER}/{path.name}" for path in self._offered}
        bodies = [body for body, _ in self._filled.values()]
        files |= chartfiles.names(templates.facts.alts, bodies)
        about = markup.Report(levels, charts, self.places, files, self.cover["dropped"])
        _, wrong = pictures.shown(templates.filled, self.layout.house)
        assets = self.layout.sources / "report" / "assets"
        try:
            markup.refuse(templates.filled, templates.values, assets, about, wrong)
        except StudyError as error:
            return [*error.problems]
        return []

    def document(self) -> str:
        """The document that holds every chapter; raises StudyError with all that is wrong."""
        self._fill()
        problems = [problem for _, problems in self._filled.values() for problem in problems]
        if problems := [*problems, *self.problems()]:
            raise StudyError(problems)
        whole = "\n\n".join(_section(each, self._body(each)[0]) for each in self.chapters)
        front = _document(self.templates, self.cover)
        led = self.places.led_to(whole, self.templates.words["references"])
        proved = self._proofs.of_page(whole, self.templates.ledger.rows)
        front["cover"] |= {"references": led, "absent": self.places.unprinted, "claims": proved}
        return front_matter(front) + whole

    def files(self) -> dict[str, str]:
        """Every file of the filled project, by name; raises StudyError with all that is wrong."""
        document, templates = self.document(), self.templates
        pages = {f"{each.name}.qmd": self.page(each) for each in self.chapters}
        settings = templates.render("_quarto.yml.jinja", pages=list(pages), lang=templates.lang)
        pages["_quarto-archive.yml"] = templates.render("_quarto-archive.yml.jinja")
        pages |= {"_quarto.yml": settings, f"barometre-{templates.edition.id}.qmd": document}
        return pages | self.figure_data

    @cached_property
    def figure_data(self) -> dict[str, str]:
        """The tables behind each chart, and those of the page of questions.

        Each in a file that the Lua filter reads.
        """
        words, texts = self.templates.words["chart_files"], {}
        for figure in self.templates.facts.alts:
            text = self.templates.render("figure.qmd.jinja", figure=figure).strip()
            if figure != chartfiles.LEGEND:
                file = f"{chartfiles.FOLDER}/{figure}"
                text += f"\n\n{words} [PNG]({file}.png), [SVG]({file}.svg)\n"
            texts[f"figures/{figure}.md"] = text
        if any(chapter.name == EXPLORE for chapter in self.chapters):
            templates, levels = self.templates, self.cover["levels"]
            told = sources(templates, self.cover)
            lines = [told[""], told[templates.words["simulated"]]]
            data = explorepage.write(templates.facts, templates.words, levels, lines)
            texts[explorepage.FILE] = data
        return {name: text + "\n" for name, text in texts.items() if text}

    @cached_property
    def places(self) -> Places:
        """Where links and references of a text may lead: every page is filled for it."""
        self._fill()
        bodies = {chapter.name: self._body(chapter)[0] for chapter in self.chapters}
        return Places(bodies, self.figure_data)

    def furnish(self, build: Path) -> None:
        """Brings into `build` what no text changes: assets, figures, brand, files to take away."""
        build.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.layout.sources / "report" / "assets", build / "assets")
        for folder in self._charts:
            shutil.copytree(folder, build / "figures", dirs_exist_ok=True)
        wordstyles.write(build / wordstyles.NAME, self.house or brand.usual())
        if self.house:
            branding.apply(self.house, build)
            edition = self.templates.edition
            scale = len(edition.levels), edition.implementation_from
            branding.recolour(self.house, build / "figures", *scale)
        (build / "downloads").mkdir()
        for path in self._offered:
            shutil.copy2(path, build / "downloads" / path.name)

    def write(self, build: Path, files: Mapping[str, str]) -> None:
        """Writes these files into `build`, with the pictures and the charts that they show."""
        for name in pictures.shown(self.templates.filled, self.layout.house)[0]:
            pictures.copy(self.layout.house / name, build / name)
        for name, text in files.items():
            (build / name).write_text(text, encoding="utf-8", newline="\n")
        shown = [
            (each.theme.label if each.theme else "", files[f"{each.name}.qmd"])
            for each in self.chapters
            if f"{each.name}.qmd" in files
        ]
        _take_away(build, self.templates, self.cover, shown)

    def _fill(self) -> None:
        """Fills every page, that of the report's own sentences last."""
        for chapter in sorted(self.chapters, key=lambda chapter: chapter.name == ledger.PAGE):
            self._body(chapter)

    def _body(self, chapter: Chapter) -> tuple[str, list[Problem]]:
        """What a page says and what is wrong with it, once: its claims are entered once."""
        if chapter.name not in self._filled:
            extra = self._named | chapter.extra
            body, problems = self.templates.attempt(chapter.source, **extra)
            self._filled[chapter.name] = body.strip() + "\n", problems
            for text in self.templates.filled:
                self.asking.setdefault(text.file, chapter.name)
        return self._filled[chapter.name]

    def _page(self, chapter: Chapter, body: str) -> str:
        """A page under its front matter, whose contract stands at the top of assets/page.html."""
        templates, cover, chapters = self.templates, self.cover, self.chapters
        edition, at = templates.edition, chapters.index(chapter)
        title, is_first = edition.title.of(templates.lang), at == 0
        site = {"title": cover["short"], "home": f"{chapters[0].name}.html"}
        site |= {"pdf": f"barometre-{edition.id}.pdf"}
        site |= {key: cover[key] for key in ("foot", "links", "licence", "contact") if cover[key]}
        site |= cover["logos"]
        page = {
            "site": site,
            **head(templates, cover, chapter),
            "nav": [
                other.entry | ({"current": True} if other is chapter else {}) for other in chapters
            ],
            "strings": templates.words["page"],
            "levels": cover["levels"],
        } | ({"dropped": cover["dropped"]} if cover["dropped"] else {})
        if is_first:
            page["cover"] = {key: cover[key] for key in ("subtitle", "lines")}
        if chapter.name == EXPLORE:
            page["explore"] = explorepage.FILE
        kicker = cover["kicker"] if is_first else chapter.kicker
        page |= {"kicker": kicker} if kicker else {}
        page |= {"previous": chapters[at - 1].entry} if at else {}
        page |= {"next": chapters[at + 1].entry} if at + 1 < len(chapters) else {}
        if proved := self._proofs.of_page(body, templates.ledger.rows):
            page["claims"] = proved
        if _REFERS.search(body):
            page["references"] = self.places.led_to(body, templates.words["references"])
        heading = title if is_first else chapter.title
        about = {"title": heading, "lang": templates.lang, "format": "html", "page": page}
        return front_matter(about) + body


def _take_away(build: Path, templates: Templates, cover: dict, told: list[tuple[str, str]]) -> None:
    """Writes each chart as a file of its own, and the report's picture where it has an address.

    `told`: what stands over the charts of each page, and the page.
    """
    facts, simulated = templates.facts, templates.words["simulated"]
    use_fonts(build / "assets" / "fonts")
    marks = {
        name: simulated for name in facts.alts.keys() & facts.rows if facts.rows[name].simulated
    }
    chartfiles.write(build, told, facts.alts, marks, sources(templates, cover))
    if cover["address"]:
        said = (cover["kicker"], templates.edition.title.of(templates.lang), cover["subtitle"])
        card = chartfiles.card(said, [each["ground"] for each in cover["levels"]])
        (build / CARD).write_text(card, encoding="utf-8", newline="\n")


def _figures(processed: Path, facts: Facts) -> list[Path]:
    """The folders of the charts, of the edition and of its comparison."""
    folders = [processed, *([facts.evolution.folder] if facts.evolution else [])]
    charts = [folder / "figures" / facts.lang for folder in folders]
    return [folder for folder in charts if folder.is_dir()]


def _downloads(processed: Path, raw: Raw) -> list[Path]:
    """What stands beside the report to be taken away: public tables, pages of notebooks.

    Notebooks are working papers: where answers were collected, none of them is published.
    """
    tables = sorted(processed.glob(f"{downloads.FOLDER}/*"))
    published = raw.edition.provenance.answers != "collected"
    notebooks = sorted((processed / "notebooks").glob("*.html")) if published else []
    return [*tables, *notebooks]


def sources(templates: Templates, cover: dict) -> dict[str, str]:
    """The line at the foot of a chart that is taken away: the edition, its base, whose it is.

    By words of the chart's title: one that is simulated comes from nobody but the study.
    """
    title, simulated = templates.edition.title.of(templates.lang), templates.words["simulated"]
    printed = "".join(line for line in cover["foot"][:1] if line != title)
    words = {"title": title, "panel": templates.facts.raw.panel}
    return {
        key: templates.words["chart_source"].format(source=source, **words).strip()
        for key, source in ((simulated, f"{simulated.capitalize()}."), ("", printed))
    }


def _section(chapter: Chapter, body: str) -> str:
    """The chapter in the document of the PDF, under its title."""
    kicker = f' kicker="{escape(chapter.kicker)}"' if chapter.kicker else ""
    section = f"# {escape(chapter.title)} {{#{chapter.name}{kicker}}}\n\n{body}"
    return section if chapter.printed else f"{_FENCE} {{.pages}}\n\n{section}\n{_FENCE}\n"


def _colours(edition: Edition, house: Brand | None) -> list[dict]:
    """Of each level its colour, that of figures upon it and whether it is at implementation."""
    hues = house.hues if house else palette.REPORT
    levels = palette.colours(len(edition.levels), edition.implementation_from, hues)
    return [
        {"ground": colour, "ink": palette.ink(colour), "at": level in edition.implementation}
        for level, colour in zip(edition.levels, levels, strict=True)
    ]


def _logos(house: Brand | None) -> dict:
    """The logo of the pages' head, which the icon and the running head of the PDF show smaller."""
    chosen = (
        {
            "logo": house.logo("medium", "large", "small"),
            "cover-logo": house.logo("large", "medium", "small"),
            "small-logo": house.logo("small", "medium", "large"),
        }
        if house
        else {}
    )
    logos = {name: {"href": logo.place, "alt": logo.alt} for name, logo in chosen.items() if logo}
    return logos | ({"colour": house.colours["primary"]} if house else {})


def _links(templates: Templates, offered: list[str]) -> list[dict]:
    """What a reader is led to at the foot of a page: how to cite it, and all its tables."""
    words = templates.words
    links = [{"href": "method.html#cite", "title": words["cite"]}]
    if WORKBOOK in offered:
        title = words["downloads"][WORKBOOK]
        links.append({"href": f"{downloads.FOLDER}/{WORKBOOK}", "title": title})
    return links


def _papers(templates: Templates, offered: list[str]) -> list[dict]:
    """The notebooks as they ran, as links with their titles."""
    title = templates.words["downloads"]["notebook"]
    return [
        {"href": f"{downloads.FOLDER}/{name}", "title": title.format(name=Path(name).stem)}
        for name in offered
        if name.endswith(".html")
    ]


def _document(templates: Templates, cover: dict) -> dict:
    """The front matter of the PDF; the contract stands at the top of assets/report.typ."""
    keys = ("kicker", "subtitle", "lines", "notice", "short", "author", "description", "keywords")
    shown = {key: cover[key] for key in (*keys, "levels", "dropped")} | cover["logos"]
    shown["foot"] = next(iter(cover["foot"]), "")
    shown |= {key: templates.words["page"][key] for key in ("contents", "credit", "callouts")}
    title = templates.edition.title.of(templates.lang)
    return {"title": title, "lang": templates.lang, "format": "typst", "cover": shown}
