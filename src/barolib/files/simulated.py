"""What was simulated among an edition's files: SIMULATED, in the format of sha256sum.

A file that changed since is no longer taken for simulated.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from barolib.files import digests

NAME = "SIMULATED"


def record(folder: Path, paths: Iterable[Path]) -> None:
    """Says that these files of the folder are simulated, and no others."""
    digests.write(folder / NAME, {path.name: digests.of_file(path) for path in paths})


def names(folder: Path) -> set[str]:
    """The names of the folder's files that are simulated."""
    if not (folder / NAME).is_file():
        return set()
    lines = (folder / NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    recorded = (match.groups() for line in lines if (match := digests.LINE.fullmatch(line)))
    return {name for digest, name in recorded if digest == _digest(folder / Path(name).name)}


def _digest(path: Path) -> str | None:
    return digests.of_file(path) if path.is_file() else None
