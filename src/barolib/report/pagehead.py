"""What the head of a page says to those who link to it: finding, languages, address."""

from __future__ import annotations

import re

from barolib.i18n.markdown import plain
from barolib.report.chapters import Chapter, is_present
from barolib.report.cover import mention
from barolib.report.templates import Templates

#: The picture of the report, beside its charts.
CARD = "charts/card.svg"
_LONGEST = 250
_FIRST = "index"


def head(templates: Templates, cover: dict, chapter: Chapter) -> dict:
    """Of a page's front matter: description, languages; address and image where it has one."""
    lang, address = templates.lang, cover["address"]
    public = {"address": f"{address}/{lang}/{chapter.name}.html"} if address else {}
    public |= {"image": f"{address}/{lang}/{CARD[:-3]}png"} if address else {}
    languages = [
        {"lang": other, "title": words["name"], "locale": words["locale"]}
        | {"href": f"../{(place := f'{other}/{_same(templates, chapter, other)}.html')}"}
        | {"address": f"{address or '..'}/{place}"}
        | ({"current": True} if other == lang else {})
        for other, words in templates.languages.items()
        if other in templates.facts.manifest["parameters"]["languages"]
    ]
    return {"description": describe(templates, chapter), "languages": languages, **public}


def describe(templates: Templates, chapter: Chapter) -> str:
    """What the chapter finds, in at most 250 characters; its name where no text says it."""
    title = templates.edition.title.of(templates.lang)
    name = chapter.theme.id if chapter.theme else {_FIRST: "lead"}.get(chapter.name, chapter.name)
    parts = templates.text(name, theme=chapter.theme).split("\n\n")
    words = templates.values.plain(next(filter(None, map(plain, filter(_says, parts))), ""))
    said = _shortened(words) or (title if chapter.name == _FIRST else f"{chapter.title}. {title}.")
    simulated = templates.words["simulated"]
    rows = chapter.theme.affirmations if chapter.theme else ()
    if templates.facts.only_simulated or any(row.simulated for row in rows):
        return mention(said, simulated)
    return said


def _same(templates: Templates, chapter: Chapter, lang: str) -> str:
    """The page of another language: the first one, where that has not this chapter."""
    return chapter.name if is_present(templates, chapter.name, lang) else _FIRST


def _says(paragraph: str) -> bool:
    """Whether a paragraph is a sentence, not a heading, list, table or division."""
    return not re.match(r"\s*(#|:::|[-|!]|\d+\.|$)", paragraph)


def _shortened(words: str) -> str:
    """As many whole sentences as fit; of one too long, as many words."""
    kept = ""
    for sentence in re.split(r"(?<=[.!?…])\s+", words):
        if len(f"{kept} {sentence}") > _LONGEST:
            return kept or sentence[: _LONGEST - 1].rpartition(" ")[0] + "…"
        kept = f"{kept} {sentence}".strip()
    return kept
