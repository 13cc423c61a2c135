"""The study of 2021 against 2018, run once for all the tests that read it; means to run parts.

Nothing may change the folder of `Published`: a test that must, works on `copied`.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from unittest.mock import patch

import pytest
from bs4 import BeautifulSoup
from filelock import FileLock
from matplotlib import pyplot
from pypdfium2 import PdfDocument

from barolib.files.digests import of_folder
from barolib.files.layout import Layout
from barolib.report import safety
from barolib.run import incremental, notebooks, run, steps
from barolib.survey.intake import Raw, read_raw

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT / "data" / "raw" / "2021"
LANGUAGES = ("fr", "en")
ANSWERS = ("answers.csv", "respondents.csv")
#: What a page loads; the search is loaded by the first of them.
SCRIPTS = ["assets/page.js", "assets/report.js"]
#: What the page of questions loads; its data are in the page.
EXPLORE_SCRIPTS = ["assets/page.js", "assets/explore.js", None]


@dataclass(frozen=True)
class Project(Layout):
    """A study whose notebooks and report sources stand in its own root, to be spoiled."""

    @property
    def sources(self) -> Path:
        return self.root


@dataclass(frozen=True)
class Published:
    """What a run of 2021 against 2018 left in a scratch root, in both languages."""

    layout: Layout
    said: tuple[str, ...]
    pages: tuple[Path, ...]

    @cached_property
    def raw(self) -> Raw:
        return read_raw(self.layout, "2021")

    @property
    def processed(self) -> Path:
        return self.layout.processed("2021")

    def output(self, lang: str) -> Path:
        return self.layout.output("2021", lang)

    def soup(self, lang: str, name: str) -> BeautifulSoup:
        return read_page(self.output(lang) / f"{name}.html")

    def pdf(self, lang: str) -> str:
        return pdf_text(self.output(lang) / "barometre-2021.pdf")


def copy_printed(target: Path) -> None:
    """What is printed of 2021 in `target`: the edition without its simulated answers, unsealed."""
    shutil.copytree(RAW, target, ignore=shutil.ignore_patterns("SHA256SUMS", *ANSWERS))
    settings = (target / "edition.yml").read_text(encoding="utf-8")
    assert settings.count("answers: synthetic, ") == 1
    settings = settings.replace("answers: synthetic, ", "")
    (target / "edition.yml").write_text(settings, encoding="utf-8")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder of that name, filled by `make` once, whatever the number of workers."""
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = base / name, base / f"{name}.made"
    with FileLock(base / f"{name}.lock"):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The whole study, run once for all tests; never to be changed."""

    def publish(root: Path) -> None:
        said: list[str] = []
        layout = Layout.at(root)
        shutil.copytree(RAW.parent, layout.raw("2021").parent)
        shutil.copytree(ROOT / "report" / "text" / "2021", layout.texts_apart / "2021")
        run.run(layout, run_config("2021"), run.ExecutionOptions(), said.append)
        root.with_suffix(".log").write_text("\n".join(said), encoding="utf-8")

    layout = Layout.at(made_once(tmp_path_factory, "published", publish))
    said = layout.root.with_suffix(".log").read_text(encoding="utf-8").splitlines()
    pages = tuple(layout.output("2021", lang) / "index.html" for lang in LANGUAGES)
    return Published(layout, tuple(said), pages)


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """What is printed of 2021 and its tables, without answers; never to be changed."""

    def process(root: Path) -> None:
        layout = Layout.at(root)
        copy_printed(layout.raw("2021"))
        process_here(layout, "2021")

    return Layout.at(made_once(tmp_path_factory, "printed", process))


def copied(layout: Layout, root: Path) -> Project:
    """The study in `root`, sources and tables included, and no publication."""
    project = project_at(root)
    shutil.copytree(layout.raw("2021"), project.raw("2021"))
    shutil.copytree(layout.processed("2021"), project.processed("2021"))
    return project


def project_at(root: Path) -> Project:
    """A root with copies of the notebooks and of the report's sources."""
    made = shutil.ignore_patterns("_build", "_output", "_review", ".*")
    shutil.copytree(ROOT / "report", root / "report", ignore=made)
    shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=made)
    return Project.at(root)


