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
from pathlib import Path

from barolib.errors import Problem, StudyError
from barolib.files import characters
from barolib.report import pandoc, programs
from barolib.report.templates import Filled
from barolib.report.values import Values, line_in

_READER = Path(__file__).with_name("markup.lua")
_SECONDS = 60
#: What is read before Pandoc: by Quarto, which looks for settings and for what it has to run; by
#: the engine here, which parts the document of the PDF into its chapters.
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
    prose = [text for text in texts if text.file.endswith(".md")]
    written = [values.markdown(text.text) for text in prose]
    faults = [
        (text, fault) for text in texts for fault in _unshown(values.plain(text.text), assets)
    ]
    faults += [
        (text, fault)
        for text, markdown, judged in zip(
            prose, written, _judged(prose, written, assets), strict=True
        )
        for fault in (*_read_first(markdown), *judged)
    ]
    if faults:
        order = {text.file: place for place, text in enumerate(texts)}
        faults.sort(key=lambda fault: (order[fault[0].file], fault[1][3]))
        raise StudyError(_problem(text, *fault) for text, fault in faults)


def _problem(filled: Filled, what: str, value: str, mend: str, line: int) -> Problem:
    """A fault at a line of a filled text, told by the line of its source that became it."""
    row = line_in(filled.source, filled.text.split("\n")[line - 1])
    return Problem(filled.file, what, mend, row=row, value=value.split("\n")[0][:80])


def _read_first(text: str) -> Iterator[tuple[str, str, str, int]]:
    for pattern, (what, mend) in _BEFORE_PANDOC.items():
        for found in re.finditer(pattern, text, re.MULTILINE):
            yield what, found[0], mend, text.count("\n", 0, found.start()) + 1


def _unshown(text: str, assets: Path) -> Iterator[tuple[str, str, str, int]]:
    """The characters that the fonts of the report lack, or that nobody sees."""
    shown = characters.of_fonts(assets / "fonts")
    strange = {sign for sign in set(text) - {"\t", "\n"} if sign not in shown or not _seen(sign)}
    for number, line in enumerate(text.split("\n") if strange else [], 1):
        for sign in sorted(strange & set(line)):
            what = f"a character that no text can show: {characters.named(sign)}"
            yield what, sign, "take it out, or write it in other signs", number


def _seen(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return kind[0] != "C" and kind not in ("Zl", "Zp")


def _judged(texts: Sequence[Filled], written: list[str], assets: Path) -> list[list]:
    """What Pandoc reads in each text that is not allowed, by one process for all."""
    words = [pandoc.find(), "lua", str(_READER), pandoc.MARKDOWN, str(assets / "allowed.lua")]
    how = {"input": json.dumps(written), "capture_output": True, "timeout": _SECONDS}
    try:
        done = subprocess.run(words, check=False, encoding="utf-8", **how)
    except subprocess.TimeoutExpired as error:
        answered = len((error.stdout or b"").splitlines())
        message, mend = f"Pandoc does not end to read it: {_SECONDS} s", "write it plainer"
        raise StudyError(Problem(texts[answered].file, message, mend)) from None
    if done.returncode:
        raise StudyError(programs.problems("report/text", done.stderr))
    return [json.loads(line) for line in done.stdout.splitlines()]
