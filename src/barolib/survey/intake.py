"""The raw files of an edition, read, corrected as declared, checked, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from unicodedata import normalize

import pandas as pd

from barolib.errors import Problem, StudyError, nearest
from barolib.files import ids, seal, simulated, textfile
from barolib.files.characters import of_fonts
from barolib.files.layout import Layout, refuse_name
from barolib.survey import (
    answers,
    cells,
    contracts,
    corrections,
    publishable,
    references,
    reserved,
    sufficiency,
)
from barolib.survey.edition import Edition, Provenance, parse

REQUIRED = ("themes", "questionnaire")
OPTIONAL = ("respondents", "published_distributions", "published_claims", "corrections")
#: How the names of data files end, those that are read and those that are not.
_DATA = {".csv", ".tsv", ".tab", ".yml", ".yaml", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}


@dataclass(frozen=True)
class Raw:
    """An edition's raw tables, typed and corrected; a table that the edition lacks is empty.

    `as_printed` is published_distributions before corrections; `log` lists each correction applied
    (columns of the table cleaning_log).
    """

    edition: Edition
    themes: pd.DataFrame
    questionnaire: pd.DataFrame
    respondents: pd.DataFrame
    answers: pd.DataFrame
    printed: pd.DataFrame
    as_printed: pd.DataFrame
    claims: pd.DataFrame
    corrections: pd.DataFrame
    log: pd.DataFrame = field(repr=False)

    @property
    def panel(self) -> int | None:
        """How many respondents took part, where it is known."""
        if len(self.participants):
            return len(self.participants)
        return self.edition.panel.respondents if self.edition.panel else None

    @cached_property
    def participants(self) -> pd.DataFrame:
        """The respondents who took part: those listed; where there are answers, who gave any.

        That an affirmation does not concern one is an answer.
        """
        given = self.answers.loc[self.answers["reason"] != answers.NO_ANSWER, "respondent_id"]
        listed = self.respondents
        return listed[listed["respondent_id"].isin(given.unique())] if len(self.answers) else listed

    @cached_property
    def members(self) -> dict[str, list[str]]:
        """The affirmations of each theme, and those that each transverse theme tags."""
        table = self.questionnaire
        tags = table["transverse_ids"].fillna("").str.split(r"\s*;\s*", regex=True)
        themes = pd.concat([table["theme_id"], tags.explode()])
        affirmations = table["affirmation_id"].reindex(themes.index)
        return {id_: affirmations[themes == id_].tolist() for id_ in self.themes["theme_id"]}


def read_raw(layout: Layout, edition_id: str) -> Raw:
    """The raw tables of an edition, typed and corrected.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    edition_id : str
        The id of the edition.

    Returns
    -------
    Raw
        Its tables; one that the edition lacks is empty.

    Raises
    ------
    StudyError
        With every fault found in its folder, or where there is no such folder.

    Examples
    --------
    >>> raw = read_raw(Layout.find(), "2021")
    >>> len(raw.themes), len(raw.questionnaire), raw.panel
    (13, 77, 34)
    """
    refuse_name(edition_id)
    folder = layout.raw(edition_id)
    if not folder.is_dir():
        fix = nearest(edition_id, layout.editions())
        raise StudyError(Problem(f"data/raw/{edition_id}", "the folder is missing", fix))
    settings, faults = _settings(folder)
    problems = [*seal.broken(folder), *_unknown_files(folder), *_twins(layout, edition_id), *faults]
    as_read, unread = _read_texts(folder, settings.provenance if settings else Provenance())
    problems += unread
    if settings is None:
        asked = as_read.get("questionnaire", pd.DataFrame())
        raise StudyError([*problems, *references.undecided(asked)])
    problems += _provenance_faults(as_read, settings.provenance)
    problems += _simulated_faults(folder, settings.provenance)
    texts, log, faults = _corrected(as_read, unread)
    for stem, schema in contracts.raw_contracts(settings).items():
        faults += contracts.check(texts[stem], schema) if stem in texts else []
    faults += reserved.faults(texts, settings)
    faults += publishable.faults(texts, settings, of_fonts(layout.fonts))
    given, more = _related_faults(as_read, _usable(texts, unread, faults), settings)
    if any(problem.file == corrections.NAME for problem in faults):
        # Rows that a faulty correction would have moved stand under the same label.
        more = [problem for problem in more if problem.message != references.TWICE]
    if problems or faults or more:
        raise StudyError([*problems, *faults, *more])
    return _typed(settings, texts, as_read, log, given)


def _related_faults(
    as_read: dict[str, pd.DataFrame], usable: dict[str, pd.DataFrame], edition: Edition
) -> tuple[pd.DataFrame, list[Problem]]:
    """The table `answers`, and the faults that only tables taken together show."""
    given = answers.empty()
    if not set(REQUIRED) <= set(usable):
        return given, []
    problems = references.dangling(usable, edition) + _unlabelled_rows(as_read, usable)
    if {"answers", "respondents"} <= set(usable):
        table, faults = answers.tidy(usable, edition)
        given = given if faults else table
        problems += faults
    return given, problems + sufficiency.faults(usable, given, edition)


def _corrected(
    texts: dict[str, pd.DataFrame], unread: list[Problem]
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, list[Problem]]:
    """The texts with their corrections; those of files that can't be read wait for their fix."""
    declared = texts.get("corrections", pd.DataFrame())
    if "file" in declared:
        declared = declared[~declared["file"].isin({problem.file for problem in unread})]
    others = {stem: table for stem, table in texts.items() if stem != "corrections"}
    corrected, log, problems = corrections.apply(others, declared)
    return texts | corrected, log, problems


