"""The network goes away while somebody answers, and comes back: nothing is lost, nothing is there twice."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.faults.small_site import Candidate

pytestmark = [pytest.mark.faults, pytest.mark.journey]


def test_offline_in_the_middle_of_a_question_and_back(candidate: Candidate) -> None:
    first = candidate.choose(0, 1)
    candidate.acknowledged_now()
    candidate.wire.cut()
    changed = candidate.choose(2, 1)
    candidate.waits()
    expect(candidate.page.locator("#waiting")).to_be_visible()
    assert candidate.site.answers(candidate.base)[candidate.items[0]] == (1, first)
    candidate.wire.mend()
    candidate.acknowledged_now()
    candidate.nothing_waits()
    candidate.arrived({candidate.items[0]: changed})


def test_offline_reload_go_on_and_back(candidate: Candidate) -> None:
    candidate.wait_for_pages()
    candidate.wire.cut()
    one = candidate.choose(0, 1)
    candidate.waits()
    candidate.page.reload()
    candidate.waits()
    candidate.on()
    expect(candidate.page).to_have_url(re.compile(r"/question/2$"))
    two = candidate.choose(1, 2)
    candidate.on()
    expect(candidate.page).to_have_url(re.compile(r"/question/3$"))
    expect(candidate.page.locator("#waiting")).to_contain_text("2 answers wait")
    candidate.page.locator("button[name=action][value=skip]").click()
    expect(candidate.page).to_have_url(re.compile(r"/question/4$"))
    candidate.page.goto(f"{candidate.base}/question/2")
    candidate.waits()
    candidate.wire.mend()
    candidate.acknowledged_now()
    candidate.arrived({candidate.items[0]: one, candidate.items[1]: two, candidate.items[2]: None})
    candidate.nothing_waits()


def test_the_site_commits_and_its_reply_is_lost(candidate: Candidate) -> None:
    """The same answer is sent again, and a changed one follows it: each is there once."""
    candidate.wire.swallowed = "/answers"
    candidate.choose(0, 1)
    candidate.waits()
    assert candidate.wire.lost
    changed = candidate.choose(0, 2)
    candidate.waits()
    candidate.wire.swallowed = ""
    candidate.acknowledged_now()
    candidate.arrived({candidate.items[0]: changed})
    assert candidate.site.revisions(candidate.base) == [(candidate.items[0], 1), (candidate.items[0], 2)]
    expect(candidate.page.locator("[data-choice]")).to_have_count(0)


def test_handing_in_waits_for_what_waits(candidate: Candidate) -> None:
    candidate.wait_for_pages()
    candidate.wire.cut()
    only = candidate.choose(3, 0)
    candidate.waits()
    candidate.page.goto(f"{candidate.base}/review")
    expect(candidate.page.locator("li [data-waits]")).to_have_count(1)
    candidate.page.goto(f"{candidate.base}/send")
    expect(candidate.page.locator("#waiting")).to_contain_text("1 answer waits")
    candidate.page.locator("form[data-hand-in] button").click()
    expect(candidate.page.locator("form[data-hand-in] .problem")).to_contain_text(
        "1 answer still waits", timeout=20_000
    )
    assert candidate.site.state(candidate.base) == "started"
    candidate.wire.mend()
    candidate.nothing_waits()
    candidate.arrived({candidate.items[0]: only})
    candidate.page.reload()
    candidate.page.locator("form[data-hand-in] button").click()
    expect(candidate.page).to_have_url(re.compile(r"/receipt$"))
    assert candidate.site.state(candidate.base) == "submitted"
    candidate.arrived({candidate.items[0]: only})
    # The receipt clears up once it is shown.
    candidate.page.wait_for_function("async () => (await caches.keys()).length === 0")
    candidate.page.wait_for_function("async () => (await navigator.serviceWorker.getRegistrations()).length === 0")


def test_a_page_comes_from_the_site_while_it_answers(candidate: Candidate) -> None:
    candidate.wait_for_pages()
    candidate.page.reload()
    assert candidate.page.locator("html[data-kept]").count() == 0
    candidate.wire.cut()
    candidate.page.reload()
    expect(candidate.page.locator("html[data-kept]")).to_have_count(1)
    expect(candidate.page.locator("#waiting")).to_contain_text("no connection")
