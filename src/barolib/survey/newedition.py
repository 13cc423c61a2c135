"""A new edition's folder: an earlier one's settings, themes and questionnaire, left to decide.

What only a person can decide is left blank, and each blank is a fault that `barolib check` names: a
title, the months, where the data come from, and of every affirmation how it compares with before.
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
from barolib.survey.intake import Raw

#: The top of the new edition.yml: blank where nothing is decided.
_HEAD = """\
# The {new} edition. What is blank is to decide; barolib check {new} names it.
# From `scale` on, settings and their comments are those of {old}: read each, keep or change it.
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

#: Settings that describe the old edition alone.
_DECIDED_ANEW = {"id", "title", "fieldwork", "frame_size", "provenance", "panel", "rounding"}


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


def create(
    layout: Layout, new: str, old: str, carry: Callable[[Raw], Carried] | None = None
) -> str:
    """Writes the folder of a new edition, its questionnaire carried over from an earlier one.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    new, old : str
        The ids of the new edition and of the one to begin from.
    carry : function
        What it begins with, given the earlier one; by default the themes and affirmations of that.

    Returns
    -------
    str
        What is to decide next, for the person who asked for it.

    Raises
    ------
    StudyError
        Where the folder is there already, where `new` can't be a folder's name, and with every
        fault of the old edition.
    """
    refuse_name(new)
    folder = layout.raw(new)
    if folder.exists() or ids.alike(new) in map(ids.alike, layout.editions()):
        fix = "choose another name, or remove the folder if nothing in it is needed"
        raise StudyError(Problem(f"data/raw/{new}", "the folder is there already", fix))
    raw = rawstore.stored(layout, old)
    carried = (carry or _carried)(raw)
    settings = (layout.raw(old) / "edition.yml").read_text(encoding="utf-8-sig")
    aside = folder.with_name(f".{new}.new")
    aside.mkdir(parents=True, exist_ok=True)
    text = _HEAD.format(new=new, old=old) + _kept(settings, carried.settings)
    (aside / "edition.yml").write_text(text, encoding="utf-8", newline="\n")
    tables = {"themes.csv": carried.themes, "questionnaire.csv": carried.questionnaire}
    for name, table in (tables | dict(carried.others)).items():
        textfile.write(aside / name, table)
    atomic_write.replace(aside, folder)
    sizes = {"themes": len(carried.themes), "affirmations": len(carried.questionnaire)}
    text = _NEXT.format(folder=_shown(folder), new=new, old=old, origin=carried.origin, **sizes)
    return "\n".join([text, *carried.notes])


def _carried(raw: Raw) -> Carried:
    """The affirmations, each with its own id as previous_id, and `change` left to fill."""
    columns = ["affirmation_id", "theme_id", "position", "label_fr", "label_en", "transverse_ids"]
    table = raw.questionnaire[columns]
    table = table.assign(previous_id=table["affirmation_id"], change="")
    return Carried(raw.themes, table, f"of {raw.edition.id} carried over")


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
