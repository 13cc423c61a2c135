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
    """Bring the tables and the publication of an edition up to date.

    The processed folders, and each language's publication, are replaced as a whole once complete;
    where a step fails, what depends on it stays as it was.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    config : RunConfig
        The edition, its languages, the engine, and the edition compared with.
    options : ExecutionOptions
        How many steps at a time, and whether fresh ones run again.
    say : callable
        Given each line on how the run goes.

    Returns
    -------
    list of Path
        The first page of the publication, or the document or deck, by language; none of tables.

    Raises
    ------
    StudyError
        With every fault of the raw files, or of the step that fails.

    Examples
    --------
    What can't be done is said before anything is:

    >>> from tempfile import TemporaryDirectory
    >>> config = RunConfig("2031", ("en",), "word", None)
    >>> with TemporaryDirectory() as folder:
    ...     run(Layout.at(folder), config, ExecutionOptions(), print)
    Traceback (most recent call last):
        ...
    barolib.errors.StudyError: --engine: no engine 'word' (found: 'word')
        fix: known: auto, quarto, embedded
    """
    limits.epoch(), limits.cell()  # refused before anything is done
    log = layout.work(config.edition_id) / incremental.LOG
    with surroundings.of_run(layout, log, say) as mask:
        run_steps = RunSteps(layout, config, mask)
        say(f"edition {config.edition_id}:")
        run_steps.refuse()
        incremental.complete([run_steps.checked()], run_steps.record, options, say)
        say(f"  {run_steps.comparison_status}")
        say(f"  report by {run_steps.renderer} ({run_steps.reason})")
        with surroundings.variables({limits.EPOCH: run_steps.manifest["time"]}):
            steps = [*run_steps.tables(), *run_steps.reports()]
            incremental.complete(steps, run_steps.record, options, say)
    edition, languages = config.edition_id, config.languages
    if config.form == "tables":
        return []
    if place := {"docx": layout.review, "pptx": layout.slides}.get(config.form):
        return [place(edition, lang) for lang in languages]
    return [layout.output(edition, lang) / "index.html" for lang in languages]
