"""What the report's texts say by name: each helper writes words, and enters them in the ledger.

docs/report.md, "What a text may use", lists them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from barolib.i18n import phrases
from barolib.i18n.numbers import percent_digits
from barolib.report.facts import Facts
from barolib.report.ledger import Ledger
from barolib.report.records import lookup
from barolib.survey.claims import Claim


class Statements:
    """The helpers of the texts of an edition in one language."""

    def __init__(self, facts: Facts, ledger: Ledger) -> None:
        self._facts, self._ledger, self._language = facts, ledger, facts.language

    def by_name(self) -> dict[str, Callable[..., str]]:
        """Every helper by the name that a text calls it by."""
        names = ("share", "mean", "says", "printed", "evolution", "as_is", "coverage")
        helpers = {name: getattr(self, name) for name in names}
        language = self._language
        helpers |= {"count": language.count, "agree": language.plural, "exact": language.exact}
        for write in (phrases.about, phrases.over, phrases.under):
            helpers[write.__name__] = partial(self._in_words, write)
        for verdict in ("progress", "decline", "stable"):
            helpers[verdict] = partial(self._verb, verdict)
        return helpers

    def share(self, subject: str, levels: str = "") -> str:
        """The percent of the base at the levels; at implementation where none are given."""
        levels = levels or self._facts.implementation
        percent = self._facts.percent(subject, levels)
        n, base = self._facts.counted(subject, levels)
        bounds = {"<1": ("<", "0.01"), ">99": (">", "0.99")}
        exact = "~", f"{percent / 100:.2f}"
        comparator, value = bounds.get(percent_digits(percent, n / base), exact)
        words = self._language.percent(percent, n / base)
        return self.says(words, subject, levels, comparator=comparator, value=value)

    def mean(self, subject: str) -> str:
        """The mean level of a theme, to one decimal."""
        mean = self._facts.score(subject).mean
        words = self._language.decimal(mean)
        return self.says(words, subject, statistic="mean", comparator="=", value=f"{mean:.1f}")

    def says(self, words: str, subject: str, levels: str = "", **claim: str) -> str:
        """The words as they are; the run stops unless the claim that they make holds.

        `claim`: columns of published_claims (qualifier, value, statistic, comparator, note), and
        `printed`, the claim_id of the printed sentence that proves it in the place of the tables.
        """
        claim = {"statistic": "share", "edition": self._facts.edition.id} | claim
        if claim["statistic"] == "share":
            levels = levels or self._facts.implementation
        proof = self._sentence(claim.pop("printed")) if "printed" in claim else None
        return self._ledger.mark(words, proof, subject=subject, levels=levels or None, **claim)

    def printed(self, claim_id: str, noun: str = "") -> str:
        """The share that a sentence of the published report prints, with its page."""
        claim = self._sentence(claim_id)
        share = phrases.printed(claim.qualifier or "", claim.value, self._language, noun)
        words = self._language.say("paged", words=share, page=claim.page)
        said = {"qualifier": claim.qualifier, "value": claim.value, "comparator": claim.comparator}
        said |= {"edition": claim.edition, "printed": claim_id}
        return self.says(words, claim.subject, claim.levels or "", **said)

    def _sentence(self, claim_id: str) -> Claim:
        """A printed sentence that can be quoted; raises LookupError where there is none."""
        return lookup(self._facts.audit_trail.quotable, claim_id, "quotable printed sentence")

    def evolution(self, subject: str) -> str:
        """The verb that the comparison with the edition before allows."""
        return self._verb(self._facts.change(subject).verdict, subject)

    def coverage(self, theme: str) -> str:
        """How many of a theme's affirmations its change is of: "3 affirmations sur 8"."""
        change = self._facts.change(theme)
        return self._language.coverage(change.affirmations, change.asked)

    def as_is(self, words: str) -> str:
        """Words with a number or a verb of change that claim nothing: a name, a date."""
        return words

    def _verb(self, verdict: str, subject: str, words: str = "") -> str:
        """The words on a change, provided that the comparison gives that verdict."""
        verb = words or self._language.term("verbs")[verdict]
        if self._facts.change(subject).basis == "simulated":
            verb = f"{verb} ({self._language.term('simulated_word')})"
        return self._ledger.mark(verb, subject=subject, asserted=verdict)

    def _in_words(self, write: Callable, subject: str, levels: str = "", noun: str = "") -> str:
        """The share at the levels in words (`phrases`); at implementation where none are given."""
        n, base = self._facts.counted(subject, levels or self._facts.implementation)
        phrase = write(n, base, self._language, noun)
        claim = {"qualifier": phrase.qualifier, "value": phrase.value}
        return self.says(phrase.text, subject, levels, **claim)
