"""What the printed tables of an edition allow: counts, rounding, and repairs of impossible rows."""

from __future__ import annotations

from typing import get_args

import pandas as pd

from barolib.errors import Problem, StudyError
from barolib.reconstruction import printed_rows, repairs
from barolib.reconstruction.count_vectors import TooManyVectors, reconstruct
from barolib.survey import claims, contracts
from barolib.survey.intake import Raw
from barolib.survey.rounding import Rounding

#: The largest base tried where an edition says nothing of its panel.
DEFAULT_PANEL = 120


def reconstructions(raw: Raw) -> pd.DataFrame:
    """The table `reconstructions`: every admissible base and count vector of the printed rows.

    Parameters
    ----------
    raw : Raw
        The raw tables of the edition.

    Returns
    -------
    DataFrame
        A row per affirmation and vector: affirmation_id, base, n1…nK, rounding, chosen (of an
        ambiguous row, the largest base).

    Raises
    ------
    StudyError
        Naming each row of an affirmation that no counts can print, with the nearest repairs.

    References
    ----------
    docs/method.md, "Reconstruction".

    Examples
    --------
    >>> import barolib
    >>> table = reconstructions(barolib.open("2021").raw).set_index("affirmation_id")
    >>> int(table.loc["T04-01", "base"])
    32
    """
    rounding = raw.edition.rounding
    rows = printed_rows.select(printed_rows.corrected(raw), raw.questionnaire["affirmation_id"])
    table = _reconstruct(rows, raw, rounding).rename(columns={"subject": "affirmation_id"})
    impossible = rows[~rows.index.isin(table["affirmation_id"])]
    if len(impossible):
        raise StudyError([_impossible(row, raw) for row in impossible.to_dict("records")])
    ordered = table.sort_values("base", ascending=False, kind="stable")
    chosen = table.index.isin(ordered.drop_duplicates("affirmation_id").index)
    return table.assign(rounding=rounding, chosen=chosen)


def rounding_trials(raw: Raw) -> pd.DataFrame:
    """How each printed row fares under each rounding rule, before any correction of percents.

    Parameters
    ----------
    raw : Raw
        The raw tables of the edition.

    Returns
    -------
    DataFrame
        A row per affirmation and rule: affirmation_id, rounding, vectors (how many are
        admissible), verdict (exact, ambiguous, impossible).

    Raises
    ------
    StudyError
        For a row that admits too many vectors.

    References
    ----------
    docs/method.md, "Rounding".

    Examples
    --------
    >>> import barolib
    >>> trials = rounding_trials(barolib.open("2021").raw)
    >>> trials.loc[trials["affirmation_id"] == "T04-01", "verdict"].tolist()
    ['exact', 'exact']
    """
    rows = printed_rows.select(printed_rows.as_printed(raw), raw.questionnaire["affirmation_id"])
    trials = []
    for rounding in get_args(Rounding):
        vectors = _reconstruct(rows, raw, rounding)["subject"].value_counts()
        vectors = vectors.reindex(rows.index, fill_value=0)
        trials.append(pd.DataFrame({"rounding": rounding, "vectors": vectors}))
    table = pd.concat(trials).rename_axis("affirmation_id").reset_index()
    verdict = table["vectors"].clip(upper=2).map({0: "impossible", 1: "exact", 2: "ambiguous"})
    return table.assign(verdict=verdict).astype(
        {"affirmation_id": "str", "rounding": "str", "verdict": "str", "vectors": "int64"}
    )


