"""Atomic writes: a file or a folder appears complete in its place, or not at all."""

from __future__ import annotations

import ctypes
import glob
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Linux's renameat2: paths from the working folder, and two paths that change places at once.
_HERE, _EXCHANGE = -100, 2


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes the place of `path` once the block has ended."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    try:
        yield aside
        aside.replace(path)
    except OSError as error:  # of a full disk, the system names no file
        if error.filename:
            raise
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise OSError(error.errno, reason, str(path)) from error
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def filling(target: Path) -> Iterator[Path]:
    """A folder beside `target` to fill; it takes the place of `target` once the block has ended.

    What a killed process left beside `target` is cleared away first.
    """
    recover(target)
    for leftover in target.parent.glob(f".{glob.escape(target.name)}.*"):
        shutil.rmtree(leftover, ignore_errors=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    aside.mkdir(parents=True)
    try:
        yield aside
        replace(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def replace(new: Path, target: Path) -> None:
    """Puts the folder `new` in the place of `target`, which comes back if that fails.

    On Linux both change places in one step; elsewhere a process killed between two renames leaves
    the former folder beside `target`, from where `recover` brings it back.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    former = target.with_name(f".{target.name}.former")
    if target.exists() and _exchange(new, target):
        shutil.rmtree(new, ignore_errors=True)
        return
    shutil.rmtree(former, ignore_errors=True)
    try:
        if target.exists():
            target.rename(former)
        new.rename(target)
    except OSError:
        recover(target)
        raise
    shutil.rmtree(former, ignore_errors=True)


def recover(target: Path) -> None:
    """Brings back the folder that a killed or failed replacement took from its place."""
    former = target.with_name(f".{target.name}.former")
    if former.exists() and not target.exists():
        former.rename(target)


def sweep(folder: Path) -> None:
    """Removes what killed processes left aside in a folder, at any depth.

    What a replacement took from its place is brought back.
    """
    for place, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            if match := re.fullmatch(r"\.(.+)\.(\d+|new|former)", name):
                path = Path(place, name)
                recover(path.with_name(match[1]))
                remove(path)
        folders[:] = [name for name in folders if Path(place, name).is_dir()]


def remove(path: Path) -> None:
    """Removes a file or a folder, as far as the system lets it; a link, not what it leads to."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _exchange(one: Path, other: Path) -> bool:
    """Lets two paths change places in one step; False where the system cannot."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if os.name == "posix" else None
    names = os.fsencode(one), os.fsencode(other)
    return rename is not None and rename(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0
