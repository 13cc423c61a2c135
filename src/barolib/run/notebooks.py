"""The notebooks as stages: their order, their parameters, and their execution by papermill."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory

from barolib.errors import Problem, StudyError, nearest
from barolib.run import warm

#: nbconvert's page without the scripts that it fetches from the network; comments of code in a
#: contrast of more than 4.5, and code that folds on a narrow screen instead of being cut off.
_PAGE = """{% extends 'lab/index.html.j2' %}
{% block html_head_js %}{% endblock %}
{% block html_head_js_mathjax %}{% endblock %}
{% block html_head_js_mermaidjs %}{% endblock %}
{% block notebook_css %}{{ super() }}
<style>
body { --jp-mirror-editor-comment-color: #2f6464; }
.highlight pre { white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
{% endblock %}
"""
#: The parameters that name folders of the machine.
PLACES = ("root", "staging")


@dataclass(frozen=True)
class Stage:
    """A notebook, and the processed tables that it reads and writes."""

    notebook: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]


STAGES = (
    Stage(
        "1_cleaning",
        reads=(),
        writes=(
            "answers",
            "cleaning_log",
            "printed",
            "reconstructions",
            "rounding_trials",
            "repairs",
        ),
    ),
    Stage(
        "2_theme_scores",
        reads=("answers", "reconstructions", "distributions", "theme_distributions"),
        writes=(
            "scores",
            "theme_scores",
            "groups",
            "rank_choices",
            "subgroup_scores",
            "subgroup_stages",
            "claims",
            "score_figures",
        ),
    ),
    Stage(
        "3_distributions",
        reads=("answers", "printed", "reconstructions"),
        writes=(
            "distributions",
            "theme_distributions",
            "pooled_checks",
            "distribution_figures",
        ),
    ),
)

#: What a comparison of two editions adds, in a folder of its own, from raw files alone.
COMPARISON = (
    Stage(
        "4_delta",
        reads=(),
        writes=(
            "crosswalk",
            "printed_comparisons",
            "delta_affirmations",
            "delta_cuts",
            "delta_ranges",
            "delta_themes",
            "delta_panel",
            "delta_models",
            "trends",
            "delta_figures",
        ),
    ),
)


def in_order(stages: tuple[Stage, ...] = STAGES) -> list[Stage]:
    """The stages in the order that their inputs ask for."""
    writer = {table: stage.notebook for stage in stages for table in stage.writes}
    graph = {stage.notebook: {writer[table] for table in stage.reads} for stage in stages}
    by_name = {stage.notebook: stage for stage in stages}
    return [by_name[name] for name in TopologicalSorter(graph).static_order()]


def refuse_unknown(folder: Path, names: list[str], parameters: Iterable[str]) -> None:
    """Raises StudyError where a parameter's name is not declared by every notebook named."""
    problems = []
    for name in names:
        known = declared(folder / f"{name}.ipynb")
        problems += [
            Problem(
                f"notebooks/{name}.ipynb", "no such parameter", nearest(each, known), value=each
            )
            for each in parameters
            if each not in known
        ]
    if problems:
        raise StudyError(problems)


def execute(path: Path, parameters: Mapping[str, object], executed: Path) -> Path:
    """Runs one notebook; returns its executed copy. Raises StudyError where a cell fails."""
    import asyncio

    import papermill
    from jupyter_client.manager import AsyncKernelManager
    from papermill.exceptions import PapermillExecutionError
    from traitlets import Unicode

    target = executed / path.name
    executed.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix="barolib-") as sockets:

            class LocalKernel(AsyncKernelManager):
                """A kernel reached through files, where the system can: no port listens."""

                transport = Unicode("tcp" if os.name == "nt" else "ipc")
                ip = Unicode("127.0.0.1" if os.name == "nt" else f"{sockets}/kernel")

                async def _async_launch_kernel(self, kernel_cmd: list[str], **given) -> None:
                    if not warm.AVAILABLE:
                        return await super()._async_launch_kernel(kernel_cmd, **given)
                    kernel = warm.start(kernel_cmd, given["env"], Path.cwd())
                    local = self.provisioner
                    local.process, local.pid, local.pgid = kernel, kernel.pid, kernel.pid
                    self._reconcile_connection_info(local.connection_info)

            papermill.execute_notebook(
                path,
                target,
                dict(parameters),
                progress_bar=False,
                cwd=path.parent,
                kernel_manager_class=LocalKernel,
                extra_arguments=["--log-level=50"],  # the kernel's own chatter
            )
    except PapermillExecutionError as error:
        raise StudyError(_failure(path, target, error)) from None
    finally:
        asyncio.get_event_loop().close()  # the one of this thread, left open by papermill
    return target


def keep(executed: Path, folder: Path) -> None:
    """Leaves in `folder` an executed notebook and its page, which asks the network for nothing.

    The same run leaves the same bytes: neither holds the clock, a place of the machine or an id
    drawn at random.
    """
    import nbformat
    from nbconvert import HTMLExporter

    notebook = nbformat.read(executed, as_version=4)
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/plain" in data:  # <barolib.drawing.drawn.Preview at 0x7f…>
                data["text/plain"] = re.sub(r" at 0x[0-9a-f]+", "", data["text/plain"])
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "parameters-of-the-run"
            lines = cell.source.splitlines()
            cell.source = "\n".join(each for each in lines if not each.startswith(PLACES))
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / executed.name)
    exporter = HTMLExporter(
        raw_template=_PAGE, exclude_input_prompt=True, exclude_output_prompt=True
    )
    named = {"metadata": {"name": executed.stem}}
    body, _ = exporter.from_notebook_node(notebook, resources=named)
    # The corner of a pandas table heads nothing.
    body = re.sub(r"<th([^>]*)></th>", r"<td\1></td>", body)
    page = folder / f"{executed.stem}.html"
    page.write_text(body, encoding="utf-8", newline="\n")


def _failure(path: Path, target: Path, error) -> Problem:
    """A failed cell as a problem; what the study itself found wrong is shown as it is."""
    message = str(error.evalue)
    source = " / ".join(line for line in str(error.source).strip().splitlines()[:3])
    return Problem(
        file=f"notebooks/{path.name}, cell {error.exec_count}",
        message=f"{error.ename}: {message}",
        value=source[:200],
        mend=f"see the executed copy: {target}",
    )


def cells(path: Path) -> list[dict]:
    """The cells of a notebook, without their outputs: kind, tags, source."""
    if not path.is_file():
        raise StudyError(Problem(f"notebooks/{path.name}", "the notebook is missing", "restore it"))
    return [
        {
            "kind": cell["cell_type"],
            "tags": cell["metadata"].get("tags", []),
            "source": "".join(cell["source"]),
        }
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    ]


def declared(path: Path) -> list[str]:
    """The names that a notebook's parameters cell declares."""
    source = "\n".join(cell["source"] for cell in cells(path) if "parameters" in cell["tags"])
    return re.findall(r"^(\w+)\s*(?::[^=\n]+)?=", source, re.MULTILINE)
