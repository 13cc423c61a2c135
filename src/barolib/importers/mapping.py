"""The mapping of an export onto an edition: import.yml, drafted, reviewed, then used."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from barolib.files import atomic_write
from barolib.survey.edition import Strict, read_yaml

NAME = "import.yml"

#: What a value of the mapping says that has yet to be decided.
UNDECIDED = "?"


class Source(Strict):
    """The export that the mapping was drafted for."""

    file: str
    heading_rows: int = 1
    sheet: str | None = None


class Person(Strict):
    """The headings that tell who answered; None where the export has no such column."""

    respondent_id: str | None = None
    name: str | None = None
    status: str | None = None
    population: str | None = None


class Flag(Strict):
    """A column, and the values in it that mean what the key says."""

    column: str
    values: list[str]


class Responses(Strict):
    """Which responses count."""

    submitted: str | None = None
    date_format: str | None = None
    partial: Literal["drop", "keep"] = "drop"
    complete: Flag | None = None
    test: Flag | None = None
    exclude: dict[int, str]


class Mapping(Strict):
    """How an export becomes respondents.csv and answers.csv.

    `answers`: by text what it means, or by affirmation what texts mean there alone.
    """

    to_confirm: list[str]
    export: Source
    person: Person
    responses: Responses
    affirmations: dict[str, str | None]
    answers: dict[str, str | dict[str, str]]
    statuses: dict[str, str]
    populations: dict[str, str] = Field(default_factory=dict)
    respondents: dict[str, str]
    ignored: list[str]


_COMMENTS = {
    "to_confirm": "what was guessed; look at each, then delete its line (an empty list is: [])",
    "export": "the file, and how many of its rows are headings",
    "person": (
        "the headings that tell who answered; null where the export has none.\n"
        "# Once one is set, run the import again: ids and statuses are drafted from it"
    ),
    "responses": (
        "which count. Partial: nothing under `submitted`, or no value of `complete`. Left out: a\n"
        "# value of `test`; a line of the file under `exclude`, with its reason. Of several by\n"
        "# an authority, the latest complete one is kept (date_format: Python's, or ISO8601)."
    ),
    "affirmations": "the heading of each affirmation; null where it was not asked",
    "answers": (
        "what each answer means: a level, NC (not concerned), or '' (no answer); under an\n"
        "# affirmation's id, what answers mean there alone"
    ),
    "statuses": "the status of edition.yml that each text means",
    "populations": "inhabitants, where they were not typed as a whole number",
    "respondents": "the id of each authority, the same in every edition; two names may have one id",
    "ignored": "the headings that are not imported",
}


def read(path: Path) -> Mapping:
    """The mapping in the file; raises StudyError with every fault in it."""
    return read_yaml(path, Mapping)


def write(path: Path, mapping: Mapping, notes: dict[str, str]) -> None:
    """Writes the mapping with comments that say how to review it.

    `notes`: what an affirmation or a level is, said beside it.
    """
    parts = []
    for key, value in mapping.model_dump().items():
        text = yaml.safe_dump({key: value}, allow_unicode=True, sort_keys=False, width=10_000)
        if key == "affirmations":
            text = _noted(text, value, notes)
        if key == "answers":
            text = _noted(text, [*map(str, value.values())], notes)
        parts.append(f"# {key}: {_COMMENTS[key]}\n{text}")
    with atomic_write.writing(path) as aside:
        aside.write_text("\n".join(parts), encoding="utf-8", newline="\n")


def _noted(text: str, subjects: Collection[str], notes: dict[str, str]) -> str:
    """The lines under a key, each with what is noted of its subject beside it."""
    head, *lines = text.splitlines()
    if len(lines) != len(subjects):
        return text  # an answer so long that it takes two lines
    beside = [f"  # {notes[subject]}" if subject in notes else "" for subject in subjects]
    return "\n".join([head, *map("".join, zip(lines, beside, strict=True)), ""])


def summary(mapping: Mapping) -> str:
    """What the mapping holds, and each guess to confirm, for the one who reviews it."""
    known = list(filter(None, mapping.affirmations.values()))
    counted = (
        f"{len(known)} of {len(mapping.affirmations)} affirmations have a heading; "
        f"{len(mapping.respondents)} authorities, {len(mapping.ignored)} headings not imported"
    )
    return "\n".join([counted, *(f"  to confirm: {doubt}" for doubt in mapping.to_confirm)])
