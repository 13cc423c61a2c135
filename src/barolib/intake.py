"""The raw files of an edition, read, corrected as declared, checked, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from barolib import claims, contracts, corrections, seal, textfile
from barolib.edition import Edition, read_edition
from barolib.errors import Problem, StudyError, nearest
from barolib.layout import Layout

REQUIRED = ("themes", "questionnaire")
OPTIONAL = ("respondents", "published_distributions", "published_claims", "corrections")
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
    printed: pd.DataFrame
    as_printed: pd.DataFrame
    claims: pd.DataFrame
    corrections: pd.DataFrame
    log: pd.DataFrame = field(repr=False)

    @property
    def panel(self) -> int | None:
        """How many respondents took part, where it is known."""
        if len(self.respondents):
            return len(self.respondents)
        return self.edition.panel.respondents if self.edition.panel else None

    @property
    def members(self) -> dict[str, list[str]]:
        """The affirmations of each theme, and those that each transverse theme tags."""
        table = self.questionnaire
        tags = table["transverse_ids"].fillna("").str.split(r"\s*;\s*", regex=True)
        of = pd.concat([table["theme_id"], tags.explode()])
        ids = table["affirmation_id"].reindex(of.index)
        return {theme: ids[of == theme].tolist() for theme in self.themes["theme_id"]}


def read_raw(layout: Layout, edition: str) -> Raw:
    """The raw tables of `edition`; raises StudyError with every fault found in its folder."""
    folder = layout.raw(edition)
    if not folder.is_dir():
        mend = nearest(edition, layout.editions())
        raise StudyError(Problem(f"data/raw/{edition}", "the folder is missing", mend))
    problems = seal.broken(folder) + _stray(folder)
    try:
        settings = read_edition(folder / "edition.yml")
    except StudyError as error:
        raise StudyError([*problems, *error.problems]) from None
    if settings.id != folder.name:
        mend = f"write id: {folder.name!r}, or rename the folder"
        problems.append(
            Problem("edition.yml", "differs from the folder's name", mend, "", "id", settings.id)
        )
    texts, found = _read_texts(folder, settings)
    problems += found
    as_read = dict(texts)
    texts, log, found = _corrected(texts)
    problems += found
    schemas = contracts.raw_contracts(settings)
    for stem, table in texts.items():
        problems += contracts.check(table, schemas[stem])
    if not problems:
        problems += _links(texts, settings)
    if problems:
        raise StudyError(problems)
    return _typed(settings, texts, as_read, log)


def _stray(folder: Path) -> list[Problem]:
    """Data files whose name no table bears: a misspelt one would be left out in silence."""
    known = [f"{stem}.csv" for stem in REQUIRED + OPTIONAL] + ["answers.csv", "answers.xlsx"]
    known += ["edition.yml"]
    return [
        Problem(path.name, "no table has this name", f"{nearest(path.name, known)} or remove it")
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in {".csv", ".xlsx", ".yml", ".yaml"}
        and path.name not in known
        and not path.name.startswith((".", "~$"))
    ]


def _read_texts(folder: Path, edition: Edition) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """The text tables that the folder holds, and the faults of the files."""
    texts, problems = {}, []
    needed = list(REQUIRED)
    needed += ["published_distributions"] if edition.provenance.tables else []
    for stem in REQUIRED + OPTIONAL:
        path = folder / f"{stem}.csv"
        if not path.exists() and stem not in needed:
            continue
        table, found = textfile.read(path)
        problems += found
        if table is not None:
            texts[stem] = table
    if not (edition.provenance.tables or edition.provenance.answers):
        mend = "give provenance: {tables: published}, or answers"
        problems.append(
            Problem("edition.yml", "neither answers nor tables", mend, column="provenance")
        )
    return texts, problems


def _corrected(
    texts: dict[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, list[Problem]]:
    declared = texts.get("corrections")
    needed = {"file", "key", "column", "printed", "corrected", "reason"}
    if declared is None or not needed <= set(declared.columns):
        return texts, pd.DataFrame(columns=corrections.LOG_COLUMNS, dtype="str"), []
    others = {stem: table for stem, table in texts.items() if stem != "corrections"}
    others, log, problems = corrections.apply(others, declared)
    return {**others, "corrections": declared}, log, problems


def _links(texts: dict[str, pd.DataFrame], edition: Edition) -> list[Problem]:
    """Every reference of one table to another that leads nowhere."""
    themes, questionnaire = texts["themes"], texts["questionnaire"]
    kinds = themes.set_index("theme_id")["kind"]
    own, across = kinds.index[kinds == "theme"], kinds.index[kinds == "transverse"]
    subjects = [*questionnaire["affirmation_id"], *own, *across]
    problems = _unknown("questionnaire", questionnaire["theme_id"], own, "theme")
    tags = questionnaire["transverse_ids"].dropna().str.split(";").explode().str.strip()
    problems += _unknown("questionnaire", tags, across, "transverse theme")
    printed = texts.get("published_distributions")
    if printed is not None:
        named = printed["printed_as"].dropna()
        problems += _unknown("published_distributions", named, subjects, "affirmation or theme")
        for line, value in named[named.duplicated()].items():
            message = "two printed rows stand for the same affirmation or theme"
            mend = "reassign one of them in corrections.csv"
            problems.append(
                Problem("published_distributions.csv", message, mend, line, "printed_as", value)
            )
    if "published_claims" in texts:
        problems += _claim_links(texts["published_claims"], subjects, edition)
    return problems


def _claim_links(table: pd.DataFrame, subjects: list[str], edition: Edition) -> list[Problem]:
    problems = _unknown("published_claims", table["subject"], subjects, "affirmation or theme")
    qualifiers = table["qualifier"].dropna()
    problems += _unknown("published_claims", qualifiers, claims.QUALIFIERS, "qualifier")
    levels = table["levels"]
    # A run written backwards names no level at all.
    beyond = levels.map(lambda text: not set(claims.levels_of(text) or [0]) <= set(edition.levels))
    for line, value in levels[beyond & (table["edition"] == edition.id)].items():
        mend = f"write levels from 1 to {len(edition.levels)}"
        problems.append(
            Problem("published_claims.csv", "not levels of the scale", mend, line, "levels", value)
        )
    return problems


def _unknown(stem: str, values: pd.Series, known, what: str) -> list[Problem]:
    """A problem for each value that is not known."""
    return [
        Problem(f"{stem}.csv", f"unknown {what}", nearest(value, known), line, values.name, value)
        for line, value in values.items()
        if value not in set(known)
    ]


def _typed(
    edition: Edition, texts: dict[str, pd.DataFrame], as_read: dict, log: pd.DataFrame
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
        printed=tables["published_distributions"].reset_index(drop=True),
        as_printed=before.reset_index(drop=True),
        claims=tables["published_claims"].fillna({"qualifier": ""}).reset_index(drop=True),
        corrections=tables["corrections"].reset_index(drop=True),
        log=log,
    )


def _whole_numbers(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return table.assign(**{column: table[column].astype("Int64") for column in columns})
