"""The archive: what is published of an edition in one file, described as a Data Package.

It unpacks to the root of a study, which can be run again where its raw files may be passed on.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from barolib.errors import Problem, StudyError
from barolib.files import atomic_write, digests, manifest, permissions, seal, simulated
from barolib.files.layout import Layout
from barolib.report import datapackage, downloads
from barolib.run import incremental, limits, surroundings, verifying
from barolib.run.steps import RunConfig, RunSteps
from barolib.survey import rawstore
from barolib.survey.edition import read_edition

#: What a raw folder holds of no respondent beside its tables.
_SETTINGS = ("edition.yml", "import.yml", "structure.csv", simulated.NAME)
#: The times that a ZIP file can tell: the first second of 1980, the last of 2107.
_FIRST, _LAST = 315_532_800, 4_354_819_199


def write(layout: Layout, edition_id: str, say: Callable[[str], None]) -> Path:
    """Pack what is published of an edition; the same publication gives the same bytes.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    edition_id : str
        The id of the edition.
    say : callable
        Given each line on what is packed.

    Returns
    -------
    Path
        The archive, a ZIP file beside the report's folders.

    Raises
    ------
    StudyError
        Where nothing is published, or what is does not come from the files as they are now; where
        raw files that are to be passed on hold answers or names of respondents.

    Examples
    --------
    >>> write(Layout.find(), "2031", print)
    Traceback (most recent call last):
        ...
    barolib.errors.StudyError: manifest.json: nothing is published of the edition (found: '2031')
        fix: run it first: barolib run --edition 2031
    """
    described, config = verifying.published(layout, edition_id)
    log, target = layout.work(edition_id) / incremental.LOG, layout.archive(edition_id)
    with (
        surroundings.of_run(layout, log, say) as mask,
        surroundings.variables({limits.EPOCH: str(described["time"])}),
        TemporaryDirectory(dir=layout.work(""), prefix=".tmp-") as folder,
    ):
        _refuse_stale(layout, config)
        closed = _closed(layout, [*described.get("inputs_earlier", {}), edition_id])
        paths = _published(layout, config) if closed else _whole(layout, described, config)
        for path in paths:
            place = Path(folder) / path.relative_to(layout.root)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place)
        datapackage.write(Path(folder), layout, rawstore.stored(layout, edition_id))
        with atomic_write.writing(target) as aside:
            _pack(Path(folder), aside, int(described["time"]))
        permissions.allow(target, 0o666 & ~mask)
    say(f"without raw files: no licences.raw in edition.yml of {', '.join(closed)}"
        if closed else "with raw files: barolib verify runs where it is unpacked")  # fmt: skip
    return target


def _refuse_stale(layout: Layout, config: RunConfig) -> None:
    """Raises StudyError where a run would make anything of the publication anew."""
    run_steps = RunSteps(layout, config)
    try:
        steps = [*run_steps.tables(), *run_steps.reports()]
        stale = incremental.stale(steps, run_steps.record)
    except FileNotFoundError:  # of what the steps left for one another
        stale = ["check"]
    if stale:
        message = "what is published is not what the files as they are now give"
        languages = "all" if len(config.languages) > 1 else config.languages[0]
        fix = f"publish again: barolib run --edition {config.edition_id} --lang {languages}"
        raise StudyError(Problem("report", message, fix, value=", ".join(stale)))


def _closed(layout: Layout, editions: Iterable[str]) -> list[str]:
    """The editions whose raw files may not be passed on, as their settings name no licence.

    Raises StudyError for a file of respondents, not simulated, in one that names a licence.
    """
    settings = {name: read_edition(layout.raw(name) / "edition.yml") for name in editions}
    fix = "take licences.raw out of edition.yml: answers are passed on where simulated alone"
    impersonal = {*_SETTINGS, *downloads.impersonal_files()}
    problems = [
        Problem(f"data/raw/{edition}/{name}", "of respondents, or of unknown content", fix)
        for edition, folder in ((name, layout.raw(name)) for name in settings)
        if settings[edition].licences.raw
        for name in sorted({*seal.hashes(folder)} - impersonal - simulated.names(folder))
    ]
    if problems:
        raise StudyError(problems)
    return [edition for edition, read in settings.items() if not read.licences.raw]


def _published(layout: Layout, config: RunConfig) -> list[Path]:
    """What any reader of the report has, and its manifest."""
    tables, *_ = folders = verifying.folders(layout, config)
    outputs = folders[-len(config.languages) :]
    return [tables / manifest.NAME, *_files(tables / downloads.FOLDER, *outputs)]


def _whole(layout: Layout, described: dict, config: RunConfig) -> list[Path]:
    """All that a run leaves, and what it is made from."""
    inputs = described.get("inputs_earlier", {}) | {config.edition_id: described["inputs"]}
    seals = [layout.raw(edition) / seal.NAME for edition in inputs]
    return [
        *_files(*verifying.folders(layout, config)),
        *(layout.raw(edition) / name for edition, names in inputs.items() for name in names),
        *filter(Path.is_file, seals),
        *(layout.house / "text" / name for name in described.get("texts", {})),
        *(layout.house / name for name in described.get("house", {})),
    ]


def _files(*folders: Path) -> list[Path]:
    return [folder / name for folder in folders for name in digests.of_folder(folder)]


def _pack(folder: Path, target: Path, time: int) -> None:
    """A ZIP file of a folder: members by name, each of that time and readable by all."""
    date = datetime.fromtimestamp(min(max(time, _FIRST), _LAST), UTC).timetuple()[:6]
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            member = zipfile.ZipInfo(name, date)
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 3
            member.external_attr = 0o100644 << 16
            archive.writestr(member, (folder / name).read_bytes())
