"""Filled Markdown as the paragraphs of a slide, whose marks are gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from barolib.i18n.markdown import plain

_ITEM = re.compile(r"^[-*] +")
_HEAD = re.compile(r"^#+ ")
_BOLD = re.compile(r"^\*\*(.+?)\*\*\s*")


class Block(NamedTuple):
    """A paragraph: its words; the bold ones that an item begins with; what it is."""

    text: str
    bold: str = ""
    item: bool = False
    head: bool = False


def blocks(markdown: str) -> list[Block]:
    """The paragraphs, headings and items of a text, in their order."""
    return [block for block in map(_block, _apart(markdown)) if block.text or block.bold]


def _apart(markdown: str) -> Iterator[str]:
    lines: list[str] = []
    for line in [*markdown.split("\n"), ""]:
        bare = line.strip()
        if not bare or bare.startswith(":::") or _ITEM.match(bare) or _HEAD.match(bare):
            yield "\n".join(lines)
            lines = []
        if bare and not bare.startswith(":::"):
            lines.append(bare)


def _block(text: str) -> Block:
    item, head = _ITEM.match(text), _HEAD.match(text)
    body = _ITEM.sub("", text)
    bold = _BOLD.match(body) if item else None
    words = plain(body[bold.end() :] if bold else body)
    return Block(words, plain(bold[1]) if bold else "", bool(item), bool(head))
