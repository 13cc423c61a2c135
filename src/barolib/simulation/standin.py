"""The stand-in: answers of respondents that never were, true to all that was published.

An edition and the one before it, where that is synthetic too, are made together. The agreement with
what was published is by construction. docs/method.md, "Stand-in".
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from barolib.errors import Problem, StudyError
from barolib.files import atomic_write
from barolib.files.layout import Layout
from barolib.files.seal import NAME as SEAL
from barolib.simulation import standin_people as people
from barolib.simulation import standin_plan as plan
from barolib.simulation.standin_counts import Part
from barolib.simulation.standin_people import People
from barolib.survey import claims
from barolib.survey.answers import NO_ANSWER
from barolib.survey.edition import Edition, read_edition
from barolib.survey.intake import Raw, read_raw

MADE = ("respondents", "answers")

#: Share of those who did not answer who left a blank; the others are not concerned.
_BLANK = 0.15


def make(layout: Layout, edition: str) -> list[Path]:
    """Writes answers.csv and respondents.csv of a synthetic edition; returns their paths.

    Raises StudyError where its answers are not synthetic, its panel is not known, or nothing fits.
    """
    raws = [bare(layout, each) for each in _partners(layout, edition)]
    return write(layout.raw(edition), *together(raws)[edition])


def write(folder: Path, respondents: pd.DataFrame, answers: pd.DataFrame) -> list[Path]:
    """Writes both tables into an edition's folder; returns their paths."""
    paths = [folder / f"{stem}.csv" for stem in MADE]
    for path, table in zip(paths, (respondents, answers), strict=True):
        with atomic_write.writing(path) as aside:
            table.to_csv(aside, index=False, encoding="utf-8", lineterminator="\n")
    return paths


def together(raws: list[Raw]) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """respondents.csv and answers.csv of editions made together, the oldest first, by edition."""
    rng, sentences = np.random.default_rng(raws[-1].edition.seed), told(raws)
    panels = people.panels([raw.edition for raw in raws], rng)
    printed = {raw.edition.id: plan.printed_counts(raw) for raw in raws}
    parts = {
        raw.edition.id: Part(raw, {None: plan.bases(raw, printed[raw.edition.id], sentences, rng)})
        for raw in raws
    }
    counts = plan.panel_counts(parts, printed, sentences, rng)
    traits, made = people.traits(panels, raws, rng), {}
    for part, panel, own in zip(parts.values(), panels, traits, strict=True):
        answered = people.concerned(panel, part.bases[None], part.raw, rng)
        levels = _placed(part, counts, sentences, People(*own, answered))
        made[part.raw.edition.id] = panel, _cells(levels, part.raw.edition, rng)
    return made


def told(raws: list[Raw]) -> list:
    """The sentences about these editions."""
    ids = {raw.edition.id for raw in raws}
    every = [claim for raw in raws for claim in claims.rows(raw.claims)]
    return [claim for claim in every if claim.edition in ids]


def _partners(layout: Layout, edition: str) -> list[str]:
    """The editions made together, the oldest first."""
    settings = {e: read_edition(layout.raw(e) / "edition.yml") for e in layout.editions()}
    _refuse(settings[edition])
    known = [e for e, own in settings.items() if own.provenance.answers == "synthetic"]
    after, before = [e for e in known if e > edition], [e for e in known if e < edition]
    return [edition, after[0]] if after else [*before[-1:], edition]


def _refuse(edition: Edition) -> None:
    panel = edition.panel
    if edition.provenance.answers != "synthetic":
        mend = "answers of respondents are never replaced; for a stand-in, say answers: synthetic"
        where, message = "provenance.answers", "does not say synthetic"
    elif not panel or sum(panel.by_status.values()) != panel.respondents:
        mend = "give panel: {respondents, inhabitants, by_status}, every respondent with a status"
        where, message = "panel", "does not say who answers"
    else:
        return
    raise StudyError(Problem(f"{edition.id}/edition.yml", message, mend, column=where))


def bare(layout: Layout, edition: str) -> Raw:
    """The raw tables of an edition without its answers: every cell blank.

    They are read with the lowest level in every cell, since answers of nobody are refused.
    """
    settings = read_edition(layout.raw(edition) / "edition.yml")
    _refuse(settings)
    with tempfile.TemporaryDirectory() as scratch:
        aside = Layout.at(scratch)
        left_out = shutil.ignore_patterns(SEAL, *(f"{stem}.csv" for stem in MADE))
        shutil.copytree(layout.raw(edition), aside.raw(edition), ignore=left_out)
        asked = pd.read_csv(aside.raw(edition) / "questionnaire.csv")["affirmation_id"]
        (panel,) = people.panels([settings], np.random.default_rng(settings.seed))
        lowest = panel[["respondent_id"]].assign(**dict.fromkeys(asked, settings.levels[0]))
        panel.to_csv(aside.raw(edition) / "respondents.csv", index=False)
        lowest.to_csv(aside.raw(edition) / "answers.csv", index=False)
        raw = read_raw(aside, edition)
    none = pd.array([pd.NA] * len(raw.answers), dtype="Int64")
    return replace(raw, answers=raw.answers.assign(level=none, reason=NO_ANSWER))


def _placed(part: Part, counts: Mapping, sentences: list, who: People) -> pd.DataFrame:
    """The level of each respondent's answers."""
    edition, sizes = part.raw.edition, plan.group_sizes(part.raw.edition, sentences)
    total = {a: [counts[edition.id, None, a, k] for k in part.levels] for a in part.bases[None]}
    drawn = people.placed(who, total)
    if not sizes:
        return drawn
    group = people.grouped(who.general, sizes)
    shares = plan.group_counts(part, counts, sentences, drawn, group)
    found = [
        people.calibrated(who.only(group.index[group == each]), shares[each], within)
        for each, within in plan.within(edition).items()
    ]
    return pd.concat(found).loc[drawn.index]


def _cells(levels: pd.DataFrame, edition: Edition, rng: np.random.Generator) -> pd.DataFrame:
    """answers.csv: levels, the code of what does not concern, and some blanks."""
    blank = rng.random(levels.shape) < _BLANK
    text = levels.astype("Int64").astype("object").where(levels.notna(), edition.not_concerned[0])
    text = text.mask(levels.isna() & blank, None)
    return text.rename_axis("respondent_id").reset_index()
