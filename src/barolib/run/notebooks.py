"""The notebooks as stages: their order, their parameters, and their execution by papermill."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

from barolib.errors import MEMORY, Problem, StudyError, nearest
from barolib.report import safety
from barolib.run import limits

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from papermill.exceptions import PapermillExecutionError

#: nbconvert's page without the scripts that it fetches from the network; code in colours that stand
#: out by more than 4.5, and that folds on a narrow screen instead of being cut off.
_PAGE = """{% extends 'lab/index.html.j2' %}
{% block html_head_js %}{% endblock %}
{% block html_head_js_mathjax %}{% endblock %}
{% block html_head_js_mermaidjs %}{% endblock %}
{% block notebook_css %}{{ super() }}
<style>
body {
  --jp-mirror-editor-comment-color: #2f6464; --jp-mirror-editor-operator-color: #8f1bd9;
  --jp-mirror-editor-number-color: #006a00; --jp-mirror-editor-error-color: #c00000;
}
.highlight pre { white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
{% endblock %}
"""
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
#: The tag of cells that show what is no public table.
INSIDE = "inside"
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
            "reliability",
            "subgroup_scores",
            "subgroup_stages",
            "subgroup_tests",
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
                f"notebooks/{name}.ipynb",
                "no such parameter",
                nearest(parameter, known),
                value=parameter,
            )
            for parameter in parameters
            if parameter not in known
        ]
    if problems:
        raise StudyError(problems)


def execute(path: Path, parameters: Mapping[str, object], executed: Path) -> Path:
    """Runs the cells of one notebook, whatever else it holds; returns its executed copy.

    Raises StudyError where a cell fails or is not done in time, and where the kernel ends early.
    """
    import asyncio

    import papermill
    from papermill.exceptions import PapermillExecutionError

    from barolib.run import kernels

    target, limit = executed / path.name, limits.cell()
    notebook = _fresh(path)
    executed.mkdir(parents=True, exist_ok=True)
    try:
        with kernels.alone() as kernel:
            papermill.execute_notebook(
                notebook,
                str(target).replace("{", "{{").replace("}", "}}"),  # which papermill fills in
                dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                execution_timeout=limit,
                iopub_timeout=limit,
                kernel_manager_class=kernel,
                extra_arguments=kernels.ARGUMENTS,
            )
    except PapermillExecutionError as error:
        raise StudyError(_failure(path, target, error)) from None
    except TimeoutError:
        raise StudyError(_late(path, target, limit)) from None
    except RuntimeError as error:
        if "kernel" not in str(error).lower():
            raise
        message = f"its kernel was ended, as where memory runs out ({error})"
        raise StudyError(Problem(f"notebooks/{path.name}", message, MEMORY)) from None
    finally:
        with suppress(RuntimeError):  # there is none where papermill did not come so far
            asyncio.get_event_loop().close()  # the one of this thread, left open by papermill
    return target


def _fresh(path: Path) -> NotebookNode:
    """The notebook's cells alone: what an editor added (a kernel, widgets, outputs) is left out."""
    from nbformat import v4

    make = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}
    notebook = v4.new_notebook(metadata={"kernelspec": _KERNEL})
    for number, cell in enumerate(cells(path), start=1):
        made = make[cell["kind"]](cell["source"], metadata={"tags": cell["tags"]})
        made.id = f"cell-{number}"  # instead of one drawn at random
        notebook.cells.append(made)
    return notebook


