"""What a run costs, as ratios of times taken in turn on this machine, and what it aims at.

The newest edition with its comparison, both languages, HTML and PDF, in folders that are removed:
cold at two jobs; the same computation in one plain process without notebooks; a papermill command a
notebook in sequence, then a render a format and language. Then a run with nothing to do, one in
French alone after a sentence was changed, and the help. Seconds do not travel: the time of one
import says how fast this machine is beside that for which aims in seconds were set. Prints; asserts
nothing. A busy machine spoils it: its load is told first. `python benchmarks/run.py ROUNDS` takes
the median of so many rounds (1).
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
LANGUAGES = ["fr", "en"]
RUN = [sys.executable, "-m", "barolib", "run", "--lang", "all", "--engine", "embedded"]
# The import of papermill, and the seconds that it took where the aims in seconds were set.
YARDSTICK, REFERENCE = "import papermill", 0.4
IMPORTS = "import doit.runner, filelock, barolib.cli, barolib.report.engines, barolib.run.run"


def study(folder: Path) -> Path:
    """A study of its own, with the raw files of the project and a text to change."""
    root = Path(tempfile.mkdtemp(dir=folder))
    shutil.copytree(PROJECT / "data" / "raw", root / "data" / "raw")
    shutil.copytree(PROJECT / "report" / "text", root / "report" / "text")
    return root


def taken(*commands: list[str]) -> float:
    """The seconds that the commands take, one after the other; they must succeed."""
    start = time.perf_counter()
    for command in commands:
        words = [str(word) for word in command]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def of_edition(root: Path) -> tuple:
    """The study's layout, its newest edition's raw tables, and the folders that a run fills."""
    from barolib.files.layout import Layout
    from barolib.run import checking

    layout = Layout.at(root)
    edition = layout.choose(None)
    (*earlier, _), _ = checking.compared(layout, edition, None)
    folders = [layout.processed(edition), layout.comparison(edition, earlier[0])]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    return layout, checking.check(layout, edition), folders, earlier


def notebooks(root: Path) -> list[tuple[Path, dict]]:
    """The notebooks in order, each with its parameters."""
    from barolib.run import notebooks

    layout, raw, _, earlier = of_edition(root)
    given = {"edition": raw.edition.id, "against": earlier[0], "languages": LANGUAGES}
    given |= {"root": str(root), "staging": str(root / "data" / "processed")}
    stages = notebooks.in_order((*notebooks.STAGES, *notebooks.COMPARISON))
    paths = [layout.sources / "notebooks" / f"{stage.notebook}.ipynb" for stage in stages]
    return [
        (path, {name: given[name] for name in notebooks.declared(path) if name in given})
        for path in paths
    ]


def books(root: Path) -> None:
    """What stands beside the tables: workbooks, downloads, manifests."""
    from barolib.files import manifest
    from barolib.report import downloads
    from barolib.survey import tables

    layout, raw, folders, earlier = of_edition(root)
    given = {"edition": raw.edition.id, "languages": LANGUAGES, "against": earlier[0]}
    for folder in folders:
        tables.write_workbook(folder)
        manifest.write(folder, manifest.describe(layout, raw.edition.id, given, earlier))
    downloads.write(folders[0], folders)


def render(root: Path, lang: str, form: str) -> None:
    """One language in one format, or in both."""
    from barolib.report import engines, pandoc, publication

    layout, raw, *_ = of_edition(root)
    build = publication.fill(layout, raw, lang)
    shutil.rmtree(build.with_name(f"{build.name}-written"), ignore_errors=True)
    project = engines.read(build)
    if form == "html":
        pages = [pandoc.page(build / name) for name in project.pages]
        list(pandoc.Pandoc(pandoc.find(), build).written(pages))
    elif form == "pdf":
        head = engines.Project(build, (), project.document)
        engines._by_pandoc_and_typst(head, build)
    else:
        engines.render(build, layout.output(raw.edition.id, lang), "embedded")


def plain(root: Path) -> None:
    """The whole computation in this process: the cells of the notebooks, without a kernel."""
    for path, given in notebooks(root):
        names: dict = {}
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        first, *rest = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
        exec(first, names)
        names |= given
        for cell in rest:
            exec(cell, names)
    books(root)
    for lang in LANGUAGES:
        render(root, lang, "both")


def naive(root: Path) -> list[list[str]]:
    """A papermill command a notebook, then a command a format and language."""
    commands = []
    for path, given in notebooks(root):
        values = [
            word for name, value in given.items() for word in ("-y", json.dumps({name: value}))
        ]
        target = root / path.name
        commands.append(
            [sys.executable, "-m", "papermill", path, target, "--cwd", path.parent, *values]
        )
    own = [sys.executable, __file__]
    commands.append([*own, "books", str(root)])
    return commands + [
        [*own, "render", str(root), a, b] for a in LANGUAGES for b in ("html", "pdf")
    ]


def change(root: Path, number: int) -> None:
    """One more sentence in an editorial text."""
    path = max((root / "report" / "text").glob("[0-9]*/fr/lead.md"))
    path.write_text(
        f"{path.read_text(encoding='utf-8')}\n{'Encore. ' * number}\n", encoding="utf-8"
    )


def main(rounds: int) -> None:
    """Prints the benchmark."""
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    found: dict[str, list[float]] = {}

    def note(name: str, seconds: float) -> float:
        found.setdefault(name, []).append(seconds)
        return statistics.median(found[name])

    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, rounds + 1):
            root, other, third = (study(Path(folder)) for _ in range(3))
            run = [*RUN, "--root", str(root), "--jobs", "2"]
            cold = note("cold", taken(run))
            alone = note("plain", taken([sys.executable, __file__, "plain", str(other)]))
            slow = note("naive", taken(*naive(third)))
            starts = note("imports", taken([sys.executable, "-c", IMPORTS]))
            idle = note("idle", taken(run))
            french = [*run, "--lang", "fr"]
            taken(french)
            change(root, number)
            edit = note("edit", taken(french))
            helps = note("help", taken([sys.executable, "-m", "barolib", "--help"]))
            bare = note("python", taken([sys.executable, "-c", ""]))
            paper = note("yardstick", taken([sys.executable, "-c", YARDSTICK])) - bare
    print(f"this machine: {YARDSTICK} {paper:.2f} s, {paper / REFERENCE:.1f} times the reference")
    for name, seconds, ratio in (
        ("cold study, two jobs", cold, ""),
        ("one plain process, no notebook", alone, f"cold / it {cold / alone:.2f}, aim 1, best 0.8"),
        ("papermill, then renders, in turn", slow, f"it / cold {slow / cold:.2f}, aim 2.5"),
        ("nothing to do, less start and imports", idle - starts, "aim 0.5"),
        ("a French sentence, new HTML and PDF", edit, "aim 4"),
        ("barolib --help", helps, "aim 0.3"),
    ):
        print(f"{name:38}{seconds:7.2f} s   {ratio}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["plain", root]:
            plain(Path(root))
        case ["books", root]:
            books(Path(root))
        case ["render", root, lang, form]:
            render(Path(root), lang, form)
        case words:
            main(int(words[0]) if words else 1)
