"""What stands behind each claim of a page, as a reader is told who points at it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from statsmodels.stats.proportion import proportion_confint

from barolib.report import filters
from barolib.report.facts import Facts
from barolib.report.ledger import PAGE
from barolib.report.references import IDS
from barolib.statistics import bootstrap
from barolib.survey import claims, rounding

#: A link to the row of a claim.
_LINK = re.compile(rf"\]\({PAGE}\.html#(claim-[0-9a-f]+)\)")


class Proofs:
    """The proofs of the claims of an edition in one language.

    `words`: those of strings.yml in the language.
    """

    def __init__(self, facts: Facts, words: Mapping[str, Any]) -> None:
        self._facts, self._words, self._language = facts, words, facts.language
        self._recomputed = filters.by_name(facts, words)["recomputed"]

    def of_page(self, body: str, rows: Mapping[str, dict]) -> dict[str, dict[str, str]]:
        """What is said of each claim that a page links to its row, by the id of the row.

        `says`: count, base, interval, verdict, basis; `of`: the figure of the page that shows it,
        `at`: the levels of it that it counts, "4 5 6". `rows`: the claims by the id of their row.
        """
        ids = IDS.findall(body)
        return {
            row: {"says": " · ".join(self._says(rows[row]))} | self._shown(rows[row], ids)
            for row in dict.fromkeys(_LINK.findall(body))
        }

    def _says(self, claim: dict) -> Iterator[str]:
        yield self._facts.labels.get(claim["subject"]) or self._words["subjects"][claim["subject"]]
        if "change" in claim:
            yield from self._of_change(claim)
        elif self._is_share(claim):
            yield from self._of_share(claim)
        else:
            yield self._recomputed(claim)
            yield from self._of_mean(claim)
        if printed := claim["quoted"]:
            yield self._words["printed_page"].format(page=printed.page, id=printed.claim_id)
        basis = self._words["bases"][claim["basis"]]
        yield f"{self._words['verdicts'][claim['verdict']]} ({basis})"

    def _is_share(self, claim: dict) -> bool:
        """Whether it is a share of all answers of the edition, whose counts are published."""
        of_all = claim["statistic"] == "share" and not claim["group"] and claim["levels"]
        here = of_all and claim["edition"] == self._facts.edition.id
        return bool(here and claim["subject"] in self._facts.rows)

    def _of_share(self, claim: dict) -> Iterator[str]:
        """Count and base, and Wilson's interval where each answer is a respondent's.

        Where the base is not known for sure, its note alone.
        """
        subject, facts = claim["subject"], self._facts
        row = facts.row(subject)
        if row.other_bases:
            yield row.note
            return
        n, base = facts.counted(subject, claim["levels"])
        levels, whole = claim["levels"].replace("-", "–"), self._language.integer
        word = self._words["levels"] if "–" in levels else self._words["level"].lower()
        yield f"{word} {levels}"
        yield self._words["of_base"].format(n=whole(n), base=whole(base))
        if subject not in facts.raw.members:
            bounds = proportion_confint(n, base, 1 - bootstrap.LEVEL, method="wilson")
            low, high = (rounding.of_share(bound, facts.edition.rounding) for bound in bounds)
            yield self._interval(str(low), self._language.percent(high))

    def _of_mean(self, claim: dict) -> Iterator[str]:
        """The interval of a theme's mean, where it has one."""
        score = self._facts.scores.get(claim["subject"])
        of_all = claim["statistic"] == "mean" and claim["edition"] == self._facts.edition.id
        if of_all and not claim["group"] and score and score.ci_low is not None:
            yield self._interval(*map(self._language.decimal, (score.ci_low, score.ci_high)))

    def _of_change(self, claim: dict) -> Iterator[str]:
        """The change in points, its interval, the bases and the verdict."""
        change = self._facts.change(claim["subject"])
        yield self._language.points(change.delta_pp)
        if change.ci_low is not None:
            yield self._interval(*map(self._language.signed, (change.ci_low, change.ci_high)))
        if claim["subject"] not in self._facts.raw.members:
            yield self._language.base([change.base_before, change.base_after])
        yield self._recomputed(claim)

    def _interval(self, low: str, high: str) -> str:
        level = self._language.percent(self._facts.confidence)
        span = self._language.say("span", low=low, high=high)
        label = self._words["interval"].format(level=level)
        return self._language.say("subject", label=label, parts=span)

    def _shown(self, claim: dict, ids: list[str]) -> dict[str, str]:
        """The figure among those of these ids that shows the claim, and the levels counted."""
        subject = claim["subject"]
        if "change" in claim:
            themes = [theme for theme, held in self._facts.raw.members.items() if subject in held]
            charts = [f"delta-{theme}" for theme in [subject, *themes]]
            found = [id_ for id_ in ids if id_.startswith(tuple(charts))]
            return {"of": found[0]} if found else {}
        if not self._is_share(claim):
            return {}
        own = {subject, f"whole-{subject}"} - {*self._facts.raw.members}  # a chapter's id
        own |= {f"{theme}-{subject}" for theme in self._facts.raw.members}
        found = [id_ for id_ in ids if id_ in own]
        levels = " ".join(map(str, claims.levels_of(claim["levels"])))
        return {"of": found[0], "at": levels} if found else {}
