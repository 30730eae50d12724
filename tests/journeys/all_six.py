"""A short questionnaire with one question of each kind, and how a person at a browser answers each."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy.orm import sessionmaker

from questionnaires.loading import load
from tests.factories import people, sittings
from tests.journeys.conftest import Site
from webapp.config import read_settings
from webapp.extensions import make_engine

SAMPLE = load(Path(__file__).parents[1] / "unit" / "questionnaires" / "samples" / "all-six.yaml")
FORMATS = [item.format.value for item in SAMPLE.items_of("A")]
STORY = "A tap dripped.\nI asked until it was mended."


def invite(site: Site) -> str:
    """One more person for this questionnaire; returns the path of the link."""
    engine = make_engine(read_settings(site.environment, instance=site.instance).database_url)
    with sessionmaker(engine, expire_on_commit=False)() as session:
        owner = people.organisation(session, contact_email="people@example.org")
        link = sittings.invited(session, sittings.vacancy(session, owner, SAMPLE)).link
    engine.dispose()
    return link


def begin(page: Page, link: str, language: str) -> str:
    """From the welcome to the practice; returns the sitting's address."""
    page.goto(link)
    page.locator("main form button.button").click()
    page.locator(f"main button[name=language][value={language}]").click()
    expect(page).to_have_url(re.compile(r"/notice$"))
    return re.sub(r"/notice$", "", page.url)


def agree(page: Page) -> None:
    page.locator("input[type=checkbox]").check()
    page.locator("main form button.button").last.click()


def practise(page: Page) -> None:
    page.locator("input[name=choice]").first.check()
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile(r"/ready$"))


def pair(page: Page) -> None:
    page.locator("input[name=best]").nth(1).check()
    page.locator("input[name=worst]").nth(2).check()


def rank(page: Page) -> None:
    places = page.locator(".ranked select")
    for place in range(places.count()):
        page.locator(f"#rank-{'badc'[place]}").select_option(str(place + 1))


def rate(page: Page) -> None:
    for card in page.locator(".rated").all():
        card.locator("input").nth(6).check()


ANSWERS: dict[str, Callable[[Page], None]] = {
    "best_worst": pair,
    "pick_one": lambda page: page.locator("input[name=choice]").nth(1).check(),
    "likert": lambda page: page.locator("input[name=value]").nth(1).check(),
    "rank": rank,
    "rate_each": rate,
    "open_text": lambda page: page.locator("textarea").fill(STORY),
}


def save(page: Page, number: int) -> None:
    """Press Save and wait for what follows this question."""
    page.locator("button[name=action][value=save]").click()
    following = f"/question/{number + 1}$" if number < len(FORMATS) else "/review$"
    expect(page).to_have_url(re.compile(following))
