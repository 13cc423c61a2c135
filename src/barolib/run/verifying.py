"""Whether a run can be repeated: the one that a manifest describes, done again and compared."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from barolib.errors import Problem, StudyError
from barolib.files import digests, links, manifest
from barolib.files.layout import Layout
from barolib.report import engines
from barolib.run import incremental, limits, run, surroundings

#: What a manifest is read for.
_MANIFEST = {"edition": str, "engine": str, "inputs": dict, "parameters": dict, "time": str}
_MANIFEST |= {"versions": dict}


def verify(layout: Layout, edition_id: str, jobs: int, say: Callable[[str], None]) -> int:
    """Repeat the run that an edition's manifest describes, in a folder that is then removed.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    edition_id : str
        The id of the edition.
    jobs : int
        How many steps at a time.
    say : callable
        Given each line on how the run goes.

    Returns
    -------
    int
        How many files came out the same.

    Raises
    ------
    StudyError
        With every raw file, version, engine or commit that is not the manifest's; once it is
        repeated, with every file that differs.

    Examples
    --------
    >>> verify(Layout.find(), "2031", 1, print)
    Traceback (most recent call last):
        ...
    barolib.errors.StudyError: manifest.json: nothing is published of the edition (found: '2031')
        fix: run it first: barolib run --edition 2031
    """
    described, config = published(layout, edition_id)
    parameters, earlier = described["parameters"], list(described.get("inputs_earlier", {}))
    fix = "bring back what the manifest names, or publish again: barolib run"
    now = manifest.describe(layout, edition_id, parameters, earlier) | {
        "engine": engines.named(described["engine"].split()[0])
    }
    _raise_differing(
        _made_from(described), _made_from(now), "not what the report was made from", fix
    )
    with (
        surroundings.of_run(layout, layout.work(edition_id) / incremental.LOG, say),
        surroundings.variables({limits.EPOCH: str(described["time"])}),
        TemporaryDirectory(dir=layout.work(""), prefix=".tmp-") as folder,
    ):
        for part in filter(None, (layout.root / "data" / "raw", layout.own_texts)):
            _copy(part, layout.root, Path(folder))
        copy = Layout(Path(folder).resolve(), home=layout.home or layout.root)
        run.run(copy, config, run.ExecutionOptions(jobs), say)
        first, second = (_left(study, config) for study in (layout, copy))
    fix = "see who changed it since; barolib run brings it up to date"
    _raise_differing(first, second, "not what the run gives when it is repeated", fix)
    return len(first)


def published(layout: Layout, edition_id: str) -> tuple[dict, run.RunConfig]:
    """The manifest of an edition, and the run that it describes; StudyError where there is none."""
    if not (layout.processed(edition_id) / manifest.NAME).is_file():
        message, fix = "nothing is published of the edition", "run it first: barolib run --edition"
        raise StudyError(Problem(manifest.NAME, message, f"{fix} {edition_id}", value=edition_id))
    described = _manifest(layout.processed(edition_id))
    engine, parameters = described["engine"].split()[0], described["parameters"]
    against = parameters.get("against")
    return described, run.RunConfig(edition_id, parameters["languages"], engine, against)


def folders(layout: Layout, config: run.RunConfig) -> list[Path]:
    """The folders that a run leaves: of tables, of its comparison's tables, of each report."""
    tables = [layout.processed(config.edition_id)]
    if config.against:
        tables.append(layout.comparison(config.edition_id, config.against))
    return [*tables, *(layout.output(config.edition_id, lang) for lang in config.languages)]


def _manifest(folder: Path) -> dict:
    """The manifest of a processed folder; StudyError where it is none."""
    try:
        described = manifest.read(folder)
        if all(isinstance(described[key], kind) for key, kind in _MANIFEST.items()):
            return described
    except (ValueError, LookupError, TypeError):
        pass
    fix = "run the study again: barolib run --force"
    raise StudyError(Problem(f"{folder.name}/{manifest.NAME}", "not as a run writes it", fix))


def _copy(part: Path, root: Path, to: Path) -> None:
    """Copies a folder of the study; StudyError for a link in it that leads out of the study."""
    if problems := links.foreign(part, root, part, root):
        raise StudyError(problems)
    shutil.copytree(part, to / part.relative_to(root))


def _made_from(described: Mapping) -> dict[str, str]:
    """A line of digest, version, engine or commit for each thing that a manifest names."""
    inputs = described.get("inputs_earlier", {}) | {described["edition"]: described["inputs"]}
    parts = {
        f"data/raw/{edition}/{name}": digest
        for edition, files in inputs.items()
        for name, digest in files.items()
    }
    parts |= {f"report/text/{name}": digest for name, digest in described.get("texts", {}).items()}
    parts |= {f"report/{name}": digest for name, digest in described.get("house", {}).items()}
    parts |= {f"version of {name}": number for name, number in described["versions"].items()}
    parts["engine"] = described["engine"]
    return parts | {"commit": json.dumps(described["commit"], sort_keys=True)}


def _left(layout: Layout, config: run.RunConfig) -> dict[str, str]:
    """The digest of every file that the run left, by its path in the study."""
    return {
        f"{folder.relative_to(layout.root).as_posix()}/{name}": digest
        for folder in folders(layout, config)
        for name, digest in digests.of_folder(folder).items()
    }


def _raise_differing(
    before: Mapping[str, str], now: Mapping[str, str], message: str, fix: str
) -> None:
    """Raises StudyError with a problem for each name of which the two tell otherwise."""
    problems = [
        Problem(name, message, fix, value=f"{before.get(name)} → {now.get(name)}")
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    ]
    if problems:
        raise StudyError(problems)
