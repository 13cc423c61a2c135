"""Where everything of a study stands on the disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from barolib.errors import Problem, StudyError, nearest

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Layout:
    """The folders of the study under `root`; `staging` stands in for data/processed in a run.

    `root` holds data/raw; `sources` holds the notebooks and the report's sources, which come with
    the library (the checkout, or the installed package).
    """

    root: Path
    staging: Path | None = None

    @classmethod
    def at(cls, root: str | Path, staging: str | Path | None = None) -> Layout:
        """The layout of the study in `root`."""
        return cls(Path(root).resolve(), Path(staging).resolve() if staging else None)

    @property
    def sources(self) -> Path:
        """The folder that holds notebooks/ and report/."""
        checkout = _PACKAGE.parents[1]
        return checkout if (checkout / "notebooks").is_dir() else _PACKAGE / "_sources"

    def raw(self, edition: str) -> Path:
        """The immutable files of an edition."""
        return self.root / "data" / "raw" / edition

    def processed(self, edition: str) -> Path:
        """The rebuilt tables of an edition."""
        return (self.staging or self.root / "data" / "processed") / edition

    def work(self, edition: str) -> Path:
        """What the steps of a run leave for one another: a folder each, and their record."""
        return self.root / "data" / "processed" / ".work" / edition

    def comparison(self, edition: str, against: str) -> Path:
        """The rebuilt tables of an edition against another."""
        return self.processed(f"{edition}_vs_{against}")

    @property
    def fonts(self) -> Path:
        """The font files of the report and its charts."""
        return self.sources / "report" / "assets" / "fonts"

    @property
    def own_texts(self) -> Path | None:
        """The texts of a study apart from the sources, where it has any."""
        texts = self.root / "report" / "text"
        return texts if self.root != self.sources and texts.is_dir() else None

    def figures(self, edition: str) -> Path:
        """The charts of an edition, a folder a language."""
        return self.processed(edition) / "figures"

    def build(self, edition: str, lang: str) -> Path:
        """The filled Quarto project of an edition in a language."""
        return self.root / "report" / "_build" / edition / lang

    def output(self, edition: str, lang: str) -> Path:
        """The publication of an edition in a language."""
        return self.root / "report" / "_output" / edition / lang

    def editions(self) -> list[str]:
        """The editions in data/raw, oldest first."""
        folder = self.root / "data" / "raw"
        return sorted(path.parent.name for path in folder.glob("*/edition.yml"))

    def before(self, edition: str) -> str | None:
        """The edition before another in data/raw, where there is one."""
        return max((each for each in self.editions() if each < edition), default=None)

    def earlier(self, edition: str) -> list[str]:
        """The editions before that one, oldest first."""
        return [each for each in self.editions() if each < edition]

    def choose(self, edition: str | None) -> str:
        """The edition asked for, or the newest; raises StudyError where there is none."""
        known = self.editions()
        if edition is None and known:
            return known[-1]
        if edition is not None and (edition in known or self.raw(edition).is_dir()):
            return edition
        raise StudyError(
            Problem(
                file="data/raw",
                message=f"no edition {edition!r}" if edition else "no edition found",
                value=edition or str(self.root / "data" / "raw"),
                mend=nearest(edition or "", known)
                if known
                else "put an edition's folder (with its edition.yml) into data/raw",
            )
        )
