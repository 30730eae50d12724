"""Reading the interactions that have a place here: choice, order, match and extended text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from questionnaires.definition import ResponseFormat
from questionnaires.exchange.faults import Findings
from questionnaires.exchange.text_reading import plain_text
from questionnaires.exchange.vocabulary import BEST, WORST, point_of
from questionnaires.exchange.xml_source import children, line_of, local_name

NOT_OBSERVED = "not_observed"
Choices = tuple[tuple[str, str], ...]
"""Identifiers and texts, in the order written."""

_UNUSED = {
    "qti-slider-interaction": "a slider",
    "qti-upload-interaction": "an upload of a file",
    "qti-media-interaction": "a recording to be played",
    "qti-drawing-interaction": "a drawing",
    "qti-text-entry-interaction": "a gap to be filled in writing",
    "qti-inline-choice-interaction": "a choice inside the text",
    "qti-hottext-interaction": "words to be marked in a text",
    "qti-hotspot-interaction": "places to be marked in a picture",
    "qti-select-point-interaction": "points to be marked in a picture",
    "qti-graphic-order-interaction": "places in a picture to be ordered",
    "qti-graphic-associate-interaction": "places in a picture to be joined",
    "qti-graphic-gap-match-interaction": "gaps in a picture to be filled",
    "qti-gap-match-interaction": "gaps to be filled from a list",
    "qti-position-object-interaction": "objects to be placed in a picture",
    "qti-associate-interaction": "pairs to be formed from one list",
    "qti-end-attempt-interaction": "a button that ends the attempt",
    "qti-portable-custom-interaction": "an interaction with its own program",
    "qti-custom-interaction": "an interaction of another system",
}
_USED = "choice, order, match and extended text are read"
_WHOLE = re.compile(r"-?[0-9]{1,4}")


@dataclass(frozen=True)
class Asked:
    """What an interaction asks: a format, and its options and the points of its scale where it has them."""

    format: ResponseFormat
    options: Choices = ()
    points: tuple[tuple[int, str], ...] = ()
    not_observed: str = ""


def read_interaction(interaction: etree._Element, response: etree._Element | None, findings: Findings) -> Asked | None:
    """Return what an interaction asks; None, with faults, where it has no place here."""
    name, line = local_name(interaction), line_of(interaction)
    reader = _READERS.get(name)
    if reader is None:
        what = _UNUSED.get(name, "an interaction that is not known here")
        findings.fault(line, f"The item uses {what} (<{name}>); {_USED}.", "Ask it in another way, or leave it out.")
        return None
    if response is None:
        named = interaction.get("response-identifier", "")
        findings.fault(line, f"There is no response declaration {named}.", "Declare the response.")
        return None
    return reader(interaction, response, findings)


def _choices(parent: etree._Element, name: str, findings: Findings) -> Choices:
    found = tuple((each.get("identifier", ""), plain_text(each, findings)) for each in children(parent, name))
    known: set[str] = set()
    for element, (identifier, text) in zip(children(parent, name), found, strict=True):
        if not identifier or identifier in known:
            findings.fault(
                line_of(element), f'The identifier "{identifier}" is missing or used twice.', "Give each its own."
            )
        if not text:
            findings.fault(line_of(element), f"The choice {identifier} has no text.", "Write one.")
        known.add(identifier)
    return found


def _options(interaction: etree._Element, findings: Findings) -> Choices:
    found = _choices(interaction, "qti-simple-choice", findings)
    if not 2 <= len(found) <= 50:
        findings.fault(line_of(interaction), f"The item has {len(found)} choices.", "Give it from 2 to 50.")
    return found


def _choice(interaction: etree._Element, response: etree._Element, findings: Findings) -> Asked | None:
    most = interaction.get("max-choices", "1")
    if most != "1" or response.get("cardinality") != "single":
        several = "any number" if most == "0" else most
        message = f"Several choices may be made (max-choices {several}, cardinality {response.get('cardinality')})."
        findings.fault(
            line_of(interaction), message, "Only one can be chosen here: make an item of each, or ask for one."
        )
        return None
    options = _options(interaction, findings)
    unseen = dict(options).get(NOT_OBSERVED, "")
    points = _as_points(tuple(each for each in options if each[0] != NOT_OBSERVED))
    if points:
        return Asked(ResponseFormat.LIKERT, points=points, not_observed=unseen)
    return Asked(ResponseFormat.PICK_ONE, options)


def _as_points(choices: Choices) -> tuple[tuple[int, str], ...]:
    """Return choices as the points of a scale, where all their identifiers say that they are."""
    numbers = [point_of(identifier) for identifier, _text in choices]
    return _consecutive(numbers, choices)


def _consecutive(numbers: list[int | None], choices: Choices) -> tuple[tuple[int, str], ...]:
    known = [each for each in numbers if each is not None]
    if len(known) < 2 or len(known) < len(choices) or sorted(known) != list(range(min(known), max(known) + 1)):
        return ()
    return tuple(sorted(zip(known, (text for _identifier, text in choices), strict=True)))


def _as_scale(choices: Choices) -> tuple[tuple[int, str], ...]:
    """Return choices as a scale by their identifiers, or by texts that are consecutive whole numbers."""
    by_text = [int(text) if _WHOLE.fullmatch(text) else None for _identifier, text in choices]
    return _as_points(choices) or _consecutive(by_text, choices)


def _order(interaction: etree._Element, response: etree._Element, findings: Findings) -> Asked | None:
    options = _options(interaction, findings)
    most = interaction.get("max-choices", "0")
    if response.get("cardinality") != "ordered":
        findings.fault(line_of(response), "The response to an order is not of cardinality ordered.", "Declare it so.")
        return None
    if most not in ("0", str(len(options))):
        message = f"Only {most} of {len(options)} choices are to be ordered."
        findings.fault(line_of(interaction), message, "Here all are ordered: leave max-choices out.")
        return None
    return Asked(ResponseFormat.RANK, options)


def _match(interaction: etree._Element, response: etree._Element, findings: Findings) -> Asked | None:
    sets = children(interaction, "qti-simple-match-set")
    if len(sets) != 2:
        findings.fault(line_of(interaction), f"The match has {len(sets)} sets of choices.", "Give it two.")
        return None
    rows, columns = (_choices(each, "qti-simple-associable-choice", findings) for each in sets)
    if {identifier.lower() for identifier, _text in columns} == {BEST, WORST}:
        _check_once(sets, findings)
        return Asked(ResponseFormat.BEST_WORST, rows)
    points = _as_scale(columns)
    if points:
        _check_once(sets[:1], findings)
        return Asked(ResponseFormat.RATE_EACH, rows, points)
    findings.fault(line_of(interaction), _no_scale(rows), _NAME_SCALE)
    return None


_NAME_SCALE = "Where its second set is a scale, name its choices point_1, point_2 and so on; else leave it out."


def _no_scale(rows: Choices) -> str:
    reverse = " (the first set is one: put the options first)" if _as_scale(rows) else ""
    return f"A match is read where each option gets a point of a scale, and its second set is no scale{reverse}."


def _check_once(sets: list[etree._Element], findings: Findings) -> None:
    """Options, and the columns best and worst, are to be used once each."""
    for choice in (each for group in sets for each in children(group, "qti-simple-associable-choice")):
        most = choice.get("match-max", "1")
        if most != "1":
            message = f"The choice {choice.get('identifier')} may be matched {most} times."
            findings.fault(line_of(choice), message, 'Set match-max="1": here each is matched once.')


def _extended_text(interaction: etree._Element, response: etree._Element, findings: Findings) -> Asked | None:
    if response.get("cardinality") != "single" or response.get("base-type") != "string":
        kind = f"{response.get('cardinality')} {response.get('base-type')}"
        findings.fault(line_of(response), f"The written answer is {kind}.", "Here it is one text: single, string.")
        return None
    return Asked(ResponseFormat.OPEN_TEXT)


_READERS: dict[str, Callable[[etree._Element, etree._Element, Findings], Asked | None]] = {
    "qti-choice-interaction": _choice,
    "qti-order-interaction": _order,
    "qti-match-interaction": _match,
    "qti-extended-text-interaction": _extended_text,
}
