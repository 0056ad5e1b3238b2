"""As much of json-formula as the rubrics of the C2PA conformance programme are written in.

A formula is parsed into functions from the node at hand to a value. What projects (`[]`, `[?…]`)
gives a list, and what follows it up to the next `|`, operator or bracket is done to each member.

Source: https://opensource.adobe.com/json-formula/ (1.0), which extends JMESPath.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Node = Callable[[Any], Any]

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<literal>`(?:[^`\\]|\\.)*`) | (?P<string>"(?:[^"\\]|\\.)*") | (?P<quoted>'(?:[^'\\]|\\.)*')
    | (?P<number>\d+(?:\.\d+)?) | (?P<name>[$A-Za-z_][\w]*)
    | (?P<sign>\[\?|\[\]|\|\||&&|==|!=|<=|>=|[][(){}.,:|!<>@*])
    )""",
    re.VERBOSE,
)
_BINDING = {"|": 1, "||": 2, "&&": 3, "==": 5, "!=": 5, "<": 5, "<=": 5, ">": 5, ">=": 5, "*": 7}
_FLATTEN, _FILTER, _DOT, _NOT, _INDEX = 9, 21, 40, 45, 55
_PROJECTION_STOP = 10


@dataclass
class Formulas:
    """Formulas that share variables (`$name`) and functions (`_name`)."""

    variables: Mapping[str, Any]
    functions: Mapping[str, str]
    _parsed: dict[str, Node] = field(default_factory=dict)
    _root: Any = None
    _arguments: list[list[Any]] = field(default_factory=list)

    def evaluate(self, text: str, document: Any) -> Any:
        """Return what a formula says of a document."""
        self._root = document
        return self.parsed(text)(document)

    def parsed(self, text: str) -> Node:
        if text not in self._parsed:
            self._parsed[text] = _Parser(self, text).parse()
        return self._parsed[text]

    def variable(self, name: str) -> Any:
        return self._arguments[-1] if name == "$args" else self.variables[name]

    def call(self, name: str, arguments: list[Any]) -> Any:
        if name not in self.functions:
            return _FUNCTIONS[name](*arguments)
        self._arguments.append(arguments)
        try:
            return self.parsed(self.functions[name])(self._root)
        finally:
            self._arguments.pop()


def _length(value: Any) -> int:
    return 0 if value is None else len(value)


def _contains(within: Any, value: Any) -> bool:
    return (
        False if within is None or (isinstance(within, str) and value is None) else value in within
    )


def _type(value: Any) -> str:
    names = {bool: "boolean", str: "string", list: "array", dict: "object", type(None): "null"}
    return names.get(type(value), "number")


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "contains": _contains,
    "endsWith": lambda text, end: isinstance(text, str) and text.endswith(end),
    "keys": lambda value: list(value or {}),
    "length": _length,
    "notNull": lambda *values: next((one for one in values if one is not None), None),
    "split": lambda text, by: text.split(by),
    "startsWith": lambda text, start: isinstance(text, str) and text.startswith(start),
    "type": _type,
    "values": lambda value: list((value or {}).values()),
}


