"""A small QTI engine: enough of response and outcome processing to score what we export, by the specification.

It knows nothing of how the export is made. A real player is asked too: see tests/development/qti_player.
"""

from __future__ import annotations

from collections.abc import Callable
from math import floor, prod, trunc
from typing import Any

from lxml import etree

Value = Any
Variables = dict[str, Value]


def name_of(node: etree._Element) -> str:
    return etree.QName(node).localname


def parts(node: etree._Element, *names: str) -> list[etree._Element]:
    return [child for child in node if not names or name_of(child) in names]


def responded(xml: bytes, response: Value) -> Variables:
    """Return the outcomes of an item for a response."""
    root = etree.fromstring(xml)
    variables: Variables = {"RESPONSE": response}
    types = {}
    for declared in parts(root, "qti-outcome-declaration"):
        types[declared.get("identifier")] = declared.get("base-type")
        default = declared.findtext("{*}qti-default-value/{*}qti-value")
        variables[str(declared.get("identifier"))] = _base(declared.get("base-type"), default)
    for processing in parts(root, "qti-response-processing"):
        for rule in processing:
            _apply(rule, variables, root)
    for name, kind in types.items():
        assert kind != "integer" or variables[name] is None or isinstance(variables[name], int), f"{name} is not whole"
    return variables


def totalled(xml: bytes, items: dict[str, Variables]) -> Variables:
    """Return the outcomes of a test for those of its items."""
    root = etree.fromstring(xml)
    references = root.iter("{*}qti-assessment-item-ref")
    categories = {str(each.get("identifier")): (each.get("category") or "").split() for each in references}
    asked = {name: (items.get(name, {}), categories[name]) for name in categories}
    variables: Variables = {"": asked}
    for processing in parts(root, "qti-outcome-processing"):
        for rule in processing:
            _apply(rule, variables, root)
    return variables


def _base(kind: str | None, text: str | None) -> Value:
    if text is None:
        return None
    return {"integer": int, "float": float}.get(kind or "", str)(text)


def _apply(rule: etree._Element, variables: Variables, root: etree._Element) -> None:
    if name_of(rule) == "qti-set-outcome-value":
        variables[str(rule.get("identifier"))] = _value(rule[0], variables, root)
        return
    assert name_of(rule) == "qti-response-condition", name_of(rule)
    for branch in rule:
        inside = list(branch)
        if name_of(branch) != "qti-response-else" and _value(inside.pop(0), variables, root) is not True:
            continue
        for inner in inside:
            _apply(inner, variables, root)
        return


def _value(node: etree._Element, variables: Variables, root: etree._Element) -> Value:
    leaf = _LEAVES.get(name_of(node))
    if leaf is not None:
        return leaf(node, variables, root)
    values = [_value(child, variables, root) for child in node]
    if name_of(node) == "qti-is-null":
        return values[0] is None
    if name_of(node) == "qti-container-size":
        return len(values[0] or ())
    if any(value is None for value in values):
        return None
    if name_of(node) == "qti-index":
        place = node.get("n", "")
        index = (int(place) if place.isdecimal() else variables[place]) - 1
        return values[0][index] if index < len(values[0]) else None
    return _OPERATORS[name_of(node)](*values)


def _mapped(node: etree._Element, variables: Variables, root: etree._Element) -> Value:
    identifier = str(node.get("identifier"))
    given, declared = variables[identifier], parts(root, "qti-response-declaration")
    wanted = next(each for each in declared if each.get("identifier") == identifier)
    mapping = parts(wanted, "qti-mapping")[0]
    entries = {each.get("map-key"): float(str(each.get("mapped-value"))) for each in mapping}
    default = float(mapping.get("default-value", "0"))
    values = given if isinstance(given, list) else [given]
    return 0.0 if given is None else sum(entries.get(value, default) for value in set(values))


def _test_variables(node: etree._Element, variables: Variables, root: etree._Element) -> Value:
    wanted, category = str(node.get("variable-identifier")), node.get("include-category")
    found = [outcomes.get(wanted) for outcomes, categories in variables[""].values() if category in categories]
    return [value for value in found if value is not None] or None


def _sum(*values: Value) -> Value:
    return sum(sum(value) if isinstance(value, list) else value for value in values)


_LEAVES: dict[str, Callable[[etree._Element, Variables, etree._Element], Value]] = {
    "qti-variable": lambda node, variables, root: variables[str(node.get("identifier"))],
    "qti-base-value": lambda node, variables, root: _base(node.get("base-type"), node.text),
    "qti-map-response": _mapped,
    "qti-test-variables": _test_variables,
}
_OPERATORS: dict[str, Callable[..., Value]] = {
    "qti-sum": _sum,
    "qti-product": lambda *values: prod(values),
    "qti-subtract": lambda a, b: a - b,
    "qti-divide": lambda a, b: a / b if b else None,
    "qti-power": lambda a, b: a**b,
    "qti-integer-divide": lambda a, b: floor(a / b),
    "qti-integer-modulus": lambda a, b: a % b,
    "qti-truncate": trunc,
    "qti-equal": lambda a, b: a == b,
    "qti-match": lambda a, b: a == b,
    "qti-not": lambda a: not a,
    "qti-and": lambda *values: all(values),
}
