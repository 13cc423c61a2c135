"""Texts that are data, cover.yml and alts.yml: every key is known, and every value words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import yaml

from barolib.errors import Problem, StudyError, nearest
from barolib.report.values import line_in

#: What a cover says, by key: a text, or a list of texts.
COVER: dict[str, type] = dict.fromkeys(
    ("kicker", "short", "subtitle", "notice", "author", "description"), str
) | dict.fromkeys(("lines", "foot", "keywords"), list)
_DEEPEST = 2  # keys, and the list of one


def read(file: str, text: str, source: str, kinds: Mapping[str, type]) -> dict:
    """The texts by key of a YAML text that is filled, with placeholders for its values.

    `source`: as it was before; `kinds`: of each key, str or list. Raises StudyError with the line
    of every unknown key, value that is no text, alias, and of what is no YAML.
    """
    try:
        _refuse_structure(file, text, source)
        texts = yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError as error:
        line = _line_at(getattr(error, "problem_mark", None), text, source)
        message = f"not YAML: {getattr(error, 'problem', None) or error}"
        raise StudyError(Problem(file, message, "put texts between quotes", row=line)) from None
    texts = {} if texts is None else texts
    if not isinstance(texts, dict):
        raise StudyError(Problem(file, "no keys with their texts", f"keys: {', '.join(kinds)}"))
    problems = [
        Problem(file, message, fix, row=_line_of(key, source), column=str(key), value=value)
        for key, given in texts.items()
        for message, fix, value in _faults(key, given, kinds)
    ]
    if problems:
        raise StudyError(problems)
    return {key: (kinds[key]() if given is None else given) for key, given in texts.items()}


def mapped(
    texts: Mapping[str, str | list[str]], change: Callable[[str], str]
) -> dict[str, str | list[str]]:
    """The texts, each changed."""
    return {
        key: [change(item) for item in given] if isinstance(given, list) else change(given)
        for key, given in texts.items()
    }


def _refuse_structure(file: str, text: str, source: str) -> None:
    """Raises StudyError for an alias, which can stand for a text without end, and for depth."""
    depth, fault = 0, ""
    for event in yaml.parse(text, yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            fault = "deeper than a key with its text or its list of texts"
        if anchor := getattr(event, "anchor", None):
            fault = f"the name {anchor!r}, by which a value can stand again"
        if fault:
            line = _line_at(event.start_mark, text, source)
            raise StudyError(Problem(file, fault, "write the text itself", row=line))


def _faults(key: object, given: object, kinds: Mapping[str, type]) -> Iterator[tuple]:
    """What is wrong with a value, the fix, and what to show of it."""
    if key not in kinds:
        yield "no such key", nearest(str(key), kinds), str(key)
    elif kinds[key] is list and not isinstance(given, list | None):
        yield "no list of texts", "write each text on its own line, after “- ”", str(given)[:60]
    elif given is not None:
        for item in given if kinds[key] is list else [given]:
            if not isinstance(item, str):
                yield "no text", "put it between quotes", str(item)[:60]


def _line_at(mark: yaml.Mark | None, text: str, source: str) -> str:
    """The line of the source that a mark of YAML in the filled text stands for."""
    lines = text.split("\n")
    return line_in(source, lines[min(mark.line, len(lines) - 1)]) if mark else ""


def _line_of(key: object, source: str) -> str:
    pattern = re.compile(rf"\s*(['\"]?){re.escape(str(key))}\1\s*:")
    lines = enumerate(source.split("\n"), 1)
    return next((str(number) for number, line in lines if pattern.match(line)), "")
