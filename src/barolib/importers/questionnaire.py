"""A survey's structure as themes, affirmations and scale, compared with the edition before."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

import pandas as pd

from barolib.errors import Problem, StudyError
from barolib.importers import limesurvey, qualtrics, structure, xlsform
from barolib.importers.structure import Question, Wording, said
from barolib.survey.answers import meanings, plain
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw
from barolib.survey.newedition import Carried

#: How alike two wordings are for one to be taken for the other, reworded.
_REWORDED = 0.7
_NOT_CONCERNED = re.compile(
    r"non concernee?|sans objet|ne s'applique pas|not concerned|n/?a"
    r"|not applicable"
)
_NO_ANSWER = re.compile(r"(ne sai[st] pas|nsp|sans (reponse|avis|opinion)|don't know|no answer).*")
_READERS = {".lss": limesurvey, ".lsa": limesurvey, ".qsf": qualtrics, ".xlsx": xlsform}


def carried(path: Path, raw: Raw) -> Carried:
    """What a survey's structure file says of an edition, `raw` being the one before it.

    An affirmation is identical to one before by equal text and an equal scale alone. Raises
    StudyError where the file is no structure, or asks nothing on a scale.
    """
    questions = _read(path)
    asked = _affirmations(questions, raw.edition)
    if not asked:
        fix = "give the structure of the survey whose affirmations are answered on a scale"
        raise StudyError(Problem(path.name, "no question has three choices or more", fix))
    levels, not_concerned = _scale(asked[0], raw.edition)
    themes = _themes(asked, raw.themes)
    same = _same_scale(levels, raw.edition)
    table, notes = _questionnaire(asked, themes, raw, "identical" if same else "scale_changed")
    settings = {}
    if not same:
        settings["scale"] = "\n".join(["scale:", *_scale_lines(levels, raw.edition), "", ""])
        notes.insert(0, f"edition.yml: another scale of {len(levels)} levels: name their stages")
    codes = dict.fromkeys([*raw.edition.not_concerned, *not_concerned])
    if len(codes) > len(raw.edition.not_concerned):
        shown = ", ".join(f'"{code}"' for code in codes)
        settings["not_concerned"] = f"not_concerned: [{shown}]\n\n"
    ids = dict(zip([question.code for question in asked], table["affirmation_id"], strict=True))
    others = dict.fromkeys(q.parent for q in questions if q.code not in ids)
    notes.append(f"not taken for affirmations: {', '.join(others) or 'none'}")
    kept = {structure.NAME: structure.table(questions, ids)}
    transverse = raw.themes[raw.themes["kind"] == "transverse"]
    rows = pd.DataFrame([*themes.values()], columns=raw.themes.columns)
    about = f"from {path.name}"
    return Carried(pd.concat([rows, transverse]), table, about, settings, kept, notes)


def _read(path: Path) -> list[Question]:
    if not path.is_file():
        fix = "give the path of the structure"
        raise StudyError(Problem(path.name, "the file is missing", fix))
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        fix = "give LimeSurvey's .lss or .lsa, Qualtrics' .qsf, or an XLSForm (.xlsx)"
        raise StudyError(Problem(path.name, "not a survey's structure that can be read", fix))
    return reader.questions(path)


def _affirmations(questions: list[Question], edition: Edition) -> list[Question]:
    """Those whose choices are the edition's scale; else those with the choices most often given."""
    known = {text for text in meanings(edition) if not text.isdigit()}
    sets = Counter(key for q in questions if len(key := _key(q)) >= 3)
    fitting = {key for key in sets if 2 * len(known & {*key}) >= len(edition.scale)}
    usual = {sets.most_common(1)[0][0]} if sets else set()
    return [question for question in questions if _key(question) in (fitting or usual)]


def _key(question: Question) -> tuple[str, ...]:
    return tuple(plain(text) for choice in question.choices.values() for text in choice.values())


# ---------------------------------------------------------------------------- scale


def _scale(question: Question, edition: Edition) -> tuple[list[Wording], list[str]]:
    """The levels of the choices, lowest first, and the texts of those not concerned."""
    codes = {plain(code) for code in edition.not_concerned}
    levels, not_concerned = [], []
    for wording in question.choices.values():
        texts = [plain(text) for text in wording.values()]
        if any(text in codes or _NOT_CONCERNED.fullmatch(text) for text in texts):
            not_concerned += [text for text in wording.values() if plain(text) not in codes]
        elif not any(map(_NO_ANSWER.fullmatch, texts)):
            levels.append(wording)
    return levels, not_concerned


def _same_scale(levels: list[Wording], edition: Edition) -> bool:
    """Whether each level has the label of the same level before, in a language of both."""
    pairs = zip(levels, edition.scale, strict=False)
    return len(levels) == len(edition.scale) and all(
        plain(said(wording, "fr")) in (plain(level.label.fr), plain(level.label.of("en")))
        for wording, level in pairs
    )


def _scale_lines(levels: list[Wording], edition: Edition) -> Iterator[str]:
    """The scale for edition.yml; a level keeps the stage of that of its label before."""
    stages = {
        plain(level.label.of(lang)): level.stage for level in edition.scale for lang in ("fr", "en")
    }
    for number, wording in enumerate(levels, start=1):
        stage = next((stages[t] for t in map(plain, wording.values()) if t in stages), None)
        label = ", ".join(f'{lang}: "{_quoted(text)}"' for lang, text in _both(wording).items())
        yield f"  - {{level: {number}, stage: {stage or f'stage-{number}'}, label: {{{label}}}}}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _both(wording: Wording) -> dict[str, str]:
    """The wording in French, or else as it is, and in English where it has it."""
    english = {"en": wording["en"]} if "en" in wording and "fr" in wording else {}
    return {"fr": said(wording, "fr"), **english}


