"""The server's clock jumps by an hour, and the browsers' clocks say anything: neither changes anybody's time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.factories import timing
from tests.faults.real_site import RealSite, wait_until
from tests.faults.sites import MakeSite, on_both
from tests.faults.visitors import VALUES, Visitor
from webapp.records import Event, SittingCredit

# One of the processes that test side by side has the site: it is started once.

HOUR = 3600
NEAR = dt.timedelta(minutes=10)


def saved_truly(visitor: Visitor, value: Any) -> None:
    """A save is taken, and the time that it is given is the true one."""
    reply = visitor.persist(visitor.items[0], value)
    assert reply.status == 200, reply.text
    saved = dt.datetime.fromisoformat(visitor.acknowledged[-1].saved_at)
    assert abs(saved - dt.datetime.now(dt.UTC)) < NEAR


def jumps(site: RealSite) -> int:
    site.session.rollback()
    return site.session.query(Event).filter_by(action="clock.jumped").count()


@on_both
@pytest.mark.parametrize("seconds", [HOUR, pytest.param(-HOUR, marks=pytest.mark.faults)], ids=["on", "back"])
def test_the_server_s_clock_jumps(site: RealSite, seconds: int) -> None:
    """Nobody is closed, nobody gets an hour, and a process that starts meanwhile goes by the same time."""
    visitor = site.visitor(questionnaire=timing.questionnaire())
    ends, noted = site.sitting(visitor).deadline_at, jumps(site)
    saved_truly(visitor, VALUES[0])
    with site.steered("moved-seconds", seconds):
        saved_truly(visitor, VALUES[1])
        site.kill_web_process()
        saved_truly(visitor, VALUES[2])
        assert site.sitting(visitor).deadline_at == ends
        assert site.rows_of(SittingCredit, visitor) == 0
        assert jumps(site) > noted
        site.leave_seconds(visitor, 1)
        wait_until(lambda: visitor.send(visitor.items[0], VALUES[3 + visitor.heard[200] % 9], 99).status == 410)
    true_end = site.sitting(visitor).deadline_at
    assert true_end
    assert abs(dt.datetime.now(dt.UTC) - true_end) < NEAR
    site.all_there(f"server clock {'+' if seconds > 0 else '-'}1 h, process killed meanwhile", [visitor])


@pytest.mark.faults
def test_it_is_seen_when_the_site_believes_the_clock(make_site: MakeSite) -> None:
    site = make_site("sqlite", sabotage="clock")
    visitor = site.visitor(questionnaire=timing.questionnaire())
    with site.steered("moved-seconds", HOUR), pytest.raises(AssertionError):
        saved_truly(visitor, VALUES[0])
    assert visitor.heard[410] == 1
    site.close()


LIES = {"saved_at": "1970-01-01T00:00:00Z", "now": 0, "deadline_at": "2999-12-31T23:59:59Z", "client_time": 9e15}


def test_the_browser_s_clock_says_nothing(site: RealSite) -> None:
    visitor = site.visitor(questionnaire=timing.questionnaire())
    ends = site.sitting(visitor).deadline_at
    first = visitor.items[0]
    for number, seconds in enumerate((0, 86_400, 0.001)):
        reply = visitor.send(first, VALUES[number], visitor.revisions[first], seconds=seconds, **LIES)
        assert reply.status == 200, reply.text
        assert dt.datetime.fromisoformat(reply.said["deadline_at"]) == ends
        assert abs(dt.datetime.fromisoformat(reply.said["saved_at"]) - dt.datetime.now(dt.UTC)) < NEAR
    for seconds in (-1, 1e300, 86_401, "yesterday"):
        assert visitor.send(first, VALUES[4], visitor.revisions[first], seconds=seconds).status == 400
    for claim in (10**9, -(10**9), "for ever", 86_399):
        assert visitor.browser.post_json(f"{visitor.base}/heartbeat", {"offline_seconds": claim}).status == 200
    assert site.sitting(visitor).deadline_at == ends
    site.all_there("the browser's clock and its times are absurd", [visitor])