def _settings(folder: Path) -> tuple[Edition | None, list[Problem]]:
    """What edition.yml says, and its faults; None where it can't be understood."""
    try:
        settings, problems = parse(folder / "edition.yml")
    except StudyError as error:
        return None, list(error.problems)
    problems += answers.ambiguous_texts(settings)
    if settings.id != folder.name:
        fix = f"write id: {folder.name!r}, or rename the folder"
        message = "differs from the folder's name"
        problems.append(Problem("edition.yml", message, fix, "", "id", settings.id))
    return settings, problems


def _twins(layout: Layout, edition_id: str) -> list[Problem]:
    """Other editions that some systems take for the same folder."""
    return [
        Problem("data/raw", "some systems take it for another edition", "rename one", value=other)
        for other in layout.editions()
        if other != edition_id and ids.alike(other) == ids.alike(edition_id)
    ]


def _usable(
    texts: dict[str, pd.DataFrame], unread: list[Problem], faults: list[Problem]
) -> dict[str, pd.DataFrame]:
    """The tables whose references can be looked up: read whole, with the columns that it takes."""
    torn = {Path(problem.file).stem for problem in unread}
    lame = {Path(problem.file).stem for problem in faults if not (problem.row and problem.column)}
    return {
        stem: table
        for stem, table in texts.items()
        if stem not in torn
        and (stem not in lame or references.NEEDED.get(stem, {""}) <= set(table.columns))
    }


def _unlabelled_rows(
    as_read: dict[str, pd.DataFrame], corrected: dict[str, pd.DataFrame]
) -> list[Problem]:
    """Printed rows that stand for nothing, and that no correction sets aside."""
    stem = "published_distributions"
    if stem not in corrected:
        return []
    label = as_read[stem]["printed_as"]
    blank = label[label.isna() & corrected[stem]["printed_as"].isna()]
    fix = "name what the row stands for; a correction to a blank cell sets a row aside"
    return cells.problems(f"{stem}.csv", blank, "the cell is empty", fix)


def _unknown_files(folder: Path) -> list[Problem]:
    """Data files whose name no table bears: a misspelt one would be left out in silence.

    So would answers in a form that is not read, whatever the ending of their name.
    """
    known = [f"{stem}.csv" for stem in REQUIRED + OPTIONAL] + ["answers.csv", "answers.xlsx"]
    known += ["edition.yml", "import.yml", "import_log.csv", "structure.csv"]
    return [
        Problem(path.name, "no table has this name", f"{nearest(path.name, known)} or remove it")
        for path in sorted(folder.iterdir())
        if (path.suffix.lower() in _DATA or path.stem.lower() == "answers")
        and path.name not in known
        and not path.name.startswith((".", "~$"))
    ]


