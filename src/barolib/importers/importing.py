"""The import: an export's mapping drafted, then used, once nothing in it is open any more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from barolib.errors import Problem, StudyError
from barolib.files import digests, seal, simulated, textfile
from barolib.files.layout import Layout
from barolib.importers import conversion, drafting, exportfile, mapping, structure
from barolib.importers.conversion import RESPONDENT_COLUMNS
from barolib.importers.headings import Known, parse
from barolib.survey import contracts
from barolib.survey.edition import Edition, read_edition

#: The log of the import, beside the tables that it made.
LOG = "import_log.csv"
ADDED = "added"


@dataclass(frozen=True)
class Sources:
    """What an import rests on: the export, the edition, and respondents in RESPONDENT_COLUMNS.

    `listed`: those of the edition's list before any import; `known`: these, then those of earlier
    editions.
    """

    export: exportfile.Export
    edition: Edition
    questionnaire: pd.DataFrame
    listed: pd.DataFrame
    known: pd.DataFrame


def sources(layout: Layout, edition_id: str, file: Path, used: mapping.Mapping) -> Sources:
    """The export read as its mapping says, and what the edition has beside it."""
    folder = layout.raw(edition_id)
    settings, questionnaire = _asked(folder)
    export = _export(file, used.export, structure.kept(folder))
    listed = _listed(folder, settings)
    return Sources(export, settings, questionnaire, listed, _known(layout, edition_id, listed))


def draft(
    layout: Layout, edition_id: str, file: Path, heading_rows: int | None, sheet: str | None = None
) -> mapping.Mapping:
    """The mapping of the export onto the edition, guesses listed; nothing is written."""
    folder = layout.raw(edition_id)
    settings, questionnaire = _asked(folder)
    kept = structure.kept(folder)
    asked = Known.of(questionnaire, kept.affirmations)
    source = mapping.Source(file=file.name, heading_rows=heading_rows or 0, sheet=sheet)
    export = _export(file, source, kept, asked.texts)
    known = _known(layout, edition_id, _listed(folder, settings))
    return drafting.draft(export, settings, asked, known)


def redraft(layout: Layout, edition_id: str, file: Path, used: mapping.Mapping) -> mapping.Mapping:
    """The mapping with what hangs on headings that were set by hand: ids, statuses, answers.

    The same one where nothing is to add.
    """
    folder = layout.raw(edition_id)
    if guarded(folder, _asked(folder)[0]):
        return used
    given = sources(layout, edition_id, file, used)
    return drafting.redraft(used, given.export, given.edition, given.known)


def _export(
    file: Path, source: mapping.Source, kept: structure.Kept, known: Collection[str] = ()
) -> exportfile.Export:
    """The export, its codes as the texts that the survey's structure has for them."""
    export = exportfile.read(file, source.heading_rows or None, source.sheet, known)
    table = export.table.copy()
    for heading in parse(table.columns) if kept.choices else []:
        texts = next(filter(None, map(kept.choices.get, heading.codes)), {})
        told = table[heading.name].map(lambda cell, t=texts: t.get(cell, cell))
        table[heading.name] = told.astype("str")  # a blank column too
    return replace(export, table=table)


def notes(layout: Layout, edition_id: str) -> dict[str, str]:
    """What each affirmation and each level of the edition is, in French."""
    settings, questionnaire = _asked(layout.raw(edition_id))
    levels = {str(level.level): level.label.fr for level in settings.scale}
    return levels | questionnaire.set_index("affirmation_id")["label_fr"].to_dict()


def import_responses(
    layout: Layout, edition_id: str, file: Path, used: mapping.Mapping
) -> conversion.Imported:
    """Writes respondents.csv, answers.csv and the log of the import; returns what was imported.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    edition_id : str
        The id of the edition that the answers are for.
    file : Path
        The export.
    used : Mapping
        Its mapping, with nothing left to confirm.

    Raises
    ------
    StudyError
        Where the mapping leaves something open, where the folder is sealed, or where its answers
        were not imported. Nothing is written then.

    """
    folder = layout.raw(edition_id)
    given = sources(layout, edition_id, file, used)
    problems = [*guarded(folder, given.edition)]
    listed, asked = given.listed, given.questionnaire["affirmation_id"].tolist()
    try:
        imported = conversion.convert(given.export, used, given.edition, asked, given.known)
    except StudyError as error:
        raise StudyError([*problems, *error.problems]) from None
    people = _together(listed, imported.respondents)
    lines = dict(zip(listed["respondent_id"], listed.index, strict=True))
    named = people.set_axis([lines.get(id_, id_) for id_ in people["respondent_id"]])
    problems += contracts.check(named, contracts.raw_contracts(given.edition)["respondents"])
    if problems:
        raise StudyError(problems)
    log = _log(file, given.export.sheet, listed, people, imported)
    answers = imported.answers[["respondent_id", *asked]]
    for name, table in (("respondents.csv", people), ("answers.csv", answers), (LOG, log)):
        textfile.write(folder / name, table)
    (folder / simulated.NAME).unlink(missing_ok=True)
    return imported


