"""The seal of an edition's raw files: SHA256SUMS, in the format of sha256sum."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from barolib.errors import Problem
from barolib.files import whole

NAME = "SHA256SUMS"


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each raw file of the folder, by name, the seal itself left out."""
    files = sorted(f for f in folder.iterdir() if f.is_file() and f.name != NAME)
    files = [f for f in files if not f.name.startswith((".", "~$"))]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def seal(folder: Path) -> Path:
    """Writes the seal of the folder's files and returns its path."""
    target = folder / NAME
    lines = [f"{digest}  {name}\n" for name, digest in hashes(folder).items()]
    with whole.writing(target) as aside:
        aside.write_text("".join(lines), encoding="utf-8", newline="\n")
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


def strangers(folder: Path) -> list[Problem]:
    """What stands in an edition's folder and is no file of it: a link out, a pipe, a device."""
    homes, mend = (folder.parent, folder.parents[2]), "put the file itself into the folder"
    problems = [
        Problem(path.name, "a link out of the study's folder", mend, value=str(path.readlink()))
        for path in (folder, *whole.links(folder))
        if whole.leads_out(path, *homes)
    ]
    return problems + [
        Problem(path.name, "neither a file nor a folder", mend)
        for path in sorted(folder.iterdir())
        if path.exists() and not (path.is_file() or path.is_dir())
    ]


def broken(folder: Path) -> list[Problem]:
    """Every way in which a sealed folder differs from its seal, and what no folder may hold."""
    path, problems = folder / NAME, strangers(folder)
    if problems or not path.is_file():
        return problems
    sealed = {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines, start=1):
        found = re.fullmatch(r"([0-9a-f]{64}) [ *](.+)", line)
        if found:
            sealed[found[2]] = found[1]
        elif line.strip():
            mend = "seal the folder again: barolib check EDITION --seal"
            problems.append(
                Problem(NAME, "not a line of sha256sum", mend, row=str(number), value=line[:60])
            )
    now = hashes(folder)
    for name in sorted(sealed):
        mend = "restore the sealed file; if the change is wanted: barolib check EDITION --seal"
        if name not in now:
            problems.append(Problem(name, "the sealed file is missing", mend))
        elif now[name] != sealed[name]:
            problems.append(Problem(name, "the sealed file has changed", mend, value=now[name]))
    return problems
