"""The steps of a run, each with what it depends on: check, notebooks, tables, reports.

What needs pandas is imported where it works: a run with nothing to do is over before that.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from barolib.files import atomic_write, digests, links, manifest, permissions
from barolib.files.layout import HOUSE, Layout
from barolib.run import dependence, limits, notebooks
from barolib.run.incremental import Step
from barolib.run.notebooks import COMPARISON, STAGES, Stage

if TYPE_CHECKING:
    from xlsxwriter import Workbook

    from barolib.survey.intake import Raw

_COMPARED = "compared.json"


@dataclass(frozen=True)
class RunConfig:
    """What a run is asked for: an edition, its languages, who renders, what it is compared with.

    `engine`: by default that of the edition's settings.
    `form`: `site`, pages and PDF; `pptx`, a deck of slides; `docx`, a Word document for review; or
    `tables` alone.
    """

    edition_id: str
    languages: Sequence[str] = ("fr",)
    engine: str | None = None
    against: str | None = None
    form: str = "site"


@dataclass(frozen=True)
class RunSteps:
    """The steps of a run, and what they share; `mask`: the umask of what is published."""

    layout: Layout
    config: RunConfig
    mask: int = 0o077

    def checked(self) -> Step:
        """The first step, which tells what is compared; the others are known after it."""
        edition, target = self.config.edition_id, self.work / "check"

        def inputs() -> Mapping[str, str]:
            return self._common | {"against": str(self.config.against)}

        def make() -> None:
            from barolib.run import checking

            with atomic_write.filling(target) as aside:
                checking.check(self.layout, edition)
                comparison = checking.compared(self.layout, edition, self.config.against)
                (aside / _COMPARED).write_text(json.dumps(comparison), encoding="utf-8")

        return Step("check", target, (), inputs, make)

    def tables(self) -> list[Step]:
        """The notebooks, then each processed folder with its workbook."""
        stages = notebooks.in_order(
            tuple(stage for stages in self.groups.values() for stage in stages)
        )
        steps = [self._notebook(stage) for stage in stages]
        steps += [self._workbook(folder) for folder in self.groups]
        steps += [self._downloads(), *(self._page(stage) for stage in stages)]
        parts = tuple(step.name for step in steps)
        return [*steps, *(self._processed(folder, parts) for folder in self.groups)]

    def reports(self) -> list[Step]:
        """The publication in each language, or a document of it, if one is asked for."""
        forms = {"site": self._report, "docx": self._review, "pptx": self._slides}
        made = forms.get(self.config.form)
        return [made(lang) for lang in self.config.languages] if made else []

    def refuse(self) -> None:
        """Raises StudyError for a missing engine, a parameter of no notebook, texts elsewhere."""
        if self.config.engine:
            assert self.renderer
        for own in ("text", *HOUSE) if self.layout.texts_apart else ():
            links.refuse_foreign(self.layout.house / own)
        given = ["edition", "languages", *notebooks.PLACES]
        names = [stage.notebook for stage in (*STAGES, *COMPARISON)]
        notebooks.refuse_unknown(self.layout.sources / "notebooks", names, given)

    @property
    def work(self) -> Path:
        """What the steps leave for one another."""
        return self.layout.work(self.config.edition_id)

    @property
    def record(self) -> Path:
        """What doit keeps of the steps."""
        return self.work / ".record"

    @property
    def comparison_status(self) -> str:
        """The status message on what is compared."""
        return self._compared[1]

    @cached_property
    def groups(self) -> dict[str, tuple[Stage, ...]]:
        """The stages whose tables stand in each folder of data/processed."""
        edition, (names, _) = self.config.edition_id, self._compared
        groups: dict[str, tuple[Stage, ...]] = {self.layout.processed(edition).name: STAGES}
        if names:
            groups[self.layout.comparison(edition, names[0]).name] = COMPARISON
        return groups

    @cached_property
    def parameters(self) -> dict[str, object]:
        """The parameters of the notebooks, but for the places of the machine."""
        names, _ = self._compared
        given: dict[str, object] = {
            "edition": self.config.edition_id,
            "languages": list(self.config.languages),
        }
        return given | ({"against": names[0]} if names else {})

    @cached_property
    def manifest(self) -> dict:
        """What the run is made from, who renders it, and the time that it bears."""
        earlier, edition = self._compared[0][:-1], self.config.edition_id
        described = manifest.describe(self.layout, edition, self.parameters, earlier)
        time = limits.epoch() or manifest.epoch(described)
        return described | {"engine": self.renderer, "time": time}

    @cached_property
    def raw(self) -> Raw:
        """The raw tables as `check` read them."""
        from barolib.survey import rawstore

        return rawstore.stored(self.layout, self.config.edition_id)

    @property
    def engine(self) -> str:
        """The engine asked for, by the run or by the edition."""
        from barolib.survey.edition import read_edition

        settings = self.layout.raw(self.config.edition_id) / "edition.yml"
        return self.config.engine or read_edition(settings).report.engine

    @cached_property
    def renderer(self) -> str:
        """The engine that renders the report; raises StudyError where it is missing."""
        from barolib.report import engines

        return engines.named(self.engine)

    @property
    def reason(self) -> str:
        """Why it is that one, and what it leaves out."""
        from barolib.report import engines

        return engines.reason(self.engine)

    @cached_property
    def _compared(self) -> tuple[list[str], str]:
        text = (self.work / "check" / _COMPARED).read_text(encoding="utf-8")
        return tuple(json.loads(text))

    @cached_property
    def _common(self) -> dict[str, str]:
        """What every step depends on: raw files, here and before, the library, the versions."""
        edition, sources = self.config.edition_id, self.layout.sources
        locks = [path for path in [sources / "requirements.lock"] if path.is_file()]
        inputs = {path.name: digests.of_file(path) for path in locks}
        inputs["library"] = digests.library()
        earlier = self.layout.earlier(edition)
        first = earlier.index(self.config.against) if self.config.against in earlier else -1
        for name in [*earlier[first:], edition]:
            inputs |= dependence.folder(self.layout.raw(name), f"data/raw/{name}")
        return inputs | manifest.versions()

    @cached_property
    def _files(self) -> dict[str, Path]:
        """Where the step that writes each table leaves it."""
        return {
            table: self.work / stage.notebook / folder / f"{table}.parquet"
            for folder, stages in self.groups.items()
            for stage in stages
            for table in stage.writes
        }

    def _source(self, stage: Stage) -> Path:
        return self.layout.sources / "notebooks" / f"{stage.notebook}.ipynb"

    def _notebook(self, stage: Stage) -> Step:
        path = self._source(stage)
        (folder,) = (folder for folder, stages in self.groups.items() if stage in stages)
        files = [self._files[table] for table in stage.reads]
        known = {*notebooks.declared(path)}
        given = {name: value for name, value in self.parameters.items() if name in known}

        def inputs() -> Mapping[str, str]:
            read = {"parameters": json.dumps(given)}
            read |= {file.stem: digests.of_file(file) for file in files}
            fonts = dependence.folder(self.layout.fonts, "fonts")
            return self._common | read | fonts | {path.name: dependence.notebook(path)}

        def make() -> None:
            with self._filling(stage.notebook, folder, files) as aside:
                places = {"root": str(self.layout.root), "staging": str(aside)}
                executed = notebooks.execute(path, given | places, self.work / ".executed")
                shutil.copy2(executed, aside)

        after = dict.fromkeys(self._files[table].parents[1].name for table in stage.reads)
        return Step(stage.notebook, self.work / stage.notebook, tuple(after), inputs, make)

    def _page(self, stage: Stage) -> Step:
        """A notebook as it ran, and its page."""
        name = f"page {stage.notebook}"
        executed = self.work / stage.notebook / f"{stage.notebook}.ipynb"

        def inputs() -> Mapping[str, str]:
            return self._common | {executed.name: digests.of_file(executed)}

        def make() -> None:
            with atomic_write.filling(self.work / name) as aside:
                notebooks.keep(executed, aside / self.config.edition_id / "notebooks")

        return Step(name, self.work / name, (stage.notebook,), inputs, make)

    def _workbook(self, folder: str) -> Step:
        names = [table for stage in self.groups[folder] for table in stage.writes]
        files, name = [self._files[table] for table in names], f"workbook {folder}"

        def inputs() -> Mapping[str, str]:
            return self._common | {file.stem: digests.of_file(file) for file in files}

        def make() -> None:
            from barolib.survey import tables

            with self._filling(name, folder, files) as aside:
                tables.write_workbook(aside / folder, self._charted(aside / folder))

        after = tuple(stage.notebook for stage in self.groups[folder])
        return Step(name, self.work / name, after, inputs, make)

    def _charted(self, folder: Path) -> Callable[[Workbook], None]:
        """What adds the charts of a folder's distributions to a workbook of its tables."""
        from barolib.drawing.rendering import use_fonts
        from barolib.report import workbookcharts
        from barolib.survey import tables

        use_fonts(self.layout.fonts)
        return partial(workbookcharts.add, raw=self.raw, tables=tables.written(folder))

    def _downloads(self) -> Step:
        """What may be taken away, of the tables of every folder."""
        name, files = "downloads", self._files
        folder = self.layout.processed(self.config.edition_id).name

        def inputs() -> Mapping[str, str]:
            return self._common | {table: digests.of_file(file) for table, file in files.items()}

        def make() -> None:
            from barolib.report import downloads

            with self._filling(name, folder, [*files.values()]) as aside:
                downloads.write(aside / folder, self._charted(aside / folder))

        after = tuple(stage.notebook for stages in self.groups.values() for stage in stages)
        return Step(name, self.work / name, after, inputs, make)

    def _processed(self, folder: str, parts: tuple[str, ...]) -> Step:
        """A folder of tables, figures and notebooks, put together and published as a whole."""
        target = self.layout.processed(folder)

        def inputs() -> Mapping[str, str]:
            taken = self._common | {manifest.NAME: json.dumps(self.manifest, sort_keys=True)}
            for part in parts:
                taken |= dependence.folder(self.work / part / folder, part)
            return taken

        def make() -> None:
            with atomic_write.filling(target) as aside:
                for part in filter(Path.is_dir, [self.work / part / folder for part in parts]):
                    shutil.copytree(part, aside, dirs_exist_ok=True)
                manifest.write(aside, self.manifest)

        return Step(f"processed {folder}", target, parts, inputs, make)

    def _report(self, lang: str) -> Step:
        target = self.layout.output(self.config.edition_id, lang)

        def make() -> None:
            permissions.make_public(target.parent, self.mask)
            self._publish(lang)
            permissions.open_up(target, self.mask)

        after = tuple(f"processed {folder}" for folder in self.groups)
        return Step(f"report {lang}", target, after, lambda: self._read(lang), make)

    def _review(self, lang: str) -> Step:
        """The Word document, in a folder of its own: what is published stays as it is."""

        def write(document: Path) -> None:
            from barolib.report import publication, word

            build = publication.fill(self.layout, self.raw, lang)
            word.write(build, document, lang)

        return self._single("review", self.layout.review(self.config.edition_id, lang), lang, write)

    def _slides(self, lang: str) -> Step:
        """The deck, in a folder of its own of the publication, whose pages do not wait for it."""

        def write(deck: Path) -> None:
            from barolib.report import slides

            slides.write(self.layout, self.raw, lang, deck)

        return self._single("slides", self.layout.slides(self.config.edition_id, lang), lang, write)

    def _single(self, name: str, file: Path, lang: str, write: Callable[[Path], None]) -> Step:
        """The step of a file made of the report, which stands in a folder of its own."""

        def make() -> None:
            permissions.make_public(file.parents[1], self.mask)
            with atomic_write.filling(file.parent) as aside:
                write(aside / file.name)
            permissions.open_up(file.parent, self.mask)

        after = tuple(f"processed {folder}" for folder in self.groups)
        return Step(f"{name} {lang}", file.parent, after, lambda: self._read(lang), make)

    def _read(self, lang: str) -> dict[str, str]:
        """What the report in a language is made from; of texts, its own alone."""
        edition, sources = self.config.edition_id, self.layout.sources / "report"
        described = json.dumps(self.manifest | {"texts": None}, sort_keys=True)
        taken = self._common | {manifest.NAME: described}
        for folder in self.groups:
            taken |= dependence.folder(
                self.layout.processed(folder), folder, lambda name: name != manifest.NAME
            )
        if texts := self.layout.own_texts:
            for owner in (edition, "common"):
                taken |= dependence.folder(texts / owner / lang, f"texts/{owner}")
        return taken | dependence.report(sources, edition, lang)

    def _publish(self, lang: str) -> None:
        from barolib.report import engines, publication

        build = publication.fill(self.layout, self.raw, lang)
        output = self.layout.output(self.config.edition_id, lang)
        engines.render(build, output, self.engine)

    @contextmanager
    def _filling(self, name: str, folder: str, files: Sequence[Path]) -> Iterator[Path]:
        """A step's folder aside, in whose part `folder` the tables `files` are lent for the block.

        The step finds there the tables that it declares to read, and no other.
        """
        with atomic_write.filling(self.work / name) as aside:
            lent = [aside / folder / file.name for file in files]
            (aside / folder).mkdir()
            for file, place in zip(files, lent, strict=True):
                shutil.copy2(file, place)
            yield aside
            for place in lent:
                place.unlink()
