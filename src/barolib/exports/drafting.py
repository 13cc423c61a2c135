"""The first draft of an export's mapping: what can be told is filled, what is guessed is listed."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import count

import pandas as pd

from barolib.exports import headings
from barolib.exports.exportfile import Export
from barolib.exports.mapping import UNDECIDED, Flag, Mapping, Person, Responses, Source
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

    `known`: respondents already known, respondent_id and name, the surest first; a name met there
    keeps its id.
    """
    doubts = [f"export: {doubt}" for doubt in export.doubts]
    found = headings.match(export.table.columns, questionnaire)
    asked = {each: found.get(each, (None, ""))[0] for each in questionnaire["affirmation_id"]}
    doubts += _told("affirmations: no heading was found", (a for a, h in asked.items() if not h))
    for why in dict.fromkeys(why for _, why in found.values() if why):
        pairs = (f"{a} = {h}" for a, (h, reason) in found.items() if reason == why)
        doubts += _told(f"affirmations: {why}", pairs)
    rest = [each for each in export.table.columns if each not in asked.values()]
    responses, unsure = _responses(export.table[rest])
    own = {responses.submitted, *(f.column for f in (responses.complete, responses.test) if f)}
    rest = [each for each in rest if each not in own]
    person, more = _person(export.table[rest], edition)
    names = _values(export, person.name)
    exclude, tests = _tests(names)
    apart = _apart(export.table.drop(map(str, exclude)), person)
    cells, odd = _answers(export.table[[h for h in asked.values() if h]], edition)
    statuses, stray = _statuses(_values(export, person.status), edition)
    respondents, alike = _respondents(names.drop(map(str, exclude)), known, edition)
    return Mapping(
        to_confirm=[*doubts, *unsure, *more, *tests, *odd, *stray, *apart, *alike],
        export=Source(file=export.name, heading_rows=export.heading_rows),
        person=person,
        responses=responses.model_copy(update={"exclude": exclude}),
        affirmations=asked,
        answers=cells,
        statuses=statuses,
        respondents=respondents,
        ignored=[each for each in rest if each not in person.model_dump().values()],
    )


