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

#: Questionnaires with the name of their edition, oldest first.
Questionnaires = Sequence[tuple[str, pd.DataFrame]]


def links(questionnaires: Questionnaires) -> pd.DataFrame:
    """What became of each affirmation of the last questionnaire since the first.

    Parameters
    ----------
    questionnaires : sequence of (str, DataFrame)
        The name of an edition and its questionnaire, oldest first; neighbours are compared by
        previous_id and change.

    Returns
    -------
    DataFrame
        A row an affirmation of the last: affirmation_id, previous_id (its id in the first; missing
        where new), change: identical only if identical at every step, else what the latest step
        that changed it says; new where it cannot be followed to the first.

    Raises
    ------
    StudyError
        With every previous_id that the edition before does not have, or that two identical
        affirmations claim.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> columns = ["affirmation_id", "previous_id", "change"]
    >>> before = pd.DataFrame([["A1", None, "new"]], columns=columns)
    >>> now = pd.DataFrame([["B1", "A1", "identical"], ["B2", None, "new"]], columns=columns)
    >>> links([("2018", before), ("2021", now)])
      affirmation_id previous_id     change
    0             B1          A1  identical
    1             B2         NaN        new
    """
    ids, change = _followed(questionnaires)
    table = pd.DataFrame({"affirmation_id": ids[-1], "previous_id": ids[0], "change": change})
    return table.astype("str").reset_index(drop=True)


def identical(questionnaires: Questionnaires, asked: Iterable[str] = ()) -> pd.DataFrame:
    """The pairs of affirmations that may be compared.

    Parameters
    ----------
    questionnaires : sequence of (str, DataFrame)
        As for `links`.
    asked : iterable of str, optional
        Affirmations of the last that must be among them.

    Returns
    -------
    DataFrame
        Columns affirmation_id, previous_id; those identical throughout.

    Raises
    ------
    StudyError
        As `links`, and for every affirmation asked for that is not identical.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> columns = ["affirmation_id", "previous_id", "change"]
    >>> before = pd.DataFrame([["A1", None, "new"]], columns=columns)
    >>> now = pd.DataFrame([["B1", "A1", "identical"], ["B2", None, "new"]], columns=columns)
    >>> identical([("2018", before), ("2021", now)]).to_numpy().tolist()
    [['B1', 'A1']]
    """
    table = links(questionnaires)
    changes = table.set_index("affirmation_id")["change"]
    first, last = questionnaires[0][0], questionnaires[-1][0]
    file = f"{last}/questionnaire.csv"
    message = f"no comparison with {first}: the affirmation is not declared identical"
    fix = "compare identical affirmations alone; mark it identical only if its words are"
    problems = [
        Problem(file, message, fix, name, "change", changes.get(name, "no such affirmation"))
        for name in dict.fromkeys(asked)
        if changes.get(name) != IDENTICAL
    ]
    if problems:
        raise StudyError(problems)
    pairs = table[table["change"] == IDENTICAL]
    return pairs[["affirmation_id", "previous_id"]].reset_index(drop=True)


def chain(questionnaires: Questionnaires) -> pd.DataFrame:
    """The affirmations identical throughout.

    Parameters
    ----------
    questionnaires : sequence of (str, DataFrame)
        As for `links`.

    Returns
    -------
    DataFrame
        A column an edition, a row an affirmation: its id there.

    Raises
    ------
    StudyError
        As `links`.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> columns = ["affirmation_id", "previous_id", "change"]
    >>> before = pd.DataFrame([["A1", None, "new"]], columns=columns)
    >>> now = pd.DataFrame([["B1", "A1", "identical"]], columns=columns)
    >>> chain([("2018", before), ("2021", now)]).to_dict("list")
    {'2018': ['A1'], '2021': ['B1']}
    """
    ids, change = _followed(questionnaires)
    same = (change == IDENTICAL).to_numpy()
    names = [name for name, _ in questionnaires]
    return pd.DataFrame({name: column[same] for name, column in zip(names, ids, strict=True)})


def _followed(questionnaires: Questionnaires) -> tuple[list[pd.Series], pd.Series]:
    """The ids of the last questionnaire's affirmations in every edition, and their change."""
    refuse_broken(questionnaires)
    ids = [questionnaires[-1][1]["affirmation_id"]]
    change = pd.Series(IDENTICAL, ids[0].index)
    for _, questionnaire in reversed(questionnaires[1:]):
        declared = questionnaire.set_index("affirmation_id")
        step = ids[0].map(declared["change"])
        follows = step.notna() & (step != "new")
        change = change.where(change != IDENTICAL, step).where(follows, "new")
        ids.insert(0, ids[0].map(declared["previous_id"]).where(follows))
    return ids, change


