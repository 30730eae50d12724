"""HR's workbench in one go: import, retrain, read every report, rehearse, promote with a second person, roll back,
erase somebody, and see the training that this makes due begin and end by itself, on the certificate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import AXE, ONLY_VIOLATIONS, SCREENS, Site

pytestmark = pytest.mark.journey

FIRST, SECOND, PASSWORD = "hr@demo.example", "second@demo.example", "a second pass phrase of this journey"
WIDTHS = (1280, 360)
SECONDS = 1000
LONG = 180 * SECONDS
UUID = re.compile(r"[0-9a-f-]{36}")
RULE = "/hr/requests/erasures/rule"
REASON = "The report was read; it stands."


class Desk:
    """A signed-in person's window; every page of it is looked at in both widths."""

    def __init__(self, page: Page, site: Site, email: str, password: str) -> None:
        self.page, self.site = page, site
        self.seen: set[tuple[str, str]] = set()
        page.goto("/sign-in")
        page.get_by_label("E-mail").fill(email)
        page.locator("input[name=password]").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page).not_to_have_url(re.compile("sign-in"))

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.look()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.look()

    def look(self) -> None:
        """axe finds nothing and nothing is wider than the window; what fails is kept as a picture.

        A page with the same headings as before is not looked at again.
        """
        what = UUID.sub("", self.page.url), "; ".join(self.page.locator("h1, h2, button").all_inner_texts())
        if what in self.seen:
            return
        self.seen.add(what)
        try:
            found = AXE.run(self.page, options=ONLY_VIOLATIONS)
            assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
            for width in WIDTHS[::-1]:
                self.page.set_viewport_size({"width": width, "height": 900})
                wider = self.page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                assert wider <= 0, f"{self.page.url} is {wider} px wider than {width} px"
        except AssertionError:
            SCREENS.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=SCREENS / "workbench-failed.png", full_page=True)
            raise

    def says(self, text: str | re.Pattern[str], timeout: int = 5 * SECONDS) -> None:
        expect(self.page.locator("main")).to_contain_text(text, timeout=timeout)

    def wait_for(self, text: str) -> None:
        """The page is asked for again until it says so."""
        for _second in range(LONG // SECONDS):
            if text in self.page.locator("main").inner_text():
                return
            self.page.wait_for_timeout(SECONDS // 2)
            self.page.reload()
        self.says(text)


@pytest.fixture
def desks(chromium: Browser, site: Site) -> Iterator[Callable[[str, str], Desk]]:
    contexts = []

    def sit_down(email: str, password: str) -> Desk:
        context = chromium.new_context(
            base_url=site.address, viewport={"width": WIDTHS[0], "height": 900}, locale="en-GB"
        )
        contexts.append(context)
        return Desk(context.new_page(), site, email, password)

    yield sit_down
    for context in contexts:
        context.close()


def bring_ratings(desk: Desk, folder: Path) -> None:
    rows = [f"S{ratee:04d},S{ratee % 40 + 1:04d},{1 + ratee % 5}" for ratee in range(2, 32)]
    path = folder / "ratings.csv"
    path.write_text("\n".join(["ratee,rater,rating", *rows]))
    desk.open("/hr/imports/ratings/new")
    desk.page.locator("input[type=file]").set_input_files(path)
    desk.page.get_by_label("Lowest").fill("1")
    desk.page.get_by_label("Highest").fill("5")
    desk.press("Look at the file")
    desk.look()
    desk.press("Import all of it")
    desk.says("Imported:")


def retrain(desk: Desk) -> str:
    """The address of the model that comes of it."""
    desk.open("/hr/models/readiness")
    desk.open("/hr/models")
    desk.press("Retrain now")
    expect(desk.page).to_have_url(re.compile(r"/hr/models/jobs/"))
    desk.look()
    link = desk.page.get_by_role("link", name=re.compile("figures"))
    expect(link).to_be_visible(timeout=LONG)
    desk.look()
    link.first.click()
    desk.look()
    return re.sub(r"^http://[^/]+", "", desk.page.url)


def read_reports(desk: Desk, model: str) -> None:
    desk.open(f"{model}/validation")
    desk.open(f"{model}/groups")
    desk.open(f"{model}/compare")


def rehearse(desk: Desk, model: str) -> None:
    desk.open(f"{model}/rehearsal")
    desk.press("Rehearse now")
    desk.wait_for("Done")
    desk.open(f"{model}/rehearsal")
    desk.says("Rehearsed on")
    desk.says("people are done")


@contextmanager
def wanting_a_second_person(first: Desk, second: Desk) -> Iterator[None]:
    """The rule is the company's, and other journeys live in it: it is ended again, as it has to be, by two."""
    first.open("/hr/models/rules")
    first.press("Turn approval on")
    first.says("It is on:")
    first.look()
    try:
        yield
    finally:
        first.page.goto("/hr/models/rules")
        first.page.get_by_text("Turn it off", exact=True).click()
        first.page.get_by_label("Reason").last.fill(REASON)
        first.press("Ask a second person to turn it off")
        expect(first.page).to_have_url(re.compile(r"/hr/models/requests/"))
        approve(second, first.page.url)
        first.open("/hr/models/rules")
        first.says("It is off:")


def ask(desk: Desk) -> str:
    """Ask a second person; the address of the request."""
    desk.look()
    desk.page.locator("main input[type=checkbox]").first.check()
    desk.page.get_by_label("Reason").fill(REASON)
    desk.press("Ask a second person to approve")
    expect(desk.page).to_have_url(re.compile(r"/hr/models/requests/"))
    desk.look()
    return desk.page.url


def go_back(desk: Desk) -> str:
    """Once the vacancy has moved it can be taken back; the address of the request."""
    desk.page.get_by_role("link", name=re.compile("^Go back to model")).click()
    desk.wait_for("Open vacancies to move")
    return ask(desk)


def try_to_approve_it_oneself(desk: Desk, request: str) -> None:
    """There is no button for it, and whoever makes one up is refused."""
    assert desk.page.get_by_role("button", name="Approve").count() == 0
    token = desk.page.locator("input[name=csrf_token]").first.input_value()
    reply = desk.page.request.post(
        f"{request}/decide", form={"csrf_token": token, "answer": REASON, "decision": "approve"}
    )
    assert reply.status == 403
    desk.page.reload()
    desk.says("another person of HR has to decide")


def approve(desk: Desk, request: str) -> None:
    desk.open(request)
    desk.page.get_by_label("Your reason").fill("Read and agreed.")
    desk.press("Approve")
    desk.says("Approved, and done.")


@contextmanager
def training_on_the_day_itself(desk: Desk) -> Iterator[None]:
    """After an erasure; the company's own days are put back."""
    desk.open(RULE)
    days = desk.page.get_by_label("Days until the training").input_value()
    state_days(desk, "0")
    try:
        yield
    finally:
        desk.page.goto(RULE)
        state_days(desk, days)


def state_days(desk: Desk, days: str) -> None:
    desk.page.get_by_label("Days until the training").fill(days)
    desk.press("Save")
    expect(desk.page).not_to_have_url(re.compile(f"{RULE}$"))
    desk.look()


def erase(desk: Desk) -> str:
    """Whoever comes first on the list; the certificate's code."""
    desk.open("/hr/staff")
    desk.page.locator("main table a").first.click()
    name = desk.page.locator("h1").inner_text()
    desk.follow("Erase this person for good")
    desk.says(f"Erase {name}")
    code = desk.page.locator("p.under code").inner_text()
    desk.page.get_by_label("The person asked for it").check()
    desk.page.get_by_label("Personnel code").fill(code)
    desk.press("Erase for good")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Certificate of erasure")
    desk.look()
    assert name not in desk.page.content()
    return desk.page.url.rpartition("/")[2]


def promote_and_go_back(first: Desk, second: Desk, model: str) -> None:
    first.page.goto(f"{model}/promote")
    request = ask(first)
    try_to_approve_it_oneself(first, request)
    approve(second, request)
    first.open(model)
    first.says("serving")

    approve(second, go_back(first))
    first.open(model)
    first.says("retired")


def erase_and_see_it_trained(desk: Desk) -> None:
    certificate = erase(desk)
    desk.open("/hr/requests/erasures")
    desk.page.goto(f"/erased/{certificate}")
    desk.wait_for("was trained without the person")
    desk.look()
    desk.says("It was trained with data of the person.")
    desk.says("It serves until a model without the person takes over.")
    desk.open("/hr/requests/erasures")
    desk.says("was trained without the erased")


def test_the_workbench(site: Site, desks: Callable[[str, str], Desk], tmp_path: Path) -> None:
    # Other journeys of this process may have made companies on the same site.
    where = ("--organisation", "Demo company (simulated)")
    site.command("user", "add", SECOND, *where, "--name", "Second", "--role", "hr", "--password-stdin", typed=PASSWORD)
    first, second = desks(FIRST, site.password(FIRST)), desks(SECOND, PASSWORD)
    bring_ratings(first, tmp_path)
    model = retrain(first)
    read_reports(first, model)
    rehearse(first, model)

    with wanting_a_second_person(first, second):
        promote_and_go_back(first, second, model)
    with training_on_the_day_itself(first):
        erase_and_see_it_trained(first)
    first.open("/hr/models")
