"""Distributions: how the answers to an affirmation, or to a theme, spread over the levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from barolib.survey import contracts
from barolib.survey.answers import NO_ANSWER, NOT_CONCERNED
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw
from barolib.survey.rounding import Rounding, percent

COLUMNS = ["affirmation_id", "theme_id", "level", "n", "base", "share", "percent"]
COLUMNS += ["not_concerned", "missing", "origin", "certainty", "withheld"]
_COUNTS = ["n", "base", "percent", "not_concerned", "missing"]
_TYPES = {
    **dict.fromkeys(_COUNTS, "Int64"),
    "level": "int64",
    "withheld": "bool",
    **dict.fromkeys(["affirmation_id", "theme_id", "origin", "certainty"], "str"),
}


def from_printed(printed: pd.DataFrame, reconstructions: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """The table `distributions` of printed rows: affirmation × every level of the scale.

    `printed`: rows of affirmations, the subject as index, p1…pK, corrected. Percents stay as
    printed (or corrected); counts and base are those chosen among the reconstructions; share is
    n / base. Certainty: corrected, else exact or ambiguous.
    """
    vectors = reconstructions.groupby("affirmation_id").size()
    chosen = reconstructions[reconstructions["chosen"]].set_index("affirmation_id")
    long = pd.DataFrame(
        [
            (subject, level, chosen.at[subject, f"n{level}"], row[f"p{level}"])
            for subject, row in printed.iterrows()
            for level in raw.edition.levels
        ],
        columns=["affirmation_id", "level", "n", "percent"],
    )
    subject = long["affirmation_id"]
    certainty = subject.map(vectors).gt(1).map({True: "ambiguous", False: "exact"})
    corrected = subject.map(printed["corrected"])
    base = subject.map(chosen["base"])
    return long.assign(
        theme_id=subject.map(raw.questionnaire.set_index("affirmation_id")["theme_id"]),
        base=base,
        share=long["n"] / base,
        not_concerned=pd.NA,
        missing=pd.NA,
        origin="printed",
        certainty=certainty.mask(corrected, "corrected"),
        withheld=False,
    )[COLUMNS].astype(_TYPES)


def from_answers(answers: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """The table `distributions` of answers: every affirmation × every level, chosen or not.

    The base is those who answered; not_concerned and missing are counted apart. An affirmation that
    nobody answered has a base of 0, and neither share nor percent; one that fewer respondents than
    disclosure_minimum answered is withheld, and has no figure at all. No answers, no row.
    """
    if answers.empty:
        return contracts.empty("distributions", raw.edition)
    levels, rounding = raw.edition.levels, raw.edition.rounding
    outcomes = _outcomes(answers, raw)
    long = outcomes[levels].stack().rename_axis(["affirmation_id", "level"]).rename("n")
    long = long.reset_index()
    affirmation = long["affirmation_id"]
    base = affirmation.map(outcomes[levels].sum(axis=1))
    percents = percent(long["n"], base.clip(lower=1), rounding)
    table = long.assign(
        theme_id=affirmation.map(raw.questionnaire.set_index("affirmation_id")["theme_id"]),
        base=base,
        share=(long["n"] / base).where(base > 0),
        percent=pd.Series(percents, index=long.index).where(base > 0),
        not_concerned=affirmation.map(outcomes[NOT_CONCERNED]),
        missing=affirmation.map(outcomes[NO_ANSWER]),
        origin="answers",
        certainty="exact",
        withheld=base.between(1, raw.edition.disclosure_minimum - 1),
    )[COLUMNS].astype(_TYPES)
    table.loc[table["withheld"], [*_COUNTS, "share"]] = pd.NA
    return table


def _outcomes(answers: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """How often each affirmation got each level, NOT_CONCERNED and NO_ANSWER, in one pass.

    A row an affirmation of the questionnaire. Counting whole numbers takes a fifth of the time of a
    group-by of text keys (benchmarks/scale.py).
    """
    outcomes = [NO_ANSWER, *raw.edition.levels, NOT_CONCERNED]
    codes, found = pd.factorize(answers["affirmation_id"])
    order = pd.Index(raw.questionnaire["affirmation_id"])
    level = answers["level"].to_numpy(dtype="int64", na_value=0)
    not_concerned = answers["reason"].eq(NOT_CONCERNED).to_numpy(dtype="bool", na_value=False)
    outcome = np.where(not_concerned, len(outcomes) - 1, level)
    cells = order.get_indexer(found)[codes] * len(outcomes) + outcome
    counts = np.bincount(cells, minlength=len(order) * len(outcomes))
    return pd.DataFrame(counts.reshape(-1, len(outcomes)), index=order, columns=outcomes)


def preferred(printed: pd.DataFrame, answered: pd.DataFrame) -> pd.DataFrame:
    """Printed distributions, and those of answers for the affirmations that are not printed."""
    rest = answered[~answered["affirmation_id"].isin(printed["affirmation_id"])]
    return pd.concat([printed, rest], ignore_index=True) if len(printed) else rest


def pooled(
    distributions: pd.DataFrame, members: dict[str, list[str]], edition: Edition
) -> pd.DataFrame:
    """The table `theme_distributions`: the answers of all of a theme's affirmations together.

    `members`: the affirmations of each theme. A theme of which an affirmation has no distribution
    is left out: its pooled bar would stand for another set of questions. Answers to an affirmation
    that is withheld are left out of it, since they could be found by subtraction.
    """
    known = set(distributions["affirmation_id"])
    places = [(theme, each) for theme, own in members.items() if set(own) <= known for each in own]
    if not places:
        return contracts.empty("theme_distributions", edition)
    columns = ["affirmation_id", "level", "n", "origin"]
    answered = distributions[columns].fillna({"n": 0}).sort_values("level")
    own = pd.DataFrame(places, columns=["theme_id", "affirmation_id"])
    own = own.merge(answered, on="affirmation_id")
    table = own.groupby(["theme_id", "level"], as_index=False, sort=False)["n"].sum()
    # Pooled answers are as good as the least of what they pool.
    table["origin"] = table["theme_id"].map(own.groupby("theme_id")["origin"].min())
    base = table.groupby("theme_id")["n"].transform("sum")
    columns = ["theme_id", "level", "n", "base", "share", "percent", "origin"]
    return table.assign(
        base=base,
        share=(table["n"] / base).where(base > 0),
        percent=pd.Series(percent(table["n"], base.clip(lower=1), edition.rounding)).where(
            base > 0
        ),
    )[columns].astype({"theme_id": "str", "origin": "str", "percent": "Int64"})


def percent_at(levels: pd.DataFrame, chosen: Sequence[int], rounding: Rounding) -> int | None:
    """The percent of the base at the chosen levels, from their counts; None where nobody answered.

    `levels`: one distribution, with level, n and base.
    """
    base = int(levels["base"].iloc[0])
    n = sum(n for level, n in zip(levels["level"], levels["n"], strict=True) if level in chosen)
    return int(percent(n, base, rounding)) if base else None


def pooled_checks(
    theme_distributions: pd.DataFrame, printed: pd.DataFrame, edition: Edition
) -> pd.DataFrame:
    """Each printed whole-theme percent beside the pooled one: theme_id, level, printed, recomputed.

    `printed`: whole-theme rows, the subject as index, p1…pK.
    """
    long = printed[edition.percent_columns].melt(
        var_name="level", value_name="printed", ignore_index=False
    )
    long = long.rename_axis("theme_id").reset_index()
    long["level"] = long["level"].str.removeprefix("p").astype("int64")
    both = long.merge(theme_distributions, on=["theme_id", "level"])
    both = both.rename(columns={"percent": "recomputed"}).astype(
        {"theme_id": "str", "printed": "int64", "recomputed": "int64"}
    )
    columns = ["theme_id", "level", "printed", "recomputed"]
    return both[columns].sort_values(["theme_id", "level"], ignore_index=True)
