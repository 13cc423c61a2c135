"""An edition's tables, made from its raw files: what claims and comparisons are computed from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import pandas as pd

from barolib.files.layout import Layout
from barolib.reconstruction import admissible, printed_rows
from barolib.statistics import distribution, groups, scoring
from barolib.survey import rawstore
from barolib.survey.intake import Raw

#: What a recomputed figure may rest on, the surest first.
BASES = PRINTED, ANSWERS, STAND_IN = "printed_tables", "answers", "stand_in"


@dataclass(frozen=True)
class EditionTables:
    """An edition's raw tables and the processed ones made from them (docs/data-dictionary.md)."""

    raw: Raw
    reconstructions: pd.DataFrame
    distributions: pd.DataFrame
    theme_distributions: pd.DataFrame
    theme_scores: pd.DataFrame
    scores: pd.DataFrame
    groups: pd.DataFrame

    @classmethod
    def processed(cls) -> list[str]:
        """The names of the processed tables that it holds, in their order."""
        return [field.name for field in fields(cls) if field.name != "raw"]

    @property
    def answer_basis(self) -> str:
        """What a figure made from answers rests on."""
        return STAND_IN if self.raw.edition.provenance.answers == "synthetic" else ANSWERS

    @cached_property
    def level_counts(self) -> dict[str, tuple[dict[int, int], str]]:
        """Answers at each level, by published affirmation and theme, and what they rest on."""
        affirmations = self.distributions.rename(columns={"affirmation_id": "subject"})
        themes = self.theme_distributions.rename(columns={"theme_id": "subject"})
        columns = ["subject", "level", "n", "origin"]
        counts = pd.concat([affirmations[columns], themes[columns]])
        counts = counts.dropna(subset="n")  # one that is withheld has no figure
        return {
            subject: (
                dict(zip(rows["level"], rows["n"], strict=True)),
                PRINTED if rows["origin"].eq("printed").all() else self.answer_basis,
            )
            for subject, rows in counts.groupby("subject")
        }


def build_tables(raw: Raw) -> EditionTables:
    """The tables of an edition, made from its raw files alone; each is computed once.

    Parameters
    ----------
    raw : Raw
        The raw tables of the edition.

    Returns
    -------
    EditionTables
        The raw tables and the processed ones (docs/data-dictionary.md).

    Raises
    ------
    StudyError
        Where no counts can print a row of the printed tables.

    Examples
    --------
    >>> import barolib
    >>> tables = build_tables(barolib.open("2021").raw)
    >>> tables.level_counts["T04-01"][1], len(tables.scores)
    ('printed_tables', 476)
    """
    reconstructions = admissible.reconstructions(raw)
    rows = printed_rows.select(printed_rows.corrected(raw), raw.questionnaire["affirmation_id"])
    edition, answers, themes, members = raw.edition, raw.answers, raw.themes, raw.members
    distributions = distribution.printed_else_answers(
        distribution.from_printed(rows, reconstructions, raw.questionnaire, edition),
        distribution.from_answers(answers, raw.questionnaire, edition),
    )
    pooled = distribution.pooled(distributions, members, edition)
    scores = scoring.respondent_scores(answers, members, edition)
    means = score_themes(raw, reconstructions, pooled, scores)
    of_groups = groups.table(scores, answers, themes, edition)
    return EditionTables(raw, reconstructions, distributions, pooled, means, scores, of_groups)


def score_themes(
    raw: Raw,
    reconstructions: pd.DataFrame,
    theme_distributions: pd.DataFrame,
    scores: pd.DataFrame,
) -> pd.DataFrame:
    """The table `theme_scores`: over respondents where any has scores, else from pooled answers.

    Parameters
    ----------
    raw : Raw
        The raw tables of the edition.
    reconstructions : DataFrame
        The table of that name.
    theme_distributions : DataFrame
        The table of that name.
    scores : DataFrame
        The table of that name; empty without answers by respondent.

    Returns
    -------
    DataFrame
        A row a theme: mean in levels, with interval and rank where they exist.

    Examples
    --------
    >>> import barolib
    >>> tables = build_tables(barolib.open("2021").raw)
    >>> parts = tables.reconstructions, tables.theme_distributions, tables.scores.iloc[:0]
    >>> score_themes(tables.raw, *parts)["basis"].unique().tolist()
    ['pooled_counts']
    """
    edition, themes = raw.edition, raw.themes
    if len(scores):
        return scoring.theme_scores(scores, themes, edition)
    pooled = theme_distributions, reconstructions
    return scoring.pooled_scores(*pooled, themes, raw.members, edition)


def previous_tables(layout: Layout, edition_id: str) -> dict[str, EditionTables]:
    """The tables of the edition before, by its id; empty where data/raw holds none.

    They are made anew from its raw files, so that no run depends on another.
    """
    before = layout.before(edition_id)
    return {before: build_tables(rawstore.stored(layout, before))} if before else {}
