r"""The key as QTI response declarations, outcomes and response processing.

``SCORE`` is the item's raw score by the key, as ``scoring.key.item_score`` defines it; ``SCORE_SHARE`` brings it to
0..1 by the item's own range, and ``COUNTED`` is 1 where an answer was complete and the key tells the options apart.
An answer that is not complete leaves the three as they were declared.

Mapped formats: the mapping of the response carries the key itself (best :math:`+e`, worst :math:`-e`).

``rate_each`` and ``rank`` score the correlation :math:`r` of what was given, :math:`x_o`, with the key :math:`e_o`.
With :math:`z_o = (e_o - \bar e) / \lVert e - \bar e \rVert` it is

.. math:: r = \frac{\sqrt n \sum_o z_o x_o}{\sqrt{n \sum_o x_o^2 - (\sum_o x_o)^2}}

``RANK_<option>`` and ``RATING_<option>`` hold the :math:`x_o`. Ranks are read off the places of the ordered response;
the places are named by constants, ``PLACE_1`` and so on: a player was found that overlooks a plain number there.
A response to a match interaction has a single mapping, so the ratings are mapped to the digits of one whole number
(base: points of the scale plus one, a digit to each option) and taken apart again. QTI integers end at 2^31 - 1: where
the digits do not fit, and for ranks of more than twelve options, no processing is written (`can_score` is False) and
the key stands in the companion data only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt

from lxml import etree

from questionnaires.definition import Item, ResponseFormat
from questionnaires.exchange.vocabulary import (
    BEST,
    COUNTED,
    RESPONSE,
    SCORE,
    SHARE,
    WORST,
    point_identifier,
    to_qti,
)
from questionnaires.exchange.xml_writing import node, number, text_node

LARGEST_INTEGER = 2**31 - 1
MOST_RANKED = 12
_SHAPES = {
    ResponseFormat.BEST_WORST: ("multiple", "directedPair"),
    ResponseFormat.PICK_ONE: ("single", "identifier"),
    ResponseFormat.LIKERT: ("single", "identifier"),
    ResponseFormat.RATE_EACH: ("multiple", "directedPair"),
    ResponseFormat.RANK: ("ordered", "identifier"),
    ResponseFormat.OPEN_TEXT: ("single", "string"),
}


def can_score(item: Item) -> bool:
    """Whether QTI response processing can express the item's key."""
    if not item.keyed:
        return False
    if item.format is ResponseFormat.RATE_EACH:
        return _base(item) ** len(item.options) <= LARGEST_INTEGER
    return item.format is not ResponseFormat.RANK or len(item.options) <= MOST_RANKED


def tells_apart(item: Item) -> bool:
    """Whether two answers to the item can score differently, so that it has a share of the key total."""
    return item.format is ResponseFormat.LIKERT or len(set(_key(item).values())) > 1


def declarations(item: Item, *, with_key: bool) -> list[etree._Element]:
    """Return the declarations of the response and, with a key, of the outcomes."""
    cardinality, kind = _SHAPES[item.format]
    response = node("qti-response-declaration", _declared(RESPONSE, kind, cardinality))
    if not (with_key and can_score(item)):
        return [response]
    entries = mapping(item)
    if entries:
        response.append(_mapping(entries))
    return [response, *_outcomes(item)]


def _declared(identifier: str, kind: str, cardinality: str = "single") -> dict[str, str]:
    return {"identifier": identifier, "cardinality": cardinality, "base-type": kind}


def _mapping(entries: Mapping[str, float]) -> etree._Element:
    written = [
        node("qti-map-entry", {"map-key": key, "mapped-value": number(value), "case-sensitive": "true"})
        for key, value in entries.items()
    ]
    return node("qti-mapping", {"default-value": "0.0"}, *written)


def _key(item: Item) -> dict[str, float]:
    return {option.id: option.key.mean for option in item.options if option.key is not None}


def mapping(item: Item) -> dict[str, float]:
    """Return what the response of a keyed item is mapped to; empty for ranks, which have no mapping."""
    return _MAPPINGS.get(item.format, lambda _item: {})(item)


def _map_best_worst(item: Item) -> dict[str, float]:
    pairs = [(to_qti(option), value) for option, value in _key(item).items()]
    best = {f"{option} {BEST}": value for option, value in pairs}
    return best | {f"{option} {WORST}": -value for option, value in pairs}


def _map_pick_one(item: Item) -> dict[str, float]:
    return {to_qti(option): value for option, value in _key(item).items()}


def _map_likert(item: Item) -> dict[str, float]:
    assert item.scale is not None
    return {point_identifier(point): float(item.direction * point) for point in item.scale.points}


