"""An export and its mapping made respondents, answers and a log of all that is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import pandas as pd

from barolib.errors import Problem, StudyError, nearest
from barolib.exports import drafting
from barolib.exports.exportfile import Export
from barolib.exports.mapping import NAME, Mapping
from barolib.files.ids import fault
from barolib.survey.corrections import LOG_COLUMNS
from barolib.survey.edition import Edition

RESPONDENT_COLUMNS = ["respondent_id", "name", "status", "population"]

#: A line of the log: line of the export, column, text, rule, reason.
LogLine = tuple[str, str, str | None, str, str]


@dataclass(frozen=True)
class Imported:
    """The text tables respondents and answers (as in data/raw) and the log of the import."""

    respondents: pd.DataFrame
    answers: pd.DataFrame
    log: pd.DataFrame

    @property
    def summary(self) -> str:
        """How many were imported, and how many lines, columns and cells were left out, by rule."""
        rules = self.log["rule"].value_counts().sort_index()
        left = ", ".join(f"{count} {rule}" for rule, count in rules.items()) or "nothing"
        return f"{len(self.answers)} respondents imported; left out: {left}"


def convert(
    export: Export, mapping: Mapping, edition: Edition, asked: list[str], known: pd.DataFrame
) -> Imported:
    """The export as respondents and answers; of several responses by one, the latest complete one.

    Parameters
    ----------
    export
        The responses, as text.
    mapping
        What each heading and answer of the export stands for.
    edition
        The settings of the edition that the answers are for.
    asked
        Its affirmations.
    known
        Respondents known before, in RESPONDENT_COLUMNS, the surest first.

    Returns
    -------
    Imported
        Its log has a row for each response, column and cell that is left out (columns of the table
        cleaning_log).

    Raises
    ------
    StudyError
        With everything that hinders the import.

    """
    problems = [*_mapping_faults(export, mapping, edition, asked)]
    if problems:
        raise StudyError(problems)
    file, (rows, complete, left_out) = export.name, _counted(export, mapping)
    if rows.empty:
        raise StudyError(_none_left(file, mapping, left_out))
    ids, problems = _ids(rows, mapping, known, file)
    dates, faults = _dates(rows, mapping, file)
    kept, duplicates = _latest(ids, complete, dates)
    rows, ids = rows.loc[kept], ids[kept]
    answers, unknown = _answers(rows, mapping, file)
    respondents, lacking = _respondents(rows, ids, mapping, edition, known)
    problems += [*faults, *unknown]
    for cells, message, mend in lacking:
        problems += _problems(file, cells, message, mend)
    if not problems and (answers.isna() | (answers == "")).all(axis=None):
        mend = f"see whether affirmations in {NAME} has the headings of the answers"
        problems.append(Problem(file, "every answer is blank", mend))
    if problems:
        raise StudyError(problems)
    log = [*left_out, *duplicates, *_blanked(rows, mapping)]
    log += [("", heading, None, "column", "not imported") for heading in mapping.ignored]
    table = pd.DataFrame(
        [(file, line, column, text, None, *why) for line, column, text, *why in log],
        columns=LOG_COLUMNS,
        dtype="str",
    )
    answers.insert(0, "respondent_id", ids)
    return Imported(respondents, answers.sort_values("respondent_id", ignore_index=True), table)


def _mapping_faults(
    export: Export, mapping: Mapping, edition: Edition, asked: list[str]
) -> Iterator[Problem]:
    """What the mapping leaves open, or names that is not there."""
    for doubt in mapping.to_confirm:
        yield _fault("to confirm", "look at it, then delete its line", "to_confirm", doubt)
    yield from _heading_faults(export.table.columns, mapping)
    levels, statuses = map(str, edition.levels), [status.id for status in edition.statuses]
    for key, given, allowed in (
        ("answers", mapping.answers.values(), [*levels, "NC", ""]),
        ("statuses", mapping.statuses.values(), statuses),
        ("affirmations", mapping.affirmations, asked),
    ):
        for value in dict.fromkeys(given):
            if value not in allowed:
                yield _fault("not a known value", nearest(value, allowed), key, value)
    for value in mapping.respondents.values():
        if wrong := fault(value):
            yield _fault(*wrong, "respondents", value)
    for line in sorted({*map(str, mapping.responses.exclude)} - {*export.table.index}):
        yield _fault("no such line in the export", "correct it", "exclude", line)
    if not any(mapping.affirmations.values()):
        mend = "give the heading of each affirmation that was asked"
        yield _fault("no affirmation has a heading", mend, "affirmations")
    for affirmation in asked:
        if affirmation not in mapping.affirmations:
            mend = "add it, with its heading, or null where it was not asked"
            yield _fault("an affirmation is missing", mend, "affirmations", affirmation)


def _heading_faults(columns: pd.Index, mapping: Mapping) -> Iterator[Problem]:
    """Headings that the mapping names and the export lacks, or names twice, or not at all."""
    rules = mapping.responses
    used = [*mapping.person.model_dump().items(), ("submitted", rules.submitted)]
    used += [("responses", flag.column) for flag in (rules.complete, rules.test) if flag]
    used = [(key, heading) for key, heading in (*used, *mapping.affirmations.items()) if heading]
    for key, heading in used:
        if heading not in columns:
            yield _fault("no such heading", nearest(heading, columns), key, heading)
    headings = pd.Index([heading for _, heading in used])
    for heading in columns.difference([*headings, *mapping.ignored]):
        mend = "give it to an affirmation, or put it under ignored"
        yield _fault("nothing is said of this heading", mend, "ignored", heading)
    for heading in headings[headings.duplicated()].unique():
        yield _fault("the heading stands twice", "keep one", "affirmations", heading)


def _fault(message: str, mend: str, key: str, value: str = "") -> Problem:
    return Problem(NAME, message, mend, column=key, value=value)


def _problems(file: str, cells: pd.Series, message: str, mend: str) -> list[Problem]:
    """A problem for each of the cells of a column, by line."""
    column = cells.name or ""
    texts = cells.fillna("").items()
    return [Problem(file, message, mend, line, column, text) for line, text in texts]


def _cells(rows: pd.DataFrame, heading: str | None) -> pd.Series:
    """The cells under a heading; blank ones where there is none."""
    return rows[heading] if heading else pd.Series(None, index=rows.index, dtype="str")


def _counted(export: Export, mapping: Mapping) -> tuple[pd.DataFrame, pd.Series, list[LogLine]]:
    """The responses that count, whether each is complete, and a log line for each other one."""
    rules, table = mapping.responses, export.table
    complete = pd.Series(True, index=table.index)
    if rules.submitted:
        complete &= table[rules.submitted].notna()
    if rules.complete:
        complete &= table[rules.complete.column].isin(rules.complete.values)
    why = pd.Series(None, index=table.index, dtype="object")
    if rules.partial == "drop":
        why[~complete] = "partial: the response was not submitted"
    if rules.test:
        test = table[rules.test.column].isin(rules.test.values)
        why[test] = "test: a response made to try the form"
    for line, reason in rules.exclude.items():
        why[why.index == str(line)] = f"excluded: {reason}"
    names = _cells(table, mapping.person.name or mapping.person.respondent_id)
    log = [(line, "", names[line], *text.split(": ", 1)) for line, text in why.dropna().items()]
    return table[why.isna()], complete, log


def _none_left(file: str, mapping: Mapping, log: list[LogLine]) -> Problem:
    """Why no response counts."""
    rules = sorted({rule for *_, rule, _ in log})
    heading = mapping.responses.submitted or ""
    if rules == ["partial"]:
        mend = f"export complete responses too, or write partial: keep in {NAME}"
        return Problem(file, "no response is complete", mend, column=heading)
    mend = f"look at what responses in {NAME} leaves out"
    return Problem(file, f"no response counts: each is {' or '.join(rules)}", mend)


def _ids(
    rows: pd.DataFrame, mapping: Mapping, known: pd.DataFrame, file: str
) -> tuple[pd.Series, list[Problem]]:
    """The respondent of each response: by its id, its name, or one to each."""
    heading = mapping.person.respondent_id or mapping.person.name
    if not heading:
        new = islice(drafting.new_ids(known), len(rows))
        return pd.Series(list(new), index=rows.index, dtype="str"), []
    cells = rows[heading]
    mend = f"fill it, or leave the line out under responses.exclude in {NAME}"
    problems = _problems(file, cells[cells.isna()], "the cell is empty", mend)
    if mapping.person.respondent_id:
        return cells, problems
    ids, mend = cells.map(mapping.respondents), f"give its id under respondents in {NAME}"
    unknown = cells[cells.notna() & ids.isna()]
    return ids, problems + _problems(file, unknown, "no id for this authority", mend)


def _dates(rows: pd.DataFrame, mapping: Mapping, file: str) -> tuple[pd.Series, list[Problem]]:
    rules, none = mapping.responses, pd.Series(pd.NaT, index=rows.index)
    if not (rules.submitted and rules.date_format):
        return none, []
    texts, mend = rows[rules.submitted], f"correct date_format under responses in {NAME}"
    try:
        dates = pd.to_datetime(texts, format=rules.date_format, errors="coerce", utc=True)
    except ValueError:
        return none, [_fault("not a form of dates", mend, "date_format", rules.date_format)]
    unread = texts[texts.notna() & dates.isna()]
    return dates, _problems(file, unread, "not a date of that form", mend)


def _latest(
    ids: pd.Series, complete: pd.Series, dates: pd.Series
) -> tuple[pd.Index, list[LogLine]]:
    """The line kept of each respondent: complete before partial, then the latest, then the last."""
    table = pd.DataFrame({"id": ids, "complete": complete[ids.index], "date": dates})
    table = table.sort_values(["complete", "date"], kind="stable", na_position="first")
    best = table.drop_duplicates("id", keep="last")["id"]
    line_of = pd.Series(best.index, index=best)
    return ids.index[ids.index.isin(best.index)], [
        (line, "", id_, "duplicate", f"line {line_of[id_]} is the latest complete one")
        for line, id_ in ids.drop(best.index).dropna().items()
    ]


def _answers(rows: pd.DataFrame, mapping: Mapping, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """The answers by affirmation as levels, NC or blank, and the cells of which nothing is said."""
    table, problems = pd.DataFrame(index=rows.index), []
    mend = f"say under answers in {NAME} what it means"
    for affirmation, heading in mapping.affirmations.items():
        cells = _cells(rows, heading)
        table[affirmation] = cells.map(mapping.answers)
        unknown = cells[cells.notna() & table[affirmation].isna()]
        problems += _problems(file, unknown, "an answer of which nothing is said", mend)
    return table, problems


def _blanked(rows: pd.DataFrame, mapping: Mapping) -> Iterator[LogLine]:
    """A log line for each cell that the mapping makes blank."""
    blanks = [text for text, meaning in mapping.answers.items() if meaning == ""]
    for heading in filter(None, mapping.affirmations.values()):
        for line, text in rows.loc[rows[heading].isin(blanks), heading].items():
            yield line, heading, text, "answer", "no answer, by the mapping"


def _respondents(
    rows: pd.DataFrame, ids: pd.Series, mapping: Mapping, edition: Edition, known: pd.DataFrame
) -> tuple[pd.DataFrame, list[tuple[pd.Series, str, str]]]:
    """The respondents kept, what the export leaves blank taken from those known before.

    And the cells that say nothing of one, with what is wrong and how to mend it.
    """
    person, statuses = mapping.person, [status.id for status in edition.statuses]
    before = known.drop_duplicates("respondent_id").set_index("respondent_id")
    before["status"] = before["status"].where(before["status"].isin(statuses))
    inhabitants, status = _cells(rows, person.population), _cells(rows, person.status)
    population = inhabitants.map(_inhabitants, na_action="ignore")
    unread = inhabitants[inhabitants.notna() & population.isna()]
    table = pd.DataFrame(
        {
            "respondent_id": ids,
            "name": _cells(rows, person.name),
            "status": status.map(mapping.statuses),
            "population": population,
        },
        dtype="str",
    )
    table = table.fillna(before.reindex(ids).set_axis(table.index))
    unsaid = status[table["status"].isna() & bool(statuses)]
    mend = f"say it under statuses in {NAME}, or give the authority in respondents.csv first"
    number = "write a whole number without separators, such as 250000"
    return table.sort_values("respondent_id", ignore_index=True), [
        (unread, "not a number of inhabitants", number),
        (unsaid.rename(person.status or person.name), "no status", mend),
    ]


def _inhabitants(cell: str) -> str | None:
    """A number of inhabitants as digits: spaces between thousands and zero decimals forgiven."""
    text = "".join(cell.replace("’", "").replace("'", "").split())
    found = re.fullmatch(r"(\d{1,9})([.,]0{1,2})?|(\d{1,3}(?:\.\d{3}){2,})", text)
    return (found[1] or found[3].replace(".", "")) if found else None
