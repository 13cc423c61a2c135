"""The distributions of an edition as its report shows them, from the processed tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from barolib.report.subjects import Row
from barolib.survey.intake import Raw
from barolib.survey.rounding import percent
from barolib.words import wording

#: The tables, and whose distributions they hold.
_TABLES = {"distributions": "affirmation_id", "theme_distributions": "theme_id"}


def rows(
    raw: Raw, tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str], lang: str
) -> dict[str, Row]:
    """Each distribution by the id of its affirmation or theme.

    A theme is withheld where each of its affirmations is. `labels`: of affirmations and themes.
    """
    found = {
        subject: _row(raw, subject, levels, labels[subject], lang)
        for name, key in _TABLES.items()
        for subject, levels in _levels(tables[name], key).items()
    }
    kinds = raw.themes.set_index("theme_id")["kind"]
    bases = tables["reconstructions"].groupby("affirmation_id")["base"].agg(set).to_dict()
    across: dict[str, list[str]] = {}
    for theme, members in raw.members.items():
        own = [found[each] for each in members if each in found]
        if theme not in found and own and all(row.withheld for row in own):
            found[theme] = replace(own[0], id=theme, label=labels[theme], certainty="")
        for each in members if kinds[theme] != "theme" else []:
            across.setdefault(each, []).append(theme)
    return {
        subject: replace(
            row,
            other_bases=tuple(sorted(bases.get(subject, set()) - {row.base})),
            across=tuple(across.get(subject, [])),
        )
        for subject, row in found.items()
    }


def _levels(table: pd.DataFrame, key: str) -> dict[str, dict[str, list]]:
    """The columns of each distribution, a value a level; None where one is missing."""
    table = table.astype("object")
    columns = table.where(table.notna(), None).to_dict("list")
    found: dict[str, dict[str, list]] = {}
    for at, subject in enumerate(columns[key]):
        own = found.setdefault(subject, {column: [] for column in columns})
        for column, values in columns.items():
            own[column].append(values[at])
    return found


def _row(raw: Raw, subject: str, levels: dict[str, list], label: str, lang: str) -> Row:
    edition, base, origin = raw.edition, levels["base"][0], levels["origin"][0]
    implementation = share = None
    if base:
        chosen = sum(levels["n"][level - 1] for level in edition.implementation)
        implementation, share = int(percent(chosen, base, edition.rounding)), chosen / base
    return Row(
        id=subject,
        label=label,
        percents=levels["percent"],
        counts=levels["n"],
        base=base,
        implementation=implementation,
        share=share,
        shown=wording.level_digits(pd.DataFrame(levels)),
        at=wording.percent_text(implementation, lang, share),
        origin=origin,
        simulated=origin == "answers" and edition.provenance.answers == "synthetic",
        certainty=levels["certainty"][0] if "certainty" in levels else "",
    )
