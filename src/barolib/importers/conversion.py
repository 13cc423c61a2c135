"""An export and its mapping made respondents, answers and a log of all that is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import pandas as pd

from barolib.errors import Problem, StudyError, nearest
from barolib.files.ids import fault
from barolib.importers import authorities, inhabitants
from barolib.importers.exportfile import Export
from barolib.importers.mapping import NAME, Mapping
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
    conversion = Conversion(export.name, mapping)
    rows = conversion.counted(export.table)
    if rows.empty:
        raise StudyError(conversion.none_left())
    ids = conversion.ids(rows, known)
    rows = conversion.latest(rows, ids)
    answers = conversion.answers(rows)
    respondents = conversion.respondents(rows, ids[rows.index], edition, known)
    if not conversion.problems and (answers.isna() | (answers == "")).all(axis=None):
        fix = f"see whether affirmations in {NAME} has the headings of the answers"
        conversion.problems.append(Problem(export.name, "every answer is blank", fix))
    if conversion.problems:
        raise StudyError(conversion.problems)
    answers.insert(0, "respondent_id", ids)
    answers = answers.sort_values("respondent_id", ignore_index=True)
    return Imported(respondents, answers, conversion.log)


def _mapping_faults(
    export: Export, mapping: Mapping, edition: Edition, asked: list[str]
) -> Iterator[Problem]:
    """What the mapping leaves open, or names that is not there."""
    for doubt in mapping.to_confirm:
        yield _fault("to confirm", "look at it, then delete its line", "to_confirm", doubt)
    yield from heading_faults(export.table.columns, mapping)
    levels, statuses = map(str, edition.levels), [status.id for status in edition.statuses]
    for key, given, allowed in (
        ("answers", _meanings(mapping), [*levels, "NC", ""]),
        ("statuses", mapping.statuses.values(), statuses),
        ("affirmations", mapping.affirmations, asked),
    ):
        for value in dict.fromkeys(given):
            if value not in allowed:
                yield _fault("not a known value", nearest(value, allowed), key, value)
    for text, number in mapping.populations.items():
        if not re.fullmatch(r"\d{1,9}", number):
            fix = f"write the number that {text!r} stands for"
            yield _fault("not a number of inhabitants", fix, "populations", number)
    for value in mapping.respondents.values():
        if wrong := fault(value):
            yield _fault(*wrong, "respondents", value)
    for line in sorted({*map(str, mapping.responses.exclude)} - {*export.table.index}):
        yield _fault("no such line in the export", "correct it", "exclude", line)
    if not any(mapping.affirmations.values()):
        fix = "give the heading of each affirmation that was asked"
        yield _fault("no affirmation has a heading", fix, "affirmations")
    for affirmation in asked:
        if affirmation not in mapping.affirmations:
            fix = "add it, with its heading, or null where it was not asked"
            yield _fault("an affirmation is missing", fix, "affirmations", affirmation)


def _meanings(mapping: Mapping) -> Iterator[str]:
    """All that answers may mean, for any affirmation or for one."""
    for meaning in mapping.answers.values():
        yield from meaning.values() if isinstance(meaning, dict) else [meaning]


def heading_faults(columns: pd.Index, mapping: Mapping) -> Iterator[Problem]:
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
        fix = "give it to an affirmation, or put it under ignored"
        yield _fault("nothing is said of this heading", fix, "ignored", heading)
    for heading in headings[headings.duplicated()].unique():
        yield _fault("the heading stands twice", "keep one", "affirmations", heading)


def _fault(message: str, fix: str, key: str, value: str = "") -> Problem:
    return Problem(NAME, message, fix, column=key, value=value)


def _cells(rows: pd.DataFrame, heading: str | None) -> pd.Series:
    """The cells under a heading, by line; blank ones where there is none."""
    return rows[heading] if heading else pd.Series(None, index=rows.index, dtype="str")


class Conversion:
    """The steps of a conversion; its problems and its log are collected on the way."""

    def __init__(self, file: str, mapping: Mapping) -> None:
        self.file, self.mapping, self.rules = file, mapping, mapping.responses
        self.problems: list[Problem] = []
        self._left_out: list[tuple] = []

    @property
    def log(self) -> pd.DataFrame:
        """What was left out, in the columns of the table cleaning_log."""
        ignored = [
            ("", heading, None, "column", "not imported") for heading in self.mapping.ignored
        ]
        lines = [
            (self.file, *cell, None, rule, reason)
            for *cell, rule, reason in [*self._left_out, *ignored]
        ]
        return pd.DataFrame(lines, columns=LOG_COLUMNS, dtype="str")

    def _refuse(self, cells: pd.Series, message: str, fix: str) -> None:
        """A problem for each of the cells of a column."""
        column = cells.name or ""
        self.problems += [
            Problem(self.file, message, fix, line, column, text)
            for line, text in cells.fillna("").items()
        ]

    def counted(self, table: pd.DataFrame) -> pd.DataFrame:
        """The responses that count."""
        why = pd.Series(None, index=table.index, dtype="object")
        if self.rules.partial == "drop":
            why[~self.complete(table)] = "partial: the response was not submitted"
        if self.rules.test:
            test = table[self.rules.test.column].isin(self.rules.test.values)
            why[test] = "test: a response made to try the form"
        for line, reason in self.rules.exclude.items():
            why[why.index == str(line)] = f"excluded: {reason}"
        names = _cells(table, self.mapping.person.name or self.mapping.person.respondent_id)
        for line, text in why.dropna().items():
            self._left_out.append((line, "", names[line], *text.split(": ", 1)))
        return table[why.isna()]

    def complete(self, table: pd.DataFrame) -> pd.Series:
        """Whether each response was submitted, as far as the mapping tells."""
        complete = pd.Series(True, index=table.index)
        if self.rules.submitted:
            complete &= table[self.rules.submitted].notna()
        if self.rules.complete:
            complete &= table[self.rules.complete.column].isin(self.rules.complete.values)
        return complete

    def none_left(self) -> Problem:
        """Why no response counts."""
        rules = sorted({rule for *_, rule, _ in self._left_out})
        if rules == ["partial"]:
            fix = f"export complete responses too, or write partial: keep in {NAME}"
            column = self.rules.submitted or ""
            return Problem(self.file, "no response is complete", fix, column=column)
        fix = f"look at what responses in {NAME} leaves out"
        return Problem(self.file, f"no response counts: each is {' or '.join(rules)}", fix)

    def ids(self, rows: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
        """The respondent of each response: by its id, its name, or one to each."""
        person = self.mapping.person
        heading = person.respondent_id or person.name
        if not heading:
            new = islice(authorities.new_ids(known), len(rows))
            return pd.Series(list(new), index=rows.index, dtype="str")
        cells = rows[heading]
        fix = f"fill it, or leave the line out under responses.exclude in {NAME}"
        self._refuse(cells[cells.isna()], "the cell is empty", fix)
        if person.respondent_id:
            return cells
        ids, fix = cells.map(self.mapping.respondents), f"give its id under respondents in {NAME}"
        self._refuse(cells[cells.notna() & ids.isna()], "no id for this authority", fix)
        return ids

    def latest(self, rows: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
        """One response by respondent: complete before partial, then the latest, then the last."""
        table = pd.DataFrame({"id": ids, "complete": self.complete(rows), "date": self.dates(rows)})
        table = table.sort_values(["complete", "date"], kind="stable", na_position="first")
        best = table.drop_duplicates("id", keep="last")["id"]
        line_of = pd.Series(best.index, index=best)
        for line, id_ in ids.drop(best.index).dropna().items():
            reason = f"line {line_of[id_]} is the latest complete one"
            self._left_out.append((line, "", id_, "duplicate", reason))
        return rows[rows.index.isin(best.index)]

    def dates(self, rows: pd.DataFrame) -> pd.Series:
        """When each response was submitted; blank where the mapping does not tell."""
        none, form = pd.Series(pd.NaT, index=rows.index), self.rules.date_format
        if not (self.rules.submitted and form):
            return none
        cells, fix = rows[self.rules.submitted], f"correct date_format under responses in {NAME}"
        try:
            dates = pd.to_datetime(cells, format=form, errors="coerce", utc=True)
        except ValueError:
            self.problems.append(_fault("not a form of dates", fix, "date_format", form))
            return none
        self._refuse(cells[cells.notna() & dates.isna()], "not a date of that form", fix)
        return dates

    def answers(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The answers by affirmation, as levels, NC or blank."""
        table, meanings = pd.DataFrame(index=rows.index), self.mapping.answers
        fix = f"say under answers in {NAME} what it means"
        for affirmation, heading in self.mapping.affirmations.items():
            cells = _cells(rows, heading)
            own = meanings.get(affirmation)
            table[affirmation] = cells.map(
                {**meanings, **own} if isinstance(own, dict) else meanings
            )
            unknown = cells[cells.notna() & table[affirmation].isna()]
            self._refuse(unknown, "an answer of which nothing is said", fix)
            for line, text in cells[table[affirmation] == ""].items():
                self._left_out.append((line, heading, text, "answer", "no answer, by the mapping"))
        return table

    def respondents(
        self, rows: pd.DataFrame, ids: pd.Series, edition: Edition, known: pd.DataFrame
    ) -> pd.DataFrame:
        """The respondents; what the export leaves blank is taken from those known before."""
        person, statuses = self.mapping.person, [status.id for status in edition.statuses]
        before = known.drop_duplicates("respondent_id").set_index("respondent_id")
        before["status"] = before["status"].where(before["status"].isin(statuses))
        typed, status = _cells(rows, person.population), _cells(rows, person.status)
        columns = {
            "respondent_id": ids,
            "name": _cells(rows, person.name),
            "status": status.map(self.mapping.statuses),
            "population": typed.map(self._inhabitants, na_action="ignore"),
        }
        table = pd.DataFrame(columns, dtype="str")
        unread = typed[typed.notna() & table["population"].isna()]
        fix = f"say under populations in {NAME} which number it is"
        self._refuse(unread, "not a number of inhabitants", fix)
        table = table.fillna(before.reindex(ids).set_axis(table.index))
        if statuses:
            unsaid = status[table["status"].isna()].rename(person.status or person.name)
            fix = f"say it under statuses in {NAME}, or give the authority in respondents.csv first"
            self._refuse(unsaid, "no status", fix)
        return table.sort_values("respondent_id", ignore_index=True)

    def _inhabitants(self, cell: str) -> str | None:
        return self.mapping.populations.get(cell) or inhabitants.exact(cell)
