"""The recruiter's desk in each language: open a vacancy, invite by list, read the list, look at people, compare,
decide with a reason, undo, write, export. Every page is looked at, in one width by axe and in both by its breadth."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.answering import everybody_answers
from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]
LONG_NAME = "Konstantinopolitanskaja-Viešpatavičienė " * 4
PEOPLE = (
    ("Rūta Žukauskienė", "ruta"),
    ("Анна Смирнова", "anna"),
    ("\u05d3\u05d5\u05d3 \u05db\u05d4\u05df", "david"),
    (LONG_NAME.strip(), "long"),
    ("Ieva Kairytė", "ieva"),
    ("Mary O'Neill", "mary"),
    ("Jonas Petraitis", "jonas"),
    ("Пётр Орлов", "petr"),
)
TARGET = 2
PASSWORD = "a pass phrase of this journey alone"
NEW, INTERVIEW = 0, 2
PHONE = 360


class Desk:
    """One recruiter's window. What is pressed is found by what it does, since its words are in any language."""

    def __init__(self, page: Page, look: Look, name: str, language: str) -> None:
        self.page, self._look, self.name, self.language = page, look, name, language
        self.vacancy = ""
        self._seen: set[str] = set()

    def look(self, what: str) -> None:
        """Once at each page, however often the way leads there."""
        if what in self._seen:
            return
        self._seen.add(what)
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        self._look(self.page, f"recruiter-{what}-{self.name}")
        self._is_no_wider_at(PHONE if self.page.viewport_size != {"width": PHONE, "height": 900} else 1280)

    def _is_no_wider_at(self, width: int) -> None:
        here = self.page.viewport_size
        assert here is not None
        self.page.set_viewport_size({"width": width, "height": 900})
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{self.page.url} is {wider} px wider than {width} px"
        self.page.set_viewport_size(here)

    def open(self, address: str = "") -> None:
        self.page.goto(f"{self.vacancy}{address}")

    def form(self, ending: str) -> Locator:
        return self.page.locator(f"main form[action$='{ending}']").first

    def press(self, ending: str) -> None:
        """The button of the form that leads there."""
        self.form(ending).locator("button").first.click()

    def chosen(self, number: int) -> list[str]:
        boxes = self.page.locator("input[name=person]")
        for index in range(number):
            boxes.nth(index).check()
        return [boxes.nth(index).get_attribute("value") or "" for index in range(number)]

    def act(self, name: str) -> None:
        """A button of the bar under the list."""
        self.page.locator(f"[data-chosen-bar] button[data-action='{name}']").click()


def sign_in(page: Page, site: Site, language: str) -> None:
    """A recruiter of their own: a language stays with whoever chose it, and other journeys sign in at this site too."""
    email, where = f"recruiter-{language}@demo.example", ("--organisation", "Demo company (simulated)")
    named = ("--name", f"Recruiter {language} (simulated)", "--role", "recruiter", "--password-stdin")
    site.command("user", "add", email, *where, *named, typed=PASSWORD)
    page.goto("/sign-in")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").last.click()
    expect(page).not_to_have_url(re.compile("sign-in"))
    page.locator("details.menu summary, .language summary").first.click()
    page.locator(f"form[action$='/language'] button[value={language}]").first.click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def open_vacancy(desk: Desk) -> None:
    page = desk.page
    page.goto("/vacancies/new")
    page.locator("input[name=title]").fill(f"Journey {desk.name}")
    page.locator("input[name=instrument]").first.check()
    for box in page.locator("input[name=languages]").all():
        box.check()
    page.locator("input[name=target]").fill(str(TARGET))
    desk.look("new")
    page.locator("main form button.button").first.click()
    expect(page).to_have_url(re.compile(r"/vacancies/[0-9a-f-]{36}$"))
    desk.vacancy = re.sub(r"^http://[^/]+", "", page.url)
    desk.look("empty")


def invite(desk: Desk) -> None:
    """By a pasted list in which one person stands twice and one name in two spellings."""
    page = desk.page
    lines = [f"{name}\t{address}.{desk.name}@example.org" for name, address in PEOPLE]
    lines += [f"Ruta Zukauskiene\truta2.{desk.name}@example.org"]
    desk.open("/invite")
    page.locator("textarea[name=pasted]").fill("\n".join(lines))
    page.locator("main form button.button").first.click()
    expect(page.locator("main tbody tr")).to_have_count(len(lines))
    expect(page.locator("main .banner--attention")).to_be_visible()
    desk.look("preview")
    desk.press("/invite/send")
    expect(page.locator("#links")).to_be_visible()
    desk.look("invited")


def read_list(desk: Desk) -> None:
    page = desk.page
    desk.open()
    expect(page.locator("input[name=person]")).to_have_count(len(PEOPLE) + 1)
    desk.look("list")
    page.locator("input#people").fill("1")
    desk.press("/cut")
    expect(page.locator("tr.cut")).to_be_visible()
    page.locator("#search").fill("žuk")
    page.locator("#search").press("Enter")
    expect(page.locator("input[name=person]")).to_have_count(2)
    desk.open("?search=nobody-has-this-name")
    expect(page.locator("input[name=person]")).to_have_count(0)
    desk.look("nobody")


