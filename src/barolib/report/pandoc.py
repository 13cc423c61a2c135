"""The texts of a filled report as Pandoc writes them: HTML pages, and chapters for Typst."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from threading import Timer

from barolib.errors import Problem, StudyError
from barolib.report import programs

#: As Quarto reads it, which leaves a table's attributes to the Lua filter.
MARKDOWN = "markdown-table_attributes"
_FILTERS = ("assets/typography.lua", "assets/barolib.lua")
_WRITER = Path(__file__).with_name("pandoc.lua")
_ANSWER = '{"written":'  # how a line of its answers starts


@dataclass(frozen=True)
class Text:
    """A text for Pandoc, in pieces that it reads apart: the front matter, then Markdown."""

    name: str
    pieces: tuple[str, ...]
    to: str
    template: str = ""


def page(source: Path) -> Text:
    """A page of the filled report, as HTML."""
    return Text(source.name, front_and_body(source), "html5", "assets/page.html")


def parts(source: Path) -> list[Text]:
    """The document of the PDF in parts that Pandoc writes apart: its head, then its chapters."""
    front, body = front_and_body(source)
    head, *chapters = re.split(r"^(# .*\n)", body, flags=re.MULTILINE)
    titled = zip(chapters[::2], chapters[1::2], strict=True)
    pieces = [(front, title, text.strip()) for title, text in titled]
    first = Text(source.name, (front, head), "typst", "assets/report.typ")
    return [first, *(Text(source.name, each, "typst") for each in pieces)]


def front_and_body(path: Path) -> tuple[str, str]:
    """The front matter of a filled text, between its lines of dashes, and its Markdown."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return f"---\n{front}---\n", body.strip()


@dataclass(frozen=True)
class Pandoc:
    """Pandoc in a filled project."""

    program: str
    build: Path

    @cached_property
    def version(self) -> str:
        """Pandoc's own."""
        return programs.run([self.program, "--version"], self.build).stdout.split()[1]

    def written(self, texts: Sequence[Text]) -> Iterator[str]:
        """The texts as one process writes them, in their order, each as soon as it is written.

        Raises StudyError after the last where Pandoc or the Lua filter told of a fault, and at once
        where Pandoc ends early.
        """
        words, problems = [self.program, "lua", str(_WRITER), MARKDOWN, *_FILTERS], []
        how = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(words, cwd=self.build, **how, **programs.UTF8) as process:
            watch = Timer(programs.LIMIT, process.kill)
            watch.start()
            try:
                with suppress(BrokenPipeError), process.stdin as given:
                    given.write(json.dumps([asdict(text) for text in texts]))
                for text in texts:
                    written, told = self._answer(process)
                    if told or not written:
                        problems += programs.told(text.name, told)
                    yield written
            finally:
                watch.cancel()
        if problems:
            raise StudyError(problems)

    def _answer(self, process: subprocess.Popen) -> tuple[str, str]:
        """The next text, empty where it could not be written, and what is told of it."""
        told = []
        while (line := process.stdout.readline()) and not line.startswith(_ANSWER):
            told.append(line)
        if not line:
            message = " ".join("".join(told).split()) or f"ended by {process.wait()}"
            mend = "see what it tells; where memory is short, do a step at a time (--jobs 1)"
            raise StudyError(Problem(self.program, f"it ended early: {message}", mend))
        return json.loads(line)["written"] or "", "".join(told)


def find() -> str:
    """The program: the one that the package pypandoc-binary brings, else that of PATH."""
    package = find_spec("pypandoc")  # whose import asks every Pandoc of the machine for its version
    own = package and package.origin and Path(package.origin).with_name("files")
    found = (own and shutil.which("pandoc", path=own)) or shutil.which("pandoc")
    if found is None:
        mend = "install the package pypandoc-binary, or Pandoc itself"
        raise StudyError(Problem(file="--engine embedded", message="Pandoc is missing", mend=mend))
    return found
