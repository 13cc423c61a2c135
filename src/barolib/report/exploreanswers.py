"""What the page of questions answers of scores and changes, as the charts have it written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from barolib.drawing import deltarows, palette, scorefigures
from barolib.drawing.deltarows import ComparedEditions
from barolib.i18n.wording import Language
from barolib.report.breakdowns import CROSSED
from barolib.report.facts import Facts
from barolib.report.records import Row, records, with_none

#: How far the axis of differences reaches, in points.
_BOUNDS = (25, 50, 75, 100)
_UNSURE = "not_distinguishable"


def answers(facts: Facts, words: Mapping, colours: Sequence[str]) -> dict[str, dict]:
    """By what is asked: `scores`, `scores:status`…, `changes`, `changes:T04`….

    Each has title, rows, heads of its table, note, axis or colours, and the published rows.
    `words`: those of strings.yml in the language; `colours`: those of the levels.
    """
    found = {}
    scores = facts.published("theme_scores", "subgroup_scores")
    if "theme_scores" in scores:
        rows = scorefigures.theme_rows(facts.raw, scores["theme_scores"], facts.language)
        found["scores"] = _means(facts, words, rows) | _csv(scores["theme_scores"])
        for kind, (measure, dimension) in CROSSED.items():
            if measure == "scores" and facts.charts(kind):
                table = scores["subgroup_scores"]
                answer = _grid(facts, words, (kind, rows), colours)
                own = table[table["dimension"] == dimension]
                found[f"scores:{dimension}"] = answer | _csv(own)
    return found | (_changes(facts, words) if facts.evolution else {})


def _csv(table: pd.DataFrame) -> dict:
    """The rows of a table, to six digits."""
    rows = [
        [float(f"{cell:.6g}") if isinstance(cell, float) else cell for cell in row]
        for row in with_none(table).to_numpy().tolist()
    ]
    return {"csv": {"columns": [*table], "rows": rows}}


def _means(facts: Facts, words: Mapping, rows: pd.DataFrame) -> dict:
    """The mean level of each theme, on the scale."""
    language, answered = facts.language, facts.answered
    heads = [words["theme_word"], words["mean"]]
    if answered:
        level = language.percent(facts.confidence)
        heads += [words["interval"].format(level=level), words["rank"]]
    tracks = []
    for row in records(rows):
        cells = [row.text]
        if answered:
            interval = language.interval(row.ci_low, row.ci_high) if row.ci_low else "–"
            cells += [interval, facts.scores[row.theme_id].ranks]
        track = {"at": row.mean, "low": row.ci_low, "high": row.ci_high, "aside": row.ranked}
        track |= {"told": row.description, "cells": [*cells, language.integer(row.base)]}
        tracks.append(_track(row, {}) | track)
    levels = facts.edition.levels
    return {
        "title": words["titles"]["theme_means"],
        "simulated": facts.synthetic,
        "key": "levels",
        "axis": [[level, str(level)] for level in levels],
        "rows": tracks,
        "note": scorefigures.means_note(facts.raw, rows, language),
        "heads": [*heads, words["respondents" if answered else "answers"]],
    }


def _grid(
    facts: Facts, words: Mapping, shown: tuple[str, pd.DataFrame], colours: Sequence[str]
) -> dict:
    """The mean level of each theme in each subgroup. `shown`: the kind of chart, its themes."""
    (kind, themes), language = shown, facts.language
    names, lines = facts.breakdowns.grid(kind)
    cells_of, shade = dict(lines), palette.between(colours)
    rows = [
        {
            "id": theme.theme_id,
            **({"section": theme.section} if theme.section else {}),
            "grid": [_cell(language, cell, shade, len(colours)) for cell in cells_of[theme.label]],
        }
        for theme in records(themes)
        if theme.label in cells_of
    ]
    bases = (
        language.base(cell.base for cell in own if cell)
        for own in zip(*cells_of.values(), strict=True)
    )
    return {
        "title": words["captions"][kind],
        "simulated": facts.synthetic,
        "key": "levels",
        "rows": rows,
        "note": language.source_note(language.term("respondents"), "answers", facts.edition),
        "heads": [words["theme_word"], *names],
        "bases": [base or language.term("withheld") for base in bases],
    }


def _cell(language: Language, cell: Row | None, shade: Callable, levels: int) -> list[str | int]:
    """A mean as written, its colour and which ink stands on it; or why there is none."""
    if cell is None or cell.withheld:
        return [language.term("none" if cell is None else "withheld")]
    colour = shade((cell.mean - 1) / (levels - 1))
    return [cell.text, colour, palette.INKS.index(palette.ink(colour))]


def _changes(facts: Facts, words: Mapping) -> dict[str, dict]:
    """What changed since the earlier edition, by theme, and in each of them."""
    assert facts.evolution is not None
    pair = ComparedEditions(facts.raw, facts.earlier, facts.language)
    tables, answers = facts.published("delta_themes", "delta_affirmations"), {}
    if "delta_themes" in tables:
        themes = tables["delta_themes"]
        answers["changes"] = _theme_changes(pair, words, themes) | _csv(themes)
    if "delta_affirmations" in tables:
        asked = facts.raw.questionnaire[["affirmation_id", "theme_id"]]
        table = tables["delta_affirmations"]
        compared = asked.merge(table, on="affirmation_id")
        for theme, own in compared.groupby("theme_id", sort=False):
            answer = _affirmation_changes(pair, words, own)
            answers[f"changes:{theme}"] = answer | _csv(own[[*table]])
    return answers


def _theme_changes(pair: ComparedEditions, words: Mapping, themes: pd.DataFrame) -> dict:
    rows = deltarows.of_themes(pair, themes)
    ends = rows[["delta_pp", "ci_low", "ci_high"]].abs()
    farthest = ends.where(ends < _BOUNDS[-1]).max(axis=None)
    bound = next((bound for bound in _BOUNDS if bound >= farthest), _BOUNDS[-1])
    verdicts = pair.language.term("verdicts")
    tracks = [
        _track(row, verdicts) | {"at": row.delta_pp, "low": row.ci_low, "high": row.ci_high}
        for row in records(rows)
    ]
    return _of_changes(pair, rows) | {
        "title": words["captions"]["delta_themes"].format(edition=pair.before.edition.id),
        "axis": [[-bound, f"−{bound}"], [0, "0"], [bound, f"+{bound}"]],
        "rows": tracks,
        "heads": [
            words["theme_word"],
            words["delta"],
            words["verdict"],
            words["explore"]["figures"],
        ],
    }


def _affirmation_changes(pair: ComparedEditions, words: Mapping, own: pd.DataFrame) -> dict:
    rows = deltarows.of_affirmations(pair, own)
    before, after = (edition.id for edition in pair.editions)
    verdicts = pair.language.term("verdicts")
    tracks = [
        _track(row, verdicts) | {"at": row.after, "from": row.before} for row in records(rows)
    ]
    return _of_changes(pair, rows) | {
        "title": words["captions"]["delta"].format(edition=before, now=after),
        "key": [pair.say("then_key"), pair.say("now_key")],
        "axis": [[at, str(at)] for at in (0, 25, 50, 75, 100)],
        "rows": tracks,
        "heads": [
            words["affirmation"],
            words["implementation"],
            words["verdict"],
            words["explore"]["figures"],
        ],
    }


def _of_changes(pair: ComparedEditions, rows: pd.DataFrame) -> dict:
    """What is said of all of these rows together; `mark`: the verdict of those that give none."""
    simulated = bool(rows["basis"].eq("simulated").any())
    return {"simulated": simulated, "note": pair.rests_on(rows), "mark": _UNSURE}


def _track(row: Row, verdicts: Mapping[str, str]) -> dict:
    """What is written of a row: its value, its figures; its verdict where it says simulated."""
    track = {"id": row.theme_id, "value": row.text}
    if row.section:
        track["section"] = row.section
    if hasattr(row, "verdict"):
        track |= {"under": row.details} | ({"mark": row.verdict} if row.verdict != _UNSURE else {})
        simulated = row.verdict_text != verdicts[row.verdict]
        track |= {"verdict": row.verdict_text} if simulated else {}
    return track
