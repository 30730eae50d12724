"""Opens exported items in a real QTI 3 player, answers them, and compares responses and scores with ours.

Run from the project's root; see README.md beside this file.
"""

from __future__ import annotations

import argparse
import functools
import random
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from math import isclose
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from questionnaires.definition import Item, Questionnaire, ResponseFormat
from questionnaires.exchange.exporting import export_package
from questionnaires.exchange.package import Package
from questionnaires.exchange.vocabulary import item_path
from questionnaires.loading import load
from scoring.key import item_score, standardised_score
from tests.development.qti_player.answering import answer

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _Served(SimpleHTTPRequestHandler):
    """Serves the page from here and the player from its folder; nothing is written to the terminal."""

    modules = HERE / "node_modules"

    def translate_path(self, path: str) -> str:
        if path.startswith("/node_modules/"):
            return str(self.modules / path.removeprefix("/node_modules/"))
        return str(HERE / "page.html")

    def log_message(self, *_arguments: Any) -> None:
        pass


@contextmanager
def served(modules: Path) -> Iterator[str]:
    handler = type("Served", (_Served,), {"modules": modules})
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()


def same(response: Any, wanted: Any) -> bool:
    if isinstance(response, list) and isinstance(wanted, list):
        return response == wanted or sorted(response) == wanted
    return bool(response == wanted)


def close(theirs: Any, ours: float | None) -> bool:
    if ours is None:
        return theirs in (None, 0)
    return isinstance(theirs, int | float) and isclose(theirs, ours, rel_tol=1e-9, abs_tol=1e-9)


def play(page: Page, item: Item, xml: str, chance: random.Random, shot: Path | None) -> list[str]:
    """Open, answer and end one item, then leave it unanswered; return what differed."""
    page.evaluate("([xml, guid]) => window.openItem(xml, guid)", [xml, item.id])
    given, wanted = answer(page, item, chance)
    if shot is not None:
        shot.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=shot, full_page=True)
    state = page.evaluate("() => window.endItem()")
    wrong = []
    response = state["response"].get("RESPONSE")
    if not same(response, wanted) or (item.format is ResponseFormat.RANK and response != wanted):
        wrong.append(f"response {response!r}, not {wanted!r}")
    for name, ours in (("SCORE", item_score(item, given)), ("SCORE_SHARE", standardised_score(item, given))):
        if not close(state["outcome"].get(name), ours):
            wrong.append(f"{name} {state['outcome'].get(name)!r}, not {ours!r}")
    page.evaluate("([xml, guid]) => window.openItem(xml, guid)", [xml, item.id])
    counted = page.evaluate("() => window.endItem()")["outcome"].get("COUNTED", 0)
    return wrong + ([f"counted without an answer: {counted}"] if counted else [])


def run(page: Page, loaded: Questionnaire, times: int, shots: Path | None) -> tuple[Counter[str], list[str]]:
    package = Package(export_package(loaded), loaded.name)
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    pictured: set[tuple[str, str]] = set()
    for language in loaded.languages:
        for item in loaded.items:
            xml = package.read(item_path(item.id, language)).decode()
            for time in range(times):
                chance = random.Random(f"{item.id} {language} {time}")
                new = (item.format.value, language) not in pictured
                shot = shots / f"{loaded.name}-{item.format}-{language}.png" if shots and new else None
                pictured.add((item.format.value, language))
                found = play(page, item, xml, chance, shot)
                counts[item.format.value] += 1
                wrong += [f"{loaded.name} {item.id} {language}: {each}" for each in found]
    return counts, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="questionnaire files")
    parser.add_argument("--modules", type=Path, default=HERE / "node_modules")
    parser.add_argument("--shots", type=Path, help="a folder for pictures of each format in each language")
    parser.add_argument("--times", type=int, default=1, help="how often each item is answered")
    options = parser.parse_args()
    wrong: list[str] = []
    with served(options.modules) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 960, "height": 720})
        page.set_default_timeout(8_000)
        page.on("pageerror", lambda error: wrong.append(f"error in the page: {error}"))
        page.goto(address)
        page.wait_for_function("() => window.player")
        for file in options.files:
            loaded = load(file)
            counts, found = run(page, loaded, options.times, options.shots)
            wrong += found
            played = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
            print(f"{loaded.name} {loaded.version}: {played}; {len(found)} differences")
        browser.close()
    print("\n".join(wrong) or "Every response and every score is as it should be.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
