"""The sandbox that fills the report: what its texts may use is a closed list, and has its bounds.

Jinja's own sandbox keeps a template from Python; this one also lets it reach nothing but plain
values and the report's facts, by their public names. docs/report.md, "What a text may use", lists
them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps
from itertools import islice
from numbers import Number
from typing import Any

import jinja2
import pandas as pd
from jinja2 import nodes
from jinja2.filters import FILTERS, make_attrgetter
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS
from jinja2.visitor import NodeTransformer

from barolib.report.ledger import Ledger
from barolib.report.records import records
from barolib.report.values import SCALARS, Refused, scalar
from barolib.survey.intake import Raw

#: How Jinja's marks are written: {# starts an identifier in Markdown.
MARKS = {"comment_start_string": "{##", "comment_end_string": "##}"}
#: The longest words and the largest number that a text may make; the work that all may ask for.
LONGEST, _LARGEST, MOST_WORK = 100_000, 10**15, 2_000_000

_LISTS: tuple[type, ...] = (
    dict,
    list,
    tuple,
    set,
    frozenset,
    type({}.keys()),
    type({}.values()),
    type({}.items()),
)
_SIZED: tuple[type, ...] = (*_LISTS, str)
#: Modules whose classes are open by all their public names.
_OPEN = {f"barolib.report.{name}" for name in ("audit_trail", "breakdowns", "evolution", "facts")}
_OPEN |= {"barolib.report.themes", "barolib.survey.edition"}

_TEXT_NODES: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.If,
    nodes.For,
    nodes.Assign,
    nodes.Expr,
)
_TEXT_NODES += (nodes.Pair, nodes.Keyword, nodes.Operand)
#: Statements as a template writes them, where that is not the name of Jinja's class.
_TAGS = {"FromImport": "from", "CallBlock": "call", "FilterBlock": "filter", "AssignBlock": "set"}
_TAGS |= {"For": "recursive", "Scope": "autoescape", "NSRef": "namespace"}
#: The filter through which goes what an expression of the kind makes.
_GUARDS: dict[type[nodes.Node], str] = {
    nodes.Concat: "bounded",
    nodes.List: "flat",
    nodes.Tuple: "flat",
    nodes.Dict: "flat",
}
_TEXT_FILTERS = "abs count d default dictsort first float int items last length list map max min"
_TEXT_FILTERS += " reject rejectattr reverse select selectattr sort sum unique"
_WORD_FILTERS = "capitalize lower title trim upper"
_TEXT_TESTS = "boolean defined divisibleby even false float integer iterable lower mapping none"
_TEXT_TESTS += " number odd sequence string true undefined upper in eq equalto == ne != gt"
_TEXT_TESTS += " greaterthan > ge >= lt lessthan < le <="


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja whose templates reach plain values and the report's facts, and nothing else."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))
    #: Classes that are open by some of their names.
    open_names: Mapping[type, set[str]] = {
        dict: {"get", "items", "keys", "values"},
        str: {"endswith", "lower", "split", "startswith", "strip", "upper"},
        Ledger: {"entries", "sentences"},
        Raw: {"claims", "panel", "questionnaire", "themes"},
        LoopContext: {"first", "index", "index0", "last", "length", "nextitem", "previtem"}
        | {"revindex", "revindex0"},
    }

    def __init__(self, loader: jinja2.BaseLoader, finalize: Callable[[Any], str]) -> None:
        how = {"undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
        super().__init__(loader=loader, finalize=finalize, **how, **MARKS)
        self.globals = {}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What the name gives, a table as its records; raises Refused where it is no fact."""
        return _rows(super().getattr(obj, attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The item, else what the name gives."""
        return _rows(super().getitem(obj, argument))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may use that name of the object, and what it gives."""
        return self._opens(obj, attr) and (isinstance(value, pd.DataFrame) or self._plain(value))

    def unsafe_undefined(self, obj: Any, attribute: str) -> jinja2.Undefined:
        """Raises Refused, with the name; of what nothing defines, what names that."""
        if isinstance(obj, jinja2.Undefined):
            str(obj)
        raise Refused(f"{attribute!r} is not open to a text", attribute)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """The result of an operator; texts are added, anything else is a matter of numbers."""
        numbers = isinstance(left, Number) and isinstance(right, Number)
        words = isinstance(left, str) and isinstance(right, str) and operator == "+"
        if operator == "**" or not (numbers or words):
            kinds = f"{type(left).__name__} {operator} {type(right).__name__}"
            raise Refused(f"the operator {operator} is not open to a text here: {kinds}", operator)
        return _bounded(super().call_binop(context, operator, left, right))

    def _opens(self, obj: Any, name: str) -> bool:
        """Whether a template may use that name of the object."""
        if name.startswith("_"):
            return False
        if classes := _fact_classes(obj):
            return name in getattr(obj, "__dict__", ()) or any(name in vars(c) for c in classes)
        if isinstance(obj, tuple):
            return name in getattr(obj, "_fields", ())
        kinds = [kind for kind in self.open_names if isinstance(obj, kind)]
        return any(name in self.open_names[kind] for kind in kinds)

    def _plain(self, value: Any, depth: int = 4) -> bool:
        """Whether it is a value, facts, a method of theirs, or a list that begins with such."""
        if _is_list(value):
            items = value.values() if isinstance(value, dict) else value
            return depth > 0 and all(self._plain(item, depth - 1) for item in islice(items, 1))
        if inspect.ismethod(value) or inspect.isbuiltin(value):
            return self._opens(value.__self__, value.__name__)
        plain: tuple[type, ...] = (tuple, type(None), type(pd.NA), *SCALARS, *self.open_names)
        return isinstance(value, plain) or bool(_fact_classes(value))


class TextSandbox(Sandbox):
    """The sandbox of the texts: no other file, no macro, a closed list of filters, and bounds."""

    def __init__(
        self, loader: jinja2.BaseLoader, finalize: Callable[[Any], str], filters: Mapping
    ) -> None:
        super().__init__(loader, finalize)
        self._work_left = MOST_WORK
        known = {name: FILTERS[name] for name in _TEXT_FILTERS.split()} | dict(filters)
        known |= {name: partial(_of_words, FILTERS[name]) for name in _WORD_FILTERS.split()}
        known |= {"join": self._joined, "replace": _replaced, "tojson": scalar}
        self.filters = {name: self._counted(function) for name, function in known.items()}
        self.filters |= {"turns": self._turns, "bounded": _bounded, "flat": _flat}
        self.tests = {name: TESTS[name] for name in _TEXT_TESTS.split()}

    def compile(  # type: ignore[override]
        self, source: str, name: str, *how: Any
    ) -> Any:
        """The text, compiled; raises Refused where it holds what no text may."""
        bounded: Any = _Bounding().visit(self.parse(source, name))
        return super().compile(bounded, name, *how)

    def wrap_str_format(self, value: Any) -> None:
        """No text formats another, which may be longer than any."""

    def _spend(self, work: int) -> None:
        """Counts work; raises Refused once the texts ask for more than any report does."""
        self._work_left -= work
        if self._work_left < 0:
            raise Refused("the texts go on for too long: too many turns of loops within loops")

    def _turns(self, values: Iterable) -> list:
        """What a loop goes through, each turn counted."""
        turns = []
        for value in values:
            self._spend(1)
            turns.append(value)
        return turns

    def _counted(self, function: Callable) -> Callable:
        """The filter, whose work is counted by the length of what it is given."""

        @wraps(function)
        def counted(*values: Any, **options: Any) -> Any:
            sized: list[Any] = [value for value in values if isinstance(value, _SIZED)]
            self._spend(1 + sum(map(len, sized)))
            return function(*values, **options)

        return counted

    def _joined(self, values: Iterable, between: str = "", attribute: str | None = None) -> str:
        chosen = values if attribute is None else map(make_attrgetter(self, attribute), values)
        words = [str(scalar(value)) for value in chosen]
        _no_longer(sum(map(len, words)) + len(between) * len(words))
        return str(between).join(words)


def _rows(value: Any) -> Any:
    return records(value) if isinstance(value, pd.DataFrame) else value


def _fact_classes(value: Any) -> list[type]:
    """The classes of an object that are open by all their public names."""
    return [kind for kind in type(value).__mro__ if kind.__module__ in _OPEN]


def _is_list(value: Any) -> bool:
    """Whether it holds other values; a named tuple is a record, and has names for them."""
    return isinstance(value, _LISTS) and not hasattr(value, "_fields")


def _no_longer(length: int) -> None:
    if length > LONGEST:
        raise Refused(f"longer than a text may make: {length:,} signs, over {LONGEST:,}")


def _bounded(value: Any) -> Any:
    """A text or number that an operator made, within bounds."""
    if isinstance(value, str):
        _no_longer(len(value))
    elif abs(value) > _LARGEST:
        raise Refused("a number larger than any figure of a report")
    return value


def _flat(values: Iterable) -> Iterable:
    """A list that is written in a text, of values and not of lists."""
    items = values.values() if isinstance(values, dict) else values
    if any(map(_is_list, items)):
        raise Refused("a list within a list is not open to a text")
    return values


def _of_words(function: Callable, words: Any, *more: Any) -> str:
    if not isinstance(words, str):
        raise Refused(f"a {type(words).__name__} stands where words are meant")
    return function(words, *more)


def _replaced(words: str, old: str, new: str) -> str:
    _no_longer(len(words) + words.count(old) * len(new))
    return words.replace(old, new)


class _Bounding(NodeTransformer):
    """Refuses what no text may hold; has loops counted, and what is made kept within bounds."""

    def visit(self, node: nodes.Node) -> nodes.Node:
        recursive = isinstance(node, nodes.For) and node.recursive
        if recursive or not isinstance(node, _TEXT_NODES) or isinstance(node, nodes.NSRef):
            kind = type(node).__name__
            tag = _TAGS.get(kind, kind.lower())
            raise Refused(f"{tag!r} is not open to a text", tag, _line(node))
        self.generic_visit(node)
        if isinstance(node, nodes.For):
            node.iter = _filtered(node.iter, "turns")
        assigned = getattr(node, "ctx", "load") == "store"
        guard = None if assigned else _GUARDS.get(type(node))
        return _filtered(node, guard) if guard else node


def _line(node: nodes.Node) -> int | None:
    """Where a part of a template stands, which some parts only know from what they hold."""
    return next((part.lineno for part in (node, *node.find_all(nodes.Node)) if part.lineno), None)


def _filtered(node: Any, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)
