"""What the page of a question says and does when the saving door answers 503, 429 or 400, or takes its time."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.faults import small_site as sites
from tests.faults.small_site import Candidate, OpenWindow, SmallSite, begin

pytestmark = pytest.mark.journey

small_site, whole_wire, windows = sites.small_site, sites.whole_wire, sites.windows
Look = Callable[[Page, str], None]
REFUSED = {"error": "unavailable", "retry_after": 1}
INVALID = {"error": "invalid", "messages": ["This cannot be taken."]}


class Door:
    """Stands before the saving door and answers in its place, so many times; then everything is let through."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen: list[Request] = []
        page.route(re.compile(r"/answers$"), self.answer)
        self.replies: list[tuple[int, dict[str, object]]] = []
        self.slow = 0.0

    def answer(self, route: Route) -> None:
        self.seen.append(route.request)
        if self.replies:
            status, said = self.replies.pop(0)
            route.fulfill(status=status, content_type="application/json", body=json.dumps(said))
        else:
            time.sleep(self.slow)
            route.continue_()

    def keys(self) -> list[str]:
        return [(each.post_data_json or {})["key"] for each in self.seen]


@pytest.fixture
def candidate(small_site: SmallSite, windows: OpenWindow, tmp_path: Path) -> Candidate:
    """Without the worker that keeps pages, so that the test may stand between the page and the site."""
    return begin(small_site, windows(tmp_path / "profile", service_workers="block"))


def banner_seen(page: Page) -> bool:
    """Whether the banner of what waits was shown on this page at any moment."""
    return bool(page.evaluate("window.bannerSeen === true"))


WATCH = """new MutationObserver(() => { window.bannerSeen ||= Boolean(document.getElementById("waiting")); })
    .observe(document, { childList: true, subtree: true });"""


def test_each_reply_is_told_as_what_it_is_and_no_answer_is_lost(candidate: Candidate, look: Look) -> None:
    page, door = candidate.page, Door(candidate.page)
    page.context.add_init_script(WATCH)
    page.reload()

    # A slow save is no waiting answer.
    door.slow = 3.5
    expected = {candidate.items[0]: candidate.choose(0, 1)}
    candidate.acknowledged_now()
    assert not banner_seen(page)
    door.slow = 0.0

    # One refusal passes without a word, and the same save is sent again.
    candidate.open(2)
    door.replies, door.seen = [(503, REFUSED)], []
    expected[candidate.items[1]] = candidate.choose(1, 2)
    candidate.acknowledged_now()
    assert len(set(door.keys())) == 1
    assert len(door.seen) == 2
    assert not banner_seen(page)

    # A lasting one is told, in the singular; one may go on, and it is sent by itself.
    candidate.open(3)
    door.replies = [(429, REFUSED)] * 4
    expected[candidate.items[2]] = candidate.choose(2, 3)
    candidate.waits()
    waiting = page.locator("#waiting")
    expect(waiting).to_contain_text("1 answer waits in this browser", timeout=15_000)
    expect(waiting).to_contain_text("We cannot take it just now. It is sent again by itself")
    look(page, "refused-for-now-360-en")
    candidate.on()
    page.wait_for_url("**/question/4")
    candidate.acknowledged_now()
    assert candidate.items[2] in candidate.site.answers(candidate.base)
    candidate.nothing_waits()

    # What can never be taken is set aside at once, with its reason; the next answers go on.
    door.replies = [(400, INVALID)]
    candidate.choose(0, 1)
    expect(waiting).to_contain_text("Question 4: this answer could not be taken. This cannot be taken.")
    look(page, "refused-for-good-360-en")
    candidate.open(5)
    expected[candidate.items[4]] = candidate.choose(0, 1)
    candidate.acknowledged_now()

    # An old token is renewed without a word.
    candidate.open(6)
    door.replies, door.seen = [(400, {"error": "csrf"})], []
    expected[candidate.items[5]] = candidate.choose(1, 0)
    candidate.acknowledged_now()
    assert len(door.seen) == 2
    candidate.arrived(expected)
