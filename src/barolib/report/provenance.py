"""Where the words of a filled report come from: the texts and their places, word for word.

Each word of a text bears a mark within itself, of private characters, which Markdown and Pandoc
take for letters; each value, marks around it. A text is filled a second time for that, with the
places of its source among its words, since what it becomes depends on conditions and loops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

from barolib.report.templates import Templates

# Private characters, which neither a text nor a value may hold. In a filled text: within a word,
# before and after a value, after a number, and digits. In a traced source: before a run of words,
# before and after a value.
_WORD, _VALUE, _END, _CLOSE = "\ue010", "\ue011", "\ue012", "\ue013"
_DIGITS = {ord(str(digit)): 0xE020 + digit for digit in range(10)}
_NUMBER = "[\ue020-\ue029]+"
_MARK = re.compile(f"([{_WORD}{_VALUE}])({_NUMBER}){_CLOSE}|{_END}")
_RUN, _OPEN, _SHUT = "\ue014", "\ue015", "\ue016"
_TRACE = re.compile(f"(?:({_RUN})(\\d+),|({_OPEN})(\\d+),(\\d+),|{_SHUT})")
#: What stands for a value in a text that is being filled (report/values.py), and here.
_PLACEHOLDER, _PLACED = re.compile("\ue000[0-9]+\ue001"), "\ue000"
#: A value, or a word, which may be marked.
_TOKEN = re.compile(f"{_PLACED}(?:[0-9]+\ue001)?|[^\\W\\d_](?:{_WORD}{_NUMBER}{_CLOSE})?\\w+")
#: Where no word of a text is one that a reader sees, or where a mark would change what it is.
_UNSEEN = re.compile(
    r"^\s*:::.*?$|\]\([^)]*\)|\{[#.:][^{}]*\}|\[\^[^\]]*\]|<[^<>\s]+>|&#?\w+;|`[^`]*`"
    r"|^\[[^\]]+\]:.*?$|https?://\S+|^\s*\w+[.)](?=\s)",
    re.MULTILINE,
)


class Place(NamedTuple):
    """Where a word or a value comes from: a text, and the ends of what it is in its source."""

    file: str
    start: int
    end: int
    value: bool


class MarkedTemplates(Templates):
    """Templates whose texts bear marks; the number of each is that of its place in `places`."""

    def __init__(self, *sources: object) -> None:
        super().__init__(*sources)  # type: ignore[arg-type]
        self.places: list[Place] = []

    def _filled(self, name: str, **extra: object) -> str:
        before = len(self.filled)
        settled = super()._filled(name, **extra)
        self.filled[before:] = [
            each._replace(text=bare(each.text)) for each in self.filled[before:]
        ]
        if not name.startswith("text/") or name.endswith(".yml"):
            return settled
        own = _TOKEN.findall(_PLACEHOLDER.sub(_PLACED, self.filled[-1].text))
        places = self._places(name, extra)
        assert len(own) == len(places), f"{name} is not filled the same again"
        return self._marked(settled, own, places)

    def _places(self, name: str, extra: Mapping[str, object]) -> list[Place]:
        """The place of each word and value of a text, in their order."""
        jinja, source = self._texts, self._files.source(name)
        code = jinja.compile(_with_places(source, [*jinja.lex(source)]), name, None)
        template = jinja.template_class.from_code(jinja, code, jinja.make_globals(None))
        filled = bare("".join(template.generate({**self._names, **extra})))
        origins, text = _origins(_PLACEHOLDER.sub(_PLACED, filled))
        ends = ((origins[each.start()], origins[each.end() - 1]) for each in _TOKEN.finditer(text))
        return [
            Place(f"report/{name}", first[0], last[1], first[2] or last[2]) for first, last in ends
        ]

    def _marked(self, settled: str, own: list[str], places: list[Place]) -> str:
        """A settled text with marks; what was added to it as it was settled has no place."""
        tokens = [*_TOKEN.finditer(settled)]
        seen = [_PLACED if each[0].startswith(_PLACED) else bare(each[0]) for each in tokens]
        blocks = SequenceMatcher(None, own, seen, autojunk=False).get_matching_blocks()
        known = {block.b + at: places[block.a + at] for block in blocks for at in range(block.size)}
        hidden = [match.span() for match in _UNSEEN.finditer(settled)]
        parts, at = [], 0
        for number, token in enumerate(tokens):
            unseen = any(start <= token.start() < end for start, end in hidden)
            marked = _WORD in token[0] or settled[: token.start()].endswith(_CLOSE)
            if number in known and not unseen and not marked:
                parts += [settled[at : token.start()], self._mark(token[0], known[number])]
                at = token.end()
        return "".join(parts) + settled[at:]

    def _mark(self, token: str, place: Place) -> str:
        number = str(len(self.places)).translate(_DIGITS) + _CLOSE
        self.places.append(place)
        if token.startswith(_PLACED):
            return f"{_VALUE}{number}{token}{_END}"
        return f"{token[0]}{_WORD}{number}{token[1:]}"


def bare(text: str) -> str:
    """The text without marks."""
    return _MARK.sub("", text)


def unmarked(text: str, places: list[Place]) -> tuple[str, dict[int, Place]]:
    """The text without marks, and the place of what stands at each character that has one.

    Of a word, that is its first character; of a value, all of them.
    """
    parts: list[str] = []
    found: dict[int, Place] = {}
    at, length, value = 0, 0, None
    for match in [*_MARK.finditer(text), None]:
        part = text[at : match.start()] if match else text[at:]
        if value:
            found |= dict.fromkeys(range(length, length + len(part)), value)
        parts.append(part)
        length += len(part)
        if match is None:
            break
        at = match.end()
        value = None
        if match[1]:
            place = places[int("".join(chr(ord(digit) - 0xE020 + 48) for digit in match[2]))]
            if match[1] == _WORD:
                found[length - 1] = place
            else:
                value = place
    return "".join(parts), found


def _with_places(source: str, tokens: list[tuple[int, str, str]]) -> str:
    """The source of a text with its places written into it; `tokens`: as Jinja parts it."""
    parts, at, ends = [], 0, []
    for _, kind, value in tokens:
        start = source.index(value, at)
        ends.append((kind, start, start + len(value)))
        at = start + len(value)
    at = 0
    for number, (kind, start, end) in enumerate(ends):
        parts.append(source[at:start])
        if kind == "data":
            parts.append(f"{_RUN}{start},")
        elif kind == "variable_begin":
            last = next(each for each in ends[number:] if each[0] == "variable_end")
            parts.append(f"{_OPEN}{start},{last[2]},")
        parts.append(source[start:end])
        if kind == "variable_end":
            parts.append(_SHUT)
        at = end
    return "".join(parts) + source[at:]


def _origins(traced: str) -> tuple[list[tuple[int, int, bool]], str]:
    """Of each character, the ends of what it comes from and whether that is a value; the text."""
    origins: list[tuple[int, int, bool]] = []
    parts: list[str] = []
    run, value = 0, None
    for part in _pieces(traced):
        if isinstance(part, str):
            parts.append(part)
            places = range(run, run + len(part))
            origins += [value or (place, place + 1, False) for place in places]
            run += len(part)
        elif part[1]:
            run = int(part[2])
        else:
            value = (int(part[4]), int(part[5]), True) if part[3] else None
    return origins, "".join(parts)


def _pieces(traced: str) -> Iterator[str | re.Match]:
    at = 0
    for match in _TRACE.finditer(traced):
        yield traced[at : match.start()]
        yield match
        at = match.end()
    yield traced[at:]
