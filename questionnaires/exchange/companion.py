"""Importing a package of our own: the companion data is the definition, and the QTI beside it is compared.

Texts may be corrected in another system: where the QTI reads otherwise than the companion data, the QTI holds, and
it is told. What is asked, the options, the points and the key must agree: two answers to one question are refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from questionnaires.definition import Item, Questionnaire
from questionnaires.exchange.document import Document, yaml_text
from questionnaires.exchange.exporting import COMPANION_FORMAT
from questionnaires.exchange.faults import ExchangeError, ExchangeFault, Findings, as_exchange, refuse
from questionnaires.exchange.item_reading import ReadItem, read_item, scoring_of
from questionnaires.exchange.item_writing import item_xml
from questionnaires.exchange.manifest_reading import Manifest
from questionnaires.exchange.package import Package
from questionnaires.exchange.vocabulary import COMPANION, MANIFEST, item_identifier
from questionnaires.exchange.xml_source import LARGEST
from questionnaires.faults import QuestionnaireError
from questionnaires.loading import load_text

_APART = "Mend it in one of them, or remove the companion data from the manifest to import what the QTI says alone."


def import_own(package: Package, manifest: Manifest) -> tuple[Document, list[str]]:
    """Return the document of one of our own packages, and notes on texts that were changed since.

    Raises
    ------
    ExchangeError
        With everything in which the companion data and the QTI disagree.
    """
    document, with_key = read_companion(package.read(COMPANION))
    questionnaire = _loaded(document)
    faults: list[ExchangeFault] = list(_foreign_items(questionnaire, manifest))
    notes: list[str] = []
    for entry, item, keyed in _entries(document, questionnaire, with_key):
        for language in questionnaire.languages:
            findings = _compared(package, manifest, entry, item, language, with_key=keyed)
            faults += findings.faults
            notes += findings.notes
    if faults:
        raise ExchangeError(faults)
    return document, notes


def read_companion(data: bytes) -> tuple[Document, bool]:
    """Return the document that companion data holds, and whether it holds the key.

    Raises
    ------
    ExchangeError
        Where it is not companion data that this version can read.
    """
    if len(data) > LARGEST:
        raise refuse(COMPANION, 0, f"The companion data is larger than {LARGEST // 1_000_000} MB.", _AGAIN)
    try:
        read: Any = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise refuse(COMPANION, 0, "The companion data is not JSON in UTF-8.", _AGAIN) from error
    if not isinstance(read, dict) or not isinstance(read.get("questionnaire"), dict):
        raise refuse(COMPANION, 0, "The companion data holds no questionnaire.", _AGAIN)
    if read.get("makings_companion") != COMPANION_FORMAT:
        message = f"The companion data has the format {read.get('makings_companion')!r}, which is not known here."
        raise refuse(COMPANION, 0, message, "Import it with the version that wrote it.")
    return read["questionnaire"], bool(read.get("with_key"))


_AGAIN = "Export the package again."


def _loaded(document: Document) -> Questionnaire:
    try:
        return load_text(yaml_text(document), COMPANION)
    except RecursionError as error:
        raise refuse(COMPANION, 0, "The companion data nests without end.", _AGAIN) from error
    except QuestionnaireError as error:
        raise as_exchange(error, COMPANION, _AGAIN) from error


def _entries(document: Document, questionnaire: Questionnaire, with_key: bool) -> Iterator[tuple[Document, Item, bool]]:
    """Yield every item as a document and as a value, and whether its QTI carries the key."""
    for entry, item in zip(document.get("practice", ()), questionnaire.practice, strict=True):
        yield entry, item, False
    for entry, item in zip(document["items"], questionnaire.items, strict=True):
        yield entry, item, with_key


def _foreign_items(questionnaire: Questionnaire, manifest: Manifest) -> Iterator[ExchangeFault]:
    items = (*questionnaire.practice, *questionnaire.items)
    known = {item_identifier(item.id, language) for item in items for language in questionnaire.languages}
    for identifier in manifest.items:
        if identifier not in known:
            message = f"The companion data knows nothing of the item {identifier}."
            yield ExchangeFault(MANIFEST, manifest.lines[identifier], message, _APART)


def _compared(
    package: Package, manifest: Manifest, entry: Document, item: Item, language: str, *, with_key: bool
) -> Findings:
    path = manifest.items.get(item_identifier(item.id, language))
    findings = Findings(path or MANIFEST)
    if path is None:
        findings.fault(0, f"The item {item.id} is missing in {language}.", "Export the package with all its languages.")
        return findings
    data, expected_data = package.read(path), item_xml(item, language, with_key=with_key)
    read, expected = read_item(data, findings), read_item(expected_data, Findings(path))
    if read is None or expected is None:
        return findings
    _compare_substance(read, expected, language, findings)
    if not findings.faults:
        _take_texts(read, expected, entry, language, findings)
        if read.mapping and scoring_of(data, path) != scoring_of(expected_data, path):
            findings.note(0, "its processing of the answer differs from the key's; the companion data holds.")
    return findings


def _compare_substance(read: ReadItem, expected: ReadItem, language: str, findings: Findings) -> None:
    """Find differences in what is asked and in the key; texts are compared elsewhere."""
    pairs = {
        "its language": (read.language, language),
        "its format": (read.format.value, expected.format.value),
        "its options": (_names(read), _names(expected)),
        "its scale": ([point for point, _text in read.asked.points], [point for point, _ in expected.asked.points]),
        "its number of indicators": (len(read.indicators), len(expected.indicators)),
        "its offer of “could not observe”": (bool(read.asked.not_observed), bool(expected.asked.not_observed)),
    }
    for what, (here, there) in pairs.items():
        if here != there:
            message = f"{what[0].upper()}{what[1:]} ({_said(here)}) is not that of the companion data ({_said(there)})."
            findings.fault(read.line, message, _APART)
    if read.mapping and read.mapping != expected.mapping:
        keys = read.mapping.keys() | expected.mapping.keys()
        changed = sorted(key for key in keys if read.mapping.get(key) != expected.mapping.get(key))
        message = f"The key is not that of the companion data, for: {', '.join(changed[:6])}."
        findings.fault(read.line, message, _APART)


def _said(value: object) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)


def _names(item: ReadItem) -> list[str]:
    return [identifier for identifier, _text in item.asked.options]


def _take_texts(read: ReadItem, expected: ReadItem, entry: Document, language: str, findings: Findings) -> None:
    """Take over every text that was changed since the export."""
    for field, here, there in _texts(read, expected):
        if here == there:
            continue
        where = _place(entry, field)
        if not isinstance(where, dict) or language not in where:
            findings.fault(read.line, f"It has a text that the companion data does not know: {_shown(here)}.", _APART)
            continue
        if not here:
            findings.fault(read.line, f"A text is gone that the companion data has: {_shown(there)}.", _APART)
            continue
        where[language] = here
        findings.note(read.line, f"the text in {language} was changed: {_shown(there)} is now {_shown(here)}.")


def _shown(text: str) -> str:
    return f"“{text if len(text) <= 60 else text[:57] + '...'}”"


Field = tuple[str | int, ...]


def _texts(read: ReadItem, expected: ReadItem) -> Iterator[tuple[Field, str, str]]:
    yield ("title",), read.title, expected.title
    yield ("scene",), read.scene, expected.scene
    yield ("stem",), read.stem, expected.stem
    yield ("not_observed",), read.asked.not_observed, expected.asked.not_observed
    for place, (here, there) in enumerate(zip(read.indicators, expected.indicators, strict=True)):
        yield ("indicators", place, "text"), here, there
    # A shuffled interaction has no order that counts: options are compared by what they are called.
    texts = dict(read.asked.options)
    for place, (identifier, there) in enumerate(expected.asked.options):
        yield ("options", place, "text"), texts[identifier], there
    for (point, here), (_point, there) in zip(read.asked.points, expected.asked.points, strict=True):
        yield from _point_texts(point, here, there)


def _point_texts(point: int, here: str, there: str) -> Iterator[tuple[Field, str, str]]:
    """A point is written as its label and, on the lines after, its anchor."""
    (label, _, anchor), (old_label, _, old_anchor) = here.partition("\n"), there.partition("\n")
    yield ("labels", point), label, old_label
    yield ("anchors", point), anchor, old_anchor


def _place(entry: Document, field: Field) -> Any:
    """Return the texts by language that a field of an item's document holds, None where it has none."""
    if field[0] in ("labels", "anchors"):
        return _ByPoint(entry.get("scale", {}).get(field[0], {}), str(field[1]))
    value: Any = entry
    for step in field:
        value = value[step] if isinstance(step, int) else value.get(step, {})
    return value


class _ByPoint(dict[str, str]):
    """Labels of one point by language, written through to where they are kept."""

    def __init__(self, kept: dict[str, dict[str, str]], point: str) -> None:
        super().__init__({language: texts[point] for language, texts in kept.items() if point in texts})
        self._kept, self._point = kept, point

    def __setitem__(self, language: str, text: str) -> None:
        super().__setitem__(language, text)
        self._kept[language][self._point] = text
