"""Somebody leaves a shared computer on a bad network: no copy of the questionnaire is left to the next person."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.faults.small_site import OpenWindow, SmallSite, begin

pytestmark = [pytest.mark.faults, pytest.mark.journey]


def test_a_copy_shown_on_a_slow_network_goes_when_the_browser_turns_out_not_to_hold_the_sitting(
    small_site: SmallSite, windows: OpenWindow, tmp_path: Path
) -> None:
    candidate = begin(small_site, windows(tmp_path / "profile"))
    candidate.wait_for_pages()
    candidate.page.context.clear_cookies()
    small_site.wire.slow = 5.0
    candidate.open(2)
    expect(candidate.page.locator("h1")).to_have_text("Open your link again", timeout=30_000)
    assert candidate.kept_pages() == 0


def test_leaving_without_a_network_deletes_the_copies_and_says_what_is_left_to_do(
    small_site: SmallSite, windows: OpenWindow, tmp_path: Path
) -> None:
    candidate = begin(small_site, windows(tmp_path / "profile"))
    candidate.wait_for_pages()
    candidate.wire.cut()
    candidate.page.locator(".leave button").click()
    expect(candidate.page.locator(".leave .problem")).to_contain_text("There is no connection just now")
    assert candidate.kept_pages() == 0
    candidate.wire.mend()
    candidate.page.locator(".leave button").click()
    expect(candidate.page.locator("h1")).to_have_text("This browser has let go of your questionnaire")
