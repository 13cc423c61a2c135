"""The data of the page of questions: published tables, and the words that its script puts to them.

The script counts and rounds distributions from their integers (assets/explore.js). What is written
of scores and of changes comes as the charts have it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from barolib.drawing import palette
from barolib.report import exploreanswers
from barolib.report.facts import Facts
from barolib.report.records import Row, with_none
from barolib.statistics.scoring import GENERAL
from barolib.survey import rounding

#: Its file in the filled project, which the Lua filter puts into the page.
FILE = "explore.json"
_SENTENCES = ["shown", "not_shown", "no_figure", "nothing", "cut_implementation", "cut_level"]
_SENTENCES += ["cut_heads", "cut_mark", "headings", "implementation", "withheld", "none"]
_ASKED = ["question", "distribution", "scores", "theme", "among", "everyone", "status"]
_ASKED += ["size_class", "group", "cut", "sort", "questionnaire", "percent", "svg", "png", "both"]
#: The columns of a distribution that are the same at every level.
_WHOLE = ("base", "not_concerned", "missing", "origin", "certainty", "withheld")
#: What they are unless a distribution says otherwise.
_USUAL = {"origin": "answers", "certainty": "exact", "withheld": False}


def write(facts: Facts, words: Mapping, levels: Sequence[Mapping], sources: Sequence[str]) -> str:
    """The data as JSON that a page may hold.

    `words`: those of strings.yml in the language; `levels`: the colours of each level; `sources`:
    the line at the foot of a chart, and of one that shows what is simulated.
    """
    data = {
        "lang": facts.lang,
        "edition": facts.edition.id,
        "synthetic": facts.synthetic,
        "start": facts.edition.implementation_from,
        "lacking": rounding.LACKING[facts.edition.rounding],
        "levels": [
            {"label": label, "ground": colour["ground"], "ink": colour["ink"]}
            for (_, label), colour in zip(facts.levels, levels, strict=True)
        ],
        "themes": [*_themes(facts)],
        "labels": facts.labels | {GENERAL: facts.breakdowns.label(GENERAL)},
        "bars": _bars(facts),
        "usual": _USUAL,
        "inks": palette.INKS,
        "columns": _columns(facts, "distributions"),
        "among": _among(facts, words),
        "stages": _stages(facts),
        "bases": _bases(facts),
        "answers": exploreanswers.answers(facts, words, [each["ground"] for each in levels]),
        "sources": sources,
        "words": _words(facts, words),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def _words(facts: Facts, words: Mapping) -> dict[str, Any]:
    """What the script says: its own words, and the sentences of `barolib.open`."""
    language, panel = facts.language, facts.raw.panel
    minimum = facts.edition.disclosure_minimum
    asked = {key: language.term("explorer")[key] for key in _ASKED}
    near = {digits: language.with_sign(digits) for digits in ("<1", ">99")}
    said = {key: language.term(key) for key in _SENTENCES}
    said |= {"why_withheld": language.say("why_withheld", minimum=minimum)}
    said |= {"quoted": language.quoted("{label}"), "sign": language.percent_sign, "near": near}
    said |= {"simulated": words["simulated"], "base": words["base"], "level": words["level"]}
    said |= {"stage": words["titles"]["stage"], "whole_theme": words["whole_theme"]}
    said |= {"stages": words["stages"], "respondents": words["respondents"]}
    said |= {"subject": language.term("subject"), "theme_word": words["theme_word"]}
    said |= {"affirmation": words["affirmation"], "hatched": words["hatched"]}
    said |= {"simulated_note": language.term("simulated"), "verdicts": language.term("verdicts")}
    said |= {"base_note": language.base_note(0, panel).replace("0", "{base}", 1)}
    return asked | said | words["explore"]


def _themes(facts: Facts) -> Iterator[dict]:
    for theme in facts.themes:
        numbered = {"number": theme.number} if theme.kind == "theme" else {}
        yield {"id": theme.id, "members": facts.raw.members[theme.id], **numbered}


def _columns(facts: Facts, table: str) -> list[str]:
    return [*facts.published(table).get(table, pd.DataFrame())]


def _bars(facts: Facts) -> dict[str, dict]:
    """Each published distribution: its counts, its other columns, what is said of its base.

    What is said of most bases is left out (`base_note` of the words).
    """
    keys = {"distributions": "affirmation_id", "theme_distributions": "theme_id"}
    bars = {}
    for name, table in facts.published(*keys).items():
        told = with_none(table)
        for subject, rows in told.groupby(keys[name], sort=False):
            row, first = facts.row(str(subject)), rows.iloc[0]
            usual = facts.language.base_note(row.base, facts.raw.panel)
            known = {column: first[column] for column in _WHOLE if column in rows}
            bars[subject] = {
                "n": rows["n"].tolist(),
                **({"note": row.note} if row.note != usual else {}),
                **{name: value for name, value in known.items() if value != _USUAL.get(name)},
            }
    return bars


def _among(facts: Facts, words: Mapping) -> list[dict]:
    """The dimensions by which a theme can be read, each with its subgroups."""
    shown = {dimension for theme in facts.themes for dimension, _ in _read_by(facts, theme.id)}
    return [
        {
            "id": dimension,
            "label": label,
            "of": facts.language.subgroup_labels(facts.edition, dimension),
        }
        for dimension, label in words["dimensions"].items()
        if dimension in shown
    ]


def _read_by(facts: Facts, theme: str) -> list[tuple[str, list[Row]]]:
    return [(d, [cell for _, cell in named]) for d, named in facts.breakdowns.stages(theme)]


def _stages(facts: Facts) -> dict[str, dict]:
    """The two stages of each theme in each subgroup, by theme, then `status:town`.

    Share, base, and the percents of both as written; None where withheld.
    """
    stages: dict[str, dict] = {}
    for theme in facts.themes:
        for dimension, cells in _read_by(facts, theme.id):
            for cell in cells:
                shown = None if cell.withheld else [cell.share, cell.base, cell.before, cell.at]
                stages.setdefault(theme.id, {})[f"{dimension}:{cell.subgroup}"] = shown
    return stages


def _bases(facts: Facts) -> dict[int, str]:
    """What is said of each base of a subgroup."""
    language, nouns = facts.language, facts.language.term("respondent_nouns")
    cells = (cell for theme in facts.themes for _, own in _read_by(facts, theme.id) for cell in own)
    bases = {cell.base for cell in cells if not cell.withheld}
    return {base: language.say("n", base=language.count(base, *nouns)) for base in sorted(bases)}
