"""A candidate without JavaScript, in Russian on a phone: from the invitation to the receipt, by plain pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect
from werkzeug.test import TestResponse

from questionnaires import shelf
from tests.journeys.conftest import Site
from tests.page_rules import check_page

pytestmark = pytest.mark.journey

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]
PHONE = {"width": 360, "height": 740}
PLAIN = {"java_script_enabled": False, "locale": "ru-RU"}
PRACTICE = len(shelf.get("customer-orientation").practice)
QUESTIONS = len(shelf.get("customer-orientation").items_of("A"))
SKIPPED = 2


@dataclass
class Seen:
    """A page as the browser received it, in the shape that the page rules read."""

    headers: dict[str, str]
    text: str

    def get_data(self, as_text: bool = True) -> str:
        return self.text


@dataclass
class Phone:
    """A page without JavaScript. axe needs it, so axe looks at the same address in a second window with JavaScript."""

    page: Page
    visit: Visit
    look: Look
    last: Response | None = None

    def __post_init__(self) -> None:
        self.page.on("response", self.keep)

    def keep(self, response: Response) -> None:
        if response.request.resource_type == "document" and response.status == 200:
            self.last = response

    def check(self, name: str) -> None:
        """The rules of every page, Russian throughout, nothing wider than the phone."""
        assert self.last is not None
        headers = {"Content-Security-Policy": self.last.headers["content-security-policy"]}
        check_page(cast(TestResponse, Seen(headers, self.last.text())))
        expect(self.page.locator("html")).to_have_attribute("lang", "ru")
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{self.page.url} is {wider} px wider than the window"
        dead = self.page.locator("button[type=button]:visible")
        assert dead.count() == 0, f"a button that needs a script is shown without one: {dead.all_inner_texts()}"
        self.look_with_axe(name)

    def look_with_axe(self, name: str) -> None:
        state: Any = self.page.context.storage_state()
        twin = self.visit(**PHONE, locale="ru-RU", storage_state=state)
        twin.goto(self.page.url)
        self.look(twin, name)
        twin.context.close()

    def press(self, selector: str) -> None:
        self.page.locator(selector).first.click()


def invite(page: Page, site: Site, name: str, email: str) -> str:
    """The recruiter's part works without JavaScript too."""
    page.goto("/sign-in")
    page.locator("input[name=email]").fill("recruiter@demo.example")
    page.locator("input[name=password]").fill(site.password("recruiter@demo.example"))
    page.locator("main form button").click()
    page.goto("/vacancies")
    page.get_by_role("link", name="Service adviser").first.click()
    page.locator("main a[href$='/invite']").first.click()
    page.locator("textarea").fill(f"{name} <{email}>")
    page.locator("main form button").click()
    page.locator("main form button").click()
    found = re.search(r"http://127\.0\.0\.1:\d+/i/\S+", page.locator("textarea").input_value())
    assert found
    return found.group(0)


def begin(page: Page, link: str) -> None:
    """Start and choose Russian; the notice follows."""
    page.goto(link)
    page.locator("main form button").click()
    page.locator("main button[name=language][value=ru]").click()
    expect(page).to_have_url(re.compile(r"/notice$"))


def agree_and_practise(page: Page) -> None:
    page.locator("input[type=checkbox]").check()
    page.locator("main form button").click()
    for _ in range(PRACTICE):
        answer(page)
        page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile(r"/ready$"))


def answer(page: Page) -> None:
    page.locator("input[name=best]").nth(0).check()
    page.locator("input[name=worst]").nth(2).check()


def answer_everything(phone: Phone) -> None:
    """One question is skipped, one is gone back to; each saved answer is acknowledged on the page that follows."""
    for number in range(1, QUESTIONS + 1):
        expect(phone.page).to_have_url(re.compile(rf"/question/{number}$"))
        assert phone.page.locator("input[type=radio]:checked").count() == 0, "nothing is preselected"
        if number == SKIPPED:
            phone.press("button[name=action][value=skip]")
            continue
        answer(phone.page)
        phone.press("button[name=action][value=save]")
        if number == 3:
            expect(phone.page.locator(".saved .code")).to_have_text(re.compile(r"^\w{3}-\w{3}$"))
            go_back_and_reload(phone)


def go_back_and_reload(phone: Phone) -> None:
    """What was saved is still chosen after going back and after a reload."""
    phone.press(".onward__aside a")
    phone.page.reload()
    assert phone.page.locator("input[type=radio]:checked").count() == 2
    phone.check("plain-question-360-ru")
    phone.press("button[name=action][value=save]")


def answer_the_skipped(phone: Phone) -> None:
    expect(phone.page).to_have_url(re.compile(r"/review$"))
    phone.check("plain-review-360-ru")
    phone.press(f"a[href*='/question/{SKIPPED}']")
    answer(phone.page)
    phone.press("button[name=action][value=save]")
    expect(phone.page).to_have_url(re.compile(r"/review$"))


def test_from_the_link_to_the_receipt(site: Site, visit: Visit, look: Look) -> None:
    link = invite(visit(java_script_enabled=False), site, "Пётр Ёлкин", "petr.elkin@example.org")
    phone = Phone(visit(**PHONE, **PLAIN), visit, look)
    begin(phone.page, link)
    phone.check("plain-notice-360-ru")
    agree_and_practise(phone.page)
    phone.check("plain-ready-360-ru")
    phone.press("main .buttons a")
    answer_everything(phone)
    answer_the_skipped(phone)

    phone.press("section form button")
    expect(phone.page).to_have_url(re.compile(r"/receipt$"))
    phone.check("plain-receipt-360-ru")
    code = phone.page.locator(".receipt-code").inner_text()
    expect(phone.page.locator(".answers__code")).to_have_count(QUESTIONS)

    phone.page.goto(link)
    phone.press("main form button")
    expect(phone.page.locator(".receipt-code")).to_have_text(code)


@pytest.fixture
def stumbling(chromium: Browser, site: Site) -> Iterator[Page]:
    """A phone whose refused pages (400, 409) are what the test is about, so its console is not watched."""
    context: BrowserContext = chromium.new_context(
        base_url=site.address, viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="ru-RU"
    )
    yield context.new_page()
    context.close()


def test_mistakes_are_told_and_nothing_is_lost(site: Site, visit: Visit, stumbling: Page) -> None:
    link = invite(visit(java_script_enabled=False), site, "Анна Ёжикова", "anna.ezhikova@example.org")
    begin(stumbling, link)
    stumbling.locator("main form button").click()
    expect(stumbling.get_by_role("alert")).to_be_visible()
    agree_and_practise(stumbling)
    stumbling.locator("main .buttons a").click()

    save = stumbling.locator("button[name=action][value=save]")
    stumbling.locator("input[name=best]").nth(1).check()
    stumbling.locator("input[name=worst]").nth(1).check()
    save.click()
    expect(stumbling.locator("#error-summary")).to_be_visible()
    assert stumbling.locator("input[type=radio]:checked").count() == 2, "what was chosen stays chosen"

    other = stumbling.context.new_page()
    other.goto(stumbling.url)
    answer(other)
    other.locator("button[name=action][value=save]").click()
    stumbling.locator("input[name=worst]").nth(3).check()
    save.click()
    expect(stumbling.locator("section.panel")).to_have_count(2)
    stumbling.locator("main form button").click()
    expect(stumbling).to_have_url(re.compile(r"/question/2$"))
    expect(stumbling.locator(".saved .code")).to_be_visible()
