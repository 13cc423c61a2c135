"""The run: from the raw files of an edition to its tables, notebooks and publication."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from barolib import (
    comparison,
    downloads,
    engines,
    evidence,
    manifest,
    notebooks,
    publication,
    screening,
    tables,
    whole,
)
from barolib.errors import StudyError
from barolib.intake import Raw, read_raw
from barolib.layout import Layout


def check(layout: Layout, edition: str) -> Raw:
    """The raw tables of `edition`; raises StudyError with everything that would stop a run."""
    raw = read_raw(layout, edition)
    evidence.reconstructions(raw)
    return raw


def screen(layout: Layout, raw: Raw) -> pd.DataFrame:
    """What a methodologist asks of sound raw tables, beside those of the edition before."""
    before = layout.before(raw.edition.id)
    try:
        return screening.remarks(raw, read_raw(layout, before) if before else None)
    except StudyError:
        faults = f"{before} is at fault and not compared with: barolib check {before}"
        own = screening.remarks(raw, None)
        return pd.concat([own, pd.DataFrame({"topic": ["questionnaire"], "remark": [faults]})])


def run(  # noqa: PLR0913 - the options of the command
    layout: Layout,
    edition: str,
    languages: Sequence[str],
    engine: str,
    say: Callable[[str], None],
    *,
    against: str | None = None,
) -> list[Path]:
    """Rebuilds tables and publication of `edition`; returns the first page in each language.

    It is compared with the edition `against`, by default the one before, if there is one with which
    it can be. The processed folders, and each language's publication, are replaced as a whole once
    complete; where a stage fails, StudyError is raised and the former ones stay.
    """
    say(f"edition {edition}: checking data/raw/{edition}")
    raw = check(layout, edition)
    process(layout, raw, languages, say, compared(layout, edition, against, say))
    pages = []
    for lang in languages:
        start = time.perf_counter()
        build = publication.fill(layout, raw, lang)
        used = engines.render(build, layout.output(edition, lang), engine)
        pages.append(layout.output(edition, lang) / "index.html")
        say(f"report ({lang}) by {used}: {time.perf_counter() - start:.1f} s")
    return pages


def compared(
    layout: Layout, edition: str, against: str | None, say: Callable[[str], None]
) -> list[Raw]:
    """The editions compared, oldest first; none, and the reason said, where none can be.

    Raises StudyError where `against` is given and can't be compared with, or a folder is at fault.
    """
    try:
        found = comparison.raws(layout, edition, against)
    except comparison.Incomparable as error:
        if against is not None:
            raise
        say(f"no comparison with the edition before: {error.problems[0].message}")
        return []
    say(f"compared with {found[0].edition.id}" if found else "no comparison: no edition before")
    return found


def process(
    layout: Layout,
    raw: Raw,
    languages: Sequence[str],
    say: Callable[[str], None],
    editions: Sequence[Raw] = (),
) -> None:
    """Runs the notebooks aside, then puts the whole processed folders in their places.

    `editions`: those compared, oldest first and `raw` last; their tables stand in a folder of their
    own, their notebook beside the others.
    """
    edition, target = raw.edition.id, layout.processed(raw.edition.id)
    staging, root = _aside(target), {"root": str(layout.root)}
    parameters: dict[str, object] = {"edition": edition, "languages": list(languages)}
    folder, executed = layout.sources / "notebooks", staging / "notebooks"
    notebooks.run(folder, parameters | root | {"staging": str(staging)}, executed, say)
    made = {target: staging}
    if editions:
        parameters = parameters | {"against": editions[0].edition.id}
        beside = layout.comparison(edition, editions[0].edition.id)
        made[beside] = _aside(beside)
        given = parameters | root | {"staging": str(made[beside])}
        notebooks.run(folder, given, executed, say, notebooks.COMPARISON)
    about = manifest.describe(layout, edition, parameters)
    about |= manifest.earlier(layout, [each.edition.id for each in editions[:-1]])
    notebooks.to_html(executed)
    for aside in made.values():
        tables.write_workbook(aside, raw.edition)
        manifest.write(aside, about)
    downloads.write(staging, list(made.values()), raw.edition)
    for place, aside in made.items():
        whole.replace(aside, place)


def _aside(target: Path) -> Path:
    """An empty folder beside `target`, to be put in its place."""
    aside = target.with_name(f".{target.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    return aside
