"""The main job in one go: invite, answer in Lithuanian on a phone, submit, retrain (through a kill), promote, read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from questionnaires import shelf
from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]
GUEST = "Rūta Žąsytė"
ADDRESS = "ruta@example.org"
PRACTICE = len(shelf.get("customer-orientation").practice)
QUESTIONS = len(shelf.get("customer-orientation").items_of("A"))
PHONE = {"width": 360, "height": 740}


def sign_in(page: Page, site: Site, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.locator("input[name=password]").fill(site.password(email))
    page.get_by_role("button", name="Sign in").click()


def open_vacancy(page: Page) -> None:
    page.goto("/vacancies")
    page.get_by_role("link", name="Service adviser").first.click()


def invite(page: Page, look: Look) -> str:
    """Invite one person by list; returns the personal link, which is shown once."""
    open_vacancy(page)
    look(page, "recruiter-vacancy-1280-en")
    page.get_by_role("link", name="Invite people").click()
    look(page, "recruiter-invite-1280-en")
    page.locator("textarea").fill(f"{GUEST} <{ADDRESS}>")
    page.get_by_role("button", name="Look at the list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 person will be invited")
    look(page, "recruiter-invite-preview-1280-en")
    page.get_by_role("button", name="Invite 1 person").click()
    found = re.search(r"http://127\.0\.0\.1:\d+/i/\S+", page.locator("textarea").input_value())
    assert found
    return found.group(0)


def answer_everything(page: Page, look: Look) -> None:
    """Answer each situation; the second is skipped and answered from the review."""
    for number in range(1, QUESTIONS + 1):
        expect(page).to_have_url(re.compile(rf"/question/{number}$"))
        assert page.locator("input[type=radio]:checked").count() == 0, "nothing is preselected"
        if number == 2:
            page.locator("button[name=action][value=skip]").click()
            continue
        answer(page)
        if number == 1:
            look(page, "candidate-question-360-lt")
        page.locator("button[name=action][value=save]").click()


def answer(page: Page) -> None:
    page.locator("input[name=best]").nth(1).check()
    page.locator("input[name=worst]").nth(3).check()


def sit(page: Page, link: str, look: Look) -> None:
    page.goto(link)
    look(page, "candidate-welcome-360")
    page.locator("form button.button").last.click()
    page.locator("main button[name=language][value=lt]").click()
    expect(page.locator("html")).to_have_attribute("lang", "lt")
    look(page, "candidate-notice-360-lt")
    page.locator("input[type=checkbox]").check()
    page.locator("main form button.button").last.click()
    look(page, "candidate-practice-360-lt")
    for _ in range(PRACTICE):
        answer(page)
        page.locator("main form button.button").first.click()
    look(page, "candidate-ready-360-lt")
    page.locator("main .buttons a").click()
    answer_everything(page, look)


def resume_on_another_device(visit: Visit, link: str, look: Look) -> Page:
    """The same link in another browser goes on where the first one stopped."""
    other = visit(**PHONE, locale="lt-LT")
    other.goto(link)
    other.locator("input[name=me]").check()
    other.locator("form button.button").last.click()
    other.goto(re.sub(r"/(review|question/\d+)?$", "/review", other.url))
    look(other, "candidate-review-360-lt")
    other.locator("a[href*='/question/2?']").click()
    answer(other)
    other.locator("button[name=action][value=save]").click()
    return other


def submit(page: Page, look: Look) -> None:
    page.locator("main section form button.button").click()
    expect(page).to_have_url(re.compile(r"/receipt$"))
    look(page, "candidate-receipt-360-lt")


def retrain(page: Page, site: Site, look: Look) -> str:
    """Retrain; the worker is killed while it cross-validates, and another one completes the run.

    Returns what lists call the model: other journeys may have trained some before.
    """
    page.goto("/hr/models")
    look(page, "hr-models-1280-en")
    page.get_by_role("button", name="Retrain now").click()
    expect(page).to_have_url(re.compile(r"/hr/models/jobs/"))
    look(page, "hr-job-1280-en")
    site.kill("worker")
    site.start("worker", "worker")
    expect(page.get_by_role("link", name=re.compile("figures"))).to_be_visible(timeout=180_000)
    page.get_by_role("link", name=re.compile("figures")).first.click()
    look(page, "hr-model-1280-en")
    return page.locator("h1").inner_text().lower()


def promote(page: Page, look: Look) -> None:
    page.get_by_role("link", name=re.compile("^Promote")).first.click()
    page.locator("main input[type=checkbox]").first.check()
    look(page, "hr-promote-1280-en")
    page.get_by_role("button", name="Promote this model").click()
    expect(page.locator("main")).to_contain_text("serving")


def read_the_list(page: Page, look: Look, model: str) -> None:
    """The list names the new model once all are scored again, and the new applicant is in it."""
    open_vacancy(page)
    expect(page.locator("main")).to_contain_text(model, timeout=90_000)
    look(page, "recruiter-list-1280-en")
    page.locator("input[type=search], input[name=q], input[name=search]").first.fill("Rūta")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name=GUEST)).to_be_visible()
    page.get_by_role("link", name=GUEST).click()
    look(page, "recruiter-applicant-1280-en")


def reloading(page: Page, check: Callable[[], None]) -> None:
    """A list is a page: it is new when it is asked for again."""
    for _attempt in range(60):
        try:
            check()
        except AssertionError:
            page.wait_for_timeout(1000)
            page.reload()
        else:
            return
    check()


def test_the_whole_job(site: Site, visit: Visit, look: Look) -> None:
    recruiter = visit()
    sign_in(recruiter, site, "recruiter@demo.example")
    link = invite(recruiter, look)

    phone = visit(**PHONE, locale="lt-LT")
    sit(phone, link, look)
    submit(resume_on_another_device(visit, link, look), look)

    hr = visit()
    sign_in(hr, site, "hr@demo.example")
    look(hr, "hr-home-1280-en")
    model = retrain(hr, site, look)
    promote(hr, look)

    open_vacancy(recruiter)
    reloading(recruiter, lambda: expect(recruiter.locator("main")).to_contain_text(model, timeout=500))
    read_the_list(recruiter, look, model)
