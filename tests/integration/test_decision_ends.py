"""Decisions about many that end otherwise than by their job: undone person by person, or broken on the way."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.signing import sign_in
from tests.integration.test_decisions import DECLINED, Desk
from webapp.errors import Conflict, Gone, Refused
from webapp.records import DecisionBatch, DecisionChoice, Job
from webapp.records.base import now
from webapp.services.decisions.decide import carry_on_job, start_again
from webapp.services.decisions.ending import stop
from webapp.services.decisions.undo import UNDO, undo_batch, undo_one
from webapp.services.job_progress import fail_job


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def desk(session: Session, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr("webapp.services.decisions.decide.AT_ONCE", 2)
    monkeypatch.setattr("webapp.services.decisions.decide.carry_on.__defaults__", (2,))
    return Desk(session)


def two_of_five(desk: Desk) -> DecisionBatch:
    """A decision about five of whom two are moved."""
    batch = desk.decide([0, 1, 2, 3, 4], DECLINED).batch
    assert batch.job_id is not None
    assert carry_on_job(desk.session, desk.owner, batch.job_id)
    return batch


def broken(desk: Desk) -> DecisionBatch:
    batch = two_of_five(desk)
    fail_job(desk.session, desk.session.get_one(Job, (desk.owner, batch.job_id)), "broken")
    desk.session.flush()
    return batch


def left(desk: Desk) -> int:
    return desk.session.scalar(select(func.count()).select_from(DecisionChoice)) or 0


def to_its_end(desk: Desk, batch: DecisionBatch) -> None:
    assert batch.job_id is not None
    while carry_on_job(desk.session, desk.owner, batch.job_id):
        pass


def test_who_is_put_back_while_others_are_still_moved_stays_and_the_others_go_on(desk: Desk, session: Session) -> None:
    batch = two_of_five(desk)
    for each in desk.decisions():
        assert undo_one(session, desk.owner, each.id, user_id=desk.anna.id).people == 1
    assert (batch.state, left(desk)) == ("running", 3)
    to_its_end(desk, batch)
    assert (batch.state, batch.people, batch.text, left(desk)) == ("done", 5, "", 0)
    assert sorted(desk.stages()) == [0, 0, DECLINED, DECLINED, DECLINED]
    assert desk.counted() == {0: 2, DECLINED: 3}


def test_a_decision_is_undone_as_a_whole_when_nobody_is_left(desk: Desk, session: Session) -> None:
    """Everybody was put back one by one before the job looked whether anybody was left."""
    batch = two_of_five(desk)
    assert batch.job_id is not None
    for _chunk in range(2):
        carry_on_job(session, desk.owner, batch.job_id)
    for each in desk.decisions():
        undo_one(session, desk.owner, each.id, user_id=desk.anna.id)
    assert (batch.state, left(desk)) == ("running", 0)
    to_its_end(desk, batch)
    assert (batch.state, batch.undone_by, batch.people) == ("undone", desk.anna.id, 5)
    assert desk.stages() == [0] * 5


def test_what_broke_is_undone_by_the_decider_and_nobody_else_is_moved(desk: Desk, session: Session) -> None:
    batch = broken(desk)
    with pytest.raises(Refused):
        undo_batch(session, desk.owner, batch.id, user_id=desk.boris.id)
    assert left(desk) == 3
    assert undo_batch(session, desk.owner, batch.id, user_id=desk.anna.id).people == 2
    assert (batch.state, batch.people, batch.seen["stopped"], left(desk)) == ("undone", 2, 3, 0)
    assert desk.stages() == [0] * 5
    assert desk.counted() == {0: 5}
    assert not start_again(session, desk.owner, batch.id, user_id=desk.anna.id)


def test_hr_lets_go_on_what_broke_or_stops_it_even_after_a_day(desk: Desk, session: Session) -> None:
    batch = two_of_five(desk)
    with pytest.raises(Conflict):
        stop(session, desk.owner, batch.id, user_id=desk.hr.id)
    fail_job(session, session.get_one(Job, (desk.owner, batch.job_id)), "broken")
    for refused in (start_again, stop):
        with pytest.raises(Refused):
            refused(session, desk.owner, batch.id, user_id=desk.boris.id)
    assert start_again(session, desk.owner, batch.id, user_id=desk.hr.id)
    assert batch.user_id == desk.anna.id
    assert batch.job_id is not None
    assert carry_on_job(session, desk.owner, batch.job_id)
    fail_job(session, session.get_one(Job, (desk.owner, batch.job_id)), "broken")
    batch.decided_at = now() - UNDO
    with pytest.raises(Gone):
        undo_batch(session, desk.owner, batch.id, user_id=desk.hr.id)
    assert stop(session, desk.owner, batch.id, user_id=desk.hr.id)
    assert not stop(session, desk.owner, batch.id, user_id=desk.hr.id)
    assert (batch.state, batch.people, batch.seen["stopped"], batch.text, left(desk)) == ("done", 4, 1, "", 0)
    assert desk.counted() == {0: 1, DECLINED: 4}


def test_the_pages_ask_what_becomes_of_it(client: FlaskClient, session: Session, desk: Desk) -> None:
    batch = broken(desk)
    session.commit()
    base, hr = f"/vacancies/{desk.vacancy.id}/decisions/{batch.id}", "/hr/hiring/stages/decisions"
    sign_in(client, desk.boris)
    page = client.get(base).get_data(as_text=True)
    assert "It stopped before everybody was moved." in page
    assert not re.search(f'action="{base}/', page)
    assert client.send(f"{base}/stop", {}).status_code == 403  # type: ignore[attr-defined]
    sign_in(client, desk.hr)
    page = client.get(hr).get_data(as_text=True)
    assert {f"{hr}/{batch.id}/{act}" for act in ("resume", "stop", "undo")} == set(re.findall(f'"({hr}/[^"]+)"', page))
    assert client.send(f"{hr}/{batch.id}/resume", {}).status_code == 302  # type: ignore[attr-defined]
    assert "under way" in client.get(hr).get_data(as_text=True)
    session.rollback()
    session.refresh(batch)
    fail_job(session, session.get_one(Job, (desk.owner, batch.job_id)), "broken")
    session.commit()
    sign_in(client, desk.anna)
    page = client.get(base).get_data(as_text=True)
    assert {f"{base}/{act}" for act in ("resume", "stop", "undo")} == set(re.findall(f'action="({base}/[^"]+)"', page))
    client.send(f"{base}/stop", {})  # type: ignore[attr-defined]
    assert "It was stopped before 3 more people were moved, who stay." in client.get(base).get_data(as_text=True)
