"""The filters of the report's texts: values as the language writes them.

docs/report.md, "Filters", lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from barolib.report.facts import Facts
from barolib.report.values import scalar

#: The first character of a text, after the mark of a claim.
_FIRST = re.compile(r"^(\ue002\d+\ue003)?(.)")


def by_name(facts: Facts, words: Mapping) -> dict[str, Callable]:
    """Every filter by its name; `words`: those of strings.yml in the language."""
    language = facts.language
    names = facts.language.subgroup_labels(facts.edition, "status") | words["subjects"]

    def subject(claim: dict) -> str:
        """What a claim is about, and at which levels."""
        name = names.get(claim["subject"], claim["subject"])
        return f"{name} ({claim['levels'].replace('-', '–')})" if claim["levels"] else name

    def recomputed(claim: dict) -> str:
        """What the tables give for a claim: a figure, or the verdict on a change."""
        if "change" in claim:
            return language.term("verdicts")[claim["change"]]
        return language.figure(claim["recomputed"], claim["statistic"])

    return {
        "percent": language.percent,
        "integer": language.integer,
        "millions": lambda number: language.integer((number + 5 * 10**5) // 10**6),
        "decimal": language.decimal,
        "share": language.share_digits,
        "signed": language.signed,
        "points": language.points,
        "range": language.points_range,
        "verdict": language.verdict,
        "printed": language.printed_share,
        "claimed": language.claimed,
        "subject": subject,
        "recomputed": recomputed,
        "capital": _capital,
        "series": _series,
    }


def _capital(text: str) -> str:
    """The text with a capital at its start; Markdown stays Markdown."""
    capital = _FIRST.sub(lambda match: (match[1] or "") + match[2].upper(), text, count=1)
    return type(text)(capital)


def _series(values: Iterable) -> str:
    return " ".join(str(scalar(value)) for value in values)
