"""The first draft of an export's mapping: what can be told is filled, what is guessed is listed."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import count

import pandas as pd

from barolib.importers import headings
from barolib.importers.exportfile import Export
from barolib.importers.mapping import UNDECIDED, Flag, Mapping, Person, Responses, Source
from barolib.survey import answers
from barolib.survey.answers import plain
from barolib.survey.edition import Edition

#: What is no affirmation, by its heading without case or accents: sure names, then a guess's form.
_PERSON = {
    "respondent_id": ({"respondent_id"}, r"identifiant|respondent id"),
    "status": ({"status", "statut", "type de collectivite"}, r"(statut|type de|legal)\b.*"),
    "population": ({"population", "nombre d'habitants", "inhabitants"}, r"pop\b.*|.*habita.*"),
    "name": (
        {"collectivite", "nom de la collectivite", "authority"},
        r"(nom|name)\b.*|.*collecti.*",
    ),
}
#: In how many names a word must be to tell nothing of an authority; how many cases a doubt shows.
COMMON, SHOWN = 4, 8
_SUBMITTED = {"submitdate", "date submitted", "date de soumission", "recordeddate", "horodateur"}
_SUBMITTED |= {"timestamp", "completion time", "heure de fin", "date_enreg"}
#: The columns, and their values, by which tools mark complete and test responses.
_FLAGS = {
    ("complete", "finished"): {"true", "1", "vrai"},
    ("complete", "progression"): {"termine", "complet", "100"},
    ("test", "response type"): {"survey preview", "survey test", "spam", "1", "2", "8"},
}
_DATES = ["ISO8601", *(f"{day}/%{year} %H:%M{s}" for s in (":%S", "") for year in "Yy"
                       for day in ("%d/%m", "%m/%d"))]  # fmt: skip


def draft(
    export: Export, edition: Edition, questionnaire: pd.DataFrame, known: pd.DataFrame
) -> Mapping:
    """The mapping of the export onto the edition, guesses listed under to_confirm.

    Parameters
    ----------
    export
        The responses, as text.
    edition
        The settings of the edition that the answers are for.
    questionnaire
        Its affirmations.
    known
        Respondents already known, respondent_id and name, the surest first; a name met there keeps
        its id.

    """
    columns = export.table.columns
    matched = headings.match(columns, questionnaire)
    asked = {id_: matched.get(id_, (None, ""))[0] for id_ in questionnaire["affirmation_id"]}
    missing = [affirmation for affirmation, heading in asked.items() if not heading]
    rest = [heading for heading in columns if heading not in asked.values()]
    responses, unsure = _responses(export.table[rest])
    flags = [flag.column for flag in (responses.complete, responses.test) if flag]
    rest = [heading for heading in rest if heading not in [responses.submitted, *flags]]
    person, unnamed = _person(export.table[rest], edition)
    names = _values(export, person.name)
    exclude, tests = _tests(names)
    lines = list(map(str, exclude))
    apart = _apart(export.table.drop(lines), person)
    answers, odd = _answers(export.table[list(filter(None, asked.values()))], edition)
    statuses, stray = _statuses(_values(export, person.status), edition)
    respondents, alike = _respondents(names.drop(lines), known, edition)
    doubts = [f"export: {doubt}" for doubt in export.doubts]
    doubts += _doubt("affirmations: no heading was found", missing)
    doubts += _doubts("affirmations", {f"{a} = {h}": why for a, (h, why) in matched.items()})
    return Mapping(
        to_confirm=[*doubts, *unsure, *unnamed, *tests, *odd, *stray, *apart, *alike],
        export=Source(file=export.name, heading_rows=export.heading_rows),
        person=person,
        responses=responses.model_copy(update={"exclude": exclude}),
        affirmations=asked,
        answers=answers,
        statuses=statuses,
        respondents=respondents,
        ignored=[heading for heading in rest if heading not in person.model_dump().values()],
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


def _named(columns: Iterable[str], fits: Callable[[str], bool]) -> str | None:
    """The only column of which a variant of the heading fits."""
    fitting = [name for name in columns if any(map(fits, map(plain, headings.variants(name))))]
    return fitting[0] if len(fitting) == 1 else None


def _among(names: set[str]) -> Callable[[str], bool]:
    """Whether a heading is one of the names, or the abridged beginning of one."""

    def known(heading: str) -> bool:
        start = heading.rstrip(". ")
        return heading in names or (heading != start and any(n.startswith(start) for n in names))

    return known


def _person(table: pd.DataFrame, edition: Edition) -> tuple[Person, list[str]]:
    """The columns that tell who answered: by a sure name, else by the form of the heading."""
    person, guessed, rest = {}, [], list(table.columns)
    for role, (names, form) in _PERSON.items():
        person[role] = _named(rest, _among(names))
        if person[role] is None:
            person[role] = _named(rest, re.compile(form).fullmatch)
            guessed += [f"{role} = {person[role]}"] if person[role] else []
        rest = [heading for heading in rest if heading != person[role]]
    doubts = _doubt("person: by its heading", guessed)
    if not person["name"] and not person["respondent_id"]:
        doubts.append("person name: none found; each response is then a respondent of its own")
    if not person["status"] and edition.statuses:
        doubts.append("person status: none found; it is then taken from respondents known by name")
    return Person(**person), doubts


def _responses(table: pd.DataFrame) -> tuple[Responses, list[str]]:
    """When a response was submitted, and whether it is complete or a test, as tools tell it."""
    submitted, doubts = _named(table, _among(_SUBMITTED)), []
    forms = [form for form in _DATES if submitted and _fits(table[submitted], form)]
    if submitted and table[submitted].isna().all():
        blank = f"{submitted} is blank in every response, so that none is complete"
        doubts.append(f"responses submitted: {blank}")
    elif len(forms) > 1:
        doubts.append(f"responses date_format: {' or '.join(forms)}")
    elif submitted and not forms:
        doubts.append("responses date_format: not understood; the last in the file is the latest")
    flags = {}
    for (key, name), values in _FLAGS.items():
        if column := _named(table, _among({name})):
            given = sorted({cell for cell in table[column].dropna() if plain(cell) in values})
            flags[key] = Flag(column=column, values=given)
            if key == "complete" and not given:
                doubts.append(f"responses complete: no known value in {column}")
    if not submitted and "complete" not in flags:
        doubts.append("responses submitted: none found; every response then counts as complete")
    first = forms[0] if forms else None
    return Responses(submitted=submitted, date_format=first, exclude={}, **flags), doubts


def _tests(names: pd.Series) -> tuple[dict[int, str], list[str]]:
    """The lines whose name says that they are a test."""
    tests = names[names.map(plain).str.contains(r"\b(?:test|essai)\b").astype("bool")]
    cases = (f"line {line} {name}" for line, name in tests.items())
    doubts = _doubt("responses: tests, by their name", cases)
    return {int(line): "a test, by its name" for line in tests.index}, doubts


def _fits(dates: pd.Series, form: str) -> bool:
    try:
        pd.to_datetime(dates.dropna(), format=form, utc=True)
    except ValueError:
        return False
    return True


def _answers(table: pd.DataFrame, edition: Edition) -> tuple[dict[str, str], list[str]]:
    cells = sorted(set(table.stack().dropna())) if len(table.columns) else []
    meant = {cell: _meaning(cell, edition) for cell in cells}
    reasons = {f"{cell} = {level}": why for cell, (level, why) in meant.items()}
    return {cell: level for cell, (level, _) in meant.items()}, _doubts("answers", reasons)


def _meaning(cell: str, edition: Edition) -> tuple[str, str]:
    """What an answer seems to mean, and the reason to doubt it."""
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
    close = difflib.get_close_matches(text, known, n=1, cutoff=0.8)
    if close:
        return shown[known[close[0]]], "by likeness"
    return UNDECIDED, "not understood"


def _statuses(texts: pd.Series, edition: Edition) -> tuple[dict[str, str], list[str]]:
    known = {
        plain(text): status.id
        for status in edition.statuses
        for text in (status.id, status.label.fr, status.label.en or status.id)
    }
    meant = {}
    for text in sorted(set(texts)):
        close = difflib.get_close_matches(plain(text), known, n=1, cutoff=0.6)
        meant[text] = known[close[0]] if close else UNDECIDED
    unsure = [f"{text} = {status}" for text, status in meant.items() if plain(text) not in known]
    return meant, _doubt("statuses: by likeness, or ? where not understood", unsure)


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


def _respondents(
    names: pd.Series, known: pd.DataFrame, edition: Edition
) -> tuple[dict[str, str], list[str]]:
    """The id of each name: that of the same name known before, else a new one.

    A name that is only alike never shares an id unasked: one of two authorities would be lost.
    """
    named = known.dropna(subset="name").drop_duplicates("respondent_id")[::-1]
    ids = dict(zip(named["name"].map(plain), named["respondent_id"], strict=True))
    given, doubts, fresh = {}, [], new_ids(known)
    words = _distinctive([*ids, *map(plain, names)], edition)
    alike = {words[text]: text for text in ids}
    for name in dict.fromkeys(names):
        text = plain(name)
        if text not in ids:
            ids[text] = next(fresh)
            near = [other for other in alike if other[0] == words[text][0]]
            doubts += [
                f"respondents: {name}: {ids[text]}, or {ids[alike[other]]} if it is {alike[other]}"
                for other in difflib.get_close_matches(words[text], near, n=1, cutoff=0.84)
            ]
            alike[words[text]] = text
        given[name] = ids[text]
    return given, doubts


def _distinctive(names: list[str], edition: Edition) -> dict[str, str]:
    """Of each name, the words that tell it from others: not short, of a status, or common."""
    labels = " ".join(f"{status.id} {status.label.fr}" for status in edition.statuses)
    legal = {word.rstrip("s") for word in re.findall(r"\w+", plain(labels))}
    words = {name: [w.rstrip("s") for w in re.findall(r"\w{3,}", name)] for name in names}
    words = {name: [w for w in own if w not in legal] for name, own in words.items()}
    times = Counter(word for own in words.values() for word in {*own})
    rare = {name: [w for w in own if times[w] < COMMON] for name, own in words.items()}
    return {name: " ".join(rare[name] or words[name]) or name for name in words}


def new_ids(known: pd.DataFrame) -> Iterator[str]:
    """Ids that nobody has, in the form of those that have a name: R001, R002 and so on."""
    taken, named = set(known["respondent_id"]), known.dropna(subset="name")["respondent_id"]
    parts = named.str.extract(r"^(\D*)(\d+)$").dropna()
    prefix, digits = parts.iloc[-1] if len(parts) else ("R", "000")
    first = 1 + parts[1].map(int).max() if len(parts) else 1
    fresh = (f"{prefix}{number:0{len(digits)}}" for number in count(first))
    return (id_ for id_ in fresh if id_ not in taken)
