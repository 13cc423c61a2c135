"""Numbers, notes and alt texts of the publication, in French and English, with their spacing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

NBSP, NARROW = "\u00a0", "\u202f"

# Every sentence has the same fields in both languages.
_WORDS = {
    "fr": {
        "n": "n\u00a0=\u00a0{base}",
        "or": " (ou\u00a0{bases})",
        "or_last": "{first} ou {last}",
        "of": " sur\u00a0{respondents}",
        "not_concerned": " · {count}\u00a0non {noun}",
        "nouns": ("concerné", "concernés"),
        "pooled": "n\u00a0=\u00a0{base} {answers}, {affirmations}",
        "answers": ("réponse", "réponses"),
        "affirmations": ("affirmation", "affirmations"),
        "implementation": "Mise en œuvre\u00a0: {percent}",
        "headings": ("Avant la mise en œuvre", "Mise en œuvre"),
        "bar": "Répartition des réponses pour {label}\u00a0: {parts}. {notes}.",
        "theme": "Répartition de toutes les réponses du thème {label}\u00a0: {parts}. {notes}.",
        "empty": "Aucune réponse pour {label}. {notes}.",
        "legend": "Légende\u00a0: les {k}\u00a0niveaux de maturité, du plus bas au plus haut. "
        "{before}\u00a0: {low}. {at}\u00a0: {high}.",
        "means": "Niveau moyen de chaque thème, de\u00a01 ({lowest}) à\u00a0{k} ({highest})"
        "\u00a0: {parts}.",
        "also": "\u00a0; ",
    },
    "en": {
        "n": "n\u00a0=\u00a0{base}",
        "or": " (or\u00a0{bases})",
        "or_last": "{first} or {last}",
        "of": " of\u00a0{respondents}",
        "not_concerned": " · {count}\u00a0not {noun}",
        "nouns": ("concerned", "concerned"),
        "pooled": "n\u00a0=\u00a0{base} {answers}, {affirmations}",
        "answers": ("answer", "answers"),
        "affirmations": ("statement", "statements"),
        "implementation": "Implementation: {percent}",
        "headings": ("Before implementation", "Implementation"),
        "bar": "Distribution of answers for {label}: {parts}. {notes}.",
        "theme": "Distribution of all answers of the theme {label}: {parts}. {notes}.",
        "empty": "No answer for {label}. {notes}.",
        "legend": "Legend: the {k}\u00a0levels of maturity, from lowest to highest. "
        "{before}: {low}. {at}: {high}.",
        "means": "Mean level of each theme, from\u00a01 ({lowest}) to\u00a0{k} ({highest})"
        ": {parts}.",
        "also": "; ",
    },
}


def integer_text(number: int, lang: str) -> str:
    """A whole number with its thousands apart: 12 345 (narrow no-break space), or 12,345."""
    return f"{int(number):,}".replace(",", NARROW if lang == "fr" else ",")


def decimal_text(number: float, lang: str) -> str:
    """A number with one decimal, half away from zero as readers expect: 2,9 or 2.9."""
    tenths = int(abs(number) * 10 + 0.5 + 1e-9)
    sign = "−" if number < 0 and tenths else ""
    point = "," if lang == "fr" else "."
    return f"{sign}{integer_text(tenths // 10, lang)}{point}{tenths % 10}"


def percent_text(percent: int, lang: str) -> str:
    """A printed integer percent with its sign: 44 % (narrow no-break space), or 44%."""
    return f"{integer_text(percent, lang)}{NARROW if lang == 'fr' else ''}%"


def count_text(count: int, nouns: tuple[str, str], lang: str) -> str:
    """A count and its noun: singular for 1, in French for 0 too."""
    return f"{integer_text(count, lang)}{NBSP}{_agreed(count, nouns, lang)}"


def quoted(text: str, lang: str) -> str:
    """The text, without its full stop, in the quotation marks of the language."""
    text = text.strip().removesuffix(".")
    return f"«{NBSP}{text}{NBSP}»" if lang == "fr" else f"“{text}”"


def note_base(
    base: int,
    respondents: int | None,
    other_bases: Sequence[int],
    not_concerned: int | None,
    lang: str,
) -> str:
    """The base of an affirmation: "n = 30 (ou 15) sur 34 · 2 non concernés".

    `other_bases`: those that the printed percents allow as well. The not-concerned are told where
    they are known (neither None nor missing) and somebody is left out of the base.
    """
    words = _WORDS[lang]
    note = words["n"].format(base=integer_text(base, lang))
    if len(other_bases):
        *first, last = [integer_text(each, lang) for each in sorted(other_bases, reverse=True)]
        several = words["or_last"].format(first=", ".join(first), last=last)
        note += words["or"].format(bases=several if first else last)
    if respondents is not None:
        note += words["of"].format(respondents=integer_text(respondents, lang))
    if not_concerned is not None and pd.notna(not_concerned) and base != respondents:
        noun = _agreed(not_concerned, words["nouns"], lang)
        count = integer_text(not_concerned, lang)
        note += words["not_concerned"].format(count=count, noun=noun)
    return note


def note_pooled(base: int, affirmations: int, lang: str) -> str:
    """The base of a whole theme: "n = 260 réponses, 9 affirmations"."""
    words = _WORDS[lang]
    return words["pooled"].format(
        base=integer_text(base, lang),
        answers=_agreed(base, words["answers"], lang),
        affirmations=count_text(affirmations, words["affirmations"], lang),
    )


def implementation_text(percent: int | None, lang: str) -> str:
    """What stands under the bracket of a bar: "Mise en œuvre : 44 %"; "–" where nobody answered."""
    known = percent is not None and pd.notna(percent)
    text = percent_text(percent, lang) if known else "–"
    return _WORDS[lang]["implementation"].format(percent=text)


def legend_headings(lang: str) -> tuple[str, str]:
    """The headings of the levels before implementation, and of those from it on."""
    return _WORDS[lang]["headings"]


def alt_bar(
    label: str, levels: pd.DataFrame, level_labels: Sequence[str], notes: Sequence[str], lang: str
) -> str:
    """The alt text of an affirmation's bar: every level with its percent, then the notes on it.

    `levels` has a row a level: level, percent (null where nobody answered).
    """
    return _alt_stacked("bar", label, _parts(levels, level_labels, lang), notes, lang)


def alt_theme_bar(
    label: str, levels: pd.DataFrame, level_labels: Sequence[str], notes: Sequence[str], lang: str
) -> str:
    """The alt text of a whole theme's bar: as `alt_bar`."""
    return _alt_stacked("theme", label, _parts(levels, level_labels, lang), notes, lang)


