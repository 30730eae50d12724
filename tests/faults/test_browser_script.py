"""The script itself fails: the queue goes on after any single error, and the form works without it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.faults.small_site import Candidate, OpenWindow, SmallSite, begin

pytestmark = [pytest.mark.faults, pytest.mark.journey]

ONE_FETCH_FAILS = """
const fetchWell = window.fetch; let left = 2;
window.fetch = (...given) => String(given[0]).endsWith("/answers") && left-- > 0
    ? Promise.reject(new RangeError("injected")) : fetchWell(...given);
"""
ONE_ENTRY_THROWS = """
const stringify = JSON.stringify; let left = 1;
JSON.stringify = (value, ...more) => {
    if (value && value.key && value.item === window.spoiled && left-- > 0) throw new TypeError("injected");
    return stringify(value, ...more);
};
"""
ALWAYS_BROKEN = ONE_ENTRY_THROWS.replace("left = 1", "left = Infinity")
NO_DATABASE = "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('injected'); } });"
NO_LOCKS = "Object.defineProperty(navigator, 'locks', { value: undefined });"
NO_CHANNEL = "delete window.BroadcastChannel;"
NOTHING_IS_SHOWN = "Intl.DateTimeFormat = Intl.PluralRules = function () { throw new Error('injected'); };"
NO_START = "Object.defineProperty(window, 'makings', { get() { throw new Error('injected'); }, set() {} });"
SUBMIT_THROWS = "crypto.randomUUID = () => { throw new Error('injected'); };"


def again(candidate: Candidate, script: str) -> Page:
    """The same page once more, with this fault in it from now on."""
    candidate.page.context.add_init_script(script)
    candidate.page.reload()
    return candidate.page


@pytest.mark.parametrize("script", [ONE_FETCH_FAILS, NO_LOCKS, NO_CHANNEL], ids=["fetch", "no locks", "no channel"])
def test_one_error_costs_no_answer(candidate: Candidate, script: str) -> None:
    again(candidate, script)
    one = candidate.choose(0, 1)
    candidate.acknowledged_now()
    candidate.on()
    expect(candidate.page).to_have_url(re.compile(r"/question/2$"))
    two = candidate.choose(1, 2)
    candidate.acknowledged_now()
    candidate.arrived({candidate.items[0]: one, candidate.items[1]: two})


def test_what_cannot_be_shown_is_sent_all_the_same(candidate: Candidate) -> None:
    candidate.wait_for_pages()
    again(candidate, NOTHING_IS_SHOWN)
    candidate.wire.cut()
    one = candidate.choose(0, 1)
    candidate.waits()
    candidate.page.reload()
    candidate.wire.mend()
    candidate.arrived({candidate.items[0]: one})
    candidate.on()
    candidate.page.wait_for_url("**/question/2")
    two = candidate.choose(1, 2)
    candidate.arrived({candidate.items[0]: one, candidate.items[1]: two})


@pytest.mark.parametrize("script", [ONE_ENTRY_THROWS, ALWAYS_BROKEN], ids=["once", "always"])
def test_an_error_in_the_loop_lets_the_next_answers_go(candidate: Candidate, script: str) -> None:
    """One entry throws while it is sent: those behind it arrive, and it does too once it no longer throws."""
    candidate.wait_for_pages()
    candidate.wire.cut()
    one = candidate.choose(0, 1)
    candidate.waits()
    candidate.on()
    candidate.page.wait_for_url("**/question/2")
    two = candidate.choose(1, 2)
    candidate.waits()
    again(candidate, f"window.spoiled = '{candidate.items[0]}';" + script)
    candidate.waits()
    candidate.wire.mend()
    if script is ALWAYS_BROKEN:
        candidate.arrived({candidate.items[1]: two})
        expect(candidate.page.locator("#waiting")).to_contain_text("1 answer waits", timeout=20_000)
        healed = candidate.page.context.new_page()
        healed.add_init_script("window.spoiled = '';")
        healed.goto(candidate.page.url)
    candidate.arrived({candidate.items[0]: one, candidate.items[1]: two})


def test_without_a_database_it_waits_in_the_open_page(candidate: Candidate) -> None:
    again(candidate, NO_DATABASE)
    candidate.wire.cut()
    one = candidate.choose(0, 1)
    candidate.waits()
    expect(candidate.page.locator("#waiting")).to_contain_text("leave this page open", timeout=20_000)
    candidate.on()
    candidate.page.wait_for_timeout(4000)
    expect(candidate.page).to_have_url(re.compile(r"/question/1$"))
    candidate.wire.mend()
    candidate.acknowledged_now()
    candidate.arrived({candidate.items[0]: one})
    candidate.on()
    expect(candidate.page).to_have_url(re.compile(r"/question/2$"))


@pytest.mark.parametrize("script", [NO_START, SUBMIT_THROWS], ids=["no start", "while sending"])
def test_the_form_works_where_the_script_does_not(
    small_site: SmallSite, windows: OpenWindow, tmp_path: Path, script: str
) -> None:
    page = windows(tmp_path / "profile")
    page.add_init_script(script)
    candidate = begin(small_site, page)
    one = candidate.choose(0, 1)
    candidate.on()
    expect(page).to_have_url(re.compile(r"/question/2$"))
    expect(page.locator(".saved .code")).to_be_visible()
    candidate.arrived({candidate.items[0]: one})
