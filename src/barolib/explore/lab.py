"""JupyterLab on the exploring notebook, on this machine alone."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from barolib.errors import Problem, StudyError
from barolib.files.layout import Layout
from barolib.run.surroundings import variables

NOTEBOOK = "5_explore.ipynb"

#: Heard on the loopback address alone; nothing is asked of the network.
_SETTINGS = (
    "--ServerApp.ip=127.0.0.1",
    f"--LabApp.default_url=/doc/tree/explore/{NOTEBOOK}",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.news_url=None",
)
#: It asks for consent to fetch news before anything else can be read.
_DISABLED = {"@jupyterlab/apputils-extension:announcements": True}


def run(layout: Layout, options: Sequence[str]) -> None:
    """Serves JupyterLab on working copies of the notebooks until it is stopped.

    `options`: more options of JupyterLab. Raises StudyError where it is not installed, or where
    there is no edition to explore.
    """
    lacking = [package for package in ("jupyterlab", "ipywidgets") if find_spec(package) is None]
    if lacking:
        fix = "make explore installs it; without make: pip install jupyterlab ipywidgets"
        message = f"not installed: {', '.join(lacking)}"
        raise StudyError(Problem("barolib explore", message, fix))
    layout.choose(None)
    copy_notebooks(layout)
    with TemporaryDirectory(prefix="barolib-") as folder:
        config = Path(folder) / "labconfig" / "page_config.json"
        config.parent.mkdir()
        config.write_text(json.dumps({"disabledExtensions": _DISABLED}), encoding="utf-8")
        paths = [folder, *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
        changed = {"JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}
        changed["PYTHONSAFEPATH"] = "1"  # no file beside a notebook stands in for a library
        with variables(changed):
            _serve([*_SETTINGS, f"--ServerApp.root_dir={layout.root}", *options])


def _serve(words: list[str]) -> None:
    """JupyterLab in this process, so that what stops the one stops the other."""
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(words)


def copy_notebooks(layout: Layout) -> Path:
    """Every notebook as it comes, in the folder explore of the study; returns that of questions.

    JupyterLab saves outputs into what it opens, so that the originals are not opened. A copy whose
    cells were changed is kept beside the new one.
    """
    folder = layout.root / "explore"
    folder.mkdir(exist_ok=True)
    for source in sorted((layout.sources / "notebooks").glob("*.ipynb")):
        copy = folder / source.name
        if copy.exists() and _cells(copy) != _cells(source):
            copy.replace(copy.with_stem(f"{copy.stem}_kept"))
        shutil.copyfile(source, copy)
    return folder / NOTEBOOK


def _cells(path: Path) -> list[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells]
