"""What a study was made from: the inputs' hashes, versions, parameters and commit."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import barolib
from barolib.files import digests, seal
from barolib.files.layout import COMMON, HOUSE, Layout

NAME = "manifest.json"
_NO_COMMIT = 946_684_800  # the first second of 2000

#: The packages whose version can change a figure or a page.
PACKAGES = ["pandas", "numpy", "scipy", "statsmodels", "matplotlib", "seaborn", "papermill"]
PACKAGES += ["pypandoc-binary", "typst"]


def describe(
    layout: Layout, edition_id: str, parameters: dict[str, object], earlier: Sequence[str] = ()
) -> dict:
    """What a run is made from: parameters, SHA-256 of raw files, versions, commit.

    `earlier`: the editions that it compares with. Texts, brand and pictures are the study's own.
    """
    manifest = {
        "edition": edition_id,
        "parameters": parameters,
        "inputs": seal.hashes(layout.raw(edition_id)),
        "sealed": (layout.raw(edition_id) / seal.NAME).is_file(),
        "versions": versions(),
        "commit": _commit(layout.sources),
    }
    if earlier:
        manifest["inputs_earlier"] = {name: seal.hashes(layout.raw(name)) for name in earlier}
    owners, folder = (edition_id, COMMON), layout.house / "text"
    if texts := digests.of_folder(folder, lambda name: name.split("/")[0] in owners):
        manifest["texts"] = texts
    if house := digests.of_folder(layout.house, _of_house):
        manifest["house"] = house
    return manifest


def _of_house(name: str) -> bool:
    """Whether a file of report/ is the brand, a picture or a font."""
    return name.split("/")[0] in HOUSE


@cache
def versions() -> dict[str, str]:
    """The version of the library, of Python and of each package of PACKAGES, by name."""
    packages = {package: version(package) for package in PACKAGES if _installed(package)}
    return {"barolib": barolib.__version__, "python": platform.python_version()} | packages


def _installed(package: str) -> bool:
    """Whether the package is there under this name: conda names some of them otherwise."""
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False


def write(folder: Path, manifest: dict) -> None:
    """Writes the manifest into the processed folder."""
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> dict:
    """The manifest of a processed folder."""
    return json.loads((folder / NAME).read_text(encoding="utf-8"))


def epoch(manifest: dict) -> str:
    """The time that a publication bears, in seconds: that of the commit, so that it can repeat."""
    return str((manifest["commit"] or {}).get("time", _NO_COMMIT))


def _commit(sources: Path) -> dict[str, object] | None:
    """The commit of the checkout that ran, its time in seconds, and whether there were changes.

    None outside a checkout.
    """
    if not (sources / ".git").exists():
        return None
    try:
        head, time = _git(sources, "log", "-1", "--format=%H %ct").split()
        # By content: notebooks that were run hold outputs, which a filter of git leaves out.
        changed = _git(sources, "diff", "--name-only", "HEAD")
        changed += _git(sources, "ls-files", "--others", "--exclude-standard")
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return {"id": head, "time": int(time), "changed": bool(changed)}


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *words],
        cwd=folder,
        check=True,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=20,
    )
    return done.stdout.strip()