def _asked(folder: Path) -> tuple[Edition, pd.DataFrame]:
    """The settings and the questionnaire of the edition that the answers are for."""
    settings = read_edition(folder / "edition.yml")
    table, problems = textfile.read(folder / "questionnaire.csv")
    if table is not None:
        problems += contracts.check(table, contracts.raw_contracts(settings)["questionnaire"])
    if problems:
        raise StudyError(problems)
    return settings, table


def guarded(folder: Path, settings: Edition) -> list[Problem]:
    """Why answers can't be put into the folder."""
    problems = []
    if settings.provenance.answers == "synthetic":
        message = "says that the answers are simulated"
        fix = "say answers: collected; those of a dry run are then replaced"
        problems.append(Problem("edition.yml", message, fix, column="provenance.answers"))
    if (folder / seal.NAME).exists():
        fix = f"remove {seal.NAME} if the answers are to be imported again"
        problems.append(Problem(seal.NAME, "the folder is sealed", fix))
    for name in ("answers.csv", "answers.xlsx"):
        imported = (folder / LOG).exists() or name in simulated.names(folder)
        if (folder / name).exists() and not imported:
            fix = "move it elsewhere if the export is to take its place"
            problems.append(Problem(name, "the folder has answers that were not imported", fix))
    return problems


def _known(layout: Layout, edition_id: str, listed: pd.DataFrame) -> pd.DataFrame:
    """Respondents known before: those listed for the edition, then those of earlier ones.

    Those of synthetic answers stand for nobody: they keep their id to themselves, without a name.
    """
    tables = [listed]
    for earlier in reversed(layout.earlier(edition_id)):
        folder = layout.raw(earlier)
        table, _ = textfile.read(folder / "respondents.csv")
        if table is not None:
            if read_edition(folder / "edition.yml").provenance.answers == "synthetic":
                table = table.reindex(columns=["respondent_id"])
            tables.append(table)
    known = pd.concat([table.reindex(columns=RESPONDENT_COLUMNS) for table in tables])
    return known.dropna(subset="respondent_id").astype("str").reset_index(drop=True)


def _listed(folder: Path, settings: Edition) -> pd.DataFrame:
    """The respondents listed in the folder before any import, those asked among them."""
    path = folder / "respondents.csv"
    if not path.exists() or path.name in simulated.names(folder):
        return pd.DataFrame(columns=RESPONDENT_COLUMNS, dtype="str")
    table, problems = textfile.read(folder / "respondents.csv")
    if table is not None:
        columns = list(dict.fromkeys([*table, *RESPONDENT_COLUMNS[1:]]))
        filled = table.reindex(columns=columns).astype("str")
        faults = contracts.check(filled, contracts.raw_contracts(settings)["respondents"])
        # What a row leaves blank, the export may say.
        problems += [p for p in faults if not p.row or p.value or p.column == "respondent_id"]
    log: pd.DataFrame | None = None
    if not problems and (folder / LOG).exists():
        log, problems = textfile.read(folder / LOG)
        if log is not None and not problems and not {"row", "rule"} <= {*log}:
            fix = "restore it, or remove it together with the answers that it is about"
            problems = [Problem(LOG, "not the log of an import", fix)]
    if table is None or problems:
        raise StudyError(problems)
    if log is not None:
        table = table[~table["respondent_id"].isin(log.loc[log["rule"] == ADDED, "row"])]
    return table


def _together(listed: pd.DataFrame, imported: pd.DataFrame) -> pd.DataFrame:
    """The respondents imported, and those listed before; a listed one keeps what its row says."""
    own = listed.reindex(columns=RESPONDENT_COLUMNS).set_index("respondent_id")
    own = own.combine_first(imported.set_index("respondent_id"))
    return own.reset_index()[RESPONDENT_COLUMNS]


def _log(
    file: Path,
    sheet: str,
    listed: pd.DataFrame,
    people: pd.DataFrame,
    imported: conversion.Imported,
) -> pd.DataFrame:
    """The log of the import: the export itself, respondents added to the list, all that left."""
    about = f"SHA-256 {digests.of_file(file)}" + (f", sheet {sheet}" if sheet else "")
    lines = [(file.name, "", "", None, None, "export", about)]
    added = people.loc[~people["respondent_id"].isin(listed["respondent_id"]), "respondent_id"]
    why = (ADDED, "answered; was not listed before")
    lines += [("respondents.csv", id_, "", None, None, *why) for id_ in added]
    given = imported.respondents.melt("respondent_id").dropna()
    both = given.merge(people.melt("respondent_id"), on=["respondent_id", "variable"])
    differ = both[both["value_x"] != both["value_y"]]
    why = ("listed", "as the list had it")
    lines += [("respondents.csv", *row, *why) for row in differ.itertuples(index=False)]
    columns = imported.log.columns
    return pd.concat([pd.DataFrame(lines, columns=columns, dtype="str"), imported.log])
