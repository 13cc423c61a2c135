"""The raw tables of an edition as `check` leaves them for the steps after it: Parquet and JSON."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pandas as pd

from barolib.files import atomic_write
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw

_EDITION = "edition.json"


def save(raw: Raw, folder: Path) -> None:
    """Writes what `check` read, so that no later step reads the raw files again.

    Parameters
    ----------
    raw : Raw
        The raw tables of an edition and its settings.
    folder : Path
        Takes a Parquet file a table, and edition.json.
    """
    for field in fields(raw):
        held = getattr(raw, field.name)
        if isinstance(held, pd.DataFrame):
            with atomic_write.writing(folder / f"{field.name}.parquet") as aside:
                held.to_parquet(aside)
    text = raw.edition.model_dump_json(indent=1)
    (folder / _EDITION).write_text(text, encoding="utf-8")


def load(folder: Path) -> Raw:
    """The raw tables that `save` wrote into `folder`, of the same types."""
    edition = Edition.model_validate_json((folder / _EDITION).read_text(encoding="utf-8"))
    names = [field.name for field in fields(Raw) if field.name != "edition"]
    held = {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}
    return Raw(edition=edition, **held)
