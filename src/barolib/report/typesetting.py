"""The PDF, as Typst lays it out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from barolib.errors import Problem, StudyError
from barolib.files import atomic_write
from barolib.report import programs

# Typst before 0.15 (and so Quarto 1.9) takes only the first of them.
_STANDARDS = ["ua-1", "a-2a"]

_DEFINITIONS = '#import "assets/definitions.typ": *\n\n'


def put(source: Path, head: str, *chapters: str) -> None:
    """Writes a document for Typst: its head, and beside it each chapter in a file of its own.

    Where one file changes, the layout of the others stays.
    """
    lines = [head]
    for number, chapter in enumerate(chapters, 1):
        path = source.with_stem(f"{source.stem}-{number:02}")
        path.write_text(_DEFINITIONS + chapter, encoding="utf-8")
        lines.append(f'#include "{path.name}"')
    source.write_text("\n".join(lines), encoding="utf-8")


def write(source: Path, pdf: Path) -> str:
    """Writes the PDF of a document, with no other font than the report's; who laid it out.

    Raises StudyError where Typst fails or warns.
    """
    compiler, warnings = _compiled(source, pdf)
    if warnings:
        raise StudyError([_problem(source, each) for each in warnings])
    return compiler


def _compiled(source: Path, pdf: Path) -> tuple[str, list[str]]:
    """The compiler's name and its warnings."""
    try:
        return _by_wheel(source, pdf)
    except ImportError:
        return _by_program(source, pdf)


def _by_wheel(source: Path, pdf: Path) -> tuple[str, list[str]]:
    import typst

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        content, warnings = typst.compile_with_warnings(
            source,
            **_places(source),
            pdf_standards=_STANDARDS,
            timestamp=int(epoch) if epoch else None,
        )
    except typst.TypstError as error:
        raise StudyError(_problem(source, error.diagnostic or str(error))) from error
    with atomic_write.writing(pdf) as aside:  # here, so that a full disk is told with the file
        aside.write_bytes(content)
    return f"Typst {typst.__version__}", [each.diagnostic or each.message for each in warnings]


def _by_program(source: Path, pdf: Path) -> tuple[str, list[str]]:
    typst = shutil.which("typst")
    if typst is None:
        mend = "install the package typst, or the program typst"
        raise StudyError(Problem(file="--engine embedded", message="Typst is missing", mend=mend))
    command = [typst, "compile", source.name, pdf.resolve(), "--root", ".", "--ignore-system-fonts"]
    command += ["--font-path", _fonts(source).resolve(), "--pdf-standard", _STANDARDS[0]]
    done = programs.run(command, source.parent)  # it reads SOURCE_DATE_EPOCH itself
    if done.returncode:
        raise StudyError(_problem(source, done.stderr))
    said = programs.run([typst, "--version"], source.parent).stdout
    return f"Typst {said.split()[1]}", [done.stderr] if "warning:" in done.stderr else []


def _places(source: Path) -> dict:
    """Where Typst finds what a document names."""
    fonts = [_fonts(source)]
    return {"root": source.parent, "font_paths": fonts, "ignore_system_fonts": True}


def _fonts(source: Path) -> Path:
    return source.parent / "assets" / "fonts"


def _problem(source: Path, told: str) -> Problem:
    mend = "mend the text or table that Typst names, or the template report/assets/report.typ"
    file = source.with_suffix(".qmd").name
    return Problem(file=file, message=f"Typst: {told.strip()}", mend=mend)
