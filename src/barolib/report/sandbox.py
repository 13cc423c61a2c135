"""The sandbox that fills the report: what its texts may use is a closed list, and has its bounds.

Jinja's own sandbox keeps a template from Python; this one also lets it reach nothing but plain
values and the report's facts, by their public names. docs/report.md, "What a text may use", lists
them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps
from numbers import Number

import jinja2
import pandas as pd
from jinja2 import nodes
from jinja2.filters import FILTERS, make_attrgetter
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS
from jinja2.visitor import NodeTransformer

from barolib.report.ledger import Ledger
from barolib.report.values import SCALARS, Refused, scalar
from barolib.survey.intake import Raw

#: How Jinja's marks are written: {# starts an identifier in Markdown.
MARKS = {"comment_start_string": "{##", "comment_end_string": "##}"}
#: The longest words and the largest number that a text may make; the work that all may ask for.
LONGEST, _LARGEST, MOST_WORK = 100_000, 10**15, 2_000_000

_LISTS = (dict, list, tuple, set, frozenset, type({}.keys()), type({}.values()), type({}.items()))
#: Classes that are open by some of their names; those of _OPEN by all that are public.
_NAMES: dict[type, set[str]] = {
    dict: {"get", "items", "keys", "values"},
    str: {"endswith", "format", "lower", "split", "startswith", "strip", "upper"},
    Ledger: {"entries", "sentences"},
    Raw: {"claims", "panel", "questionnaire", "themes"},
    LoopContext: {"first", "index", "index0", "last", "length", "nextitem", "previtem"}
    | {"revindex", "revindex0"},
}
_OPEN = {f"barolib.report.{name}" for name in ("breakdowns", "evolution", "facts", "proofs")}
_OPEN |= {"barolib.report.subjects", "barolib.survey.edition"}

_TEXT_NODES = (nodes.Template, nodes.Output, nodes.If, nodes.For, nodes.Assign, nodes.Expr)
_TEXT_NODES += (nodes.Pair, nodes.Keyword, nodes.Operand)
#: Statements as a template writes them, where that is not the name of Jinja's class.
_TAGS = {"FromImport": "from", "CallBlock": "call", "FilterBlock": "filter", "AssignBlock": "set"}
_TAGS |= {"For": "recursive", "Scope": "autoescape", "NSRef": "namespace"}
_TEXT_FILTERS = "abs count d default dictsort first float int items last length list map max min"
_TEXT_FILTERS += " reject rejectattr reverse select selectattr sort sum unique"
_WORD_FILTERS = "capitalize lower title trim upper"
_TEXT_TESTS = "boolean defined divisibleby even false float integer iterable lower mapping none"
_TEXT_TESTS += " number odd sequence string true undefined upper in eq equalto == ne != gt"
_TEXT_TESTS += " greaterthan > ge >= lt lessthan < le <="


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja whose templates reach plain values and the report's facts, and nothing else."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))
    open_names = _NAMES

    def __init__(self, loader: jinja2.BaseLoader, finalize: Callable[[object], str]) -> None:
        how = {"undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
        super().__init__(loader=loader, finalize=finalize, **how, **MARKS)
        self.globals = {}
        self._names: dict[type, tuple[set[str], bool]] = {}

    def getattr(self, obj: object, attribute: str) -> object:
        """What the name gives; raises Refused where it is no fact."""
        if isinstance(obj, jinja2.Undefined):
            obj._fail_with_undefined_error()
        if self._opens(obj, attribute):
            return self._shown(attribute, getattr(obj, attribute))
        if isinstance(obj, Mapping) and attribute in obj:
            return self._shown(attribute, obj[attribute])
        if attribute.startswith("_") or attribute in dir(obj):
            raise Refused(f"{attribute!r} is not open to a text", attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: object, argument: object) -> object:
        """The item, else what the name gives."""
        if isinstance(obj, (*_LISTS, str)):
            try:
                return self._shown(str(argument), obj[argument])
            except (AttributeError, TypeError, LookupError):
                pass
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: object, operator: str, left: object, right: object) -> object:
        """The result of an operator; texts are added, anything else is a matter of numbers."""
        numbers = isinstance(left, Number) and isinstance(right, Number)
        words = isinstance(left, str) and isinstance(right, str) and operator == "+"
        if operator == "**" or not (numbers or words):
            kinds = f"{type(left).__name__} {operator} {type(right).__name__}"
            raise Refused(f"the operator {operator} is not open to a text here: {kinds}", operator)
        return _bounded(super().call_binop(context, operator, left, right))

    def _opens(self, obj: object, name: str) -> bool:
        if name.startswith("_"):
            return False
        if (kind := type(obj)) not in self._names:
            self._names[kind] = self._names_of(kind)
        names, facts = self._names[kind]
        return name in names or (facts and name in getattr(obj, "__dict__", ()))

    def _names_of(self, kind: type) -> tuple[set[str], bool]:
        """The names that a class opens, and whether it is one of facts, which opens its fields."""
        for known, names in self.open_names.items():
            if issubclass(kind, known) and kind.__module__ not in _OPEN:
                return names, False
        classes = [part for part in kind.__mro__ if part.__module__ in _OPEN]
        return {name for part in classes for name in vars(part)}, bool(classes)

    def _shown(self, name: str, value: object) -> object:
        """The value, a table as its rows; raises Refused where it is more than plain values."""
        if isinstance(value, pd.DataFrame):
            plain = value.astype("object")
            return plain.where(plain.notna(), None).to_dict("records")
        if not self._plain(value):
            raise Refused(f"{name!r} is not open to a text", name)
        return value

    def _plain(self, value: object, depth: int = 4) -> bool:
        """Whether it is a value, facts, a method of theirs, or a list that begins with such."""
        if isinstance(value, _LISTS) and type(value).__module__ not in _OPEN:
            items = value.values() if isinstance(value, dict) else value
            return depth > 0 and all(self._plain(item, depth - 1) for item in [*items][:1])
        if value is None or value is pd.NA or isinstance(value, SCALARS):
            return True
        if inspect.ismethod(value) or inspect.isbuiltin(value):
            return self._opens(value.__self__, value.__name__)
        names, facts = self._names_of(type(value))
        return bool(names or facts)


class Closed(Sandbox):
    """The sandbox of the texts: no other file, no macro, a closed list of filters, and bounds."""

    open_names = _NAMES | {str: _NAMES[str] - {"format"}}

    def __init__(
        self, loader: jinja2.BaseLoader, finalize: Callable[[object], str], filters: Mapping
    ) -> None:
        super().__init__(loader, finalize)
        self._work_left = MOST_WORK
        known = {name: FILTERS[name] for name in _TEXT_FILTERS.split()} | dict(filters)
        known |= {name: partial(_of_words, FILTERS[name]) for name in _WORD_FILTERS.split()}
        known |= {"join": self._joined, "replace": _replaced, "tojson": scalar}
        self.filters = {name: self._counted(function) for name, function in known.items()}
        self.filters |= {"turns": self._turns, "bounded": _bounded, "flat": _flat}
        self.tests = {name: TESTS[name] for name in _TEXT_TESTS.split()}

    def compile(self, tree: nodes.Template, name: str, *how: object) -> object:
        """The template that was parsed; raises Refused where it holds what no text may."""
        return super().compile(_Bounding().visit(tree), name, *how)

    def spend(self, amount: int) -> None:
        """Counts work; raises Refused once the texts ask for more than any report does."""
        self._work_left -= amount
        if self._work_left < 0:
            raise Refused("the texts go on for too long: too many turns of loops within loops")

    def _turns(self, values: Iterable) -> list:
        """What a loop goes through, each turn counted."""
        turns = []
        for value in values:
            self.spend(1)
            turns.append(value)
        return turns

    def _counted(self, function: Callable) -> Callable:
        """The filter, whose work is counted by the length of what it is given."""

        @wraps(function)
        def counted(*values: object, **options: object) -> object:
            self.spend(1 + sum(len(value) for value in values if isinstance(value, (*_LISTS, str))))
            return function(*values, **options)

        return counted

    def _joined(self, values: Iterable, between: str = "", attribute: str | None = None) -> str:
        chosen = values if attribute is None else map(make_attrgetter(self, attribute), values)
        words = [str(scalar(value)) for value in chosen]
        _no_longer(sum(map(len, words)) + len(between) * len(words))
        return str(between).join(words)


def _no_longer(length: int) -> None:
    if length > LONGEST:
        raise Refused(f"longer than a text may make: {length:,} signs, over {LONGEST:,}")


def _bounded(value: object) -> object:
    """A text or number that an operator made, within bounds."""
    if isinstance(value, str):
        _no_longer(len(value))
    elif abs(value) > _LARGEST:
        raise Refused("a number larger than any figure of a report")
    return value


def _flat(values: Iterable) -> Iterable:
    """A list that is written in a text, of values and not of lists."""
    items = values.values() if isinstance(values, dict) else values
    if any(isinstance(item, _LISTS) and type(item).__module__ not in _OPEN for item in items):
        raise Refused("a list within a list is not open to a text")
    return values


def _of_words(function: Callable, words: object, *more: object) -> str:
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
        return super().visit(node)

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.iter = _filtered(node.iter, "turns")
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        return _filtered(self.generic_visit(node), "bounded")

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        constant = all(isinstance(item, nodes.Const) for item in node.items)
        return node if constant else _filtered(self.generic_visit(node), "flat")

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        return node if node.ctx == "store" else self.visit_List(node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        return _filtered(self.generic_visit(node), "flat")


def _line(node: nodes.Node) -> int | None:
    """Where a part of a template stands, which some parts only know from what they hold."""
    return next((part.lineno for part in (node, *node.find_all(nodes.Node)) if part.lineno), None)


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)
