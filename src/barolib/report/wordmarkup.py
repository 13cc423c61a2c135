"""Markdown around a reviewer's changes: what is written into a text, and what goes from it."""

from __future__ import annotations

import re

#: What Markdown or Jinja would read in a reviewer's words, anywhere and where a paragraph begins.
_SPECIAL = re.compile(r"\{[%#]+|[\\`*_{}\[\]<>~^]|&(?=#?\w+;)")
_START = re.compile(r"(?:[#>+-]|:::|\w+[.)])(?=\s|$)")
_SPACES = re.compile("[\u00a0\u202f\\s]+")
#: What Jinja reads of a text, which no reader sees.
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{##.*?##\}", re.DOTALL)
_MARKS = re.compile(r"\*\*|\*|\]\([^)]*\)|\[|\]")
_CLOSING = re.compile(r"(?:\*{1,3}|\]\([^)]*\))+(?=[\s.,;:!?)…]|$)")
_OPENING = re.compile(r"(?<!\S)(?:\*{1,3}|\[)+$")
_HEAD = re.compile(r"[\s>*#\[\d.\"«-]*")
_TAIL = re.compile(r"(?:[\s*.,;:!?)»…\"]|\]\([^)]*\)|\[\^[^\]]*\]|\{#[^}]*\})*")


def escaped(words: str, *, begins: bool = False) -> str:
    """Words as Markdown that reads as they are; `begins`: they begin a paragraph."""
    written = _SPECIAL.sub(lambda found: "".join(f"\\{sign}" for sign in found[0]), spaced(words))
    start = _START.match(written) if begins else None
    if start is None:
        return written
    at = start.end() - 1  # the sign that makes a list of a figure is its last
    return f"{written[:at]}\\{written[at:]}" if not written.startswith(":::") else f"\\{written}"


def spaced(words: str) -> str:
    """Words with plain spaces: those of French are added as the text is published."""
    return _SPACES.sub(" ", words)


def unpaired(written: str) -> str:
    """The marks in a part of a text whose other half is not in it."""
    left: list[str] = []
    for match in _MARKS.finditer(CODE.sub("", written)):
        mark = match[0]
        half = "[" if mark.startswith("]") else mark
        if left and left[-1] == half and (mark.startswith("]") or mark != "["):
            left.pop()
        else:
            left.append(mark)
    return "".join(left)


def whole(source: str, start: int, end: int) -> str:
    """A part of a text on one line, with both halves of each mark in it, or with neither."""
    written = source[start:end]
    for mark in ("**", "*"):
        if unpaired(written) != mark:
            continue
        if source[:start].endswith(mark):
            written = mark + written
        elif source[end:].startswith(mark):
            written += mark
    if unpaired(written):
        kept = iter(CODE.findall(written))
        written = _MARKS.sub("", CODE.sub("\0", written))
        written = re.sub("\0", lambda _: next(kept), written)
    return " ".join(written.split())


def after(source: str, end: int) -> int:
    """Where words are added after others: behind the marks that close these."""
    closing = _CLOSING.match(source, end)
    return closing.end() if closing else end


def before(source: str, start: int) -> int:
    """Where words are added before others: ahead of the marks that open these."""
    opening = _OPENING.search(source[max(0, start - 8) : start])
    return start - len(opening[0]) if opening else start


def removed(source: str, start: int, end: int) -> tuple[int, int]:
    """The ends of what goes with words that go: marks around them, and one of two spaces."""
    for mark in ("**", "*"):
        if source[:start].endswith(mark) and source[end:].startswith(mark):
            start, end = start - len(mark), end + len(mark)
    if not _text(source, start):
        return start, end + len(re.match(r" *", source[end:])[0])  # type: ignore[index]
    if source[end : end + 1] in ("", "\n", " ") or source[end : end + 1] in ".,;:!?)…":
        start -= len(re.search(r"\s?$", source[:start])[0])  # type: ignore[index]
    return start, end


def removed_lines(source: str, start: int, end: int) -> tuple[int, int]:
    """The ends of what goes with a paragraph: its lines, and one of the empty ones around it."""
    first = source.rfind("\n", 0, start) + 1
    last = source.find("\n", end)
    last = len(source) if last < 0 else last
    if not _HEAD.fullmatch(source[first:start]) or not _TAIL.fullmatch(source[end:last]):
        return removed(source, start, end)
    last = min(last + 1, len(source))
    alone = first == 0 or source[:first].endswith(("\n\n", ":::\n"))
    if alone and source[last:].startswith("\n"):
        last += 1
    elif source[:first].endswith("\n\n") and not source[last:].strip():
        first -= 1
    return first, last


def _text(source: str, start: int) -> bool:
    """Whether words of the same paragraph stand before a place."""
    paragraph = re.split(r"\n\s*\n|\n(?=\s*[-*] )", source[:start])[-1]
    return bool(paragraph.strip(" \t\n-*>#"))
