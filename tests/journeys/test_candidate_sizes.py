"""Large print on a small phone, and a very wide screen: nothing is lost, nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys import all_six
from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

LARGE_PRINT = "html { font-size: 200% !important }"
PAGES = ("notice", "ready", *(f"question/{number}" for number in range(1, len(all_six.FORMATS) + 1)), "review", "send")


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """The test's own style sheet stands for the phone's setting; the policy of the site would refuse it."""
    context = chromium.new_context(
        base_url=site.address, viewport={"width": 360, "height": 740}, locale="ru-RU", bypass_csp=True
    )
    yield context.new_page()
    context.close()


def too_wide(page: Page) -> int:
    found: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found


def test_text_of_twice_the_size_fits_a_phone(site: Site, page: Page) -> None:
    base = all_six.begin(page, all_six.invite(site), "ru")
    all_six.agree(page)
    for path in PAGES:
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(f"{base}/{path}")
        page.add_style_tag(content=LARGE_PRINT)
        assert too_wide(page) <= 0, path
        page.set_viewport_size({"width": 1920, "height": 1080})
        assert too_wide(page) <= 0, path
        for control in page.locator("main .answer:visible, main .button:visible").all():
            box = control.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 44, path
