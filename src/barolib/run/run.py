"""The run: from the raw files of an edition to its tables, notebooks and publication."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from barolib.files.layout import Layout
from barolib.run import incremental, limits, surroundings
from barolib.run.incremental import Pace
from barolib.run.steps import Study, Wanted

__all__ = ["Pace", "Wanted", "run"]


def run(layout: Layout, wanted: Wanted, pace: Pace, say: Callable[[str], None]) -> list[Path]:
    """Brings tables and publication of an edition up to date; returns its first page by language.

    The processed folders, and each language's publication, are replaced as a whole once complete;
    where a step fails, StudyError is raised and what depends on it stays as it was.
    """
    limits.epoch(), limits.cell()  # refused before anything is done
    log = layout.work(wanted.edition) / incremental.LOG
    with surroundings.of_run(layout, log, say) as mask:
        study = Study(layout, wanted, mask)
        say(f"edition {wanted.edition}:")
        study.refuse()
        incremental.complete([study.checked()], study.record, pace, say)
        say(f"  {study.comparing}")
        say(f"  report by {study.renderer}")
        with surroundings.variables({limits.EPOCH: study.manifest["time"]}):
            steps = [*study.tables(), *study.reports()]
            incremental.complete(steps, study.record, pace, say)
    return [layout.output(wanted.edition, lang) / "index.html" for lang in wanted.languages]
