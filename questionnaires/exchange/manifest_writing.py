"""The manifest of a package: every file, its language, and which files are the same item in other languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from questionnaires.definition import Form, Item, Questionnaire
from questionnaires.exchange.vocabulary import (
    COMPANION,
    COMPANION_TYPE,
    EXTENSION,
    ITEM_TYPE,
    METADATA,
    PACKAGING,
    TEST_TYPE,
    form_identifier,
    form_path,
    item_identifier,
    item_path,
)
from questionnaires.exchange.xml_writing import written

COMPANION_IDENTIFIER = "makings.companion"


def manifest_xml(questionnaire: Questionnaire) -> bytes:
    """Return the ``imsmanifest.xml`` of a questionnaire's package.

    An item's first language names the others as its variants. The companion data is of type ``extension``, so
    that a player has no reason to hand it to a candidate as it might with ``webcontent``.
    """
    name = f"{questionnaire.name}-{questionnaire.version}"
    root = etree.Element(f"{{{PACKAGING}}}manifest", {"identifier": f"makings.{name}"}, nsmap=_NAMES)
    metadata = _child(root, "metadata")
    _child(metadata, "schema").text = "QTI Package"
    _child(metadata, "schemaversion").text = "3.0.0"
    _child(root, "organizations")
    resources = _child(root, "resources")
    for item in (*questionnaire.practice, *questionnaire.items):
        _add_item(resources, item, questionnaire.languages)
    for form in questionnaire.forms:
        for language in questionnaire.languages:
            _add_form(resources, questionnaire, form, language)
    _resource(resources, COMPANION_IDENTIFIER, COMPANION_TYPE, COMPANION)
    return written(root)


_NAMES: Any = {None: PACKAGING, "cpx": EXTENSION, "lom": METADATA}


def _child(parent: etree._Element, name: str, attributes: dict[str, str] | None = None) -> etree._Element:
    return etree.SubElement(parent, f"{{{PACKAGING}}}{name}", attributes or {})


def _resource(parent: etree._Element, identifier: str, kind: str, path: str, language: str = "") -> etree._Element:
    resource = _child(parent, "resource", {"identifier": identifier, "type": kind, "href": path})
    if language:
        lom = etree.SubElement(_child(resource, "metadata"), f"{{{METADATA}}}lom")
        general = etree.SubElement(lom, f"{{{METADATA}}}general")
        etree.SubElement(general, f"{{{METADATA}}}language").text = language
    _child(resource, "file", {"href": path})
    return resource


def _add_item(parent: etree._Element, item: Item, languages: tuple[str, ...]) -> None:
    for language in languages:
        path = item_path(item.id, language)
        resource = _resource(parent, item_identifier(item.id, language), ITEM_TYPE, path, language)
        for other in languages[1:] if language == languages[0] else ():
            name = item_identifier(item.id, other)
            variant = {"identifier": f"variant.{name}", "identifierref": name}
            etree.SubElement(resource, f"{{{EXTENSION}}}variant", variant)


def _add_form(parent: etree._Element, questionnaire: Questionnaire, form: Form, language: str) -> None:
    identifier, path = form_identifier(form.id, language), form_path(form.id, language)
    resource = _resource(parent, identifier, TEST_TYPE, path, language)
    for item in _asked(questionnaire, form):
        _child(resource, "dependency", {"identifierref": item_identifier(item.id, language)})


def _asked(questionnaire: Questionnaire, form: Form) -> Iterator[Item]:
    yield from questionnaire.practice
    yield from questionnaire.items_of(form.id)
