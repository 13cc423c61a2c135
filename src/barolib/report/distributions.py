"""The distributions of an edition as its report shows them, from the processed tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from barolib.drawing import figures
from barolib.i18n.numbers import level_digits, percent_digits
from barolib.i18n.wording import Language
from barolib.report.records import Row, records, with_none
from barolib.statistics.distribution import share_at
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw

#: The columns of a distribution, a row a subject (docs/report.md, "Facts").
COLUMNS: tuple[str, ...] = (
    "id",
    "label",
    "percents",
    "counts",
    "base",
    "withheld",
    "implementation",
    "share",
)
COLUMNS += ("shown", "digits", "at", "mark", "origin", "simulated", "certainty", "other_bases")
COLUMNS += ("across", "note")


def of_subjects(
    raw: Raw, tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str], language: Language
) -> dict[str, Row]:
    """A row for each distribution, by the id of its affirmation or theme (docs/report.md, "Facts").

    A theme is withheld where each of its affirmations is. `labels`: of affirmations and themes.
    """
    keys = {"distributions": "affirmation_id", "theme_distributions": "theme_id"}
    subjects = {
        subject: _summary(levels, raw.edition, language) | {"id": subject}
        for name, key in keys.items()
        for subject, levels in with_none(tables[name]).groupby(key, sort=False)
    }
    kinds = raw.themes.set_index("theme_id")["kind"]
    bases = tables["reconstructions"].groupby("affirmation_id")["base"].agg(set)
    pooled, counts = tables["theme_distributions"], tables["reconstructions"]
    notes = figures.base_notes(raw, tables["distributions"], pooled, counts, language)
    for theme, members in raw.members.items():
        published = [subjects[member] for member in members if member in subjects]
        if theme not in subjects and published and all(row["withheld"] for row in published):
            subjects[theme] = published[0] | {"id": theme, "certainty": ""}
    for subject, row in subjects.items():
        row["label"] = labels[subject]
        row["note"] = notes.get(subject) or language.term("too_few")
        row["other_bases"] = tuple(sorted(bases.get(subject, set()) - {row["base"]}))
        row["across"] = tuple(
            theme
            for theme, members in raw.members.items()
            if kinds[theme] != "theme" and subject in members
        )
    table = pd.DataFrame(subjects.values(), columns=COLUMNS, dtype="object")
    return {row.id: row for row in records(table)}


def _summary(levels: pd.DataFrame, edition: Edition, language: Language) -> dict:
    """What the rows of a distribution, a row a level, say together.

    `percents`, `counts` and `shown` have a value a level; `implementation` is an integer percent,
    `share` the same from 0 to 1; `shown`, `digits` and `at` are percents as written, `at` with its
    sign and `mark` in words. Where too few answered, which `withheld` says, base, counts and
    percents are None.
    """
    first = levels.iloc[0]
    base, origin = first["base"], first["origin"]
    implementation, share = share_at(levels, edition.implementation, edition.rounding)
    return {
        "percents": levels["percent"].tolist(),
        "counts": levels["n"].tolist(),
        "base": base,
        "withheld": base is None,
        "implementation": implementation,
        "share": share,
        "shown": level_digits(levels),
        "digits": percent_digits(implementation, share),
        "at": language.percent(implementation, share),
        "mark": language.implementation(implementation, share),
        "origin": origin,
        "simulated": origin == "answers" and edition.provenance.answers == "synthetic",
        "certainty": first.get("certainty", ""),
    }
