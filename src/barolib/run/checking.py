"""What is asked of raw files before a run: that they are sound, and with what they compare."""

from __future__ import annotations

import pandas as pd

from barolib.compare import comparison
from barolib.files.layout import Layout
from barolib.reconstruction import admissible
from barolib.run import data_quality
from barolib.survey import rawstore
from barolib.survey.intake import Raw


def check(layout: Layout, edition_id: str) -> Raw:
    """The raw tables of `edition`; raises StudyError with everything that would stop a run."""
    raw = rawstore.checked(layout, edition_id)
    admissible.reconstructions(raw)
    return raw


def warnings(layout: Layout, raw: Raw) -> pd.DataFrame:
    """What a methodologist asks of sound raw tables, beside those of the edition before."""
    before = layout.before(raw.edition.id)
    return data_quality.warnings(raw, rawstore.stored(layout, before) if before else None)


def compared(layout: Layout, edition_id: str, against: str | None) -> tuple[list[str], str]:
    """The editions compared, oldest first, and a status message; none where none can be.

    Raises StudyError where `against` is given and can't be compared with, or a folder is at fault.
    """
    try:
        compared_raws = comparison.raws(layout, edition_id, against)
    except comparison.Incomparable as error:
        if against is not None:
            raise
        return [], f"no comparison with the edition before: {error.problems[0].message}"
    names = [raw.edition.id for raw in compared_raws]
    return names, f"compared with {names[0]}" if names else "no comparison: no edition before"
