"""What an editorial text may not hold: a number, or a change, that no helper vouches for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2 import nodes

from barolib.errors import Problem
from barolib.i18n.wording import Language

#: Jinja, targets of links, ids, names of notes, figures and tables, fences of divisions and code:
#: nothing of them is read as prose.
_NOT_PROSE = re.compile(
    r"\{##.*?##\}|\{\{.*?\}\}|\{%.*?%\}|\]\([^)]*\)|\{[#.][^}]*\}|^:::.*?$|`[^`\n]*`"
    r"|\[\^[^\]\s]+\]|@(?:[Ff]ig|[Tt]bl)-[\w.:-]+",
    re.DOTALL | re.MULTILINE,
)
#: Where a constant is no figure of the text: an argument, a place in a list, a condition.
_NAMED = (nodes.Call, nodes.Test, nodes.Getitem, nodes.Compare)
_FIX = (
    "write it by a helper (docs/report.md lists them), "
    'or as {{ as_is("…") }} where it is a name or a date and no figure'
)


def unproved(source: str, tree: nodes.Template, language: Language, file: str) -> list[Problem]:
    """A problem for each number or verb of change that stands in `source` without a helper.

    `tree`: the source as Jinja parses it.
    """
    faults = dict.fromkeys([*_in_prose(source, language), *_in_code(tree)])
    return [
        Problem(file, f"{what} typed by hand", _FIX, row=str(line), value=value)
        for line, what, value in sorted(faults, key=lambda fault: fault[0])
    ]


def _in_prose(source: str, language: Language) -> Iterator[tuple[int, str, str]]:
    blank = _NOT_PROSE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), source)
    numbers, changes = (rf"\b(?:{language.term(key)})\b" for key in ("numbers", "changes"))
    pattern = rf"(\d+(?:[\s.,]\d+)*(?:\s?%)?|{numbers})|{changes}"
    for number, line in enumerate(blank.split("\n"), start=1):
        for match in re.finditer(pattern, line, re.IGNORECASE):
            yield number, "a number" if match[1] else "a change", match[0]


def _in_code(tree: nodes.Node) -> Iterator[tuple[int, str, str]]:
    """Constants that a page would show as they stand."""
    for node in tree.iter_child_nodes():
        if isinstance(node, nodes.Const) and re.search(r"\d", str(node.value)):
            yield node.lineno, "a number", str(node.value)
        if isinstance(node, nodes.Filter):
            yield from _in_code(nodes.Output([node.node]) if node.node else node)
        elif not isinstance(node, _NAMED):
            yield from _in_code(node)
