"""Renders the filled report to HTML pages and a PDF: by Quarto, or by Pandoc and Typst alone."""

from __future__ import annotations

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from barolib.errors import Problem, StudyError, nearest
from barolib.files import whole
from barolib.report import pandoc, programs, safety, typesetting
from barolib.report.links import broken_links

ENGINES = ("auto", "quarto", "embedded")
# The first Quarto that writes tagged PDF (its option pdf-standard).
_OLDEST_QUARTO = (1, 9)
# What Quarto prints of a fault and ends well all the same: its warnings (all but that it cannot
# validate the PDF without a program of its own), Typst's, and an error() of the Lua filter.
_QUARTO_FAULT = r"WARN(?!.*verapdf)|warning:|^ERROR|^barolib:"
_COPIED = ("assets/style.css", "assets/report.js", "assets/fonts/*.woff2", "assets/fonts/OFL.txt")
_COPIED += ("downloads/*",)
_SETTINGS = "_quarto.yml"


@dataclass(frozen=True)
class Project:
    """A filled Quarto project: its folder, its pages and the document of the PDF."""

    build: Path
    pages: tuple[str, ...]
    document: str


def render(build: Path, output: Path, engine: str = "auto") -> str:
    """The name and version of the engine that rendered the filled project `build` into `output`.

    `output` is replaced as a whole: HTML pages, the PDF and assets/. `engine` is auto (Quarto where
    a recent one is found, else embedded), quarto or embedded. Raises StudyError, and leaves
    `output` as it was, where an engine is missing, fails or warns, where a link of a page leads
    nowhere, or where what is published as it stands could run.
    """
    quarto, project = choose(engine), read(build)
    if active := safety.problems(build):
        raise StudyError(active)
    with whole.filling(output) as staging:
        _copy_files(build, staging)
        if quarto:
            name = _by_quarto(quarto, project, staging)
        else:
            name = _by_pandoc_and_typst(project, staging)
        if broken := broken_links(staging):
            raise StudyError(broken)
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
    said = programs.run([quarto, "--version"], Path.cwd()).stdout
    return tuple(int(part) for part in re.findall(r"\d+", said)[:3])


def read(build: Path) -> Project:
    """The project in `build`: what _quarto.yml lists, told apart by the format each file states."""
    settings = yaml.load((build / _SETTINGS).read_text(encoding="utf-8"), yaml.CSafeLoader)
    formats = {
        name: re.search(r"^format: (\w+)$", (build / name).read_text(encoding="utf-8"), re.M)[1]
        for name in settings["project"]["render"]
    }
    pages = tuple(name for name, written in formats.items() if written == "html")
    (document,) = (name for name, written in formats.items() if written == "typst")
    return Project(build, pages, document)


def _by_pandoc_and_typst(project: Project, staging: Path) -> str:
    document = project.build / project.document
    texts = [(document, "typst", "assets/report.typ")]
    texts += [(project.build / name, "html5", "assets/page.html") for name in project.pages]
    with ThreadPoolExecutor(max_workers=2) as pool:
        converted = list(pool.map(lambda text: pandoc.convert(*text), texts))
    if problems := [problem for _, found in converted for problem in found]:
        raise StudyError(problems)
    source = document.with_suffix(".typ")
    targets = [source, *((staging / name).with_suffix(".html") for name in project.pages)]
    for target, (text, _) in zip(targets, converted, strict=True):
        target.write_text(text, encoding="utf-8", newline="\n")
    compiler = typesetting.write(source, staging / f"{source.stem}.pdf")
    return f"Pandoc {pandoc.version(project.build)}, {compiler}"


def _by_quarto(quarto: Path, project: Project, staging: Path) -> str:
    variables = {"TYPST_IGNORE_SYSTEM_FONTS": "true"}
    done = programs.run([quarto, "render", "."], project.build, **variables)
    told = re.sub(r"\x1b\[\d+m", "", done.stderr)
    faults = [line for line in told.splitlines() if re.search(_QUARTO_FAULT, line)]
    if done.returncode or faults:
        fault = told if done.returncode else "\n".join(faults)
        raise StudyError(programs.problems("quarto render", fault))
    site = project.build / "_site"
    names = [f"{Path(page).stem}.html" for page in project.pages]
    for name in [*names, f"{Path(project.document).stem}.pdf"]:
        shutil.copy2(site / name, staging / name)
    return f"Quarto {_numbers(quarto)}"


def _copy_files(build: Path, staging: Path) -> None:
    for pattern in _COPIED:
        for path in sorted(build.glob(pattern)):
            target = staging / path.relative_to(build)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
