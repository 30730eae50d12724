"""Each way of answering is saved when given, waits without a network, and is shown again after a reload."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.faults.small_site import Candidate, OpenWindow, SmallSite, to_ready, wait_until
from tests.journeys.all_six import ANSWERS, FORMATS, SAMPLE

pytestmark = [pytest.mark.faults, pytest.mark.journey]

VALUES = """() => Object.fromEntries([...document.querySelector("form[data-answer]").elements]
    .filter((each) => each.name && each.type !== "hidden" && (each.type !== "radio" || each.checked))
    .map((each) => [each.name + "=" + (each.type === "radio" ? each.value : ""), each.value]))"""


@pytest.fixture
def six(small_site: SmallSite, windows: OpenWindow, tmp_path: Any) -> Candidate:
    page = windows(tmp_path / "profile")
    link = small_site.invite(SAMPLE)
    base = to_ready(page, link)
    page.goto(f"{base}/question/1")
    return Candidate(small_site, page, link, base, [item.id for item in SAMPLE.items_of("A")])


def test_each_way_is_saved_when_given(six: Candidate) -> None:
    for number, kind in enumerate(FORMATS, 1):
        six.open(number)
        ANSWERS[kind](six.page)
        six.acknowledged_now()
        wait_until(lambda: len(six.site.answers(six.base)) == number)  # noqa: B023
        shown = six.page.evaluate(VALUES)
        six.page.reload()
        assert six.page.evaluate(VALUES) == shown, kind


def test_each_way_waits_and_is_laid_over_the_kept_page(six: Candidate) -> None:
    six.wait_for_pages()
    six.wire.cut()
    shown = {}
    for number, kind in enumerate(FORMATS, 1):
        six.open(number)
        ANSWERS[kind](six.page)
        six.waits()
        shown[number] = six.page.evaluate(VALUES)
    for number in shown:
        six.open(number)
        six.waits()
        assert six.page.evaluate(VALUES) == shown[number], FORMATS[number - 1]
    assert six.site.answers(six.base) == {}
    six.wire.mend()
    wait_until(lambda: len(six.site.answers(six.base)) == len(FORMATS))
    for number in shown:
        six.open(number)
        expect(six.page.locator(".saved .code")).to_be_visible()
        assert six.page.evaluate(VALUES) == shown[number], FORMATS[number - 1]
    assert [revision for _item, revision in six.site.revisions(six.base)] == [1] * len(FORMATS)
