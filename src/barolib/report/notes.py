"""The notes of a text, `words[^name]` and `[^name]: the note`, of which a page joins many."""

from __future__ import annotations

import re

#: Code, in which nothing is a mark: between fences, or within a line.
CODE = re.compile(
    r"^[ \t>]*(?P<fence>`{3,}|~{3,}).*?^[ \t>]*(?P=fence)[`~]*[ \t]*$"
    r"|(?<![`\\])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)
_GIVEN = re.compile(r"^[ ]{0,3}(\[\^[^\]\s]+\]):", re.MULTILINE)
_NAME = re.compile(rf"(?P<code>{CODE.pattern})|(?<!\\)\[\^(?P<name>[^\]\s]+)\]", CODE.flags)


def apart(text: str, number: int) -> str:
    """The text with names of its notes that no other text has: a page, and the PDF, join texts.

    Parameters
    ----------
    text : str
        A text, as Markdown.
    number : int
        Its own, which stands before each name.

    Returns
    -------
    str
        The text; its code is as it was.

    Examples
    --------
    >>> apart("Un mot[^a], `[^a]`.\\n\\n[^a]: La note.", 7)
    'Un mot[^7-a], `[^a]`.\\n\\n[^7-a]: La note.'
    """
    return _NAME.sub(
        lambda mark: mark[0] if mark["code"] else f"[^{number}-{mark['name']}]",
        text,
    )


def missing(text: str) -> list[tuple[str, int]]:
    """The calls of notes that the text, without its code, does not have; where each stands."""
    there = set(_GIVEN.findall(text))
    calls = [(mark[0], mark.start()) for mark in _NAME.finditer(text) if mark["name"]]
    return [(call, at) for call, at in calls if call not in there]
