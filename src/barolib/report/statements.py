"""What the report's texts say by name: each helper writes words, and enters them in the ledger.

docs/report.md, "What a text may use", lists them.
"""

from __future__ import annotations

from collections.abc import Callable

from barolib.report.facts import Facts
from barolib.report.ledger import Ledger
from barolib.words import phrases, wording


class Statements:
    """The helpers of the texts of an edition in one language."""

    def __init__(self, facts: Facts, ledger: Ledger) -> None:
        self._facts, self._ledger, self._lang = facts, ledger, facts.lang
        self._edition = facts.edition

    def known(self) -> dict[str, Callable[..., str]]:
        """Every helper by the name that a text calls it by."""
        names = ("share", "about", "over", "under", "mean", "says", "evolution", "as_is")
        names += ("count", "agree", "coverage", "exact")
        return {name: getattr(self, name) for name in names} | {
            verdict: self._asserting(verdict) for verdict in ("progress", "decline", "stable")
        }

    def share(self, subject: str, levels: str = "") -> str:
        """The percent of the base at the levels; at implementation where none are given."""
        levels = self._levels(levels)
        percent = self._facts.percent(subject, levels)
        n, base = self._facts.counted(subject, levels)
        digits = wording.percent_digits(percent, n / base)
        claim = {"<1": ("<", "0.01"), ">99": (">", "0.99")}.get(digits)
        comparator, value = claim or ("~", f"{percent / 100:.2f}")
        words = wording.percent_text(percent, self._lang, n / base)
        return self.says(words, subject, levels, comparator=comparator, value=value)

    def about(self, subject: str, levels: str = "", noun: str = "") -> str:
        """The share in words, by the nearest round amount."""
        return self._phrase(phrases.about, subject, levels, noun)

    def over(self, subject: str, levels: str = "", noun: str = "") -> str:
        """The share in words, by an amount that it passes."""
        return self._phrase(phrases.over, subject, levels, noun)

    def under(self, subject: str, levels: str = "", noun: str = "") -> str:
        """The share in words, by an amount that it does not reach."""
        return self._phrase(phrases.under, subject, levels, noun)

    def mean(self, subject: str) -> str:
        """The mean level of a theme, to one decimal."""
        mean = self._facts.score(subject).mean
        words = wording.decimal_text(mean, self._lang)
        return self.says(words, subject, statistic="mean", comparator="=", value=f"{mean:.1f}")

    def says(self, words: str, subject: str, levels: str = "", **claim: str) -> str:
        """The words as they are; the run stops unless the claim that they make holds.

        `claim`: columns of published_claims (qualifier, value, statistic, comparator, note).
        """
        claim = {"statistic": "share", "edition": self._edition.id} | claim
        shares = claim["statistic"] == "share"
        told = self._levels(levels) if shares else levels or None
        return self._ledger.mark(words, subject=subject, levels=told, **claim)

    def evolution(self, subject: str) -> str:
        """The verb that the comparison with the edition before allows."""
        return self._verb(self._facts.change(subject).verdict, subject, "")

    def count(self, number: int | None, one: str, many: str) -> str:
        """The number and what it counts, in the singular or the plural as the language has it."""
        return wording.count_text(number, (one, many), self._lang)

    def agree(self, number: int | None, one: str, many: str) -> str:
        """The first word or the second, as the language has it after that number."""
        return wording.agreed(number, (one, many), self._lang)

    def exact(self, setting: float) -> str:
        """A setting of the edition with every decimal that it has."""
        return wording.exact_text(setting, self._lang)

    def coverage(self, theme: str) -> str:
        """How many of a theme's affirmations its change is of: "3 affirmations sur 8"."""
        change = self._facts.change(theme)
        return wording.coverage_text(change.affirmations, change.asked, self._lang)

    def as_is(self, words: str) -> str:
        """Words with a number or a verb of change that claim nothing: a name, a date."""
        return words

    def _asserting(self, verdict: str) -> Callable[..., str]:
        return lambda subject, words="": self._verb(verdict, subject, words)

    def _verb(self, verdict: str, subject: str, words: str) -> str:
        told = words or wording.term("verbs", self._lang)[verdict]
        if self._facts.change(subject).basis == "simulated":
            told = f"{told} ({wording.term('simulated_word', self._lang)})"
        return self._ledger.mark(told, subject=subject, asserted=verdict)

    def _phrase(self, write: Callable, subject: str, levels: str, noun: str) -> str:
        levels = self._levels(levels)
        told = write(*self._facts.counted(subject, levels), self._lang, noun)
        return self.says(told.text, subject, levels, qualifier=told.qualifier, value=told.value)

    def _levels(self, levels: str) -> str:
        return levels or self._facts.implementation
