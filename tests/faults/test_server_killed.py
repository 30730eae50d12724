"""kill -9 of what serves: before the commit, between the commit and the reply, and again and again under load."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from tests.faults.real_site import RealSite
from tests.faults.sites import MakeSite, on_both
from tests.faults.visitors import VALUES, Reply, Visitor, finish, together, under_load
from webapp.records import AnswerRevision

# One of the processes that test side by side has the site: it is started once.

KEY = str(uuid.UUID(int=7))


def kept(site: RealSite, visitor: Visitor) -> list[int]:
    site.session.rollback()
    return list(
        site.session.scalars(
            select(AnswerRevision.revision).where(AnswerRevision.sitting_id == visitor.sitting_id)
        ).all()
    )


def killed_while_saving(site: RealSite, visitor: Visitor, moment: str, whole: bool) -> list[Reply]:
    """Somebody saves, and what serves them is killed at this moment."""
    heard: list[Reply] = []
    with site.standing_still(moment):
        saving = together([lambda: heard.append(visitor.send(visitor.items[0], VALUES[0], 0, KEY))])
        site.wait_for_the_moment(moment)
        site.kill_all() if whole else site.kill_web_process()
        finish(saving)
    if whole:
        site.start()
    site.wait_until_it_answers()
    return heard


@on_both
@pytest.mark.parametrize(
    ("moment", "door", "whole", "revisions"),
    [
        pytest.param("written", "json", False, [], id="before the commit"),
        pytest.param("committed", "json", False, [1], id="between commit and reply"),
        pytest.param("written", "form", True, [], id="before the commit, form", marks=pytest.mark.faults),
        pytest.param("committed", "form", True, [1], id="between commit and reply, form", marks=pytest.mark.faults),
    ],
)
def test_killed_while_saving(site: RealSite, moment: str, door: str, whole: bool, revisions: list[int]) -> None:
    visitor = site.visitor(door=door)
    heard = killed_while_saving(site, visitor, moment, whole)
    assert [reply.status for reply in heard] == [0]
    assert visitor.acknowledged == []
    assert kept(site, visitor) == revisions
    visitor.send(visitor.items[0], VALUES[0], 0, KEY)
    assert [told.revision for told in visitor.acknowledged] == [1]
    assert kept(site, visitor) == [1]
    visitor.persist(visitor.items[0], VALUES[1])
    site.all_there(f"kill -9 of the web process, {'before commit' if not revisions else 'before reply'}", [visitor])


@pytest.mark.faults
@on_both
def test_killed_again_and_again_under_load(site: RealSite) -> None:
    visitors = site.crowd(6)
    with under_load(visitors) as crowd:
        for _time in range(4):
            crowd.wait_for(25)
            site.kill_web_process()
            crowd.wait_for(10)
        site.kill_all()
        site.start()
        crowd.wait_for(20)
    assert crowd.heard[0] > 0
    site.all_there("kill -9 five times under load", visitors)


@pytest.mark.faults
def test_the_count_sees_an_acknowledgement_before_the_commit(make_site: MakeSite) -> None:
    site = make_site("sqlite", sabotage="early")
    visitor = site.visitor()
    for item in visitor.items:
        visitor.send(item, VALUES[0], 0)
    site.kill_web_process()
    site.wait_until_it_answers()
    assert site.count([visitor]).faults.get("lost", 0) > 0
    site.close()


@pytest.mark.faults
def test_the_count_sees_what_is_there_twice(make_site: MakeSite) -> None:
    site = make_site("sqlite", sabotage="twice")
    visitor = site.visitor()
    visitor.send(visitor.items[0], VALUES[0], 0)
    assert site.count([visitor]).faults.keys() >= {"twice", "gaps"}
    site.close()
