"""Numbers, notes and alt texts of the publication, in French and English, with their spacing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from barolib.i18n.numbers import NBSP, Numbers, level_digits
from barolib.survey.edition import Edition

_SHARES = ("share", "group_share")
AND = f"{NBSP}· "
"""Between two notes of a line, which may break after it."""
MOST_LETTERS = 249
"""Letters of an alt text: the data under a chart have the rest."""


class Language(Numbers):
    """A language of the publication: its numbers, its plurals and the texts of words.yml.

    Examples
    --------
    >>> Language("en").count(3, "answer", "answers").replace("\\u00a0", " ")
    '3 answers'
    """

    def term(self, key: str) -> Any:
        """What words.yml has under the key: a text, several, or texts by name."""
        return _words()[key][self.code]

    def say(self, key: str, **fields: object) -> str:
        """A text of words.yml with its fields filled in."""
        return self.term(key).format(**fields)

    def labels(self, table: pd.DataFrame, key: str) -> dict[str, str]:
        """The label of each row, by its key; French where there is none in the language.

        Labels that read alike end in their keys as well (`distinct_labels`).
        """
        given = table[f"label_{self.code}"].replace("", pd.NA).fillna(table["label_fr"])
        return distinct_labels(dict(zip(table[key], given, strict=True)))

    def plural(self, count: int | None, one: str, many: str) -> str:
        """The first of two words for 1, in French for 0 too; else the second."""
        return one if count == 1 or (self.code == "fr" and count == 0) else many

    def count(self, count: int | None, one: str, many: str) -> str:
        """A count and its noun, in the singular or the plural; or that it is not published."""
        if pd.isna(count):
            return self.say("undisclosed_count", noun=many)
        return f"{self.integer(count)}{NBSP}{self.plural(count, one, many)}"

    def quoted(self, text: str) -> str:
        """The text, without its full stop, in the quotation marks of the language."""
        text = text.strip().removesuffix(".")
        return f"«{NBSP}{text}{NBSP}»" if self.code == "fr" else f"“{text}”"

    # ------------------------------------------------------------------------------ figures

    def points(self, number: float) -> str:
        """A difference in points, its unit on the same line: +2,9 points, or −1,0 point."""
        unit = "point" if self.code == "fr" and abs(number) < 1.95 else "points"
        return f"{self.signed(number)}{NBSP}{unit}"

    def points_range(self, low: float, high: float) -> str:
        """A difference in points, or from which to which: "+2,0 à +3,1 pts".

        In words where an end is as far as can be, of which the figure says nothing.
        """
        if low <= -100 or high >= 100:
            key, least = ("fall", -high) if high < 0 else ("rise", low) if low > 0 else ("", 0.0)
            points = self.points(least).lstrip("+").replace(f"{self.point}0", "")
            return self.say(f"unknown_{key}" if key else "unknown", points=points)
        lowest, highest = self.signed(low), self.signed(high)
        span = lowest if lowest == highest else self.say("span", low=lowest, high=highest)
        return self.say("points", delta=span)

    def printed_share(self, share: float, qualifier: str | None) -> str:
        """A share as it is printed, its French qualifier quoted: « près de » 60 %."""
        text = self.share(share)
        return (
            text if qualifier is None or pd.isna(qualifier) else f"{self.quoted(qualifier)} {text}"
        )

    def verdict(self, verdict: str, basis: str) -> str:
        """The verdict on a change, which says so where it rests on simulated answers."""
        words = self.term("verdicts")[verdict]
        return self.say("verdict_simulated", verdict=words) if basis == "simulated" else words

    def figure(self, number: float | None, statistic: str) -> str:
        """A recomputed figure as a table shows it: shares in percent, others to two decimals."""
        if number is None or pd.isna(number):
            return "–"
        if statistic in _SHARES:
            return self.share(number)
        return self.claimed(f"{number:.2f}", statistic)

    def claimed(self, text: str, statistic: str) -> str:
        """What a claim says or allows ("moins de 0.5", "<= 3"), as the language writes it.

        A range from below zero has a word between its ends: a dash would be read as a minus.
        """
        shares = statistic in _SHARES

        def number(match: re.Match) -> str:
            value = Decimal(match[0]) * (100 if shares else 1)
            whole, _, rest = f"{value:f}".partition(".")
            rest = rest.rstrip("0")
            return self.integer(int(whole)) + (rest and f"{self.point}{rest}")

        shown = re.sub(r"\d+(?:\.\d+)?", number, text.replace("-", "−"))
        shown = shown.replace("<=", "≤").replace(">=", "≥")
        low, dash, high = shown.partition("–")
        if dash and low.startswith("−"):
            shown = self.say("span", low=low, high=high)
        return shown + self.percent_sign if shares else shown

    def interval(self, low: float, high: float) -> str:
        """An interval in decimals: 2,5–3,1; "" where it is missing."""
        return "" if pd.isna(low) else _span(self.decimal(low), self.decimal(high))

    def rank(self, rank: int, low: int, high: int) -> str:
        """A rank by its interval, or itself where there is none: "rang 1–4"; "" without a rank."""
        ranks = str(rank) if pd.isna(low) else _span(str(low), str(high))
        return "" if pd.isna(rank) else self.say("rank", ranks=ranks)

    # ------------------------------------------------------------------------------ notes

    def coverage(self, compared: int, asked: int) -> str:
        """How many of a theme's affirmations are compared: "3 affirmations sur 8"."""
        noun = self.plural(compared if self.code == "fr" else asked, *self.term("affirmations"))
        counts = {"compared": self.integer(compared), "asked": self.integer(asked)}
        return self.say("coverage", **counts, noun=noun)

    def base(self, bases: Iterable[int]) -> str:
        """The base of several figures, from the least to the greatest: "n = 30–34"; "" of none."""
        known = [int(base) for base in bases if pd.notna(base)]
        ends = [self.integer(base) for base in (min(known), max(known))] if known else []
        return self.say("n", base=_span(*ends)) if ends else ""

    def base_note(
        self,
        base: int | None,
        respondents: int | None = None,
        other_bases: Collection[int] = (),
        not_concerned: int | None = None,
    ) -> str:
        """The base of an affirmation: "n = 30 (ou 15) sur 34 · 2 non concernés".

        `other_bases`: those that the printed percents allow as well. The not-concerned are given
        where they are known (neither None nor missing) and somebody is left out of the base. Where
        the base is withheld, the note says why.
        """
        if base is None or pd.isna(base):
            return self.term("too_few")
        note = self.base([base])
        if len(other_bases):
            *first, last = [self.integer(other) for other in sorted(other_bases, reverse=True)]
            several = self.say("or_last", first=", ".join(first), last=last)
            note += self.say("or", bases=several if first else last)
        if respondents is not None:
            note += self.say("of", respondents=self.integer(respondents))
        if not_concerned is not None and pd.notna(not_concerned) and not_concerned:
            noun = self.plural(not_concerned, *self.term("nouns"))
            note += self.say("not_concerned", count=self.integer(not_concerned), noun=noun)
        return note

    def pooled_note(self, base: int | None, affirmations: int, withheld: int = 0) -> str:
        """The base of a whole theme: "n = 260 réponses, 9 affirmations · 1 non publiée".

        `affirmations`: those pooled; `withheld`: those left out since too few answered.
        """
        if base is None or pd.isna(base):
            return self.term("too_few")
        answers = self.plural(base, *self.term("answers"))
        pooled = self.count(affirmations, *self.term("affirmations"))
        note = self.say("pooled", base=self.integer(base), answers=answers, affirmations=pooled)
        return f"{note}{AND}{self.count(withheld, *self.term('unpublished'))}" if withheld else note

    def source_note(self, note: str, origin: str, edition: Edition) -> str:
        """The note, which says so where it is about answers and those are simulated."""
        simulated = origin == "answers" and edition.provenance.answers == "synthetic"
        return self.say("simulated", note=note) if simulated else note

    def implementation(self, percent: int | None, share: float | None = None) -> str:
        """What stands under the bracket of a bar: "Mise en œuvre : 44 %"; "–" without answers."""
        return self.say("implementation", percent=self.percent(percent, share))

    def size_class(self, low: int, high: int | None) -> str:
        """A class of inhabitants from `low` to under `high`; the last one has no `high`."""
        ends = [low, low if high is None else high - 1]
        if low == 0 and high is not None:
            key, ends = "size_first", [low, high]
        else:
            key = "size_last" if high is None else "size" if ends[0] < ends[1] else "size_one"
        noun = self.plural(ends[1], *self.term("inhabitants"))
        return self.say(key, low=self.integer(ends[0]), high=self.integer(ends[1]), noun=noun)

    def subgroup_labels(self, edition: Edition, dimension: str) -> dict[str, str]:
        """The name of each subgroup of status, size_class or group, in the order published."""
        if dimension == "status":
            return distinct_labels({kind.id: kind.label.of(self.code) for kind in edition.statuses})
        bounds = [0, *edition.size_classes]
        sizes = zip(bounds, [*bounds[1:], None], strict=True)
        if dimension == "size_class":
            return {str(low): self.size_class(low, high) for low, high in sizes}
        return self.term("groups")

    # ------------------------------------------------------------------------------ alt texts

    def alt_bar(
        self, levels: pd.DataFrame, level_labels: Sequence[str], mark: str, note: str
    ) -> str:
        """The alt text of a bar: its mark, its note, its largest level, or those that are."""
        if levels["percent"].isna().all():
            return self.say("empty", note=_inner(note))
        largest = levels[levels["share"] == levels["share"].max()].sort_values("level")
        names = [_inner(level_labels[level - 1]) for level in largest["level"]]
        percent = self.with_sign(level_digits(largest)[0])
        fields = {"largest": self.plural(len(names), *self.term("largest")), "percent": percent}
        return short(self.say("bar", mark=mark, note=note, names=", ".join(names), **fields))

    def alt_legend(self, level_labels: Sequence[str], start: int) -> str:
        """The alt text of the legend: the levels before implementation, and those from it on."""
        before, at = self.term("headings")
        parts = [f"{level} {_inner(label)}" for level, label in enumerate(level_labels, start=1)]
        low, high = (", ".join(parts[: start - 1]), ", ".join(parts[start - 1 :]))
        return short(self.say("legend", k=len(parts), before=before, low=low, at=at, high=high))

    def rows_told(self, rows: pd.DataFrame) -> str:
        """What a description says of rows: each theme_id by its label, with its descriptions."""
        return self.term("also").join(
            self.say("subject", label=theme["label"].iloc[0], parts=", ".join(theme["description"]))
            for _, theme in rows.groupby("theme_id", sort=False)
        )

    def scores_told(
        self, kind: str, rows: pd.DataFrame, level_labels: Sequence[str], notes: Sequence[str]
    ) -> str:
        """All that a chart of scores of this kind says: its rows, then the notes on them."""
        text = self._scores(kind, level_labels, self.rows_told(rows))
        return f"{text} {self.term('also').join(notes)}." if any(notes) else text

    def alt_scores(
        self, kind: str, rows: pd.DataFrame, level_labels: Sequence[str], note: str
    ) -> str:
        """The alt text of a chart of scores of this kind: its lowest and highest values, its note.

        `rows`: value, text (it as written) and of (whose it is).
        """
        parts = self.term("none")
        if len(rows):
            ends = (rows[rows["value"] == rows["value"].agg(end)] for end in ("min", "max"))
            low, high = (
                f"{at['text'].iloc[0]} ({', '.join([*at['of'][:1], *'…'[: len(at) - 1]])})"
                for at in ends
            )
            parts = self.say("span", low=low, high=high)
        text = self._scores(kind, level_labels, parts)
        return short(text, f" {note}." if note else "")

    def _scores(self, kind: str, level_labels: Sequence[str], parts: str) -> str:
        ends = {"lowest": _inner(level_labels[0]), "highest": _inner(level_labels[-1])}
        return self.say(kind, scale=self.say("scale", k=len(level_labels), **ends), parts=parts)


def short(text: str, note: str = "") -> str:
    """An alt text and its note, read at one go: beyond MOST_LETTERS the text is cut at a word."""
    room = MOST_LETTERS - len(note)
    return (text if len(text) <= room else f"{text[:room].rpartition(' ')[0]}…") + note


def distinct_labels(named: Mapping[str, str]) -> dict[str, str]:
    """Labels by their keys; those that read alike, but for case and blanks, end in their key."""
    read = {key: " ".join(label.split()).rstrip(".").casefold() for key, label in named.items()}
    times = Counter(read.values())
    return {
        key: f"{label} ({key})" if times[read[key]] > 1 else label for key, label in named.items()
    }


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
