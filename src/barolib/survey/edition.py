"""What an edition is: its identity, scale, statuses and settings, from edition.yml."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from barolib.errors import Problem, StudyError, nearest
from barolib.files import ids
from barolib.survey.rounding import Rounding
from barolib.survey.yamlfile import InvalidValue, read_yaml

#: More inhabitants, or authorities, than any survey of them is about.
INHABITANTS, AUTHORITIES = 10**9, 10**5

Origin = Literal["collected", "published", "synthetic"]
Engine = Literal["auto", "quarto", "embedded"]
Text = Annotated[str, Field(min_length=1)]


def _refused(fault_of: Callable[[str], tuple[str, str] | None]) -> AfterValidator:
    """A validator that refuses what has a fault, given as message and fix."""

    def check(text: str) -> str:
        if fault := fault_of(text):
            raise InvalidValue(*fault)
        return text

    return AfterValidator(check)


def _month_fault(text: str) -> tuple[str, str] | None:
    if re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", text):
        return None
    return "not a month", 'write the year and the month, such as "2020-11"'


def _licence_fault(text: str) -> tuple[str, str] | None:
    try:
        if text == canonicalize_license_expression(text):
            return None
    except InvalidLicenseExpression:
        pass
    return "not a licence of the SPDX list", "write its identifier there, such as CC-BY-4.0"


Id = Annotated[str, _refused(ids.fault)]
Licence = Annotated[str, _refused(_licence_fault)]
Month = Annotated[str, _refused(_month_fault)]


class Strict(BaseModel):
    """Settings of which every key is known, and none changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Label(Strict):
    """A text in both languages of the publication; English falls back on French."""

    fr: Text
    en: Text | None = None

    def of(self, lang: str) -> str:
        """The text in `lang`."""
        return self.fr if lang == "fr" or self.en is None else self.en


class Level(Strict):
    """One level of the maturity scale."""

    level: int
    stage: Id
    label: Label


class Status(Strict):
    """A legal kind of local authority."""

    id: Id
    label: Label


class Fieldwork(Strict):
    """The months in which answers were collected."""

    start: Month
    end: Month


class Provenance(Strict):
    """Where an edition's answers and tables come from."""

    answers: Origin | None = None
    tables: Origin | None = None


class Panel(Strict):
    """The published make-up of the panel, used where respondents.csv is absent."""

    respondents: int = Field(ge=1, le=AUTHORITIES)
    inhabitants: int | None = Field(default=None, ge=0, le=INHABITANTS)
    by_status: dict[str, Annotated[int, Field(ge=0)]] = {}


class GroupCuts(Strict):
    """The lowest general score of the leaders and of the peloton."""

    leaders: float = 3.5
    peloton: float = 2.5


class ReportSettings(Strict):
    """What the published report holds, by default every chapter; and who renders it."""

    chapters: list[Text] = []
    engine: Engine = "auto"

    @field_validator("chapters")
    @classmethod
    def _begin_with_the_first_page(cls, chapters: list[str]) -> list[str]:
        if chapters and chapters[0] != "index":
            raise InvalidValue("the first page is not the first chapter", "begin with index")
        _refuse_twins(chapters)
        return chapters


def _refuse_twins(names: list[str]) -> None:
    """Raises InvalidValue for names that are one another's, case left aside."""
    times = Counter(map(ids.alike, names))
    twice = dict.fromkeys(name for name in names if times[ids.alike(name)] > 1)
    if twice:
        message = f"{' and '.join(twice)} stands twice"
        raise InvalidValue(message, "give each another, and not by its case alone")


class Licences(Strict):
    """Under which licence what an archive holds may be passed on; raw files only where one is."""

    tables: Licence | None = None
    raw: Licence | None = None


