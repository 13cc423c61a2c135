"""What a methodologist asks of an edition before a run: warnings that stop nothing.

Faults are told by the intake, what became of each affirmation by the crosswalk; here the files are
sound, and what they hold may still mislead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from barolib.compare import coverage
from barolib.statistics import disclosure, scoring, subgroups
from barolib.survey.answers import NOT_CONCERNED, plain
from barolib.survey.intake import Raw
from barolib.survey.rounding import of_share, percent
from barolib.survey.stages import reworded

#: Fewest answers of a respondent whose being all alike is remarkable.
STRAIGHT = 8

#: How many names a warning lists.
SHOWN = 8


def warnings(raw: Raw, before: Raw | None) -> pd.DataFrame:
    """The warnings on an edition, and on how it compares with the one before: topic, warning."""
    answered = len(raw.answers) > 0
    by_topic = {
        "affirmations": _affirmations(raw) if answered else _unprinted(raw),
        "respondents": _respondents(raw) if answered else (),
        "response": _response(raw) if answered else (),
        "disclosure": _disclosure(raw) if answered else (),
        "questionnaire": _questionnaire(raw, before),
        "scale": _scale(raw, before) if before else (),
        "panels": _panels(raw, before) if before else (),
    }
    rows = [(topic, warning) for topic, texts in by_topic.items() for warning in texts]
    return pd.DataFrame(rows, columns=["topic", "warning"], dtype="str")


def _listed(names: Iterable[object]) -> str:
    listed = [str(name) for name in names]
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return f"({len(listed)}): {', '.join(listed[:SHOWN])}{more}"


def _named(what: str, names: Iterable[object]) -> Iterator[str]:
    """One warning that counts and names, where there is anything to name."""
    names = list(names)
    if names:
        yield f"{what} {_listed(names)}"


def _unprinted(raw: Raw) -> Iterator[str]:
    printed = set(raw.printed["printed_as"].dropna())
    names = [name for name in raw.questionnaire["affirmation_id"] if name not in printed]
    yield from _named("affirmations without a printed row", names)


def _affirmations(raw: Raw) -> Iterator[str]:
    levels, concerned = scoring.matrices(raw.answers)
    base, asked = levels.notna().sum(), concerned.sum()
    yield from _named("affirmations that nobody answered", base.index[base == 0])
    few = (base > 0) & (2 * base < asked)
    yield from _named("affirmations answered by less than half of those concerned", base.index[few])
    rare = (base > 0) & (base < raw.edition.disclosure_minimum)
    yield from _named("affirmations with a base under disclosure_minimum", base.index[rare])
    apart = raw.answers["reason"].eq(NOT_CONCERNED).groupby(raw.answers["affirmation_id"]).mean()
    yield from _named("affirmations that concern less than half of them", apart.index[apart > 0.5])


def _respondents(raw: Raw) -> Iterator[str]:
    levels, concerned = scoring.matrices(raw.answers)
    answered, asked = levels.notna().sum(axis=1), concerned.sum(axis=1)
    yield from _named("respondents without any answer", answered.index[answered == 0])
    few = (answered > 0) & (answered < raw.edition.minimum_answered * asked)
    yield from _named("respondents with too few answers for a general score", few.index[few])
    alike = (answered >= STRAIGHT) & (levels.nunique(axis=1) == 1)
    yield from _named(
        f"respondents whose answers, {STRAIGHT} or more, are all alike", alike.index[alike]
    )
    names = raw.respondents["name"].dropna().map(plain)
    twins = raw.respondents.loc[names.index[names.duplicated(keep=False)], "respondent_id"]
    yield from _named("respondents of the same name under several ids", twins)


def _response(raw: Raw) -> Iterator[str]:
    count, frame = raw.panel, raw.edition.frame_size
    if count is not None and frame:
        yield f"response: {count} of {frame} ({percent(count, frame, raw.edition.rounding)} %)"
    for dimension, sizes in subgroups.panel_composition(raw.participants, raw.edition).groupby(
        "dimension"
    ):
        names = ", ".join(f"{name}: {n}" for name, n in sizes.droplevel("dimension").items())
        yield f"respondents by {dimension}: {names}"
    people = raw.respondents
    took = people["respondent_id"].isin(raw.participants["respondent_id"])
    if took.all():
        return
    table = took.groupby(people["status"].fillna("")).agg(["sum", "size"])
    for status, (given, listed) in table.iterrows():
        share = percent(int(given), int(listed), raw.edition.rounding)
        yield f"response of those listed, {status or 'all'}: {given} of {listed} ({share} %)"


def _disclosure(raw: Raw) -> Iterator[str]:
    minimum = raw.edition.disclosure_minimum
    for dimension, sizes in subgroups.panel_composition(raw.participants, raw.edition).groupby(
        "dimension"
    ):
        sizes = sizes.droplevel("dimension")
        hidden = disclosure.withheld(sizes, minimum)
        yield from _named(
            f"withheld by {dimension}, for a base under {minimum} or beside one",
            [f"{name} (n = {sizes[name]})" for name in hidden.index[hidden]],
        )
    absent = {status.id for status in raw.edition.statuses} - set(raw.participants["status"])
    yield from _named("statuses of which nobody answered", sorted(absent))
    if raw.edition.size_classes:
        blank = raw.participants.loc[raw.participants["population"].isna(), "respondent_id"]
        yield from _named("respondents without a population, in no size class", blank)


def _questionnaire(raw: Raw, before: Raw | None) -> Iterator[str]:
    table = raw.questionnaire.set_index("affirmation_id")
    sizes = table["theme_id"].value_counts()
    yield from _named("themes of a single affirmation", sizes.index[sizes == 1])
    unused = [theme for theme, tagged in raw.members.items() if not tagged]
    yield from _named("transverse themes that no affirmation belongs to", unused)
    twins = table["label_fr"].map(plain).duplicated(keep=False)
    yield from _named("affirmations of the same wording", table.index[twins])
    follows = table["previous_id"].notna()
    lost = ~follows & table["change"].isin(["identical", "reworded", "scale_changed"])
    yield from _named("affirmations said to continue one, without previous_id", table.index[lost])
    yield from _named(
        "affirmations said to be new, with a previous_id",
        table.index[follows & (table["change"] == "new")],
    )
    if before is None:
        return
    earlier = before.questionnaire.set_index("affirmation_id")["label_fr"].map(plain)
    was = table["previous_id"].map(earlier)
    other = table["change"].eq("identical") & was.notna() & (table["label_fr"].map(plain) != was)
    yield from _named(
        "affirmations said to be identical, worded otherwise before", table.index[other]
    )


def _scale(raw: Raw, before: Raw) -> Iterator[str]:
    now, then = raw.edition, before.edition
    if len(now.scale) != len(then.scale):
        yield f"{len(now.scale)} levels, {len(then.scale)} in {then.id}: compare cuts worded alike"
    yield from _named(
        f"levels of one stage, worded otherwise in {then.id}",
        [
            f"{own.level} {own.label.fr!r}, then {old.label.fr!r}"
            for own, old in reworded(now, then)
        ],
    )
    for setting in ("implementation_from", "rounding"):
        if getattr(now, setting) != getattr(then, setting):
            yield f"{setting} is {getattr(now, setting)}, {getattr(then, setting)} in {then.id}"


def _panels(raw: Raw, before: Raw) -> Iterator[str]:
    statuses = coverage.common_statuses(before, raw)
    if statuses and not coverage.alike(statuses):
        was, now = (of_share(share, raw.edition.rounding) for share in statuses)
        yield (
            f"statuses that both panels have hold {was} % of that of {before.edition.id} and "
            f"{now} % of this one: no verdict on a whole theme"
        )
