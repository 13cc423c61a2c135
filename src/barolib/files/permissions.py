"""Who may read what a run publishes, and enter the folders that hold it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def make_public(folder: Path, mask: int) -> None:
    """Makes a folder and its missing parents, which others may enter as far as `mask` lets them."""
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
