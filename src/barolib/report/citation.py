"""How the report is cited: in a sentence, and in BibTeX."""

from __future__ import annotations

import re

from barolib.i18n.markdown import Markdown, escape
from barolib.report.templates import Templates

_LANGUAGES = {"fr": "french", "en": "english"}


def cite(templates: Templates, cover: dict) -> dict[str, Markdown]:
    """The report as a sentence (`words`) and as an entry of BibTeX (`bibtex`), both Markdown."""
    edition, manifest = templates.edition, templates.facts.manifest
    year = edition.fieldwork.end[:4] if edition.fieldwork else edition.id
    made = f"barolib {manifest['versions']['barolib']}"
    if manifest["commit"]:
        made += f", {templates.words['titles']['commit']} {manifest['commit']['id'][:10]}"
    fields = {"author": cover["author"], "title": edition.title.of(templates.lang), "year": year}
    address = cover["address"] and f"{cover['address']}/{templates.lang}/"
    parts = [escape(fields["author"]), f"*{escape(fields['title'])}*", escape(year), escape(made)]
    words = ", ".join(filter(None, [*parts, address and f"<{address}>"])) + "."
    fields |= {"note": made, "url": address, "language": _LANGUAGES[templates.lang]}
    lines = [f"  {key} = {{{_written(key, value)}}}," for key, value in fields.items() if value]
    # Names of bodies, not of persons: a second pair of braces keeps them whole.
    lines = [re.sub(r"^(  author = )(.*),$", r"\1{\2},", line) for line in lines]
    entry = [f"@misc{{barometre-{edition.id}-{templates.lang},", *lines, "}"]
    return {"words": Markdown(words), "bibtex": Markdown("\n".join(entry))}


def _written(key: str, value: str) -> str:
    """The value with what LaTeX would read as more than a letter, of an address as it is.

    No brace and no backtick: they would end the value, or the block of code.
    """
    bare = re.sub(r"[{}\\`]", "", " ".join(value.split()))
    return bare if key == "url" else re.sub(r"([%&#_$])", r"\\\1", bare)
