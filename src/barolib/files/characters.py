"""Characters by their names, and those that the report's fonts can show."""

from __future__ import annotations

import unicodedata
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
    from matplotlib.ft2font import FT2Font  # half a second that a run with nothing to do is spared

    fonts = [FT2Font(path) for path in sorted(folder.glob("*.ttf"))]
    if not fonts:
        fix = "put the report's fonts, TTF files, there"
        raise StudyError(Problem(str(folder), "no font of the report", fix))
    return frozenset.intersection(*(frozenset(map(chr, font.get_charmap())) for font in fonts))