def code_cells(notebook: Path) -> list[str]:
    """The source of each code cell."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def run_cells(notebook: Path, parameters: dict) -> dict:
    """The names that a notebook's cells leave, run here and now, without a kernel."""
    first, *cells = code_cells(notebook)
    names: dict = {"display": lambda shown: None}  # as in a kernel
    exec(first, names)
    names |= parameters
    for number, cell in enumerate(cells, start=2):
        exec(compile(cell, f"{notebook.name}, cell {number}", "exec"), names)
    pyplot.close("all")  # as the end of a kernel does: the next one begins with no figure
    return names


def run_config(edition: str, languages: Sequence[str] = LANGUAGES) -> run.RunConfig:
    """A run that asks for an edition, rendered by the engine that is always there."""
    return run.RunConfig(edition, languages, "embedded")


def execute_here(path: Path, parameters: dict, executed: Path) -> Path:
    """Stands in for notebooks.execute: the same cells, without a kernel and what it shows."""
    run_cells(path, parameters)
    executed.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy2(path, executed))


def keep_here(executed: Path, folder: Path) -> None:
    """Stands in for notebooks.keep: a page without what the cells gave, since none did."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy2(executed, folder)
    head = f'<head><meta charset="utf-8"><title>{executed.stem}</title></head>'
    page = safety.policed(f"<!DOCTYPE html><html>{head}</html>")
    (folder / f"{executed.stem}.html").write_text(page, encoding="utf-8")


def process_here(layout: Layout, edition: str, languages=LANGUAGES) -> Raw:
    """Writes the processed folder of an edition, without a kernel; returns its raw tables."""
    study, options = (
        steps.RunSteps(layout, run_config(edition, languages)),
        incremental.ExecutionOptions(1),
    )
    with patch.multiple(notebooks, execute=execute_here, keep=keep_here):
        incremental.complete([study.checked()], study.record, options, lambda text: None)
        incremental.complete(study.tables(), study.record, options, lambda text: None)
    return study.raw


@pytest.fixture
def small(tiny) -> Project:
    """The edition counted by hand, one of its rows misread and fixed, in a project of its own."""
    return small_project(tiny)


def small_project(study) -> Project:
    """Makes the edition counted by hand that of `small`; its project."""
    study.replace("published_distributions.csv", "14,29,43,14", "14,29,43,74")
    header = "file,key,column,printed,corrected,reason,evidence"
    row = "published_distributions.csv,R2,p4,74,14,Misread,The row sums to 160"
    study.write("corrections.csv", f"{header}\n{row}\n")
    study.drop_rows("published_claims.csv", lambda claim: claim["claim_id"] != "C3")
    project = project_at(study.layout.root)
    for lang in LANGUAGES:
        texts = project.sources / "report" / "text" / "2030" / lang
        texts.mkdir(parents=True)
        (texts / "lead.md").write_text("Lead.\n", encoding="utf-8")
    return project


def digests(folder: Path, pattern: str = "**/*") -> dict[str, str]:
    """The SHA-256 of each file of a folder, hidden ones left out, by its path there."""
    seen = {path.relative_to(folder).as_posix() for path in folder.glob(pattern)}
    return {name: digest for name, digest in of_folder(folder).items() if name in seen}


def raw_rows(name: str) -> list[dict[str, str]]:
    """The rows of a raw file of 2021, as a reader of it alone would see them."""
    with (RAW / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def printed_percents() -> dict[str, list[str]]:
    """The printed percents of each affirmation or theme, corrections.csv applied by hand."""
    rows = {row["printed_row"]: row for row in raw_rows("published_distributions.csv")}
    for change in raw_rows("corrections.csv"):
        if change["file"] == "published_distributions.csv":
            assert rows[change["key"]][change["column"]] == change["printed"]
            rows[change["key"]][change["column"]] = change["corrected"]
    return {row["printed_as"]: [row[f"p{level}"] for level in range(1, 7)] for row in rows.values()}


def leaves(value):
    """Every text of nested mappings and lists."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in leaves(each)]
    if isinstance(value, list):
        return [text for each in value for text in leaves(each)]
    return [value]


@cache
def read_page(path: Path) -> BeautifulSoup:
    """A page of the report, parsed."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@cache
def pdf_text(path: Path) -> str:
    """The words of a PDF in the order in which they are drawn, one space between."""
    sheets = (sheet.get_textpage().get_text_range() for sheet in PdfDocument(path))
    return " ".join(" ".join(sheets).split())


def command(*words: str, before: Sequence[str] = ()) -> subprocess.CompletedProcess:
    """The program barolib, run in a process of its own, behind the words `before`."""
    line = [*before, sys.executable, "-m", "barolib", *words]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        line, capture_output=True, check=False, encoding="utf-8", env=environment, timeout=1200
    )
