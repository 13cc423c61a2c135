"""Templates for those who write: each text of a page begins with an element that bears its name."""

from __future__ import annotations

import re

from barolib.i18n.markdown import Markdown
from barolib.report.templates import Templates
from barolib.report.themes import Theme

#: What may share a paragraph with the element: a word, an emphasis, a link, a value.
_PROSE = re.compile(r"[^\W\d_]|[«“’'(\[\ue000-\uf8ff]|\*[^\s*]|\*\*\w")


def place(file: str) -> str:
    """The id of the element where a text begins, by its file in the report.

    >>> place("report/text/2021/fr/T05.md")
    'text-2021-fr-T05'
    """
    return file.removeprefix("report/").removesuffix(".md").replace("/", "-")


class PlacedTemplates(Templates):
    """As `Templates`; pages tell where each text stands, so that a fault is shown there."""

    def _once(self, path: str, **extra: Theme) -> Markdown:
        text = super()._once(path, **extra)
        if not text:
            return text
        apart = "" if _PROSE.match(text) else "\n\n"
        return Markdown(f"[]{{#{place(path)}}}{apart}{text}")
