"""A real installation (its own processes, its own folder) and a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Response

from tests import browser as installed
from tests.ports import free_port

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 120
FORM_REFUSED = 400
SCREENS = Path(os.environ.get("MAKINGS_SCREENS", ".screens"))
AXE = Axe()
# Of what is right on a page axe need not write down where it stands.
ONLY_VIOLATIONS = {"resultTypes": ["violations"]}


@dataclass
class Site:
    """A running installation with a simulated company."""

    instance: Path
    port: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "MAKINGS_INSTANCE": str(self.instance), "MAKINGS_BASE_URL": self.address, **self.settings}

    def command(self, *arguments: str, typed: str = "") -> str:
        command = [sys.executable, "-m", "webapp", *arguments]
        done = subprocess.run(command, env=self.environment, input=typed, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, name: str, *arguments: str) -> None:
        with (self.instance / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "webapp", *arguments], env=self.environment, stdout=log, stderr=log
            )

    def kill(self, name: str) -> None:
        """End a process as a power cut would."""
        self.processes[name].kill()
        self.processes[name].wait()

    def stop(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        for process in self.processes.values():
            process.wait(timeout=60)

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(self.address, timeout=5) as answer:
                    assert answer.status == 200
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError((self.instance / "web.log").read_text())

    def password(self, email: str) -> str:
        card = (self.instance / "demo-sign-in.txt").read_text()
        found = re.search(rf"{re.escape(email)}\s+password (\S+)", card)
        assert found, card
        return found.group(1)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("site"), free_port())
    running.command("demo", "--no-serve", "--staff", "72", "--applicants", "30")
    running.start("web", "serve", "--port", str(running.port))
    running.start("worker", "worker")
    try:
        running.wait_until_it_answers()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    path = installed.path()
    assert path, installed.MISSING
    browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Open a fresh browser window; a script error or a refused resource fails the test.

    A page that answers a form with what has to be mended is refused too: that the test sees for itself.
    """
    contexts: list[BrowserContext] = []
    faults: list[tuple[str, str]] = []
    answered: set[str] = set()

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append((message.text, message.location.get("url", "")))

    def see(response: Response) -> None:
        if response.status == FORM_REFUSED and response.request.is_navigation_request():
            answered.add(response.url)

    def open_window(width: int = 1280, height: int = 900, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=site.address, viewport={"width": width, "height": height}, **{"locale": "en-GB", **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", hear)
        page.on("response", see)
        page.on("pageerror", lambda error: faults.append((str(error), "")))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert [fault for fault in faults if "status of 400" not in fault[0] or fault[1] not in answered] == []


@pytest.fixture
def look(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Look at a page: axe finds nothing, nothing is wider than the window; who asked for pictures gets one."""

    def at(page: Page, name: str) -> None:
        found = AXE.run(page, options=ONLY_VIOLATIONS)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url} is {wider} px wider than the window"
        if "MAKINGS_SCREENS" in os.environ:
            SCREENS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SCREENS / f"{name}.png", full_page=True)

    return at
