"""All six kinds of question without JavaScript, on a phone: mistakes are told by the page, nothing chosen is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import all_six
from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey


@pytest.fixture
def phone(chromium: Browser, site: Site) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=site.address, viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="en-GB"
    )
    yield context.new_page()
    context.close()


def check(page: Page) -> None:
    """Nothing is wider than the phone, and no control needs a script."""
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{page.url} is {wider} px wider than the window"
    assert page.locator("button[type=button]:visible").count() == 0


def told(page: Page, words: str) -> None:
    """The mistake is said at the top, and its link leads to the control."""
    page.locator("button[name=action][value=save]").click()
    expect(page.locator("#error-summary")).to_contain_text(words)
    page.locator("#error-summary a").first.click()
    expect(page.locator(re.sub(r"^[^#]*", "", page.url))).to_be_in_viewport()


def mistakes(page: Page, kind: str) -> None:
    if kind == "best_worst":
        page.locator("input[name=best]").nth(1).check()
        page.locator("input[name=worst]").nth(1).check()
        told(page, "cannot be both the best and the worst")
        assert page.locator("input:checked").count() == 2
    elif kind == "rank":
        page.locator("#rank-a").select_option("2")
        page.locator("#rank-b").select_option("2")
        told(page, "Place 2 is given more than once")
        expect(page.locator("#error-summary")).to_contain_text("2 have no place yet")
        expect(page.locator("#rank-b")).to_have_value("2")
    elif kind == "rate_each":
        page.locator("#rating-a-9").check()
        told(page, "2 have no rating yet")
        expect(page.locator("#rating-a-9")).to_be_checked()
    else:
        told(page, "or skip this question for now")


def skip_and_undo(page: Page) -> None:
    """One press skips, one press on the next page takes it back."""
    page.locator("button[name=action][value=skip]").click()
    expect(page).to_have_url(re.compile(r"/question/2$"))
    page.locator("button[name=action][value=undo]").click()
    expect(page).to_have_url(re.compile(r"/question/1$"))
    expect(page.locator("button[name=action][value=undo]")).to_have_count(0)


def back_and_on(page: Page) -> None:
    """The browser's Back shows what was saved last, and saving there again is no conflict."""
    page.locator("a[href*='/question/6?']").click()
    page.locator("textarea").fill("Another story.")
    page.locator("button[name=action][value=save]").click()
    expect(page).to_have_url(re.compile(r"/review$"))
    page.go_back()
    expect(page.locator("textarea")).to_have_value("Another story.")
    page.locator("textarea").fill(all_six.STORY)
    page.locator("button[name=action][value=save]").click()
    expect(page).to_have_url(re.compile(r"/review$"))


def test_all_six_without_a_script(site: Site, phone: Page) -> None:
    all_six.begin(phone, all_six.invite(site), "en")
    all_six.agree(phone)
    all_six.practise(phone)
    phone.locator("main .buttons a").click()
    skip_and_undo(phone)
    for number, kind in enumerate(all_six.FORMATS, 1):
        expect(phone).to_have_url(re.compile(rf"/question/{number}$"))
        check(phone)
        mistakes(phone, kind)
        all_six.ANSWERS[kind](phone)
        all_six.save(phone, number)
    check(phone)
    expect(phone.locator(".answers__words")).to_contain_text(
        ["Best:", "", "Middling", "1: I write tomorrow.", "6:", "A tap"]
    )
    back_and_on(phone)
    phone.locator("form[data-hand-in] button").click()
    expect(phone).to_have_url(re.compile(r"/receipt$"))
    expect(phone.locator(".answers__code")).to_have_count(len(all_six.FORMATS))
    check(phone)
