"""The run: from the raw files of an edition to its tables, notebooks and publication."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from barolib.files.layout import Layout
from barolib.run import incremental, limits, surroundings
from barolib.run.incremental import ExecutionOptions
from barolib.run.steps import RunConfig, RunSteps

__all__ = ["ExecutionOptions", "RunConfig", "run"]


def run(
    layout: Layout, config: RunConfig, options: ExecutionOptions, say: Callable[[str], None]
) -> list[Path]:
    """Brings tables and publication of an edition up to date; returns its first page by language.

    The processed folders, and each language's publication, are replaced as a whole once complete;
    where a step fails, StudyError is raised and what depends on it stays as it was.
    """
    limits.epoch(), limits.cell()  # refused before anything is done
    log = layout.work(config.edition_id) / incremental.LOG
    with surroundings.of_run(layout, log, say) as mask:
        run_steps = RunSteps(layout, config, mask)
        say(f"edition {config.edition_id}:")
        run_steps.refuse()
        incremental.complete([run_steps.checked()], run_steps.record, options, say)
        say(f"  {run_steps.comparison_status}")
        say(f"  report by {run_steps.renderer}")
        with surroundings.variables({limits.EPOCH: run_steps.manifest["time"]}):
            steps = [*run_steps.tables(), *run_steps.reports()]
            incremental.complete(steps, run_steps.record, options, say)
    return [layout.output(config.edition_id, lang) / "index.html" for lang in config.languages]
