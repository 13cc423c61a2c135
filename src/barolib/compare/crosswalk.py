"""Which affirmations two editions share word for word, and what else became of the others.

Only the questionnaire's own declaration counts (previous_id and change): likeness of wording
suggests, and never decides. docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

import pandas as pd

from barolib.errors import Problem, StudyError, nearest
from barolib.survey.answers import plain

IDENTICAL = "identical"

#: How alike two wordings must be, 0 to 1, for the pair to be suggested.
ALIKE = 0.6

#: A questionnaire by the name of its edition.
Named = tuple[str, pd.DataFrame]


def links(questionnaires: Sequence[Named]) -> pd.DataFrame:
    """What became of each affirmation of the last questionnaire since the first.

    `questionnaires`: oldest first, neighbours compared by previous_id and change. A row an
    affirmation of the last: affirmation_id, previous_id (its id in the first; missing where new),
    change: identical only if identical at every step, else what the latest step that changed it
    says; new where it cannot be followed to the first. Raises StudyError for every previous_id that
    the edition before does not have, or that two identical affirmations claim.
    """
    refuse_broken(questionnaires)
    last = questionnaires[-1][1]["affirmation_id"]
    table = pd.DataFrame({"affirmation_id": last, "previous_id": last, "change": IDENTICAL})
    for _, questionnaire in reversed(questionnaires[1:]):
        step = questionnaire.set_index("affirmation_id")
        here = table["previous_id"]
        change = here.map(step["change"])
        follows = change.notna() & (change != "new")
        kept = table["change"].where(table["change"] != IDENTICAL, change)
        table = table.assign(
            previous_id=here.map(step["previous_id"]).where(follows),
            change=kept.where(follows, "new"),
        )
    return table.astype("str").reset_index(drop=True)


def identical(questionnaires: Sequence[Named], asked: Iterable[str] | None = None) -> pd.DataFrame:
    """The pairs that may be compared: affirmation_id, previous_id, identical throughout.

    Raises StudyError as `links` does, and for every affirmation `asked` for that is not identical.
    """
    table = links(questionnaires)
    pairs = table.loc[table["change"] == IDENTICAL, ["affirmation_id", "previous_id"]]
    changes = table.set_index("affirmation_id")["change"]
    wrong = [
        each
        for each in dict.fromkeys(() if asked is None else asked)
        if changes.get(each) != IDENTICAL
    ]
    if wrong:
        first, last = questionnaires[0][0], questionnaires[-1][0]
        message = f"no comparison with {first}: the affirmation is not declared identical"
        mend = "compare identical affirmations alone; mark it identical only if its words are"
        raise StudyError(
            Problem(
                f"{last}/questionnaire.csv",
                message,
                mend,
                each,
                "change",
                changes.get(each, "no such affirmation"),
            )
            for each in wrong
        )
    return pairs.reset_index(drop=True)


def chain(questionnaires: Sequence[Named]) -> pd.DataFrame:
    """The affirmations identical throughout: a column an edition, a row an affirmation."""
    pairs = identical(questionnaires).set_index("affirmation_id")
    found = {questionnaires[-1][0]: pairs.index}
    for start in range(len(questionnaires) - 1):
        own = identical(questionnaires[start:]).set_index("affirmation_id")["previous_id"]
        found[questionnaires[start][0]] = own.reindex(pairs.index).to_numpy()
    return pd.DataFrame({name: found[name] for name, _ in questionnaires})


def refuse_broken(questionnaires: Sequence[Named]) -> None:
    """Raises StudyError for every previous_id that leads nowhere, or twice to the same."""
    problems = []
    for (name, before), (own, now) in pairwise(questionnaires):
        file, known = f"{own}/questionnaire.csv", list(before["affirmation_id"])
        named = now[now["previous_id"].notna()]
        problems += [
            Problem(
                file,
                f"{name} has no such affirmation",
                f"{nearest(row.previous_id, known)} Or leave the cell blank and change new",
                row.affirmation_id,
                "previous_id",
                row.previous_id,
            )
            for row in named.itertuples()
            if row.previous_id not in known
        ]
        same = named[(named["change"] == IDENTICAL)]
        problems += [
            Problem(
                file,
                "another affirmation is declared identical to the same one",
                "keep one of them; the other is reworded or new",
                row.affirmation_id,
                "previous_id",
                row.previous_id,
            )
            for row in same[same["previous_id"].duplicated()].itertuples()
        ]
    if problems:
        raise StudyError(problems)


def difference(questionnaires: Sequence[Named]) -> pd.DataFrame:
    """What became of every affirmation of the first and the last questionnaire.

    Columns affirmation_id, previous_id, change (dropped for those of the first that nothing leads
    to), nearest and likeness: of a linked pair how alike the wordings are; of a new or a dropped
    one, the undeclared affirmation of the other edition most like it, if any is (0 to 1).
    """
    table, first, last = links(questionnaires), questionnaires[0][1], questionnaires[-1][1]
    gone = first.loc[~first["affirmation_id"].isin(table["previous_id"]), "affirmation_id"]
    dropped = pd.DataFrame({"previous_id": gone, "change": "dropped"}, dtype="str")
    table = pd.concat([table, dropped], ignore_index=True)
    now, before = (
        each.set_index("affirmation_id")["label_fr"].map(plain) for each in (last, first)
    )
    undeclared = before[gone]
    new = now[table.loc[table["change"] == "new", "affirmation_id"]]
    found = [_likeness(row, (now, before), (new, undeclared)) for row in table.itertuples()]
    more = pd.DataFrame(found, columns=["nearest", "likeness"], index=table.index)
    return table.assign(
        nearest=more["nearest"].astype("str"), likeness=more["likeness"].astype(float)
    )


def _likeness(row, known: tuple[pd.Series, pd.Series], free: tuple[pd.Series, pd.Series]) -> tuple:
    if row.change == "new":
        return _closest(known[0][row.affirmation_id], free[1])
    if row.change == "dropped":
        return _closest(known[1][row.previous_id], free[0])
    return None, _ratio(known[0][row.affirmation_id], known[1][row.previous_id])


def _closest(text: str, others: pd.Series) -> tuple[str | None, float | None]:
    ratios = {each: _ratio(text, other) for each, other in others.items()}
    best = max(ratios, key=ratios.get, default=None)
    return (best, ratios[best]) if best is not None and ratios[best] >= ALIKE else (None, None)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def told(table: pd.DataFrame, against: str) -> list[str]:
    """The table of `difference` as lines for a person, the count of each change first."""
    counts = table["change"].value_counts()
    order = [IDENTICAL, "reworded", "scale_changed", "new", "dropped"]
    lines = [f"against {against}: " + ", ".join(f"{counts.get(each, 0)} {each}" for each in order)]
    for row in table[table["change"] != IDENTICAL].itertuples():
        ids = {"new": row.affirmation_id, "dropped": row.previous_id}
        name = ids.get(row.change) or f"{row.affirmation_id} (was {row.previous_id})"
        hint = (
            ""
            if pd.isna(row.nearest)
            else f"; like {row.nearest} ({row.likeness:.0%}): declare it?"
        )
        lines.append(f"  {row.change:13} {name}{hint}")
    return lines
