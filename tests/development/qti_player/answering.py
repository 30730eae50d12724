"""Answers one item in the player by hand, that is by mouse and keyboard, and says what was meant."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page

from questionnaires.definition import Item, ResponseFormat
from questionnaires.exchange.vocabulary import point_identifier, to_qti

Answer = dict[str, Any]


def answer(page: Page, item: Item, chance: random.Random) -> tuple[Answer, Any]:
    """Answer the item shown; return the answer in our form, and the response that QTI should have for it."""
    return _WAYS[item.format](page, item, chance)


def _tick(page: Page, pair: str) -> None:
    page.locator(f'.control-cell[data-pair="{pair}"]').click()


def _choose(page: Page, identifier: str) -> None:
    page.locator(f'li[data-identifier="{identifier}"], [role=radio][data-identifier="{identifier}"]').first.click()


def _best_worst(page: Page, item: Item, chance: random.Random) -> tuple[Answer, Any]:
    best, worst = chance.sample(item.option_ids, 2)
    pairs = [f"{to_qti(best)} best", f"{to_qti(worst)} worst"]
    for pair in pairs:
        _tick(page, pair)
    # Neither a second best nor the best as the worst can be ticked.
    for other in item.option_ids:
        if other != best:
            _tick(page, f"{to_qti(other)} best")
    _tick(page, f"{to_qti(best)} worst")
    return {"best": best, "worst": worst}, sorted(pairs)


def _pick_one(page: Page, item: Item, chance: random.Random) -> tuple[Answer, Any]:
    chosen = chance.choice(item.option_ids)
    _choose(page, to_qti(chosen))
    return {"choice": chosen}, to_qti(chosen)


def _likert(page: Page, item: Item, chance: random.Random) -> tuple[Answer, Any]:
    assert item.scale is not None
    if item.not_observed and chance.random() < 0.3:
        _choose(page, "not_observed")
        return {"not_observed": True}, "not_observed"
    point = chance.choice(item.scale.points)
    _choose(page, point_identifier(point))
    return {"value": point}, point_identifier(point)


def _rate_each(page: Page, item: Item, chance: random.Random) -> tuple[Answer, Any]:
    assert item.scale is not None
    ratings = {option: chance.choice(item.scale.points) for option in item.option_ids}
    pairs = [f"{to_qti(option)} {point_identifier(point)}" for option, point in ratings.items()]
    for pair in pairs:
        _tick(page, pair)
    return {"ratings": ratings}, sorted(pairs)


def _rank(page: Page, item: Item, chance: random.Random) -> tuple[Answer, Any]:
    wanted = list(item.option_ids)
    chance.shuffle(wanted)
    _drag(page, [to_qti(each) for each in wanted])
    return {"ranks": {option: place + 1 for place, option in enumerate(wanted)}}, [to_qti(each) for each in wanted]


def _drag(page: Page, wanted: list[str]) -> None:
    """Drag every option into its place."""
    places = page.locator("li.target").all()
    assert len(places) == len(wanted)
    for identifier, place in zip(wanted, places, strict=True):
        _pull(page, page.locator(f'.draggable[data-identifier="{identifier}"]'), place)


def _pull(page: Page, option: Locator, place: Locator) -> None:
    for step, where in enumerate((option, place)):
        box = where.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=8)
        if not step:
            page.mouse.down()
    page.mouse.up()


def _open_text(page: Page, item: Item, chance: random.Random) -> tuple[Answer, Any]:
    text = "Ačiū, спасибо, thanks."
    page.locator("textarea").fill(text)
    return {"text": text}, text


_WAYS: dict[ResponseFormat, Callable[[Page, Item, random.Random], tuple[Answer, Any]]] = {
    ResponseFormat.BEST_WORST: _best_worst,
    ResponseFormat.PICK_ONE: _pick_one,
    ResponseFormat.LIKERT: _likert,
    ResponseFormat.RATE_EACH: _rate_each,
    ResponseFormat.RANK: _rank,
    ResponseFormat.OPEN_TEXT: _open_text,
}
