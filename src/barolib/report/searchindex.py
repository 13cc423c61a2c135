"""The index of the report's search: what stands where on the pages, in a script that they load."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

_HEADINGS = ("h1", "h2", "h3")
#: What is read again elsewhere, or is none of the page's words.
_DRAWN = re.compile(r"<svg.*?</svg>", re.DOTALL)
_SKIPPED = ("details", "nav", "script", "tbody", "template", "thead")
_PASSED = ("here", "plot", "stacks", "unseen")
_VOID = ("br", "hr", "img", "input", "link", "meta", "wbr")


def write(site: Path) -> None:
    """Write assets/search-index.js from the pages of `site`.

    It holds a list: of each page, section and chart its href, its title, the title of its page and
    its text.
    """
    found = [entry for path in sorted(site.glob("*.html")) for entry in read(path)]
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    script = f"var searchIndex={text};\n".replace("</", "<\\/")
    (site / "assets" / "search-index.js").write_text(script, encoding="utf-8", newline="\n")


def read(path: Path) -> list[list[str]]:
    """The entries of a page, as `write` lists them."""
    reader = _Reader()
    reader.feed(_DRAWN.sub("", path.read_text(encoding="utf-8")))
    _, page, _ = reader.entries[0]
    entries = [(ref, *map(_words, told)) for ref, *told in reader.entries]
    return [
        [f"{path.name}#{ref}" if ref else path.name, title, _words(page), text]
        for ref, title, text in entries
        if title
    ]


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


class _Reader(HTMLParser):
    """What follows each heading and stands over each chart: id, title, text."""

    def __init__(self) -> None:
        super().__init__()
        self.entries = [["", "", ""]]
        self._open: list[tuple[str, bool]] = []  # the elements, and whether their words are passed
        self._target = 2  # which part of the last entry is being read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        classes = (held.get("class") or "").split()
        if tag in _VOID:
            if tag == "br":
                self.handle_data(" ")
            return
        tags = tag == "em" and bool(self._open) and self._open[-1][0] == "figcaption"
        passed = tags or tag in _SKIPPED or not set(classes).isdisjoint(_PASSED)
        self._open.append((tag, passed or bool(self._open and self._open[-1][1])))
        ref = held.get("id") or ""
        if ref and tag in (*_HEADINGS, "figure", "section"):
            self.entries.append([ref, "", ""])
            self._target = 2
        if tag in (*_HEADINGS, "figcaption") and not self.entries[-1][1]:
            self._target = 1

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag in (*_HEADINGS, "figcaption"):
            self._target = 2

    def handle_data(self, data: str) -> None:
        inside = [tag for tag, _ in self._open]
        if ("main" in inside or "h1" in inside) and not self._open[-1][1]:
            self.entries[-1][self._target] += data
