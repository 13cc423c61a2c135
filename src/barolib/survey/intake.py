"""The raw files of an edition, read, corrected as declared, checked, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from unicodedata import normalize

import pandas as pd

from barolib.errors import Problem, StudyError, nearest
from barolib.files import ids, seal, textfile
from barolib.files.characters import of_fonts
from barolib.files.layout import Layout, refuse_name
from barolib.survey import (
    answers,
    contracts,
    corrections,
    publishable,
    references,
    reserved,
    sufficiency,
)
from barolib.survey.edition import Edition, Provenance, understood

REQUIRED = ("themes", "questionnaire")
OPTIONAL = ("respondents", "published_distributions", "published_claims", "corrections")
#: How the names of data files end, those that are read and those that are not.
_DATA = {".csv", ".tsv", ".tab", ".yml", ".yaml", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_WHOLE = {"themes": ["position"], "questionnaire": ["position"], "respondents": ["population"]}


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
        of = pd.concat([table["theme_id"], tags.explode()])
        ids = table["affirmation_id"].reindex(of.index)
        return {theme: ids[of == theme].tolist() for theme in self.themes["theme_id"]}


def read_raw(layout: Layout, edition: str) -> Raw:
    """The raw tables of `edition`; raises StudyError with every fault found in its folder."""
    refuse_name(edition)
    folder = layout.raw(edition)
    if not folder.is_dir():
        mend = nearest(edition, layout.editions())
        raise StudyError(Problem(f"data/raw/{edition}", "the folder is missing", mend))
    settings, faults = _settings(folder)
    problems = [*seal.broken(folder), *_stray(folder), *_twins(layout, edition), *faults]
    texts, faults = _read_texts(folder, settings)
    problems += faults
    if settings is None:
        asked = texts.get("questionnaire", pd.DataFrame())
        raise StudyError([*problems, *references.undecided(asked)])
    schemas, given = contracts.raw_contracts(settings), answers.none()
    log = pd.DataFrame(columns=corrections.LOG_COLUMNS, dtype="str")
    corrected, found = texts, []
    if "corrections" in texts:
        corrected, log, found = _corrected(texts, {problem.file for problem in faults})
    for stem, table in corrected.items():
        found += contracts.check(table, schemas[stem]) if stem in schemas else []
    found += reserved.faults(corrected, settings)
    found += publishable.faults(corrected, settings, of_fonts(layout.fonts))
    usable = _usable(corrected, faults, found)
    if set(REQUIRED) <= set(usable):
        amiss = any(problem.file == corrections.NAME for problem in found)
        more = references.dangling(usable, settings) + _unexplained(texts, usable)
        # Rows that a faulty correction would have moved stand under the same label.
        found += [each for each in more if not (amiss and each.message == references.TWICE)]
        if {"answers", "respondents"} <= set(usable):
            given, more = answers.tidy(usable, settings)
            found += more
            given = answers.none() if more else given
        found += sufficiency.faults(usable, given, settings)
    if problems or found:
        raise StudyError([*problems, *found])
    return _typed(settings, corrected, texts, log, given)


def _corrected(
    texts: dict[str, pd.DataFrame], unread: set[str]
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, list[Problem]]:
    """The texts with their corrections; those of files that can't be read wait for their mend."""
    declared = texts["corrections"]
    if "file" in declared:
        declared = declared[~declared["file"].isin(unread)]
    others = {stem: table for stem, table in texts.items() if stem != "corrections"}
    corrected, log, problems = corrections.apply(others, declared)
    return {**corrected, "corrections": texts["corrections"]}, log, problems


def _settings(folder: Path) -> tuple[Edition | None, list[Problem]]:
    """What edition.yml says, and its faults; None where it can't be understood."""
    try:
        settings, problems = understood(folder / "edition.yml")
    except StudyError as error:
        return None, list(error.problems)
    problems += answers.unclear(settings)
    if settings.id != folder.name:
        mend = f"write id: {folder.name!r}, or rename the folder"
        message = "differs from the folder's name"
        problems.append(Problem("edition.yml", message, mend, "", "id", settings.id))
    return settings, problems


def _twins(layout: Layout, edition: str) -> list[Problem]:
    """Other editions that some systems take for the same folder."""
    others = [each for each in layout.editions() if each != edition]
    return [
        Problem("data/raw", "some systems take it for another edition", "rename one", value=each)
        for each in others
        if ids.alike(each) == ids.alike(edition)
    ]


def _usable(
    texts: dict[str, pd.DataFrame], faults: list[Problem], found: list[Problem]
) -> dict[str, pd.DataFrame]:
    """The tables whose references can be looked up: read whole, with the columns that it takes."""
    torn = {Path(problem.file).stem for problem in faults}
    lame = {Path(problem.file).stem for problem in found if not (problem.row and problem.column)}
    return {
        stem: table
        for stem, table in texts.items()
        if stem not in torn
        and (stem not in lame or references.NEEDED.get(stem, {""}) <= set(table.columns))
    }


