"""Which heading of an export stands for which affirmation: its code and its text must agree."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from barolib.importers.structure import bare
from barolib.survey.answers import plain

#: How alike a heading and a label must be for one to be proposed for the other.
LIKE = 0.75

#: LimeSurvey's own columns: what parts code and text in them parts both in every heading.
_FIELDS = re.compile(
    r"(?:id|submitdate|lastpage|startlanguage|seed|startdate|datestamp)(\W*)(?=\S)"
)


@dataclass(frozen=True)
class Heading:
    """A heading of an export: its name there, the codes and the texts by which it may be known.

    Texts are plain: without case and accents, underscores as blanks.
    """

    name: str
    codes: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """The affirmations that a heading may stand for: by label, by code, both as texts say them.

    `certain`: codes that the survey tool's own structure gives; `order`: of the questionnaire.
    """

    labels: dict[str, str]
    codes: dict[tuple, str]
    joined: dict[str, str]
    order: list[str]
    certain: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, questionnaire: pd.DataFrame, certain: Mapping[str, str] | None = None) -> Known:
        """Those of the questionnaire; labels that two affirmations share are left out."""
        ids = questionnaire["affirmation_id"]
        labels = questionnaire.melt("affirmation_id", ["label_fr", "label_en"]).dropna()
        pairs = {*zip(labels["value"].map(words), labels["affirmation_id"], strict=True)}
        # An id without its marks (T0401 for T04-01), where it is that of one.
        joined = ((re.sub(r"[^a-z0-9]", "", plain(i)), i) for i in ids if re.search(r"\d", i))
        codes = {code: id_ for id_ in ids if (code := _code(id_))}
        return cls(_unique(sorted(pairs)), codes, _unique(joined), [*ids], certain or {})

    @property
    def texts(self) -> set[str]:
        """Labels and ids, by which a row of headings is known (plain)."""
        return {*self.labels, *map(str.casefold, (*self.order, *self.joined, *self.certain))}

    def by_code(self, heading: Heading) -> str | None:
        """The affirmation of a heading's code."""
        for code in heading.codes:
            affirmation = self.certain.get(code) or self.codes.get(_code(code) or ())
            if affirmation := affirmation or self.joined.get(plain(code)):
                return affirmation
        return None

    def by_number(self, heading: Heading) -> str | None:
        """The affirmation whose theme and number are those of a LimeSurvey sub-question."""
        numbers = (self.codes.get(_code(code, "sq") or ()) for code in heading.codes)
        return next(filter(None, numbers), None)

    def by_text(self, heading: Heading) -> str | None:
        """The affirmation whose label is a text of the heading, or looks like a code (C-3PO)."""
        texts = (*heading.texts, *map(words, heading.codes))
        return next(filter(None, map(self.labels.get, texts)), None)

    def begun(self, heading: Heading) -> list[str]:
        """The affirmations whose label begins as an abridged heading does, in their order."""
        starts = [re.sub(r"\s*(\.\.+|…)\s*\]?$", "", text) for text in heading.texts]
        pairs = zip(starts, heading.texts, strict=True)
        long = tuple(start for start, text in pairs if start != text and len(start) >= 8)
        fitting = {a for label, a in self.labels.items() if long and label.startswith(long)}
        return [affirmation for affirmation in self.order if affirmation in fitting]


def words(text: str) -> str:
    """The text as it is compared: plain, underscores as blanks.

    >>> words("Porter_une_Stratégie")
    'porter une strategie'
    """
    return plain(text.replace("_", " "))


def parse(names: Iterable[str]) -> list[Heading]:
    """The headings, their codes parted from their texts as the export parts them.

    Parts of several heading rows stand between " / ".

    >>> parse(["T01[SQ002]. Où ? [Mesurer]"])[0].texts[-1]
    'mesurer'
    """
    names = [*names]
    parting = [match[1] for name in names if (match := _FIELDS.match(name))]
    glued = len(parting) > 2 and len({*parting}) == 1
    mark = re.escape(parting[0]) if glued else None
    return [_heading(name, mark) for name in names]


def _heading(name: str, mark: str | None) -> Heading:
    codes, texts = [], []
    code = r"\S+?" if mark and mark.strip("\\-_") else r"\w+?(?:\[\w+\])*"
    said = re.sub(r" \(column \d+\)$", "", bare(name))  # where two headings are the same
    for part in dict.fromkeys((said, *said.split(" / "))):
        coded = re.fullmatch(r"(\S+?)(?:\. | - | : |: )(.+)", part)
        if mark is not None:
            coded = re.fullmatch(rf"({code}){mark}((?<=[^\w]|\])\S.*|[A-ZÀ-Þ].*)", part)
        if coded:
            codes.append(coded[1])
            texts.append(coded[2])
        elif not re.search(r"\s", part):
            codes += [part, *part.split("/")[1:][-1:]]  # KoBo: group/question
            texts += part.split("/")[1:][-1:]
        texts += [part, *re.findall(r"\[([^\[\]]+)\]\s*$", part)]
        texts += re.findall(r".*(?: -|:) [\s.]*(\S.*)$", part)  # question - row, question: row
    plains = [words(text) for text in texts if _code(text) is None or text not in codes]
    return Heading(name, tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(plains)))


