"""What a survey's structure says for edition.yml: scale, not-concerned answers, statuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain, count

from barolib.files import ids
from barolib.importers import tools
from barolib.importers.structure import Question, Wording, both, said
from barolib.survey.answers import plain
from barolib.survey.newedition import Before
from barolib.survey.reserved import is_reserved

_NOT_CONCERNED = re.compile(
    r"non concernee?|sans objet|ne s'applique pas|not concerned|n/?a"
    r"|not applicable"
)
_NO_ANSWER = re.compile(r"(ne sai[st] pas|nsp|sans (reponse|avis|opinion)|don't know|no answer).*")


def blocks(
    affirmation: Question, others: list[Question], before: Before
) -> tuple[dict[str, str], list[str]]:
    """The blocks of edition.yml that differ from those before, by key, and what to look at in them.

    `others`: the questions that are no affirmations.
    """
    levels, not_concerned = _scale(affirmation, before)
    settings, notes = {}, []
    if not same_scale(affirmation, before):
        settings["scale"] = _block("scale", _scale_lines(levels, before))
        notes.append(_about_scale(levels, before))
    codes = dict.fromkeys([*before.not_concerned, *not_concerned])
    if len(codes) > len(before.not_concerned):
        shown = ", ".join(f'"{_quoted(code)}"' for code in codes)
        settings["not_concerned"] = f"not_concerned: [{shown}]\n\n"
    asked = None if before.edition_id else next(filter(_asks_status, others), None)
    if asked:
        settings["statuses"] = _block("statuses", _status_lines(asked))
        notes.append(f"edition.yml: statuses are the choices of {asked.code}")
    return settings, notes


def _block(key: str, lines: Iterator[str]) -> str:
    return "\n".join([f"{key}:", *lines, "", ""])


def same_scale(affirmation: Question, before: Before) -> bool:
    """Whether each level has the label of the same level before, in a language of both."""
    levels, _ = _scale(affirmation, before)
    pairs = zip(levels, before.scale, strict=False)
    return len(levels) == len(before.scale) and all(
        plain(said(wording, "fr")) in (plain(level.label.fr), plain(level.label.of("en")))
        for wording, level in pairs
    )


def _scale(question: Question, before: Before) -> tuple[list[Wording], list[str]]:
    """The levels of the choices, lowest first, and the texts of those not concerned."""
    codes = {plain(code) for code in before.not_concerned}
    levels, not_concerned = [], []
    for wording in question.choices.values():
        texts = [plain(text) for text in wording.values()]
        if any(text in codes or _NOT_CONCERNED.fullmatch(text) for text in texts):
            not_concerned += [text for text in wording.values() if plain(text) not in codes]
        elif not any(map(_NO_ANSWER.fullmatch, texts)):
            levels.append(wording)
    return levels, not_concerned


def _about_scale(levels: list[Wording], before: Before) -> str:
    if before.edition_id:
        return f"edition.yml: another scale of {len(levels)} levels: name their stages"
    lowest, highest = said(levels[0], "fr"), said(levels[-1], "fr")
    return f"edition.yml: a scale of {len(levels)} levels, lowest {lowest}, highest {highest}"


def _scale_lines(levels: list[Wording], before: Before) -> Iterator[str]:
    """The scale for edition.yml; a level keeps the stage of that of its label before."""
    stages = {
        plain(level.label.of(lang)): level.stage for level in before.scale for lang in ("fr", "en")
    }
    for number, wording in enumerate(levels, start=1):
        stage = next((stages[t] for t in map(plain, wording.values()) if t in stages), None)
        yield f"  - {{level: {number}, stage: {stage or f'stage-{number}'}, {_label(wording)}}}"


def _asks_status(question: Question) -> bool:
    """Whether the question offers statuses to choose from, by its code or its wording."""
    texts = [plain(text) for text in (question.code, *question.wording.values())]
    words, forms = tools.known()["status"]["words"], tools.forms("status")
    fits = any(text in words or re.fullmatch(form, text) for text in texts for form in forms)
    return fits and len(question.choices) > 1


def _status_lines(question: Question) -> Iterator[str]:
    used: set[str] = set()
    for wording in question.choices.values():
        id_ = _status_id(said(wording, "fr"), used)
        used.add(id_)
        yield f'  - {{id: "{id_}", {_label(wording)}}}'


def _status_id(label: str, used: set[str]) -> str:
    """An id that is like the label, and no other's nor the program's."""
    words = re.sub("[^0-9a-z]+", "-", plain(label))[: ids.LONGEST - 10].strip("-")
    if ids.fault(words) or is_reserved(words):
        words = f"status-{words}".strip("-")
    numbered = (f"{words}-{number}" for number in count(2))
    return next(id_ for id_ in chain([words], numbered) if id_ not in used)


def _label(wording: Wording) -> str:
    """The label of a level or a status, as YAML."""
    texts: Mapping[str, str] = both(wording)
    said_ = ", ".join(f'{lang}: "{_quoted(text)}"' for lang, text in texts.items())
    return f"label: {{{said_}}}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
