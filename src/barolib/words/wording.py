"""Numbers, notes and alt texts of the publication, in French and English, with their spacing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pandas as pd
import yaml

from barolib.survey.edition import Edition
from barolib.words.numbers import (  # noqa: F401 (numbers are a part of the wording)
    NARROW,
    NBSP,
    NONE,
    decimal_text,
    exact_text,
    integer_text,
    level_digits,
    percent_digits,
    percent_text,
    share_digits,
    share_text,
    signed_text,
    with_sign,
)

_SHARES = ("share", "group_share")
AND = f"{NBSP}· "
"""Between two notes of a line, which may break after it."""


def term(key: str, lang: str) -> object:
    """What words.yml has under the key: a text, several, or texts by name."""
    return _words()[key][lang]


def say(key: str, lang: str, **fields: object) -> str:
    """A text of words.yml with its fields filled in."""
    return term(key, lang).format(**fields)


def labels(table: pd.DataFrame, key: str, lang: str) -> dict[str, str]:
    """The label of each row in the language, by its key; French where the other is not given.

    Labels that read alike bear their keys as well (`told_apart`).
    """
    given = table[f"label_{lang}"].replace("", pd.NA).fillna(table["label_fr"])
    return told_apart(dict(zip(table[key], given, strict=True)))


def told_apart(named: Mapping[str, str]) -> dict[str, str]:
    """Labels by their keys; those that read alike, but for case and blanks, end in their key."""
    read = {key: " ".join(label.split()).rstrip(".").casefold() for key, label in named.items()}
    times = Counter(read.values())
    return {
        key: f"{label} ({key})" if times[read[key]] > 1 else label for key, label in named.items()
    }


def points_text(number: float, lang: str) -> str:
    """A difference in points, its unit on the same line: +2,9 points, or −1,0 point."""
    unit = "point" if lang == "fr" and abs(number) < 1.95 else "points"
    return f"{signed_text(number, lang)}{NBSP}{unit}"


def printed_text(share: float, qualifier: str | None, lang: str) -> str:
    """A share as it is printed, its French qualifier quoted: « près de » 60 %."""
    text = share_text(share, lang)
    return text if pd.isna(qualifier) else f"{quoted(qualifier, lang)} {text}"


def verdict_text(verdict: str, basis: str, lang: str) -> str:
    """The verdict on a change, which says so where it rests on simulated answers."""
    words = term("verdicts", lang)[verdict]
    return say("verdict_simulated", lang, verdict=words) if basis == "simulated" else words


def figure_text(number: float | None, statistic: str, lang: str) -> str:
    """A recomputed figure as a table shows it: shares in percent, others to two decimals."""
    if number is None or pd.isna(number):
        return "–"
    if statistic in _SHARES:
        return share_text(number, lang)
    return told_text(f"{number:.2f}", statistic, lang)


def told_text(text: str, statistic: str, lang: str) -> str:
    """What a claim says or allows ("moins de 0.5", "<= 3"), as the language writes it.

    A range from below zero has a word between its ends, since a dash would be read as a minus.
    """
    shares = statistic in _SHARES

    def number(found: re.Match) -> str:
        whole, _, rest = f"{Decimal(found[0]) * (100 if shares else 1):f}".partition(".")
        rest = rest.rstrip("0")
        return integer_text(int(whole), lang) + (rest and f"{',' if lang == 'fr' else '.'}{rest}")

    shown = re.sub(r"\d+(?:\.\d+)?", number, text.replace("-", "−"))
    shown = shown.replace("<=", "≤").replace(">=", "≥")
    low, dash, high = shown.partition("–")
    if dash and low.startswith("−"):
        shown = say("span", lang, low=low, high=high)
    return f"{shown}{NARROW if lang == 'fr' else ''}%" if shares else shown


def count_text(count: int | None, nouns: tuple[str, str], lang: str) -> str:
    """A count and its noun: singular for 1, in French for 0 too; or that it is not published."""
    if pd.isna(count):
        return say("untold_count", lang, noun=nouns[1])
    return f"{integer_text(count, lang)}{NBSP}{agreed(count, nouns, lang)}"


def agreed(count: int | None, nouns: tuple[str, str], lang: str) -> str:
    """The first of two words for 1, in French for 0 too; else the second."""
    return nouns[0] if count == 1 or (lang == "fr" and count == 0) else nouns[1]


def coverage_text(compared: int, asked: int, lang: str) -> str:
    """How many of a theme's affirmations are compared: "3 affirmations sur 8"."""
    noun = agreed(compared if lang == "fr" else asked, term("affirmations", lang), lang)
    counts = {"compared": integer_text(compared, lang), "asked": integer_text(asked, lang)}
    return say("coverage", lang, **counts, noun=noun)


