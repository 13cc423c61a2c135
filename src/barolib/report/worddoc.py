"""What a Word document says: its paragraphs as a reader of it leaves them, and the comments.

Tracked changes count as accepted. Nothing else of the format is read: neither fields nor pictures.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from barolib.errors import Problem, StudyError
from barolib.report.word import PREFIX

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: What is not read: words that were deleted or moved away, codes of fields, a second drawing.
_SKIPPED = {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr")}
_SKIPPED.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
_AS_TEXT = {f"{_W}tab": " ", f"{_W}br": " ", f"{_W}cr": " ", f"{_W}noBreakHyphen": "-"}
#: Bytes of a part, at most: no report has a hundredth of it.
_LARGEST = 200_000_000
_BODY, _NOTES, _COMMENTS = "word/document.xml", "word/footnotes.xml", "word/comments.xml"
_FIX = "send it again as Word saves it, as .docx"


@dataclass
class Paragraph:
    """A paragraph: its words, its style, whether it is an item of a list or stands in a table.

    `comments`: of each comment that begins in it, its place among the words and its number.
    """

    text: str = ""
    style: str = ""
    item: bool = False
    cell: bool = False
    comments: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Document:
    """What a Word document says; `told`: what the study wrote into it of itself."""

    paragraphs: list[Paragraph]
    comments: dict[str, tuple[str, str]]
    told: dict[str, str]


def read(path: Path) -> Document:
    """The document; StudyError where it is none that can be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            parts = {
                name: _part(archive, name) for name in (_BODY, _NOTES, _COMMENTS) if name in names
            }
            custom = "docProps/custom.xml"
            told = _told(_part(archive, custom)) if custom in names else {}
        body = parts[_BODY]
    except FileNotFoundError:
        raise StudyError(Problem(str(path), "there is no such file", "write its path")) from None
    except (KeyError, ValueError, zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError):
        raise StudyError(Problem(str(path), "no Word document", _FIX)) from None
    found: list[Paragraph] = []
    for part in (body, parts.get(_NOTES)):
        found += _joined(part) if part is not None else []
    said = {
        comment.get(f"{_W}id", ""): (
            comment.get(f"{_W}author", ""),
            " ".join(paragraph.text for paragraph in _joined(comment)).strip(),
        )
        for comment in parts.get(_COMMENTS, ())
    }
    return Document([each for each in found if each.text.strip()], said, told)


def _part(archive: zipfile.ZipFile, name: str) -> Element:
    """A part of the document; ValueError where it is no XML that Word writes."""
    if archive.getinfo(name).file_size > _LARGEST:
        raise ValueError(name)
    content = archive.read(name)
    if b"<!DOCTYPE" in content[:2000]:
        raise ValueError(name)
    return ElementTree.fromstring(content)


def _told(custom: Element) -> dict[str, str]:
    """The properties that the study wrote, by name."""
    names = ((each.get("name", ""), "".join(each.itertext())) for each in custom)
    return {name.removeprefix(PREFIX): value for name, value in names if name.startswith(PREFIX)}


def _joined(part: Element) -> list[Paragraph]:
    """The paragraphs; one whose end was deleted goes on with the next."""
    found: list[Paragraph] = []
    goes_on = False
    for element, cell in _paragraphs(part, cell=False):
        paragraph = found[-1] if goes_on else Paragraph(cell=cell)
        if not goes_on:
            style = element.find(f"{_W}pPr/{_W}pStyle")
            paragraph.style = "" if style is None else style.get(f"{_W}val", "")
            paragraph.item = element.find(f"{_W}pPr/{_W}numPr") is not None
            found.append(paragraph)
        _collect(element, paragraph)
        ends = [element.find(f"{_W}pPr/{_W}rPr/{_W}{name}") for name in ("del", "moveFrom")]
        goes_on = any(end is not None for end in ends)
    for paragraph in found:
        paragraph.text = re.sub(r"\s", " ", paragraph.text.replace("\u00ad", ""))
    return found


def _paragraphs(element: Element, *, cell: bool) -> Iterator[tuple[Element, bool]]:
    """Every paragraph in the order of reading, and whether it stands in a cell of a table."""
    for child in element:
        if child.tag == f"{_W}p":
            yield child, cell
        elif child.tag not in _SKIPPED and not _deleted_row(child):
            yield from _paragraphs(child, cell=cell or child.tag == f"{_W}tc")


def _deleted_row(element: Element) -> bool:
    return element.tag == f"{_W}tr" and element.find(f"{_W}trPr/{_W}del") is not None


def _collect(element: Element, paragraph: Paragraph) -> None:
    for child in element:
        if child.tag == f"{_W}t":
            paragraph.text += child.text or ""
        elif child.tag in _AS_TEXT:
            paragraph.text += _AS_TEXT[child.tag]
        elif child.tag == f"{_W}commentRangeStart":
            paragraph.comments.append((len(paragraph.text), child.get(f"{_W}id", "")))
        elif child.tag not in _SKIPPED:
            _collect(child, paragraph)
