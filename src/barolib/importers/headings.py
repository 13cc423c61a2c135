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


def variants(heading: str) -> list[str]:
    """The texts by which a heading may be known: whole, its code, its text, what its brackets hold.

    Parts of several heading rows stand between " / ".

    >>> variants("T01[SQ002]. Mesurer")
    ['T01[SQ002]. Mesurer', 'T01[SQ002]', 'Mesurer']
    """
    texts = []
    for part in (heading, *heading.split(" / ")):
        texts.append(part)
        coded = re.fullmatch(r"(\S+?)(?:\. | - | : |: )(.+)", part)
        texts += coded.groups() if coded else []
        texts += re.findall(r"\[([^\[\]]+)\]\s*$", part)
        texts += re.findall(r".* - (.+)$", part)
    return list(dict.fromkeys(texts))


def match(headings: Iterable[str], questionnaire: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """The heading of each affirmation that has one, with the reason to doubt it ("" for none).

    A label or code counts where one heading alone bears it; a likeness is always doubted.
    """
    ids = questionnaire["affirmation_id"]
    labels, codes, joined = _labels(questionnaire), {_code(id_): id_ for id_ in ids}, _joined(ids)
    rules: list[tuple[str, Callable[[str], str | None]]] = [
        ("", lambda text: labels.get(plain(text))),
        ("", lambda text: codes.get(_code(text))),
        ("", lambda text: joined.get(plain(text))),
        ("by the number of its sub-question", lambda text: codes.get(_code(text, "sq"))),
        ("by its first words", lambda text: _begun(plain(text), labels)),
    ]
    matched: dict[str, tuple[str, str]] = {}
    free = {heading: variants(heading) for heading in headings}
    for doubt, look_up in rules:
        for affirmation, heading in _single(free, look_up, matched):
            coded = (codes[code] for text in free[heading] if (code := _code(text)) in codes)
            other = next(coded, affirmation)
            odd = "" if other == affirmation else f"its code is that of {other}"
            matched[affirmation] = heading, doubt or odd
        taken = {heading for heading, _ in matched.values()}
        free = {heading: texts for heading, texts in free.items() if heading not in taken}
    for ratio, affirmation, heading in sorted(_alike(free, labels), reverse=True):
        if affirmation not in matched and heading in free:
            del free[heading]
            matched[affirmation] = heading, f"by a likeness of {ratio:.2f}"
    return matched


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The pairs of a text and an affirmation whose text stands in no other pair."""
    pairs = list(pairs)
    times = Counter(text for text, _ in pairs)
    return {text: affirmation for text, affirmation in pairs if times[text] == 1}


def _labels(questionnaire: pd.DataFrame) -> dict[str, str]:
    """The affirmation of each label, those that two affirmations share left out."""
    labels = questionnaire.melt("affirmation_id", ["label_fr", "label_en"]).dropna()
    return _unique(
        sorted({*zip(labels["value"].map(plain), labels["affirmation_id"], strict=True)})
    )


def _code(text: str, without: str | None = None) -> tuple | None:
    """A code as letters and numbers: T04-01, T4[1] and T04_01 are the same."""
    if " " in text.strip() or not re.search(r"\d", text):
        return None
    parts = re.findall(r"[a-z]+|\d+", plain(text))
    return tuple(int(part) if part.isdigit() else part for part in parts if part != without)


def _joined(ids: Iterable[str]) -> dict[str, str]:
    """The affirmation of each id without its marks (T0401 for T04-01), where it is that of one."""
    return _unique(
        (re.sub(r"[^a-z0-9]", "", plain(id_)), id_) for id_ in ids if re.search(r"\d", id_)
    )


def _begun(text: str, labels: dict[str, str]) -> str | None:
    """The affirmation whose label alone begins like an abridged heading."""
    start = re.sub(r"\s*(\.\.+|…)\s*$", "", text)
    if start == text or len(start) < 8:
        return None
    begun = {affirmation for label, affirmation in labels.items() if label.startswith(start)}
    return begun.pop() if len(begun) == 1 else None


def _single(
    free: dict[str, list[str]], look_up: Callable[[str], str | None], matched: dict
) -> list[tuple[str, str]]:
    """The pairs of an affirmation and a heading in which neither stands in another pair."""
    pairs = {(look_up(text), heading) for heading, texts in free.items() for text in texts}
    pairs = {pair for pair in pairs if pair[0] is not None and pair[0] not in matched}
    affirmations, headings = Counter(a for a, _ in pairs), Counter(h for _, h in pairs)
    return sorted((a, h) for a, h in pairs if affirmations[a] == headings[h] == 1)


def _alike(free: dict[str, list[str]], labels: dict[str, str]) -> list[tuple[float, str, str]]:
    """The likeness of each label and heading that are alike, with the affirmation."""
    return [
        (difflib.SequenceMatcher(None, text, label).ratio(), labels[label], heading)
        for heading, texts in free.items()
        for text in map(plain, texts)
        for label in difflib.get_close_matches(text, labels, n=2, cutoff=LIKE)
    ]
