"""What a folder of the study must not hold: links that lead out of it, pipes and devices."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from barolib.errors import Problem, StudyError

_MEND = "put the file itself into the folder"


def links(folder: Path) -> list[Path]:
    """The symbolic links under a folder, none of which is followed."""
    return [path for path in folder.rglob("*") if path.is_symlink()]


def foreign(folder: Path, base: Path, *homes: Path) -> list[Problem]:
    """A problem for each link under `folder` out of all `homes`, and for each pipe or device.

    `folder` may be such a link itself; no link is followed. Problems name a path from `base`.
    """
    return [
        Problem(
            path.relative_to(base).as_posix() if base in path.parents else path.name,
            message,
            _MEND,
            value=target,
        )
        for path, message, target in _foreign(folder, [os.path.realpath(home) for home in homes])
    ]


def refuse_foreign(texts: Path) -> None:
    """Raises StudyError for all that is foreign to report/text, a folder of texts of a study."""
    root = texts.parents[1]
    if problems := foreign(texts, root, root):
        raise StudyError(problems)


def _foreign(folder: Path, homes: list[str]) -> Iterator[tuple[Path, str, str]]:
    """Each foreign path, what is wrong with it, and where it leads."""
    if not os.path.lexists(folder):  # a study without texts
        return
    for path in (folder, *sorted(folder.rglob("*"))):
        if not any(Path(os.path.realpath(path)).is_relative_to(home) for home in homes):
            target = path.readlink() if path.is_symlink() else path.resolve()
            yield path, "a link out of the study's folder", str(target)
            if path == folder:  # nothing in it is of the study
                return
        elif not (path.name.startswith(".") or path.is_file() or path.is_dir()):
            yield path, "neither a file nor a folder", ""
