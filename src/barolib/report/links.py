"""Whether every link of the pages leads somewhere, and to where a page may lead."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from barolib.errors import Problem
from barolib.files.layout import LANGUAGES

#: Where a page may lead beyond the report; the template alone brings its icon with it.
_SCHEMES = {"a": ("https", "http", "mailto"), "link": ("data", "https", "http")}
#: The page of another language, which is published apart; the template alone leads there.
_OTHER_LANGUAGE = re.compile(rf"\.\./({'|'.join(LANGUAGES)})/[^/]+\.html")


def broken_links(site: Path) -> list[Problem]:
    """A problem for every link, in the pages of `site`, to a file or an id that is not there.

    Links with a scheme (https:, mailto:) are not followed; one to another scheme, or to a file
    outside the site, is a problem as well. An id or a link is an attribute between double quotes,
    as Pandoc and the templates write it.
    """
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(site.glob("*.html"))}
    ids = {name: set(re.findall(r'\sid="([^"]*)"', text)) for name, text in texts.items()}
    fix = "link to a page or an id that the report has"
    return [
        Problem(file=name, message="the link leads nowhere", fix=fix, value=unescape(link))
        for name, text in texts.items()
        for tag, link in re.findall(r'<(a|link)\s[^>]*?href="([^"]*)"', text)
        if not _leads_somewhere(site, name, unescape(link), _SCHEMES[tag], ids)
    ]


def _leads_somewhere(
    site: Path, name: str, link: str, schemes: tuple[str, ...], ids: dict[str, set[str]]
) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:  # a host that cannot be one
        return False
    if parts.scheme or parts.netloc:
        return parts.scheme in schemes
    if _OTHER_LANGUAGE.fullmatch(link):
        return True
    path, anchor = unquote(parts.path) or name, unquote(parts.fragment)
    if not anchor:
        place = (site / path).resolve()
        return place.is_file() and place.is_relative_to(site.resolve())
    return path in ids and anchor in ids[path]
