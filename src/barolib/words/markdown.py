"""Values as Markdown: escaped, so that a label is read as text and never as markup."""

from __future__ import annotations

import re
from collections.abc import Mapping

import jinja2
import yaml

#: Ids and plain words need no escape, and ids stand where none is read.
_PLAIN = re.compile(r"[^\W_](?:\w|\.(?!\.)|-(?!-))*")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|$@^~\"'&:=])")
#: Front matter that is not prose: names of files, of languages and of formats.
_NAMES = ("href", "home", "pdf", "lang", "format")


class Markdown(str):
    """Text that is Markdown already; anything else is escaped when it is written."""


def escape(text: str) -> Markdown:
    """The text as Markdown that reads as the text itself, on one line."""
    if _PLAIN.fullmatch(text):
        return Markdown(text)
    return Markdown(_SPECIAL.sub(r"\\\1", " ".join(text.split("\n"))))


def written(value: object) -> str:
    """A value as a filled page holds it: escaped, unless it is Markdown already.

    Raises jinja2.UndefinedError for a name that nothing defines.
    """
    if isinstance(value, Markdown | jinja2.Undefined):
        return str(value)
    return str(escape(str(value)))


def plain(text: str) -> str:
    """A line of Markdown as its reader sees it: no escape, emphasis, target of a link or fence."""
    bare = re.sub(r"\]\([^)]*\)|(?<!\\\\)[*\[]|^\s*- |(?m:^:::.*$)", "", text)
    return re.sub(r"[ \n]+", " ", re.sub(r"\\([^\w\s])", r"\1", bare)).strip()


def front_matter(metadata: Mapping) -> str:
    """A YAML block whose texts read as they are: Pandoc takes them for Markdown."""
    written = {"allow_unicode": True, "sort_keys": False, "width": 10**6}
    text = yaml.dump(_escaped(metadata), Dumper=yaml.CSafeDumper, **written)
    return f"---\n{text}---\n\n"


def _escaped(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: each if key in _NAMES else _escaped(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    return str(escape(value)) if isinstance(value, str) else value
