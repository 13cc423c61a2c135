"""Values in a text that is being filled: a placeholder stands for each until the text is whole.

What is authored can then be read as Markdown and split into sentences, and no value is ever taken
for markup: it keeps its words, and is escaped where the text is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from numbers import Number

import jinja2
import numpy as np
from jinja2.sandbox import SecurityError

from barolib.i18n.markdown import Markdown, escape

#: What can be written as it reads.
SCALARS = (str, Number, np.generic, date)
# Characters of the private use area, which neither a text nor a raw file may hold.
_PLACEHOLDER = re.compile("\ue000([0-9]+)\ue001")
_CLAIM = re.compile("\ue002([0-9]{1,9})\ue003(.*?)\ue004", re.DOTALL)
#: Where a link would be one within another, or in the list of the sections.
_BARRED = re.compile(
    r"^#{1,6} [^\n]*|\[(?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.)*\])*\]\(", re.MULTILINE | re.DOTALL
)
_PRIVATE = re.compile("[\ue000-\uf8ff]")


class Refused(SecurityError):
    """What a text may not use, `name` as it calls it, `lineno` its line where that is known."""

    def __init__(self, message: str, name: str = "", lineno: int | None = None) -> None:
        super().__init__(message)
        self.name, self.lineno = name, lineno


def scalar(value: object) -> object:
    """The value; raises Refused for a list, or for nothing."""
    if not isinstance(value, SCALARS):
        what = "nothing" if value is None else f"a {type(value).__name__}"
        raise Refused(f"{what} stands where a text, a number or a date can be written")
    return value


class Values:
    """The values of the texts of a report, and the claims that some of them make."""

    def __init__(self) -> None:
        self._claimed: list[str] = []
        self._values: list[tuple[str, int | None]] = []  # the words, and the number of the claim

    def claim(self, words: str) -> str:
        """The words, marked with the number of their claim; they may be joined to others."""
        if _PRIVATE.search(words):
            raise Refused("a claim within a claim, or a private character")
        self._claimed.append(words)
        return f"\ue002{len(self._claimed) - 1}\ue003{words}\ue004"

    def placeholder(self, value: object) -> str:
        """What stands for a value in a text that is being filled; Markdown stays as it is.

        Raises jinja2.UndefinedError for a name that nothing defines, Refused for a list, nothing,
        or what no text may hold.
        """
        if isinstance(value, Markdown | jinja2.Undefined):
            return str(value)
        first, *rest = _CLAIM.split(str(scalar(value)))
        places = [self._place(first)]
        for number, words, after in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
            claim = int(number)
            if claim >= len(self._claimed) or self._claimed[claim].casefold() != words.casefold():
                raise Refused("a private character, which no text can show", words)
            places += [self._place(words, claim), self._place(after)]
        return "".join(places)

    def claims(self, text: str) -> list[int]:
        """The claims that stand in a text, by number."""
        return [claim for _, claim in self._within(text) if claim is not None]

    def length(self, text: str) -> int:
        """How long the text is with its values in it."""
        return len(text) + sum(len(words) for words, _ in self._within(text))

    def plain(self, text: str) -> str:
        """The text with its values as they are."""
        return _PLACEHOLDER.sub(lambda match: self._value(match)[0], text)

    def markdown(self, text: str) -> str:
        """The text with its values as Markdown that reads as they are."""
        return _PLACEHOLDER.sub(lambda match: escape(self._value(match)[0]), text)

    def linked(self, text: str, place: Callable[[int], str]) -> str:
        """As `markdown`, each claim a link to the place of its number.

        None in a heading, nor within another link.
        """
        barred = [match.span() for match in _BARRED.finditer(text)]

        def written(match: re.Match) -> str:
            words, claim = self._value(match)
            if claim is None or any(start <= match.start() < end for start, end in barred):
                return escape(words)
            return f"[{escape(words)}]({place(claim)})"

        return _PLACEHOLDER.sub(written, text)

    def _place(self, words: str, claim: int | None = None) -> str:
        if private := _PRIVATE.search(words):
            what = f"a private character, U+{ord(private[0]):04X}, which no text can show"
            raise Refused(what, words)
        if not words:
            return ""
        self._values.append((words, claim))
        return f"\ue000{len(self._values) - 1}\ue001"

    def _value(self, place: re.Match) -> tuple[str, int | None]:
        return self._values[int(place[1])]

    def _within(self, text: str) -> list[tuple[str, int | None]]:
        """The values whose placeholders stand in a text."""
        return [self._value(place) for place in _PLACEHOLDER.finditer(text)]


def line_in(source: str, filled: str, near: int = 1) -> str:
    """The number of the line of a source that may have become a filled one; "" for none.

    Of several, that nearest to the line `near`, which is the number of the filled one.
    """
    parts = [part for part in _PLACEHOLDER.split(filled)[::2] if part.strip()]
    lines = source.split("\n") if parts else []
    held = [number for number, line in enumerate(lines, 1) if _in_order(parts, line)]
    return str(min(held, key=lambda number: abs(number - near))) if held else ""


def _in_order(parts: list[str], line: str) -> bool:
    at = 0
    for part in parts:
        at = line.find(part.strip(), at) + 1
        if not at:
            return False
    return True
