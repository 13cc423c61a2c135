"""The stand-in: answers of respondents that never were, true to all that was published.

An edition and the one before it, where that is synthetic too, are made together. The agreement with
what was published is by construction. docs/method.md, "Stand-in".
"""

from __future__ import annotations

import math
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from barolib import claims, evidence, whole
from barolib import standin_people as people
from barolib.edition import Edition, read_edition
from barolib.errors import Problem, StudyError
from barolib.intake import Raw, read_raw
from barolib.layout import Layout
from barolib.seal import NAME as SEAL
from barolib.standin_counts import Counts, Part, mean_of, shape
from barolib.standin_people import People

MADE = ("respondents", "answers")

#: Deterministic seconds that the solver has for each of its searches.
EFFORT = 2000

#: How many times shapes are drawn anew around the means that were found.
_PASSES = 2

#: How far the outer groups reach beyond their one cut; and where between its bounds the mean of
#: each group lies: near the middle group, so that nothing but the cuts sets them apart.
_WIDTH = 1.0
#: The panel's mean keeps some way from where that leaves it, since members answer more or less.
_SLACK = 0.02
_PLACES = {"leaders": (0.1, 0.75), "peloton": (0.35, 0.86), "laggards": (0.5, 0.92)}

#: Where on the scale, 0 lowest and 1 highest, the mean of an affirmation stands at first.
_USUAL = 0.38

#: Share of those who did not answer who left a blank; the others are not concerned.
_BLANK = 0.15


def make(layout: Layout, edition: str) -> list[Path]:
    """Writes answers.csv and respondents.csv of a synthetic edition; returns their paths.

    Raises StudyError where its answers are not synthetic, its panel is not known, or nothing fits.
    """
    tables = generate(layout, edition)
    paths = []
    for stem in MADE:
        paths.append(layout.raw(edition) / f"{stem}.csv")
        with whole.writing(paths[-1]) as aside:
            tables[stem].to_csv(aside, index=False, encoding="utf-8", lineterminator="\n")
    return paths


def generate(layout: Layout, edition: str) -> dict[str, pd.DataFrame]:
    """The tables answers and respondents of a synthetic edition, as they are written."""
    raws = [_bare(layout, each) for each in _together(layout, edition)]
    parts, panels = _made(raws)
    place = [raw.edition.id for raw in raws].index(edition)
    return {"respondents": panels[place], "answers": parts[place]}


def _together(layout: Layout, edition: str) -> list[str]:
    """The editions made together, the oldest first."""
    settings = {e: read_edition(layout.raw(e) / "edition.yml") for e in layout.editions()}
    _refuse(settings[edition])
    known = [e for e, own in settings.items() if own.provenance.answers == "synthetic"]
    after, before = [e for e in known if e > edition], [e for e in known if e < edition]
    return [edition, after[0]] if after else [*before[-1:], edition]


def _refuse(edition: Edition) -> None:
    panel, ids = edition.panel, {each.id for each in edition.statuses}
    if edition.provenance.answers != "synthetic":
        mend = "answers of respondents are never replaced; for a stand-in, say answers: synthetic"
        where, message = "provenance.answers", "does not say synthetic"
    elif not panel or sum(panel.by_status.values()) != panel.respondents:
        mend = "give panel: {respondents, inhabitants, by_status}, every respondent with a status"
        where, message = "panel", "does not say who answers"
    elif not set(panel.by_status) <= ids:
        mend, where, message = "name statuses of the edition", "panel.by_status", "unknown status"
    else:
        return
    raise StudyError(Problem(f"{edition.id}/edition.yml", message, mend, column=where))


def _bare(layout: Layout, edition: str) -> Raw:
    """The raw tables of an edition without its answers: every cell blank."""
    settings = read_edition(layout.raw(edition) / "edition.yml")
    _refuse(settings)
    with tempfile.TemporaryDirectory() as scratch:
        aside = Layout.at(scratch)
        left_out = shutil.ignore_patterns(SEAL, *(f"{stem}.csv" for stem in MADE))
        shutil.copytree(layout.raw(edition), aside.raw(edition), ignore=left_out)
        asked = pd.read_csv(aside.raw(edition) / "questionnaire.csv")["affirmation_id"]
        (panel,) = people.panels([settings], np.random.default_rng(settings.seed))
        blank = panel[["respondent_id"]].reindex(columns=["respondent_id", *asked])
        panel.to_csv(aside.raw(edition) / "respondents.csv", index=False)
        blank.to_csv(aside.raw(edition) / "answers.csv", index=False)
        return read_raw(aside, edition)