def look_at_one(desk: Desk) -> str:
    page = desk.page
    desk.open()
    page.locator("[data-list] th a").first.click()
    expect(page).to_have_url(re.compile(r"/people/[A-Z0-9-]+"))
    person = re.sub(r"^http://[^/]+|\?.*", "", page.url)
    desk.look("person")
    notes = page.locator("form[action$='/notes']")
    notes.locator("textarea").fill(f"A note of {desk.name}")
    notes.locator("button").click()
    expect(page.locator("ol.notes li")).to_have_count(1)
    page.goto(f"{person}/guide")
    desk.look("guide")
    pdf = page.request.get(f"{person}/guide.pdf")
    assert pdf.ok
    assert pdf.body().startswith(b"%PDF-")
    return person


def compare(desk: Desk) -> None:
    desk.open()
    desk.chosen(2)
    desk.act("compare")
    expect(desk.page.locator("ul.side > li")).to_have_count(2)
    desk.look("compare")


def decide(desk: Desk) -> None:
    """Two go to the interview; the reasons are asked for before anybody moves."""
    page = desk.page
    desk.open()
    page.evaluate("sessionStorage.clear()")
    page.reload()
    desk.chosen(TARGET)
    desk.act("decide")
    expect(page).to_have_url(re.compile(r"/decide/[0-9a-f-]{36}$"))
    desk.look("decide")
    page.locator("main form button.button").first.click()
    expect(page.locator(".error-summary, [role=alert]").first).to_be_visible()
    page.locator(f"input[name=to][value='{INTERVIEW}']").check()
    page.locator("textarea[name=text]").fill("The papers show years at a counter.")
    page.locator("main form button.button").first.click()
    expect(page).to_have_url(re.compile(r"/look$"))
    desk.look("does")
    if page.locator("textarea[name=tie_reason]").count():
        page.locator("main form button.button").first.click()
        expect(page.locator(".error-summary, [role=alert]").first).to_be_visible()
        page.locator("textarea[name=tie_reason]").fill("The others asked for another town.")
    page.locator("main form button.button").first.click()
    expect(page).to_have_url(re.compile(r"/decisions/[0-9a-f-]{36}"))
    expect(page.locator("main tbody tr")).to_have_count(TARGET)
    desk.look("decided")
    assert stages(desk) == {NEW: len(PEOPLE) + 1 - TARGET, INTERVIEW: TARGET}


def stages(desk: Desk) -> dict[int, int]:
    """How many stand in each stage, as the list's filter counts them."""
    counted = {}
    for stage in (NEW, INTERVIEW):
        reply = desk.page.request.get(f"{desk.vacancy}?stage={stage}")
        counted[stage] = len(re.findall(r'name="person"', reply.text()))
    return counted


def undo_and_decide_again(desk: Desk) -> None:
    decision = re.sub(r"^http://[^/]+", "", desk.page.url)
    desk.press("/undo")
    assert stages(desk) == {NEW: len(PEOPLE) + 1, INTERVIEW: 0}
    desk.page.goto(decision)
    expect(desk.page.locator("form[action$='/undo']")).to_have_count(0)
    decide(desk)


def write(desk: Desk) -> None:
    """To the two whom the decision was about, each in their own language."""
    page = desk.page
    page.locator("main a[href*='/message']").first.click()
    page.locator("select[name=template]").select_option(index=1)
    page.locator("button[name=step][value=template]").click()
    desk.look("message")
    page.locator("button[name=step][value=preview]").click()
    desk.look("message-preview")
    page.locator("button[name=step][value=send]").click()
    expect(page).to_have_url(re.compile(r"/messages/[0-9a-f-]{36}"))
    desk.look("message-sent")
    desk.press("/take-back")
    expect(page.locator("form[action$='/take-back']")).to_have_count(0)


def export(desk: Desk) -> None:
    reply = desk.page.request.get(f"{desk.vacancy}/export.csv")
    rows = list(csv.DictReader(io.StringIO(reply.body().decode("utf-8-sig"))))
    assert len(rows) == len(PEOPLE) + 1
    assert not [row for row in rows for cell in row.values() if cell.startswith(("=", "+", "@", "-"))]
    desk.open("/exports")
    desk.look("exports")


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ru", 360), ("lt", 1280)])
def test_from_the_vacancy_to_the_decision(site: Site, visit: Visit, look: Look, language: str, width: int) -> None:
    desk = Desk(visit(width=width, height=900), look, f"{width}-{language}", language)
    sign_in(desk.page, site, language)
    open_vacancy(desk)
    invite(desk)
    assert everybody_answers(site, uuid.UUID(desk.vacancy.rpartition("/")[2])) == len(PEOPLE) + 1
    read_list(desk)
    look_at_one(desk)
    compare(desk)
    decide(desk)
    undo_and_decide_again(desk)
    write(desk)
    export(desk)
    for page in ("/decisions", "/messages", "/funnel"):
        desk.open(page)
        desk.look(page.strip("/"))
