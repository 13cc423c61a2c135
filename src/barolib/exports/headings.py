"""Which heading of an export stands for which affirmation: by code, by label, else by likeness."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable

import pandas as pd

from barolib.survey.answers import plain

#: How alike a heading and a label must be for one to be proposed for the other.
LIKE = 0.75


def faces(heading: str) -> list[str]:
    """The texts by which a heading may be known: whole, its code, its text, what its brackets hold.

    Parts of several heading rows stand between " / ".
    """
    found = []
    for part in (heading, *heading.split(" / ")):
        found.append(part)
        coded = re.fullmatch(r"(\S+?)(?:\. | - | : |: )(.+)", part)
        found += coded.groups() if coded else []
        found += re.findall(r"\[([^\[\]]+)\]\s*$", part)
        found += re.findall(r".* - (.+)$", part)
    return list(dict.fromkeys(found))


def match(headings: Iterable[str], questionnaire: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """The heading of each affirmation that has one, with the reason to doubt it ("" for none).

    A label or code counts where one heading alone bears it; a likeness is always doubted.
    """
    labels, codes = _labels(questionnaire), {_code(a): a for a in questionnaire["affirmation_id"]}
    joined = _joined(questionnaire["affirmation_id"])
    stages: list[tuple[str, Callable[[str], str | None]]] = [
        ("", lambda face: labels.get(plain(face))),
        ("", lambda face: codes.get(_code(face))),
        ("", lambda face: joined.get(plain(face))),
        ("by the number of its sub-question", lambda face: codes.get(_code(face, "sq"))),
        ("by its first words", lambda face: _begun(plain(face), labels)),
    ]
    found: dict[str, tuple[str, str]] = {}
    free = {heading: faces(heading) for heading in headings}
    for doubt, look in stages:
        for subject, heading in _single(free, look, found):
            other = next((codes[c] for f in free[heading] if (c := _code(f)) in codes), subject)
            odd = "" if other == subject else f"its code is that of {other}"
            found[subject] = heading, doubt or odd
        taken = {heading for heading, _ in found.values()}
        free = {heading: texts for heading, texts in free.items() if heading not in taken}
    for ratio, subject, heading in sorted(_alike(free, labels), reverse=True):
        if subject not in found and heading not in {each for each, _ in found.values()}:
            found[subject] = heading, f"by a likeness of {ratio:.2f}"
    return found


def _labels(questionnaire: pd.DataFrame) -> dict[str, str]:
    """The affirmation of each label, those that two affirmations share left out."""
    pairs = {
        (plain(text), row.affirmation_id)
        for row in questionnaire.itertuples()
        for text in (row.label_fr, row.label_en)
        if isinstance(text, str)
    }
    times = Counter(label for label, _ in pairs)
    return {label: subject for label, subject in sorted(pairs) if times[label] == 1}


def _code(face: str, without: str | None = None) -> tuple | None:
    """A code as letters and numbers: T04-01, T4[1] and T04_01 are the same."""
    if " " in face.strip() or not re.search(r"\d", face):
        return None
    parts = re.findall(r"[a-z]+|\d+", plain(face))
    return tuple(int(part) if part.isdigit() else part for part in parts if part != without)


def _joined(subjects: Iterable[str]) -> dict[str, str]:
    """The affirmation of each id without its marks (T0401 for T04-01), where it is that of one."""
    coded = [subject for subject in subjects if re.search(r"\d", subject)]
    pairs = [("".join(re.findall(r"[a-z0-9]+", plain(subject))), subject) for subject in coded]
    times = Counter(text for text, _ in pairs)
    return {text: subject for text, subject in pairs if times[text] == 1}


def _begun(face: str, labels: dict[str, str]) -> str | None:
    """The affirmation whose label alone begins like an abridged heading."""
    start = re.sub(r"\s*(\.\.+|…)\s*$", "", face)
    if start == face or len(start) < 8:
        return None
    found = {subject for label, subject in labels.items() if label.startswith(start)}
    return found.pop() if len(found) == 1 else None


def _single(
    free: dict[str, list[str]], look: Callable[[str], str | None], found: dict
) -> list[tuple[str, str]]:
    """The pairs of an affirmation and a heading in which neither stands in another pair."""
    pairs = {(look(face), heading) for heading, texts in free.items() for face in texts}
    pairs = {pair for pair in pairs if pair[0] is not None and pair[0] not in found}
    subjects, headings = Counter(s for s, _ in pairs), Counter(h for _, h in pairs)
    return sorted((s, h) for s, h in pairs if subjects[s] == headings[h] == 1)


def _alike(free: dict[str, list[str]], labels: dict[str, str]) -> list[tuple[float, str, str]]:
    found = []
    for heading, texts in free.items():
        for face in map(plain, texts):
            for label in difflib.get_close_matches(face, labels, n=2, cutoff=LIKE):
                ratio = difflib.SequenceMatcher(None, face, label).ratio()
                found.append((ratio, labels[label], heading))
    return found
