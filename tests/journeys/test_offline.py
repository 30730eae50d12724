"""A candidate on a train: the network goes, the page is reloaded, the browser dies; every answer arrives once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.faults import small_site as sites
from tests.faults.small_site import Candidate, OpenWindow, SmallSite, begin
from tests.faults.test_browser_killed import kill
from tests.faults.test_browser_script import ONE_ENTRY_THROWS

pytestmark = pytest.mark.journey

small_site, whole_wire, windows = sites.small_site, sites.whole_wire, sites.windows
Look = Callable[[Page, str], None]


def answer_offline(candidate: Candidate, look: Look) -> dict[str, object]:
    """Two questions without a network, with a reload between them."""
    candidate.wait_for_pages()
    candidate.wire.cut()
    one = candidate.choose(0, 1)
    candidate.waits()
    candidate.page.reload()
    candidate.waits()
    candidate.on()
    candidate.page.wait_for_url("**/question/2")
    two = candidate.choose(1, 2)
    candidate.waits()
    look(candidate.page, "saving-waits-360-en")
    assert candidate.site.answers(candidate.base) == {}
    return {candidate.items[0]: one, candidate.items[1]: two}


def test_a_train_through_a_tunnel(small_site: SmallSite, windows: OpenWindow, tmp_path: Path, look: Look) -> None:
    profile = tmp_path / "profile"
    candidate = begin(small_site, windows(profile))
    look(candidate.page, "saving-before-360-en")
    expected = answer_offline(candidate, look)
    kill(profile)

    candidate.page = windows(profile)
    candidate.page.context.add_init_script(f"window.spoiled = '{candidate.items[0]}';" + ONE_ENTRY_THROWS)
    candidate.wire.mend()
    candidate.come_back()
    candidate.page.wait_for_url(re.compile(r"/(question/\d+|ready)$"))
    candidate.arrived(expected)
    candidate.nothing_waits()
    candidate.page.goto(f"{candidate.base}/question/2")
    expect(candidate.page.locator("input:checked")).to_have_count(2)
    expect(candidate.page.locator(".saved .code")).to_be_visible()
    look(candidate.page, "saving-saved-360-en")
    assert candidate.site.revisions(candidate.base) == sorted((item, 1) for item in expected)
