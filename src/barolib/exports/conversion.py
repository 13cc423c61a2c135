"""An export and its mapping made respondents, answers and a log of all that is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from barolib.errors import Problem, StudyError, nearest
from barolib.exports import drafting
from barolib.exports.exportfile import Export
from barolib.exports.mapping import NAME, Mapping
from barolib.files.ids import fault
from barolib.survey.corrections import LOG_COLUMNS
from barolib.survey.edition import Edition

RESPONDENT_COLUMNS = ["respondent_id", "name", "status", "population"]


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
    """The export as respondents and answers; raises StudyError with everything that hinders it.

    `asked`: the affirmations; `known`: respondents known before, in RESPONDENT_COLUMNS, the surest
    first. Of several responses by one authority the latest complete one is kept. log: a row for
    each response, column and cell that is left out (columns of the table cleaning_log).
    """
    problems = [*_faults(export, mapping, edition, asked)]
    if problems:
        raise StudyError(problems)
    rows, log = _counted(export, mapping)
    if rows.empty:
        raise StudyError(_none_left(export.name, mapping, log))
    ids, problems = _ids(rows, mapping, known, export.name)
    dates, faults = _dates(rows, mapping, export.name)
    kept, more = _latest(rows, ids, dates)
    cells, strange = _cells(rows.loc[kept], mapping, export.name)
    people, unknown = _people(rows.loc[kept], ids, mapping, edition, known)
    problems += [*faults, *strange, *(Problem(export.name, *each) for each in unknown)]
    if not problems and (cells.isna() | (cells == "")).all(axis=None):
        mend = f"see whether affirmations in {NAME} has the headings of the answers"
        problems.append(Problem(export.name, "every answer is blank", mend))
    if problems:
        raise StudyError(problems)
    log = [*log, *more, *_lost(rows.loc[kept], mapping)]
    log += [("", heading, None, "column", "not imported") for heading in mapping.ignored]
    table = pd.DataFrame(
        [(export.name, line, column, text, None, *why) for line, column, text, *why in log],
        columns=LOG_COLUMNS,
        dtype="str",
    )
    cells.insert(0, "respondent_id", ids[kept])
    order = cells["respondent_id"].sort_values().index
    return Imported(people, cells.loc[order].reset_index(drop=True), table)


def _faults(
    export: Export, mapping: Mapping, edition: Edition, asked: list[str]
) -> Iterator[Problem]:
    """What the mapping leaves open, or names that is not there."""
    for each in mapping.to_confirm:
        yield Problem(
            NAME, "to confirm", "look at it, then delete its line", "", "to_confirm", each
        )
    columns, flags = export.table.columns, (mapping.responses.complete, mapping.responses.test)
    used = [*mapping.person.model_dump().items(), ("submitted", mapping.responses.submitted)]
    used += [("responses", flag.column) for flag in flags if flag]
    headings = [heading for _, heading in (*used, *mapping.affirmations.items()) if heading]
    for key, heading in (*used, *mapping.affirmations.items()):
        if heading and heading not in columns:
            yield Problem(NAME, "no such heading", nearest(heading, columns), "", key, heading)
    for heading in columns.difference([*headings, *mapping.ignored]):
        mend = "give it to an affirmation, or put it under ignored"
        yield Problem(NAME, "nothing is said of this heading", mend, "", "ignored", heading)
    for heading in {each for each in headings if headings.count(each) > 1}:
        yield Problem(NAME, "the heading stands twice", "keep one", "", "affirmations", heading)
    levels, statuses = map(str, edition.levels), [each.id for each in edition.statuses]
    for key, given, allowed in (
        ("answers", mapping.answers.values(), [*levels, "NC", ""]),
        ("statuses", mapping.statuses.values(), statuses),
        ("affirmations", mapping.affirmations, asked),
    ):
        for value in dict.fromkeys(given):
            if value not in allowed:
                yield Problem(NAME, "not a known value", nearest(value, allowed), "", key, value)
    for value in mapping.respondents.values():
        if wrong := fault(value):
            yield Problem(NAME, *wrong, "", "respondents", value)
    for line in sorted({*map(str, mapping.responses.exclude)} - {*export.table.index}):
        yield Problem(NAME, "no such line in the export", "correct it", "", "exclude", line)
    yield from _unasked(mapping, asked)


def _unasked(mapping: Mapping, asked: list[str]) -> Iterator[Problem]:
    """Affirmations of which the mapping says nothing, and a mapping that asked none."""
    if not any(mapping.affirmations.values()):
        mend = "give the heading of each affirmation that was asked"
        yield Problem(NAME, "no affirmation has a heading", mend, "", "affirmations")
    for each in [each for each in asked if each not in mapping.affirmations]:
        mend = "add it, with its heading, or null where it was not asked"
        yield Problem(NAME, "an affirmation is missing", mend, "", "affirmations", each)


def _counted(export: Export, mapping: Mapping) -> tuple[pd.DataFrame, list[tuple]]:
    """The responses that count, with whether each is complete; and a log line for each other."""
    rules, table, log = mapping.responses, export.table, []
    complete = pd.Series(True, index=table.index)
    if rules.submitted:
        complete &= table[rules.submitted].notna()
    if rules.complete:
        complete &= table[rules.complete.column].isin(rules.complete.values)
    test = pd.Series(False, index=table.index)
    if rules.test:
        test = table[rules.test.column].isin(rules.test.values)
    reasons = pd.Series(None, index=table.index, dtype="object")
    reasons[~complete & (rules.partial == "drop")] = "partial: the response was not submitted"
    reasons[test] = "test: a response made to try the form"
    for line, reason in rules.exclude.items():
        reasons[reasons.index == str(line)] = f"excluded: {reason}"
    names = _shown(table, mapping)
    for line, reason in reasons.dropna().items():
        log.append((line, "", names[line], *reason.split(": ", 1)))
    return table.assign(**{"complete ": complete})[reasons.isna()], log


def _none_left(file: str, mapping: Mapping, log: list[tuple]) -> Problem:
    """Why no response counts."""
    rules = sorted({rule for *_, rule, _ in log})
    heading = mapping.responses.submitted or ""
    if rules == ["partial"]:
        mend = f"export complete responses too, or write partial: keep in {NAME}"
        return Problem(file, "no response is complete", mend, column=heading)
    mend = f"look at what responses in {NAME} leaves out"
    return Problem(file, f"no response counts: each is {' or '.join(rules)}", mend)


def _shown(table: pd.DataFrame, mapping: Mapping) -> pd.Series:
    """Who answered each response, as far as it says."""
    column = mapping.person.name or mapping.person.respondent_id
    return table[column] if column else pd.Series(None, index=table.index, dtype="str")


def _ids(
    rows: pd.DataFrame, mapping: Mapping, known: pd.DataFrame, file: str
) -> tuple[pd.Series, list[Problem]]:
    """The respondent of each response: by its id, its name, or one to each."""
    person = mapping.person
    if person.respondent_id:
        return rows[person.respondent_id], _blank(rows, person.respondent_id, file)
    if not person.name:
        fresh = drafting.new_ids(known)
        return pd.Series([next(fresh) for _ in rows.index], index=rows.index, dtype="str"), []
    ids = rows[person.name].map(mapping.respondents)
    mend = f"give its id under respondents in {NAME}"
    return ids, _blank(rows, person.name, file) + [
        Problem(
            file, "no id for this authority", mend, line, person.name, rows.at[line, person.name]
        )
        for line in rows.index[rows[person.name].notna() & ids.isna()]
    ]


def _blank(rows: pd.DataFrame, column: str, file: str) -> list[Problem]:
    mend = f"fill it, or leave the line out under responses.exclude in {NAME}"
    lines = rows.index[rows[column].isna()]
    return [Problem(file, "the cell is empty", mend, line, column) for line in lines]


def _dates(rows: pd.DataFrame, mapping: Mapping, file: str) -> tuple[pd.Series, list[Problem]]:
    rules = mapping.responses
    if not (rules.submitted and rules.date_format):
        return pd.Series(pd.NaT, index=rows.index), []
    texts, mend = rows[rules.submitted], f"correct date_format under responses in {NAME}"
    try:
        dates = pd.to_datetime(texts, format=rules.date_format, errors="coerce", utc=True)
    except ValueError:
        fault = Problem(NAME, "not a form of dates", mend, "", "date_format", rules.date_format)
        return pd.Series(pd.NaT, index=rows.index), [fault]
    return dates, [
        Problem(file, "not a date of that form", mend, line, rules.submitted, texts[line])
        for line in rows.index[texts.notna() & dates.isna()]
    ]


def _latest(rows: pd.DataFrame, ids: pd.Series, dates: pd.Series) -> tuple[pd.Index, list[tuple]]:
    """The line kept of each respondent: complete before partial, then the latest, then the last."""
    table = pd.DataFrame({"id": ids, "complete": rows["complete "], "date": dates})
    table = table.sort_values(["complete", "date"], kind="stable", na_position="first")
    best = table.drop_duplicates("id", keep="last")["id"]
    kept = rows.index[rows.index.isin(best.index)]
    line_of = pd.Series(best.index, index=best)
    return kept, [
        (line, "", ids[line], "duplicate", f"line {line_of[ids[line]]} is the latest complete one")
        for line in rows.index.difference(kept, sort=False)
        if pd.notna(ids[line])
    ]


def _cells(rows: pd.DataFrame, mapping: Mapping, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """The answers by affirmation as levels, NC or blank, and the cells of which nothing is said."""
    table, problems = pd.DataFrame(index=rows.index), []
    mend = f"say under answers in {NAME} what it means"
    for subject, heading in mapping.affirmations.items():
        cells = rows[heading] if heading else pd.Series(None, index=rows.index, dtype="str")
        table[subject] = cells.map(mapping.answers)
        problems += [
            Problem(file, "an answer of which nothing is said", mend, line, heading, cells[line])
            for line in rows.index[cells.notna() & table[subject].isna()]
        ]
    return table, problems


def _lost(rows: pd.DataFrame, mapping: Mapping) -> Iterator[tuple]:
    """A log line for each cell that the mapping makes blank."""
    blanks = [text for text, meaning in mapping.answers.items() if meaning == ""]
    for heading in filter(None, mapping.affirmations.values()):
        for line, text in rows.loc[rows[heading].isin(blanks), heading].items():
            yield line, heading, text, "answer", "no answer, by the mapping"


def _people(
    rows: pd.DataFrame, ids: pd.Series, mapping: Mapping, edition: Edition, known: pd.DataFrame
) -> tuple[pd.DataFrame, list[tuple]]:
    """The respondents kept, what the export leaves blank taken from those known before."""
    person, before = (
        mapping.person,
        known.drop_duplicates("respondent_id").set_index("respondent_id"),
    )
    none = pd.Series(None, index=rows.index, dtype="str")
    named = {
        key: rows[c] if (c := getattr(person, key)) else none for key in RESPONDENT_COLUMNS[1:]
    }
    statuses = {each.id for each in edition.statuses}
    earlier = before["status"].where(before["status"].isin(statuses))
    table = pd.DataFrame({"respondent_id": ids[rows.index], "name": named["name"]})
    table["status"] = (
        named["status"].map(mapping.statuses).fillna(table["respondent_id"].map(earlier))
    )
    table["population"] = [_inhabitants(cell) for cell in named["population"]]
    for key in ("name", "population"):
        table[key] = table[key].fillna(table["respondent_id"].map(before[key]))
    faults = []
    for line in rows.index:
        text = named["population"][line]
        if pd.notna(text) and _inhabitants(text) is None:
            mend = "write a whole number without separators, such as 250000"
            faults.append(("not a number of inhabitants", mend, line, person.population, text))
        if statuses and pd.isna(table.at[line, "status"]):
            mend = (
                f"say it under statuses in {NAME}, or give the authority in respondents.csv first"
            )
            text = named["status"][line]
            place = person.status or person.name or ""
            faults.append(("no status", mend, line, place, "" if pd.isna(text) else text))
    return table.sort_values("respondent_id", ignore_index=True), faults


def _inhabitants(cell: object) -> str | None:
    """A number of inhabitants as digits: spaces between thousands and zero decimals forgiven."""
    text = "".join(str(cell).replace("’", "").replace("'", "").split())
    found = re.fullmatch(r"(\d{1,9})([.,]0{1,2})?|(\d{1,3}(?:\.\d{3}){2,})", text)
    return (found[1] or found[3].replace(".", "")) if found else None
