"""The stand-in: synthetic answers of respondents that never were, true to all that was published.

An edition and the one before it, where that is synthetic too, are made together. The agreement with
what was published is by construction. Where nothing is published yet, they are a dry run.
docs/method.md, "Stand-in" and "Dry run".
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from barolib.errors import Problem, StudyError
from barolib.files import simulated, textfile
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


#: What is said of what was made.
_STAND_IN = """\
stand-in of {edition}: {respondents} simulated respondents, true to what was published of it
now: barolib check {edition} --seal"""
_DRY_RUN = """\
dry run of {edition}: {respondents} respondents, {affirmations} affirmations, simulated answers
nothing is published of it yet: they show what its report will look like, and say nothing
now: barolib run --edition {edition}; later say answers: collected, and import the export"""


@dataclass(frozen=True)
class Made:
    """What a stand-in wrote, and what to say of it."""

    paths: list[Path]
    summary: str


def make(layout: Layout, edition_id: str) -> Made:
    """Write answers.csv of a synthetic edition, and respondents.csv unless it says who is asked.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    edition_id : str
        The id of the edition.

    Returns
    -------
    Made
        The paths of what is written, and a summary.

    Raises
    ------
    StudyError
        Where its answers are not synthetic or were imported, nothing fits, or, of an edition that
        something is published of, its panel is not known or those asked are listed.

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
    ...     [path.name for path in make(study, "2018").paths]
    ['respondents.csv', 'answers.csv']
    """
    folder, partners = layout.raw(edition_id), _partners(layout, edition_id)
    if (folder / "import_log.csv").exists():
        fix = "leave them; or try the stand-in in another folder, without import_log.csv"
        raise StudyError(Problem(f"{edition_id}/answers.csv", "the answers were imported", fix))
    listed = invited(folder) is not None
    raws = {partner: without_answers(layout, partner) for partner in partners}
    raw, said = raws[edition_id], {claim.edition for claim in sentences_about([*raws.values()])}
    published = bool(len(raw.printed)) or edition_id in said
    if published:
        if listed:
            fix = "move the file aside: a stand-in for what is published draws its own respondents"
            where = f"{edition_id}/{FILES[0]}"
            raise StudyError(Problem(where, "lists those who are asked", fix))
        for partner in raws.values():
            _refuse_unknown_panel(partner.edition)
        panel, answers = generate([*raws.values()])[edition_id]
    else:
        rng = np.random.default_rng(raw.edition.seed)
        panel = raw.respondents if listed else dry_run.panel(raw.edition, rng)
        answers = _cells(dry_run.levels(raw, panel, rng), raw.edition, rng)
    tables = {FILES[1]: answers} if listed else {FILES[0]: panel, FILES[1]: answers}
    for name, table in tables.items():
        textfile.write(folder / name, table)
    paths = [folder / name for name in tables]
    simulated.record(folder, paths)
    about = _STAND_IN if published else _DRY_RUN
    sizes = {"respondents": len(panel), "affirmations": len(raw.questionnaire)}
    return Made(paths, about.format(edition=edition_id, **sizes))


def invited(folder: Path) -> pd.DataFrame | None:
    """The edition's respondents.csv as it is; None where it has none but those of a stand-in."""
    if not (folder / FILES[0]).exists() or FILES[0] in simulated.names(folder):
        return None
    table, problems = textfile.read(folder / FILES[0])
    if table is None:
        raise StudyError(problems)
    if "name" not in table:
        return table
    return None if table["name"].astype("str").str.startswith(respondents.NAME).all() else table


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
    _refuse_others(settings[edition_id])
    synthetic = [e for e, setting in settings.items() if setting.provenance.answers == "synthetic"]
    place = synthetic.index(edition_id)
    return synthetic[place : place + 2] if synthetic[place + 1 :] else synthetic[-2:]


def _refuse_others(edition: Edition) -> None:
    """Raises StudyError for an edition whose answers are not synthetic."""
    if edition.provenance.answers != "synthetic":
        fix = "answers of respondents are never replaced; for a stand-in, say answers: synthetic"
        where = f"{edition.id}/edition.yml"
        message = "does not say synthetic"
        raise StudyError(Problem(where, message, fix, column="provenance.answers"))


def _refuse_unknown_panel(edition: Edition) -> None:
    """Raises StudyError for an edition that does not say who answered."""
    panel = edition.panel
    if not panel or sum(panel.by_status.values()) != panel.respondents:
        fix = "give panel: {respondents, by_status}, every respondent with a status"
        where = f"{edition.id}/edition.yml"
        raise StudyError(Problem(where, "does not say who answers", fix, column="panel"))


def without_answers(layout: Layout, edition_id: str) -> Raw:
    """The raw tables of an edition without its answers: every cell blank.

    They are read with the lowest level in every cell, since answers of nobody are refused.
    """
    settings = read_edition(layout.raw(edition_id) / "edition.yml")
    listed = invited(layout.raw(edition_id))
    with tempfile.TemporaryDirectory() as scratch:
        aside = Layout.at(scratch)
        left_out = shutil.ignore_patterns(SEAL, *FILES[0 if listed is None else 1 :])
        folder = shutil.copytree(layout.raw(edition_id), aside.raw(edition_id), ignore=left_out)
        asked = pd.read_csv(folder / "questionnaire.csv")["affirmation_id"]
        if listed is None:
            panel = dry_run.panel(settings, np.random.default_rng(settings.seed))
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
    code = next(iter(edition.not_concerned), None)
    text = levels.astype("Int64").astype("object").where(levels.notna(), code)
    text = text.mask(levels.isna() & blank, None)
    return text.rename_axis("respondent_id").reset_index()
