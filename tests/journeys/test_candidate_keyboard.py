"""A whole sitting by the keyboard alone, and what a screen reader is told about each kind of question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import all_six
from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

Visit = Callable[..., Page]
FURTHEST = 40


def focused(page: Page) -> str:
    """The selector-like name of what has the focus."""
    found: str = page.evaluate(
        "(() => { const e = document.activeElement;"
        "return [e.tagName, e.name, e.id, e.value, e.dataset.move].join('|') })()"
    )
    return found


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the control that matches has the focus; it must be reached, and be seen to have it."""
    for _press in range(FURTHEST):
        page.keyboard.press("Tab")
        if re.search(wanted, focused(page)):
            ring = page.evaluate(
                "(() => { const e = document.activeElement, of = (each) => getComputedStyle(each);"
                "return [e, e.closest('label')].some((each) => each && (of(each).outlineStyle !== 'none')) })()"
            )
            assert ring, f"{wanted} has the focus, but nothing shows it"
            return
    raise AssertionError(f"Tab never reaches {wanted}; it ended at {focused(page)}")


def press_on(page: Page, wanted: str, key: str = "Enter") -> None:
    tab_to(page, wanted)
    page.keyboard.press(key)


def pair(page: Page) -> None:
    """Arrow keys stay inside best, then inside worst; the impossible pair is told at once and nothing is lost."""
    tab_to(page, r"^INPUT\|best")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert focused(page).startswith("INPUT|best")
    tab_to(page, r"^INPUT\|worst")
    page.keyboard.press("Space")
    chosen = page.locator("input[name=best]:checked").input_value()
    while page.locator("input[name=worst]:checked").input_value() != chosen:
        page.keyboard.press("ArrowDown")
        assert focused(page).startswith("INPUT|worst")
    expect(page.locator(".problem")).to_contain_text("cannot be both")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".problem")).to_have_text("")
    assert page.locator("input:checked").count() == 2


def rank(page: Page) -> None:
    """Without any pointer: three by their buttons, the last by its number, then one is moved."""
    for place in (1, 2, 3):
        press_on(page, r"\|next$")
        expect(page.locator("[data-ranking-status]")).to_contain_text(f"Place {place} of 4")
        assert focused(page).endswith("|up"), "the focus stays on the card that was placed"
    tab_to(page, r"^SELECT\|rank-\w\|rank-\w\|\|")
    page.keyboard.press("1")
    expect(page.locator(".problem")).to_contain_text("Place 1 is given more than once")
    page.keyboard.press("4")
    expect(page.locator(".problem")).to_have_text("")
    moved = page.locator(".ranked").nth(3).locator(".reaction__text").inner_text()
    press_on(page, r"\|up$")
    expect(page.locator("[data-ranking-status]")).to_have_text(f"Place 3 of 4: {moved}")
    expect(page.locator(".ranked").nth(2).locator(".reaction__text")).to_have_text(moved)
    assert page.locator(".ranked select").evaluate_all("all => all.map((each) => each.value)") == list("1234")


def rate(page: Page) -> None:
    for option in range(page.locator(".rated").count()):
        tab_to(page, r"^INPUT\|rating-")
        for _step in range(option + 1):
            page.keyboard.press("ArrowRight")
    expect(page.locator("[data-rating] [data-count]")).to_have_text("Rated: 3 of 3")


def one(page: Page) -> None:
    tab_to(page, r"^INPUT\|(choice|value)")
    page.keyboard.press("ArrowDown")


def words(page: Page) -> None:
    tab_to(page, r"^TEXTAREA")
    page.keyboard.type("I asked until it was mended.")
    expect(page.locator("[data-words] [data-count]")).to_have_text("Characters left: 9,972")


WAYS = {"best_worst": pair, "pick_one": one, "likert": one, "rank": rank, "rate_each": rate, "open_text": words}


@pytest.fixture
def desk(chromium: Browser, site: Site) -> Iterator[Page]:
    """A window with a keyboard. Keys may outrun a save, which is then sent again: the browser's console tells of the
    first try, so that here only errors of the script fail the test."""
    context = chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 800}, locale="en-GB")
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(f"{error} {error.stack}"))
    yield page
    context.close()
    assert faults == []


def test_a_whole_sitting_by_keyboard(site: Site, desk: Page) -> None:
    page = desk
    page.goto(all_six.invite(site))
    press_on(page, r"^BUTTON\|\|\|\|$")
    expect(page).to_have_url(re.compile(r"/language$"))
    press_on(page, r"^BUTTON\|language\|\|en$|^BUTTON\|language\|\|en\|")
    expect(page).to_have_url(re.compile(r"/notice$"))
    press_on(page, r"^INPUT\|agree", "Space")
    press_on(page, r"^BUTTON")
    expect(page).to_have_url(re.compile(r"/practice$"))
    press_on(page, r"^INPUT\|choice", "Space")
    press_on(page, r"^BUTTON")
    expect(page).to_have_url(re.compile(r"/ready$"))
    for _press in range(FURTHEST):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('main .buttons a')"):
            break
    page.keyboard.press("Enter")
    for number, kind in enumerate(all_six.FORMATS, 1):
        expect(page).to_have_url(re.compile(rf"/question/{number}$"))
        WAYS[kind](page)
        press_on(page, r"^BUTTON\|action\|\|save")
    expect(page).to_have_url(re.compile(r"/review$"))
    press_on(page, r"^BUTTON\|\|\|\|$")
    expect(page).to_have_url(re.compile(r"/receipt$"))
    expect(page.locator(".answers__code")).to_have_count(len(all_six.FORMATS))


def heard(page: Page) -> dict[str, list[str]]:
    """Radio groups as the browser's accessibility tree has them: each group's name, and the names of its buttons."""
    client = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in client.send("Accessibility.getFullAXTree")["nodes"]}

    def named(node: dict) -> str:
        return str(node.get("name", {}).get("value", ""))

    def radios(node: dict) -> list[str]:
        below = [nodes[child] for child in node.get("childIds", []) if child in nodes]
        own = [named(each) for each in below if each.get("role", {}).get("value") == "radio"]
        return own + [name for each in below for name in radios(each)]

    groups = ("radiogroup", "group")
    return {named(n): radios(n) for n in nodes.values() if n.get("role", {}).get("value") in groups and radios(n)}


def test_a_screen_reader_hears_two_groups_and_each_scale_by_its_option(site: Site, visit: Visit) -> None:
    page = visit(width=360, height=740)
    base = all_six.begin(page, all_six.invite(site), "en")
    all_six.agree(page)
    all_six.practise(page)
    page.goto(f"{base}/question/1")
    groups = heard(page)
    for name in ("Best", "Worst"):
        assert len(groups[name]) == 4
        assert all(button.startswith(f"{name} I ") for button in groups[name])
    page.goto(f"{base}/question/{all_six.FORMATS.index('rate_each') + 1}")
    groups = heard(page)
    for option in ("I say no and explain.", "I say yes to all.", "I ask my manager."):
        assert len(groups[option]) == 10
        assert {"0: Very bad", "9: Very good"} < set(groups[option])
    page.goto(f"{base}/question/{all_six.FORMATS.index('rank') + 1}")
    expect(page.get_by_role("combobox", name="Place I wait for a call.")).to_be_visible()
