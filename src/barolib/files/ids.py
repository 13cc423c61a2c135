"""What an id may be: a word for every program, and a file's name on every system.

An id of the data names files, pages, anchors and columns. Those that the program keeps for itself
are in survey/reserved.py; here, the form of any id, and the names that no edition may have.
"""

from __future__ import annotations

import re
import unicodedata

from barolib.files.characters import named

LONGEST = 40
_LETTERS = "0-9A-Za-zÀ-ÖØ-öø-ňŊ-ž"  # Latin, accents included, each in one character
_FORM = re.compile(f"[{_LETTERS}]+([-_.][{_LETTERS}]+)*")
RULE = "write an id of letters and digits, with - _ or . between them, one at a time"

#: Devices of Windows, which no file can be called, whatever its ending.
_DEVICES = {"con", "prn", "aux", "nul"}
_DEVICES |= {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}

#: Folders of texts that are no edition's; what parts two editions in the name of a folder.
TEXT_FOLDERS = ("common", "example")
BETWEEN = "_vs_"


def fault(name: str) -> tuple[str, str] | None:
    """Why a name is no id, and the fix; None where it may be one."""
    if not name:
        return "an empty id", RULE
    if not _FORM.fullmatch(name):
        strange = re.search(f"[^{_LETTERS}_. -]", name)
        if strange and not strange[0].isascii():
            return f"not an id: it holds {named(strange[0])}", RULE
        return "not an id", RULE
    if len(name) > LONGEST:
        return f"an id of {len(name)} characters", f"write {LONGEST} at most"
    if name.partition(".")[0].casefold() in _DEVICES:
        return "a name that Windows keeps for a device", "give another id"
    return None


def edition_fault(name: str) -> tuple[str, str] | None:
    """Why an edition can't be called so, and the fix; None where it can."""
    if name.casefold() in TEXT_FOLDERS or BETWEEN in name.casefold():
        return "a name that the program keeps for folders of its own", "give the edition another"
    return fault(name)


def alike(name: str) -> str:
    """What is the same for ids that some systems take for one file: case, forms of a letter."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
