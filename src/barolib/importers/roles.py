"""Who answered, and which responses count: by the ids of the survey tool, then by words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import pandas as pd

from barolib.importers import tools
from barolib.importers.exportfile import Export
from barolib.importers.headings import Heading
from barolib.importers.mapping import Flag, Person, Responses
from barolib.survey.answers import plain
from barolib.survey.edition import Edition

_DATES = [
    "ISO8601",
    *(
        f"%{first}{mark}%{second}{mark}%{year} %H:%M{s}"
        for mark in "/-"
        for s in (":%S", "")
        for year in "Yy"
        for first, second in ("dm", "md")
    ),
]
_DATES += ["%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p"]
_DATES += ["%d/%m/%Y - %H:%M", "%m/%d/%Y - %H:%M"]
#: What every date has, in whatever form.
_DATE = r"\d[-/. ]+\d{1,2}[-/. ]+\d|\d{4}\b.*\d:\d"
#: Dates that tools give to responses which were never finished, too.
_ALSO_PARTIAL = ("end date", "date de fin", "enddate", "lastdata")
#: More characters than the name of an authority has: an answer in free words.
_LONG = 120


class Columns:
    """The columns of an export that are no affirmation's, taken one by one by their roles."""

    def __init__(self, export: Export, headings: Iterable[Heading]) -> None:
        self.table, self.ids = export.table, {}
        self.free = {heading.name: heading for heading in headings}
        for heading in self.free.values():
            ids = {code.casefold() for code in heading.codes}
            import_id = export.tool_ids.get(heading.name, "").casefold()
            self.ids[heading.name] = ids | {import_id, f"importid:{import_id}"}

    def take(self, fits: Callable[[str], bool]) -> str | None:
        """The only free column that fits, no longer free."""
        fitting = [name for name in self.free if fits(name)]
        if len(fitting) != 1:
            return None
        del self.free[fitting[0]]
        return fitting[0]

    def of_tool(self, role: str, fits: Callable[[str], bool]) -> str | None:
        """The column that a tool calls so by its ids, and that fits; the first that is known."""
        ids = tools.known()[role]["ids"]
        tests = (lambda n, id_=id_: id_ in self.ids[n] and fits(n) for id_ in ids)
        return next(filter(None, map(self.take, tests)), None)

    def of_words(self, role: str, fits: Callable[[str], bool]) -> str | None:
        """The same by a heading of the tool's interface."""
        words = tools.known()[role]["words"]
        tests = (lambda n, text=text: self.named(n, {text}) and fits(n) for text in words)
        return next(filter(None, map(self.take, tests)), None)

    def drop_own(self) -> None:
        """Sets aside what the tool writes of itself."""
        roles = [tools.known()["own"], tools.known()["submitted"]]
        ids, texts = ({text for role in roles for text in role[key]} for key in ("ids", "words"))
        forms = any(plain(name) in ("completion time", "heure de fin") for name in self.table)
        texts |= {"name", "nom"} if forms else set()  # of the account that answered
        for name in [*self.free]:
            if "respondent_id" not in self.ids[name] and (
                self.ids[name] & ids or self.named(name, texts)
            ):
                del self.free[name]

    def named(self, name: str, texts: set[str]) -> bool:
        """Whether a heading is one of the texts, or the abridged beginning of one."""
        for heading in self.free[name].texts:
            start = re.sub(r"\s*(\.\.+|…)$", "", heading)
            if heading in texts or (start != heading and any(t.startswith(start) for t in texts)):
                return True
        return False

    def says(self, name: str, form: str) -> bool:
        """Whether a text of the heading has the form."""
        texts = (re.sub(r"\s*(\.\.+|…)$", "", text) for text in self.free[name].texts)
        return any(re.fullmatch(form, text) for text in texts)

    def cells(self, name: str) -> set[str]:
        """What stands in a column, plain."""
        return {*map(plain, self.table[name].dropna().unique())}


# ---------------------------------------------------------------------------- who answered


def person(columns: Columns, edition: Edition) -> tuple[Person, list[str]]:
    """The columns that tell who answered, and which of them are guessed.

    A column whose answers are the edition's statuses is the status, whatever its heading.
    """
    chosen: dict[str, str | None] = {}
    guessed = []
    for role in reversed(Person.model_fields):  # a name last, being the least marked
        chosen[role] = None
        for place, fits in enumerate(_tests(columns, role, edition)):
            if name := columns.take(fits):
                chosen[role] = name
                guessed += [f"{role} = {name}"] if place > 1 else []
                break
    return Person(**chosen), guessed


