"""The filled report: from the sources in report/ and the facts to plain Quarto pages.

The sources are Jinja2 templates of Pandoc's Markdown (docs/report.md). What comes out is one page a
chapter and one document that holds them all, for the PDF.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from barolib.drawing import palette
from barolib.files.layout import Layout
from barolib.i18n.markdown import escape, front_matter
from barolib.report import brand, branding, downloads, markup, pictures
from barolib.report.brand import Brand
from barolib.report.chapters import LEDGER, Chapter, of_edition
from barolib.report.facts import Facts
from barolib.report.templates import Templates
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw

#: Of a division that holds others.
_FENCE = "::::::"


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
    sources, build = layout.sources / "report", layout.build(raw.edition.id, lang)
    processed = layout.processed(raw.edition.id)
    offered = _downloads(processed, raw)
    facts = Facts(layout, raw, lang)
    templates = Templates(sources, facts, layout.texts_apart)
    house = brand.read(layout.house)
    pages = _pages(templates, [path.name for path in offered], house) | _figure_data(templates)
    shown = pictures.shown(templates.filled, layout.house)
    markup.refuse(templates.filled, templates.values, sources / "assets")
    shutil.rmtree(build, ignore_errors=True)
    build.mkdir(parents=True)
    shutil.copytree(sources / "assets", build / "assets")
    for folder in [processed, *([facts.evolution.folder] if facts.evolution else [])]:
        if (folder / "figures" / lang).is_dir():
            shutil.copytree(folder / "figures" / lang, build / "figures", dirs_exist_ok=True)
    for name in shown:
        pictures.copy(layout.house / name, build / name)
    if house:
        branding.apply(house, build)
        scale = len(raw.edition.levels), raw.edition.implementation_from
        branding.recolour(house, build / "figures", *scale)
    (build / "downloads").mkdir()
    for path in offered:
        shutil.copy2(path, build / "downloads" / path.name)
    for name, text in pages.items():
        (build / name).write_text(text, encoding="utf-8", newline="\n")
    return build


def _downloads(processed: Path, raw: Raw) -> list[Path]:
    """What stands beside the report to be taken away: public tables, pages of notebooks.

    Notebooks are working papers: where answers were collected, none of them is published.
    """
    tables = sorted(processed.glob(f"{downloads.FOLDER}/*"))
    published = raw.edition.provenance.answers != "collected"
    notebooks = sorted((processed / "notebooks").glob("*.html")) if published else []
    return [*tables, *notebooks]


def _figure_data(templates: Templates) -> dict[str, str]:
    """The tables behind each chart, in a file beside it that the Lua filter reads."""
    texts = {
        f"figures/{figure}.md": templates.render("figure.qmd", figure=figure).strip()
        for figure in templates.facts.alts
    }
    return {name: text + "\n" for name, text in texts.items() if text}


def _pages(templates: Templates, offered: list[str], house: Brand | None) -> dict[str, str]:
    """Every file of the filled project, by name."""
    chapters, dropped = of_edition(templates)
    # The ledger of the report's own sentences is whole once every other page is written.
    bodies = {
        chapter.name: templates.render(chapter.source, **chapter.extra).strip() + "\n"
        for chapter in sorted(chapters, key=lambda chapter: chapter.name == LEDGER)
    }
    cover = _cover(templates) | {"downloads": _links(templates, offered)}
    cover["levels"] = _colours(templates.edition, house)
    cover |= {"logos": _logos(house), "dropped": dropped}
    pages = {
        f"{chapter.name}.qmd": front_matter(_page(templates, cover, chapter, chapters))
        + bodies[chapter.name]
        for chapter in chapters
    }
    settings = templates.render("_quarto.yml", pages=list(pages), lang=templates.lang)
    whole = "\n\n".join(_section(chapter, bodies[chapter.name]) for chapter in chapters)
    document = front_matter(_document(templates, cover)) + whole
    return {**pages, "_quarto.yml": settings, f"barometre-{templates.edition.id}.qmd": document}


def _cover(templates: Templates) -> dict:
    """The text of the cover; its small line and its metadata call simulated answers so, unasked.

    So does the head of every page where all that the report has is simulated.
    """
    cover = dict(templates.data("cover"))
    if templates.facts.synthetic:
        simulated = templates.words["simulated"]
        for key in ("kicker", "description"):
            cover[key] = f"{cover[key]} – {simulated}"
        if templates.facts.only_simulated:  # first: a long title is cut at its end
            cover["short"] = f"{simulated.capitalize()} – {cover['short']}"
        cover["keywords"] = [*cover["keywords"], simulated]
    return cover


def _section(chapter: Chapter, body: str) -> str:
    """The chapter in the document of the PDF, under its title."""
    kicker = f' kicker="{escape(chapter.kicker)}"' if chapter.kicker else ""
    section = f"# {escape(chapter.title)} {{#{chapter.name}{kicker}}}\n\n{body}"
    return section if chapter.printed else f"{_FENCE} {{.pages}}\n\n{section}\n{_FENCE}\n"


def _page(templates: Templates, cover: dict, chapter: Chapter, chapters: list[Chapter]) -> dict:
    """The front matter of a page; the contract stands at the top of assets/page.html."""
    edition, at = templates.edition, chapters.index(chapter)
    title, is_first = edition.title.of(templates.lang), at == 0
    site = {"title": cover["short"], "home": f"{chapters[0].name}.html"}
    site |= {"pdf": f"barometre-{edition.id}.pdf"}
    site |= {key: cover[key] for key in ("foot", "downloads")} | cover["logos"]
    page = {
        "site": site,
        "description": title if is_first else f"{chapter.title} – {title}",
        "nav": [
            other.entry | ({"current": True} if other is chapter else {}) for other in chapters
        ],
        "strings": templates.words["page"],
        "levels": cover["levels"],
    } | ({"dropped": cover["dropped"]} if cover["dropped"] else {})
    if is_first:
        page["cover"] = {key: cover[key] for key in ("subtitle", "lines")}
    kicker = cover["kicker"] if is_first else chapter.kicker
    page |= {"kicker": kicker} if kicker else {}
    page |= {"previous": chapters[at - 1].entry} if at else {}
    page |= {"next": chapters[at + 1].entry} if at + 1 < len(chapters) else {}
    heading = title if is_first else chapter.title
    return {"title": heading, "lang": templates.lang, "format": "html", "page": page}


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
    """The downloads as links with their titles; the annex has those of the CSV files."""
    words = templates.words["downloads"]
    return [
        {
            "href": f"downloads/{name}",
            "title": words.get(name, words["notebook"].format(name=Path(name).stem)),
        }
        for name in offered
        if not name.endswith(".csv")
    ]


def _document(templates: Templates, cover: dict) -> dict:
    """The front matter of the PDF; the contract stands at the top of assets/report.typ."""
    keys = ("kicker", "subtitle", "lines", "notice", "short", "author", "description", "keywords")
    shown = {key: cover[key] for key in (*keys, "levels", "dropped")} | cover["logos"]
    shown["foot"] = next(iter(cover["foot"]), "")
    shown |= {key: templates.words["page"][key] for key in ("contents", "credit")}
    title = templates.edition.title.of(templates.lang)
    return {"title": title, "lang": templates.lang, "format": "typst", "cover": shown}
