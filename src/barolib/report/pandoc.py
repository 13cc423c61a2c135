"""The texts of a filled report as Pandoc writes them: HTML pages, and chapters for Typst."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from barolib.errors import Problem, StudyError
from barolib.files import whole
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
    """Pandoc in a filled project; what it writes is kept beside it, for the same inputs again."""

    program: str
    build: Path
    used: set[Path] = field(default_factory=set)

    @cached_property
    def version(self) -> str:
        """Pandoc's own."""
        return programs.run([self.program, "--version"], self.build).stdout.split()[1]

    @cached_property
    def _common(self) -> list:
        """What any text is written with: the version, templates, charts and their data."""
        folders = (self.build / each for each in ("assets", "figures"))
        return [self.version, whole.digest(_WRITER), *map(whole.digests, folders)]

    @property
    def _folder(self) -> Path:
        return self.build.with_name(f"{self.build.name}-written")

    def _kept(self, text: Text) -> Path:
        """Where the text is kept as it was written."""
        inputs = json.dumps([self._common, asdict(text)]).encode()
        return self._folder / hashlib.sha256(inputs).hexdigest()

    def written(self, texts: Sequence[Text]) -> Iterator[str]:
        """The texts as Pandoc writes them, in their order, each as soon as it is written.

        Raises StudyError after the last where Pandoc or the Lua filter told of a fault.
        """
        places = [self._kept(text) for text in texts]
        new = [text for text, place in zip(texts, places, strict=True) if not place.is_file()]
        answers, problems = self._answers(new), []
        for text, place in zip(texts, places, strict=True):
            self.used.add(place)
            if text not in new:
                yield place.read_text(encoding="utf-8")
                continue
            written, told = next(answers)
            if told or not written:
                problems += programs.told(text.name, told)
            else:
                with whole.writing(place) as aside:
                    aside.write_text(written, encoding="utf-8", newline="\n")
            yield written
        if problems:
            raise StudyError(problems)

    def _answers(self, texts: Sequence[Text]) -> Iterator[tuple[str, str]]:
        """Each text as one process writes it, empty where it fails, and what is told of it."""
        if not texts:
            return
        words = [self.program, "lua", str(_WRITER), MARKDOWN, *_FILTERS]
        how = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(words, cwd=self.build, **how, **programs.UTF8) as process:
            with suppress(BrokenPipeError), process.stdin as given:
                given.write(json.dumps([asdict(text) for text in texts]))
            for _ in texts:
                told = []
                while (line := process.stdout.readline()) and not line.startswith(_ANSWER):
                    told.append(line)
                yield (json.loads(line)["written"] if line else "") or "", "".join(told)

    def forget(self) -> None:
        """Clears away what this render did not use."""
        for path in self._folder.iterdir():
            if path not in self.used:
                path.unlink(missing_ok=True)


def find() -> str:
    """The program: the one that the package pypandoc-binary brings, else that of PATH."""
    package = find_spec("pypandoc")  # whose import asks every Pandoc of the machine for its version
    own = package and package.origin and Path(package.origin).with_name("files")
    found = (own and shutil.which("pandoc", path=own)) or shutil.which("pandoc")
    if found is None:
        mend = "install the package pypandoc-binary, or Pandoc itself"
        raise StudyError(Problem(file="--engine embedded", message="Pandoc is missing", mend=mend))
    return found
