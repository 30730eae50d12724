"""Reading XML that others wrote: nothing is fetched, nothing is expanded, nothing grows.

A document type declaration is refused before the parser sees it, whatever it declares: QTI needs none, and it
is where external entities and entities that grow are declared.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from questionnaires.exchange.faults import refuse

LARGEST = 5_000_000
DEEPEST = 60
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def parse(data: bytes, file: str) -> etree._Element:
    """Return the root element of an XML file.

    Parameters
    ----------
    data
        The file, in UTF-8, of at most 5 MB.
    file
        What messages call it.

    Raises
    ------
    ExchangeError
        Where the file is too large, is not UTF-8, is not well-formed or has a document type declaration.
    """
    if len(data) > LARGEST:
        raise refuse(file, 0, f"This file is larger than {LARGEST // 1_000_000} MB.", "Split it into several items.")
    _refuse_declarations(_decoded(data, file), file)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        raise refuse(file, line, f"This is not well-formed XML: {error.msg}.", "Export the package again.") from error
    _refuse_deep(root, file)
    return root


def _refuse_deep(root: etree._Element, file: str) -> None:
    """Readers walk down by calling themselves: what nests without end is refused before."""
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise refuse(file, line_of(element), f"This nests more than {DEEPEST} deep.", "Write it flatter.")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _decoded(data: bytes, file: str) -> str:
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    name = declared.group(1).decode().lower() if declared else "utf-8"
    if name not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        raise refuse(file, 1, f"This file is in {name}.", "Save it as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refuse(file, line, "This file is not UTF-8.", "Save it as UTF-8.") from error


def _refuse_declarations(text: str, file: str) -> None:
    found = _DOCTYPE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        message = "This file has a document type declaration, which can name other files and is never read."
        raise refuse(file, line, message, "Remove everything from <!DOCTYPE to its closing bracket.")


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    """Return an element's namespace, empty where it has none."""
    return etree.QName(element).namespace or ""


def line_of(element: etree._Element) -> int:
    """Return the line on which an element's opening tag ends, 0 where it is not known."""
    line: Any = element.sourceline
    return int(line or 0)


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """Return an element's children with one of these local names; all of them where no name is given."""
    found = [child for child in element if isinstance(child.tag, str)]
    return [child for child in found if not names or local_name(child) in names]
