"""A reviewed Word document, as proposed changes of the texts that it was written from."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from barolib.errors import Problem, StudyError
from barolib.files import manifest
from barolib.files.layout import LANGUAGES, Layout
from barolib.report import brand, provenance, publication, word, worddoc, wordlines, wordstyles
from barolib.report.facts import Facts
from barolib.report.provenance import MarkedTemplates
from barolib.report.templates import Templates
from barolib.report.typesetting import DRAWN
from barolib.report.wordchanges import Changes, applied
from barolib.report.wordedits import Comparison
from barolib.survey import rawstore
from barolib.survey.intake import Raw

#: What stands for each picture, which a review does not read.
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c63680000008200813f5b3b4a0000000049454e44ae426082"
)


@dataclass(frozen=True)
class Review:
    """What a review proposes.

    `patch`: a unified diff of the texts; `notes`: the comments, each with its place; `problems`:
    what was changed and is not proposed, and what is wrong with what is.
    """

    patch: str
    notes: list[str]
    problems: list[Problem]


def review(layout: Layout, path: Path, edition_id: str | None, lang: str | None) -> Review:
    """Compare a Word document that came back with what the study would write now.

    Nothing is changed: the texts stay as they are.

    Parameters
    ----------
    layout : Layout
        The folders of the study, once it was run.
    path : Path
        The document.
    edition_id, lang : str or None
        The edition and the language; None for those that the document tells.

    Returns
    -------
    Review
        The proposed changes, judged by the ledger and the rules of texts.

    Raises
    ------
    StudyError
        Where the document cannot be read, or where there is no run to compare it with.

    References
    ----------
    docs/report.md, "Word for review".

    Examples
    --------
    >>> review(Layout.find(), Path("none.docx"), None, None)
    Traceback (most recent call last):
        ...
    barolib.errors.StudyError: none.docx: there is no such file
        fix: write its path
    """
    came = worddoc.read(path)
    edition = layout.choose(edition_id or came.told.get("edition"))
    lang = lang or came.told.get("lang", "")[:2]
    lang = lang if lang in LANGUAGES else LANGUAGES[0]
    if not (layout.processed(edition) / manifest.NAME).is_file():
        message, fix = "there is no run to compare it with", "run it first: barolib run"
        raise StudyError(Problem(manifest.NAME, message, fix, value=edition))
    raw = rawstore.stored(layout, edition)
    templates = MarkedTemplates(*_sources(layout, raw, lang))
    marked = publication.Report(layout, templates).document()
    problems = _grown_old(path, came, provenance.bare(marked))
    with TemporaryDirectory() as folder:
        written = _written(Path(folder), marked, layout, (edition, lang))
    texts = {each.file: each.source for each in templates.filled}
    sources = wordlines.Sources(texts)
    lines = wordlines.lines(written.paragraphs, templates.places)
    before = [wordlines.resolved(line, sources) for line in lines]
    own = f"report/text/{edition}/{lang}/"
    after, changes = wordlines.lines(came.paragraphs), Changes(sources, path.name)
    comparison = Comparison(before, after, sources, lambda file: file.startswith(own), changes)
    comparison.find()
    edits = changes.by_file()
    revised = {file: applied(texts[file], edits[file]) for file in edits}
    problems += changes.problems + _judged(layout, raw, lang, revised)
    patch = "".join(_diff(layout.root / file, file, texts[file], revised[file]) for file in revised)
    return Review(patch, _notes(comparison, came), problems)


def _sources(layout: Layout, raw: Raw, lang: str) -> tuple[Path, Facts, Path | None]:
    return layout.sources / "report", Facts(layout, raw, lang), layout.texts_apart


def _grown_old(path: Path, came: worddoc.Document, document: str) -> list[Problem]:
    """A problem where the study is no more as it was when the document was written."""
    if came.told.get("document") in (None, word.digest(document)):
        return []
    message = "the study has changed since it was written: what differs may be your own change"
    fix = "read the proposal with care, or go back to the texts and tables of then"
    return [Problem(path.name, message, fix)]


def _written(folder: Path, marked: str, layout: Layout, names: tuple[str, str]) -> worddoc.Document:
    """What the study would write now, with the marks of its texts, and a dot for each picture."""
    edition, lang = names
    (folder / "assets").mkdir()
    for filters in sorted((layout.sources / "report" / "assets").glob("*.lua")):
        (folder / "assets" / filters.name).write_bytes(filters.read_bytes())
    for picture in sorted(set(re.findall(r"\]\(((?:figures|images)/[^)\s]+)\)", marked))):
        place = folder / picture
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(_PIXEL)
        drawn = (folder / DRAWN / picture).with_suffix(".png")
        drawn.parent.mkdir(parents=True, exist_ok=True)
        drawn.write_bytes(_PIXEL)
    document = folder / f"barometre-{edition}.qmd"
    document.write_text(marked, encoding="utf-8", newline="\n")
    target = folder / "now.docx"
    wordstyles.write(folder / wordstyles.NAME, brand.usual())
    word.convert(document, target, lang)
    return worddoc.read(target)


def _judged(layout: Layout, raw: Raw, lang: str, revised: Mapping[str, str]) -> list[Problem]:
    """What the ledger and the rules of texts find wrong with the texts as they would be."""
    problems: list[Problem] = []
    left = dict(revised)
    while left:
        templates = Templates(*_sources(layout, raw, lang))
        templates.revise({file.removeprefix("report/"): text for file, text in left.items()})
        try:
            document = publication.Report(layout, templates).document()
            with TemporaryDirectory() as folder:  # where the filter finds what it does not take
                _written(Path(folder), document, layout, (raw.edition.id, lang))
        except StudyError as error:
            problems += error.problems
            faulty = {problem.file for problem in error.problems} & set(left)
            left = {file: text for file, text in left.items() if file not in faulty}
            if faulty:
                continue
        break
    return problems


def _diff(place: Path, file: str, old: str, new: str) -> str:
    """The unified diff of a text, with the ends of lines that its file has."""
    kept = place.is_file() and b"\r\n" in place.read_bytes()
    before, after = (_lines(text.replace("\n", "\r\n") if kept else text) for text in (old, new))
    lines = difflib.unified_diff(before, after, f"a/{file}", f"b/{file}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(text: str) -> list[str]:
    """The lines of a text with their ends, of which a line feed alone is one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _notes(comparison: Comparison, came: worddoc.Document) -> list[str]:
    """The comments: the place in the texts of the words that each is at, who said it, and what."""
    notes = []
    for at, line in enumerate(comparison.after):
        for offset, number in line.paragraph.comments:
            author, said = came.comments.get(number, ("", ""))
            where = comparison.place_of(at, offset)
            place = f"{where.file}, row {comparison.sources.row(where)}" if where else line.chapter
            words = line.text[offset : offset + 40].strip()
            notes.append(f"{place}: {author or 'a comment'}, at “{words}”: {said}")
    return notes
