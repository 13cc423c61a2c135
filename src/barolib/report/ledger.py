"""The ledger of the report's own sentences: what each claims, judged like a printed sentence.

A helper of `statements` writes its words as a claim; when the text that holds them is filled, the
sentence is entered as it was written, its values apart. A false one stops the run with its file,
line and words.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Mapping
from itertools import groupby

from barolib.errors import Problem, StudyError
from barolib.i18n.markdown import plain
from barolib.i18n.sentences import paragraphs, sentences
from barolib.reconstruction import claim_check
from barolib.reconstruction.edition_tables import ANSWERS, BASES, PRINTED, STAND_IN, EditionTables
from barolib.report.values import Values
from barolib.survey.claims import Claim

#: The page of judged sentences, the report's own among them.
PAGE = "conformity"

_CLAIM = dict.fromkeys(["edition", "subject", "group", "levels", "statistic", "note"])
_CLAIM |= {"comparator": "~", "value": "0", "qualifier": ""}

#: What a verdict on a change rests on, in the words of the claims.
_BASIS = {"printed": PRINTED, "collected": ANSWERS, "simulated": STAND_IN}
#: The basis of a claim that a sentence of the published report proves: no table is asked.
QUOTED = "printed_sentences"
#: What floating-point sums may be off by.
_NOISE = 1e-12
#: What a claim that cannot be judged raises.
_SENSELESS = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)


class Ledger:
    """What the sentences of a report claim, in the order in which they are written."""

    def __init__(
        self, tables: dict[str, EditionTables], verdicts: Mapping[str, tuple[str, str]]
    ) -> None:
        """`tables`: by edition; `verdicts`: of each affirmation or theme, and what it rests on."""
        self._tables, self._verdicts = tables, verdicts
        self._made: list[dict] = []
        self._settled: dict[int, str] = {}
        #: Each claim by the id of its row on the page of the sentences; of those alike, the first.
        self.rows: dict[str, dict] = {}
        self.values = Values()
        self.entries: list[dict] = []

    @property
    def sentences(self) -> list[list[dict]]:
        """The entries of each sentence, in the order in which they are written."""
        runs = groupby(self.entries, key=lambda entry: (entry["file"], entry["sentence"]))
        return [list(entries) for _, entries in runs]

    def place(self, number: int) -> str:
        """Where the row of a claim is, by the number of the claim."""
        return f"{PAGE}.html#{self._settled[number]}"

    def mark(self, words: str, quoted: Claim | None = None, **claim: str | None) -> str:
        """The words, marked as a claim (columns of published_claims, or the verdict `asserted`).

        `quoted`: the printed sentence that is to prove it, in the place of the tables.
        """
        marked = self.values.claim(words)
        about = {"words": words, "line": _line(), "quoted": quoted}
        self._made.append(_CLAIM | claim | about)
        return marked

    def settle(self, file: str, text: str, sources: Mapping[str, str]) -> str:
        """The text, which says what it rests on; raises StudyError where a sentence is false.

        `text`: filled, with placeholders for its values. `sources`: the words, by basis, that end a
        paragraph which rests on it; none where it is empty or they stand in the paragraph already.
        """
        parts, judged = paragraphs(text), {}
        for part in parts:
            for sentence in sentences(part, self.values.plain):
                place = {"file": file, "sentence": self.values.plain(plain(sentence))}
                for number in self.values.claims(sentence):
                    if number not in self._settled:
                        judged[number] = self._judge(self._made[number] | place)
        wrong = [claim for claim in judged.values() if claim["verdict"] != "agrees"]
        if wrong:
            raise StudyError(_false(claim) for claim in wrong)
        for number, claim in judged.items():
            self._settled[number] = row = _row(claim)
            # Of claims alike, whose sentences read the same, the first has the id.
            first = self.rows.setdefault(row, claim) is claim
            self.entries.append(claim | {"row": row if first else ""})
        return "".join(self._sourced(part, judged, sources) for part in parts)

    def _judge(self, claim: dict) -> dict:
        """The claim with what the tables give, its verdict and its basis."""
        try:
            if "asserted" in claim:
                change, basis = self._verdicts[claim["subject"]]
                verdict = "agrees" if change == claim["asserted"] else "contradicts"
                return claim | {"change": change, "verdict": verdict, "basis": _BASIS[basis]}
            own = Claim(line="", claim_id="", **{name: claim[name] for name in _CLAIM})
            if claim["quoted"]:
                return claim | _implied(own, claim["quoted"])
            result = claim_check.check_claim(own, self._tables)
        except _SENSELESS as error:
            message, fix = f"it cannot be judged: {error}", "fix what it claims (docs/report.md)"
            raise StudyError(_problem(claim, message, fix)) from None
        return claim | result._asdict()

    def _sourced(self, part: str, judged: dict[int, dict], sources: Mapping[str, str]) -> str:
        """The paragraph, which says at its end what it rests on."""
        bases = {judged[number]["basis"] for number in self.values.claims(part) if number in judged}
        bases &= {*BASES}
        words = sources.get(max(bases, key=BASES.index), "") if bases else ""
        if not words or words in self.values.plain(part):
            return part
        return re.sub(r"([.!?]?\s*(?:\n:::)?\s*)\Z", rf" ({words})\1", part, count=1)


def _row(claim: dict) -> str:
    """The id of a claim's row: of its sentence without figures, so that nothing else changes it."""
    said = [claim[name] for name in ("file", "subject", "levels", "statistic")]
    said.append(re.sub(r"\d+", "#", claim["sentence"]))
    digest = hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()
    return f"claim-{digest[:10]}"


def _implied(own: Claim, printed: Claim) -> dict:
    """The verdict on a claim that a printed sentence is to prove: all that it allows must do."""
    if (own.subject, own.levels) != (printed.subject, printed.levels):
        raise ValueError(f"{printed.claim_id} is about {printed.subject}, levels {printed.levels}")
    (least, most), (low, high) = own.allowed, printed.allowed
    verdict = "agrees" if least - _NOISE <= low and high <= most + _NOISE else "contradicts"
    return {"recomputed": float(printed.value), "verdict": verdict, "basis": QUOTED}


def _false(claim: dict) -> Problem:
    figure = claim.get("change") or f"{claim['recomputed']:.4g}"
    message = f"false, or without proof: the tables give {figure}, in the sentence "
    fix = "change the sentence, or take it out"
    return _problem(claim, f"{message}“{claim['sentence']}”", fix)


def _problem(claim: dict, message: str, fix: str) -> Problem:
    return Problem(claim["file"], message, fix, row=str(claim["line"]), value=claim["words"])


def _line() -> int:
    """The line of the template that calls."""
    frame = inspect.currentframe()
    while frame and "__jinja_template__" not in frame.f_globals:
        frame = frame.f_back
    if frame is None:
        return 0
    return frame.f_globals["__jinja_template__"].get_corresponding_lineno(frame.f_lineno)
