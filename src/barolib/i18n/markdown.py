"""Values as Markdown: escaped, so that a label is read as text and never as markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from html import unescape

import yaml

#: Ids and plain words need no escape, and ids stand where none is read.
_PLAIN = re.compile(r"[^\W_](?:\w|\.(?!\.)|-(?!-))*")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|$@^~\"'&:=])")
#: What opens and closes a division or names a place, and what starts a block or ends a heading.
_FENCES = re.compile(r"^ *:::.*$|\[\]\{#[^{}\n]*\}", re.MULTILINE)
_STARTS = re.compile(
    r"^ *(?:>\s?)*(?:[-*+]\s+|\d+[.)]\s+|#{1,6}\s+|\[\^[^]\s]+\]:\s+)?|(?<=\S) *\{#[^{}\n]*\} *$",
    re.MULTILINE,
)
#: Inline marks, each with a group for what a reader sees; of bound length, as texts may be long.
_INLINE = re.compile(
    r"""
      \\(?P<escaped>[^\w\s])
    | (?P<ticks>`+)\ ?(?P<code>.+?)\ ?(?P=ticks)(?!`)(?:{[^{}\n]*})?
    | \[\^(?P<note>[^]\s]+)\]
    | (?<!\w)\[?@(?:[Ff]ig|[Tt]bl)-(?P<reference>[\w.:-]*\w)\]?
    | !?\[(?P<link>(?:[^][\\]|\\.|\[[^][]*\]){1,500})\]
      (?:\((?:[^()\\]|\\.|\([^()]*\)){0,500}\)|\[[^][]*\])(?:{[^{}\n]*})?
    | \[(?P<span>(?:[^][\\]|\\.|\[[^][]*\]){1,500})\]{[^{}\n]*}
    | <(?P<address>\w+(?:[+.-]\w+)*:[^<>\s]+|[^<>\s@]+@[^<>\s]+)>
    | (?P<stars>\*{1,3}|~~)(?=\S)(?P<starred>(?:\\.|(?!(?P=stars)).){1,500}?)(?<=\S)(?P=stars)
    | (?<!\w)(?P<lines>_{1,3})(?=\S)(?P<underlined>(?:\\.|.){1,500}?)(?<=\S)(?P=lines)(?!\w)
    | &(?P<entity>\#\d+|\#[xX][\da-fA-F]+|[a-zA-Z]\w*);
    """,
    re.DOTALL | re.VERBOSE,
)
#: Front matter that is not prose: names of files, of languages and of formats.
_NAMES = ("href", "home", "pdf", "lang", "format")


class Markdown(str):
    """Text that is Markdown already; anything else is escaped when it is written."""


def escape(text: str) -> Markdown:
    """The text as Markdown that reads as the text itself, on one line."""
    if _PLAIN.fullmatch(text):
        return Markdown(text)
    return Markdown(_SPECIAL.sub(r"\\\1", " ".join(text.split("\n"))))


def plain(text: str) -> str:
    """Authored Markdown as its reader sees it, on one line: no mark, target, identifier or fence.

    It reads what docs/report.md lists, and is tested against Pandoc. Values are no part of it: they
    are put in their place afterwards, as they are.
    """
    bare = re.sub(_FENCES, "", text)
    return re.sub(r"[ \n]+", " ", _read(re.sub(_STARTS, "", bare))).strip()


def _read(text: str) -> str:
    return _INLINE.sub(_seen, text)


def _seen(mark: re.Match) -> str:
    """What a reader sees of one inline mark and what it holds."""
    kind = str(mark.lastgroup)
    if kind in ("escaped", "code", "address"):
        return mark[kind]
    if kind == "entity":
        return unescape(mark[0])
    return "" if kind == "note" else _read(mark[kind])


def front_matter(metadata: Mapping) -> str:
    """A YAML block whose texts read as they are, Markdown apart: Pandoc takes them all for it."""
    dump = partial(yaml.dump, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    text = dump(_escaped(metadata), width=10**6)
    return f"---\n{text}---\n\n"


def _escaped(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: held if key in _NAMES else _escaped(held) for key, held in value.items()}
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    if isinstance(value, Markdown):
        return str(value)
    return str(escape(value)) if isinstance(value, str) else value