def alt_legend(level_labels: Sequence[str], implementation_from: int, lang: str) -> str:
    """The alt text of the legend: the levels before implementation, and those from it on."""
    before, at = legend_headings(lang)
    parts = [f"{level} {_inner(label)}" for level, label in enumerate(level_labels, start=1)]
    return _WORDS[lang]["legend"].format(
        k=len(parts),
        before=before,
        low=", ".join(parts[: implementation_from - 1]),
        at=at,
        high=", ".join(parts[implementation_from - 1 :]),
    )


def alt_theme_means(means: pd.DataFrame, level_labels: Sequence[str], lang: str) -> str:
    """The alt text of the themes' means; `means` has a row a theme: label, text (as written)."""
    words = _WORDS[lang]
    parts = [f"{row.label} {row.text}" for row in means.itertuples()]
    return words["means"].format(
        lowest=_inner(level_labels[0]),
        highest=_inner(level_labels[-1]),
        k=len(level_labels),
        parts=words["also"].join(parts),
    )


def _alt_stacked(
    sentence: str, label: str, parts: Iterable[str], notes: Sequence[str], lang: str
) -> str:
    words, shown = _WORDS[lang], ", ".join(parts)
    text = words[sentence if shown else "empty"]
    return text.format(label=quoted(label, lang), parts=shown, notes=words["also"].join(notes))


def _parts(levels: pd.DataFrame, level_labels: Sequence[str], lang: str) -> list[str]:
    known = levels[levels["percent"].notna()].sort_values("level")
    return [
        f"{_inner(level_labels[level - 1])} {percent_text(percent, lang)}"
        for level, percent in zip(known["level"], known["percent"], strict=True)
    ]


def _agreed(count: int, nouns: tuple[str, str], lang: str) -> str:
    return nouns[0] if count == 1 or (lang == "fr" and count == 0) else nouns[1]


def _inner(label: str) -> str:
    """A label as it stands within a sentence: an initial capital goes, an acronym's stays."""
    plain = len(label) > 1 and label[1].islower()
    return label[0].lower() + label[1:] if plain else label