def quoted(text: str, lang: str) -> str:
    """The text, without its full stop, in the quotation marks of the language."""
    text = text.strip().removesuffix(".")
    return f"«{NBSP}{text}{NBSP}»" if lang == "fr" else f"“{text}”"


def note_base(
    base: int | None,
    respondents: int | None,
    other_bases: Collection[int],
    not_concerned: int | None,
    lang: str,
) -> str:
    """The base of an affirmation: "n = 30 (ou 15) sur 34 · 2 non concernés".

    `other_bases`: those that the printed percents allow as well. The not-concerned are told where
    they are known (neither None nor missing) and somebody is left out of the base. Without a base,
    which is withheld, the note says why.
    """
    if pd.isna(base):
        return term("too_few", lang)
    note = base_text([base], lang)
    if len(other_bases):
        *first, last = [integer_text(each, lang) for each in sorted(other_bases, reverse=True)]
        several = say("or_last", lang, first=", ".join(first), last=last)
        note += say("or", lang, bases=several if first else last)
    if respondents is not None:
        note += say("of", lang, respondents=integer_text(respondents, lang))
    if not_concerned is not None and pd.notna(not_concerned) and base != respondents:
        noun = agreed(not_concerned, term("nouns", lang), lang)
        note += say("not_concerned", lang, count=integer_text(not_concerned, lang), noun=noun)
    return note


def note_pooled(base: int | None, affirmations: int, lang: str, withheld: int = 0) -> str:
    """The base of a whole theme: "n = 260 réponses, 9 affirmations · 1 non publiée".

    `affirmations`: those pooled; `withheld`: those left out since too few answered.
    """
    if pd.isna(base):
        return term("too_few", lang)
    nouns = term("affirmations", lang)
    noun, asked = agreed(base, term("answers", lang), lang), count_text(affirmations, nouns, lang)
    text = integer_text(base, lang)
    note = say("pooled", lang, base=text, answers=noun, affirmations=asked)
    left = count_text(withheld, term("unpublished", lang), lang)
    return f"{note}{AND}{left}" if withheld else note


def sourced(note: str, origin: str, edition: Edition, lang: str) -> str:
    """The note, which says so where it is about answers and those are simulated."""
    simulated = origin == "answers" and edition.provenance.answers == "synthetic"
    return say("simulated", lang, note=note) if simulated else note


def base_text(bases: Iterable[int], lang: str) -> str:
    """The base of several figures, from the least to the greatest: "n = 30–34"; "" of none."""
    known = [int(each) for each in bases if pd.notna(each)]
    ends = [integer_text(each, lang) for each in (min(known), max(known))] if known else []
    return say("n", lang, base=_span(*ends)) if ends else ""


def interval_text(low: float, high: float, lang: str) -> str:
    """An interval in decimals: 2,5–3,1; "" where it is missing."""
    return "" if pd.isna(low) else _span(decimal_text(low, lang), decimal_text(high, lang))


def rank_text(rank: int, low: int, high: int, lang: str) -> str:
    """A rank by its interval, or itself where there is none: "rang 1–4"; "" without a rank."""
    ranks = str(rank) if pd.isna(low) else _span(str(low), str(high))
    return "" if pd.isna(rank) else say("rank", lang, ranks=ranks)


