"""The stand-in: synthetic answers of respondents that never were, true to all that was published.

An edition and the one before it, where that is synthetic too, are made together. The agreement with
what was published is by construction. Where nothing is published yet, they are a dry run.
docs/method.md, "Stand-in" and "Dry run".
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
from barolib.files import textfile
from barolib.files.layout import Layout
from barolib.files.seal import NAME as SEAL
from barolib.simulation import dry_run, respondents, targets
from barolib.simulation.count_programme import EditionBases
from barolib.simulation.respondents import Traits
from barolib.survey import claims, rawstore
from barolib.survey.answers import NO_ANSWER
from barolib.survey.edition import Edition, read_edition
from barolib.survey.intake import Raw

FILES = ("respondents.csv", "answers.csv")

#: Share of those who did not answer who left a blank; the others are not concerned.
_BLANK = 0.15


def make(layout: Layout, edition_id: str) -> list[Path]:
    """Write answers.csv of a synthetic edition, and respondents.csv unless it says who is asked.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    edition_id : str
        The id of the edition.

    Returns
    -------
    list of Path
        Of what is written.

    Raises
    ------
    StudyError
        Where its answers are not synthetic, its panel is not known, nothing fits, or those asked
        are listed of an edition that something is published of.

    References
    ----------
    docs/method.md, "Stand-in" and "Dry run".

    Examples
    --------
    >>> import shutil
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     study = Layout.at(folder)
    ...     _ = shutil.copytree(Layout.find().raw("2018"), study.raw("2018"))
    ...     [path.name for path in make(study, "2018")]
    ['respondents.csv', 'answers.csv']
    """
    folder = layout.raw(edition_id)
    raws = {name: without_answers(layout, name) for name in _partners(layout, edition_id)}
    listed, raw = invited(folder), raws[edition_id]
    about = [claim for claim in sentences_about([*raws.values()]) if claim.edition == edition_id]
    if len(raw.printed) or about:
        if listed is not None:
            fix = "move the file aside: a stand-in for what is published draws its own respondents"
            where = f"{edition_id}/respondents.csv"
            raise StudyError(Problem(where, "lists those who are asked", fix))
        return write(folder, *generate([*raws.values()])[edition_id])
    rng = np.random.default_rng(raw.edition.seed)
    panel = dry_run.panel(raw.edition, rng) if listed is None else raw.respondents
    answers = _cells(dry_run.levels(raw, panel, rng), raw.edition, rng)
    if listed is None:
        return write(folder, panel, answers)
    textfile.write(folder / FILES[1], answers)
    return [folder / FILES[1]]


def invited(folder: Path) -> pd.DataFrame | None:
    """The edition's respondents.csv as it is; None where it has none but those of a stand-in."""
    if not (folder / FILES[0]).exists():
        return None
    table, problems = textfile.read(folder / FILES[0])
    if table is None:
        raise StudyError(problems)
    if "name" not in table:
        return table
    return None if table["name"].astype("str").str.startswith(respondents.NAME).all() else table


def write(folder: Path, panel: pd.DataFrame, answers: pd.DataFrame) -> list[Path]:
    """Writes both tables into an edition's folder; returns their paths."""
    paths = [folder / name for name in FILES]
    for path, table in zip(paths, (panel, answers), strict=True):
        textfile.write(path, table)
    return paths


def generate(raws: list[Raw]) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """respondents.csv and answers.csv of editions made together, by edition.

    Parameters
    ----------
    raws
        The raw tables of the editions without their answers, the oldest first. The seed is that of
        the last.

    Returns
    -------
    dict
        By edition: respondent_id, name, status, population (inhabitants); and respondent_id with a
        column an affirmation (a level, the code of what does not concern, or blank).

    Raises
    ------
    StudyError
        Where no counts print the tables, or none fit the panel.

    """
    rng, sentences = np.random.default_rng(raws[-1].edition.seed), sentences_about(raws)
    panels = respondents.draw_panels([raw.edition for raw in raws], rng)
    printed = {raw.edition.id: targets.printed_counts(raw) for raw in raws}
    editions: dict[str, EditionBases] = {}
    for raw in raws:
        size = len(panels[len(editions)])
        bases = targets.bases(size, raw, printed[raw.edition.id], sentences, rng)
        editions[raw.edition.id] = EditionBases(raw, {None: bases})
    counts = targets.panel_counts(editions, printed, sentences, rng)
    traits, made = respondents.draw_traits(panels, raws, rng), {}
    for part, panel, latent in zip(editions.values(), panels, traits, strict=True):
        answered = respondents.draw_concerned(panel, part.bases[None], part.raw, rng)
        levels = _placed(part, counts, sentences, Traits(*latent, answered))
        made[part.raw.edition.id] = panel, _cells(levels, part.raw.edition, rng)
    return made


