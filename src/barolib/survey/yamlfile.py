"""Settings from a YAML file as a model: every fault with its place, in words for who wrote it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pydantic
import yaml
from pydantic import BaseModel

from barolib.errors import Problem, StudyError, nearest
from barolib.files.characters import named
from barolib.files.textfile import not_utf8

#: How much of a value a problem shows.
_SHOWN = 60


Model = TypeVar("Model", bound=BaseModel)


class InvalidValue(ValueError):
    """A value that a model's own check refuses: what is wrong with it, and the fix."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message, self.fix = message, fix


def read_yaml(path: Path, model: type[Model]) -> Model:
    """What the YAML file holds, as `model`; raises StudyError with every fault in it.

    Numbers and dates are read as they are written ("017" stays so where a text is asked for), and
    letters with accents as one character each.
    """
    return parse(path.name, _text(path), model)


def parse(name: str, text: str, model: type[Model]) -> Model:
    """What a YAML text holds, as `model`; problems name it `name`. As `read_yaml`."""
    content, problems = _content(name, text)
    if not isinstance(content, dict):
        keys = ", ".join([*model.model_fields][:4])
        raise StudyError([*problems, Problem(name, "the file holds no keys", f"give {keys}…")])
    try:
        settings = model.model_validate(content)
    except pydantic.ValidationError as error:
        known = {problem.column for problem in problems}
        faults = [_problem(name, fault, model) for fault in error.errors(include_url=False)]
        problems += [problem for problem in faults if problem.column not in known]
    if problems:
        raise StudyError(problems)
    return settings


# ---------------------------------------------------------------------------------- the file


