"""What a question page weighs on the wire, and when it can be used on a slow network, in each language.

    python -m benchmarks.page_weight [--kilobits 400] [--latency 400] [--width 360]

A real site, a real Chromium with an empty cache, its network slowed by its own throttling. "All in": the page, its
stylesheets, scripts, fonts and pictures, headers included, compressed as they are sent; what a worker fetches later,
to be able to go on without the network, is counted apart. "First view": the first contentful paint. "Usable": the page
is parsed and its scripts have run; its form works from the first view on, without them. "Complete": fonts included.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import browser as installed
from tests.faults.small_site import SmallSite, running, walk_in
from tests.journeys.conftest import ARGUMENTS
from webapp import migrate
from webapp.extensions import make_engine

LANGUAGES = ("en", "ru", "lt")
LIMIT_BYTES = 120 * 1024
QUESTION = 3
KINDS = ("Document", "Stylesheet", "Script", "Font", "Image", "Other")
TIMES = """() => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    const [page] = performance.getEntriesByType("navigation");
    return [paint.startTime, page.domContentLoadedEventEnd, page.loadEventEnd];
}"""


@dataclass
class Weighed:
    """One page load."""

    times: tuple[float, float, float] = (0, 0, 0)
    by_kind: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.by_kind.values())

    def begin(self, sent: dict[str, Any]) -> None:
        kind = sent.get("type", "Other")
        self.kinds[sent["requestId"]] = kind if kind in KINDS else "Other"
        if not sent["request"]["url"].startswith(("http://127.0.0.1:", "data:")):
            self.elsewhere.append(sent["request"]["url"])

    def end(self, finished: dict[str, Any]) -> None:
        kind = self.kinds.get(finished["requestId"], "Other")
        self.by_kind[kind] = self.by_kind.get(kind, 0) + int(finished["encodedDataLength"])


@contextmanager
def running_site() -> Iterator[SmallSite]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        engine = make_engine(f"sqlite:///{place / 'makings.sqlite'}")
        migrate.upgrade(engine)
        engine.dispose()
        with running(place) as site:
            yield site


def window(browser: Browser, site: SmallSite, width: int, **options: Any) -> BrowserContext:
    address = f"http://127.0.0.1:{site.port}"
    return browser.new_context(base_url=address, viewport={"width": width, "height": 740}, **options)


def sitting_in(browser: Browser, site: SmallSite, language: str) -> tuple[str, Any]:
    """A sitting in this language: its path, and the cookie that holds it."""
    context = window(browser, site, 360)
    base = walk_in(context.new_page(), site.invite(), language)
    state = context.storage_state()
    context.close()
    return base, state


def load(page: Page, address: str, kilobits: float, latency: float) -> Weighed:
    """Open the page with an empty cache and a slow network."""
    weighed = Weighed()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.requestWillBeSent", weighed.begin)
    devtools.on("Network.loadingFinished", weighed.end)
    speed = kilobits * 1000 / 8
    slow = {"offline": False, "latency": latency, "downloadThroughput": speed, "uploadThroughput": speed}
    devtools.send("Network.emulateNetworkConditions", slow)
    page.goto(address, wait_until="load", timeout=120_000)
    page.evaluate("document.fonts.ready.then(() => null)")
    weighed.times = tuple(page.evaluate(TIMES))
    return weighed


def measure(browser: Browser, site: SmallSite, language: str, given: argparse.Namespace) -> Weighed:
    base, state = sitting_in(browser, site, language)
    # The worker is blocked: what it keeps for later is not part of this page.
    context = window(browser, site, given.width, storage_state=state, service_workers="block")
    weighed = load(context.new_page(), f"{base}/question/{QUESTION}", given.kilobits, given.latency)
    context.close()
    return weighed


def row(language: str, weighed: Weighed) -> str:
    parts = " ".join(f"{weighed.by_kind.get(kind, 0) / 1024:9.1f}" for kind in KINDS)
    first, usable, complete = (f"{milliseconds / 1000:8.2f}" for milliseconds in weighed.times)
    return f"{language:<4} {weighed.total / 1024:7.1f} {parts} {first} {usable} {complete}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kilobits", type=float, default=400)
    parser.add_argument("--latency", type=float, default=400, help="milliseconds")
    parser.add_argument("--width", type=int, default=360)
    given = parser.parse_args()
    path = installed.path()
    if not path:
        raise SystemExit(installed.MISSING)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    print(f"KB on the wire, all in (at most {LIMIT_BYTES // 1024}); seconds at {given.kilobits:.0f} kbit/s", end="")
    print(f" and {given.latency:.0f} ms latency, cold cache, {given.width} px")
    print("     all in " + " ".join(f"{kind:>9}" for kind in KINDS) + "    first   usable complete")
    with running_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for language in LANGUAGES:
            weighed = measure(browser, site, language, given)
            print(row(language, weighed), "" if weighed.total <= LIMIT_BYTES else "TOO HEAVY")
            assert not weighed.elsewhere, f"asked somebody else: {weighed.elsewhere}"
        browser.close()


if __name__ == "__main__":
    main()
