"""The report as a Word document, for those who review it: written by Pandoc, pictures and all.

It is a working paper and no part of the publication: what a reviewer changes in it comes back by
`barolib.report.review`.
"""

from __future__ import annotations

from pathlib import Path

from barolib.errors import Problem, StudyError
from barolib.files import atomic_write, digests
from barolib.report import pandoc, typesetting, wordstyles
from barolib.report.brand import Brand, usual

#: What the names of the document's own properties begin with.
PREFIX = "barolib-"
#: The language in which Word looks for mistakes.
_LOCALES = {"fr": "fr-FR", "en": "en-GB"}
_REFERENCE = "reference.docx"


def write(build: Path, target: Path, house: Brand | None, lang: str) -> None:
    """Write the filled report as a Word document.

    Parameters
    ----------
    build : Path
        The filled project (`publication.fill`).
    target : Path
        The document.
    house : Brand or None
        The client's look; None for the report's own.
    lang : {"fr", "en"}
        The language of the report.

    Raises
    ------
    StudyError
        Where Pandoc or the Lua filter finds a fault.

    References
    ----------
    docs/report.md, "Word for review".

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write(Path(folder), Path(folder) / "barometre-2021.docx", None, "fr")
    Traceback (most recent call last):
        ...
    barolib.errors.StudyError: report/_build: no document to write
        fix: fill the report first: barolib run --format docx
    """
    document = next(iter(sorted(build.glob("barometre-*.qmd"))), None)
    if document is None:
        fix = "fill the report first: barolib run --format docx"
        raise StudyError(Problem("report/_build", "no document to write", fix))
    for folder in ("figures", "images"):
        drawn = [path for path in sorted(build.glob(f"{folder}/*.svg")) if not _narrow(path)]
        typesetting.pictures(drawn, build / "assets" / "fonts")
    convert(document, target, house, lang)


def convert(document: Path, target: Path, house: Brand | None, lang: str) -> None:
    """Writes a filled document whose pictures stand there; StudyError with its faults."""
    wordstyles.write(document.with_name(_REFERENCE), house or usual())
    _, _, edition = document.stem.partition("-")
    told = {"edition": edition, "lang": lang}
    told["document"] = digest(document.read_text(encoding="utf-8"))
    options = [f"--metadata={PREFIX}{name}={value}" for name, value in told.items()]
    options += [f"--metadata=lang={_LOCALES[lang]}", f"--reference-doc={_REFERENCE}"]
    with atomic_write.writing(target) as aside:
        if faults := pandoc.write(document, "docx", aside, options):
            raise StudyError(faults)


def digest(document: str) -> str:
    """By what a Word document tells which state of the study it was written from."""
    return digests.of_value(document)[:16]


def _narrow(chart: Path) -> bool:
    """Whether it is what a phone shows of a chart."""
    return chart.stem.endswith(".narrow")
