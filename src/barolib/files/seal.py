"""The seal of an edition's raw files: SHA256SUMS, in the format of sha256sum."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from barolib.errors import Problem
from barolib.files import digests, links

NAME = "SHA256SUMS"


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each raw file of the folder, by name, the seal itself left out."""
    paths = sorted(path for path in folder.iterdir() if path.is_file() and path.name != NAME)
    shown = [path for path in paths if not path.name.startswith((".", "~$"))]
    return {path.name: digests.of_file(path) for path in shown}


def seal(folder: Path) -> Path:
    """Writes the seal of the folder's files and returns its path."""
    target = folder / NAME
    digests.write(target, hashes(folder))
    return target


@contextmanager
def renewing(folder: Path) -> Iterator[None]:
    """Seals the folder for the block; the former seal comes back if the block fails."""
    path = folder / NAME
    former = path.read_bytes() if path.exists() else None
    seal(folder)
    try:
        yield
    except BaseException:
        path.unlink() if former is None else path.write_bytes(former)
        raise


def broken(folder: Path) -> list[Problem]:
    """Every way in which a sealed folder differs from its seal, and what no folder may hold."""
    path = folder / NAME
    problems = links.foreign(folder, folder, folder.parent, folder.parents[2])
    if problems or not path.is_file():
        return problems
    sealed = {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines, start=1):
        if match := digests.LINE.fullmatch(line):
            sealed[match[2]] = match[1]
        elif line.strip():
            fix = "seal the folder again: barolib check EDITION --seal"
            problems.append(
                Problem(NAME, "not a line of sha256sum", fix, row=str(number), value=line[:60])
            )
    now = hashes(folder)
    for name in sorted(sealed):
        fix = "restore the sealed file; if the change is wanted: barolib check EDITION --seal"
        if name not in now:
            problems.append(Problem(name, "the sealed file is missing", fix))
        elif now[name] != sealed[name]:
            problems.append(Problem(name, "the sealed file has changed", fix, value=now[name]))
    return problems
