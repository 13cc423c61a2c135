"""The report as a Word document, for those who review it: written by Pandoc, pictures and all.

It is a working paper and no part of the publication: what a reviewer changes in it comes back by
`barolib.report.review`.
"""

from __future__ import annotations

from pathlib import Path

from barolib.errors import Problem, StudyError
from barolib.files import atomic_write, digests
from barolib.report import pandoc, typesetting, wordstyles

#: What the names of the document's own properties begin with.
PREFIX = "barolib-"
#: The language in which Word looks for mistakes.
_LOCALES = {"fr": "fr-FR", "en": "en-GB"}


def write(build: Path, target: Path, lang: str) -> None:
    """Write the filled report as a Word document.

    Parameters
    ----------
    build : Path
        The filled project (`publication.fill`).
    target : Path
        The document.
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
    ...     write(Path(folder), Path(folder) / "barometre-2021.docx", "fr")
    Traceback (most recent call last):
        ...
    barolib.errors.StudyError: report/_build: no document to write
        fix: fill the report first: barolib run --format docx
    """
    document = next(iter(sorted(build.glob("barometre-*.qmd"))), None)
    if document is None:
        fix = "fill the report first: barolib run --format docx"
        raise StudyError(Problem("report/_build", "no document to write", fix))
    typesetting.drawings(build)
    convert(document, target, lang)


def convert(document: Path, target: Path, lang: str) -> None:
    """Writes a filled document beside its look and its pictures; StudyError with its faults."""
    _, _, edition = document.stem.partition("-")
    told = {"edition": edition, "lang": lang}
    told["document"] = digest(document.read_text(encoding="utf-8"))
    options = [f"--metadata={PREFIX}{name}={value}" for name, value in told.items()]
    options += [f"--metadata=lang={_LOCALES[lang]}", f"--reference-doc={wordstyles.NAME}"]
    with atomic_write.writing(target) as aside:
        if faults := pandoc.write(document, "docx", aside, options):
            raise StudyError(faults)


def digest(document: str) -> str:
    """By what a Word document tells which state of the study it was written from."""
    return digests.of_value(document)[:16]
