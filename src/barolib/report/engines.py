"""Renders the filled report to HTML pages and a PDF: by Quarto, or by Pandoc and Typst alone."""

from __future__ import annotations

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import get_args

import yaml

from barolib.errors import Problem, StudyError, nearest
from barolib.files import atomic_write
from barolib.files.layout import PICTURES
from barolib.report import brand, pandoc, programs, safety, searchindex, typesetting
from barolib.report.links import broken_links
from barolib.survey.edition import Engine

ENGINES = get_args(Engine)
# The first Quarto that writes tagged PDF (its option pdf-standard).
_OLDEST_QUARTO = (1, 9)
# The first that writes a PDF of two standards, and the profile that asks for both.
_TWO_STANDARDS, _ARCHIVE = (1, 10), ["--profile", "archive"]
# What Quarto prints of a fault and ends well all the same: its warnings (all but that it cannot
# validate the PDF without a program of its own), Typst's, and an error() of the Lua filter.
_QUARTO_FAULT = r"WARN(?!.*verapdf)|warning:|^ERROR|^barolib:"
_COPIED = ["assets/style.css", "assets/*.js", "assets/MINISEARCH-LICENSE.txt"]
_COPIED += ["assets/fonts/*.woff2", "assets/fonts/OFL.txt"]
_COPIED += [f"{folder}/*" for folder in ("charts", "downloads", brand.FOLDER, PICTURES)]


def render(build: Path, output: Path, engine: str = "auto") -> str:
    """Render a filled project to HTML pages and a PDF.

    Parameters
    ----------
    build : Path
        The filled project (`publication.fill`).
    output : Path
        The folder of the report, replaced as a whole: HTML pages, the PDF and assets/.
    engine : {"auto", "quarto", "embedded"}, optional
        By default auto: Quarto where a recent one is found, else embedded.

    Returns
    -------
    str
        The name and version of the engine.

    Raises
    ------
    StudyError
        Where an engine is missing, fails or warns, where a link of a page leads nowhere, or where
        what is published as it stands could run. `output` is then left as it was.

    Examples
    --------
    >>> render(Path("build"), Path("output"), "word")
    Traceback (most recent call last):
        ...
    barolib.errors.StudyError: --engine: no engine 'word' (found: 'word')
        fix: known: auto, quarto, embedded
    """
    quarto, (pages, document) = choose(engine), _texts(build)
    if active := safety.problems(build):
        raise StudyError(active)
    charts = sorted(build.glob("charts/*.svg"))
    with atomic_write.filling(output) as staging, ThreadPoolExecutor(max_workers=1) as pool:
        drawn = pool.submit(typesetting.pictures, charts, build / "assets" / "fonts")
        if quarto:
            name = _by_quarto(quarto, [*pages, document], staging)
        else:
            name = embedded(pages, document, staging)
        drawn.result()
        for path in (path for pattern in _COPIED for path in sorted(build.glob(pattern))):
            target = staging / path.relative_to(build)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
        searchindex.write(staging)
        if broken := broken_links(staging):
            raise StudyError(broken)
    return name


def find_quarto() -> Path | None:
    """The program that QUARTO_PATH names, else the quarto of PATH; None where there is none."""
    program = shutil.which(os.environ.get("QUARTO_PATH") or "quarto")
    return Path(program) if program else None


def choose(engine: str) -> Path | None:
    """The Quarto to use, or None for the embedded engine."""
    if engine not in ENGINES:
        fix = nearest(engine, ENGINES)
        raise StudyError(Problem("--engine", f"no engine {engine!r}", fix, value=engine))
    quarto = find_quarto() if engine != "embedded" else None
    if quarto and _version(quarto) >= _OLDEST_QUARTO:
        return quarto
    if engine == "quarto":
        message = f"{quarto} is too old" if quarto else "Quarto was not found"
        oldest = ".".join(map(str, _OLDEST_QUARTO))
        fix = f"install Quarto {oldest} or later (or set QUARTO_PATH), or use --engine embedded"
        raise StudyError(Problem("--engine quarto", message, fix))
    return None


def named(engine: str) -> str:
    """Who renders where `engine` is asked for: `embedded`, or `quarto` with its version."""
    quarto = choose(engine)
    return f"quarto {_numbers(quarto)}" if quarto else "embedded"


def reason(engine: str) -> str:
    """Why `named(engine)` renders, and what it leaves out."""
    found, quarto = find_quarto(), choose(engine)
    if quarto:
        why = f"found at {quarto}"
        lacks = "its PDF is UA-1 alone: A-2a beside it needs Quarto 1.10"
        return why if _version(quarto) >= _TWO_STANDARDS else f"{why}; {lacks}"
    if engine == "embedded":
        return "as asked for"
    return f"Quarto {_numbers(found)} is too old" if found else "no Quarto was found"


def _numbers(quarto: Path) -> str:
    return ".".join(map(str, _version(quarto)))


@lru_cache
def _version(quarto: Path) -> tuple[int, ...]:
    printed = programs.run([quarto, "--version"], Path.cwd()).stdout
    return tuple(int(part) for part in re.findall(r"\d+", printed)[:3])


def _texts(build: Path) -> tuple[list[Path], Path]:
    """The pages that _quarto.yml lists, and the document of the PDF, by their stated formats."""
    settings = yaml.load((build / "_quarto.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    texts: dict[str, list[Path]] = {"html": [], "typst": []}
    for path in (build / name for name in settings["project"]["render"]):
        (stated,) = re.findall(r"^format: (\w+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        texts[stated].append(path)
    (document,) = texts["typst"]
    return texts["html"], document


def embedded(pages: list[Path], document: Path, staging: Path) -> str:
    """Renders pages and the document into `staging`; the versions of Pandoc and Typst."""
    texts = [(document, "typst", "assets/report.typ")]
    texts += [(page, "html5", "assets/page.html") for page in pages]
    with ThreadPoolExecutor(max_workers=2) as pool:
        converted = list(pool.map(lambda text: pandoc.convert(*text), texts))
    if problems := [problem for _, faults in converted for problem in faults]:
        raise StudyError(problems)
    source = document.with_suffix(".typ")
    targets = [source, *((staging / page.name).with_suffix(".html") for page in pages)]
    for target, (text, _) in zip(targets, converted, strict=True):
        target.write_text(text, encoding="utf-8", newline="\n")
    compiler = typesetting.write(source, staging / f"{source.stem}.pdf")
    return f"Pandoc {pandoc.version(document.parent)}, {compiler}"


def _by_quarto(quarto: Path, texts: list[Path], staging: Path) -> str:
    build = texts[0].parent
    typesetting.drawings(build)  # for Word, should it be asked of Quarto later
    command: list[str | Path] = [quarto, "render", "."]
    command += _ARCHIVE if _version(quarto) >= _TWO_STANDARDS else []
    done = programs.run(command, build, TYPST_IGNORE_SYSTEM_FONTS="true")
    printed = re.sub(r"\x1b\[\d+m", "", done.stderr)
    faults = [line for line in printed.splitlines() if re.search(_QUARTO_FAULT, line)]
    if done.returncode or faults:
        fault = printed if done.returncode else "\n".join(faults)
        raise StudyError(programs.problems("quarto render", fault))
    *pages, document = (build / "_site" / text.name for text in texts)
    rendered = [*(page.with_suffix(".html") for page in pages), document.with_suffix(".pdf")]
    for path in rendered:
        shutil.copy2(path, staging / path.name)
    return f"Quarto {_numbers(quarto)}"
