"""The Markdown of the report's texts, looked through once they are filled: nothing of it is code.

What may stand there is said once, in report/assets/allowed.lua, by which the document is judged
again as it is rendered, whoever renders it.
"""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from barolib.errors import Problem, StudyError
from barolib.files import characters
from barolib.report import pandoc, programs
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
    r"\{\{<.*": ("a shortcode, which no text may hold", "write the text itself"),
    r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*\{.*|`\{\w+\}[ \t].*": (
        "code to run, which no text may hold",
        "take the braces out",
    ),
    r"\A%[ \t].*": ("a title, which its page has", "start it with ##, or with \\%"),
    r"^#[ \t].*": ("a heading of a chapter, which has its own", "start it with ##"),
}


def refuse(texts: Sequence[Filled], values: Values, assets: Path) -> None:
    """Raises StudyError with what the texts hold and none may: file, line, value.

    `assets`: where allowed.lua and the fonts stand.
    """
    faults = [(text, fault) for text in texts for fault in _unshown(text, values, assets)]
    prose = [text for text in texts if text.file.endswith(".md")]
    written = [values.markdown(text.text) for text in prose]
    for text, markdown, judged in zip(prose, written, _judged(prose, written, assets), strict=True):
        faults += [(text, fault) for fault in (*_read_first(markdown), *judged)]
    files = [text.file for text in texts]
    faults.sort(key=lambda pair: (files.index(pair[0].file), pair[1][3]))
    if faults:
        raise StudyError(_problem(text, *fault) for text, fault in faults)


def _problem(filled: Filled, what: str, value: str, fix: str, line: int) -> Problem:
    """A fault at a line of a filled text, placed at the line of its source that became it."""
    row = line_in(filled.source, filled.text.split("\n")[line - 1])
    return Problem(filled.file, what, fix, row=row, value=value.split("\n")[0][:80])


def _read_first(text: str) -> Iterator[Fault]:
    for pattern, (what, fix) in _BEFORE_PANDOC.items():
        for match in re.finditer(pattern, text, re.MULTILINE):
            yield what, match[0], fix, text.count("\n", 0, match.start()) + 1


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


def _judged(texts: Sequence[Filled], written: list[str], assets: Path) -> list[list[Fault]]:
    """What Pandoc reads in each text that is not allowed, by one process for all."""
    words = [pandoc.find(), "lua", str(_READER), pandoc.MARKDOWN, str(assets / "allowed.lua")]
    run = partial(subprocess.run, capture_output=True, check=False, timeout=_SECONDS)
    try:
        done = run(words, input=json.dumps(written), encoding="utf-8", errors="replace")
    except subprocess.TimeoutExpired as error:
        answered = len((error.stdout or b"").splitlines())
        message, fix = f"Pandoc does not end to read it: {_SECONDS} s", "write it plainer"
        raise StudyError(Problem(texts[answered].file, message, fix)) from None
    if done.returncode:
        raise StudyError(programs.problems("report/text", done.stderr))
    return [json.loads(line) for line in done.stdout.splitlines()]
