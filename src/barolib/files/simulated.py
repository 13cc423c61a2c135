"""What was simulated among an edition's files: SIMULATED, in the format of sha256sum.

A file that changed since is no longer taken for simulated.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from barolib.files import atomic_write, digests

NAME = "SIMULATED"


def record(folder: Path, paths: Iterable[Path]) -> None:
    """Says that these files of the folder are simulated, and no others."""
    lines = [f"{digests.of_file(path)}  {path.name}\n" for path in paths]
    with atomic_write.writing(folder / NAME) as aside:
        aside.write_text("".join(lines), encoding="utf-8", newline="\n")


def names(folder: Path) -> set[str]:
    """The names of the folder's files that are simulated."""
    if not (folder / NAME).is_file():
        return set()
    lines = (folder / NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    recorded = (line.partition("  ") for line in lines)
    return {name for digest, _, name in recorded if digest == _digest(folder / Path(name).name)}


def _digest(path: Path) -> str | None:
    return digests.of_file(path) if path.is_file() else None