def _read_texts(
    folder: Path, provenance: Provenance
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """The text tables that the folder holds, and the faults of the files."""
    texts, problems = {}, []
    needed = {*REQUIRED} | ({"published_distributions"} if provenance.tables else set())
    needed |= {"answers", "respondents"} if provenance.answers else set()
    for stem in (*REQUIRED, *OPTIONAL, "answers"):
        path = folder / f"{stem}.csv"
        if stem == "answers" and path.with_suffix(".xlsx").exists():
            if path.exists():
                fix = "keep one of them"
                problems.append(Problem(path.name, "answers.xlsx is there as well", fix))
            path = path.with_suffix(".xlsx")
        if not path.exists() and stem not in needed:
            continue
        if not path.exists() and stem in ("answers", "respondents"):
            fix = f"put it into {folder.name}/, or: barolib import EXPORT --edition {folder.name}"
            problems.append(Problem(path.name, "the file is missing", fix))
            continue
        table, faults = textfile.read(path)
        problems += faults
        if table is not None:
            texts[stem] = _nfc(table)
    return texts, problems


def _provenance_faults(texts: dict[str, pd.DataFrame], provenance: Provenance) -> list[Problem]:
    """Tables of which edition.yml does not say where they come from; neither kind of them."""
    problems = []
    for stem, key in (("answers", "answers"), ("published_distributions", "tables")):
        if stem in texts and not getattr(provenance, key):
            fix = f"say under provenance: {{{key}: collected, published or synthetic}}"
            message = f"says nothing of {stem}, which are there"
            problems.append(Problem("edition.yml", message, fix, column=f"provenance.{key}"))
    if not (provenance.answers or provenance.tables):
        fix = "give provenance: {tables: published}, or answers"
        message = "neither answers nor tables"
        problems.append(Problem("edition.yml", message, fix, column="provenance"))
    return problems


def _simulated_faults(folder: Path, provenance: Provenance) -> list[Problem]:
    """Files that a stand-in wrote, where answers are said to be of respondents."""
    if provenance.answers in (None, "synthetic"):
        return []
    fix = f"barolib import EXPORT --edition {folder.name} replaces it; or say answers: synthetic"
    message = "simulated, though edition.yml says otherwise"
    return [Problem(name, message, fix) for name in sorted(simulated.names(folder))]


def _nfc(table: pd.DataFrame) -> pd.DataFrame:
    """The table with each accented letter in one character, as some systems do not write it."""
    texts = {name: column.str.normalize("NFC") for name, column in table.items()}
    return pd.DataFrame(texts, table.index).rename(columns=lambda name: normalize("NFC", name))


def _typed(
    edition: Edition,
    texts: dict[str, pd.DataFrame],
    as_read: dict[str, pd.DataFrame],
    log: pd.DataFrame,
    given: pd.DataFrame,
) -> Raw:
    """The checked text tables with their types; tables that the edition lacks are empty."""
    tables = {}
    for stem in (*REQUIRED, *OPTIONAL):
        types = contracts.types("raw", stem, edition.levels)
        table = texts.get(stem, pd.DataFrame(columns=[*types], dtype="str"))
        whole = [name for name, type_ in types.items() if contracts.is_whole(type_)]
        tables[stem] = table.astype(dict.fromkeys(whole, "Int64")).reset_index(drop=True)
    printed = tables["published_distributions"]
    as_printed = as_read.get("published_distributions", printed)
    themes = tables["themes"].sort_values("position", ignore_index=True)
    order = ["theme_id", "position"]
    return Raw(
        edition=edition,
        themes=themes,
        questionnaire=tables["questionnaire"].sort_values(order, ignore_index=True),
        respondents=tables["respondents"],
        answers=given,
        printed=printed,
        as_printed=as_printed.reset_index(drop=True),
        claims=tables["published_claims"].fillna({"qualifier": ""}),
        corrections=tables["corrections"],
        log=log,
    )