def _made(raws: list[Raw]) -> tuple[list[pd.DataFrame], list[pd.DataFrame]]:
    """answers.csv and respondents.csv of editions made together."""
    seed = raws[-1].edition.seed
    rng, told = np.random.default_rng(seed), _told(raws)
    panels = people.panels([raw.edition for raw in raws], rng)
    printed = [_printed(raw) for raw in raws]
    bases = [_bases(*each, told, rng) for each in zip(raws, printed, strict=True)]
    parts = {raw.edition.id: Part(raw, {None: own}) for raw, own in zip(raws, bases, strict=True)}
    counts = _panel_counts(parts, printed, told, rng)
    traits = people.traits(panels, raws, rng)
    answers = []
    for raw, panel, own, (general, leaning) in zip(raws, panels, bases, traits, strict=True):
        answered = people.concerned(panel, own, raw, rng)
        who = People(general, leaning, answered)
        levels = _placed(parts[raw.edition.id], counts, told, who)
        answers.append(_cells(levels, raw.edition, rng))
    return answers, panels


def _told(raws: list[Raw]) -> list:
    """The sentences about these editions."""
    ids = {raw.edition.id for raw in raws}
    every = [claim for raw in raws for claim in claims.rows(raw.claims)]
    return [claim for claim in every if claim.edition in ids]


def _printed(raw: Raw) -> dict[str, list[int]]:
    """The counts behind each printed row."""
    found = evidence.reconstructions(raw)
    chosen = found[found["chosen"]].set_index("affirmation_id")[raw.edition.count_columns]
    return {each: row.tolist() for each, row in chosen.iterrows()}


def _bases(
    raw: Raw, printed: Mapping[str, list[int]], told: list, rng: np.random.Generator
) -> dict[str, int]:
    """How many answer each affirmation: as printed, else the first drawn that its shares allow."""
    found, panel = {}, raw.edition.panel.respondents
    for each in raw.questionnaire["affirmation_id"]:
        asked = [
            claims.allowed(c)
            for c in told
            if (c.subject, c.statistic, c.group) == (each, "share", None)
            and c.edition == raw.edition.id
        ]
        wished = max(panel - rng.binomial(panel, 0.1), 1)
        order = sorted(range(1, panel + 1), key=lambda base: (abs(base - wished), -base))
        fits = [base for base in order if all(_fits(base, *bounds) for bounds in asked)]
        found[each] = sum(printed[each]) if each in printed else (fits or order)[0]
    return found


def _fits(base: int, low: float, high: float) -> bool:
    return math.ceil(low * base - 1e-9) <= high * base + 1e-9


def _panel_counts(
    parts: Mapping[str, Part], printed: list[dict], told: list, rng: np.random.Generator
) -> dict:
    """Counts of each edition's panel that print its tables and meet what sentences they can."""
    known = {
        (edition, None, each, level): n
        for edition, rows in zip(parts, printed, strict=True)
        for each, row in rows.items()
        for level, n in enumerate(row, start=1)
    }
    means: dict = {}
    for edition, part in parts.items():
        usual = 1 + _USUAL * (len(part.levels) - 1)
        means |= {(edition, e): usual + 0.4 * rng.standard_normal() for e in part.bases[None]}
    choices: dict[int, int] = {}
    for _ in range(1 + _PASSES):
        model = Counts(parts, [None])
        model.fix(known)
        for part in parts.values():
            if _sizes(part.raw.edition, told):
                form, (low, high) = part.mean("general", None, part.levels), _reach(part, told)
                model.bound(form, low, high)
        for claim in told:
            if claim.statistic not in ("group_share", "count") and claim.group is None:
                model.ask(claim)
        for (edition, each), mean in means.items():
            if (edition, None, each, 1) not in known:
                own = parts[edition]
                n = shape(mean, own.bases[None][each], len(own.levels))
                model.near({(edition, None, each, k): v for k, v in enumerate(n, start=1)})
        choices = choices or model.choose(EFFORT)
        model.keep(choices)
        counts = model.solve(EFFORT)
        means = {(e, a): (m + mean_of(counts, parts[e], a)) / 2 for (e, a), m in means.items()}
    return counts


