"""The printed tables of an edition made tidy: reassigned, corrected, each row accounted for."""

from __future__ import annotations

import pandas as pd

from barolib.survey.intake import Raw


def corrected(raw: Raw) -> pd.DataFrame:
    """The printed rows as they are used: corrected, under the subject that they stand for.

    Rows that a correction sets aside are in the log.

    Parameters
    ----------
    raw : Raw
        The raw tables of an edition.

    Returns
    -------
    DataFrame
        A row per printed row: printed_row, subject (affirmation_id or theme_id), p1…pK (integer
        percents), page, corrected (whether a percent differs from the printed one).

    Examples
    --------
    >>> import barolib
    >>> table = corrected(barolib.open("2021").raw).set_index("subject")
    >>> table.loc["T04-01", ["p1", "p2", "p3", "p4", "p5", "p6"]].tolist()
    [9, 25, 22, 34, 3, 6]
    """
    table = raw.printed.rename(columns={"printed_as": "subject"})
    table = table[table["subject"].notna()]
    percents = raw.edition.percent_columns
    changed = raw.log[
        (raw.log["file"] == "published_distributions.csv") & raw.log["column"].isin(percents)
    ]
    return (
        table.assign(corrected=table["printed_row"].isin(changed["row"]))
        .astype(dict.fromkeys(percents, "int64"))
        .reset_index(drop=True)
    )


def as_printed(raw: Raw) -> pd.DataFrame:
    """The printed rows with the percents that the report prints, under the subject they stand for.

    Same columns as `corrected`, except corrected; a row whose printed cells are not numbers is left
    out, since no count can print it.
    """
    percents = raw.edition.percent_columns
    table = corrected(raw)[["printed_row", "subject", "page"]]
    numbers = raw.as_printed.set_index("printed_row")[percents].apply(
        pd.to_numeric, errors="coerce"
    )
    joined = table.join(numbers[(numbers % 1 == 0).all(axis=1)], on="printed_row", how="inner")
    return joined.astype(dict.fromkeys(percents, "int64")).reset_index(drop=True)


def select(rows: pd.DataFrame, subjects: pd.Series) -> pd.DataFrame:
    """The printed rows of the subjects, which become the index, in the order of `subjects`."""
    indexed = rows.set_index("subject")
    return indexed.loc[subjects[subjects.isin(indexed.index)].tolist()]
