"""Where the texts of a page stand, for those who write: by their names, and by their words."""

from __future__ import annotations

import re

from barolib.i18n.markdown import Markdown
from barolib.report.templates import Templates
from barolib.report.themes import Theme

#: What may share a paragraph with the element: a word, an emphasis, a link, a value.
_PROSE = re.compile(r"[^\W\d_]|[«“’'(\[\ue000-\uf8ff]|\*[^\s*]|\*\*\w")
#: What of a line is no word of the page: expressions, comments, addresses, attributes.
_MARKUP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{##.*?##\}|\]\([^)]*\)|\{[^{}]*\}")
_WORD = re.compile(r"[^\W\d_]{3,}")


def place(file: str) -> str:
    """The id of the element where a text begins, by its file in the report.

    >>> place("report/text/2021/fr/T05.md")
    'text-2021-fr-T05'
    """
    return file.removeprefix("report/").removesuffix(".md").replace("/", "-")


def words(source: str, row: int) -> list[list[str]]:
    """The words of a line and of each line before it, by which a page tells what they became.

    >>> words("{{ share('T03-01') }} ont **des services** [en ligne](T03.html).", 1)
    [['ont', 'des', 'services', 'ligne']]
    """
    lines = [_MARKUP.sub(" ", line).lower() for line in source.split("\n")[:row]]
    return [_WORD.findall(line) for line in reversed(lines)]


class PlacedTemplates(Templates):
    """As `Templates`; each text begins with an element of its name, so that its faults go there."""

    def _once(self, path: str, **extra: Theme) -> Markdown:
        text = super()._once(path, **extra)
        if not text:
            return text
        id_ = place(path)
        mark = f"[]{{#{id_}}}" if _PROSE.match(text) else f"[]{{#{id_} .pages}}\n\n"
        return Markdown(f"{mark}{text}")
