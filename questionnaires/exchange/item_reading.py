"""Reading one QTI assessment item: what it asks, in our formats, or why it cannot be asked here."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from questionnaires.definition import ResponseFormat
from questionnaires.exchange.faults import Findings
from questionnaires.exchange.interactions import Asked, read_interaction
from questionnaires.exchange.text_reading import plain_text
from questionnaires.exchange.vocabulary import LANGUAGE, QTI, RESPONSE, TOOL
from questionnaires.exchange.xml_source import children, line_of, local_name, namespace, parse

_OLD = "http://www.imsglobal.org/xsd/imsqti_v"
_NOT_USED = {
    "qti-template-declaration": "values that a template makes",
    "qti-template-processing": "values that a template makes",
    "qti-assessment-stimulus-ref": "a passage in another file",
    "qti-companion-materials-info": "materials beside the item",
    "qti-modal-feedback": "feedback to the answer",
    "qti-context-declaration": "variables of the test",
}
_LEFT_OUT = {
    "qti-stylesheet": "its style sheet",
    "qti-catalog-info": "its catalogue of glossary entries and spoken texts",
}


@dataclass(frozen=True)
class ReadItem:
    """What one item file says."""

    file: str
    line: int
    identifier: str
    language: str
    title: str
    scene: str
    stem: str
    indicators: tuple[str, ...]
    asked: Asked
    mapping: dict[str, float] = field(default_factory=dict)
    scored: bool = False
    ours: bool = False

    @property
    def format(self) -> ResponseFormat:
        return self.asked.format


def read_item(data: bytes, findings: Findings, language: str | None = None) -> ReadItem | None:
    """Return what an item file says; None, with faults, where it cannot be used.

    ``language`` is that of an item that does not say its own.

    Raises
    ------
    ExchangeError
        Where the file cannot be read as XML at all.
    """
    root = parse(data, findings.file)
    if not _is_item(root, findings):
        return None
    before = len(findings.faults)
    item = _read(root, findings, language)
    return item if len(findings.faults) == before else None


def _is_item(root: etree._Element, findings: Findings) -> bool:
    name, space = local_name(root), namespace(root)
    if name == "qti-assessment-item" and space == QTI:
        return True
    line = line_of(root)
    if space.startswith(_OLD) or name == "assessmentItem":
        findings.fault(line, "This item is QTI 2; only QTI 3.0 is read.", "Convert it to QTI 3.0 where it comes from.")
    elif name == "qti-assessment-item":
        findings.fault(line, f"The item has the namespace {space or '(none)'}.", f'Write xmlns="{QTI}" on it.')
    else:
        remedy = "Give a QTI 3.0 assessment item, or a package of them."
        findings.fault(line, f"<{name}> is not an assessment item.", remedy)
    return False


def _read(root: etree._Element, findings: Findings, fallback: str | None) -> ReadItem | None:
    _check_surroundings(root, findings)
    body = next(iter(children(root, "qti-item-body")), None)
    language = root.get(LANGUAGE) or (body.get(LANGUAGE) if body is not None else None) or fallback
    if not language:
        remedy = 'Write xml:lang="en" on it, or give --language en.'
        findings.fault(line_of(root), "The item does not say its language.", remedy)
    interaction = _only_interaction(root, body, findings)
    if body is None or interaction is None:
        return None
    asked = read_interaction(interaction, _response(root, interaction), findings)
    scene = plain_text(body, findings, leave_out=interaction)
    stem, indicators = _prompt(interaction, findings)
    if asked is None:
        return None
    if not (stem or scene):
        findings.fault(
            line_of(interaction), "The item asks nothing: it has no text.", "Write its question as a prompt."
        )
    return ReadItem(
        file=findings.file,
        line=line_of(root),
        identifier=root.get("identifier", ""),
        language=language or "",
        title=" ".join(root.get("title", "").split()),
        scene=scene if stem else "",
        stem=stem or scene,
        indicators=indicators,
        asked=asked,
        mapping=_mapping(root, interaction),
        scored=_is_scored(root),
        ours=root.get("tool-name") == TOOL,
    )


def _check_surroundings(root: etree._Element, findings: Findings) -> None:
    for child in children(root):
        name, line = local_name(child), line_of(child)
        if name in _NOT_USED:
            findings.fault(
                line, f"The item uses {_NOT_USED[name]} (<{name}>).", "Write it into the item, or leave it out."
            )
        elif name in _LEFT_OUT:
            findings.note(line, f"{_LEFT_OUT[name]} is left out.")
    for name, meaning in (
        ("adaptive", "changes while it is answered"),
        ("time-dependent", "depends on the time taken"),
    ):
        if root.get(name) in ("true", "1"):
            findings.fault(
                line_of(root), f"The item {meaning} ({name}).", f'Set {name}="false", or leave the item out.'
            )


def _only_interaction(root: etree._Element, body: etree._Element | None, findings: Findings) -> etree._Element | None:
    every = body.iter(f"{{{QTI}}}*") if body is not None else iter(())
    found = [each for each in every if local_name(each).endswith("-interaction")]
    if len(found) == 1:
        return found[0]
    if not found:
        findings.fault(line_of(root), "The item has no interaction.", "Add one, or leave the item out.")
    for extra in found[1:]:
        message = f"The item has a further interaction (<{local_name(extra)}>); an item here asks one thing."
        findings.fault(line_of(extra), message, "Make an item of each.")
    return None


def _response(root: etree._Element, interaction: etree._Element) -> etree._Element | None:
    wanted = interaction.get("response-identifier", RESPONSE)
    declared = children(root, "qti-response-declaration")
    return next((each for each in declared if each.get("identifier") == wanted), None)


def _prompt(interaction: etree._Element, findings: Findings) -> tuple[str, tuple[str, ...]]:
    prompt = next(iter(children(interaction, "qti-prompt")), None)
    if prompt is None:
        return "", ()
    listed = next((each for each in children(prompt, "ul") if each.get("class") == "makings-indicators"), None)
    lines = children(listed, "li") if listed is not None else []
    return plain_text(prompt, findings, leave_out=listed), tuple(plain_text(line, findings) for line in lines)


def _mapping(root: etree._Element, interaction: etree._Element) -> dict[str, float]:
    """Return what the response is mapped to, as far as it is written in numbers."""
    response = _response(root, interaction)
    mapped = children(response, "qti-mapping") if response is not None else []
    entries = [entry for each in mapped for entry in children(each, "qti-map-entry")]
    values = {entry.get("map-key", ""): _number(entry.get("mapped-value", "")) for entry in entries}
    return {key: value for key, value in values.items() if value is not None}


def _is_scored(root: etree._Element) -> bool:
    """Whether an item says what a right answer is, or processes answers."""
    declared = [part for each in children(root, "qti-response-declaration") for part in children(each)]
    return bool(declared or children(root, "qti-response-processing"))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def scoring_of(data: bytes, file: str) -> list[object]:
    """Return how an item file scores, without regard to layout: empty where it does not."""
    parts = children(parse(data, file), "qti-outcome-declaration", "qti-response-processing")
    return [_plain(part) for part in parts]


def _plain(element: etree._Element) -> tuple[object, ...]:
    attributes = sorted((str(name), str(value)) for name, value in element.attrib.items())
    return local_name(element), attributes, (element.text or "").strip(), [_plain(each) for each in children(element)]
