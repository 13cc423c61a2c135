"""Texts that are data, cover.yml and alts.yml: every key is known, and every value words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ConfigDict, create_model

from barolib.errors import Problem, StudyError
from barolib.report.values import line_in
from barolib.survey import yamlfile

#: What a cover says, by key: a text, or a list of texts.
COVER: dict[str, type] = dict.fromkeys(
    ("kicker", "short", "subtitle", "notice", "author", "description"), str
)
COVER |= dict.fromkeys(("licence", "contact", "address"), str)
COVER |= dict.fromkeys(("lines", "foot", "keywords"), list[str])


def read(file: str, text: str, source: str, kinds: Mapping[str, type]) -> dict:
    """The texts by key of a YAML text that is filled, with placeholders for its values.

    `source`: as it was before; `kinds`: of each key, str or list[str]. Raises StudyError with the
    line of every unknown key, value that is no text, alias, and of what is no YAML.
    """
    if not text.strip():
        return {}
    fields: dict[str, Any] = {key: (kind | None, None) for key, kind in kinds.items()}
    closed = ConfigDict(extra="forbid", protected_namespaces=())
    model = create_model("Texts", __config__=closed, **fields)
    try:
        texts = yamlfile.parse(file, text, model).model_dump(exclude_unset=True)
    except StudyError as error:
        raise StudyError(_placed(problem, text, source) for problem in error.problems) from None
    return {key: kinds[key]() if given is None else given for key, given in texts.items()}


def _placed(problem: Problem, text: str, source: str) -> Problem:
    """The problem at the line of the source that became the filled one, or that has its key."""
    if problem.row:
        row = line_in(source, text.split("\n")[int(problem.row) - 1])
        return replace(problem, row=row, value="")
    key = re.escape(re.sub(r"\.\d+$", "", problem.column))
    place = re.search(rf"^\s*(['\"]?){key}\1\s*:", source, re.MULTILINE) if key else None
    return replace(problem, row=str(source.count("\n", 0, place.end()) + 1) if place else "")
