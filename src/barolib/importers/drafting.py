"""An export's mapping drafted: what can be told is filled, what is guessed is listed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

import pandas as pd

from barolib.errors import Problem, StudyError
from barolib.importers import authorities, headings, inhabitants, roles, tools
from barolib.importers.exportfile import Export
from barolib.importers.headings import Known
from barolib.importers.mapping import UNDECIDED, Mapping, Person, Source
from barolib.survey import answers
from barolib.survey.answers import plain
from barolib.survey.edition import Edition

#: How many cases a doubt shows.
SHOWN = 8
#: Words by which one level denies another, and what does so before a word.
_DENIALS = {"pas", "non", "peu", "not", "no", "nicht", "wenig"}
_OPPOSITE = re.compile(r"(?:des|dis|me|in|im|un)(\w+)\n\1")
#: What is asked for where a role has no column, by the beginning of its line in to_confirm.
_MISSING = {
    "person name": "without it, each of {all} responses is a respondent of its own",
    "person status": "without it, {all} responses have that of respondents known by name, or none",
    "responses submitted": (
        "without it, every response counts as complete, {partial} that leave the last affirmations"
        " blank among them"
    ),
}


def draft(export: Export, edition: Edition, asked: Known, people: pd.DataFrame) -> Mapping:
    """The mapping of the export onto the edition, guesses listed under to_confirm.

    Parameters
    ----------
    export
        The responses, as text.
    edition
        The settings of the edition that the answers are for.
    asked
        Its affirmations.
    people
        Respondents already known, respondent_id and name, the surest first; a name met there keeps
        its id.

    Raises
    ------
    StudyError
        Where no heading is that of an affirmation.

    """
    parsed = headings.parse(export.table.columns)
    matched = headings.match(parsed, asked)
    if not matched:
        raise StudyError(_no_match(export))
    affirmations = {id_: matched.get(id_, (None, ""))[0] for id_ in asked.order}
    rest = [heading for heading in parsed if heading.name not in affirmations.values()]
    columns = roles.Columns(export, rest)
    responses, unsure = roles.responses(columns)
    person, guessed = roles.person(columns, edition)
    doubts = [f"export: {doubt}" for doubt in export.doubts]
    missing = [affirmation for affirmation, heading in affirmations.items() if not heading]
    doubts += _doubt("affirmations: no heading was found", missing)
    doubts += _doubts("affirmations", {f"{a} = {h}": why for a, (h, why) in matched.items()})
    doubts += [*unsure, *_doubt("person: by its heading", guessed)]
    used = {*person.model_dump().values(), responses.submitted}
    used |= {flag.column for flag in (responses.complete, responses.test) if flag}
    mapping = Mapping(
        to_confirm=doubts,
        export=Source(
            file=export.name, heading_rows=export.heading_rows, sheet=export.sheet or None
        ),
        person=person,
        responses=responses,
        affirmations=affirmations,
        answers={},
        statuses={},
        respondents={},
        ignored=[heading.name for heading in rest if heading.name not in used],
    )
    return _filled(_asked_for(mapping, export, edition), export, edition, people)


def redraft(mapping: Mapping, export: Export, edition: Edition, people: pd.DataFrame) -> Mapping:
    """The mapping with what hangs on headings that were set by hand since: ids, statuses, answers.

    What it says already stays; the same mapping where nothing is to add.
    """
    person, rules = mapping.person, mapping.responses
    columns = {*export.table.columns}
    used = [*person.model_dump().values(), rules.submitted, *mapping.affirmations.values()]
    if not {*filter(None, used)} <= columns:
        return mapping
    now_set = [f"person {role}" for role, heading in person.model_dump().items() if heading]
    now_set += ["person name"] if person.respondent_id else []
    now_set += ["responses submitted: none"] if rules.submitted or rules.complete else []
    kept = [line for line in mapping.to_confirm if not line.startswith(tuple(now_set))]
    if rules.submitted and not rules.date_format:
        form, unsure = roles.date_format(export.table[rules.submitted])
        kept += unsure if form else []
        rules = rules.model_copy(update={"date_format": form})
    ignored = [heading for heading in mapping.ignored if heading not in used]
    update = {"to_confirm": kept, "responses": rules, "ignored": ignored}
    return _filled(mapping.model_copy(update=update), export, edition, people)


def _no_match(export: Export) -> Problem:
    fix = (
        "export the responses with the texts of questions in their headings (LimeSurvey: question"
        " code & text); or keep the survey's structure: barolib new EDITION --structure FILE; or"
        " tell the rows of headings: --heading-rows"
    )
    shown = ", ".join([*export.table.columns][:4])
    return Problem(export.name, "no heading is that of an affirmation", fix, value=shown[:120])


def _asked_for(mapping: Mapping, export: Export, edition: Edition) -> Mapping:
    """The mapping with a line to confirm for each role that has no column, and its consequence."""
    person, rules = mapping.person, mapping.responses
    given = {
        "person name": person.name or person.respondent_id,
        "person status": person.status or not edition.statuses,
        "responses submitted": rules.submitted or rules.complete,
    }
    table = export.table[list(filter(None, mapping.affirmations.values()))]
    last = table.iloc[:, -max(1, len(table.columns) // 4) :]
    numbers = {"all": len(table), "partial": int(last.isna().all(axis=1).sum())}
    lines = [
        f"{role}: none found; {what.format(**numbers)}"
        for role, what in _MISSING.items()
        if not given[role]
    ]
    return mapping.model_copy(update={"to_confirm": [*mapping.to_confirm, *lines]})


def _filled(mapping: Mapping, export: Export, edition: Edition, people: pd.DataFrame) -> Mapping:
    """The mapping with a meaning for every text that it says nothing of; guesses are listed."""
    person, table = mapping.person, export.table
    names = _values(export, person.name if not person.respondent_id else None)
    exclude = dict(mapping.responses.exclude)
    counted = table.drop([str(line) for line in exclude if str(line) in table.index])
    apart: list[str] = []
    doubts: list[str] = []
    if not mapping.respondents and len(names):
        tests, doubts = _tests(names.reindex(counted.index).dropna())
        exclude |= tests
        counted = counted.drop(list(map(str, tests)))
        apart = _apart(counted, person)
    asked = table[list(filter(None, mapping.affirmations.values()))]
    meant, odd = _answers(asked, edition, mapping.answers)
    statuses, stray = _statuses(_values(export, person.status), edition, mapping.statuses)
    numbers, typed = _populations(_values(export, person.population), mapping.populations)
    names = names.reindex(counted.index).dropna()
    ids, alike = authorities.known_or_new(names, people, edition, mapping.respondents)
    return mapping.model_copy(
        update={
            "to_confirm": [*mapping.to_confirm, *doubts, *odd, *stray, *typed, *apart, *alike],
            "responses": mapping.responses.model_copy(update={"exclude": exclude}),
            "answers": mapping.answers | meant,
            "statuses": mapping.statuses | statuses,
            "populations": mapping.populations | numbers,
            "respondents": mapping.respondents | ids,
        }
    )


def _doubt(doubt: str, cases: Iterable[str]) -> list[str]:
    """One line for all cases of a doubt, the first and the last of many; none without a case."""
    cases = list(cases)
    many = len(cases) > SHOWN
    shown = [*cases[: SHOWN // 2], "…", *cases[-SHOWN // 2 :]] if many else cases
    return [f"{doubt} ({len(cases)}): {', '.join(shown)}"] if cases else []


def _doubts(key: str, reasons: dict[str, str]) -> list[str]:
    """A line for each reason to doubt; `reasons`: of each case, "" where there is none."""
    lines = []
    for reason in dict.fromkeys(filter(None, reasons.values())):
        lines += _doubt(f"{key}: {reason}", [case for case in reasons if reasons[case] == reason])
    return lines


def _values(export: Export, heading: str | None) -> pd.Series:
    """The cells of a column that are not blank, by line; none without a column."""
    return export.table[heading].dropna() if heading else pd.Series(dtype="str")


def _tests(names: pd.Series) -> tuple[dict[int, str], list[str]]:
    """The lines whose name says that they are a test."""
    tests = names[names.map(plain).str.contains(r"\b(?:test|essai)\b").astype("bool")]
    cases = (f"line {line} {name}" for line, name in tests.items())
    doubts = _doubt("responses: tests, by their name", cases)
    return {int(line): "a test, by its name" for line in tests.index}, doubts


def _answers(
    table: pd.DataFrame, edition: Edition, known: Collection[str]
) -> tuple[dict[str, str], list[str]]:
    """What each answer means that is not known yet."""
    cells = sorted(set(table.stack().dropna()) - {*known}) if len(table.columns) else []
    said = answers.meanings(edition)
    exact = {said[plain(cell)] for cell in [*cells, *known] if plain(cell) in said}
    meant = {cell: _meaning(cell, edition, exact) for cell in cells}
    reasons = {f"{cell} = {level}": why for cell, (level, why) in meant.items()}
    return {cell: level for cell, (level, _) in meant.items()}, _doubts("answers", reasons)


def _meaning(cell: str, edition: Edition, exact: Collection[int]) -> tuple[str, str]:
    """What an answer seems to mean, and the reason to doubt it.

    Likeness counts for no level of `exact`, which others say word by word: "plutôt pas d'accord"
    beside "plutôt d'accord" is another level.
    """
    known = answers.meanings(edition)
    text, shown = plain(cell), {0: "NC"} | {level: str(level) for level in edition.levels}
    text = re.sub(r"^(\d+)[.,]0+$", r"\1", text)
    if text in known:
        return shown[known[text]], "a number is taken for the level" if text.isdigit() else ""
    numbered = re.fullmatch(r"(\d+)\s*[-–.:)]\s*(.+)", text)
    if numbered and known.get(numbered[2], -1) == int(numbered[1]):
        return numbered[1], ""
    coded = re.fullmatch(r"[a-z]+0*(\d+)", text)
    if coded and int(coded[1]) in edition.levels:
        return coded[1], "by the number in the code"
    if text in tools.known()["no_answer"]:
        return "", "taken for no answer"
    free = [t for t, level in known.items() if level not in exact and not _opposed(text, t)]
    close = difflib.get_close_matches(text, free, n=1, cutoff=0.8)
    if close:
        return shown[known[close[0]]], "by likeness"
    return UNDECIDED, "not understood"


def _opposed(text: str, label: str) -> bool:
    """Whether one of two texts denies what the other says: pas, not; désaccord, unsatisfied."""
    one, other = ({*re.findall(r"\w+", plain(said))} for said in (text, label))
    apart = [f"{word}\n{base}" for word in one ^ other for base in one ^ other]
    return bool(one & _DENIALS) != bool(other & _DENIALS) or any(map(_OPPOSITE.fullmatch, apart))


def _statuses(
    texts: pd.Series, edition: Edition, given: dict[str, str]
) -> tuple[dict[str, str], list[str]]:
    """The status of each text that has none yet."""
    known, meant = roles.status_texts(edition), {}
    for text in sorted({*texts} - {*given}):
        close = difflib.get_close_matches(plain(text), known, n=1, cutoff=0.6)
        meant[text] = known[close[0]] if close else UNDECIDED
    unsure = [f"{text} = {status}" for text, status in meant.items() if plain(text) not in known]
    return meant, _doubt("statuses: by likeness, or ? where not understood", unsure)


def _populations(texts: pd.Series, given: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The inhabitants of each text that is not a whole number."""
    typed = [t for t in dict.fromkeys(texts) if t not in given and inhabitants.exact(t) is None]
    meant = {text: inhabitants.likely(text) or UNDECIDED for text in typed}
    cases = (f"{text} = {number}" for text, number in meant.items())
    return meant, _doubt("populations: as they were typed", cases)


def _apart(table: pd.DataFrame, person: Person) -> list[str]:
    """The names under which lines tell of different statuses: perhaps two authorities."""
    if not (person.name and person.status):
        return []
    names = table[person.name].map(plain, na_action="ignore")
    lines = (
        f"{name} ({', '.join(statuses.index)})"
        for name, statuses in table.groupby(names)[person.status]
        if statuses.nunique() > 1
    )
    doubt = "respondents: one name, several statuses; if two authorities, rename one in the export"
    return _doubt(doubt, lines)
