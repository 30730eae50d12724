"""From a checked document to frozen values."""

from __future__ import annotations

from typing import Any

from questionnaires.definition import (
    STATEMENTS,
    Change,
    Form,
    Indicator,
    Item,
    Option,
    OptionKey,
    Purpose,
    Questionnaire,
    ResponseFormat,
    Scale,
    Section,
)

Document = dict[str, Any]
ONLY_SECTION = "all"
ONLY_FORM = "A"


def build(document: Document, source: str) -> Questionnaire:
    """Return the questionnaire that a document without faults describes."""
    items = tuple(_item(each, document) for each in document["items"])
    sections = _sections(document, items)
    return Questionnaire(
        name=document["name"],
        version=document["version"],
        languages=tuple(document["languages"]),
        titles=document["title"],
        items=items,
        sections=sections,
        forms=_forms(document, sections),
        practice=tuple(_item(each, document) for each in document.get("practice", ())),
        facet_names=document.get("facet_names", {}),
        descriptions=document.get("description", {}),
        time_allowance_minutes=document.get("time_allowance_minutes"),
        authorship=_first(document, "authorship"),
        review_status=_first(document, "review"),
        licence=_first(document, "licence"),
        history=tuple(Change(**each) for each in document.get("history", ())),
        purpose=Purpose(document.get("purpose", Purpose.SELECTION)),
        statements={name: document[name] for name in STATEMENTS if isinstance(document.get(name), dict)},
        source=source,
    )


def _first(document: Document, name: str) -> str:
    """Return a statement as it is written once, or in the first language."""
    said = document.get(name, "")
    return str(said[document["languages"][0]] if isinstance(said, dict) else said)


def _sections(document: Document, items: tuple[Item, ...]) -> tuple[Section, ...]:
    if "sections" not in document:
        return (Section(ONLY_SECTION, tuple(item.id for item in items)),)
    return tuple(
        Section(each["id"], tuple(each["items"]), each.get("title", {}), each.get("introduction", {}))
        for each in document["sections"]
    )


def _forms(document: Document, sections: tuple[Section, ...]) -> tuple[Form, ...]:
    if "forms" not in document:
        return (Form(ONLY_FORM, tuple(section.id for section in sections)),)
    return tuple(Form(each["id"], tuple(each["sections"])) for each in document["forms"])


def _item(item: Document, document: Document) -> Item:
    return Item(
        id=item["id"],
        facet=item.get("facet"),
        format=ResponseFormat(item["format"]),
        titles=item.get("title", {}),
        scenes=item.get("scene", {}),
        stems=item.get("stem", {}),
        options=tuple(_option(each) for each in item.get("options", ())),
        scale=_scale(item.get("scale")),
        direction=item.get("direction", 0),
        instruction=item.get("instruction", "knowledge"),
        touchpoint=item.get("touchpoint"),
        role=item.get("role"),
        second_facet=item.get("second_facet"),
        generous_option=item.get("generous_option"),
        key_set_by=_key_set_by(item, document),
        withheld=item.get("withheld", False),
        indicators=tuple(Indicator(each["id"], each["text"]) for each in item.get("indicators", ())),
        not_observed=item.get("not_observed", {}),
    )


def _key_set_by(item: Document, document: Document) -> str | None:
    """Only an item with a key has somebody who set it."""
    keyed = bool(item.get("direction")) or any(option.get("key") for option in item.get("options", ()))
    return (item.get("key_set_by") or document.get("key_set_by")) if keyed else None


def _option(option: Document) -> Option:
    key = option.get("key")
    return Option(option["id"], option.get("text", {}), _key(key) if key else None)


def _key(key: Document) -> OptionKey:
    spread = key.get("spread")
    return OptionKey(float(key["mean"]), None if spread is None else float(spread), key.get("reason", {}))


def _scale(scale: Document | None) -> Scale | None:
    if scale is None:
        return None
    labels, anchors = (_by_point(scale.get(name, {})) for name in ("labels", "anchors"))
    return Scale(int(scale["minimum"]), int(scale["maximum"]), labels, anchors)


def _by_point(texts: Document) -> dict[str, dict[int, str]]:
    return {language: {int(point): text for point, text in points.items()} for language, points in texts.items()}