class _AsWritten(yaml.SafeLoader):
    """YAML whose numbers, dates and booleans stay texts as they are written."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [resolver for resolver in resolvers if resolver[0].endswith(":null")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """The next node; no alias, which could repeat without end, and no tag."""
        event = self.peek_event()
        refused = "alias" if isinstance(event, yaml.AliasEvent) else "tag"
        if refused == "alias" or getattr(event, "tag", None):
            raise yaml.MarkedYAMLError(problem=refused, problem_mark=event.start_mark)
        return super().compose_node(parent, index)


#: What YAML takes for a truth value unless it stands in quotes.
_FLAG = re.compile("yes|no|true|false|on|off", re.IGNORECASE)


def _content(name: str, text: str) -> tuple[object, list[Problem]]:
    """What the file holds, and what its parts are taken for by mistake."""
    try:
        loader = _AsWritten(text)
        node = loader.get_single_node()
        content = loader.construct_document(node) if node else None
        return content, [*_misread(name, node, ())]
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"not valid YAML: it holds {named(text[error.position])}"
        raise StudyError(Problem(name, message, "remove it", str(line))) from None
    except yaml.MarkedYAMLError as error:
        raise StudyError(_syntax_problem(name, text, error)) from None
    except RecursionError:
        message = "not valid YAML: brackets within brackets without end"
        raise StudyError(Problem(name, message, "close each of them")) from None


def _text(path: Path) -> str:
    try:
        return unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise StudyError(Problem(path.name, "the file is missing", f"create {path}")) from None
    except UnicodeDecodeError as error:
        raise StudyError(not_utf8(path.name, error, "save it as UTF-8")) from None


def _misread(name: str, node: yaml.Node | None, place: tuple[str, ...]) -> Iterator[Problem]:
    """Keys that are there twice, and texts that YAML does not take for texts."""
    column = ".".join(place)
    if isinstance(node, yaml.ScalarNode) and node.style is None and _FLAG.fullmatch(node.value):
        message = "without quotes, YAML takes it for true or false, and not for a text"
        yield Problem(name, message, f'put it in quotes: "{node.value}"', "", column, node.value)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _misread(name, item, (*place, str(number)))
    elif isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        for at, (key, value) in enumerate(node.value):
            inner = (*place, str(key.value))
            if key.value in keys[:at]:
                row, column = str(key.start_mark.line + 1), ".".join(inner)
                yield Problem(name, "the key stands twice", "keep one of them", row, column)
            yield from _misread(name, key, inner)
            yield from _misread(name, value, inner)


#: What the parser says, what it means, and the fix.
_SYNTAX = (
    ("^alias", "an alias (*name) is not read", "write in its place what it repeats"),
    ("^tag", "a tag (!name) is not read", "take it out, or put a text in quotes"),
    (r"'\\t' that cannot start", "a tab stands where blanks are asked for", "put blanks there"),
    ("cannot start any token", "a text begins with a sign of YAML", "put the text in quotes"),
    (
        "mapping values are not allowed",
        "a colon stands within a text",
        "put the text in quotes, or indent the line as those above it",
    ),
    ("could not find expected ':'", "a key has no colon", "write it as key: value"),
    ("unexpected end of stream", "a quotation mark is not closed", "close it"),
    ("expected ',' or", "a bracket or a comma is missing", "close what [ or { opens"),
    ("unknown escape", r"a \ stands in a text between double quotes", "use single quotes"),
    ("another document", "the file holds several documents", "take out the line ---"),
    ("unhashable key", "a list stands where a key is asked for", "write a word as the key"),
    (
        "block end|document start",
        "the line does not belong to those above it",
        "indent it as they are, close the quotes of a text",
    ),
)
_OTHERWISE = "the line cannot be read", "write it as key: value, signs of YAML in quotes"
#: Where the fault begins above the line at which the parser gives up.
_BEGINS_ABOVE = ("while scanning a simple key", "while scanning a quoted", "while parsing a flow")


def _syntax_problem(name: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    """What the parser stopped at."""
    meant = (words for pattern, *words in _SYNTAX if re.search(pattern, error.problem or ""))
    message, fix = next(meant, _OTHERWISE)
    mark = error.problem_mark
    if error.context_mark and str(error.context).startswith(_BEGINS_ABOVE):
        mark = error.context_mark
    if mark is None:
        return Problem(name, f"not valid YAML: {message}", fix)
    line = text.split("\n")[mark.line].strip() if mark.line < text.count("\n") + 1 else ""
    return Problem(name, f"not valid YAML: {message}", fix, str(mark.line + 1), "", line[:_SHOWN])


# ---------------------------------------------------------------------------------- its values

#: What is wrong by the kind of fault, and the fix; both may name the bounds of the value.
_FAULTS = {
    "string_type": ("not a text", "write a text"),
    "string_too_short": ("the text is empty", "write it"),
    "list_type": ("not a list", "write it between brackets: [a, b]"),
    "too_short": ("too few items", "give {min_length} or more"),
    "too_long": ("too many items", "give {max_length} or fewer"),
    "greater_than": ("the number is too small", "write a number above {gt}"),
    "greater_than_equal": ("the number is too small", "write a number from {ge} on"),
    "less_than_equal": ("the number is too large", "write a number up to {le}"),
    "literal_error": ("not a word that it may be", "write one of {expected}"),
    "missing": ("the key is missing", "add {key}"),
}
_WHOLE = "not a whole number", "write a whole number, such as 3"
_NUMBER = "not a number", "write a number, such as 0.5"
_FAULTS |= dict.fromkeys(["int_type", "int_parsing", "int_from_float", "int_parsing_size"], _WHOLE)
_FAULTS |= dict.fromkeys(["float_type", "float_parsing", "finite_number"], _NUMBER)
_KEYS = "not keys with their values", "write its keys under it, indented: {keys}"
_FAULTS |= dict.fromkeys(["dict_type", "model_type", "model_attributes_type"], _KEYS)
_OTHER_FAULT = "a value that it cannot have", "see the key in docs/data-dictionary.md"


def _problem(name: str, fault: Mapping[str, Any], model: type[BaseModel]) -> Problem:
    """A fault of the model in plain words."""
    place = fault["loc"]
    where, value = ".".join(map(str, place)), fault.get("input")
    keys = _keys_at(place, model)
    shown = "" if isinstance(value, dict | list) or value is None else str(value)[:_SHOWN]
    if fault["type"] == "extra_forbidden":
        fix = nearest(str(place[-1]), _keys_at(place[:-1], model)) + " or remove it"
        return Problem(name, "unknown key", fix, column=where)
    if value is None:
        return Problem(name, "the value is blank", f"give {where}", column=where)
    unfit = fault.get("ctx", {}).get("error")
    if isinstance(unfit, InvalidValue):
        return Problem(name, unfit.message, unfit.fix, column=where, value=shown)
    given = fault.get("ctx", {}) | {"key": where, "keys": ", ".join(keys) or "key: value"}
    message, fix = (text.format(**given) for text in _FAULTS.get(fault["type"], _OTHER_FAULT))
    shown = "" if fault["type"] == "missing" else shown
    return Problem(name, message, fix, column=where, value=shown)


def _keys_at(loc: tuple, model: type[BaseModel]) -> list[str]:
    """The keys that the model knows at a place of the file."""
    for part in (part for part in loc if isinstance(part, str)):
        field = model.model_fields.get(part)
        models = _models(field.annotation) if field else []
        if not models:
            return []
        model = models[0]
    return list(model.model_fields)


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models(part)]
