"""What a step of the run depends on, as digests by name: the library, notebooks, folders."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from barolib.files import digests
from barolib.run import notebooks

_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def library() -> str:
    """One digest of the library: its modules and its files of data."""

    def wanted(name: str) -> bool:
        return name.endswith((".py", ".yml", ".lua"))

    return _digest(digests.of_folder(_PACKAGE, wanted))


def notebook(path: Path) -> str:
    """A digest of a notebook's cells; neither of its metadata nor of its outputs."""
    return _digest(notebooks.cells(path))


def report(sources: Path, edition: str, lang: str) -> dict[str, str]:
    """The sources of the report that an edition in a language is made from."""
    texts = (f"text/common/{lang}/", f"text/{edition}/{lang}/")

    def wanted(name: str) -> bool:
        return name.startswith(texts) or not name.startswith(("_build/", "_output/", "text/"))

    return folder(sources, "report", wanted)


def folder(
    path: Path, name: str, wanted: Callable[[str], bool] = lambda name: True
) -> dict[str, str]:
    """Each file wanted under a folder, by a path that begins with `name`."""
    return {f"{name}/{file}": digest for file, digest in digests.of_folder(path, wanted).items()}


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
