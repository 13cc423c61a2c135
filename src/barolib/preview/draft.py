"""The report as it is written: each page filled and rendered when it is asked for."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from barolib.errors import Problem, StudyError
from barolib.files import manifest
from barolib.files.layout import LANGUAGES, Layout
from barolib.preview.charts import Charts
from barolib.report import chartfiles, engines, pictures, searchindex, typesetting
from barolib.report.facts import Facts
from barolib.report.placed import PlacedTemplates, place, words
from barolib.report.publication import Report
from barolib.report.templates import Templates
from barolib.run import run
from barolib.survey import rawstore


class Fault(NamedTuple):
    """What is wrong, the id where its text begins, the page that has it, and the words of its line.

    The page is empty where it is not known; words of the lines before follow those of the line.
    """

    problem: Problem
    place: str = ""
    page: str = ""
    words: tuple[tuple[str, ...], ...] = ()


class Page(NamedTuple):
    """A page as rendered, and the revision of the report that it shows."""

    html: str
    revision: int


class Draft:
    """An edition's report in a language, of which a page is rendered when it is asked for.

    One thread at a time may ask. `revision` counts the changes that it has taken in.
    """

    def __init__(self, layout: Layout, edition_id: str, lang: str, against: str | None) -> None:
        self._layout, self._lang, self.revision = layout, lang, 0
        drawn = [each for each in LANGUAGES if (layout.figures(edition_id) / each).is_dir()]
        languages = tuple(each for each in LANGUAGES if each in (*drawn, lang))
        self._config = run.RunConfig(edition_id, languages, "embedded", against, "tables")
        self.build = layout.work(edition_id) / "preview" / lang
        self.pdf = f"barometre-{edition_id}.pdf"
        self._pages: dict[str, Page] = {}
        self._report: Report | None = None
        self._broken: tuple[Problem, ...] = ()
        self._lock = threading.RLock()
        self._data: dict[str, str] = {}

    @property
    def tables(self) -> str:
        """The manifest of the processed tables, which tells them from others; or nothing."""
        path = self._layout.processed(self._config.edition_id) / manifest.NAME
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    @property
    def names(self) -> list[str]:
        """The pages in their order, as far as they are known."""
        return [chapter.name for chapter in self._report.chapters] if self._report else []

    def compute(self, say: Callable[[str], None]) -> None:
        """Brings the tables up to date; raises StudyError with every fault of the raw files."""
        run.run(self._layout, self._config, run.ExecutionOptions(), say)

    def furnish(self) -> None:
        """Takes in new tables, settings, templates, assets: all but texts."""
        with self._lock:
            raw = rawstore.stored(self._layout, self._config.edition_id)
            self._facts, self._data = Facts(self._layout, raw, self._lang), {}
            self._charts = Charts()
            self.refill()
            if self._report:
                shutil.rmtree(self.build, ignore_errors=True)
                self._report.furnish(self.build)
                self._data = self._report.figure_data
                self._write(self._data)

    def refill(self) -> None:
        """Takes in new texts."""
        with self._lock:
            self.revision += 1
            self._broken = ()
            shutil.rmtree(self.build / chartfiles.FOLDER, ignore_errors=True)
            try:
                self._report = self._new()
            except StudyError as error:  # the cover's, or a brand's: of no page alone
                self._broken = error.problems

    def page(self, name: str) -> Page:
        """A page of the present report; raises StudyError with what is wrong with it."""
        with self._lock:
            if self._broken:
                raise StudyError(self._broken)
            page = self._pages.get(name)
            if page is None or page.revision < self.revision:
                page = self._pages[name] = Page(self._render(name), self.revision)
            return page

    def former(self, name: str) -> Page | None:
        """The page as it was when nothing was wrong with it."""
        return self._pages.get(name)

    def faults(self, leave: Callable[[], bool]) -> list[Fault] | None:
        """All that is wrong with the report; None where `leave` says that something else waits."""
        report, found = self._report, self._placed(self._broken, "")
        if found or report is None:
            return found
        for chapter in report.chapters:
            if leave():
                return None
            try:
                with self._lock:
                    report.page(chapter)
            except StudyError as error:
                found += self._placed(error.problems, chapter.name)
        with self._lock:
            for problem in report.problems():
                found += self._placed([problem], report.asking.get(problem.file, ""))
        return list(dict.fromkeys(found))

    def finish(self) -> None:
        """Writes what is taken away: the charts, and the document of the PDF.

        Raises StudyError with all that is wrong with the report.
        """
        with self._lock:
            report = self._new(Templates)
            report.write(self.build, report.files())

    def write_pdf(self) -> Path:
        """The PDF, laid out; raises StudyError with what stops it."""
        with self._lock:
            self.finish()
            path = self.build / self.pdf
            engines.embedded([], path.with_suffix(".qmd"), self.build)
        return path

    def draw(self, name: str) -> Path:
        """A chart to take away, by its file name."""
        path = self.build / chartfiles.FOLDER / name
        drawn = path.with_suffix(".svg")
        with self._lock:
            if not drawn.is_file():
                self.finish()
            if path.suffix == ".png" and drawn.is_file():
                typesetting.pictures([drawn], self.build / "assets" / "fonts")
        return path

    def index(self) -> Path:
        """The index of the search, over the pages without fault."""
        for name in self.names:
            try:
                text = self.page(name).html
            except StudyError:
                continue
            (self.build / f"{name}.html").write_text(text, encoding="utf-8")
        searchindex.write(self.build)
        return self.build / "assets" / "search-index.js"

    def _new(self, templates: type[Templates] = PlacedTemplates) -> Report:
        facts, sources = self._facts, self._layout.sources / "report"
        report = Report(self._layout, templates(sources, facts, self._layout.texts_apart))
        if self._data:
            report.figure_data = self._data  # which no text changes
        return report

    def _render(self, name: str) -> str:
        assert self._report
        (chapter,) = (each for each in self._report.chapters if each.name == name)
        source = self._report.page(chapter)
        house = self._layout.house
        for picture in pictures.shown(self._report.templates.filled, house)[0]:
            pictures.copy(house / picture, self.build / picture)
        html, faults = self._charts.convert(self.build / f"{name}.qmd", source)
        if faults:
            raise StudyError(self._report.problems() or faults)
        return html

    def _write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.build / name).write_text(text, encoding="utf-8", newline="\n")

    def _placed(self, problems: Iterable[Problem], page: str) -> list[Fault]:
        return [
            Fault(problem, place(problem.file), page, self._words(problem)) for problem in problems
        ]

    def _words(self, problem: Problem) -> tuple[tuple[str, ...], ...]:
        """The words of the line of a text where something is wrong, and of those before it."""
        folders = (self._layout.house.parent, self._layout.sources)
        paths = (folder / problem.file for folder in folders)
        path = next((path for path in paths if path.suffix == ".md" and path.is_file()), None)
        if not path or not problem.row.isdecimal():
            return ()
        source = path.read_text(encoding="utf-8", errors="replace")
        return tuple(map(tuple, words(source, int(problem.row))))