def _unexplained(
    texts: dict[str, pd.DataFrame], corrected: dict[str, pd.DataFrame]
) -> list[Problem]:
    """Printed rows that stand for nothing, and that no correction sets aside."""
    file = "published_distributions"
    if file not in corrected:
        return []
    blank = texts[file]["printed_as"].isna() & corrected[file]["printed_as"].isna()
    mend = "name what the row stands for; a correction to a blank cell sets a row aside"
    return [
        Problem(f"{file}.csv", "the cell is empty", mend, line, "printed_as")
        for line in blank.index[blank]
    ]


def _stray(folder: Path) -> list[Problem]:
    """Data files whose name no table bears: a misspelt one would be left out in silence.

    So would answers in a form that is not read, whatever the ending of their name.
    """
    known = [f"{stem}.csv" for stem in REQUIRED + OPTIONAL] + ["answers.csv", "answers.xlsx"]
    known += ["edition.yml", "import.yml", "import_log.csv"]
    return [
        Problem(path.name, "no table has this name", f"{nearest(path.name, known)} or remove it")
        for path in sorted(folder.iterdir())
        if (path.suffix.lower() in _DATA or path.stem.lower() == "answers")
        and path.name not in known
        and not path.name.startswith((".", "~$"))
    ]


def _read_texts(
    folder: Path, edition: Edition | None
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """The text tables that the folder holds, and the faults of the files."""
    texts, problems = {}, []
    provenance = edition.provenance if edition else Provenance()
    needed = list(REQUIRED)
    needed += ["published_distributions"] if provenance.tables else []
    needed += ["answers", "respondents"] if provenance.answers else []
    for stem in (*REQUIRED, *OPTIONAL, "answers"):
        path = folder / f"{stem}.csv"
        if stem == "answers" and path.with_suffix(".xlsx").exists():
            if path.exists():
                mend = "keep one of them"
                problems.append(Problem(path.name, "answers.xlsx is there as well", mend))
            path = path.with_suffix(".xlsx")
        if not path.exists() and stem not in needed:
            continue
        if not path.exists() and stem in ("answers", "respondents"):
            mend = f"put it into {folder.name}/, or: barolib import EXPORT --edition {folder.name}"
            problems.append(Problem(path.name, "the file is missing", mend))
            continue
        table, found = textfile.read(path)
        problems += found
        if table is not None:
            texts[stem] = _composed(table)
    if edition is None:
        return texts, problems
    for stem, key in (("answers", "answers"), ("published_distributions", "tables")):
        if stem in texts and not getattr(provenance, key):
            mend = f"say under provenance: {{{key}: collected, published or synthetic}}"
            message = f"says nothing of {stem}, which are there"
            problems.append(Problem("edition.yml", message, mend, column=f"provenance.{key}"))
    if not needed[len(REQUIRED) :]:
        mend = "give provenance: {tables: published}, or answers"
        problems.append(
            Problem("edition.yml", "neither answers nor tables", mend, column="provenance")
        )
    return texts, problems


def _composed(table: pd.DataFrame) -> pd.DataFrame:
    """The table with each accented letter in one character, as some systems do not write it."""
    texts = {column: cells.str.normalize("NFC") for column, cells in table.items()}
    return pd.DataFrame(texts, table.index).rename(columns=lambda name: normalize("NFC", name))


def _typed(
    edition: Edition,
    texts: dict[str, pd.DataFrame],
    as_read: dict,
    log: pd.DataFrame,
    given: pd.DataFrame,
) -> Raw:
    """The checked text tables with their types; tables that the edition lacks are empty."""
    schemas = contracts.raw_contracts(edition)
    whole = {
        **_WHOLE,
        "published_distributions": [*edition.percent_columns, "page"],
        "published_claims": ["page"],
    }
    tables = {}
    for stem in (*REQUIRED, *OPTIONAL):
        empty = pd.DataFrame(columns=list(schemas[stem].columns), dtype="str")
        tables[stem] = _whole_numbers(texts.get(stem, empty), whole.get(stem, []))
    before = as_read.get("published_distributions", tables["published_distributions"])
    return Raw(
        edition=edition,
        themes=tables["themes"].sort_values("position", ignore_index=True),
        questionnaire=tables["questionnaire"].sort_values(
            ["theme_id", "position"], ignore_index=True
        ),
        respondents=tables["respondents"].reset_index(drop=True),
        answers=given,
        printed=tables["published_distributions"].reset_index(drop=True),
        as_printed=before.reset_index(drop=True),
        claims=tables["published_claims"].fillna({"qualifier": ""}).reset_index(drop=True),
        corrections=tables["corrections"].reset_index(drop=True),
        log=log,
    )


def _whole_numbers(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return table.assign(**{column: table[column].astype("Int64") for column in columns})
