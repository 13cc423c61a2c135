"""The ids of authorities: those that they had before, else new ones."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator
from itertools import count

import pandas as pd

from barolib.survey.answers import plain
from barolib.survey.edition import Edition

#: In how many names a word must be to tell nothing of an authority.
COMMON = 4


def known_or_new(
    names: pd.Series, known: pd.DataFrame, edition: Edition, before: dict[str, str]
) -> tuple[dict[str, str], list[str]]:
    """The id of each name that has none yet: that of the same name known before, else a new one.

    A name that is only alike never shares an id unasked: one of two authorities would be lost.
    """
    named = known.dropna(subset="name").drop_duplicates("respondent_id")[::-1]
    ids = dict(zip(named["name"].map(plain), named["respondent_id"], strict=True))
    ids |= {plain(name): id_ for name, id_ in before.items()}
    taken = pd.DataFrame({"respondent_id": [*before.values()], "name": [*before]}, dtype="str")
    given, doubts, fresh = {}, [], new_ids(pd.concat([known, taken]))
    words = _distinctive([*ids, *map(plain, names)], edition)
    alike = {words[text]: text for text in ids}
    for name in dict.fromkeys(name for name in names if name not in before):
        text = plain(name)
        if text not in ids:
            ids[text] = next(fresh)
            near = [other for other in alike if other[0] == words[text][0]]
            doubts += [
                f"respondents: {name}: {ids[text]}, or {ids[alike[other]]} if it is {alike[other]}"
                for other in difflib.get_close_matches(words[text], near, n=1, cutoff=0.84)
            ]
            alike[words[text]] = text
        given[name] = ids[text]
    return given, doubts


def _distinctive(names: list[str], edition: Edition) -> dict[str, str]:
    """Of each name, the words that tell it from others: not short, of a status, or common."""
    labels = " ".join(f"{status.id} {status.label.fr}" for status in edition.statuses)
    legal = {word.rstrip("s") for word in re.findall(r"\w+", plain(labels))}
    words = {name: [w.rstrip("s") for w in re.findall(r"\w{3,}", name)] for name in names}
    words = {name: [w for w in own if w not in legal] for name, own in words.items()}
    times = Counter(word for own in words.values() for word in {*own})
    rare = {name: [w for w in own if times[w] < COMMON] for name, own in words.items()}
    return {name: " ".join(rare[name] or words[name]) or name for name in words}


def new_ids(known: pd.DataFrame) -> Iterator[str]:
    """Ids that nobody has, in the form of those that have a name: R001, R002 and so on."""
    taken, named = set(known["respondent_id"]), known.dropna(subset="name")["respondent_id"]
    parts = named.str.extract(r"^(\D*)(\d+)$").dropna()
    prefix, digits = parts.iloc[-1] if len(parts) else ("R", "000")
    first = 1 + parts[1].map(int).max() if len(parts) else 1
    fresh = (f"{prefix}{number:0{len(digits)}}" for number in count(first))
    return (id_ for id_ in fresh if id_ not in taken)