def _base(item: Item) -> int:
    assert item.scale is not None
    return len(item.scale.points) + 1


def _map_rate_each(item: Item) -> dict[str, float]:
    assert item.scale is not None
    return {
        f"{to_qti(option)} {point_identifier(point)}": float((place + 1) * _base(item) ** position)
        for position, option in enumerate(item.option_ids)
        for place, point in enumerate(item.scale.points)
    }


_MAPPINGS: dict[ResponseFormat, Callable[[Item], dict[str, float]]] = {
    ResponseFormat.BEST_WORST: _map_best_worst,
    ResponseFormat.PICK_ONE: _map_pick_one,
    ResponseFormat.LIKERT: _map_likert,
    ResponseFormat.RATE_EACH: _map_rate_each,
}


def bounds(item: Item) -> tuple[float, float]:
    """Return the lowest and the highest raw score of a keyed item."""
    if item.format is ResponseFormat.LIKERT:
        values = _map_likert(item).values()
        return min(values), max(values)
    if item.format in (ResponseFormat.RATE_EACH, ResponseFormat.RANK):
        return -1.0, 1.0
    low, high = min(_key(item).values()), max(_key(item).values())
    return (low, high) if item.format is ResponseFormat.PICK_ONE else (low - high, high - low)


def _outcomes(item: Item) -> list[etree._Element]:
    low, high = bounds(item)
    limits = {"normal-minimum": number(low), "normal-maximum": number(high)}
    outcomes = [node("qti-outcome-declaration", _declared(SCORE, "float") | limits)]
    if tells_apart(item):
        share = _declared(SHARE, "float") | {"normal-minimum": "0.0", "normal-maximum": "1.0"}
        outcomes += [node("qti-outcome-declaration", share), _whole_outcome(COUNTED)]
    given = _given(item)
    helpers = [*given.values(), *(("CODE", "SPREAD") if item.format is ResponseFormat.RATE_EACH else ())]
    places = range(1, len(given) + 1) if item.format is ResponseFormat.RANK else ()
    outcomes += [_whole_outcome(f"PLACE_{place}", place) for place in places]
    return outcomes + [_whole_outcome(name) for name in helpers]


def _whole_outcome(identifier: str, value: int = 0) -> etree._Element:
    default = node("qti-default-value", {}, text_node("qti-value", str(value)))
    return node("qti-outcome-declaration", _declared(identifier, "integer"), default)


def _given(item: Item) -> dict[str, str]:
    """Return the outcome variable that holds what was given for each option."""
    prefix = {ResponseFormat.RATE_EACH: "RATING_", ResponseFormat.RANK: "RANK_"}.get(item.format)
    return {option: prefix + option for option in item.option_ids} if prefix else {}


def processing(item: Item) -> list[etree._Element]:
    """Return the response processing of an item, empty where it has no key that QTI can express."""
    if not can_score(item):
        return []
    rules = _RULES.get(item.format, _mapped_rules)(item)
    complete = node("qti-response-if", {}, _is_complete(item), *rules, *_share_rules(item))
    found = _find_places(item) if item.format is ResponseFormat.RANK else []
    return [node("qti-response-processing", {}, *found, node("qti-response-condition", {}, complete))]


def _is_complete(item: Item) -> etree._Element:
    if item.format is ResponseFormat.RANK:
        return _all_placed(item)
    needed = {ResponseFormat.BEST_WORST: 2}.get(item.format, len(item.options))
    if _SHAPES[item.format][0] != "single":
        return node(
            "qti-equal", {"tolerance-mode": "exact"}, node("qti-container-size", {}, _response()), _whole(needed)
        )
    if item.not_observed:
        return node("qti-and", {}, _answered(), node("qti-not", {}, _is("not_observed")))
    return _answered()


def _answered() -> etree._Element:
    return node("qti-not", {}, node("qti-is-null", {}, _response()))


def _is(identifier: str) -> etree._Element:
    return node("qti-match", {}, _response(), text_node("qti-base-value", identifier, {"base-type": "identifier"}))


def _response() -> etree._Element:
    return _variable(RESPONSE)


def _variable(identifier: str) -> etree._Element:
    return node("qti-variable", {"identifier": identifier})


def _whole(value: int) -> etree._Element:
    return text_node("qti-base-value", str(value), {"base-type": "integer"})


def _real(value: float) -> etree._Element:
    return text_node("qti-base-value", number(value), {"base-type": "float"})


def _set(identifier: str, value: etree._Element) -> etree._Element:
    return node("qti-set-outcome-value", {"identifier": identifier}, value)


