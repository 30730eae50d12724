"""One form in one language as a QTI assessment test: practice, then the sections, then the key total."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from questionnaires.definition import Form, Item, Questionnaire, Section
from questionnaires.exchange.key_writing import can_score, tells_apart
from questionnaires.exchange.vocabulary import (
    COUNTED,
    LANGUAGE,
    SHARE,
    TOOL,
    TOTAL,
    form_identifier,
    item_path,
    to_qti,
)
from questionnaires.exchange.xml_writing import node, number, text_node, written

PRACTICE = "practice"
KEYED = "keyed"


def form_xml(questionnaire: Questionnaire, form: Form, language: str, *, with_key: bool = True) -> bytes:
    """Return a form in one language as a QTI 3.0 assessment test.

    With a key, the outcome ``KEY_TOTAL`` is the mean of ``SCORE_SHARE`` over the items that were answered
    completely, as ``scoring.key.key_total`` defines it; practice takes no part.
    """
    attributes = {
        "identifier": form_identifier(form.id, language),
        "title": questionnaire.titles[language],
        "tool-name": TOOL,
        "tool-version": "1",
        LANGUAGE: language,
    }
    root = node("qti-assessment-test", attributes)
    keyed = {item.id for item in questionnaire.items_of(form.id) if with_key and can_score(item) and tells_apart(item)}
    root.extend([_total()] if keyed else [])
    root.extend(_practice(questionnaire, language))
    root.append(_scored_part(questionnaire, form, language, keyed))
    root.extend([_outcome_processing()] if keyed else [])
    return written(root)


def _total() -> etree._Element:
    attributes = {"identifier": TOTAL, "cardinality": "single", "base-type": "float"}
    return node("qti-outcome-declaration", attributes | {"normal-minimum": "0.0", "normal-maximum": "1.0"})


def _part(identifier: str, *inside: etree._Element) -> etree._Element:
    modes = {"navigation-mode": "nonlinear", "submission-mode": "individual"}
    return node("qti-test-part", {"identifier": identifier, **modes}, *inside)


def _practice(questionnaire: Questionnaire, language: str) -> list[etree._Element]:
    if not questionnaire.practice:
        return []
    section = node("qti-assessment-section", {"identifier": "practice-items", "title": PRACTICE, "visible": "true"})
    section.extend(_references(questionnaire.practice, language, set()))
    return [_part(PRACTICE, section)]


def _scored_part(questionnaire: Questionnaire, form: Form, language: str, keyed: set[str]) -> etree._Element:
    part = _part("items")
    if questionnaire.time_allowance_minutes is not None:
        part.append(node("qti-time-limits", {"max-time": number(60 * questionnaire.time_allowance_minutes)}))
    for section_id in form.section_ids:
        section = questionnaire.section(section_id)
        items = [questionnaire.item(item_id) for item_id in section.item_ids]
        part.append(_section(section, items, language, keyed))
    return part


def _section(section: Section, items: Iterable[Item], language: str, keyed: set[str]) -> etree._Element:
    title = section.titles.get(language, section.id)
    attributes = {"identifier": to_qti(section.id), "title": title, "visible": "true"}
    written_section = node("qti-assessment-section", attributes)
    if language in section.introductions:
        body = node("qti-content-body", {}, text_node("p", section.introductions[language]))
        written_section.append(node("qti-rubric-block", {"use": "instructions", "view": "candidate"}, body))
    written_section.extend(_references(items, language, keyed))
    return written_section


def _references(items: Iterable[Item], language: str, keyed: set[str]) -> list[etree._Element]:
    return [
        node(
            "qti-assessment-item-ref",
            {"identifier": to_qti(item.id), "href": f"../../{item_path(item.id, language)}"}
            | ({"category": KEYED} if item.id in keyed else {}),
        )
        for item in items
    ]


def _outcome_processing() -> etree._Element:
    mean = node("qti-divide", {}, _sum_over_items(SHARE), _sum_over_items(COUNTED))
    return node("qti-outcome-processing", {}, node("qti-set-outcome-value", {"identifier": TOTAL}, mean))


def _sum_over_items(variable: str) -> etree._Element:
    kind = "integer" if variable == COUNTED else "float"
    attributes = {"variable-identifier": variable, "include-category": KEYED, "base-type": kind}
    return node("qti-sum", {}, node("qti-test-variables", attributes))