def keep(executed: Path, folder: Path) -> None:
    """Leaves in `folder` an executed notebook and its page, which asks the network for nothing.

    The page shows public tables alone: what cells tagged INSIDE give is in the notebook only.
    The same run leaves the same bytes: neither holds the clock, a place of the machine or an id
    drawn at random.
    """
    import nbformat
    from nbconvert import HTMLExporter

    notebook = nbformat.read(executed, as_version=4)
    for added in ("papermill", "widgets"):
        notebook.metadata.pop(added, None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/plain" in data:  # <barolib.drawing.rendering.Preview at 0x7f…>
                data["text/plain"] = re.sub(r" at 0x[0-9a-f]+", "", data["text/plain"])
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "parameters-of-the-run"
            lines = cell.source.splitlines()
            cell.source = "\n".join(line for line in lines if not line.startswith(PLACES))
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / executed.name)
    for cell in notebook.cells:
        if INSIDE in cell.metadata.get("tags", []) and cell.get("outputs"):
            notice = {"text/plain": f"Not published: open {executed.name}."}
            cell.outputs = [nbformat.v4.new_output("display_data", notice)]
    exporter = HTMLExporter(
        raw_template=_PAGE,
        extra_template_basedirs=[],  # by default the folder where the run was started
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    named = {"metadata": {"name": executed.stem}}
    body, _ = exporter.from_notebook_node(notebook, resources=named)
    # The corner of a pandas table heads nothing.
    body = safety.policed(re.sub(r"<th([^>]*)></th>", r"<td\1></td>", body))
    page = folder / f"{executed.stem}.html"
    page.write_text(body, encoding="utf-8", newline="\n")


def _failure(path: Path, target: Path, error: PapermillExecutionError) -> Problem:
    """A failed cell as a problem; what the study itself found wrong is shown as it is."""
    place = f"notebooks/{path.name}, cell {error.exec_count}"
    message = f"{error.ename}: {error.evalue}"
    system = re.match(r"\[Errno (\d+)\]", str(error.evalue))
    if error.ename == "MemoryError" or system:
        cause = OSError(int(system[1]), message, "") if system else MemoryError()
        fix = Problem.of_error(cause, place, str(target)).fix
        return Problem(place, message, fix)
    source = " / ".join(line for line in str(error.source).strip().splitlines()[:3])
    return Problem(place, message, f"see the executed copy: {target}", value=source[:200])


def _late(path: Path, target: Path, limit: int) -> Problem:
    """A cell that was not done in time as a problem."""
    cells = json.loads(target.read_text(encoding="utf-8"))["cells"]
    done = [cell for cell in cells if cell.get("execution_count")]
    source = " / ".join("".join(done[-1]["source"]).strip().splitlines()[:3]) if done else ""
    message = f"a cell was not done after {limit} s"
    fix = f"see why it takes so long, or allow more seconds: {limits.CELL}={2 * limit}"
    return Problem(f"notebooks/{path.name}", message, fix, value=source[:200])


def cells(path: Path) -> list[dict]:
    """The cells of a notebook, without their outputs: kind, tags, source.

    Raises StudyError where the file is missing, or is no notebook.
    """
    name = f"notebooks/{path.name}"
    try:
        held = json.loads(path.read_text(encoding="utf-8-sig"))
        return [_cell(cell) for cell in held["cells"]]
    except FileNotFoundError:
        raise StudyError(Problem(name, "the notebook is missing", "restore it")) from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        message = f"this is no notebook of Jupyter (format 4): {error}"
        raise StudyError(Problem(name, message, "restore it, or save it again")) from None


def _cell(cell: Mapping) -> dict:
    """A cell as it stands in the file, by what counts of it."""
    if cell["cell_type"] not in ("code", "markdown", "raw"):
        raise ValueError(f"a cell of the kind {cell['cell_type']!r}")
    return {
        "kind": cell["cell_type"],
        "tags": [str(tag) for tag in cell.get("metadata", {}).get("tags", [])],
        "source": "".join(cell["source"]).replace("\r\n", "\n"),
    }


def declared(path: Path) -> list[str]:
    """The names that a notebook's parameters cell declares."""
    source = "\n".join(cell["source"] for cell in cells(path) if "parameters" in cell["tags"])
    return re.findall(r"^(\w+)\s*(?::[^=\n]+)?=", source, re.MULTILINE)