def _mapped() -> etree._Element:
    return node("qti-map-response", {"identifier": RESPONSE})


def _mapped_rules(_item: Item) -> list[etree._Element]:
    return [_set(SCORE, _mapped())]


def _share_rules(item: Item) -> list[etree._Element]:
    if not tells_apart(item):
        return []
    low, high = bounds(item)
    above = node("qti-subtract", {}, _variable(SCORE), _real(low))
    return [_set(SHARE, node("qti-divide", {}, above, _real(high - low))), _set(COUNTED, _whole(1))]


def _unit_key(item: Item) -> dict[str, float]:
    """Return the key centred and brought to length 1; zeros where it does not tell the options apart."""
    key = _key(item)
    mean = sum(key.values()) / len(key)
    length = sqrt(sum((value - mean) ** 2 for value in key.values()))
    return {option: (value - mean) / length if length > 1e-12 else 0.0 for option, value in key.items()}


def _weighted(weights: Mapping[str, float], given: Mapping[str, str]) -> etree._Element:
    terms = [node("qti-product", {}, _real(weight), _variable(given[option])) for option, weight in weights.items()]
    return node("qti-sum", {}, *terms)


def _rank_rules(item: Item) -> list[etree._Element]:
    given = _given(item)
    n = len(given)
    length = sqrt(n * (n * n - 1) / 12)
    weights = {option: -value / length for option, value in _unit_key(item).items()}
    return [_set(SCORE, _weighted(weights, given))]


def _all_placed(item: Item) -> etree._Element:
    """A place left empty may stand in the response as nothing, so that its length says little."""
    n = len(item.options)
    ranks = node("qti-sum", {}, *(_variable(each) for each in _given(item).values()))
    return node("qti-equal", {"tolerance-mode": "exact"}, ranks, _whole(n * (n + 1) // 2))


def _find_places(item: Item) -> list[etree._Element]:
    return [_find_place(option, variable, len(item.options)) for option, variable in _given(item).items()]


def _find_place(option: str, variable: str, places: int) -> etree._Element:
    """Return a rule that looks an option up in the order given."""
    branches = []
    for place in range(1, places + 1):
        at = node("qti-index", {"n": f"PLACE_{place}"}, _response())
        here = node("qti-match", {}, at, text_node("qti-base-value", to_qti(option), {"base-type": "identifier"}))
        name = "qti-response-if" if place == 1 else "qti-response-else-if"
        branches.append(node(name, {}, here, _set(variable, _whole(place))))
    return node("qti-response-condition", {}, *branches)


def _rating_rules(item: Item) -> list[etree._Element]:
    assert item.scale is not None
    given = _given(item)
    rules = [_set("CODE", node("qti-truncate", {}, _mapped()))]
    for position, variable in enumerate(given.values()):
        rules.append(_set(variable, _digit(position, _base(item), item.scale.minimum - 1)))
    weights = {option: value * sqrt(len(given)) for option, value in _unit_key(item).items()}
    length = node("qti-power", {}, _variable("SPREAD"), _real(0.5))
    score = node("qti-divide", {}, _weighted(weights, given), length)
    alike = node("qti-equal", {"tolerance-mode": "exact"}, _variable("SPREAD"), _whole(0))
    return [
        *rules,
        _set("SPREAD", _spread(list(given.values()))),
        node(
            "qti-response-condition",
            {},
            node("qti-response-if", {}, alike, _set(SCORE, _real(0))),
            node("qti-response-else", {}, _set(SCORE, score)),
        ),
    ]


def _digit(position: int, base: int, shift: int) -> etree._Element:
    """Return one digit of CODE as a point of the scale."""
    upper = node("qti-integer-divide", {}, _variable("CODE"), _whole(base**position))
    return node("qti-sum", {}, node("qti-integer-modulus", {}, upper, _whole(base)), _whole(shift))


def _spread(variables: list[str]) -> etree._Element:
    """Return n times the sum of squares less the square of the sum: whole, and 0 where all are alike."""
    squares = [node("qti-product", {}, _variable(each), _variable(each)) for each in variables]
    total = [node("qti-sum", {}, *(_variable(each) for each in variables)) for _side in range(2)]
    scaled = node("qti-product", {}, _whole(len(variables)), node("qti-sum", {}, *squares))
    return node("qti-subtract", {}, scaled, node("qti-product", {}, *total))


_RULES: dict[ResponseFormat, Callable[[Item], list[etree._Element]]] = {
    ResponseFormat.RANK: _rank_rules,
    ResponseFormat.RATE_EACH: _rating_rules,
}