# ---------------------------------------------------------------------------- themes, affirmations


def _title(question: Question) -> Wording:
    return question.title or {"fr": question.parent}


def _themes(asked: list[Question], before: pd.DataFrame) -> dict[str, list]:
    """A row of themes.csv by title: those of the edition before keep their id."""
    known = before[before["kind"] == "theme"].set_index("theme_id")
    ids = {
        plain(text): id_
        for lang in ("label_en", "label_fr")
        for id_, text in known[lang].dropna().items()
    }
    fresh = (id_ for number in count(1) if (id_ := f"T{number:02}") not in known.index)
    themes: dict[str, list] = {}
    for question in asked:
        title = _both(_title(question))
        if title["fr"] not in themes:
            id_ = ids.get(plain(title["fr"])) or next(fresh)
            row = [id_, "theme", str(len(themes) + 1), title["fr"], title.get("en", "")]
            themes[title["fr"]] = row
    return themes


def _questionnaire(
    asked: list[Question], themes: Mapping[str, list], raw: Raw, unchanged: str
) -> tuple[pd.DataFrame, list[str]]:
    """The rows of questionnaire.csv, and what was found of those before.

    `unchanged`: what `change` says of equal texts.
    """
    theme = [themes[said(_title(question), "fr")][0] for question in asked]
    texts = [_both(question.row or question.wording) for question in asked]
    before = _matches(texts, theme, raw.questionnaire)
    used = {*raw.questionnaire["affirmation_id"]}
    labels = raw.questionnaire.set_index("affirmation_id")
    rows, notes = [], []
    places: Counter[str] = Counter()
    for id_theme, text, previous in zip(theme, texts, before, strict=True):
        places[id_theme] += 1
        old = labels.loc[previous] if previous else None
        change = "new" if old is None else unchanged
        if old is not None and _same(old["label_fr"]) != _same(text["fr"]):
            change = "reworded"
            notes.append(f"{previous} reworded: {differences(old['label_fr'], text['fr'])}")
        stays = old is not None and old["theme_id"] == id_theme
        id_ = previous if stays else _fresh(id_theme, used)
        used.add(id_)
        tags = old["transverse_ids"] if old is not None else ""
        rows.append(
            (
                id_,
                id_theme,
                str(places[id_theme]),
                text["fr"],
                text.get("en", ""),
                tags,
                previous,
                change,
            )
        )
    columns = [
        "affirmation_id",
        "theme_id",
        "position",
        "label_fr",
        "label_en",
        "transverse_ids",
        "previous_id",
        "change",
    ]
    table = pd.DataFrame(rows, columns=columns)
    tally = ", ".join(f"{n} {change}" for change, n in table["change"].value_counts().items())
    gone = [id_ for id_ in labels.index if id_ not in {*before}]
    return table, [f"affirmations: {tally}; not asked again: {', '.join(gone) or 'none'}", *notes]


def _matches(texts: Sequence[Wording], themes: list[str], before: pd.DataFrame) -> list[str]:
    """The affirmation before of each text, "" for none.

    Of equal text in its theme, in French and then in English; else the likest of any theme.
    """
    matched = [""] * len(texts)
    rows = {row.affirmation_id: row for row in before.itertuples()}
    for lang in ("fr", "en"):
        equal: dict[tuple[str, str], list[str]] = {}
        for id_, row in rows.items():
            if isinstance(label := getattr(row, f"label_{lang}"), str):
                equal.setdefault((_same(label), row.theme_id), []).append(id_)
        for place, (text, theme) in enumerate(zip(texts, themes, strict=True)):
            same = equal.get((_same(text.get(lang, "")), theme))
            if same and not matched[place]:
                matched[place] = same.pop(0)
                del rows[matched[place]]
    pairs = [
        (difflib.SequenceMatcher(None, plain(text["fr"]), plain(row.label_fr)).ratio(), place, id_)
        for place, text in enumerate(texts)
        if not matched[place]
        for id_, row in rows.items()
    ]
    for ratio, place, id_ in sorted(pairs, reverse=True):
        if ratio >= _REWORDED and not matched[place] and id_ in rows:
            matched[place] = id_
            del rows[id_]
    return matched


def _same(text: str) -> str:
    """The text by which two wordings are equal: blanks and the form of apostrophes apart."""
    return " ".join(unicodedata.normalize("NFC", text).replace("’", "'").split())


def _fresh(theme: str, used: set[str]) -> str:
    return next(id_ for number in count(1) if (id_ := f"{theme}-{number:02}") not in used)


def differences(before: str, after: str) -> str:
    """What changed word by word: [-taken out-] {+put in+}.

    >>> differences("Porter une stratégie", "Porter la stratégie")
    'Porter [-une-] {+la+} stratégie'
    """
    old, new, parts = before.split(), after.split(), []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            parts += old[a:b]
            continue
        parts += [f"[-{' '.join(old[a:b])}-]"] if b > a else []
        parts += [f"{{+{' '.join(new[c:d])}+}}"] if d > c else []
    return " ".join(parts)
