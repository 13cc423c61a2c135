"""The run: from the raw files of an edition to its tables, notebooks and publication."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from barolib.files.layout import Layout
from barolib.run import incremental, lock
from barolib.run.incremental import Pace
from barolib.run.steps import Study, Wanted

__all__ = ["Pace", "Wanted", "run"]


def run(layout: Layout, wanted: Wanted, pace: Pace, say: Callable[[str], None]) -> list[Path]:
    """Brings tables and publication of an edition up to date; returns its first page by language.

    The processed folders, and each language's publication, are replaced as a whole once complete;
    where a step fails, StudyError is raised and what depends on it stays as it was.
    """
    study = Study(layout, wanted, pace.jobs)
    with lock.held(layout, say):
        say(f"edition {wanted.edition}:")
        study.refuse()
        checked = incremental.complete([study.checked()], study.record, pace, say)
        say(f"  {study.comparing}")
        say(f"  report by {study.renderer}")
        os.environ["SOURCE_DATE_EPOCH"] = study.manifest["time"]
        # Where the data are as they were, it is a text that changed: the rest of the PDF stays.
        steps = [*study.tables(), *study.reports(foreseen=not checked)]
        incremental.complete(steps, study.record, pace, say)
    return [layout.output(wanted.edition, lang) / "index.html" for lang in wanted.languages]
