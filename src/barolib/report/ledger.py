"""The ledger of the report's own sentences: what each claims, judged like a printed sentence.

A helper of `statements` writes its words between marks; when the text that holds them is filled,
the marks tell the sentence. A false one stops the run with its file, line and words.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from itertools import groupby
from types import SimpleNamespace

from barolib.errors import Problem, StudyError
from barolib.printed import judging
from barolib.printed.recomputation import ANSWERS, BASES, PRINTED, STAND_IN, Tables
from barolib.words.markdown import plain

#: Signs of the private use area: no text holds them.
_MARK = re.compile("\ue000(\\d+)\ue001(.*?)\ue002", re.DOTALL)
_PARAGRAPHS = re.compile(r"(\n\s*\n|\n(?=[-*] ))")
_SENTENCES = re.compile(r"(?<=[.!?…])\s+(?=[^a-zà-ÿ\d])")
_CLAIM = dict.fromkeys(["edition", "subject", "group", "levels", "statistic", "note"])
_CLAIM |= {"comparator": "~", "value": "0", "qualifier": ""}

#: What a verdict on a change rests on, in the words of the claims.
_BASIS = {"printed": PRINTED, "collected": ANSWERS, "simulated": STAND_IN}


class Ledger:
    """What the sentences of a report claim, in the order in which they are written."""

    def __init__(self, tables: dict[str, Tables], verdicts: Mapping[str, tuple[str, str]]) -> None:
        """`tables`: by edition; `verdicts`: of each affirmation or theme, and what it rests on."""
        self._tables, self._verdicts = tables, verdicts
        self._made: list[dict] = []
        self.entries: list[dict] = []

    @property
    def sentences(self) -> list[list[dict]]:
        """The entries of each sentence, in the order in which they are written."""
        runs = groupby(self.entries, key=lambda each: (each["file"], each["sentence"]))
        return [list(entries) for _, entries in runs]

    def mark(self, words: str, **claim: str) -> str:
        """The words, marked as a claim (columns of published_claims, or the verdict `asserted`)."""
        self._made.append(_CLAIM | claim | {"words": words, "line": _line()})
        return f"\ue000{len(self._made) - 1}\ue001{words}\ue002"

    def settle(self, file: str, text: str, sources: Mapping[str, str]) -> str:
        """The text without its marks; raises StudyError where one of its sentences is false.

        `sources`: the words, by basis, that end a paragraph which rests on it; none where it is
        empty or they stand in the paragraph already.
        """
        own, parts = {}, _PARAGRAPHS.split(text)
        for part in parts:
            for sentence in _SENTENCES.split(part):
                for found in _MARK.finditer(sentence):
                    told = plain(_MARK.sub(r"\2", sentence))
                    own[int(found[1])] = self._made[int(found[1])] | {"sentence": told}
        judged = {number: self._judge(claim) for number, claim in own.items()}
        wrong = [each for each in judged.values() if each["verdict"] != "agrees"]
        if wrong:
            raise StudyError(_problem(file, each) for each in wrong)
        self.entries += [each | {"file": file} for each in judged.values()]
        shown = [_MARK.sub(r"\2", _sourced(part, judged, sources)) for part in parts]
        return "".join(shown)

    def _judge(self, claim: dict) -> dict:
        """The claim with what was found, its verdict and its basis."""
        if "asserted" in claim:
            found, basis = self._verdicts[claim["subject"]]
            met = "agrees" if found == claim["asserted"] else "contradicts"
            return claim | {"found": found, "verdict": met, "basis": _BASIS[basis]}
        told = judging.verdict(SimpleNamespace(claim_id="", **claim), self._tables)
        return claim | dict(zip(judging.COLUMNS, told, strict=True))


def _problem(file: str, claim: dict) -> Problem:
    found = claim.get("found") or f"{claim['recomputed']:.4g}"
    message = (
        f"false, or without proof: the tables give {found}, in the sentence “{claim['sentence']}”"
    )
    mend = "change the sentence, or take it out"
    return Problem(file, message, mend, row=str(claim["line"]), value=claim["words"])


def _sourced(part: str, judged: dict[int, dict], sources: Mapping[str, str]) -> str:
    """The paragraph, which says at its end what it rests on."""
    bases = {judged[int(found[1])]["basis"] for found in _MARK.finditer(part)}
    words = sources.get(max(bases, key=BASES.index), "") if bases else ""
    if not words or words in part:
        return part
    return re.sub(r"([.!?]?\s*(?:\n:::)?\s*)\Z", rf" ({words})\1", part, count=1)


def _line() -> int:
    """The line of the template that calls."""
    frame = sys._getframe()
    while frame and "__jinja_template__" not in frame.f_globals:
        frame = frame.f_back
    if frame is None:
        return 0
    return frame.f_globals["__jinja_template__"].get_corresponding_lineno(frame.f_lineno)
