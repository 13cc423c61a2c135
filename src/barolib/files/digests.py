"""SHA-256 digests of files, by which a run knows what has changed."""

from __future__ import annotations

import errno
import hashlib
import json
import re
import stat
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from barolib.files import atomic_write

#: A line of sha256sum: the digest, and the name of the file.
LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")

_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def library() -> str:
    """One digest of the library: its modules and its files of data."""
    return of_value(of_folder(_PACKAGE, lambda name: name.endswith((".py", ".yml", ".lua"))))


def of_value(content: object) -> str:
    """The digest of what JSON can hold."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def of_folder(folder: Path, wanted: Callable[[str], bool] = lambda name: True) -> dict[str, str]:
    """The digest of each file wanted under `folder`, hidden ones left out, by its path there."""
    files = [path for path in folder.rglob("*") if not path.is_dir()]
    names = sorted(path.relative_to(folder).as_posix() for path in files)
    shown = [name for name in names if not re.search(r"(^|/)\.", name)]
    return {name: of_file(folder / name) for name in filter(wanted, shown)}


def write(path: Path, by_name: Mapping[str, str]) -> None:
    """Writes the digests of files by name, in the format of sha256sum."""
    lines = [f"{digest}  {name}\n" for name, digest in by_name.items()]
    with atomic_write.writing(path) as aside:
        aside.write_text("".join(lines), encoding="utf-8", newline="\n")


def of_file(path: Path) -> str:
    """The digest of a file; OSError for a pipe or a device, which might never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "neither a file nor a folder", str(path))
    return hashlib.sha256(path.read_bytes()).hexdigest()
