"""A new edition's folder: an earlier one's settings, themes and questionnaire, left to decide.

A first edition has none before it: its questionnaire comes from the survey tool. What only a person
can decide is left blank, and each blank is a fault that `barolib check` names: a title, the months,
where the data come from, and of every affirmation how it compares with before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from barolib.errors import Problem, StudyError
from barolib.files import atomic_write, ids, textfile
from barolib.files.layout import Layout, refuse_name
from barolib.survey import rawstore
from barolib.survey.edition import Level
from barolib.survey.intake import Raw

_THEMES = ("theme_id", "kind", "position", "label_fr", "label_en")
#: The columns of questionnaire.csv that an edition hands on, and those that compare it with before.
AFFIRMATIONS = (
    "affirmation_id",
    "theme_id",
    "position",
    "label_fr",
    "label_en",
    "transverse_ids",
)
COMPARED = ("previous_id", "change")

#: The top of the new edition.yml: blank where nothing is decided.
_HEAD = """\
# The {new} edition. What is blank is to decide; barolib check {new} names it.
{about}
# Every key is described in docs/data-dictionary.md.

id: "{new}"
title:                                # as on the cover of the publication
  fr:
  en:                                 # the French one where blank
fieldwork:                            # first and last month of the survey, such as "2025-03"
  start:
  end:
frame_size: null                      # authorities that could have answered, where known
provenance: {{}}                        # {{answers: collected}}, {{tables: published}} or both
rounding: half_up                     # of counts; half_up_via_tenths for tables printed that way
"""

_OF_OLD = "# From `scale` on, settings and their comments are those of {old}: keep or change each."
_OF_FIRST = "# A first edition: from `scale` on, settings are the usual ones; keep or change each."

#: From `scale` on, what a first edition begins with.
_USUAL = """\
scale:
implementation_from:                  # lowest level that counts as implementation
not_concerned: [NC]                   # codes of an answer that is left out of the base
statuses: []                          # legal kinds of local authority
size_classes: []                      # upper bounds of population, such as [25000, 100000]
minimum_answered: 0.5                 # share of a theme's affirmations for a score to exist
disclosure_minimum: 3                 # smallest subgroup base that may be published
equivalence_pp: 10                    # change, in percentage points, within which nothing changed
seed: 1                               # of every random draw on this edition
"""

#: Settings that describe the old edition alone.
_DECIDED_ANEW = {"id", "title", "fieldwork", "frame_size", "provenance", "panel", "rounding"}
_DECIDED_ANEW |= {"licences"}


def _blank(*columns: str) -> Callable[[], pd.DataFrame]:
    return lambda: pd.DataFrame(columns=[*columns], dtype="str")


@dataclass(frozen=True)
class Before:
    """The edition that a new one begins from; before a first one there is nothing."""

    edition_id: str = ""
    scale: Sequence[Level] = ()
    not_concerned: Sequence[str] = ("NC",)
    themes: pd.DataFrame = field(default_factory=_blank(*_THEMES))
    questionnaire: pd.DataFrame = field(default_factory=_blank(*AFFIRMATIONS))

    @classmethod
    def of(cls, raw: Raw) -> Before:
        """What is carried over of an edition."""
        codes = raw.edition.not_concerned
        return cls(raw.edition.id, raw.edition.scale, codes, raw.themes, raw.questionnaire)


@dataclass(frozen=True)
class Carried:
    """What a new edition begins with: its tables, blocks of edition.yml, other tables by name.

    `origin`: whence they come; `notes`: what the one who made it has to say.
    """

    themes: pd.DataFrame
    questionnaire: pd.DataFrame
    origin: str
    settings: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    notes: Sequence[str] = ()


#: What a consultant decides next, in order.
_NEXT = """\
{folder}: {themes} themes and {affirmations} affirmations {origin}. To decide:
1. edition.yml: title, fieldwork, frame_size, provenance; then look at scale, implementation_from,
   not_concerned, statuses, size_classes, group_cuts, which are those of {old}
2. themes.csv: add, remove, rename
3. questionnaire.csv: the wording; and of every row, change: identical, reworded, scale_changed, or
   new with a blank previous_id (a theme that moved keeps previous_id, and takes its own ids)
4. answers: barolib import FILE --edition {new}
5. barolib check {new} names what is still to decide"""

_NEXT_OF_FIRST = """\
{folder}: {themes} themes and {affirmations} affirmations {origin}. To decide:
1. edition.yml: title, fieldwork, frame_size, provenance, implementation_from; then look at scale,
   not_concerned, statuses, size_classes
