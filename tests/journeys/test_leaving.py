"""Leaving a shared computer clears what the browser kept of the questionnaire."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.faults import small_site as sites
from tests.faults.small_site import OpenWindow, SmallSite, begin
from tests.faults.test_browser_script import NO_START

pytestmark = pytest.mark.journey

small_site, whole_wire, windows = sites.small_site, sites.whole_wire, sites.windows
KEPT = "async () => (await caches.keys()).length"
WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"


def test_leaving_clears_the_kept_pages(
    small_site: SmallSite, windows: OpenWindow, tmp_path: Path, look: Callable[[Page, str], None]
) -> None:
    candidate = begin(small_site, windows(tmp_path / "profile"))
    candidate.wait_for_pages()
    page = candidate.page
    assert page.evaluate(KEPT) > 0
    look(page, "leaving-before-360-en")
    page.locator(".leave button").click()
    expect(page.locator("h1")).to_have_text("This browser has let go of your questionnaire")
    look(page, "leaving-left-360-en")
    page.wait_for_function(f"({KEPT})().then((count) => count === 0)")
    page.wait_for_function(f"({WORKERS})().then((count) => count === 0)")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Open your link again")


def test_no_copy_outlives_the_leaving_even_if_the_page_after_it_never_ran(
    small_site: SmallSite, windows: OpenWindow, tmp_path: Path
) -> None:
    """The window is closed at once, or its script fails; the next person has a slow network."""
    candidate = begin(small_site, windows(tmp_path / "profile"))
    candidate.wait_for_pages()
    page = candidate.page
    page.context.add_init_script(NO_START)
    page.evaluate("HTMLFormElement.prototype.submit.call(document.querySelector('.leave form'))")
    expect(page.locator("h1")).to_have_text("This browser has let go of your questionnaire")
    assert candidate.kept_pages() == 0
    small_site.wire.slow = 5.0
    page.goto(f"{candidate.base}/question/1")
    expect(page.locator("h1")).to_have_text("Open your link again")
