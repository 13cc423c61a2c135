"""What a study was made from: the inputs' hashes, versions, parameters and commit."""

from __future__ import annotations

import json
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import barolib
from barolib import seal
from barolib.layout import Layout

NAME = "manifest.json"

#: The packages whose version can change a figure or a page.
PACKAGES = ["pandas", "numpy", "scipy", "statsmodels", "matplotlib", "seaborn", "papermill"]
PACKAGES += ["pypandoc-binary", "typst"]


def describe(layout: Layout, edition: str, parameters: dict[str, object]) -> dict:
    """The manifest of a run: edition, parameters, inputs' SHA-256, versions, commit."""
    return {
        "edition": edition,
        "parameters": parameters,
        "inputs": seal.hashes(layout.raw(edition)),
        "sealed": (layout.raw(edition) / seal.NAME).is_file(),
        "versions": {
            "barolib": barolib.__version__,
            "python": platform.python_version(),
            **{package: version(package) for package in PACKAGES if _installed(package)},
        },
        "commit": _commit(layout.sources),
    }


def earlier(layout: Layout, editions: list[str]) -> dict:
    """What a comparison adds: the inputs' SHA-256 of the earlier editions; nothing without any."""
    found = {each: seal.hashes(layout.raw(each)) for each in editions}
    return {"inputs_earlier": found} if found else {}


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


def _commit(sources: Path) -> dict[str, object] | None:
    """The commit of the checkout that ran, and whether it had changes; None outside a checkout."""
    if not (sources / ".git").exists():
        return None
    try:
        head = _git(sources, "rev-parse", "HEAD")
        return {"id": head, "changed": bool(_git(sources, "status", "--porcelain"))}
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=folder, check=True, capture_output=True, text=True, timeout=20
    )
    return done.stdout.strip()
