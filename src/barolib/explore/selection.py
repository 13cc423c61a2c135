"""The rows that a question selects: a subject and level each, with what is said of their base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from barolib.drawing import figures
from barolib.errors import Problem, StudyError
from barolib.explore.views import SORTS, STYLES, Question
from barolib.i18n.wording import Language
from barolib.reconstruction.edition_tables import EditionTables
from barolib.statistics import subgroups
from barolib.statistics.distribution import share_at
from barolib.survey.intake import Raw
from barolib.survey.lookup import known_name
from barolib.survey.rounding import of_share


def question(
    raw: Raw, labels: Mapping[str, str], subjects: Sequence[str], options: Mapping, among: Mapping
) -> Question:
    """The question, every name in it known: `options` has cut, sort, style and lang.

    Raises StudyError for an unknown name, for two of `among`, and for a cut with `among`.
    """
    edition, cut, label = raw.edition, options["cut"], ""
    for subject in subjects:
        known_name("questionnaire.csv", "affirmation or theme", subject, labels)
    known_name("sort", "order", options["sort"], SORTS)
    known_name("style", "style", options["style"], STYLES)
    for dimension in among:
        known_name("among", "breakdown", dimension, subgroups.DIMENSIONS)
    if len(among) > 1:
        fix = "ask for one of them: crossed, they could tell a respondent"
        raise StudyError(Problem("among", "subgroups are not crossed", fix, value=str(among)))
    if cut is not None and among:
        fix = "leave cut out: its cuts would tell a subgroup's levels one by one"
        raise StudyError(Problem("cut", "a subgroup has two stages", fix, value=str(cut)))
    for dimension, subgroup in among.items():
        names = Language(options["lang"]).subgroup_labels(edition, dimension)
        label = names[known_name(dimension, "subgroup", str(subgroup), names)]
    at = 2 if among else edition.implementation_from if cut is None else cut
    known_name("cut", "level above the lowest", str(at), map(str, edition.levels[1:]))
    chosen = {subject: labels[subject] for subject in subjects or raw.themes["theme_id"]}
    return Question(chosen, label, int(at), options["sort"], options["style"])


def of_panel(edition_tables: EditionTables, subjects: Sequence[str], lang: str) -> pd.DataFrame:
    """Distributions of affirmations and themes over the whole panel, a row a subject and level.

    Columns of `distributions`, with subject, at and at_share (percent and share of the base from
    that level on), note and withheld. Subjects without figures have no row.
    """
    raw, themes = edition_tables.raw, edition_tables.theme_distributions
    themes = themes[themes["theme_id"].isin(subjects)]
    rows = edition_tables.distributions
    rows = rows[rows["affirmation_id"].isin(subjects)]
    language = Language(lang)
    notes = figures.base_notes(raw, rows, themes, edition_tables.reconstructions, language)
    rows = rows.drop(columns="theme_id").rename(columns={"affirmation_id": "subject"})
    themes = themes.rename(columns={"theme_id": "subject"})
    table = pd.concat([rows, themes], ignore_index=True) if len(themes) else rows
    origins = zip(table["subject"], table["origin"], strict=True)
    language = Language(lang)
    with_source = [language.source_note(notes[key], origin, raw.edition) for key, origin in origins]
    top = raw.edition.levels[-1] + 1
    at = [
        share_at(levels, range(level, top), raw.edition.rounding)[0]
        for _, levels in table.groupby("subject", sort=False)
        for level in levels["level"]
    ]
    upward = table[::-1].groupby("subject", sort=False)["n"].cumsum()
    table = table.assign(at=pd.array(at, dtype="Int64"), at_share=upward / table["base"])
    return table.assign(note=with_source, withheld=table["withheld"].eq(True).astype("bool"))


def of_subgroups(stages: pd.DataFrame, raw: Raw, lang: str) -> pd.DataFrame:
    """The two stages of themes and affirmations, a row a subgroup, subject and level (1, 2).

    Columns dimension, subgroup, subject, level, share, percent, base (respondents), withheld, and
    at, at_share and note as for `of_panel`. `stages`: Subgroups.all_stages.
    """
    language = Language(lang)
    before = stages.assign(level=1, share=1 - stages["share"])
    table = pd.concat([before, stages.assign(level=2)], ignore_index=True)
    nouns = language.term("respondent_nouns")
    percents, notes = [], []
    for share, base in zip(table["share"], table["base"], strict=True):
        known = pd.notna(share)
        percents.append(of_share(share, raw.edition.rounding) if known else pd.NA)
        shown = language.say("n", base=language.count(base, *nouns)) if known else ""
        notes.append(language.source_note(shown, "answers", raw.edition))
    percents = pd.array(percents, dtype="Int64")
    table = table.assign(percent=percents, at=percents, at_share=table["share"])
    return table.assign(note=pd.Series(notes, dtype="str"))
