"""Whether every link of the pages leads somewhere."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from barolib.errors import Problem


def broken_links(site: Path) -> list[Problem]:
    """A problem for every link, in the pages of `site`, to a file or an id that is not there.

    Links with a scheme (https:, mailto:) are not followed. An id or a link is an attribute between
    double quotes, as Pandoc and the templates write it.
    """
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(site.glob("*.html"))}
    ids = {name: set(re.findall(r'\sid="([^"]*)"', text)) for name, text in texts.items()}
    mend = "link to a page or an id that the report has"
    return [
        Problem(file=name, message="the link leads nowhere", mend=mend, value=link)
        for name, text in texts.items()
        for link in map(unescape, re.findall(r'<(?:a|link)\s[^>]*?href="([^"]*)"', text))
        if not _leads_somewhere(site, name, link, ids)
    ]


def _leads_somewhere(site: Path, name: str, link: str, ids: dict[str, set[str]]) -> bool:
    parts = urlsplit(link)
    if parts.scheme:
        return True
    path, anchor = unquote(parts.path) or name, unquote(parts.fragment)
    if not anchor:
        return (site / path).is_file()
    return path in ids and anchor in ids[path]