def _told(doubt: str, cases: Iterable[str]) -> list[str]:
    """One line for all cases of a doubt, the first and the last of many; none without a case."""
    cases = list(cases)
    many = len(cases) > SHOWN
    shown = [*cases[: SHOWN // 2], "…", *cases[-SHOWN // 2 :]] if many else cases
    return [f"{doubt} ({len(cases)}): {', '.join(shown)}"] if cases else []


def _values(export: Export, heading: str | None) -> pd.Series:
    """The cells of a column that are not blank, by line; none without a column."""
    return export.table[heading].dropna() if heading else pd.Series(dtype="str")


def _named(columns: Iterable[str], fits: Callable[[str], bool]) -> str | None:
    """The only column of which a face fits."""
    found = [each for each in columns if any(fits(plain(f)) for f in headings.faces(each))]
    return found[0] if len(found) == 1 else None


def _among(names: set[str]) -> Callable[[str], bool]:
    """Whether a face is one of the names, or the abridged beginning of one."""

    def known(face: str) -> bool:
        start = face.rstrip(". ")
        return face in names or (face != start and any(n.startswith(start) for n in names))

    return known


def _person(table: pd.DataFrame, edition: Edition) -> tuple[Person, list[str]]:
    """The columns that tell who answered: by a sure name, else by the form of the heading."""
    found, guessed, rest = {}, [], list(table.columns)
    for role, (names, form) in _PERSON.items():
        found[role] = _named(rest, _among(names))
        if found[role] is None:
            found[role] = _named(rest, lambda face, form=form: bool(re.fullmatch(form, face)))
            guessed += [f"{role} = {found[role]}"] if found[role] else []
        rest = [each for each in rest if each != found[role]]
    doubts = _told("person: by its heading", guessed)
    if not found["name"] and not found["respondent_id"]:
        doubts.append("person name: none found; each response is then a respondent of its own")
    if not found["status"] and edition.statuses:
        doubts.append("person status: none found; it is then taken from respondents known by name")
    return Person(**found), doubts


def _responses(table: pd.DataFrame) -> tuple[Responses, list[str]]:
    """When a response was submitted, and whether it is complete or a test, as tools tell it."""
    submitted, doubts = _named(table, _among(_SUBMITTED)), []
    fits = [each for each in _DATES if submitted and _fits(table[submitted], each)]
    if submitted and table[submitted].isna().all():
        blank = f"{submitted} is blank in every response, so that none is complete"
        doubts.append(f"responses submitted: {blank}")
    elif len(fits) > 1:
        doubts.append(f"responses date_format: {' or '.join(fits)}")
    elif submitted and not fits:
        doubts.append("responses date_format: not understood; the last in the file is the latest")
    flags = {}
    for (key, name), values in _FLAGS.items():
        column = _named(table, _among({name}))
        if column:
            told = sorted({cell for cell in table[column].dropna() if plain(cell) in values})
            flags[key] = Flag(column=column, values=told)
            if key == "complete" and not told:
                doubts.append(f"responses complete: no known value in {column}")
    if not submitted and "complete" not in flags:
        doubts.append("responses submitted: none found; every response then counts as complete")
    first = fits[0] if fits else None
    return Responses(submitted=submitted, date_format=first, exclude={}, **flags), doubts


def _tests(names: pd.Series) -> tuple[dict[int, str], list[str]]:
    """The lines whose name says that they are a test."""
    found = names[names.map(plain).str.contains(r"\b(?:test|essai)\b").astype("bool")]
    doubts = _told(
        "responses: tests, by their name", (f"line {n} {each}" for n, each in found.items())
    )
    return {int(line): "a test, by its name" for line in found.index}, doubts


def _fits(dates: pd.Series, form: str) -> bool:
    try:
        pd.to_datetime(dates.dropna(), format=form, utc=True)
    except ValueError:
        return False
    return True


def _answers(table: pd.DataFrame, edition: Edition) -> tuple[dict[str, str], list[str]]:
    cells = sorted(set(table.stack().dropna())) if len(table.columns) else []
    meant = {cell: _meaning(cell, edition) for cell in cells}
    doubts = []
    for doubt in dict.fromkeys(doubt for _, doubt in meant.values() if doubt):
        cases = (f"{cell} = {level}" for cell, (level, why) in meant.items() if why == doubt)
        doubts += _told(f"answers: {doubt}", cases)
    return {cell: level for cell, (level, _) in meant.items()}, doubts


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
        plain(text): each.id
        for each in edition.statuses
        for text in (each.id, each.label.fr, each.label.en or each.id)
    }
    found = {}
    for text in sorted(set(texts)):
        close = difflib.get_close_matches(plain(text), known, n=1, cutoff=0.6)
        found[text] = known[close[0]] if close else UNDECIDED
    unsure = [f"{text} = {meant}" for text, meant in found.items() if plain(text) not in known]
    return found, _told("statuses: by likeness, or ? where not understood", unsure)


def _apart(table: pd.DataFrame, person: Person) -> list[str]:
    """The names under which lines tell of different statuses: perhaps two authorities."""
    if not (person.name and person.status):
        return []
    statuses = table.groupby(table[person.name].map(plain, na_action="ignore"))[person.status]
    lines = (f"{name} ({', '.join(each.index)})" for name, each in statuses if each.nunique() > 1)
    doubt = "respondents: one name, several statuses; if two authorities, rename one in the export"
    return _told(doubt, lines)


def _respondents(
    names: pd.Series, known: pd.DataFrame, edition: Edition
) -> tuple[dict[str, str], list[str]]:
    """The id of each name: that of the same name known before, else a new one.

    A name that is only alike never shares an id unasked: one of two authorities would be lost.
    """
    named = known.dropna(subset="name").drop_duplicates("respondent_id")
    ids = dict(reversed(list(zip(named["name"].map(plain), named["respondent_id"], strict=True))))
    found, doubts, fresh = {}, [], new_ids(known)
    own = _distinctive([*ids, *map(plain, names)], edition)
    alike = {own[text]: text for text in ids}
    for name in dict.fromkeys(names):
        text = plain(name)
        if text not in ids:
            ids[text] = next(fresh)
            near = [each for each in alike if each[0] == own[text][0]]
            doubts += [
                f"respondents: {name}: {ids[text]}, or {ids[alike[each]]} if it is {alike[each]}"
                for each in difflib.get_close_matches(own[text], near, n=1, cutoff=0.84)
            ]
            alike[own[text]] = text
        found[name] = ids[text]
    return found, doubts


def _distinctive(names: list[str], edition: Edition) -> dict[str, str]:
    """Of each name, the words that tell it from others: not short, of a status, or common."""
    labels = " ".join(f"{each.id} {each.label.fr}" for each in edition.statuses)
    legal = {word.rstrip("s") for word in re.findall(r"\w+", plain(labels))}
    words = {name: [w.rstrip("s") for w in re.findall(r"\w{3,}", name)] for name in names}
    words = {name: [w for w in each if w not in legal] for name, each in words.items()}
    times = Counter(word for each in words.values() for word in {*each})
    rare = {name: [w for w in each if times[w] < COMMON] for name, each in words.items()}
    return {name: " ".join(rare[name] or words[name]) or name for name in words}


def new_ids(known: pd.DataFrame) -> Iterable[str]:
    """Ids that nobody has, in the form of those that have a name: R001, R002 and so on."""
    taken, named = set(known["respondent_id"]), known.dropna(subset="name")["respondent_id"]
    numbered = [found for each in named if (found := re.fullmatch(r"(\D*)(\d+)", each))]
    prefix, width = (numbered[-1][1], len(numbered[-1][2])) if numbered else ("R", 3)
    last = max((int(each[2]) for each in numbered), default=0)
    fresh = (f"{prefix}{number:0{width}}" for number in count(last + 1))
    return (each for each in fresh if each not in taken)
