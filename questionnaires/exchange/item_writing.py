"""One item in one language as a QTI assessment item.

=============  ==========================================================================
``best_worst``  match, as a table: options against the columns best and worst, once each
``pick_one``    choice of one
``likert``      choice of one among the points of the scale
``rate_each``   match, as a table: options against the points of the scale, one point each
``rank``        order
``open_text``   extended text
=============  ==========================================================================

Best and worst share one match interaction because it alone can say that they differ: each option is matched once
and each column once. In two choice interactions a person could choose the same option twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from questionnaires.definition import Item, ResponseFormat
from questionnaires.exchange.key_writing import declarations, processing
from questionnaires.exchange.vocabulary import (
    BEST,
    COLUMN_WORDS,
    LANGUAGE,
    RESPONSE,
    TOOL,
    WORST,
    item_identifier,
    point_identifier,
    to_qti,
)
from questionnaires.exchange.xml_writing import node, text_node, written

NOT_OBSERVED = "not_observed"
SCENE_CLASS = "makings-scene"
INDICATORS_CLASS = "makings-indicators"


def item_xml(item: Item, language: str, *, with_key: bool = True) -> bytes:
    """Return one language variant of an item as a QTI 3.0 file.

    Parameters
    ----------
    item : Item
        Not withheld.
    language : str
        One of the languages in which the item has texts.
    with_key : bool
        False leaves out the mapping, the outcomes and their processing.

    Returns
    -------
    bytes
        XML in UTF-8.
    """
    attributes = {
        "identifier": item_identifier(item.id, language),
        "title": _one_line(item.titles.get(language, item.id)),
        "adaptive": "false",
        "time-dependent": "false",
        "tool-name": TOOL,
        "tool-version": "1",
        LANGUAGE: language,
    }
    root = node("qti-assessment-item", attributes)
    root.extend(declarations(item, with_key=with_key))
    root.append(node("qti-item-body", {}, *_scene(item, language), _INTERACTIONS[item.format](item, language)))
    root.extend(processing(item) if with_key else [])
    return written(root)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _scene(item: Item, language: str) -> list[etree._Element]:
    scene = item.scenes.get(language)
    return [node("div", {"class": SCENE_CLASS}, text_node("p", scene))] if scene else []


def _prompt(item: Item, language: str) -> etree._Element:
    prompt = node("qti-prompt", {}, text_node("p", item.stems.get(language, "")))
    if item.indicators:
        lines = [text_node("li", indicator.texts.get(language, "")) for indicator in item.indicators]
        prompt.append(node("ul", {"class": INDICATORS_CLASS}, *lines))
    return prompt


def _interaction(name: str, item: Item, language: str, **attributes: str) -> etree._Element:
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    return node(name, {"response-identifier": RESPONSE, **named}, _prompt(item, language))


def _options(item: Item, language: str, name: str, **attributes: str) -> list[etree._Element]:
    named = {key.replace("_", "-"): value for key, value in attributes.items()}
    return [
        text_node(name, option.texts.get(language, ""), {"identifier": to_qti(option.id), **named})
        for option in item.options
    ]


def point_texts(item: Item, language: str) -> Mapping[int, str]:
    """Return what each point of an item's scale is called: its label and anchor, or its number without a label."""
    assert item.scale is not None
    labels, anchors = item.scale.labels.get(language, {}), item.scale.anchors.get(language, {})
    named = {point: labels.get(point, str(point)) for point in item.scale.points}
    return {point: f"{name}\n{anchors[point]}" if point in anchors else name for point, name in named.items()}


def _match(item: Item, language: str, most: int, columns: list[etree._Element]) -> etree._Element:
    rows = _options(item, language, "qti-simple-associable-choice", match_max="1")
    interaction = _interaction(
        "qti-match-interaction",
        item,
        language,
        class_="qti-match-tabular",
        shuffle="true",
        max_associations=str(most),
        min_associations=str(most),
    )
    interaction.extend([node("qti-simple-match-set", {}, *rows), node("qti-simple-match-set", {}, *columns)])
    return interaction


def _column(identifier: str, text: str, most: int) -> etree._Element:
    attributes = {"identifier": identifier, "match-max": str(most), "fixed": "true"}
    return text_node("qti-simple-associable-choice", text, attributes)


def _best_worst(item: Item, language: str) -> etree._Element:
    words = COLUMN_WORDS.get(language, COLUMN_WORDS["en"])
    return _match(item, language, 2, [_column(name, word, 1) for name, word in zip((BEST, WORST), words, strict=True)])


def _rate_each(item: Item, language: str) -> etree._Element:
    most = len(item.options)
    points = point_texts(item, language).items()
    return _match(item, language, most, [_column(point_identifier(point), text, most) for point, text in points])


def _pick_one(item: Item, language: str) -> etree._Element:
    interaction = _interaction(
        "qti-choice-interaction", item, language, shuffle="true", max_choices="1", min_choices="1"
    )
    interaction.extend(_options(item, language, "qti-simple-choice"))
    return interaction


def _likert(item: Item, language: str) -> etree._Element:
    interaction = _interaction(
        "qti-choice-interaction",
        item,
        language,
        class_="qti-labels-none",
        shuffle="false",
        max_choices="1",
        min_choices="1",
    )
    texts = {point_identifier(point): text for point, text in point_texts(item, language).items()}
    if item.not_observed:
        texts[NOT_OBSERVED] = item.not_observed.get(language, "")
    interaction.extend(text_node("qti-simple-choice", text, {"identifier": name}) for name, text in texts.items())
    return interaction


def _rank(item: Item, language: str) -> etree._Element:
    """The class has a player give each option a place of its own: nothing is an order before somebody made one."""
    every = str(len(item.options))
    interaction = _interaction(
        "qti-order-interaction",
        item,
        language,
        class_="qti-choices-left",
        shuffle="true",
        orientation="vertical",
        min_choices=every,
        max_choices=every,
    )
    interaction.extend(_options(item, language, "qti-simple-choice"))
    return interaction


def _open_text(item: Item, language: str) -> etree._Element:
    return _interaction("qti-extended-text-interaction", item, language, format="plain")


_INTERACTIONS: dict[ResponseFormat, Callable[[Item, str], etree._Element]] = {
    ResponseFormat.BEST_WORST: _best_worst,
    ResponseFormat.PICK_ONE: _pick_one,
    ResponseFormat.LIKERT: _likert,
    ResponseFormat.RATE_EACH: _rate_each,
    ResponseFormat.RANK: _rank,
    ResponseFormat.OPEN_TEXT: _open_text,
}
