"""What the printed tables of an edition allow: counts, rounding, and repairs of impossible rows."""

from __future__ import annotations

from typing import get_args

import pandas as pd

from barolib.errors import Problem, StudyError
from barolib.printed import cleaning, repairs
from barolib.printed.reconstruction import TooManyVectors, reconstruct
from barolib.survey import claims, contracts
from barolib.survey.intake import Raw
from barolib.survey.rounding import Rounding

#: The largest base tried where an edition says nothing of its panel.
DEFAULT_PANEL = 120


def reconstructions(raw: Raw) -> pd.DataFrame:
    """The table `reconstructions`: every admissible base and count vector of the printed rows.

    Of an ambiguous row the largest base is chosen. Raises StudyError naming each row of an
    affirmation that no counts can print, with the nearest repairs.
    """
    edition, rows = raw.edition, cleaning.of_affirmations(cleaning.printed(raw), raw)
    found = _reconstructed(rows, raw, edition.rounding)
    impossible = rows[~rows.index.isin(found["subject"])]
    if len(impossible):
        raise StudyError([_impossible(row, raw) for row in impossible.itertuples()])
    ordered = found.sort_values("base", ascending=False, kind="stable")
    chosen = found.index.isin(ordered.drop_duplicates("subject").index)
    return found.rename(columns={"subject": "affirmation_id"}).assign(
        rounding=edition.rounding, chosen=chosen
    )


def rounding_trials(raw: Raw) -> pd.DataFrame:
    """How each printed row fares under each rounding rule, before any correction of percents.

    Columns affirmation_id, rounding, vectors (how many are admissible), verdict (exact, ambiguous,
    impossible).
    """
    rows, trials = cleaning.of_affirmations(cleaning.as_printed(raw), raw), []
    for rounding in get_args(Rounding):
        found = _reconstructed(rows, raw, rounding)
        vectors = found.groupby("subject").size().reindex(rows.index, fill_value=0)
        trials.append(pd.DataFrame({"rounding": rounding, "vectors": vectors}))
    table = pd.concat(trials).rename_axis("affirmation_id").reset_index()
    verdict = table["vectors"].clip(upper=2).map({0: "impossible", 1: "exact", 2: "ambiguous"})
    return table.assign(verdict=verdict).astype(
        {"affirmation_id": "str", "rounding": "str", "verdict": "str", "vectors": "int64"}
    )


def repair_table(raw: Raw) -> pd.DataFrame:
    """The table `repairs`: ranked proposals for each row impossible as printed; applied or not."""
    edition, percents = raw.edition, raw.edition.percent_columns
    rows = cleaning.of_affirmations(cleaning.as_printed(raw), raw)
    used = cleaning.of_affirmations(cleaning.printed(raw), raw)
    found = _reconstructed(rows, raw, edition.rounding)
    proposals = {}
    for subject in rows.index[~rows.index.isin(found["subject"])]:
        row = tuple(rows.loc[subject, percents])
        proposals[subject] = repairs.propose(row, largest(raw), edition.rounding)
    allowed = _pooled_verdicts(proposals, found, raw)
    columns = ["affirmation_id", *percents, "kind", "edits", "reading", "base"]
    columns += [*edition.count_columns, "pooled_allows", "claims_met", "claims_asked", "shared"]
    tables = []
    for subject, table in proposals.items():
        table = table.assign(
            affirmation_id=subject,
            pooled_allows=pd.array(allowed[subject], dtype="boolean"),
            shared=_shared(subject, proposals),
            **_claims_met(table, subject, raw),
        )
        applied = (table[percents] == used.loc[subject, percents]).all(axis=1)
        tables.append(repairs.rank(table[columns].assign(applied=applied)))
    if not tables:
        return contracts.empty("repairs", edition)
    return pd.concat(tables, ignore_index=True).astype({"affirmation_id": "str"})


def largest(raw: Raw) -> int:
    """The largest base that a printed figure of the edition may have."""
    return raw.panel or DEFAULT_PANEL


def _reconstructed(rows: pd.DataFrame, raw: Raw, rounding: Rounding) -> pd.DataFrame:
    try:
        return reconstruct(rows[raw.edition.percent_columns], largest(raw), rounding)
    except TooManyVectors as error:
        mend = "give panel.respondents in edition.yml, or publish from the answers"
        raise StudyError(Problem("published_distributions.csv", str(error), mend)) from None


def _pooled_verdicts(
    proposals: dict[str, pd.DataFrame], found: pd.DataFrame, raw: Raw
) -> dict[str, list]:
    """Per affirmation, whether each proposal agrees with its theme's printed bar, if any."""
    edition = raw.edition
    verdicts = {subject: [pd.NA] * len(table) for subject, table in proposals.items()}
    for theme, bar in cleaning.of_themes(cleaning.printed(raw), raw).iterrows():
        members = raw.members[theme]
        own = {each: proposals[each] for each in members if each in proposals}
        others = found[found["subject"].isin(members)].groupby("subject")
        vectors = [rows[edition.count_columns].to_numpy() for _, rows in others]
        if len(own) + len(vectors) == len(members):
            bar = tuple(bar[edition.percent_columns])
            verdicts |= repairs.allowed_by_pooled(own, vectors, bar, edition.rounding)
    return verdicts


def _claims_met(table: pd.DataFrame, subject: str, raw: Raw) -> dict[str, list[int]]:
    """How many of the shares told about the row each proposal meets, and how many there are."""
    about = (raw.claims["subject"] == subject) & (raw.claims["edition"] == raw.edition.id)
    shares = claims.rows(raw.claims[about & (raw.claims["statistic"] == "share")])
    told = [claim for claim in shares if claim.group is None]
    met = pd.Series(0, index=table.index)
    for claim in told:
        low, high = claim.allowed
        counts = table[[f"n{level}" for level in claim.counted]].sum(axis=1)
        met += (counts / table["base"]).between(low, high).astype("int64")
    return {"claims_met": met.tolist(), "claims_asked": [len(told)] * len(table)}


def _shared(subject: str, proposals: dict[str, pd.DataFrame]) -> list[int]:
    """How many other impossible rows the misreading of each proposal would mend by itself."""
    others = [table for each, table in proposals.items() if each != subject]
    single = [set(table.loc[table["edits"] == 1, "reading"]) for table in others]
    return [sum(reading in each for each in single) for reading in proposals[subject]["reading"]]


def _impossible(row, raw: Raw) -> Problem:
    """The problem of a row that no counts print, with the nearest repairs."""
    percents = tuple(getattr(row, column) for column in raw.edition.percent_columns)
    best = repairs.propose(percents, largest(raw), raw.edition.rounding)
    best = best.sort_values("edits", kind="stable").drop_duplicates("reading").head(3)
    ideas = "; ".join(f"{each.reading}, base {each.base}" for each in best.itertuples())
    mend = "see the source, and declare what it confirms in corrections.csv"
    return Problem(
        file="published_distributions.csv",
        row=row.printed_row,
        message=f"no counts of up to {largest(raw)} respondents print this row",
        value=" ".join(str(each) for each in percents),
        mend=f"{mend} (nearest: {ideas})" if ideas else mend,
    )
