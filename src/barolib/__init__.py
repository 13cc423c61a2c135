"""The study behind a maturity barometer, from its tables to its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from barolib.explore.study import Study

__version__ = "0.1.0"


def open(
    edition: str | int | None = None, root: str | Path | None = None, lang: str = "fr"
) -> Study:
    """An edition of the study to ask questions of.

    Parameters
    ----------
    edition : str or int, optional
        Its id; by default the newest in data/raw.
    root : str or Path, optional
        The folder that holds data/raw; by default this one, or the first above it that does.
    lang : {"fr", "en"}, optional
        The language of labels, sentences and charts.

    Returns
    -------
    Study
        Its tables, and its questions as methods.

    Raises
    ------
    StudyError
        For an edition that is not there, and with every fault of its raw files.

    Examples
    --------
    >>> import barolib
    >>> study = barolib.open("2021", lang="en")
    >>> study.distribution("T04-01").table[["level", "n", "base", "percent"]].tail(2)
       level  n  base  percent
    4      5  1    32        3
    5      6  2    32        6
    """
    from barolib.explore.study import Study
    from barolib.files.layout import Layout

    layout = Layout.find(root)
    return Study(layout, layout.choose(edition), lang)