def size_text(low: int, high: int | None, lang: str) -> str:
    """A class of inhabitants from `low` to under `high`; the last one has no `high`."""
    ends, nouns = [low, low if high is None else high - 1], term("inhabitants", lang)
    if low == 0 and high is not None:
        key, ends = "size_first", [low, high]
    else:
        key = "size_last" if high is None else "size" if ends[0] < ends[1] else "size_one"
    first, last = (integer_text(each, lang) for each in ends)
    return say(key, lang, low=first, high=last, noun=agreed(ends[1], nouns, lang))


def subgroup_labels(edition: Edition, dimension: str, lang: str) -> dict[str, str]:
    """The name of each subgroup of status, size_class or group, in the order of publication."""
    if dimension == "status":
        return told_apart({each.id: each.label.of(lang) for each in edition.statuses})
    bounds = [0, *edition.size_classes]
    sizes = zip(bounds, [*bounds[1:], None], strict=True)
    if dimension == "size_class":
        return {str(low): size_text(low, high, lang) for low, high in sizes}
    return term("groups", lang)


def implementation_text(percent: int | None, lang: str, share: float | None = None) -> str:
    """What stands under the bracket of a bar: "Mise en œuvre : 44 %"; "–" where nobody answered."""
    return say("implementation", lang, percent=percent_text(percent, lang, share))


def level_parts(levels: pd.DataFrame, level_labels: Sequence[str], lang: str) -> list[str]:
    """What an alt text says of a distribution: every level with its percent, unless it is null."""
    digits = zip(levels["level"], levels["percent"], level_digits(levels), strict=True)
    return [
        f"{_inner(level_labels[level - 1])} {with_sign(text, lang)}"
        for level, percent, text in sorted(digits, key=lambda each: each[0])
        if pd.notna(percent)
    ]


def alt_bar(kind: str, label: str, parts: Sequence[str], notes: Sequence[str], lang: str) -> str:
    """The alt text of the bar of an affirmation or a theme: its parts, then the notes on it."""
    key, also = kind if parts else "empty", term("also", lang)
    if not parts and term("too_few", lang) in notes:
        return say("unpublished_bar", lang, label=quoted(label, lang))
    shown = ", ".join(parts)
    return say(key, lang, label=quoted(label, lang), parts=shown, notes=also.join(notes))


def alt_legend(level_labels: Sequence[str], start: int, lang: str) -> str:
    """The alt text of the legend: the levels before implementation, and those from it on."""
    before, at = term("headings", lang)
    parts = [f"{level} {_inner(label)}" for level, label in enumerate(level_labels, start=1)]
    low, high = (", ".join(parts[: start - 1]), ", ".join(parts[start - 1 :]))
    return say("legend", lang, k=len(parts), before=before, low=low, at=at, high=high)


def alt_scores(
    kind: str, parts: pd.DataFrame, level_labels: Sequence[str], notes: Sequence[str], lang: str
) -> str:
    """The alt text of a chart of scores of this kind: each theme, then the notes on them.

    `parts` has a row a theme, or several: theme_id, label, text.
    """
    ends = {"lowest": _inner(level_labels[0]), "highest": _inner(level_labels[-1])}
    told = [
        say("subject", lang, label=rows["label"].iloc[0], parts=", ".join(rows["text"]))
        for _, rows in parts.groupby("theme_id", sort=False)
    ]
    scale, also = say("scale", lang, k=len(level_labels), **ends), term("also", lang)
    text = say(kind, lang, scale=scale, parts=also.join(told))
    return f"{text} {also.join(notes)}." if any(notes) else text


def _inner(label: str) -> str:
    """A label as it stands within a sentence: an initial capital goes, an acronym's stays."""
    plain = len(label) > 1 and label[1].islower()
    return label[0].lower() + label[1:] if plain else label


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"


@lru_cache(maxsize=1)
def _words() -> dict[str, dict]:
    text = Path(__file__).with_name("words.yml").read_text(encoding="utf-8")
    return yaml.load(text, yaml.CSafeLoader)
