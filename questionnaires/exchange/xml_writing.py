"""Small helps for writing XML with lxml."""

from __future__ import annotations

from typing import Any

from lxml import etree

from questionnaires.exchange.vocabulary import QTI

_NAMES: Any = {None: QTI}


def node(name: str, attributes: dict[str, str] | None = None, *inside: etree._Element) -> etree._Element:
    """Return a QTI element with attributes and children."""
    element = etree.Element(f"{{{QTI}}}{name}", attributes or {}, nsmap=_NAMES)
    element.extend(inside)
    return element


def text_node(name: str, text: str, attributes: dict[str, str] | None = None) -> etree._Element:
    """Return a QTI element that holds a text; a line break becomes ``br``."""
    element = node(name, attributes)
    first, *rest = text.split("\n")
    element.text = first
    for line in rest:
        etree.SubElement(element, f"{{{QTI}}}br").tail = line
    return element


def number(value: float) -> str:
    """Return a number in the shortest way that reads back to the same number."""
    return repr(float(value) + 0.0)  # minus nothing is nothing


def written(root: Any) -> bytes:
    """Return a whole XML file in UTF-8."""
    etree.cleanup_namespaces(root)
    etree.indent(root)
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return data + b"\n"
