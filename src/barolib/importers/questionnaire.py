"""A survey's structure as themes, affirmations and scale, compared with the edition before."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

import pandas as pd

from barolib.errors import Problem, StudyError
from barolib.importers import limesurvey, qualtrics, structure, survey_settings, xlsform
from barolib.importers.structure import Question, Wording, both, said
from barolib.survey.answers import plain
from barolib.survey.newedition import AFFIRMATIONS, COMPARED, Before, Carried

#: How alike two wordings are for one to be taken for the other, reworded.
_REWORDED = 0.7
_READERS = {".lss": limesurvey, ".lsa": limesurvey, ".qsf": qualtrics, ".xlsx": xlsform}


def carried(path: Path, before: Before) -> Carried:
    """What a survey's structure file says of an edition, `before` being the one before it.

    An affirmation is identical to one before by equal text and an equal scale alone. Raises
    StudyError where the file is no structure, or asks nothing on a scale.
    """
    questions = _read(path)
    asked = _affirmations(questions, before)
    if not asked:
        fix = "give the structure of the survey whose affirmations are answered on a scale"
        raise StudyError(Problem(path.name, "no question has three choices or more", fix))
    same = survey_settings.same_scale(asked[0], before)
    themes = _themes(asked, before.themes)
    table, notes = _questionnaire(asked, themes, before, "identical" if same else "scale_changed")
    ids = dict(zip([question.code for question in asked], table["affirmation_id"], strict=True))
    rest = [question for question in questions if question.code not in ids]
    settings, about_settings = survey_settings.blocks(asked[0], rest, before)
    others = dict.fromkeys(question.parent for question in rest)
    notes = [*about_settings, *notes, f"not taken for affirmations: {', '.join(others) or 'none'}"]
    kept = {structure.NAME: structure.table(questions, ids)}
    transverse = before.themes[before.themes["kind"] == "transverse"]
    rows = pd.DataFrame([*themes.values()], columns=before.themes.columns)
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


def _affirmations(questions: list[Question], before: Before) -> list[Question]:
    """Those whose choices are the edition's scale; else those with the choices most often given."""
    known = {plain(level.label.of(lang)) for level in before.scale for lang in ("fr", "en")}
    known |= {*map(plain, before.not_concerned)}
    sets = Counter(key for q in questions if len(key := _key(q)) >= 3)
    least = max(1, len(before.scale) / 2)
    fitting = {key for key in sets if len(known & {*key}) >= least}
    usual = {sets.most_common(1)[0][0]} if sets else set()
    return [question for question in questions if _key(question) in (fitting or usual)]


def _key(question: Question) -> tuple[str, ...]:
    return tuple(plain(text) for choice in question.choices.values() for text in choice.values())


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
        title = both(_title(question))
        if title["fr"] not in themes:
            id_ = ids.get(plain(title["fr"])) or next(fresh)
            row = [id_, "theme", str(len(themes) + 1), title["fr"], title.get("en", "")]
            themes[title["fr"]] = row
    return themes


def _questionnaire(
    asked: list[Question], themes: Mapping[str, list], before: Before, unchanged: str
) -> tuple[pd.DataFrame, list[str]]:
    """The rows of questionnaire.csv, and what was found of those before.

    `unchanged`: what `change` says of equal texts.
    """
    theme = [themes[said(_title(question), "fr")][0] for question in asked]
    texts = [both(question.row or question.wording) for question in asked]
    matched = _matches(texts, theme, before.questionnaire)
    labels = before.questionnaire.set_index("affirmation_id")
    used, added = {*labels.index}, "new" if len(labels) else ""
    rows, notes = [], []
    places: Counter[str] = Counter()
    for id_theme, text, previous in zip(theme, texts, matched, strict=True):
        places[id_theme] += 1
        old = labels.loc[previous] if previous else None
        change = added if old is None else unchanged
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
    table = pd.DataFrame(rows, columns=[*AFFIRMATIONS, *COMPARED])
    if not len(labels):
        return table, []
    tally = ", ".join(f"{n} {change}" for change, n in table["change"].value_counts().items())
    gone = [id_ for id_ in labels.index if id_ not in {*matched}]
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
