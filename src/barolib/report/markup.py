"""The Markdown of the report's texts, looked through once they are filled: nothing of it is code.

What may stand there is said once, in report/assets/allowed.lua and required.lua, by which the
document is judged again as it is rendered, whoever renders it.
"""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from barolib.errors import Problem, StudyError, nearest
from barolib.files import characters
from barolib.report import notes, pandoc, programs
from barolib.report.references import Places
from barolib.report.templates import Filled
from barolib.report.textfiles import find_characters
from barolib.report.values import Values, line_in

_READER = Path(__file__).with_name("markup.lua")
_SECONDS = 60
#: A fault of a filled text: what it is, the value, the fix, the line.
Fault = tuple[str, str, str, int]
#: What is read before Pandoc: by Quarto, which looks for settings and for what it has to run; and
#: what Pandoc reads as the front matter of a document.
_BEFORE_PANDOC = {
    r"^---[ \t]*$": ("a line of three dashes, which begins settings", "write a rule as ***"),
    r"\{\{<.*": (
        "a shortcode, which no text may hold",
        'write the text itself, or {{ text("name") }}',
    ),
    r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*\{.*|`\{\w+\}[ \t].*": (
        "code to run, which no text may hold",
        "take the braces out",
    ),
    r"\A%[ \t].*": ("a title, which its page has", "start it with ##, or with \\%"),
    r"^#[ \t].*": ("a heading of a chapter, which has its own", "start it with ##"),
}
_VALUE_FENCE = re.compile(r"(?:\\:){3,}")
#: What other dialects of Markdown read, and ours as the signs themselves; none of it in code.
_OF_OTHERS = {
    r"^[ ]{0,3}\[(?!\^)[^\]\n]+\]:[ \t]+\S.*": (
        "the address of a link apart from it",
        "write it in the sentence: [words](https://…)",
    ),
    r"(?<!\\)\^\[[^\n]*": (
        "a note within a sentence",
        "write words[^name] and, on a line of its own, [^name]: the note",
    ),
    r"^[ \t]*>[ \t]*\[!\w+\].*": (
        "a box of another dialect",
        "write ::: {.callout-note}, the words, and ::: on a line of its own",
    ),
    r"^(?:!!!|\?\?\?)[ \t]+\w.*": (
        "a box of another dialect",
        "write ::: {.callout-note}, the words, and ::: on a line of its own",
    ),
    r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+\[[ xX]\][ \t].*": (
        "a list to be ticked",
        "write a list, and say in words what is done",
    ),
    r"^[ ]{0,3}\*\[[^\]\n]+\]:.*": (
        "an abbreviation apart from its words",
        "write it in full where it first stands",
    ),
    r"(?<![\w:\\]):[a-z][a-z0-9_+-]*[a-z0-9]:(?![\w:])": (
        "the name of a pictograph, which no font of the report has",
        "write the words",
    ),
    r"(?<![=\\])==(?=[^\s=])[^=\n]+==(?!=)": ("marked words", "write **words** or *words*"),
    r"(?<!\\)\[\[[^\[\]\n]+\]\](?!\()": (
        "a link of another dialect",
        "write [words](T04.html), or a backslash before each bracket",
    ),
}


class Report(NamedTuple):
    """What the texts of a report may name, beside its levels.

    `charts`: file names; `files`: those beside the pages, with their folder; `dropped`: pages that
    it does without, to which no link leads.
    """

    levels: int
    charts: Collection[str]
    places: Places
    files: Collection[str] = ()
    dropped: Collection[str] = ()


def refuse(
    texts: Sequence[Filled],
    values: Values,
    assets: Path,
    report: Report,
    more: Iterable[Problem] = (),
) -> None:
    """Raises StudyError with all that the texts hold and none may: file, line, value.

    `assets`: where allowed.lua, required.lua and the fonts stand; `more`: what else is wrong.
    """
    faults = [(text, fault) for text in texts for fault in _unshown(text, values, assets)]
    prose = [text for text in texts if text.file.endswith(".md")]
    # The colons of a value are words, and no fence that was not read as one.
    written = [_VALUE_FENCE.sub("…", values.markdown(text.text)) for text in prose]
    judged = _judged(prose, written, assets, report)
    for text, markdown, found in zip(prose, written, judged, strict=True):
        faults += [(text, fault) for fault in _read_first(markdown, _BEFORE_PANDOC)]
        # Signs in code, and those of a value, are words.
        bare = notes.CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text.text)
        faults += [(text, fault) for fault in _read_first(bare, _OF_OTHERS)]
        faults += [(text, fault) for fault in _twice(bare, report.places)]
        faults += [(text, fault) for fault in _uncalled(bare)]
        faults += [(text, fault) for fault in found]
    problems = [*more, *(_problem(text, *fault) for text, fault in faults)]
    if problems:
        problems.sort(key=lambda problem: (problem.file, int(problem.row or 0)))
        raise StudyError(problems)


def _problem(filled: Filled, what: str, value: str, fix: str, line: int) -> Problem:
    """A fault at a line of a filled text, placed at the line of its source that became it."""
    lines = filled.text.split("\n")
    rows = (line_in(filled.source, lines[at - 1], at) for at in range(line, 0, -1))
    row = next(filter(None, rows), "")
    return Problem(filled.file, what, fix, row=row, value=value.strip().split("\n")[0][:80])


def _read_first(text: str, patterns: dict[str, tuple[str, str]]) -> Iterator[Fault]:
    for pattern, (what, fix) in patterns.items():
        for match in re.finditer(pattern, text, re.MULTILINE):
            yield what, match[0], fix, text.count("\n", 0, match.start()) + 1


def _twice(text: str, places: Places) -> Iterator[Fault]:
    """The ids of a text that stand elsewhere too."""
    for id_, at in places.given(text):
        if id_ in places.twice:
            what = "an id that stands twice in the report"
            yield what, f"#{id_}", "give each place an id of its own", text.count("\n", 0, at) + 1


def _unshown(text: Filled, values: Values, assets: Path) -> Iterator[Fault]:
    """The characters that the fonts of the report lack, or that nobody sees."""
    shown = characters.of_fonts(assets / "fonts") | {"\t", "\n"}

    def refused(character: str) -> bool:
        kind = unicodedata.category(character)
        unseen = kind in ("Zl", "Zp") or (kind[0] == "C" and character not in "\t\n")
        return unseen or character not in shown

    for character, line in find_characters(values.plain(text.text), refused):
        what = f"a character that no text can show: {characters.named(character)}"
        yield what, character, "take it out, or write it in other signs", line


def _judged(
    texts: Sequence[Filled], written: list[str], assets: Path, report: Report
) -> list[list[Fault]]:
    """What Pandoc reads in each text that is not allowed, by one process for all."""
    words = [pandoc.find(), "lua", str(_READER), pandoc.MARKDOWN, str(assets)]
    run = partial(subprocess.run, capture_output=True, check=False, timeout=_SECONDS)
    pages = report.places.pages | {name: [] for name in report.dropped}
    asked = {"texts": written, "levels": report.levels, "charts": sorted(report.charts)}
    asked |= {
        "files": sorted(report.files),
        "pages": pages,
        "here": report.places.here,
        "references": list(report.places.shown),
    }
    try:
        done = run(words, input=json.dumps(asked), encoding="utf-8", errors="replace")
    except subprocess.TimeoutExpired as error:
        answered = len((error.stdout or b"").splitlines())
        message, fix = f"Pandoc does not end to read it: {_SECONDS} s", "write it plainer"
        raise StudyError(Problem(texts[answered].file, message, fix)) from None
    if done.returncode:
        raise StudyError(programs.problems("report/text", done.stderr))
    answers = map(json.loads, done.stdout.splitlines())
    return [[_fault(found) for found in faults] for faults in answers]


def _fault(found: dict) -> Fault:
    fix = found["fix"]
    if known := found.get("known"):
        fix = f"{nearest(found['value'], known)} or {fix}"
    return found["what"], found["value"], fix, found["line"]


def _uncalled(text: str) -> Iterator[Fault]:
    """The calls of notes that the text does not have."""
    for call, at in notes.missing(text):
        fix = f"write it, on a line of its own: {call}: the note"
        yield "a call of a note that is not there", call, fix, text.count("\n", 0, at) + 1
