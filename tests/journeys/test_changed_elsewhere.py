"""Another device saved something else: the page shows both in words, for each of the six kinds, and asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.all_six import ANSWERS, FORMATS, agree, begin, invite, practise, save
from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

OTHERS: dict[str, dict[str, Any]] = {
    "best_worst": {"best": "a", "worst": "d"},
    "pick_one": {"choice": "a"},
    "likert": {"value": 1},
    "rank": {"ranks": {"a": 1, "b": 2, "c": 3, "d": 4}},
    "rate_each": {"ratings": {"a": 1, "b": 1, "c": 1, "d": 1}},
    "open_text": {"text": "Something else."},
}


def refused_once(page: Page, value: dict[str, Any]) -> None:
    """The door says once that another device was quicker, with this value."""
    saved = {
        "value": value,
        "skipped": False,
        "revision": 0,
        "saved_at": "2026-01-01T10:00:00+00:00",
        "code": "ABCDEFGH",
    }

    def answer(route: Route) -> None:
        route.fulfill(status=409, content_type="application/json", body=json.dumps({"error": "stale", "saved": saved}))

    page.route(DOOR, answer, times=1)


DOOR = re.compile(r"/answers$")


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """A phone whose script may not fail; that the browser reports a 409 is meant here."""
    context = chromium.new_context(
        base_url=site.address, viewport={"width": 360, "height": 740}, locale="en-GB", service_workers="block"
    )
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def test_both_are_shown_in_words_and_one_is_chosen(page: Page, site: Site) -> None:
    begin(page, invite(site), "en")
    agree(page)
    practise(page)
    page.locator("main .button").first.click()
    for number, kind in enumerate(FORMATS, 1):
        expect(page).to_have_url(re.compile(rf"/question/{number}$"))
        refused_once(page, OTHERS[kind])
        ANSWERS[kind](page)
        choice = page.locator("[data-choice]")
        expect(choice.get_by_role("heading", level=2)).to_have_text("This answer was changed in another place")
        both = choice.locator(".panel")
        expect(both).to_have_count(2)
        told = both.all_inner_texts()
        assert told[0] != told[1], told
        assert all(len(each.splitlines()) > 1 for each in told), told
        choice.get_by_role("button", name="Save the answer from this page").click()
        expect(choice).to_have_count(0)
        save(page, number)
