"""What is published as it stands, looked at before: charts, pages of notebooks, files to take away.

They come from the study's folder, which may have been made elsewhere: nothing in them may run.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from barolib.errors import Problem

#: What a page of a notebook begins with after the word on its letters: nothing in it runs or loads.
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
    "font-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'\">"
)
_HEAD = f'<head><meta charset="utf-8">\n{POLICY}\n'
_PAGE = re.compile(rf'\s*<!DOCTYPE html>\s*<html( lang="\w+")?>\s*{re.escape(_HEAD)}')
#: Files that hold tables, which no reader of them takes for a program.
_TABLES = (".csv", ".xlsx")

_SVG, _XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_ELEMENTS = {"svg", "g", "defs", "use", "clipPath", "path", "rect", "circle", "ellipse", "line"}
_ELEMENTS |= {"polyline", "polygon", "text", "tspan", "title", "desc", "style", "pattern"}
#: How a shape or a word looks, as an attribute or in a style.
_LOOK = r"(fill|stroke|font|clip|text|dominant|paint)(-[a-z]+)*|opacity"
_ATTRIBUTES = re.compile(
    rf"{_LOOK}|id|class|d|transform|points|viewBox|version|width|height|[xyr]|[xy][12]|[cr][xy]"
    r"|d[xy]|role|aria-label|focusable|pattern(Units|Transform)"
)
_DECLARATIONS = re.compile(rf"(\s*({_LOOK})\s*:[^:;{{}}]*(;|$))*\s*")
#: What in a value would load something, or may be read in another way than it looks.
_LOADS = re.compile(r"url\((?!#)|\\|&#", re.IGNORECASE)
_WORDS = ("id", "class", "role", "aria-label")
_FIX = "remove data/processed, which may come from elsewhere, and run the study again"


def policed(page: str) -> str:
    """The page of a notebook, with the policy that forbids it to run or load anything."""
    return re.sub(r'<head>\s*<meta charset="utf-8"\s*/?>\s*', lambda _: _HEAD, page, count=1)


def problems(build: Path) -> list[Problem]:
    """What in the charts and downloads of a filled report could run where it is published."""
    faults = [(path, chart_fault(path)) for path in sorted(build.glob("*/*.svg"))]
    faults += [(path, _in_download(path)) for path in sorted(build.glob("downloads/*"))]
    return [
        Problem(path.relative_to(build).as_posix(), f"it may not be published: {fault}", _FIX)
        for path, fault in faults
        if fault
    ]


def _in_download(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return "it is no file"
    if path.suffix in _TABLES:
        return ""
    if path.suffix != ".html":
        return "neither a table nor the page of a notebook"
    begins = _PAGE.match(path.read_text(encoding="utf-8"))
    return "" if begins else "the page of a notebook without the policy that keeps it from running"


def chart_fault(path: Path) -> str:
    """What a chart holds beside shapes and words; empty where there is nothing."""
    text = re.sub(r"^\s*<\?xml[^?]*\?>", "", path.read_text(encoding="utf-8"))
    if "<!" in text or "<?" in text:  # which a page reads in another way than XML
        return "a comment, an entity or an instruction"
    try:
        elements = ElementTree.fromstring(text).iter()
    except ElementTree.ParseError as error:
        return f"no SVG: {error}"
    return next(filter(None, map(_in_element, elements)), "")


def _in_element(element: ElementTree.Element) -> str:
    name, text = element.tag.removeprefix(_SVG), element.text or ""
    if name not in _ELEMENTS:
        return f"the element {name}"
    if name in ("title", "desc", "style") and len(element):
        return f"elements in {name}"
    sheet = re.fullmatch(r"\s*\*\s*\{(.*)\}\s*", text)  # as matplotlib writes one
    if name == "style" and not (sheet and _is_look(sheet[1])):
        return "a style sheet"
    return next(filter(None, (_in_attribute(*held) for held in element.items())), "")


def _in_attribute(name: str, value: str) -> str:
    if name in ("href", f"{_XLINK}href"):
        return "" if value.startswith("#") else "a link"
    if name == "style":
        return "" if _is_look(value) else f"the style {value[:60]}"
    known = _ATTRIBUTES.fullmatch(name) and (name in _WORDS or not _LOADS.search(value))
    return "" if known else f"the attribute {name}"


def _is_look(style: str) -> bool:
    """Whether a style says how a shape or a word looks, and nothing else."""
    return bool(_DECLARATIONS.fullmatch(style)) and not _LOADS.search(style)
