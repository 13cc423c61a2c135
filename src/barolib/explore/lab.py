"""JupyterLab or Voilà on the exploring notebook, on this machine alone."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from barolib.errors import Problem, StudyError
from barolib.files.layout import Layout
from barolib.run.surroundings import variables

NOTEBOOK = "5_explore.ipynb"

#: Where the server shows the notebook, by the package that does: with its code, or without.
PAGES = {
    "jupyterlab": f"/doc/tree/explore/{NOTEBOOK}",
    "voila": f"/voila/render/explore/{NOTEBOOK}",
}

#: Pages ask their own server alone; Voilà's would have icons from another.
_POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'self'"

#: Heard on the loopback address alone; nothing is asked of the network.
_SETTINGS = (
    "--ServerApp.ip=127.0.0.1",
    f"--ServerApp.tornado_settings={ {'headers': {'Content-Security-Policy': _POLICY}} }",
    "--TagRemovePreprocessor.remove_cell_tags=code_alone",  # what says nothing in Voilà
    "--VoilaConfiguration.progressive_rendering=True",  # the page loads while the kernel starts
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.news_url=None",
)
#: It asks for consent to fetch news before anything else can be read.
_DISABLED = {"@jupyterlab/apputils-extension:announcements": True}


def run(layout: Layout, options: Sequence[str], page: str = "jupyterlab") -> None:
    """Serves a page (of PAGES) of working copies of the notebooks until it is stopped.

    `options`: more options of JupyterLab, whose server Voilà shares. Raises StudyError where the
    page's package is not installed, or where there is no edition to explore.
    """
    needed = dict.fromkeys(("jupyterlab", "ipywidgets", page))
    lacking = [package for package in needed if find_spec(package) is None]
    if lacking:
        fix = f"make explore installs it; without make: pip install {' '.join(lacking)}"
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
            places = [f"--LabApp.default_url={PAGES[page]}", f"--ServerApp.root_dir={layout.root}"]
            _serve([*_SETTINGS, *places, *options], page)


def _serve(words: list[str], page: str) -> None:
    """The server in this process, so that what stops the one stops the other.

    Voilà runs the notebook at each visit. For JupyterLab it is run before its address is told: the
    page opens on its answers and on the kernel that made them, which answers the first choice.
    """
    from jupyterlab.labapp import LabApp

    server = LabApp.initialize_server(words)
    if page == "jupyterlab":
        server.io_loop.run_sync(partial(_run_notebook, server))
    server.start()


async def _run_notebook(server: Any) -> None:
    """Runs the copy in a kernel of the server, as a session that the page takes up; saves it."""
    import nbformat
    from nbclient import NotebookClient

    name = f"explore/{NOTEBOOK}"
    manager, path = server.kernel_manager, Path(server.root_dir, name)
    session = await server.session_manager.create_session(
        path=name, name=NOTEBOOK, type="notebook", kernel_name=manager.default_kernel_name
    )
    notebook = nbformat.read(path, as_version=4)
    kernel = manager.get_kernel(session["kernel"]["id"])
    # An error is an output, which the page shows.
    await NotebookClient(notebook, km=kernel, allow_errors=True).async_execute()
    nbformat.write(notebook, path)
    server.contents_manager.notary.sign(notebook)


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
