"""Characters by their names, and those that the report's fonts can show."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from barolib.errors import Problem, StudyError

#: Unicode's aliases of the control characters that people meet, which have no name.
_CONTROLS = {
    "\0": "NULL",
    "\a": "ALERT",
    "\b": "BACKSPACE",
    "\t": "CHARACTER TABULATION",
    "\n": "LINE FEED",
    "\v": "LINE TABULATION",
    "\f": "FORM FEED",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
}
_CATEGORIES = {"Cc": "CONTROL CHARACTER", "Co": "PRIVATE-USE CHARACTER", "Cs": "SURROGATE"}


def named(character: str) -> str:
    """The character's Unicode name and code point: LATIN SMALL LIGATURE FI (U+FB01)."""
    kind = _CATEGORIES.get(unicodedata.category(character), "CHARACTER WITHOUT A NAME")
    name = _CONTROLS.get(character) or unicodedata.name(character, kind)
    return f"{name} (U+{ord(character):04X})"


@lru_cache(maxsize=4)
def of_fonts(folder: Path) -> frozenset[str]:
    """The characters that every TTF font of the folder has; raises StudyError without a font."""
    held = [_of_font(path.read_bytes()) for path in sorted(folder.glob("*.ttf"))]
    if not held:
        mend = "put the report's fonts, TTF files, there"
        raise StudyError(Problem(str(folder), "no font of the report", mend))
    return frozenset.intersection(*held)


def _of_font(font: bytes) -> frozenset[str]:
    """The characters of a font by its character map, OpenType's table cmap in format 4.

    Read here, since the libraries that read fonts take a third of a second to import.
    """
    tables = (struct.unpack_from(">4sxxxxI", font, 12 + 16 * n) for n in range(_word(font, 4)))
    cmap = dict(tables)[b"cmap"]
    offsets = (_long(font, cmap + 8 + 8 * n) for n in range(_word(font, cmap + 2)))
    maps = [cmap + offset for offset in offsets if _word(font, cmap + offset) == 4]
    return frozenset(character for at in maps for character in _mapped(font, at))


def _mapped(font: bytes, at: int) -> Iterator[str]:
    """The characters to which the map at that place gives a glyph."""
    count = _word(font, at + 6) // 2
    ends, starts, deltas, ranges = (at + 14 + 2 * (n * count + (n > 0)) for n in range(4))
    for place in range(0, 2 * count, 2):
        start, delta, offset = (_word(font, each + place) for each in (starts, deltas, ranges))
        for code in range(start, _word(font, ends + place) + 1):
            held = _word(font, ranges + place + offset + 2 * (code - start)) if offset else code
            if held and (held + delta) % 2**16:
                yield chr(code)


def _word(font: bytes, at: int) -> int:
    return int.from_bytes(font[at : at + 2])


def _long(font: bytes, at: int) -> int:
    return int.from_bytes(font[at : at + 4])
