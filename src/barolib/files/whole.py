"""Files and folders that stand whole in their place, or not at all."""

from __future__ import annotations

import ctypes
import errno
import glob
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
    except OSError as error:  # a full disk is told without the file
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
            found = re.fullmatch(r"\.(.+)\.(\d+|new|former)", name)
            if not found:
                continue
            path = Path(place, name)
            recover(path.with_name(found[1]))
            remove(path)
        folders[:] = [name for name in folders if Path(place, name).is_dir()]


def remove(path: Path) -> None:
    """Removes a file or a folder, as far as the system lets it; a link, not what it leads to."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def links(folder: Path) -> list[Path]:
    """The symbolic links under a folder, none of which is followed."""
    found = []
    for place, folders, files in os.walk(folder):
        found += [Path(place, name) for name in [*folders, *files]]
    return [path for path in found if path.is_symlink()]


def leads_out(path: Path, *homes: Path) -> bool:
    """Whether a link leads to what stands in none of these folders."""
    real = path.resolve()
    return path.is_symlink() and not any(real.is_relative_to(home.resolve()) for home in homes)


def make_public(folder: Path, mask: int) -> None:
    """Makes a folder, and those that it stands in, that others may enter as far as `mask` lets."""
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir(exist_ok=True)
        allow(missing, 0o777 & ~mask)


def open_up(folder: Path, mask: int) -> None:
    """Lets others read a folder and all that it holds, as far as the umask `mask` lets them."""
    for place, _, files in os.walk(folder):
        allow(Path(place), 0o777 & ~mask)
        for name in files:
            allow(Path(place, name), 0o666 & ~mask)


def allow(path: Path, mode: int) -> None:
    """Sets who may read a file or a folder, where the disk knows of such a thing."""
    with suppress(OSError):
        path.chmod(mode)


def digests(folder: Path, wanted: Callable[[str], bool] = lambda name: True) -> dict[str, str]:
    """The SHA-256 of each file wanted under `folder`, hidden ones left out, by its path there."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        within = os.path.relpath(place, folder).replace(os.sep, "/")
        lead = "" if within == "." else f"{within}/"
        found += [lead + name for name in names if not name.startswith(".")]
    return {name: digest(folder / name) for name in sorted(filter(wanted, found))}


def digest(path: Path) -> str:
    """The SHA-256 of a file; OSError for a pipe or a device, which might never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "neither a file nor a folder", str(path))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _exchange(one: Path, other: Path) -> bool:
    """Lets two paths change places in one step; False where the system cannot."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if os.name == "posix" else None
    names = os.fsencode(one), os.fsencode(other)
    return rename is not None and rename(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0
