"""A whole sitting in each language and at both widths, with all six kinds of question; every page is looked at."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import all_six
from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]
LOCALES = {"en": "en-GB", "ru": "ru-RU", "lt": "lt-LT"}
AFTER = ("feedback", "explain", "my-data")
CHANGED = 2


def answer_all(page: Page, look: Look, name: str) -> None:
    for number, kind in enumerate(all_six.FORMATS, 1):
        expect(page).to_have_url(re.compile(rf"/question/{number}$"))
        assert page.locator("input:checked").count() == 0, "nothing is preselected"
        all_six.ANSWERS[kind](page)
        expect(page.locator(".saved .code")).to_be_visible()
        look(page, f"candidate-{kind}-{name}")
        all_six.save(page, number)


def go_back_and_change(page: Page) -> None:
    """The browser's Back shows what was saved, and what is changed there is saved."""
    page.locator(f"a[href*='/question/{CHANGED}?']").click()
    page.locator("input[name=choice]").nth(2).check()
    page.locator("button[name=action][value=save]").click()
    expect(page).to_have_url(re.compile(r"/review$"))
    page.go_back()
    expect(page.locator("input[name=choice]").nth(2)).to_be_checked()
    page.locator("input[name=choice]").nth(0).check()
    page.locator("button[name=action][value=save]").click()
    expect(page).to_have_url(re.compile(r"/review$"))


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [
        ("en", 360, "dark"),
        ("en", 1280, "light"),
        ("ru", 360, "light"),
        ("ru", 1280, "dark"),
        ("lt", 360, "dark"),
        ("lt", 1280, "light"),
    ],
)
def test_a_whole_sitting(site: Site, visit: Visit, look: Look, language: str, width: int, scheme: str) -> None:
    name = f"{width}-{language}-{scheme}"
    page = visit(width=width, height=800, locale=LOCALES[language], color_scheme=scheme)
    base = all_six.begin(page, all_six.invite(site), language)
    expect(page.locator("html")).to_have_attribute("lang", language)
    look(page, f"candidate-notice-{name}")
    all_six.agree(page)
    look(page, f"candidate-practice-{name}")
    all_six.practise(page)
    page.locator("main .buttons a").click()
    answer_all(page, look, name)
    look(page, f"candidate-review-{name}")
    go_back_and_change(page)
    page.locator("form[data-hand-in] button").click()
    expect(page).to_have_url(re.compile(r"/receipt$"))
    expect(page.locator(".answers__code")).to_have_count(len(all_six.FORMATS))
    look(page, f"candidate-receipt-{name}")
    for address in AFTER:
        expect(page.locator(f"main .buttons a[href$='{path(base)}/{address}']")).to_be_visible()


def path(address: str) -> str:
    return re.sub(r"^https?://[^/]+", "", address)
