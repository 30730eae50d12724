"""A real site with one vacancy, reached by a wire: what the fault tests break."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect
from sqlalchemy.orm import Session, sessionmaker

from questionnaires import shelf
from questionnaires.definition import Questionnaire
from tests import browser as installed
from tests.factories import people, sittings
from tests.faults.wire import Wire
from tests.journeys.conftest import ARGUMENTS
from tests.ports import free_port
from webapp.extensions import make_engine

START_SECONDS = 60
PATIENCE_SECONDS = 60
SECRET = "a-secret-of-the-fault-tests-that-is-long-enough"


@dataclass
class SmallSite:
    """The web process and its database."""

    folder: Path
    port: int
    wire: Wire
    process: subprocess.Popen[bytes] | None = None
    links: list[str] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.folder / "makings.sqlite"

    def start(self) -> None:
        environment = {
            **os.environ,
            "MAKINGS_INSTANCE": str(self.folder),
            "MAKINGS_DATABASE_URL": f"sqlite:///{self.database}",
            "MAKINGS_BASE_URL": self.wire.address,
            "MAKINGS_SECRET_KEY": SECRET,
        }
        command = [sys.executable, "-m", "webapp", "serve", "--port", str(self.port)]
        with (self.folder / "web.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sign-in", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
            if self.process and self.process.poll() is not None:
                break
        raise AssertionError((self.folder / "web.log").read_text())

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=60)

    def invite(self, questionnaire: Questionnaire | None = None, **values: Any) -> str:
        """One more person; returns the path of the link."""
        engine = make_engine(f"sqlite:///{self.database}")
        with sessionmaker(engine, expire_on_commit=False)() as session:
            link = sittings.invited(session, self.vacancy(session, questionnaire, **values)).link
        engine.dispose()
        return link

    def vacancy(self, session: Session, questionnaire: Questionnaire | None, **values: Any) -> Any:
        owner = people.organisation(session, contact_email="people@example.org")
        return sittings.vacancy(session, owner, questionnaire, **values)

    def rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    def answers(self, base: str) -> dict[str, tuple[int, Any]]:
        """What is saved in this sitting: revision and value by item."""
        found = self.rows("SELECT item_id, revision, value FROM answer WHERE sitting_id = ?", sitting_key(base))
        return {row["item_id"]: (row["revision"], json.loads(row["value"] or "null")) for row in found}

    def state(self, base: str) -> str:
        state: str = self.rows("SELECT state FROM sitting WHERE id = ?", sitting_key(base))[0]["state"]
        return state

    def revisions(self, base: str) -> list[tuple[str, int]]:
        found = self.rows(
            "SELECT item_id, revision FROM answer_revision WHERE sitting_id = ? ORDER BY item_id, revision",
            sitting_key(base),
        )
        return [(row["item_id"], row["revision"]) for row in found]


def sitting_key(base: str) -> str:
    return base.rsplit("/", 1)[1].replace("-", "")


@contextmanager
def running(folder: Path) -> Iterator[SmallSite]:
    """The site of this folder, whose database is there already."""
    port = free_port()
    site = SmallSite(folder, port, Wire(port))
    try:
        site.start()
        yield site
    finally:
        site.stop()
        site.wire.close()


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[SmallSite]:
    folder = tmp_path_factory.mktemp("small-site")
    shutil.copy(sqlite_template, folder / "makings.sqlite")
    with running(folder) as site:
        yield site


@pytest.fixture
def whole_wire(small_site: SmallSite) -> Iterator[Wire]:
    wire = small_site.wire
    wire.as_new()
    yield wire
    wire.as_new()


@dataclass
class Candidate:
    """A browser with a sitting at its first question."""

    site: SmallSite
    page: Page
    link: str
    base: str
    items: list[str]
    acknowledged: dict[str, tuple[int, Any]] = field(default_factory=dict)

    @property
    def wire(self) -> Wire:
        return self.site.wire

    def open(self, number: int) -> None:
        self.page.goto(f"{self.base}/question/{number}")

    def come_back(self) -> None:
        """By the link; a killed browser may have lost its cookie and is then asked who comes."""
        self.page.goto(self.link)
        for tick in self.page.locator("input[name=me]").all():
            tick.check()
        self.page.locator("main form button").last.click()

    def choose(self, best: int, worst: int, page: Page | None = None) -> dict[str, str]:
        """Choose by place on the screen; returns the answer that this is."""
        where = page or self.page
        where.locator("input[name=best]").nth(best).check()
        where.locator("input[name=worst]").nth(worst).check()
        return chosen(where)

    def on(self) -> None:
        self.page.locator("button[name=action][value=save]").click()

    def acknowledged_now(self) -> None:
        expect(self.page.locator(".saved--saved .code")).to_be_visible(timeout=PATIENCE_SECONDS * 1000)

    def waits(self) -> None:
        expect(self.page.locator(".saved--waiting")).to_be_visible(timeout=PATIENCE_SECONDS * 1000)

    def kept_pages(self) -> int:
        """How many pages the browser keeps by now."""
        found: int = self.page.evaluate(
            """async () => {
                let pages = 0;
                for (const name of await caches.keys()) {
                    const requests = await (await caches.open(name)).keys();
                    pages += requests.filter((each) => each.url.includes("/sitting/")).length;
                }
                return pages;
            }"""
        )
        return found

    def wait_for_pages(self) -> None:
        """Until everything is kept that is needed to go on without the network."""
        wait_until(lambda: self.kept_pages() == len(self.items) + len(("review", "send")))

    def arrived(self, expected: dict[str, Any]) -> None:
        """Every answer is there, exactly once and as it was given."""
        wait_until(lambda: {item: value for item, (_n, value) in self.site.answers(self.base).items()} == expected)
        revisions = self.site.revisions(self.base)
        assert len(revisions) == len(set(revisions))

    def nothing_waits(self) -> None:
        expect(self.page.locator("#waiting")).to_have_count(0, timeout=PATIENCE_SECONDS * 1000)


def wait_until(true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "this never came true"
        time.sleep(0.1)


def chosen(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('input:checked')].map((each) => [each.name, each.value]))"
    )
    return found


def to_ready(page: Page, link: str, language: str = "en") -> str:
    """From the link to the page before the first question; returns the path of the sitting."""
    page.goto(link)
    page.locator("main form button").last.click()
    page.locator(f"main button[name=language][value={language}]").click()
    page.locator("input[type=checkbox]").check()
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/practice$"))
    page.locator("form[action$='/skip'] button").click()
    page.wait_for_url(re.compile(r"/ready$"))
    found = re.search(r"/sitting/[0-9a-f-]+", page.url)
    assert found
    return found.group()


def walk_in(page: Page, link: str, language: str = "en") -> str:
    """From the link to the first question; returns the path of the sitting."""
    base = to_ready(page, link, language)
    page.locator("main .buttons a").click()
    page.wait_for_url(re.compile(r"/question/1$"))
    return base


OpenWindow = Callable[..., Page]


@pytest.fixture
def windows(driver: Playwright, small_site: SmallSite, whole_wire: Wire) -> Iterator[OpenWindow]:
    """Browsers of their own, each with a profile on the disk, so that one can be killed and opened again."""
    opened: list[BrowserContext] = []

    def open_window(profile: Path, **options: Any) -> Page:
        context = driver.chromium.launch_persistent_context(
            str(profile),
            executable_path=installed.path(),
            args=ARGUMENTS,
            **{"base_url": small_site.wire.address, "viewport": {"width": 360, "height": 740}, "locale": "en-GB"}
            | options,
        )
        opened.append(context)
        return context.pages[0] if context.pages else context.new_page()

    yield open_window
    for context in opened:
        context.close()


@pytest.fixture
def candidate(small_site: SmallSite, windows: OpenWindow, tmp_path: Path) -> Candidate:
    return begin(small_site, windows(tmp_path / "profile"))


def begin(site: SmallSite, page: Page) -> Candidate:
    link = site.invite()
    items = [item.id for item in shelf.get("customer-orientation").items_of("A")]
    return Candidate(site, page, link, walk_in(page, link), items)