def _sizes(edition: Edition, told: list) -> dict[str, int]:
    """How many respondents each group has, by the shares told; empty where they are not."""
    shares = {
        c.group: float(c.value)
        for c in told
        if c.statistic == "group_share" and c.edition == edition.id and c.comparator == "="
    }
    if set(shares) != set(claims.GROUPS):
        return {}
    whole_panel = edition.panel.respondents
    exact = pd.Series(shares) / sum(shares.values()) * whole_panel
    sizes = exact.astype("int64")
    rest = (exact - sizes).sort_values(ascending=False, kind="stable")
    sizes[rest.index[: whole_panel - sizes.sum()]] += 1
    return sizes.to_dict()


def _within(edition: Edition) -> dict[str, tuple[float, float]]:
    """Between which general scores each group lies, clear of the cuts."""
    cuts = edition.group_cuts
    edges = {
        "leaders": (cuts.leaders, min(cuts.leaders + _WIDTH, len(edition.scale))),
        "peloton": (cuts.peloton, cuts.leaders),
        "laggards": (max(cuts.peloton - _WIDTH, 1), cuts.peloton),
    }
    return {group: (low + 0.02, high - 0.02) for group, (low, high) in edges.items()}


def _means(edition: Edition) -> dict[str, tuple[float, float]]:
    """Between which general scores the mean of each group lies."""
    return {
        group: tuple(low + place * (high - low) for place in _PLACES[group])
        for group, (low, high) in _within(edition).items()
    }


def _reach(part: Part, told: list) -> tuple[float, float]:
    """Between which means the panel's answers lie, given its groups."""
    edition = part.raw.edition
    sizes, means = _sizes(edition, told), _means(edition)
    total = sum(sizes.values())
    low, high = (sum(n * means[g][k] for g, n in sizes.items()) / total for k in (0, 1))
    return low + _SLACK, high - _SLACK


def _placed(part: Part, counts: Mapping, told: list, who: People) -> pd.DataFrame:
    """The level of each respondent's answers."""
    edition, sizes = part.raw.edition, _sizes(part.raw.edition, told)
    total = {a: [counts[edition.id, None, a, k] for k in part.levels] for a in part.bases[None]}
    drawn = people.placed(who, total)
    if not sizes:
        return drawn
    group = people.grouped(who.general, sizes)
    shares = _group_counts(part, counts, told, drawn, group)
    found = [
        people.calibrated(who.only(group.index[group == each]), shares[each], within)
        for each, within in _within(edition).items()
    ]
    return pd.concat(found).loc[drawn.index]


def _group_counts(
    part: Part, counts: Mapping, told: list, drawn: pd.DataFrame, group: pd.Series
) -> dict[str, dict[str, list[int]]]:
    """The panel's counts shared out among groups: near those drawn, true to sentences on groups."""
    edition, levels = part.raw.edition, list(part.levels)
    own = drawn.groupby(group.reindex(drawn.index))
    found = {g: {a: rows[a].value_counts() for a in drawn} for g, rows in own}
    bases = {g: {a: int(n.sum()) for a, n in by.items()} for g, by in found.items()}
    split = Part(part.raw, bases)
    model = Counts({edition.id: split}, claims.GROUPS)
    for each in drawn:
        for level in levels:
            cells = {(edition.id, g, each, level): 1 for g in bases}
            n = counts[edition.id, None, each, level]
            model.bound(cells, n, n)
    for name, (low, high) in _means(edition).items():
        model.bound(split.mean("general", name, split.levels), low, high)
    for claim in told:
        if claim.group and claim.statistic != "group_share" and claim.edition == edition.id:
            model.ask(claim)
    for g, by in found.items():
        for each, n in by.items():
            model.near({(edition.id, g, each, level): n.get(level, 0) for level in levels})
    model.keep(model.choose(EFFORT))
    solved = model.solve(EFFORT)
    shared: dict = defaultdict(dict)
    for g in bases:
        for each in drawn:
            shared[g][each] = [solved[edition.id, g, each, level] for level in levels]
    return shared


def _cells(levels: pd.DataFrame, edition: Edition, rng: np.random.Generator) -> pd.DataFrame:
    """answers.csv: levels, the code of what does not concern, and some blanks."""
    blank = rng.random(levels.shape) < _BLANK
    text = levels.astype("Int64").astype("object").where(levels.notna(), edition.not_concerned[0])
    text = text.mask(levels.isna() & blank, None)
    return text.rename_axis("respondent_id").reset_index()
