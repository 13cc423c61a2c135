"""The lines of a reviewed document, word for word, and where each word stands in its text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from barolib.report.provenance import Place, unmarked
from barolib.report.worddoc import Paragraph
from barolib.report.wordmarkup import CODE

_TOKEN = re.compile(r"\w+|[^\w\s]")
#: How a text may write what a reader sees.
_WRITTEN = {"'": "'’", "“": '“"', "”": '”"', "«": '«"', "»": '»"', "–": "–-", "…": "….", "-": "-–"}
#: Signs that programs put in the place of others.
_SAME = {"\u2019": "'", "\u02bc": "'", "\u2018": "'", "\u2011": "-"}
_BLOCK_ENDS = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*] |:::|#))")
_BLOCK_STARTS = re.compile(r"(?:\A|\n\s*\n|\n(?=\s*(?:[-*] |#))|:::[^\n]*\n)\s*")


@dataclass(frozen=True)
class Token:
    """A word or a sign: as it is compared, its ends in the line, and its place in a text."""

    word: str
    start: int
    end: int
    place: Place | None = None

    @property
    def is_word(self) -> bool:
        """Whether it is more than a sign."""
        return self.word[0].isalnum()


@dataclass(frozen=True)
class Line:
    """A paragraph as its words, and the chapter in which it stands."""

    paragraph: Paragraph
    text: str
    tokens: tuple[Token, ...]
    chapter: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What is compared."""
        return tuple(token.word for token in self.tokens)

    def between(self, first: int, last: int) -> str:
        """The words from one token to before another, as the line has them."""
        return (
            self.text[self.tokens[first].start : self.tokens[last - 1].end] if first < last else ""
        )

    @cached_property
    def values(self) -> list[tuple[int, int, Place]]:
        """The tokens of each value: the first, the one after the last, where it comes from."""
        found: list[tuple[int, int, Place]] = []
        for at, token in enumerate(self.tokens):
            if token.place is None or not token.place.value:
                continue
            if found and found[-1][1] == at and found[-1][2] == token.place:
                found[-1] = (found[-1][0], at + 1, token.place)
            else:
                found.append((at, at + 1, token.place))
        return found

    def placed(self, first: int, last: int) -> Place | None:
        """Where the words come from, of which all stand in one text; None where they do not."""
        chosen = self.tokens[first:last]
        places = [token.place for token in chosen if token.place]
        wholly = all(token.place for token in chosen if token.is_word)
        if not wholly or not places or len({place.file for place in places}) > 1:
            return None
        start, end = places[0].start, places[-1].end
        if start > end or any(place.start < start or place.end > end for place in places):
            return None
        return Place(places[0].file, start, end, value=False)


class Sources:
    """The texts as they are written, by their name in the study."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self._prose = {
            file: CODE.sub(lambda code: "\0" * len(code[0]), text) for file, text in texts.items()
        }

    def row(self, place: Place) -> str:
        """The line of a text in which a place is."""
        return str(self.texts[place.file].count("\n", 0, place.start) + 1)

    def written(self, place: Place) -> str:
        """What stands at a place."""
        return self.texts[place.file][place.start : place.end]

    def find(self, word: str, file: str, start: int, end: int) -> Place | None:
        """The sign or the word between two places, nothing but signs before it."""
        return self._found(self._prose[file][start:end], word, file, start, backwards=False)

    def find_last(self, word: str, file: str, start: int, end: int) -> Place | None:
        """The same, nothing but signs after it."""
        return self._found(self._prose[file][start:end], word, file, start, backwards=True)

    def block(self, place: Place) -> tuple[int, int]:
        """The ends of the paragraph of a text in which a place is."""
        prose = self._prose[place.file]
        after = _BLOCK_ENDS.search(prose, place.end)
        starts = [match.end() for match in _BLOCK_STARTS.finditer(prose, 0, place.start)]
        return max(starts, default=0), after.start() if after else len(prose)

    def _found(
        self, prose: str, word: str, file: str, start: int, *, backwards: bool
    ) -> Place | None:
        signs = _WRITTEN.get(word)
        pattern = f"[{re.escape(signs)}]" if signs else re.escape(word)
        matches = [*re.finditer(pattern, prose)]
        if not matches:
            return None
        match = matches[-1] if backwards else matches[0]
        passed = prose[match.end() :] if backwards else prose[: match.start()]
        if re.search(r"[^\W_]", passed):
            return None
        return Place(file, start + match.start(), start + match.end(), value=False)


def lines(paragraphs: Iterable[Paragraph], places: Sequence[Place] = ()) -> list[Line]:
    """The lines of a document; `places`: of its marks, where it bears any."""
    chapter, found = "", []
    for paragraph in paragraphs:
        text, marked = unmarked(paragraph.text, list(places))
        if paragraph.style == "Heading1":
            chapter = text
        tokens = tuple(
            Token(_compared(match[0]), *match.span(), _place(match, marked))
            for match in _TOKEN.finditer(text)
        )
        if tokens:
            found.append(Line(paragraph, text, tokens, chapter))
    return found


def resolved(line: Line, sources: Sources) -> Line:
    """The line, its signs and short words with their places where these can be told."""
    tokens = [*line.tokens]
    known = [at for at, token in enumerate(tokens) if token.place]
    if not known:
        return line
    for at in range(known[0], len(tokens)):
        if tokens[at].place is None:
            left = tokens[at - 1].place or _last(tokens[:at])
            right = next((token.place for token in tokens[at:] if token.place), None)
            end = sources.block(left)[1]
            if right and right.file == left.file and left.end <= right.start:
                end = right.start
            elif right:
                end = min(end, left.end + 8)
            place = sources.find(tokens[at].word, left.file, left.end, end)
            tokens[at] = Token(tokens[at].word, tokens[at].start, tokens[at].end, place)
    for at in range(known[0] - 1, -1, -1):
        right = next(token.place for token in tokens[at + 1 :] if token.place)
        start, _ = sources.block(right)
        place = sources.find_last(tokens[at].word, right.file, start, right.start)
        tokens[at] = Token(tokens[at].word, tokens[at].start, tokens[at].end, place)
    return Line(line.paragraph, line.text, tuple(tokens), line.chapter)


def _last(tokens: Sequence[Token]) -> Place:
    return next(token.place for token in reversed(tokens) if token.place)


def _place(match: re.Match, marked: Mapping[int, Place]) -> Place | None:
    """The place of a token, whose mark may stand after a figure with which it begins."""
    at = next((each for each in range(*match.span()) if each in marked), None)
    if at is None:
        return None
    place = marked[at]
    before = 0 if place.value else at - match.start()
    return place._replace(start=place.start - before)


def _compared(word: str) -> str:
    """The word as it is compared: letters with accents as one character, one apostrophe."""
    word = unicodedata.normalize("NFC", word)
    return _SAME.get(word, word)
