"""The raw tables of an edition, checked once and kept as Parquet and JSON for all that use them."""

from __future__ import annotations

import errno
import json
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pandas as pd

from barolib.files import atomic_write, digests, permissions
from barolib.files.layout import Layout
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw, read_raw

_EDITION, _MADE_FROM = "edition.json", "made_from.json"
#: What the system says of a study that may not be written to, which is read all the same.
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


def stored(layout: Layout, edition_id: str) -> Raw:
    """The raw tables of an edition, as every stage after `check` uses them.

    Those kept are taken where they were made from the raw files as they are now, by this library;
    else the files are checked, and kept, anew.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    edition_id : str
        The id of the edition.

    Returns
    -------
    Raw
        Its tables, typed and corrected; one that the edition lacks is empty.

    Raises
    ------
    StudyError
        With every fault of the raw files.

    Examples
    --------
    >>> stored(Layout.find(), "2021").members["T04"][:2]
    ['T04-01', 'T04-02']
    """
    folder = layout.checked(edition_id)
    with suppress(OSError, ValueError, RecursionError):  # nothing is kept, or it is damaged
        kept = digests.of_folder(folder, lambda name: name != _MADE_FROM)
        now = {"made_from": _made_from(layout, edition_id), "kept": kept}
        if json.loads((folder / _MADE_FROM).read_text(encoding="utf-8")) == now:
            return load(folder)
    return checked(layout, edition_id)


def checked(layout: Layout, edition_id: str) -> Raw:
    """The raw tables of an edition, read from its raw files and kept for `stored`.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    edition_id : str
        The id of the edition.

    Returns
    -------
    Raw
        Its tables, typed and corrected; one that the edition lacks is empty.

    Raises
    ------
    StudyError
        With every fault of the raw files.

    Examples
    --------
    >>> checked(Layout.find(), "2018").edition.levels
    [1, 2, 3, 4, 5]
    """
    made_from = None
    with suppress(OSError):  # of a file that can't be read, the check tells
        made_from = _made_from(layout, edition_id)
    raw = read_raw(layout, edition_id)
    try:
        if made_from:
            _keep(raw, layout.checked(edition_id), made_from)
    except OSError as error:
        if error.errno not in _READ_ONLY:
            raise
    return raw


def _keep(raw: Raw, folder: Path, made_from: dict[str, object]) -> None:
    with atomic_write.filling(folder) as aside:
        permissions.allow(aside, 0o700)  # it holds answers, and who gave them
        save(raw, aside)
        note = {"made_from": made_from, "kept": digests.of_folder(aside)}
        (aside / _MADE_FROM).write_text(json.dumps(note), encoding="utf-8")


def _made_from(layout: Layout, edition_id: str) -> dict[str, object]:
    """The digest of each raw file, and of the library that checks them."""
    return {"library": digests.library(), "files": digests.of_folder(layout.raw(edition_id))}


def save(raw: Raw, folder: Path) -> None:
    """Writes raw tables into a folder: a Parquet file a table, and edition.json."""
    for field in fields(raw):
        held = getattr(raw, field.name)
        if isinstance(held, pd.DataFrame):
            with atomic_write.writing(folder / f"{field.name}.parquet") as aside:
                held.to_parquet(aside)
    (folder / _EDITION).write_text(raw.edition.model_dump_json(), encoding="utf-8")


def load(folder: Path) -> Raw:
    """The raw tables that `save` wrote into `folder`, of the same types."""
    edition = Edition.model_validate_json((folder / _EDITION).read_text(encoding="utf-8"))
    names = [field.name for field in fields(Raw) if field.name != "edition"]
    held = {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}
    return Raw(edition=edition, **held)
