"""Saves that race the end of the time, and somebody who never comes back: the worker closes each sitting once."""

from __future__ import annotations

import random

import pytest
from sqlalchemy.orm import Session

from tests import workers
from tests.databases import SQLITE
from tests.factories import sittings, timing
from tests.factories.timing import clock
from tests.faults.real_site import RealSite, wait_until
from tests.faults.sites import MakeSite, on_both
from tests.faults.visitors import VALUES, Visitor, finish, together
from tests.site import PageClient
from webapp.services.save_answer import Closed, GivenAnswer, save_durably

# One of the processes that test side by side has the site: it is started once.

__all__ = ["clock"]
HANDS = 4
ITEM = timing.questionnaire().items_of("A")[0].id


def racing(visitor: Visitor, hand: int) -> None:
    """One of several tabs: its own questions, again and again, until it is told that the time is over."""
    chance = random.Random(hand)
    mine = visitor.items[hand::HANDS]
    while True:
        item = chance.choice(mine)
        reply = visitor.persist(item, visitor.another(item, chance))
        if reply.status != 200:
            assert reply.status == 410, (reply.status, reply.text)
            return


def race(site: RealSite, visitors: list[Visitor], seconds: float) -> None:
    for visitor in visitors:
        site.leave_seconds(visitor, seconds)
    finish(together([lambda v=v, n=n: racing(v, n) for v in visitors for n in range(HANDS)]))


@on_both
def test_saves_race_the_end_and_somebody_never_returns(site: RealSite) -> None:
    asked = timing.questionnaire()
    gone, visitors = site.visitor(questionnaire=asked), [site.visitor(questionnaire=asked) for _each in range(3)]
    for number in range(3):
        gone.persist(gone.items[number], VALUES[number])
    with workers.worker(site.settings):
        site.leave_seconds(gone, 1)
        race(site, visitors, 3)
        everybody = [gone, *visitors]
        wait_until(lambda: all(site.sitting(each).state == "submitted" for each in everybody))
    for each in everybody:
        assert each.send(each.items[0], VALUES[11], each.revisions[each.items[0]]).status == 410
        site.sent_once(each)
    site.all_there("autosave racing the end of the time", visitors)
    site.all_there("somebody never returns", [gone])


@SQLITE
def test_at_its_very_moment_the_time_is_over(client: PageClient, session: Session, clock: timing.SetClock) -> None:
    someone = sittings.invited(session, timing.place(session))
    timing.begun(client, someone)
    sitting = timing.sitting_of(session, someone)
    sent = {"organisation_id": sitting.organisation_id, "sitting_id": sitting.id}
    clock.at = sitting.deadline_at or clock.at
    with pytest.raises(Closed):
        save_durably(**sent, given=GivenAnswer(ITEM, VALUES[0], 0))
    clock.pass_by(seconds=-0.000001)
    assert save_durably(**sent, given=GivenAnswer(ITEM, VALUES[0], 0)).recorded.revision == 1


@pytest.mark.faults
@on_both
def test_the_page_and_the_worker_close_at_once(site: RealSite) -> None:
    """Several pages opened after the end, two workers: sent once."""
    visitors = [site.visitor(door=door, questionnaire=timing.questionnaire()) for door in ("json", "form") * 3]
    for each in visitors:
        each.persist(each.items[0], VALUES[0])
    with workers.worker(site.settings), workers.worker(site.settings):
        for each in visitors:
            site.leave_seconds(each, 2)
        wait_until(lambda: visitors[-1].send(visitors[-1].items[1], VALUES[1], 0).status != 302)
        pages = [lambda v=v: v.browser.get(f"{v.base}/question/1") for v in visitors for _time in range(4)]
        finish(together(pages))
        wait_until(lambda: all(site.sitting(each).state == "submitted" for each in visitors))
    for each in visitors:
        site.sent_once(each)
    site.all_there("pages and two workers close at the same time", visitors)


@pytest.mark.faults
def test_the_count_sees_what_is_taken_after_the_end(make_site: MakeSite) -> None:
    site = make_site("sqlite", sabotage="late")
    visitor = site.visitor(questionnaire=timing.questionnaire())
    site.leave_seconds(visitor, -1)
    visitor.send(visitor.items[0], VALUES[0], 0)
    assert site.count([visitor]).faults == {"after_close": 1}
    site.close()
