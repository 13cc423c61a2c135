"""What an edition is: its identity, scale, statuses and settings, from edition.yml."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import pydantic
import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from barolib.errors import Problem, StudyError, nearest
from barolib.survey.rounding import Rounding

Origin = Literal["collected", "published", "synthetic"]
Text = Annotated[str, Field(min_length=1)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Strict(BaseModel):
    """Settings of which every key is known, and none changes once read."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, coerce_numbers_to_str=True, allow_inf_nan=False
    )


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
    stage: Text
    label: Label


class Status(Strict):
    """A legal kind of local authority."""

    id: Text
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

    respondents: int = Field(ge=1)
    inhabitants: int | None = None
    by_status: dict[str, int] = {}


class GroupCuts(Strict):
    """The lowest general score of the leaders and of the peloton."""

    leaders: float = 3.5
    peloton: float = 2.5

    @model_validator(mode="after")
    def _leaders_lead(self) -> GroupCuts:
        if self.peloton >= self.leaders:
            raise ValueError("peloton must lie below leaders")
        return self


def _each_once(names: Iterable[str]) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise ValueError(f"{twice[0]} stands twice")


class Edition(Strict):
    """An edition's identity and settings (design of edition.yml in docs/data-dictionary.md)."""

    id: Text
    title: Label
    provenance: Provenance
    scale: list[Level] = Field(min_length=2, max_length=9)
    implementation_from: int
    fieldwork: Fieldwork | None = None
    frame_size: int | None = Field(default=None, ge=1)
    panel: Panel | None = None
    not_concerned: list[Text] = ["NC"]
    statuses: list[Status] = []
    size_classes: list[Annotated[int, Field(ge=1)]] = []
    group_cuts: GroupCuts = GroupCuts()
    specialist_gap: float = Field(default=1.0, gt=0)
    minimum_answered: float = Field(default=0.5, ge=0, le=1)
    disclosure_minimum: int = Field(default=3, ge=1)
    equivalence_pp: float = Field(default=10, gt=0)
    rounding: Rounding = "half_up"
    seed: int = Field(default=0, ge=0)

    @field_validator("scale")
    @classmethod
    def _levels_count_from_one(cls, scale: list[Level]) -> list[Level]:
        if [each.level for each in scale] != list(range(1, len(scale) + 1)):
            raise ValueError("levels must count 1, 2, 3… from the lowest")
        _each_once(each.stage for each in scale)
        return scale

    @field_validator("statuses")
    @classmethod
    def _statuses_differ(cls, statuses: list[Status]) -> list[Status]:
        _each_once(each.id for each in statuses)
        return statuses

    @field_validator("size_classes")
    @classmethod
    def _bounds_rise(cls, bounds: list[int]) -> list[int]:
        if bounds != sorted(set(bounds)):
            raise ValueError("bounds must rise, each once")
        return bounds

    @model_validator(mode="after")
    def _implementation_is_a_level(self) -> Edition:
        if not 2 <= self.implementation_from <= len(self.scale):
            raise ValueError(f"implementation_from must lie between 2 and {len(self.scale)}")
        return self

    @property
    def levels(self) -> list[int]:
        """The levels, lowest first."""
        return [each.level for each in self.scale]

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
        return [each.label.of(lang) for each in self.scale]


class _UniqueKeys(yaml.SafeLoader):
    """YAML in which a key that stands twice is a fault, instead of the last one winning."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:  # noqa: FBT001, FBT002
        keys = [key.value for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                mark = node.value[place][0].start_mark
                raise yaml.MarkedYAMLError(problem=f"{key} stands twice", problem_mark=mark)
        return super().construct_mapping(node, deep)


def read_edition(path: Path) -> Edition:
    """The edition described by the file; raises StudyError with every fault in it."""
    return read_yaml(path, Edition)


Model = TypeVar("Model", bound=BaseModel)


def read_yaml(path: Path, model: type[Model]) -> Model:
    """What the YAML file holds, as `model`; raises StudyError with every fault in it."""
    name = path.name
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeys)
    except FileNotFoundError:
        raise StudyError(Problem(name, "the file is missing", f"create {path}")) from None
    except UnicodeDecodeError as error:
        raise StudyError(
            Problem(name, "the file is not UTF-8", "save it as UTF-8", row=f"byte {error.start}")
        ) from None
    except (yaml.YAMLError, ValueError) as error:  # a date of no calendar
        mark = getattr(error, "problem_mark", None)
        line = str(mark.line + 1) if mark else ""
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise StudyError(
            Problem(name, f"not valid YAML: {what}", "correct the line", row=line)
        ) from None
    if not isinstance(content, dict):
        keys = ", ".join([*model.model_fields][:4])
        raise StudyError(Problem(name, "the file holds no keys", f"give {keys}…"))
    try:
        return model.model_validate(content)
    except pydantic.ValidationError as error:
        faults = error.errors(include_url=False)
        raise StudyError([_problem(name, each, model) for each in faults]) from None


def _problem(name: str, fault: dict, model: type[BaseModel]) -> Problem:
    where = ".".join(str(part) for part in fault["loc"])
    kind, value = fault["type"], fault.get("input")
    shown = "" if isinstance(value, dict | list) or kind == "missing" else str(value)
    message = fault["msg"].removeprefix("Value error, ")
    mend = "correct the value"
    if kind == "missing":
        message, mend = "the key is missing", f"add {where}"
    elif kind == "extra_forbidden":
        message, shown = "unknown key", ""
        mend = nearest(str(fault["loc"][-1]), _keys_at(fault["loc"][:-1], model)) + " or remove it"
    elif value is None:
        message, shown, mend = "the value is blank", "", f"give {where}"
    elif kind == "literal_error":
        mend = f"write one of {fault['ctx']['expected']}"
    return Problem(name, message, mend, column=where, value=shown)


def _keys_at(loc: tuple, model: type[BaseModel]) -> list[str]:
    """The keys that the model knows at a place of the file."""
    for part in (part for part in loc if isinstance(part, str)):
        found = _models(model.model_fields[part].annotation)
        if not found:
            return []
        model = found[0]
    return list(model.model_fields)


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for each in getattr(annotation, "__args__", ()) for m in _models(each)]