class Edition(Strict):
    """An edition's identity and settings (design of edition.yml in docs/data-dictionary.md)."""

    id: Annotated[str, _refused(ids.edition_fault)]
    title: Label
    provenance: Provenance
    scale: list[Level] = Field(min_length=2, max_length=9)
    implementation_from: int
    fieldwork: Fieldwork | None = None
    frame_size: int | None = Field(default=None, ge=1, le=AUTHORITIES)
    panel: Panel | None = None
    not_concerned: list[Text] = ["NC"]
    statuses: list[Status] = []
    size_classes: list[Annotated[int, Field(ge=1, le=INHABITANTS)]] = []
    group_cuts: GroupCuts = GroupCuts()
    specialist_gap: float = Field(default=1.0, gt=0)
    minimum_answered: float = Field(default=0.5, ge=0, le=1)
    disclosure_minimum: int = Field(default=3, ge=2, le=AUTHORITIES)
    equivalence_pp: float = Field(default=10, gt=0, le=100)
    rounding: Rounding = "half_up"
    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    report: ReportSettings = ReportSettings()
    licences: Licences = Licences()

    @field_validator("scale")
    @classmethod
    def _levels_count_from_one(cls, scale: list[Level]) -> list[Level]:
        if [level.level for level in scale] != list(range(1, len(scale) + 1)):
            raise InvalidValue("levels must count from the lowest", "write 1, 2, 3…, lowest first")
        _refuse_twins([level.stage for level in scale])
        return scale

    @field_validator("statuses")
    @classmethod
    def _statuses_differ(cls, statuses: list[Status]) -> list[Status]:
        _refuse_twins([status.id for status in statuses])
        return statuses

    @field_validator("size_classes")
    @classmethod
    def _bounds_rise(cls, bounds: list[int]) -> list[int]:
        if bounds != sorted(set(bounds)):
            raise InvalidValue("bounds must rise, each once", "write the smallest first")
        return bounds

    @property
    def levels(self) -> list[int]:
        """The levels, lowest first."""
        return [level.level for level in self.scale]

    @property
    def implementation(self) -> list[int]:
        """The levels that count as implementation."""
        return self.levels[self.implementation_from - 1 :]

    @property
    def percent_columns(self) -> list[str]:
        """The columns p1…pK of a printed distribution."""
        return [f"p{level}" for level in self.levels]

    @property
    def count_columns(self) -> list[str]:
        """The columns n1…nK of a reconstruction."""
        return [f"n{level}" for level in self.levels]

    def level_labels(self, lang: str) -> list[str]:
        """The names of the levels in `lang`, lowest first."""
        return [level.label.of(lang) for level in self.scale]


def read_edition(path: Path) -> Edition:
    """The settings of an edition.

    Parameters
    ----------
    path : Path
        An edition.yml (docs/data-dictionary.md describes its keys).

    Raises
    ------
    StudyError
        With every fault of the file: unknown and missing keys, values that a key cannot have, and
        settings that rule each other out.
    """
    edition, problems = parse(path)
    if problems:
        raise StudyError(problems)
    return edition


def parse(path: Path) -> tuple[Edition, list[Problem]]:
    """The edition described by the file, and what in it cannot be together.

    Raises StudyError with every fault of its keys and values.
    """
    edition = read_yaml(path, Edition)
    if "group_cuts" not in edition.model_fields_set:
        edition = edition.model_copy(update={"group_cuts": _usual_cuts(len(edition.scale))})
    return edition, inconsistencies(edition)


def _usual_cuts(levels: int) -> GroupCuts:
    """The default cuts; on a scale too short for them, those as far up it as on a scale of six."""
    usual = GroupCuts()
    if usual.leaders <= levels:
        return usual
    return GroupCuts(leaders=1 + 0.5 * (levels - 1), peloton=1 + 0.3 * (levels - 1))


def inconsistencies(edition: Edition) -> list[Problem]:
    """A problem for each setting that another one, or the scale, rules out."""
    checks = (_scale, _cuts, _fieldwork, _panel)
    return [
        Problem("edition.yml", message, fix, column=key, value=str(value))
        for check in checks
        for key, value, message, fix in check(edition)
    ]


Fault = tuple[str, object, str, str]  # key, value, message, fix


def _scale(edition: Edition) -> Iterator[Fault]:
    start, top = edition.implementation_from, len(edition.scale)
    if not 2 <= start <= top:
        message = f"implementation must begin at a level between 2 and {top}"
        yield "implementation_from", start, message, "write one of these levels"
    if edition.specialist_gap > top - 1:
        fix = f"write {top - 1} or less"
        yield "specialist_gap", edition.specialist_gap, "wider than the scale", fix


def _cuts(edition: Edition) -> Iterator[Fault]:
    cuts, top = edition.group_cuts, len(edition.scale)
    for name, cut in (("leaders", cuts.leaders), ("peloton", cuts.peloton)):
        if not 1 <= cut <= top:
            fix = f"write a score between 1 and {top}, the ends of the scale"
            yield f"group_cuts.{name}", cut, "outside the scale", fix
    if cuts.peloton >= cuts.leaders:
        fix = "write a lower one for the peloton"
        yield "group_cuts", "", "the peloton begins where the leaders do, or above", fix


def _fieldwork(edition: Edition) -> Iterator[Fault]:
    months = edition.fieldwork
    if months and months.end < months.start:
        fix = "write the first month as start, the last as end"
        yield "fieldwork.end", months.end, f"it ends before it starts, in {months.start}", fix


def _panel(edition: Edition) -> Iterator[Fault]:
    panel, known = edition.panel, [status.id for status in edition.statuses]
    if not panel:
        return
    if edition.frame_size and edition.frame_size < panel.respondents:
        message = f"fewer than the {panel.respondents} who answered (panel.respondents)"
        fix = "write how many could have answered; null where that is not known"
        yield "frame_size", edition.frame_size, message, fix
    for status in panel.by_status:
        if status not in known:
            yield f"panel.by_status.{status}", "", "not among statuses", nearest(status, known)
    total = sum(panel.by_status.values())
    if total > panel.respondents:
        message = f"more than the {panel.respondents} who answered (panel.respondents)"
        yield "panel.by_status", total, message, "correct one of them"
