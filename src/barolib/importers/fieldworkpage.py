"""The page on a survey while it runs, for those who run it alone: it names authorities."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jinja2

from barolib.errors import StudyError
from barolib.files import atomic_write
from barolib.files.layout import Layout
from barolib.i18n.wording import Language
from barolib.importers import fieldwork, importing
from barolib.importers.fieldwork import Standing
from barolib.importers.mapping import Mapping

#: The page, in the folder of the fieldwork.
NAME = "fieldwork.html"
_DIMENSIONS = {"status": "statuses", "size_class": "size_classes"}


def publish(
    layout: Layout, edition_id: str, file: Path, used: Mapping, language: Language
) -> tuple[Path, str]:
    """Writes the page of the fieldwork; returns its path, and how the survey stands in a line.

    Raises StudyError where the import would: respondents of a dry run are nobody's list.
    """
    given = importing.sources(layout, edition_id, file, used)
    if problems := importing.guarded(layout.raw(edition_id), given.edition):
        raise StudyError(problems)
    stand = fieldwork.standing(given, used)
    bases = [n for n in dict.fromkeys((len(stand.answered), stand.asked)) if n]
    fields = {"file": file.name, "stand": stand, "t": language.term("fieldwork")}
    fields |= {"language": language, "tables": list(tables(stand, language)), "refused": ""}
    fields |= {"missing": _missing(stand, language), "bases": bases}
    fields["kept"] = used.responses.partial == "keep"
    try:
        fields["rises"] = fieldwork.detectable_rises(layout, given, bases)
    except StudyError as error:
        fields |= {"rises": None, "refused": str(error.problems[0])}
    loader = jinja2.PackageLoader("barolib.importers", ".")
    pages = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    path = layout.fieldwork(edition_id) / NAME
    with atomic_write.writing(path) as aside:
        aside.write_text(pages.get_template(NAME).render(fields), encoding="utf-8", newline="\n")
    parts = {"missing": stand.missing, "only begun": stand.partial, "twice": stand.doubles}
    counts = [f"{what} {len(found)}" for what, found in parts.items()]
    of_all = f" of {stand.asked}" if stand.asked else ""
    counts = [f"answered {len(stand.answered)}{of_all}", *counts]
    return path, f"authorities: {', '.join([*counts, f'not in the list {len(stand.strangers)}'])}"


def tables(stand: Standing, language: Language) -> Iterator[tuple[str, list[tuple]]]:
    """By status and size class: of each, its label, how many were asked, and answered."""
    words = language.term("fieldwork")
    asked = stand.authorities[stand.authorities["asked"]]
    for dimension, setting in _DIMENSIONS.items():
        if not getattr(stand.edition, setting):
            continue
        labels = language.subgroup_labels(stand.edition, dimension) | {"": words["not_given"]}
        counts = [table[dimension].fillna("").value_counts() for table in (asked, stand.answered)]
        rows = [(label, *(int(n.get(key, 0)) for n in counts)) for key, label in labels.items()]
        rows = [row for row in rows if any(row[1:]) or row[0] != words["not_given"]]
        total = words["all"], len(asked), len(stand.answered)
        yield dimension, [*rows, total]


def _missing(stand: Standing, language: Language) -> dict[str, list[str]]:
    """The names of those missing, by the label of their status."""
    labels = language.subgroup_labels(stand.edition, "status")
    labels |= {"": language.term("fieldwork")["not_given"]}
    table = stand.missing
    status = table["status"].fillna("")
    named = {label: fieldwork.names(table[status == key]) for key, label in labels.items()}
    return {label: found for label, found in named.items() if found}
