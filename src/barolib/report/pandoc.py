"""The texts of a filled report as Pandoc writes them: HTML pages, and the document for Typst."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from barolib.errors import Problem, StudyError
from barolib.report import programs

#: As Quarto reads it, which leaves a table's attributes to the Lua filter.
MARKDOWN = "markdown-table_attributes"
_FILTERS = ("assets/typography.lua", "assets/barolib.lua")


def convert(source: Path, to: str, template: str) -> tuple[str, list[Problem]]:
    """The text of a filled project as Pandoc writes it, and what it or a filter finds wrong.

    `to`: Pandoc's name of the format; `template`: a file of the project.
    """
    command = [find(), source.name, "--from", MARKDOWN, "--to", to, "--standalone"]
    command += ["--template", template, "--wrap", "none"]
    command += [f"--lua-filter={name}" for name in _FILTERS]
    done = programs.run(command, source.parent)
    if done.stderr and done.returncode >= 0:
        return done.stdout, programs.problems(source.name, done.stderr)
    if done.returncode or not done.stdout:
        fix = "see what it tells; where memory is short, do a step at a time (--jobs 1)"
        message = f"Pandoc ended early ({done.returncode}): {done.stderr}"
        return "", [Problem(source.name, message, fix)]
    return done.stdout, []


def write(source: Path, to: str, target: Path, options: Sequence[str]) -> list[Problem]:
    """Writes the text of a filled project as a file; what Pandoc or a filter finds wrong."""
    command = [find(), source.name, "--from", MARKDOWN, "--to", to, *options]
    command += [f"--lua-filter={name}" for name in _FILTERS]
    done = programs.run([*command, "--output", str(target.resolve())], source.parent)
    return programs.problems(source.name, done.stderr) if done.returncode or done.stderr else []


def version(folder: Path) -> str:
    """Pandoc's own."""
    return programs.run([find(), "--version"], folder).stdout.split()[1]


def find() -> str:
    """The program: the one that the package pypandoc-binary brings, else that of PATH."""
    package = find_spec("pypandoc")  # whose import asks every Pandoc of the machine for its version
    bundled = package and package.origin and Path(package.origin).with_name("files")
    program = (bundled and shutil.which("pandoc", path=bundled)) or shutil.which("pandoc")
    if program is None:
        fix = "install the package pypandoc-binary, or Pandoc itself"
        raise StudyError(Problem("--engine embedded", "Pandoc is missing", fix))
    return program