def repair_table(raw: Raw) -> pd.DataFrame:
    """The table `repairs`: ranked proposals for each row impossible as printed.

    Parameters
    ----------
    raw : Raw
        The raw tables of the edition.

    Returns
    -------
    DataFrame
        A row per proposal: affirmation_id, p1…pK, what was misread, base, n1…nK, what speaks for
        it, applied (whether corrections.csv declares it), rank.

    Raises
    ------
    StudyError
        For a row that admits too many vectors.

    References
    ----------
    docs/method.md, "Repairs".

    Examples
    --------
    >>> import barolib
    >>> table = repair_table(barolib.open("2021").raw)
    >>> int(table.loc[table["applied"], "rank"].max())
    1
    """
    edition, percents = raw.edition, raw.edition.percent_columns
    ids = raw.questionnaire["affirmation_id"]
    rows = printed_rows.select(printed_rows.as_printed(raw), ids)[percents]
    used = printed_rows.select(printed_rows.corrected(raw), ids)[percents]
    admissible = _reconstruct(rows, raw, edition.rounding)
    impossible = rows[~rows.index.isin(admissible["subject"])]
    proposals = {
        subject: repairs.propose(row, largest_base(raw), edition.rounding)
        for subject, *row in impossible.itertuples()
    }
    empty = contracts.empty("repairs", edition)
    if not proposals:
        return empty
    allowed = _allowed_by_themes(proposals, admissible, raw)
    tables = []
    for subject, table in proposals.items():
        met = _claims_met(table, subject, raw)
        table = table.assign(
            affirmation_id=subject,
            pooled_allows=pd.array(allowed[subject], dtype="boolean"),
            claims_met=met.sum(axis=1).astype("int64"),
            claims_asked=met.shape[1],
            shared=_shared(subject, proposals),
            applied=(table[percents] == used.loc[subject]).all(axis=1),
        )
        tables.append(repairs.rank(table))
    columns = [*empty.columns.drop("rank"), "rank"]
    return pd.concat(tables, ignore_index=True)[columns].astype({"affirmation_id": "str"})


def largest_base(raw: Raw) -> int:
    """The largest base that a printed figure of the edition may have."""
    return raw.panel or DEFAULT_PANEL


def _reconstruct(rows: pd.DataFrame, raw: Raw, rounding: Rounding) -> pd.DataFrame:
    try:
        return reconstruct(rows[raw.edition.percent_columns], largest_base(raw), rounding)
    except TooManyVectors as error:
        fix = "give panel.respondents in edition.yml, or publish from the answers"
        raise StudyError(Problem("published_distributions.csv", str(error), fix)) from None


def _allowed_by_themes(
    proposals: dict[str, pd.DataFrame], admissible: pd.DataFrame, raw: Raw
) -> dict[str, list]:
    """Per affirmation, whether each proposal agrees with its theme's printed bar, if any."""
    edition = raw.edition
    allowed = {subject: [pd.NA] * len(table) for subject, table in proposals.items()}
    bars = printed_rows.select(printed_rows.corrected(raw), raw.themes["theme_id"])
    for theme, *bar in bars[edition.percent_columns].itertuples():
        members = raw.members[theme]
        own = {subject: table for subject, table in proposals.items() if subject in members}
        others = admissible[admissible["subject"].isin(members)].groupby("subject")
        vectors = [rows[edition.count_columns].to_numpy() for _, rows in others]
        if len(own) + len(vectors) == len(members):
            allowed |= repairs.allowed_by_pooled(own, vectors, tuple(bar), edition.rounding)
    return allowed


def _claims_met(table: pd.DataFrame, subject: str, raw: Raw) -> pd.DataFrame:
    """Whether each proposal meets each of the printed shares of the row: proposal × sentence."""
    about = (raw.claims["subject"] == subject) & (raw.claims["edition"] == raw.edition.id)
    shares = claims.rows(raw.claims[about & (raw.claims["statistic"] == "share")])
    met = {}
    for claim in shares:
        if claim.group is None:
            n = table[[f"n{level}" for level in claim.counted]].sum(axis=1)
            met[claim.claim_id] = (n / table["base"]).between(*claim.allowed)
    return pd.DataFrame(met, table.index, dtype="int64")


def _shared(subject: str, proposals: dict[str, pd.DataFrame]) -> list[int]:
    """How many other impossible rows the misreading of each proposal would repair by itself."""
    single = [
        set(table.loc[table["edits"] == 1, "reading"])
        for other, table in proposals.items()
        if other != subject
    ]
    readings = proposals[subject]["reading"]
    return [sum(reading in known for known in single) for reading in readings]


def _impossible(row: dict, raw: Raw) -> Problem:
    """The problem of a row that no counts print, with the nearest repairs."""
    percents = [row[column] for column in raw.edition.percent_columns]
    best = repairs.propose(percents, largest_base(raw), raw.edition.rounding)
    best = best.sort_values("edits", kind="stable").drop_duplicates("reading").head(3)
    nearest = "; ".join(f"{repair.reading}, base {repair.base}" for repair in best.itertuples())
    fix = "see the source, and declare what it confirms in corrections.csv"
    return Problem(
        file="published_distributions.csv",
        row=row["printed_row"],
        message=f"no counts of up to {largest_base(raw)} respondents print this row",
        value=" ".join(map(str, percents)),
        fix=f"{fix} (nearest: {nearest})" if nearest else fix,
    )