2. themes.csv and questionnaire.csv: the wording as it is to be published
3. a report before the survey: provenance: {{answers: synthetic}}, then barolib stand-in {new}
4. answers: barolib import FILE --edition {new}
5. barolib check {new} names what is still to decide"""


def create(
    layout: Layout,
    new: str,
    old: str | None = None,
    carry: Callable[[Before], Carried] | None = None,
) -> str:
    """Writes the folder of a new edition, its questionnaire carried over from an earlier one.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    new, old : str
        The ids of the new edition and of the one to begin from; a first edition has none.
    carry : function
        What it begins with, given the earlier one; by default the themes and affirmations of that.

    Returns
    -------
    str
        What is to decide next, for the person who asked for it.

    Raises
    ------
    StudyError
        Where the folder is there already, where `new` can't be a folder's name, where there is
        nothing to begin from, and with every fault of the old edition.
    """
    refuse_name(new)
    folder = layout.raw(new)
    if folder.exists() or ids.alike(new) in map(ids.alike, layout.editions()):
        fix = "choose another name, or remove the folder if nothing in it is needed"
        raise StudyError(Problem(f"data/raw/{new}", "the folder is there already", fix))
    _refuse_no_beginning(layout, old, carry)
    before = Before.of(rawstore.stored(layout, old)) if old else Before()
    carried = (carry or _carried)(before)
    path = layout.raw(old) / "edition.yml" if old else None
    settings = path.read_text(encoding="utf-8-sig") if path else _USUAL
    about = _OF_OLD.format(old=old) if old else _OF_FIRST
    aside = folder.with_name(f".{new}.new")
    aside.mkdir(parents=True, exist_ok=True)
    text = _HEAD.format(new=new, about=about) + _kept(settings, carried.settings)
    (aside / "edition.yml").write_text(text, encoding="utf-8", newline="\n")
    tables = {"themes.csv": carried.themes, "questionnaire.csv": carried.questionnaire}
    for name, table in (tables | dict(carried.others)).items():
        textfile.write(aside / name, table)
    atomic_write.replace(aside, folder)
    return _described(folder, before, carried)


def _refuse_no_beginning(layout: Layout, old: str | None, carry: Callable | None) -> None:
    """Raises StudyError where nothing tells the questionnaire, or not whether it is the first."""
    editions = layout.editions()
    if not old and editions:
        fix = f"name the edition before, with which it is compared: --from {editions[-1]}"
        raise StudyError(Problem("data/raw", "it has editions already", fix))
    if not old and not carry:
        fix = "give the survey's structure: --structure FILE; or an edition before: --from OLD"
        raise StudyError(Problem("data/raw", "nothing tells what is asked", fix))


def _described(folder: Path, before: Before, carried: Carried) -> str:
    """What is to decide next."""
    next_ = _NEXT if before.edition_id else _NEXT_OF_FIRST
    text = next_.format(
        folder=_shown(folder),
        new=folder.name,
        old=before.edition_id,
        origin=carried.origin,
        themes=len(carried.themes),
        affirmations=len(carried.questionnaire),
    )
    return "\n".join([text, *carried.notes])


def _carried(before: Before) -> Carried:
    """The affirmations, each with its own id as previous_id, and `change` left to fill."""
    table = before.questionnaire[[*AFFIRMATIONS]]
    table = table.assign(previous_id=table["affirmation_id"], change="")
    return Carried(before.themes, table, f"of {before.edition_id} carried over")


def _kept(settings: str, others: Mapping[str, str]) -> str:
    """The top-level blocks of edition.yml that the new edition takes over, comments with them.

    `others`: blocks that stand in the place of those before.
    """
    lines = settings.replace("\r\n", "\n").splitlines(keepends=True)
    blocks: list[tuple[str, list[str]]] = []
    comments: list[str] = []
    for line in lines:
        key = re.match(r"([A-Za-z_]\w*)\s*:", line)
        if key:
            blocks.append((key[1], [*comments, line]))
            comments = []
        elif line.startswith("#") or not line.strip():
            comments.append(line)
        elif blocks:
            blocks[-1][1].extend([*comments, line])
            comments = []
    # The comments at the very top are about the old edition as a whole.
    kept = [others.get(key, text) for key, text in blocks if key not in _DECIDED_ANEW]
    return "".join(line for text in kept for line in text)


def _shown(folder: Path) -> str:
    return "/".join(folder.parts[-3:])