def match(headings: Iterable[Heading], known: Known) -> dict[str, tuple[str, str]]:
    """The heading of each affirmation that has one, with the reason to doubt it ("" for none).

    A text or code counts where one heading alone bears it, a text before a code; where both stand
    in a heading and do not agree, it is doubted, as all that is only likely.
    """
    matched: dict[str, tuple[str, str]] = {}
    free = {heading.name: heading for heading in headings}
    order = [*free]
    rules: list[tuple[str, Callable[[Heading], str | None]]] = [
        ("", known.by_text),
        ("", known.by_code),
        ("by the number of its sub-question", known.by_number),
        ("by its first words", lambda heading: _only(known.begun(heading))),
    ]
    for doubt, look_up in rules:
        for affirmation, heading in _single(free.values(), look_up, matched):
            odd = _disagreement(heading, affirmation, known)
            matched[affirmation] = heading.name, odd or doubt
            del free[heading.name]
    for affirmation, name in _by_place(free, order, known, matched):
        matched[affirmation] = name, "by its place, among those abridged alike"
        del free[name]
    for ratio, affirmation, name in _alike(free.values(), known):
        if affirmation not in matched and name in free:
            del free[name]
            matched[affirmation] = name, f"by a likeness of {ratio:.2f}"
    return matched


def _disagreement(heading: Heading, affirmation: str, known: Known) -> str:
    """Why a heading that stands for an affirmation by its text or its code is to be looked at."""
    coded, labelled = known.by_code(heading), known.by_text(heading)
    if labelled == affirmation and coded not in (None, affirmation):
        return f"its code is that of {coded}"
    text = [text for text in heading.texts if " " in text]
    if labelled != affirmation and text and affirmation not in known.begun(heading):
        return "by its code, but its text is not the label"
    return ""


def _only(items: list[str]) -> str | None:
    return items[0] if len(items) == 1 else None


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The pairs of a text and an affirmation whose text stands in no other pair."""
    pairs = list(pairs)
    times = Counter(text for text, _ in pairs)
    return {text: affirmation for text, affirmation in pairs if times[text] == 1}


def _code(text: str, without: str | None = None) -> tuple | None:
    """A code as letters and numbers: T04-01, T4[1] and T04_01 are the same."""
    if " " in text.strip() or not re.search(r"\d", text):
        return None
    parts = re.findall(r"[a-z]+|\d+", plain(text))
    return tuple(int(part) if part.isdigit() else part for part in parts if part != without)


def _single(
    free: Iterable[Heading], look_up: Callable[[Heading], str | None], matched: dict
) -> list[tuple[str, Heading]]:
    """The pairs of an affirmation and a heading in which neither stands in another pair."""
    pairs = [(affirmation, heading) for heading in free if (affirmation := look_up(heading))]
    times = Counter(affirmation for affirmation, _ in pairs)
    return [(a, heading) for a, heading in pairs if times[a] == 1 and a not in matched]


def _by_place(
    free: dict[str, Heading], order: list[str], known: Known, matched: dict
) -> list[tuple[str, str]]:
    """The affirmation of each heading that begins like several: those between its neighbours."""
    place = {affirmation: number for number, affirmation in enumerate(known.order)}
    taken = {name: place[affirmation] for affirmation, (name, _) in matched.items()}
    gaps: dict[tuple, list[Heading]] = {}
    before = -1
    for number, name in enumerate(order):
        before = taken.get(name, before)
        if name in free and (fitting := known.begun(free[name])):
            later = (taken[other] for other in order[number:] if other in taken)
            after = next(later, len(place))
            between = tuple(a for a in fitting if before < place[a] < after and a not in matched)
            gaps.setdefault(between, []).append(free[name])
    runs = ((between, run) for between, run in gaps.items() if len(between) == len(run))
    return [(a, h.name) for between, run in runs for a, h in zip(between, run, strict=True)]


def _alike(free: Iterable[Heading], known: Known) -> list[tuple[float, str, str]]:
    """The likeness of each label and heading that are alike, with the affirmation.

    The most alike first; what is equally alike in the order of the questionnaire and of the export.
    """
    labels = known.labels
    pairs = [
        (difflib.SequenceMatcher(None, text, label).ratio(), labels[label], heading.name)
        for heading in free
        for text in heading.texts
        for label in difflib.get_close_matches(text, labels, n=len(labels) or 1, cutoff=LIKE)
    ]
    return sorted(pairs, key=lambda pair: (-pair[0], known.order.index(pair[1])))
