"""What a step of the run depends on, as digests by name: notebooks, folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from barolib.files import digests
from barolib.files.layout import MADE
from barolib.run import notebooks


def notebook(path: Path) -> str:
    """A digest of a notebook's cells; neither of its metadata nor of its outputs."""
    return digests.of_value(notebooks.cells(path))


def report(sources: Path, edition_id: str, lang: str) -> dict[str, str]:
    """The sources of the report that an edition in a language is made from."""
    texts = (f"text/common/{lang}/", f"text/{edition_id}/{lang}/")

    def wanted(name: str) -> bool:
        return name.startswith(texts) or name.partition("/")[0] not in (*MADE, "text")

    return folder(sources, "report", wanted)


def folder(
    path: Path, name: str, wanted: Callable[[str], bool] = lambda name: True
) -> dict[str, str]:
    """Each file wanted under a folder, by a path that begins with `name`."""
    return {f"{name}/{file}": digest for file, digest in digests.of_folder(path, wanted).items()}
