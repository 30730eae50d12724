"""A timed sitting in the browser: the countdown, its warnings, the end, and an outage before it."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Request, expect
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from tests.factories import timing
from tests.faults.small_site import Candidate, OpenWindow, SmallSite, to_ready
from webapp.extensions import make_engine
from webapp.records import Sitting, SittingClock
from webapp.records.base import now

pytestmark = [pytest.mark.faults, pytest.mark.journey]


@pytest.fixture
def timed(small_site: SmallSite, windows: OpenWindow, tmp_path: object) -> Candidate:
    """Somebody at the first question of a timed questionnaire."""
    page = windows(tmp_path / "profile")  # type: ignore[operator]
    definition = timing.questionnaire()
    link = small_site.invite(definition)
    base = to_ready(page, link)
    page.locator("form[action$='/clock'] button").click()
    page.wait_for_url("**/question/1")
    return Candidate(small_site, page, link, base, [item.id for item in definition.items_of("A")])


def leave_seconds(candidate: Candidate, seconds: float) -> None:
    """The clock of this sitting goes on with so many seconds left."""
    engine = make_engine(f"sqlite:///{candidate.site.database}")
    with sessionmaker(engine)() as session:
        which = uuid.UUID(candidate.base.rsplit("/", 1)[1])
        sitting = session.scalars(select(Sitting).where(Sitting.id == which)).one()
        clock = session.scalars(select(SittingClock).where(SittingClock.sitting_id == which)).one()
        wanted = now() + dt.timedelta(seconds=seconds)
        usual = clock.started_at + dt.timedelta(seconds=clock.allowance_seconds)
        clock.extra_seconds = round((wanted - usual).total_seconds())
        sitting.deadline_at = usual + dt.timedelta(seconds=clock.extra_seconds)
        session.commit()
    engine.dispose()


def test_the_time_is_shown_hidden_and_warned_of(timed: Candidate) -> None:
    page = timed.page
    digits = page.locator(".clock__digits")
    expect(digits).to_have_text(re.compile(r"^(20:00|19:[3-5]\d)$"))
    page.locator(".clock__toggle").click()
    expect(digits).to_be_hidden()
    leave_seconds(timed, 200)
    page.reload()
    expect(digits).to_be_hidden()
    expect(page.locator(".clock__warning")).to_contain_text("4 minutes are left")
    page.locator(".clock__toggle").click()
    expect(digits).to_have_text(re.compile(r"^3:(20|[01]\d)$"))


def test_the_clock_of_the_browser_does_not_count(timed: Candidate) -> None:
    timed.page.context.add_init_script("const right = Date.now; Date.now = () => right() + 7200e3;")
    timed.page.reload()
    expect(timed.page.locator(".clock__digits")).to_have_text(re.compile(r"^(20:00|19:\d\d)$"))


def test_at_the_end_what_was_chosen_is_sent_first(timed: Candidate) -> None:
    leave_seconds(timed, 14)
    timed.page.reload()
    last = timed.choose(0, 1)
    timed.page.wait_for_url("**/receipt", timeout=60_000)
    assert {item: value for item, (_n, value) in timed.site.answers(timed.base).items()} == {timed.items[0]: last}
    assert timed.site.state(timed.base) == "submitted"
    timed.page.goto(f"{timed.base}/question/1")
    expect(timed.page).to_have_url(re.compile(r"/receipt$"))


def told(request: Request) -> tuple[str, Any]:
    return request.url.rsplit("/", 1)[1], request.post_data_json


def test_an_outage_is_told_before_the_answers_that_waited(timed: Candidate) -> None:
    timed.wait_for_pages()
    # Those that arrived: while the wire is cut the page tries, too.
    arrived: list[tuple[str, Any]] = []
    timed.page.on("requestfinished", lambda each: arrived.append(told(each)) if each.method == "POST" else None)
    timed.wire.cut()
    only = timed.choose(0, 1)
    timed.waits()
    timed.page.reload()
    timed.waits()
    expect(timed.page.locator(".clock__digits")).to_have_text(re.compile(r"^\d+:\d\d$"))
    timed.wire.mend()
    timed.acknowledged_now()
    timed.arrived({timed.items[0]: only})
    before = arrived[: [name for name, _sent in arrived].index("answers")]
    assert max(sent["offline_seconds"] for name, sent in before if name == "heartbeat") >= 1