def _tests(columns: Columns, role: str, edition: Edition) -> Iterator[Callable[[str], bool]]:
    """What a column of a role must be: the first two are sure, those after them are guesses."""
    known, forms = tools.known()[role], tools.forms(role)

    def may_be(name: str) -> bool:
        cells = columns.cells(name)
        if role == "population":
            return not cells or any(re.search(r"\d", cell) for cell in cells)
        numbers, long = all(map(str.isdigit, cells)), any(len(cell) > _LONG for cell in cells)
        return role != "name" or not (numbers or long)

    def various(name: str) -> bool:  # not the same few answers for all
        return role != "name" or 2 * len(columns.cells(name)) > columns.table[name].count()

    def of_form(form: str, name: str) -> bool:
        fits = columns.says(name, form) and may_be(name)
        return fits and (form != forms[-1] or various(name))

    yield lambda name: not columns.ids[name].isdisjoint(known["ids"]) and may_be(name)
    yield lambda name: columns.named(name, {*known["words"]}) and may_be(name)
    if role == "status" and edition.statuses:
        yield lambda name: _statuses_share(columns.cells(name), edition) > 0.5
    yield from (partial(of_form, form) for form in forms)


def _statuses_share(cells: set[str], edition: Edition) -> float:
    """How many of the texts are alike to a status."""
    known = status_texts(edition)
    alike = [cell for cell in cells if difflib.get_close_matches(cell, known, n=1, cutoff=0.8)]
    return len(alike) / len(cells) if cells else 0


def status_texts(edition: Edition) -> dict[str, str]:
    """The status of each plain text that names one."""
    return {
        plain(text): status.id
        for status in edition.statuses
        for text in (status.id, status.label.fr, status.label.en or status.id)
    }


# ---------------------------------------------------------------------------- which responses count


def responses(columns: Columns) -> tuple[Responses, list[str]]:
    """When a response was submitted, and whether it is complete or a test, as tools tell it."""
    table = columns.table
    doubts: list[str] = []

    def dated(name: str) -> bool:
        return bool(table[name].dropna().str.contains(_DATE).all())

    submitted = columns.of_tool("submitted", dated) or columns.of_words("submitted", dated)
    complete, test = (_flag(columns, role, doubts) for role in ("complete", "test"))
    columns.drop_own()
    form, unsure = date_format(table[submitted]) if submitted else (None, [])
    if submitted and not complete and plain(submitted).startswith(_ALSO_PARTIAL):
        unsure.append(f"responses submitted: {submitted} may stand in partial responses too")
    rules = Responses(
        submitted=submitted, date_format=form, complete=complete, test=test, exclude={}
    )
    return rules, doubts + unsure


def _flag(columns: Columns, role: str, doubts: list[str]) -> Flag | None:
    """The column whose values mark responses; values that no tool is known to give are doubted.

    A heading of words alone counts where all that stands below is known.
    """
    marking, others = ({*tools.known()[role][key]} for key in ("values", "others"))
    known = marking | others
    name = columns.of_tool(role, lambda n: bool(columns.cells(n)))
    name = name or columns.of_words(role, lambda n: _words_alone(columns.cells(n), known))
    if not name and role == "complete":  # REDCap's: 1 is for unverified, 2 for complete
        name = columns.take(lambda n: re.fullmatch(r"\w+_complete", n) is not None)
        marking, known = {"2", "complete"}, {"2", *known}
    if not name:
        return None
    given = sorted(columns.table[name].dropna().unique())
    stray = [cell for cell in given if plain(cell) not in known and not _percent(cell)]
    if stray:
        doubts.append(f"responses {role}: what is said in {name} by {', '.join(stray[:8])}?")
    return Flag(column=name, values=[cell for cell in given if plain(cell) in marking])


def _words_alone(cells: set[str], known: set[str]) -> bool:
    """Whether all that stands in a column is known, and not mere numbers; or how far one came."""
    words = [cell for cell in cells if not _percent(cell)]
    return (bool(words) and {*words} <= known) or (not words and bool(cells & {"100", "100%"}))


def _percent(cell: str) -> bool:
    return re.fullmatch(r"\d{1,3}\s?%?", cell) is not None


def date_forms(cells: pd.Series) -> list[str]:
    """The forms of dates that all cells have."""
    return [form for form in _DATES if _fits(cells, form)]


def date_format(cells: pd.Series) -> tuple[str | None, list[str]]:
    """The form of the dates of submission, and what is to confirm of them."""
    forms = date_forms(cells)
    if cells.isna().all():
        blank = f"{cells.name} is blank in every response, so that none is complete"
        return forms[0], [f"responses submitted: {blank}"]
    if len(forms) > 1:
        return forms[0], [f"responses date_format: {' or '.join(forms)}"]
    if not forms:
        return None, ["responses date_format: not understood; the last in the file is the latest"]
    return forms[0], []


def _fits(dates: pd.Series, form: str) -> bool:
    try:
        pd.to_datetime(dates.dropna(), format=form, utc=True)
    except ValueError:
        return False
    return True
