"""The printed tables of an edition made tidy: reassigned, corrected, each row accounted for."""

from __future__ import annotations

import pandas as pd

from barolib.survey.intake import Raw


def printed(raw: Raw) -> pd.DataFrame:
    """The printed rows as they are used: corrected, under the subject that they stand for.

    Columns printed_row, subject (affirmation_id or theme_id), p1…pK, page, corrected (whether a
    percent differs from the printed one). Rows that a correction sets aside are in the log.
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

    Same columns as `printed`, except corrected; a row whose printed cells are not numbers is left
    out, since no count can print it.
    """
    percents = raw.edition.percent_columns
    table = printed(raw)[["printed_row", "subject", "page"]]
    numbers = raw.as_printed.set_index("printed_row")[percents].apply(
        pd.to_numeric, errors="coerce"
    )
    joined = table.join(numbers[(numbers % 1 == 0).all(axis=1)], on="printed_row", how="inner")
    return joined.astype(dict.fromkeys(percents, "int64")).reset_index(drop=True)


def of_affirmations(rows: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """The printed rows of affirmations, the subject as index, in the questionnaire's order."""
    return _of(rows, raw.questionnaire["affirmation_id"])


def of_themes(rows: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """The printed whole-theme rows, the subject as index, in the order of the themes."""
    return _of(rows, raw.themes["theme_id"])


def _of(rows: pd.DataFrame, subjects: pd.Series) -> pd.DataFrame:
    indexed = rows.set_index("subject")
    return indexed.loc[[subject for subject in subjects if subject in indexed.index]]
