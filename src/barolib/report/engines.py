"""Renders the filled report to HTML pages and a PDF: by Quarto, or by Pandoc and Typst alone."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path

import yaml

from barolib.errors import Problem, StudyError, nearest
from barolib.files import whole
from barolib.report.links import broken_links

ENGINES = ("auto", "quarto", "embedded")
# The first Quarto that writes tagged PDF (its option pdf-standard).
_OLDEST_QUARTO = (1, 9)
# As Quarto reads it, which leaves a table's attributes to the Lua filter.
_MARKDOWN = "markdown-table_attributes"
_FILTERS = ("assets/typography.lua", "assets/barolib.lua")
_WRITER = Path(__file__).with_name("pandoc.lua")
_ANSWER = '{"written":'  # how a line of its answers starts
_UTF8 = {"encoding": "utf-8", "errors": "replace"}
# What Quarto prints of a fault and ends well all the same: its warnings (all but that it cannot
# validate the PDF without a program of its own), Typst's, and an error() of the Lua filter.
_QUARTO_FAULT = r"WARN(?!.*verapdf)|warning:|^ERROR|^barolib:"
# Typst before 0.15 (and so Quarto 1.9) takes only the first of them.
_STANDARDS = ["ua-1", "a-2a"]
_COPIED = ("assets/style.css", "assets/report.js", "assets/fonts/*.woff2", "assets/fonts/OFL.txt")
_COPIED += ("downloads/*",)


@dataclass(frozen=True)
class _Project:
    """A filled Quarto project: its folder, its pages and the document of the PDF."""

    build: Path
    pages: tuple[str, ...]
    document: str


def render(build: Path, output: Path, engine: str = "auto") -> str:
    """The name and version of the engine that rendered the filled project `build` into `output`.

    `output` is replaced as a whole: HTML pages, the PDF and assets/. `engine` is auto (Quarto where
    a recent one is found, else embedded), quarto or embedded. Raises StudyError, and leaves
    `output` as it was, where an engine is missing, fails or warns, or where a link of a page leads
    nowhere.
    """
    quarto, project = choose(engine), _read(build)
    with whole.filling(output) as staging:
        if quarto:
            name = _by_quarto(quarto, project, staging)
        else:
            name = _by_pandoc_and_typst(project, staging)
        _copy_files(build, staging)
        _raise_any(broken_links(staging))
    return name


def find_quarto() -> Path | None:
    """The program that QUARTO_PATH names, else the quarto of PATH; None where there is none."""
    found = shutil.which(os.environ.get("QUARTO_PATH") or "quarto")
    return Path(found) if found else None


def choose(engine: str) -> Path | None:
    """The Quarto to use, or None for the embedded engine."""
    if engine not in ENGINES:
        message, mend = f"no engine {engine!r}", nearest(engine, ENGINES)
        raise StudyError(Problem(file="--engine", message=message, mend=mend, value=engine))
    quarto = find_quarto() if engine != "embedded" else None
    recent = quarto is not None and _version(quarto) >= _OLDEST_QUARTO
    if engine == "quarto" and not recent:
        message = f"{quarto} is too old" if quarto else "Quarto was not found"
        oldest = ".".join(map(str, _OLDEST_QUARTO))
        mend = f"install Quarto {oldest} or later (or set QUARTO_PATH), or use --engine embedded"
        raise StudyError(Problem(file="--engine quarto", message=message, mend=mend))
    return quarto if recent else None


def named(engine: str) -> str:
    """Who renders where `engine` is asked for: `embedded`, or `quarto` with its version."""
    quarto = choose(engine)
    return f"quarto {_numbers(quarto)}" if quarto else "embedded"


def _numbers(quarto: Path) -> str:
    return ".".join(map(str, _version(quarto)))


@lru_cache
def _version(quarto: Path) -> tuple[int, ...]:
    said = _run([quarto, "--version"], Path.cwd()).stdout
    return tuple(int(part) for part in re.findall(r"\d+", said)[:3])


def _read(build: Path) -> _Project:
    """The project in `build`: what _quarto.yml lists, told apart by the format each file states."""
    settings = yaml.load((build / "_quarto.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    formats: dict[str, str] = {}
    for name in settings["project"]["render"]:
        front = (build / name).read_text(encoding="utf-8").split("---\n", 2)[1]
        formats[name] = yaml.load(front, yaml.CSafeLoader).get("format", "html")
    pages = tuple(name for name, written in formats.items() if written == "html")
    (document,) = (name for name, written in formats.items() if written == "typst")
    return _Project(build, pages, document)


# -------------------------------------------------------------------------------- Pandoc and Typst


@dataclass(frozen=True)
class _Text:
    """A text for Pandoc, in pieces that it reads apart: the front matter, then Markdown."""

    name: str
    pieces: tuple[str, ...]
    to: str
    template: str = ""


def _by_pandoc_and_typst(project: _Project, staging: Path) -> str:
    pandoc, build = _Pandoc(_find_pandoc(), project.build), project.build
    source = (build / project.document).with_suffix(".typ")
    parts, pages = _parts(project), [_page(build, name) for name in project.pages]
    written = pandoc.written([*parts, *pages])
    source.write_text("\n".join(islice(written, len(parts))), encoding="utf-8")
    with ThreadPoolExecutor(max_workers=1) as pool:
        pdf = pool.submit(_typst, source, staging / f"{source.stem}.pdf")
        for page, text in zip(pages, written, strict=True):
            path = (staging / page.name).with_suffix(".html")
            path.write_text(text, encoding="utf-8", newline="\n")
    compiler, warnings = pdf.result()
    _raise_any([_typst_problem(project.document, warning) for warning in warnings])
    pandoc.forget()
    return f"Pandoc {pandoc.version}, {compiler}"


def _page(build: Path, name: str) -> _Text:
    front, body = _front_and_body(build / name)
    return _Text(name, (front, body), "html5", "assets/page.html")


def _parts(project: _Project) -> list[_Text]:
    """The document of the PDF in parts that Pandoc writes apart: its head, then its chapters."""
    name = project.document
    front, body = _front_and_body(project.build / name)
    chapters = re.split(r"^(# .*\n)", body, flags=re.MULTILINE)
    titled = zip(chapters[1::2], chapters[2::2], strict=True)
    parts = [_Text(name, (front, title, text.strip()), "typst") for title, text in titled]
    return [_Text(name, (front, chapters[0]), "typst", "assets/report.typ"), *parts]


def _front_and_body(path: Path) -> tuple[str, str]:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return f"---\n{front}---\n", body.strip()


@dataclass(frozen=True)
class _Pandoc:
    """Pandoc in a filled project; what it writes is kept beside it, for the same inputs again."""

    program: str
    build: Path
    used: set[Path] = field(default_factory=set)

    @cached_property
    def version(self) -> str:
        return _run([self.program, "--version"], self.build).stdout.split()[1]

    @cached_property
    def _common(self) -> list:
        """What any text is written with: the version, templates, charts and their data."""
        folders = (self.build / each for each in ("assets", "figures"))
        return [self.version, whole.digest(_WRITER), *map(whole.digests, folders)]

    @property
    def _folder(self) -> Path:
        return self.build.with_name(f"{self.build.name}-written")

    def _kept(self, text: _Text) -> Path:
        """Where the text is kept as it was written."""
        inputs = json.dumps([self._common, asdict(text)]).encode()
        return self._folder / hashlib.sha256(inputs).hexdigest()

    def written(self, texts: Sequence[_Text]) -> Iterator[str]:
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
                problems += _told(text.name, told)
            else:
                with whole.writing(place) as aside:
                    aside.write_text(written, encoding="utf-8", newline="\n")
            yield written
        _raise_any(problems)

    def _answers(self, texts: Sequence[_Text]) -> Iterator[tuple[str, str]]:
        """Each text as one process writes it, empty where it fails, and what is told of it."""
        if not texts:
            return
        words = [self.program, "lua", str(_WRITER), _MARKDOWN, *_FILTERS]
        how = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(words, cwd=self.build, **how, **_UTF8) as process:
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


def _find_pandoc() -> str:
    try:
        import pypandoc

        return str(pypandoc.get_pandoc_path())
    except (ImportError, OSError):
        found = shutil.which("pandoc")
    if found is None:
        mend = "install the package pypandoc-binary, or Pandoc itself"
        raise StudyError(Problem(file="--engine embedded", message="Pandoc is missing", mend=mend))
    return found


def _typst(source: Path, pdf: Path) -> tuple[str, list[str]]:
    """Writes the PDF with no other font than the report's; the compiler's name and its warnings."""
    fonts = source.parent / "assets" / "fonts"
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        import typst
    except ImportError:
        return _typst_program(source, pdf, fonts)
    try:
        _, warnings = typst.compile_with_warnings(
            source,
            output=pdf,
            root=source.parent,
            font_paths=[fonts],
            ignore_system_fonts=True,
            pdf_standards=_STANDARDS,
            timestamp=int(epoch) if epoch else None,
        )
    except typst.TypstError as error:
        raise StudyError(_typst_problem(source.name, error.diagnostic or str(error))) from error
    return f"Typst {typst.__version__}", [each.diagnostic or each.message for each in warnings]


def _typst_program(source: Path, pdf: Path, fonts: Path) -> tuple[str, list[str]]:
    typst = shutil.which("typst")
    if typst is None:
        mend = "install the package typst, or the program typst"
        raise StudyError(Problem(file="--engine embedded", message="Typst is missing", mend=mend))
    command = [typst, "compile", source.name, pdf.resolve(), "--root", ".", "--ignore-system-fonts"]
    command += ["--font-path", fonts.resolve(), "--pdf-standard", _STANDARDS[0]]
    done = _run(command, source.parent)  # it reads SOURCE_DATE_EPOCH itself
    if done.returncode:
        raise StudyError(_typst_problem(source.name, done.stderr))
    said = _run([typst, "--version"], source.parent).stdout
    return f"Typst {said.split()[1]}", [done.stderr] if "warning:" in done.stderr else []


def _typst_problem(file: str, told: str) -> Problem:
    mend = "mend the text or table that Typst names, or the template report/assets/report.typ"
    return Problem(file=file, message=f"Typst: {told.strip()}", mend=mend)


# -------------------------------------------------------------------------------- Quarto


def _by_quarto(quarto: Path, project: _Project, staging: Path) -> str:
    done = _run([quarto, "render", "."], project.build, TYPST_IGNORE_SYSTEM_FONTS="true")
    told = re.sub(r"\x1b\[\d+m", "", done.stderr)
    faults = [line for line in told.splitlines() if re.search(_QUARTO_FAULT, line)]
    if done.returncode or faults:
        raise StudyError(_told("quarto render", told if done.returncode else "\n".join(faults)))
    site = project.build / "_site"
    names = [f"{Path(page).stem}.html" for page in project.pages]
    for name in [*names, f"{Path(project.document).stem}.pdf"]:
        shutil.copy2(site / name, staging / name)
    return f"Quarto {_numbers(quarto)}"


# -------------------------------------------------------------------------------- common to both


def _run(
    command: Sequence[str | Path], folder: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    words, around = [str(part) for part in command], os.environ | variables
    how = _UTF8 | {"capture_output": True, "check": False}
    return subprocess.run(words, cwd=folder, env=around, **how)


def _told(file: str, stderr: str) -> list[Problem]:
    """What the Lua filter told, a line each (`barolib: place | fault | mend`), else all of it."""
    lines = re.findall(r"^barolib: (.*) \| (.*) \| (.*)$", stderr, re.MULTILINE)
    if lines:
        return [Problem(file=file, row=row, message=told, mend=mend) for row, told, mend in lines]
    told = [line for line in stderr.splitlines() if line and not re.match(r"\[\d+/\d+\]", line)]
    message = "\n    ".join(told) or "the render failed"
    return [Problem(file=file, message=message, mend="mend the source that is named, in report/")]


def _raise_any(problems: Sequence[Problem]) -> None:
    if problems:
        raise StudyError(problems)


def _copy_files(build: Path, staging: Path) -> None:
    for pattern in _COPIED:
        for path in sorted(build.glob(pattern)):
            target = staging / path.relative_to(build)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