class _Parser:
    """Top down, by binding power, as JMESPath's is."""

    def __init__(self, formulas: Formulas, text: str) -> None:
        self._formulas = formulas
        self._tokens: list[tuple[str, str]] = []
        at, text = 0, text.strip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            assert found is not None, f"cannot read {text[at:]!r}"
            assert found.lastgroup is not None
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self._at = 0

    def parse(self) -> Node:
        node = self._expression(0)
        assert self._at == len(self._tokens), f"{self._tokens[self._at]} follows"
        return node

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self, wanted: str | None = None) -> tuple[str, str]:
        token = self._peek()
        assert wanted is None or token[1] == wanted, f"{token} instead of {wanted}"
        self._at += 1
        return token

    def _power(self) -> int:
        kind, text = self._peek()
        if kind != "sign":
            return 0
        special = {"[]": _FLATTEN, "[?": _FILTER, ".": _DOT, "[": _INDEX}
        return special.get(text) or _BINDING.get(text, 0)

    def _expression(self, power: int) -> Node:
        left = self._first()
        while power < self._power():
            left = self._next(left)
        return left

    def _first(self) -> Node:
        kind, text = self._take()
        if kind == "sign":
            return self._opening(text)
        if kind == "name":
            return self._named(text)
        if kind == "quoted":
            return _field(text[1:-1])
        return _constant(json.loads(text.strip("`")))

    def _opening(self, sign: str) -> Node:
        openings: dict[str, Callable[[], Node]] = {
            "@": lambda: _itself,
            "!": self._negation,
            "(": self._group,
            "{": self._object,
            "[]": lambda: self._flattened(_itself),
            "[?": lambda: self._filtered(_itself),
            "[": lambda: self._indexed(_itself) if self._peek()[0] == "number" else self._members(),
        }
        return openings[sign]()

    def _negation(self) -> Node:
        operand = self._expression(_NOT)
        return lambda node: not operand(node)

    def _group(self) -> Node:
        inner = self._expression(0)
        self._take(")")
        return inner

    def _members(self) -> Node:
        members = self._list("]")
        return lambda node: [member(node) for member in members]

    def _named(self, name: str) -> Node:
        formulas = self._formulas
        if self._peek()[1] != "(":
            return (lambda _: formulas.variable(name)) if name.startswith("$") else _field(name)
        self._take("(")
        arguments = self._list(")")
        if name == "if":
            condition, then, otherwise = arguments
            return lambda node: then(node) if condition(node) else otherwise(node)
        return lambda node: formulas.call(name, [argument(node) for argument in arguments])

    def _next(self, left: Node) -> Node:
        text = self._take()[1]
        suffixes = {"[]": self._flattened, "[?": self._filtered, "[": self._indexed}
        if text in suffixes:
            return suffixes[text](left)
        if text == ".":
            right = self._expression(_DOT)
            return lambda node: None if (value := left(node)) is None else right(value)
        right = self._expression(_BINDING[text])
        operators: dict[str, Node] = {
            "|": lambda node: right(left(node)),
            "||": lambda node: left(node) or right(node),
            "&&": lambda node: left(node) and right(node),
        }
        return operators.get(text) or (lambda node: _compare(text, left(node), right(node)))

    def _indexed(self, left: Node) -> Node:
        index = int(self._take()[1])
        self._take("]")
        return lambda node: _at(left(node), index)

    def _flattened(self, left: Node) -> Node:
        def flat(node: Any) -> list[Any]:
            found = left(node)
            members = found if isinstance(found, list) else []
            return [each for one in members for each in (one if isinstance(one, list) else [one])]

        return self._projected(flat)

    def _filtered(self, left: Node) -> Node:
        condition = self._expression(0)
        self._take("]")

        def kept(node: Any) -> list[Any]:
            found = left(node)
            return [one for one in found if condition(one)] if isinstance(found, list) else []

        return self._projected(kept)

    def _projected(self, left: Node) -> Node:
        """Return what is done to each member of a list; what is null is dropped."""
        if self._power() < _PROJECTION_STOP:
            return left
        each = _itself
        while self._power() >= _PROJECTION_STOP:
            each = self._next(each)
        return lambda node: [value for one in left(node) if (value := each(one)) is not None]

    def _object(self) -> Node:
        found: dict[str, Node] = {}
        while self._peek()[1] != "}":
            name = self._take()[1]
            self._take(":")
            found[name] = self._expression(0)
            if self._peek()[1] == ",":
                self._take(",")
        self._take("}")
        return lambda node: {name: member(node) for name, member in found.items()}

    def _list(self, end: str) -> list[Node]:
        found: list[Node] = []
        while self._peek()[1] != end:
            found.append(self._expression(0))
            if self._peek()[1] == ",":
                self._take(",")
        self._take(end)
        return found


def _itself(node: Any) -> Any:
    return node


def _constant(value: Any) -> Node:
    return lambda _: value


def _field(name: str) -> Node:
    return lambda node: node.get(name) if isinstance(node, dict) else None


def _at(value: Any, index: int) -> Any:
    return value[index] if isinstance(value, list) and -len(value) <= index < len(value) else None


def _compare(sign: str, left: Any, right: Any) -> Any:
    if sign == "==":
        return type(left) is type(right) and left == right
    if sign == "!=":
        return not _compare("==", left, right)
    if sign == "*":
        return float(left or 0) * float(right or 0)
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]
