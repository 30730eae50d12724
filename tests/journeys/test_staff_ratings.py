"""HR brings 140 colleagues and who serves whom, runs a round and an expert panel, and reads what came of them."""

from __future__ import annotations

import datetime as dt
import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.colleagues import Colleague, links, opinion
from tests.journeys.conftest import Site
from tests.ports import free_port

pytestmark = pytest.mark.journey

Look = Callable[[Page, str], None]
HR, PASSWORD = "hr@example.org", "a long pass phrase of this journey"
STAFF, RATERS, EXPERTS = 140, 36, 6
UNITS = ("Workshop", "Front desk", "Call centre", "Accounts")
COMPETENCES = ("needs", "ownership")


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation of its own, empty but for one user of HR."""
    firm = Site(tmp_path_factory.mktemp("firm"), free_port(), settings={"MAKINGS_MAILS_PER_MINUTE": "6000"})
    firm.command("init", "--organisation", "Simulated works", "--contact", HR)
    firm.command("user", "add", HR, "--name", "HR", "--role", "hr", "--password-stdin", typed=PASSWORD)
    firm.start("web", "serve", "--port", str(firm.port))
    firm.start("worker", "worker")
    try:
        firm.wait_until_it_answers()
        yield firm
    finally:
        firm.stop()


@pytest.fixture
def desk(chromium: Browser, firm: Site) -> Iterator[Page]:
    context: BrowserContext = chromium.new_context(
        base_url=firm.address, viewport={"width": 1280, "height": 900}, locale="en-GB"
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(HR)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    yield page
    context.close()


def code(number: int) -> str:
    return f"S-{number:03d}"


def staff_file(folder: Path) -> Path:
    rows = [
        f"{code(number)},Colleague {number:03d},{code(number).lower()}@example.org,{UNITS[number % len(UNITS)]},en"
        for number in range(STAFF)
    ]
    path = folder / "staff.csv"
    path.write_text("\n".join(["code,name,email,unit,language", *rows]))
    return path


def matrix_file(folder: Path) -> Path:
    """Each is served by none but the first people of the list, who rate them: four each."""
    pairs = [
        f"{code(number)},{code(rater)}"
        for number in range(STAFF)
        for rater in ((number + 1 + step * 9) % RATERS for step in range(4))
        if rater != number
    ]
    path = folder / "matrix.csv"
    path.write_text("\n".join(["performer,customer", *pairs]))
    return path


def bring(page: Page, kind: str, path: Path) -> None:
    page.goto(f"/hr/imports/{kind}/new")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Import all of it").click()
    expect(page.get_by_role("status")).to_contain_text("Imported:")


def make_round(page: Page, look: Look) -> None:
    page.goto("/hr/rounds/new")
    page.get_by_label("Title").fill("How we work for each other")
    today = dt.datetime.now(dt.UTC).date()
    page.get_by_label("First day").fill(today.isoformat())
    page.get_by_label("Last day", exact=True).fill((today + dt.timedelta(days=13)).isoformat())
    for box in page.locator("input[name=competences]").all():
        box.set_checked(box.get_attribute("value") in COMPETENCES)
    page.get_by_role("button", name="Save and look at the size").click()
    expect(page.locator("main")).to_contain_text(f"{RATERS} people would rate {STAFF} colleagues")
    look(page, "hr-round-preview-1280-en")
    page.get_by_role("button", name="Open now").click()
    expect(page.locator("main")).to_contain_text(f"0 of {RATERS} people have finished.")


def rate(firm: Site) -> int:
    """All raters, over HTTP; each has a severity of their own, each colleague a standing of their own."""
    dice = random.Random(140)
    standing: dict[str, float] = {}
    given = 0
    for link in links(firm.instance / "mail", "/r/", RATERS).values():
        colleague, severity = Colleague(firm.address), dice.gauss(0, 0.4)
        home = colleague.start(link)
        given += colleague.answer_from(f"{home}/competence/1", "/competence/", opinion_of(standing, severity, dice))
        colleague.open(f"{home}/review")
        colleague.open(f"{home}/finish", {})
        assert colleague.at.endswith("/done")
    return given


def opinion_of(standing: dict[str, float], severity: float, dice: random.Random) -> Callable[[str], str]:
    def rate(name: str) -> str:
        truth = standing.setdefault(name.partition(":")[0], dice.gauss(3.5, 0.7))
        return opinion(truth, severity, dice)

    return rate


def close_for_good(page: Page) -> None:
    page.locator("summary").filter(has_text="now").click()
    page.get_by_role("button", name="Close for good").click()


def test_from_a_list_of_staff_to_the_coefficient(desk: Page, firm: Site, look: Look, tmp_path: Path) -> None:
    bring(desk, "staff", staff_file(tmp_path))
    bring(desk, "matrix", matrix_file(tmp_path))
    desk.goto("/hr/matrix")
    look(desk, "hr-matrix-1280-en")
    make_round(desk, look)
    address = desk.url
    assert rate(firm) == len(matrix_file(tmp_path).read_text().splitlines()[1:]) * len(COMPETENCES)
    desk.goto(address)
    expect(desk.locator("main")).to_contain_text(f"{RATERS} of {RATERS} people have finished.")
    close_for_good(desk)
    look(desk, "hr-round-closed-1280-en")
    read_the_coefficient(desk, look)


def read_the_coefficient(page: Page, look: Look) -> None:
    """The worker makes the figures; the company, a person, the sheet for the talk, and who is to be thanked."""
    page.goto("/hr/results")
    until = time.monotonic() + 60
    while "No figures yet" in page.locator("main").inner_text() and time.monotonic() < until:
        page.wait_for_timeout(500)
        page.reload()
    look(page, "hr-results-1280-en")
    page.get_by_role("link", name="People").first.click()
    look(page, "hr-results-people-1280-en")
    page.locator("main table a").first.click()
    look(page, "hr-results-person-1280-en")
    with page.expect_download() as sheet:
        page.locator("main a[href$='.pdf'], main a[href*='sheet.pdf']").first.click()
    assert sheet.value.path().read_bytes().startswith(b"%PDF-")
    page.goto("/hr/results/recognition")
    look(page, "hr-recognition-1280-en")


def judged(name: str, dice: random.Random) -> str:
    """Experts agree about most options."""
    return str(1 + (sum(map(ord, name)) + (dice.random() < 0.2)) % 5)


def test_a_panel_of_experts_sets_a_key(desk: Page, firm: Site, look: Look) -> None:
    desk.goto("/hr/panels/new")
    desk.get_by_label("Title").fill("What good service looks like")
    desk.get_by_label("Questionnaire").select_option(index=0)
    desk.get_by_label("Last day", exact=True).fill(dt.datetime.now(dt.UTC).date().isoformat())
    desk.get_by_role("button", name="Make the panel").click()
    people = "\n".join(f"Expert {number} <expert{number}@example.org>" for number in range(EXPERTS))
    desk.locator("textarea[name=people]").fill(people)
    desk.get_by_role("button", name="Send the links").click()
    expect(desk.locator("main")).to_contain_text(f"0 of {EXPERTS} experts have finished.")
    address, dice = desk.url, random.Random(8)
    for link in links(firm.instance / "mail", "/p/", EXPERTS).values():
        expert = Colleague(firm.address)
        home = expert.start(link)
        first = re.search(rf"{home}/situation/\d+", expert.page)
        assert first
        assert expert.answer_from(first.group(), "/situation/", lambda name: judged(name, dice)) > EXPERTS
        expert.open(f"{home}/finish", {})
        assert expert.at.endswith("/done")
    desk.goto(address)
    close_for_good(desk)
    expect(desk.locator("main")).to_contain_text("ICC(2,1)")
    look(desk, "hr-panel-1280-en")
