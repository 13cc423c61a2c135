"""What a step of the run depends on, as digests by name: code, notebooks, sources, versions."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from barolib.files import whole
from barolib.run import notebooks

_PACKAGE = Path(__file__).resolve().parents[1]
_IMPORT = re.compile(r"^\s*from (barolib[\w.]*) import (\([^)]+\)|.+)$", re.MULTILINE)


def library(*roots: str) -> dict[str, str]:
    """The modules of the library named, those that they import, and its files of data."""
    found, waiting = {}, list(roots)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found[module], imports = _read(module)
            waiting += imports
    return _data() | {f"{module.replace('.', '/')}.py": found[module] for module in sorted(found)}


def notebook(path: Path) -> dict[str, str]:
    """The cells of a notebook and the library that they import; neither metadata nor outputs."""
    text = json.dumps(notebooks.cells(path), sort_keys=True).encode()
    own = {f"notebooks/{path.name}": hashlib.sha256(text).hexdigest()}
    return own | library("barolib.run.notebooks", *sorted(imported(path)))


def imported(path: Path) -> set[str]:
    """The modules of the library that the cells of a notebook import."""
    cells = notebooks.cells(path)
    return _modules("\n".join(cell["source"] for cell in cells if cell["kind"] == "code"))


def report(sources: Path, edition: str, lang: str) -> dict[str, str]:
    """The sources of the report that an edition in a language is made from."""
    own = (f"text/common/{lang}/", f"text/{edition}/{lang}/")

    def wanted(name: str) -> bool:
        return name.startswith(own) or not name.startswith(("_build/", "_output/", "text/"))

    return folder(sources, "report", wanted)


def folder(
    path: Path, name: str, wanted: Callable[[str], bool] = lambda name: True
) -> dict[str, str]:
    """Each file wanted under a folder, by a path that begins with `name`."""
    return {f"{name}/{each}": digest for each, digest in whole.digests(path, wanted).items()}


@cache
def _read(module: str) -> tuple[str, frozenset[str]]:
    """A module's digest, and the modules that it imports, as this process has them."""
    path = _file(module)
    return whole.digest(path), frozenset(_modules(path.read_text(encoding="utf-8")))


@cache
def _data() -> dict[str, str]:
    """The library's files of data."""
    files = [path for kind in ("yml", "lua") for path in sorted(_PACKAGE.glob(f"*/*.{kind}"))]
    return {path.relative_to(_PACKAGE.parent).as_posix(): whole.digest(path) for path in files}


def _modules(source: str) -> set[str]:
    """The modules of the library that Python source imports; a parser would take half a second."""
    names: set[str] = set()
    for module, imported in _IMPORT.findall(source):
        names |= {module} | {f"{module}.{name}" for name in re.findall(r"\w+", imported)}
    return {name for name in names if _file(name).is_file()}


def _file(module: str) -> Path:
    return _PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py")
