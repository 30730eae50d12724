"""A hundred submits at once among saves; saves that come twice, late and in any order."""

from __future__ import annotations

import copy
import os
import random
import uuid

import pytest

from tests.faults.real_site import RealSite
from tests.faults.sites import MakeSite, on_both
from tests.faults.visitors import VALUES, Reply, Visitor, finish, together, under_load
from webapp.records import AnswerRevision

# One of the processes that test side by side has the site: it is started once.

SUBMITS = 100
SEED = int(os.environ.get("MAKINGS_FAULT_SEED") or random.SystemRandom().randrange(10**6))


def submitting(visitor: Visitor, heard: list[Reply]) -> None:
    """One tap among a hundred; who hears nothing taps again."""
    browser = copy.deepcopy(visitor.browser)
    while True:
        reply = browser.post(f"{visitor.base}/submit")
        if reply.status not in (0, 503):
            heard.append(reply)
            return


@on_both
def test_a_hundred_submits_among_saves(site: RealSite) -> None:
    visitors = site.crowd(2)
    heard: list[Reply] = []
    with under_load(visitors) as crowd:
        crowd.wait_for(10)
        finish(together([lambda v=v: submitting(v, heard) for v in visitors for _time in range(SUBMITS // 2)]))
        rows = [site.rows_of(AnswerRevision, each) for each in visitors]
    assert {(reply.status, reply.location.rsplit("/", 1)[-1]) for reply in heard} == {(302, "receipt")}
    assert [site.rows_of(AnswerRevision, each) for each in visitors] == rows
    for each in visitors:
        assert each.send(each.items[0], VALUES[0], each.revisions[each.items[0]]).status in (409, 410)
        site.sent_once(each)
    site.all_there("a hundred submits at once among saves", visitors)


@pytest.mark.faults
def test_it_is_seen_when_a_sitting_is_sent_twice(make_site: MakeSite) -> None:
    site = make_site("sqlite", sabotage="again")
    visitor = site.visitor()
    visitor.persist(visitor.items[0], VALUES[0])
    heard: list[Reply] = []
    finish(together([lambda: submitting(visitor, heard) for _time in range(5)]))
    assert {reply.status for reply in heard} == {302}
    with pytest.raises(AssertionError):
        site.sent_once(visitor)
    site.close()


Plan = list[tuple[str, dict[str, str], int, str]]


def any_saves(visitor: Visitor, chance: random.Random) -> Plan:
    """Saves of five questions as tabs may send them: on old revisions, each up to three times, in any order."""
    once = [
        (chance.choice(visitor.items[:5]), chance.choice(VALUES), chance.randrange(4), str(uuid.UUID(int=n + 1)))
        for n in range(60)
    ]
    again = [save for save in once for _time in range(chance.choice((1, 1, 2, 3)))]
    # Earlier revisions come earlier for the most part: else nearly all of it is refused.
    return sorted(again, key=lambda save: save[2] + 2 * chance.random())


@on_both
@pytest.mark.parametrize("more", [0, *(pytest.param(n, marks=pytest.mark.faults) for n in range(1, 6))])
def test_twice_late_and_in_any_order(site: RealSite, more: int) -> None:
    print(f"MAKINGS_FAULT_SEED={SEED} repeats this; round {more}")
    chance = random.Random(SEED + more)
    visitor = site.visitor()
    plan = any_saves(visitor, chance)
    hands = [plan[n::6] for n in range(6)]

    def send_all(mine: Plan) -> None:
        for save in mine:
            reply = visitor.send(*save)
            assert reply.status in (200, 409), (reply.status, reply.text)

    finish(together([lambda mine=mine: send_all(mine) for mine in hands]))
    there = visitor.browser.get(f"{visitor.base}/state").said["answers"]
    assert {item: said["revision"] for item, said in there.items()} == dict(visitor.revisions)
    assert visitor.heard[409] > 0
    site.all_there("saves twice, late and in any order", [visitor])
