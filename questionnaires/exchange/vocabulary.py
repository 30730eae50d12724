"""Names that QTI 3.0 and we use: namespaces, resource types, and identifiers both ways.

QTI identifiers begin with a letter or an underscore; our ids may also begin with a digit or a hyphen. Such an
id, and one that begins with an underscore, gets an underscore in front, which is taken off again: no two ids
ever meet.
"""

from __future__ import annotations

import re

QTI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PACKAGING = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
EXTENSION = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_extensionv1p2"
METADATA = "http://ltsc.ieee.org/xsd/LOM"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

MANIFEST = "imsmanifest.xml"
COMPANION = "makings/companion.json"
ITEM_TYPE = "imsqti_item_xmlv3p0"
TEST_TYPE = "imsqti_test_xmlv3p0"
COMPANION_TYPE = "extension"
TOOL = "Makings"

RESPONSE = "RESPONSE"
SCORE = "SCORE"
SHARE = "SCORE_SHARE"
COUNTED = "COUNTED"
TOTAL = "KEY_TOTAL"
BEST, WORST = "best", "worst"

COLUMN_WORDS = {
    "en": ("Best", "Worst"),
    "ru": ("Лучшее", "Худшее"),
    "lt": ("Geriausias", "Prasčiausias"),
}
"""The column headings of a best-and-worst table; other languages get the English ones."""

_POINT = re.compile(r"point_(-?[0-9]{1,4})")
_NOT_OURS = re.compile(r"[^A-Za-z0-9_-]+")
LONGEST_ID = 60


def to_qti(ours: str) -> str:
    """Return the QTI identifier of one of our ids."""
    return ours if ours[0].isalpha() else f"_{ours}"


def point_identifier(point: int) -> str:
    """Return the QTI identifier of a point of a scale."""
    return f"point_{point}"


def point_of(identifier: str) -> int | None:
    """Return the point of a scale that an identifier names, None where it names none."""
    match = _POINT.fullmatch(identifier)
    return int(match.group(1)) if match else None


def item_identifier(item_id: str, language: str) -> str:
    """Return the identifier of one language variant of an item."""
    return f"{to_qti(item_id)}.{language}"


def item_path(item_id: str, language: str) -> str:
    """Return where a package keeps one language variant of an item."""
    return f"items/{language}/{to_qti(item_id)}.xml"


def form_identifier(form_id: str, language: str) -> str:
    """Return the identifier of the assessment test for a form in one language."""
    return f"test.{form_id}.{language}"


def form_path(form_id: str, language: str) -> str:
    """Return where a package keeps the assessment test for a form in one language."""
    return f"tests/{language}/{to_qti(form_id)}.xml"


def to_ours(identifier: str, taken: set[str], reserved: tuple[str, ...] = ()) -> str:
    """Return an id of our own for a foreign identifier, other than those ``taken``; it is added to them."""
    base = _NOT_OURS.sub("-", identifier).strip("-")[: LONGEST_ID - 4] or "x"
    base = f"{base}-1" if base in reserved else base
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    taken.add(name)
    return name