def sentences_about(raws: list[Raw]) -> list:
    """The printed sentences about these editions."""
    ids = {raw.edition.id for raw in raws}
    return [claim for raw in raws for claim in claims.rows(raw.claims) if claim.edition in ids]


def _partners(layout: Layout, edition_id: str) -> list[str]:
    """The editions made together, the oldest first."""
    settings = {name: read_edition(layout.raw(name) / "edition.yml") for name in layout.editions()}
    _refuse(settings[edition_id], invited(layout.raw(edition_id)))
    synthetic = [e for e, setting in settings.items() if setting.provenance.answers == "synthetic"]
    place = synthetic.index(edition_id)
    return synthetic[place : place + 2] if synthetic[place + 1 :] else synthetic[-2:]


def _refuse(edition: Edition, listed: pd.DataFrame | None = None) -> None:
    panel = edition.panel
    if edition.provenance.answers != "synthetic":
        fix = "answers of respondents are never replaced; for a stand-in, say answers: synthetic"
        where, message = "provenance.answers", "does not say synthetic"
    elif listed is None and (not panel or sum(panel.by_status.values()) != panel.respondents):
        fix = "give panel: {respondents, by_status}, every respondent with a status"
        where, message = "panel", "does not say who answers"
    else:
        return
    raise StudyError(Problem(f"{edition.id}/edition.yml", message, fix, column=where))


def without_answers(layout: Layout, edition_id: str) -> Raw:
    """The raw tables of an edition without its answers: every cell blank.

    They are read with the lowest level in every cell, since answers of nobody are refused.
    """
    settings = read_edition(layout.raw(edition_id) / "edition.yml")
    listed = invited(layout.raw(edition_id))
    _refuse(settings, listed)
    with tempfile.TemporaryDirectory() as scratch:
        aside = Layout.at(scratch)
        left_out = shutil.ignore_patterns(SEAL, *FILES[0 if listed is None else 1 :])
        folder = shutil.copytree(layout.raw(edition_id), aside.raw(edition_id), ignore=left_out)
        asked = pd.read_csv(folder / "questionnaire.csv")["affirmation_id"]
        if listed is None:
            rng = np.random.default_rng(settings.seed)
            (panel,) = respondents.draw_panels([settings], rng)
            textfile.write(folder / FILES[0], panel)
        ids = (panel if listed is None else listed)[["respondent_id"]]
        lowest = ids.assign(**dict.fromkeys(asked, settings.levels[0]))
        textfile.write(folder / FILES[1], lowest)
        raw = rawstore.checked(aside, edition_id)
    none = pd.array([pd.NA] * len(raw.answers), dtype="Int64")
    return replace(raw, answers=raw.answers.assign(level=none, reason=NO_ANSWER))


def _placed(part: EditionBases, counts: Mapping, sentences: list, traits: Traits) -> pd.DataFrame:
    """The level of each respondent's answers."""
    edition, sizes = part.raw.edition, targets.group_sizes(part.raw.edition, sentences)
    drawn = respondents.placed(traits, part.counts(counts, None))
    if not sizes:
        return drawn
    group = respondents.grouped(traits.general, sizes)
    shares = targets.group_counts(part, counts, sentences, drawn, group)
    levels = [
        respondents.calibrated(traits.only(group.index[group == name]), shares[name], bounds)
        for name, bounds in targets.score_bounds(edition).items()
    ]
    return pd.concat(levels).loc[drawn.index]


def _cells(levels: pd.DataFrame, edition: Edition, rng: np.random.Generator) -> pd.DataFrame:
    """answers.csv: levels, the code of what does not concern, and some blanks."""
    blank = rng.random(levels.shape) < _BLANK
    text = levels.astype("Int64").astype("object").where(levels.notna(), edition.not_concerned[0])
    text = text.mask(levels.isna() & blank, None)
    return text.rename_axis("respondent_id").reset_index()
