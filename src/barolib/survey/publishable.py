"""Texts that can be published: in the characters that the report's fonts have, on one line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pandas as pd

from barolib.errors import Problem
from barolib.files.characters import named
from barolib.survey import contracts
from barolib.survey.edition import Edition, Label

#: How many characters of a text a problem names.
_SHOWN = 3

#: No file of a text, a table or a page can hold these (XML 1.0, Char), or shows them.
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_LINE_ENDS = "\t\n\v\f\r\x85\u2028\u2029"


def faults(
    texts: dict[str, pd.DataFrame], edition: Edition, shown: frozenset[str]
) -> list[Problem]:
    """A problem for each text that cannot be published, and for each that nothing can hold.

    `texts`: text tables by file stem; `shown`: the characters that the report can show. Texts that
    are not published, names of respondents among them, may hold any but control characters.
    """
    problems = [
        Problem("edition.yml", *fault, column=key, value=text)
        for key, text in _settings(edition)
        if (fault := fault_of(text, shown))
    ]
    for name, about in contracts.dictionary()["raw"].items():
        for column, (type_, _) in about["columns"].items():
            if column in texts.get(name, ()):
                kind = type_.removesuffix("?")
                problems += _of_column(f"{name}.csv", texts[name][column].dropna(), kind, shown)
    return problems


def fault_of(text: str, shown: frozenset[str]) -> tuple[str, str] | None:
    """Why a text cannot be published, and the fix; None where it can."""
    strange = [sign for sign in dict.fromkeys(text) if not _can_show(sign, shown)]
    if strange:
        names = ", ".join(map(named, strange[:_SHOWN]))
        more = f" and {len(strange) - _SHOWN} more" if len(strange) > _SHOWN else ""
        return f"the report cannot show {names}{more}", _fix(strange[0], shown)
    if text != text.strip():
        return "it begins or ends with a blank", "remove it"
    return None


def _can_show(character: str, shown: frozenset[str]) -> bool:
    """Whether a font has the character, and it is one that is seen by itself."""
    category = unicodedata.category(character)
    return character in shown and category[0] not in "CM" and category not in ("Zl", "Zp")


def _fix(character: str, shown: frozenset[str]) -> str:
    plain = unicodedata.normalize("NFKC", character)
    if character in _LINE_ENDS:
        return "write it on one line, with blanks in its place"
    if plain != character and all(_can_show(sign, shown) for sign in plain):
        return f"write {plain!r} in its place"
    category = unicodedata.category(character)
    if category[0] == "C":
        return "remove it"
    if category[0] == "M":
        return "write the letter without it"
    return "write it in Latin letters, or say it in words"


def _settings(edition: Edition) -> Iterator[tuple[str, str]]:
    """The texts of edition.yml that are published, by key."""
    labels = {"title": edition.title}
    labels |= {f"scale.{n}.label": level.label for n, level in enumerate(edition.scale)}
    labels |= {f"statuses.{n}.label": status.label for n, status in enumerate(edition.statuses)}
    for key, label in labels.items():
        for lang in Label.model_fields:
            if getattr(label, lang) is not None:
                yield f"{key}.{lang}", getattr(label, lang)


def _of_column(file: str, cells: pd.Series, kind: str, shown: frozenset[str]) -> Iterator[Problem]:
    for row, text in cells.items():
        fault = None
        if kind == "label":
            fault = fault_of(text, shown)
        elif kind in ("text", "optional") and (held := _CONTROL.search(text)):
            fault = f"no text can hold {named(held[0])}", "remove it"
        if fault:
            yield Problem(file, *fault, row, cells.name, text)
