"""The run: from the raw files of an edition to its tables, notebooks and publication."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from barolib import engines, evidence, manifest, notebooks, publication, tables, whole
from barolib.intake import Raw, read_raw
from barolib.layout import Layout


def check(layout: Layout, edition: str) -> Raw:
    """The raw tables of `edition`; raises StudyError with everything that would stop a run."""
    raw = read_raw(layout, edition)
    evidence.reconstructions(raw)
    return raw


def run(
    layout: Layout,
    edition: str,
    languages: Sequence[str],
    engine: str,
    say: Callable[[str], None],
) -> list[Path]:
    """Rebuilds tables and publication of `edition`; returns the first page in each language.

    The processed folder, and each language's publication, is replaced as a whole once it is
    complete; where a stage fails, StudyError is raised and the former one stays.
    """
    say(f"edition {edition}: checking data/raw/{edition}")
    raw = check(layout, edition)
    process(layout, raw, languages, say)
    pages = []
    for lang in languages:
        start = time.perf_counter()
        build = publication.fill(layout, raw, lang)
        used = engines.render(build, layout.output(edition, lang), engine)
        pages.append(layout.output(edition, lang) / "index.html")
        say(f"report ({lang}) by {used}: {time.perf_counter() - start:.1f} s")
    return pages


def process(layout: Layout, raw: Raw, languages: Sequence[str], say: Callable[[str], None]) -> None:
    """Runs the notebooks aside, then puts the whole processed folder in its place."""
    edition, target = raw.edition.id, layout.processed(raw.edition.id)
    staging = target.with_name(f".{edition}.new")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    parameters = {"edition": edition, "languages": list(languages)}
    places = {"root": str(layout.root), "staging": str(staging)}
    folder = layout.sources / "notebooks"
    notebooks.run(folder, parameters | places, staging / "notebooks", say)
    notebooks.to_html(staging / "notebooks")
    tables.write_workbook(staging, raw.edition)
    manifest.write(staging, manifest.describe(layout, edition, parameters))
    whole.replace(staging, target)
