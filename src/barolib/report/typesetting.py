"""The PDF, as Typst lays it out: the package typst, else the program of that name."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from barolib.errors import Problem, StudyError
from barolib.files import atomic_write
from barolib.report import programs

# Typst before 0.15 (and so Quarto 1.9) takes only the first of them.
_STANDARDS = ["ua-1", "a-2a"]


def write(source: Path, pdf: Path) -> str:
    """Writes the PDF of a document, with no other font than the report's; returns the compiler.

    Raises StudyError where Typst fails or warns.
    """
    fonts = source.parent / "assets" / "fonts"
    try:
        import typst
    except ImportError:
        compiler, faults = _by_program(source, pdf, fonts)
    else:
        compiler, faults = f"Typst {typst.__version__}", _by_package(source, pdf, fonts)
    fix = "fix the text or table that Typst names, or the template report/assets/report.typ"
    if faults:
        name = source.with_suffix(".qmd").name
        raise StudyError(Problem(name, f"Typst: {fault.strip()}", fix) for fault in faults)
    return compiler


def _by_package(source: Path, pdf: Path, fonts: Path) -> list[str]:
    """Writes the PDF; returns the errors or warnings of the compiler."""
    import typst

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    options = {"root": source.parent, "font_paths": [fonts], "ignore_system_fonts": True}
    options |= {"pdf_standards": _STANDARDS, "timestamp": int(epoch) if epoch else None}
    try:
        content, warnings = typst.compile_with_warnings(source, **options)
    except typst.TypstError as error:
        return [error.diagnostic or str(error)]
    with atomic_write.writing(pdf) as aside:  # here, so that a full disk is reported with the file
        aside.write_bytes(content)
    return [warning.diagnostic or warning.message for warning in warnings]


def _by_program(source: Path, pdf: Path, fonts: Path) -> tuple[str, list[str]]:
    """Writes the PDF; returns the compiler, and its errors or warnings."""
    typst = shutil.which("typst")
    if typst is None:
        fix = "install the package typst, or the program typst"
        raise StudyError(Problem("--engine embedded", "Typst is missing", fix))
    command = [typst, "compile", source.name, pdf.resolve(), "--root", ".", "--ignore-system-fonts"]
    command += ["--font-path", fonts.resolve(), "--pdf-standard", _STANDARDS[0]]
    done = programs.run(command, source.parent)  # it reads SOURCE_DATE_EPOCH itself
    version = programs.run([typst, "--version"], source.parent).stdout.split()[1]
    failed = done.returncode or "warning:" in done.stderr
    return f"Typst {version}", [done.stderr] if failed else []
