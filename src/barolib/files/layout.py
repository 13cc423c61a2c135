"""The folders of a study on the disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from barolib.errors import Problem, StudyError, nearest
from barolib.files import ids

#: The languages of the publication: a folder each in what is written.
LANGUAGES = ("fr", "en")
#: What a study brings in report/ beside its texts: its brand, slides to write on, pictures, fonts.
HOUSE = BRAND, SLIDES, PICTURES, FONTS = ("_brand.yml", "_slides.pptx", "images", "fonts")
#: What is made of a report, in report/: the filled project, the publication, Word documents.
MADE = BUILD, OUTPUT, REVIEW = ("_build", "_output", "_review")
#: The owner of the texts that any edition can use.
COMMON = "common"
_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Layout:
    """The folders of the study under `root`; `staging` takes the place of data/processed in a run.

    `home`: the study whose texts it has, where it is a copy of another. `root` holds data/raw;
    `sources` holds the notebooks and the report's sources, which come with the library (the
    checkout, or the installed package).
    """

    root: Path
    staging: Path | None = None
    home: Path | None = None

    @classmethod
    def at(cls, root: str | Path, staging: str | Path | None = None) -> Layout:
        """The layout of the study in `root`."""
        return cls(Path(root).resolve(), Path(staging).resolve() if staging else None)

    @classmethod
    def find(cls, root: str | Path | None = None, staging: str | Path | None = None) -> Layout:
        """The layout of `root`; by default of this folder, or the first above with data/raw."""
        here = Path.cwd()
        holding = (path for path in (here, *here.parents) if (path / "data" / "raw").is_dir())
        return cls.at(next(holding, here) if root is None else root, staging)

    @property
    def sources(self) -> Path:
        """The folder that holds notebooks/ and report/."""
        checkout = _PACKAGE.parents[1]
        return checkout if (checkout / "notebooks").is_dir() else _PACKAGE / "_sources"

    def raw(self, edition_id: str) -> Path:
        """The immutable files of an edition."""
        return self.root / "data" / "raw" / edition_id

    def processed(self, edition_id: str) -> Path:
        """The rebuilt tables of an edition."""
        return (self.staging or self.root / "data" / "processed") / edition_id

    def fieldwork(self, edition_id: str) -> Path:
        """What is kept of a survey while it runs; it names authorities, and no run touches it."""
        return self.root / "data" / "fieldwork" / edition_id

    def work(self, edition_id: str) -> Path:
        """What the steps of a run leave for one another: a folder each, and their record."""
        return self.root / "data" / "processed" / ".work" / edition_id

    def checked(self, edition_id: str) -> Path:
        """The raw tables of an edition as they were last checked (survey/rawstore.py)."""
        return self.work(edition_id) / "raw"

    def comparison(self, edition_id: str, against: str) -> Path:
        """The rebuilt tables of an edition against another."""
        return self.processed(f"{edition_id}{ids.BETWEEN}{against}")

    @property
    def fonts(self) -> Path:
        """The font files of the report and its charts."""
        return self.sources / "report" / "assets" / "fonts"

    @property
    def own_texts(self) -> Path | None:
        """The texts of a study apart from the sources, where it has any."""
        return self.texts_apart if self.texts_apart and self.texts_apart.is_dir() else None

    @property
    def house(self) -> Path:
        """Where a study has its own brand, photographs and charts."""
        return (self.home or self.root) / "report"

    @property
    def texts_apart(self) -> Path | None:
        """Where a study apart from the sources has its texts; None for that of the sources."""
        study = self.home or self.root
        return None if study == self.sources else study / "report" / "text"

    def figures(self, edition_id: str) -> Path:
        """The charts of an edition, a folder a language."""
        return self.processed(edition_id) / "figures"

    def build(self, edition_id: str, lang: str) -> Path:
        """The filled Quarto project of an edition in a language."""
        return self.root / "report" / BUILD / edition_id / lang

    def output(self, edition_id: str, lang: str) -> Path:
        """The publication of an edition in a language."""
        return self.root / "report" / OUTPUT / edition_id / lang

    def archive(self, edition_id: str) -> Path:
        """What is published of an edition, packed in one file."""
        return self.root / "report" / OUTPUT / edition_id / f"barometre-{edition_id}.zip"

    def review(self, edition_id: str, lang: str) -> Path:
        """The Word document of an edition in a language, for those who review it; not published."""
        name = f"barometre-{edition_id}.docx"
        return self.root / "report" / REVIEW / edition_id / lang / name

    def slides(self, edition_id: str, lang: str) -> Path:
        """The deck of an edition in a language."""
        name = f"barometre-{edition_id}.pptx"
        return self.root / "report" / OUTPUT / edition_id / "slides" / lang / name

    def editions(self) -> list[str]:
        """The editions in data/raw, oldest first."""
        names = (path.parent.name for path in (self.root / "data" / "raw").glob("*/edition.yml"))
        return sorted(name for name in names if not name.startswith("."))

    def before(self, edition_id: str) -> str | None:
        """The edition before another in data/raw, where there is one."""
        return max(self.earlier(edition_id), default=None)

    def earlier(self, edition_id: str) -> list[str]:
        """The editions before that one, oldest first."""
        return [other for other in self.editions() if other < edition_id]

    def choose(self, edition_id: str | int | None) -> str:
        """The edition asked for, as papermill may type it (2021), or the newest.

        Raises StudyError where there is none, and for what no edition can be called.
        """
        known, put = self.editions(), "put an edition's folder (with its edition.yml) into data/raw"
        name = str(edition_id) if edition_id is not None else known[-1] if known else None
        if name is None:
            place = str(self.root / "data" / "raw")
            raise StudyError(Problem("data/raw", "no edition found", put, value=place))
        refuse_name(name, known)
        if name not in known and not self.raw(name).is_dir():
            fix = nearest(name, known) if known else put
            raise StudyError(Problem("data/raw", f"no edition {name!r}", fix, value=name))
        return name


def refuse_name(name: str, known: Iterable[str] = ()) -> None:
    """Raises StudyError for what no edition can be called; `known`: those that may be meant."""
    fault = ids.edition_fault(name)
    if fault:
        message, fix = fault
        others = [other for other in known if other != name]
        fix = f"{fix}; {nearest(name, others)}" if others else fix
        shown = name if len(name) <= ids.LONGEST else f"{name[: ids.LONGEST]}…"
        message = f"no name for an edition: {message}"
        raise StudyError(Problem("data/raw", message, fix, value=shown))
