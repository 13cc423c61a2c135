"""Where the paragraphs and the sentences of an authored text end."""

from __future__ import annotations

import re
from collections.abc import Callable

_PARAGRAPHS = re.compile(r"(\n\s*\n|\n(?=[-*] ))")
#: A mark that ends a sentence, what closes with it, and the space after.
_ENDS = re.compile(r"[.!?…]+(?:[  \u00a0\u202f]?[»”’\")\]]+)*\s+(?=\S)")
#: What no sentence begins with: a small letter, a figure, a mark that closes.
_GOES_ON = re.compile(r"[a-zà-öø-ÿœ\d»”)\],;:–-]")
#: Words that end with a full stop of their own.
_SHORT = re.compile(
    r"(?<!\w)(?:[A-ZÀ-Ý]|M{1,2}|Mm?es?|Mlles?|Mrs?|Ms|Dr|Pr|St|Ste|cf|vs|p{1,2}|art|chap|fig|tab|vol|no|ex|env"
    r"|av|bd|tél|dép|coll|dir|éd|réf|resp|ca|approx|incl|e\.g|i\.e|c\.-à-d)\.$"
)


def paragraphs(text: str) -> list[str]:
    """The paragraphs and items of lists, with what stands between them at every second place."""
    return _PARAGRAPHS.split(text)


def sentences(paragraph: str, seen: Callable[[str], str] = str) -> list[str]:
    """The sentences of a paragraph; `seen` tells what a reader sees of what stands for a value.

    A full stop within a value ends none, nor does that of a short form (p., cf., M.).
    """
    ended, start = [], 0
    for end in _ENDS.finditer(paragraph):
        stops = len(end[0].rstrip()) == 1 and end[0][0] == "."
        short = stops and _SHORT.search(paragraph[start : end.start() + 1])
        if not short and not _GOES_ON.match(_follows(paragraph[end.end() :], seen)):
            ended.append(paragraph[start : end.end()].rstrip())
            start = end.end()
    return [*ended, paragraph[start:]]


def _follows(rest: str, seen: Callable[[str], str]) -> str:
    """The first sign of what follows, as a reader sees it; a figure that is a value begins one."""
    first = seen(rest[:40])
    return "" if first[:1].isdigit() and not rest[:1].isdigit() else first
