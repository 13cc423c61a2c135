"""Whether every link of the pages leads somewhere."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from barolib.errors import Problem


def broken_links(site: Path) -> list[Problem]:
    """A problem for every link, in the pages of `site`, to a file or an id that is not there.

    Links with a scheme (https:, mailto:) are not followed.
    """
    pages = {path.name: _Page(path) for path in sorted(site.glob("*.html"))}
    mend = "link to a page or an id that the report has"
    return [
        Problem(file=name, message="the link leads nowhere", mend=mend, value=link)
        for name, page in pages.items()
        for link in page.links
        if not _leads_somewhere(site, name, link, pages)
    ]


class _Page(HTMLParser):
    """The ids of a page and where its links lead."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids.add(given.get("id") or "")
        if tag in ("a", "link"):
            self.links.append(given.get("href") or "")


def _leads_somewhere(site: Path, name: str, link: str, pages: dict[str, _Page]) -> bool:
    parts = urlsplit(link)
    if parts.scheme:
        return True
    path, anchor = unquote(parts.path) or name, unquote(parts.fragment)
    if not anchor:
        return (site / path).is_file()
    return path in pages and anchor in pages[path].ids