def refuse_broken(questionnaires: Questionnaires) -> None:
    """Raises StudyError for every previous_id that leads nowhere, or twice to the same."""
    problems = []
    for (name, before), (later, now) in pairwise(questionnaires):
        known = list(before["affirmation_id"])
        linked = now[now["previous_id"].notna()]
        same = linked[linked["change"] == IDENTICAL]
        faults = [
            (
                row,
                f"{name} has no such affirmation",
                f"{nearest(row.previous_id, known)} Or leave the cell blank and change new",
            )
            for row in linked[~linked["previous_id"].isin(known)].itertuples()
        ]
        faults += [
            (
                row,
                "another affirmation is declared identical to the same one",
                "keep one of them; the other is reworded or new",
            )
            for row in same[same["previous_id"].duplicated()].itertuples()
        ]
        file = f"{later}/questionnaire.csv"
        problems += [
            Problem(file, message, fix, row.affirmation_id, "previous_id", row.previous_id)
            for row, message, fix in faults
        ]
    if problems:
        raise StudyError(problems)


def difference(questionnaires: Questionnaires) -> pd.DataFrame:
    """What became of every affirmation of the first and the last questionnaire.

    Parameters
    ----------
    questionnaires : sequence of (str, DataFrame)
        As for `links`, with label_fr.

    Returns
    -------
    DataFrame
        Columns affirmation_id, previous_id, change (dropped for those of the first that nothing
        leads to), nearest and likeness: of a linked pair how alike the wordings are; of a new or a
        dropped one, the undeclared affirmation of the other edition most like it, if any is (0–1).

    Raises
    ------
    StudyError
        As `links`.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> columns = ["affirmation_id", "previous_id", "change", "label_fr"]
    >>> before = pd.DataFrame([["A1", None, "new", "Mesurer"]], columns=columns)
    >>> now = pd.DataFrame([["B1", "A1", "identical", "Mesurer"]], columns=columns)
    >>> difference([("2018", before), ("2021", now)])["likeness"].tolist()
    [1.0]
    """
    first, last = questionnaires[0][1], questionnaires[-1][1]
    table = links(questionnaires)
    dropped = first.loc[~first["affirmation_id"].isin(table["previous_id"]), "affirmation_id"]
    rows = pd.DataFrame({"previous_id": dropped, "change": "dropped"}, dtype="str")
    table = pd.concat([table, rows], ignore_index=True)
    now, before = (
        questionnaire.set_index("affirmation_id")["label_fr"].map(plain)
        for questionnaire in (last, first)
    )
    new = now[table.loc[table["change"] == "new", "affirmation_id"]]
    suggestions = []
    for row in table.itertuples():
        if row.change == "new":
            suggestions.append(_closest(now[row.affirmation_id], before[dropped]))
        elif row.change == "dropped":
            suggestions.append(_closest(before[row.previous_id], new))
        else:
            suggestions.append((None, _ratio(now[row.affirmation_id], before[row.previous_id])))
    nearest_ids = pd.DataFrame(suggestions, columns=["nearest", "likeness"], index=table.index)
    return table.join(nearest_ids.astype({"nearest": "str", "likeness": "float64"}))


def _closest(text: str, others: pd.Series) -> tuple[str | None, float | None]:
    ratios = {name: _ratio(text, other) for name, other in others.items()}
    best = max(ratios, key=lambda name: ratios[name], default=None)
    return (best, ratios[best]) if best and ratios[best] >= ALIKE else (None, None)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def describe(table: pd.DataFrame, against: str) -> list[str]:
    """The table of `difference` as lines for a person.

    Parameters
    ----------
    table : DataFrame
        As from `difference`.
    against : str
        The edition before.

    Returns
    -------
    list of str
        The count of each change, then a line an affirmation that is not identical.

    Examples
    --------
    >>> row = {"affirmation_id": "B1", "previous_id": "A1", "change": "identical"}
    >>> describe(pd.DataFrame([row | {"nearest": None, "likeness": 1.0}]), "2018")
    ['against 2018: 1 identical, 0 reworded, 0 scale_changed, 0 new, 0 dropped']
    """
    counts = table["change"].value_counts()
    order = [IDENTICAL, "reworded", "scale_changed", "new", "dropped"]
    lines = [f"against {against}: " + ", ".join(f"{counts.get(name, 0)} {name}" for name in order)]
    for row in table[table["change"] != IDENTICAL].itertuples():
        ids = {"new": row.affirmation_id, "dropped": row.previous_id}
        name = ids.get(row.change) or f"{row.affirmation_id} (was {row.previous_id})"
        hint = f"; like {row.nearest} ({row.likeness:.0%}): declare it?"
        lines.append(f"  {row.change:13} {name}{'' if pd.isna(row.nearest) else hint}")
    return lines
