"""The filled report: from the sources in report/ and the facts to plain Quarto pages.

The sources are Jinja2 templates of Pandoc's Markdown (docs/report.md). What comes out is one page a
chapter and one document that holds them all, for the PDF.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from barolib.files.layout import Layout
from barolib.report import downloads, markup
from barolib.report.chapters import LEDGER, Chapter, of_edition
from barolib.report.facts import Facts
from barolib.report.templates import Templates
from barolib.survey.intake import Raw
from barolib.words.markdown import escape, front_matter


def fill(layout: Layout, raw: Raw, lang: str) -> Path:
    """Writes the filled project of an edition in a language; returns its folder.

    Raises StudyError where a source names what the facts do not hold.
    """
    sources, build = layout.sources / "report", layout.build(raw.edition.id, lang)
    offered = _downloads(layout.processed(raw.edition.id), raw)
    facts = Facts(layout, raw, lang)
    templates = Templates(sources, facts, layout.texts_apart)
    pages = _pages(templates, [path.name for path in offered]) | _figure_data(templates)
    markup.refuse(templates.filled, templates.values, sources / "assets")
    shutil.rmtree(build, ignore_errors=True)
    build.mkdir(parents=True)
    shutil.copytree(sources / "assets", build / "assets")
    own, compared = layout.processed(raw.edition.id), facts.evolution
    for folder in [own, compared.folder] if compared else [own]:
        if (folder / "figures" / lang).is_dir():
            shutil.copytree(folder / "figures" / lang, build / "figures", dirs_exist_ok=True)
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
    found = [*sorted(processed.glob(f"{downloads.FOLDER}/*"))]
    if raw.edition.provenance.answers != "collected":
        found += sorted((processed / "notebooks").glob("*.html"))
    return found


def _figure_data(templates: Templates) -> dict[str, str]:
    """The tables behind each chart, in a file beside it that the Lua filter reads."""
    found = {
        f"figures/{figure}.md": templates.render("figure.qmd", figure=figure).strip()
        for figure in templates.facts.alts
    }
    return {name: text + "\n" for name, text in found.items() if text}


def _pages(templates: Templates, offered: list[str]) -> dict[str, str]:
    """Every file of the filled project, by name."""
    edition, chapters = templates.edition.id, of_edition(templates)
    # The ledger of the report's own sentences is whole once every other page is written.
    bodies = {
        each.name: templates.render(each.source, **each.given).strip() + "\n"
        for each in sorted(chapters, key=lambda each: each.name == LEDGER)
    }
    cover = _cover(templates) | {"downloads": _links(templates, offered)}
    pages = {
        f"{each.name}.qmd": front_matter(_page(templates, cover, each, chapters))
        + bodies[each.name]
        for each in chapters
    }
    settings = templates.render("_quarto.yml", pages=list(pages), lang=templates.lang)
    whole = "\n\n".join(_heading(each) + bodies[each.name] for each in chapters)
    document = front_matter(_document(templates, cover)) + whole
    return {**pages, "_quarto.yml": settings, f"barometre-{edition}.qmd": document}


def _cover(templates: Templates) -> dict:
    """The text of the cover; its small line and its metadata tell simulated answers unasked."""
    cover, word = dict(templates.data("cover")), templates.words["simulated"]
    if not templates.facts.synthetic:
        return cover
    told = {key: f"{cover[key]} – {word}" for key in ("kicker", "description")}
    return cover | told | {"keywords": [*cover["keywords"], word]}


def _heading(chapter: Chapter) -> str:
    """The chapter's title in the document of the PDF."""
    kicker = f' kicker="{escape(chapter.kicker)}"' if chapter.kicker else ""
    return f"# {escape(chapter.title)} {{#{chapter.name}{kicker}}}\n\n"


def _page(templates: Templates, cover: dict, chapter: Chapter, chapters: list[Chapter]) -> dict:
    """The front matter of a page; the contract stands at the top of assets/page.html."""
    edition, at = templates.edition, chapters.index(chapter)
    title, first = edition.title.of(templates.lang), chapter is chapters[0]
    page = {
        "site": {
            "title": cover["short"],
            "home": f"{chapters[0].name}.html",
            "pdf": f"barometre-{edition.id}.pdf",
            "foot": cover["foot"],
            "downloads": cover["downloads"],
        },
        "description": title if first else f"{chapter.title} – {title}",
        "nav": [each.entry | ({"current": True} if each is chapter else {}) for each in chapters],
        "strings": templates.words["page"],
    }
    if first:
        page["cover"] = {key: cover[key] for key in ("subtitle", "lines", "notice")}
    kicker = cover["kicker"] if first else chapter.kicker
    page |= {"kicker": kicker} if kicker else {}
    page |= {"previous": chapters[at - 1].entry} if at else {}
    page |= {"next": chapters[at + 1].entry} if at + 1 < len(chapters) else {}
    heading = title if first else chapter.title
    return {"title": heading, "lang": templates.lang, "format": "html", "page": page}


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
    shown = {key: cover[key] for key in keys}
    shown["foot"] = next(iter(cover["foot"]), "")
    shown["contents"] = templates.words["page"]["contents"]
    title = templates.edition.title.of(templates.lang)
    return {"title": title, "lang": templates.lang, "format": "typst", "cover": shown}
