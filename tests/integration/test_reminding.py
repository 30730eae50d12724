"""Reminding everybody: whom, once each, by a worker that may be killed, and until somebody stops it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people, shortlists, waiting
from webapp.config import Settings
from webapp.errors import Conflict, NotFound
from webapp.extensions import db
from webapp.jobs import remind_job, runtime
from webapp.records import Event, Invitation, Job, Mail, Organisation, Outbox, User, Vacancy
from webapp.records.base import now
from webapp.services.job_progress import JobCancelled
from webapp.services.mails.remind_in_time import remind_in_time
from webapp.services.reminding import remind
from webapp.services.reminding.plan import plan_reminding
from webapp.services.reminding.runs import so_far
from webapp.services.reminding.who import standings

House = tuple[Session, Vacancy, User, Settings]


@pytest.fixture
def house(session: Session, settings: Settings) -> Iterator[House]:
    vacancy = shortlists.vacancy(session)
    owner = session.get_one(Organisation, vacancy.organisation_id)
    user = people.user(session, owner, "recruiter")
    session.commit()
    yield session, vacancy, user, settings
    # Work in this process forgets the session that was open around it.
    session.close()


def press(house: House) -> Job | None:
    session, vacancy, user, settings = house
    session.commit()
    with db.transaction() as writing:
        job = remind.remind_everybody(writing, vacancy.organisation_id, vacancy.id, user_id=user.id, settings=settings)
    session.expire_all()
    return job


def press_elsewhere(app: Flask, house: House) -> str:
    """Another process: another connection."""
    _session, vacancy, user, settings = house
    with app.app_context(), db.scope(), db.transaction() as writing:
        job = remind.remind_everybody(writing, vacancy.organisation_id, vacancy.id, user_id=user.id, settings=settings)
        return job.state if job else ""


def reminders(session: Session) -> Counter[Any]:
    session.commit()
    return Counter(session.scalars(select(Mail.applicant_id).where(Mail.occasion.like("all-%"))))


def handed_out(session: Session) -> list[str]:
    return sorted(session.scalars(select(Outbox.topic)))


def test_two_recruiters_at_once_remind_each_person_once(app: Flask, house: House) -> None:
    session, vacancy, user, settings = house
    ready, _link = waiting.person(session, vacancy, settings)
    begun, _link = waiting.person(session, vacancy, settings, state="started")
    ended, _link = waiting.person(session, vacancy, settings, ends=-1)
    waiting.person(session, vacancy, settings, invited=1, sent=1)
    waiting.person(session, vacancy, settings, state="withdrawn")
    session.commit()
    assert plan_reminding(session, vacancy, 4).left_out == {"lately": 1}
    session.commit()
    with ThreadPoolExecutor(2) as pool:
        states = sorted(pool.map(lambda _each: press_elsewhere(app, house), range(2)))
    assert states == ["", "done"]
    assert reminders(session) == {ready.id: 1, begun.id: 1}
    assert len(session.scalars(select(Invitation).where(Invitation.applicant_id == ended.id)).all()) == 2
    assert handed_out(session) == ["mail.invitation", "mail.reminder", "mail.reminder"]
    (job,) = session.scalars(select(Job)).all()
    assert {name: so_far(job)[name] for name in ("people", "looked", "reminded", "lately", "after")} == {
        "people": 4,
        "looked": 4,
        "reminded": 3,
        "lately": 1,
        "after": "",
    }
    told = session.scalars(select(Event).where(Event.action == "applicants.reminded")).one()
    assert (told.subject_id, told.user_id) == (vacancy.id, user.id)
    assert told.detail == {"how": "done", "number": 3, "left_out": {"lately": 1}}
    assert len(session.scalars(select(Event).where(Event.action == "invitation.reminded")).all()) == 3
    remind_in_time(session)
    assert len(handed_out(session)) == 3, "nor does anybody get the reminder that goes out by itself on top"


def test_a_killed_run_goes_on_and_reminds_nobody_twice(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, vacancy, _user, settings = house
    everybody = [waiting.person(session, vacancy, settings)[0].id for _each in range(5)]
    monkeypatch.setattr(remind, "AT_ONCE", 0)
    monkeypatch.setattr(remind, "CHUNK", 2)
    job = press(house)
    assert job is not None
    assert press(house).id == job.id, "who presses again finds what goes on"  # type: ignore[union-attr]
    assert handed_out(session) == ["job.remind"]
    runtime.enter(app)
    owner, number = job.organisation_id, job.id
    session.commit()
    assert remind_job.chunk(owner, number)
    stale = remind.read_next(session, owner, number)
    session.commit()
    with monkeypatch.context() as cut:
        cut.setattr(remind, "note_progress", killed)
        with pytest.raises(KeyboardInterrupt):
            remind_job.chunk(owner, number)
    assert len(reminders(session)) == 2, "the chunk that was cut off left nothing"
    assert remind_job.chunk(owner, number)
    with db.transaction() as writing:
        assert remind.carry_on(writing, owner, number, stale, settings), "what another worker did is not done again"
    waiting.work(app, session, job)
    assert reminders(session) == dict.fromkeys(everybody, 1)
    job = session.get_one(Job, (owner, number))
    assert (job.state, job.fraction, so_far(job)["looked"], so_far(job)["reminded"]) == ("done", 1.0, 5, 5)
    with pytest.raises(JobCancelled):
        remind_job.chunk(owner, number)


def killed(*_arguments: object, **_more: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("how", ["stopped", "closed", "failed"])
@SQLITE
def test_a_run_that_ends_early_says_how_far_it_came(
    app: Flask, house: House, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, vacancy, user, settings = house
    for _each in range(3):
        waiting.person(session, vacancy, settings)
    monkeypatch.setattr(remind, "AT_ONCE", 0)
    monkeypatch.setattr(remind, "CHUNK", 1)
    job, place, me = press(house), vacancy.id, user.id
    assert job is not None
    runtime.enter(app)
    owner, number = job.organisation_id, job.id
    end_early(house, owner, number, how)
    assert reminders(session).total() == 1
    job = session.get_one(Job, (owner, number), populate_existing=True)
    assert (job.state, so_far(job)["reminded"]) == ({"stopped": "cancelled", "closed": "done"}.get(how, how), 1)
    told = session.scalars(select(Event.detail).where(Event.action == "applicants.reminded")).one()
    assert (told["how"], told["number"]) == (how, 1)
    with pytest.raises(Conflict):
        remind.stop_reminding(session, owner, place, number, me)
    with pytest.raises(NotFound):
        remind.stop_reminding(session, owner, shortlists.vacancy(session).id, number, me)


def end_early(house: House, owner: uuid.UUID, number: uuid.UUID, how: str) -> None:
    """After the first chunk of it."""
    _session, vacancy, user, _settings = house
    place, me = vacancy.id, user.id
    assert remind_job.chunk(owner, number)
    if how == "stopped":
        with db.transaction() as writing:
            remind.stop_reminding(writing, owner, place, number, me)
        assert remind_job.remind_all(str(owner), str(number)) == remind_job.ENDED
    elif how == "closed":
        with db.transaction() as writing:
            writing.get_one(Vacancy, (owner, place)).state = "closed"
        assert not remind_job.chunk(owner, number)
    else:
        for _each in range(2):
            remind_job.close(str(owner), str(number), {"reason": "broken"})


STANDINGS: list[tuple[dict[str, Any], list[dict[str, Any]], str]] = [
    ({}, [{"state": "sent"}], ""),
    ({"sent": 1.9}, [], "lately"),
    ({"invited": 1.9, "sent": None}, [], "lately"),
    ({}, [{"state": "waiting", "kind": "reminder", "ago": 1.9}], "lately"),
    ({}, [{"state": "sent", "kind": "new_link", "ago": 1.9}], "lately"),
    ({}, [{"state": "waiting", "kind": "reminder", "ago": 2.1}], "on_its_way"),
    ({"sent": None}, [], "on_its_way"),
    ({"sent": None, "ends": -1}, [], ""),
    ({"sent": None}, [{"state": "not_wanted"}], ""),
    ({"sent": None}, [{"state": "refused"}], "unreached"),
    ({"sent": None}, [{"state": "given_up"}], "unreached"),
    ({}, [{"state": "sent"}, {"state": "refused", "kind": "reminder", "ago": 2.1}], "unreached"),
    ({}, [{"state": "refused"}, {"state": "sent", "kind": "reminder", "ago": 2.1}], ""),
    ({}, [{"state": "sent"}, {"state": "given_up", "kind": "reminder", "ago": 2.1}], ""),
]


@SQLITE
def test_who_is_left_out_and_why(house: House) -> None:
    session, vacancy, _user, settings = house
    made = []
    for values, mails, _why in STANDINGS:
        person, link = waiting.person(session, vacancy, settings, **values)
        for each in mails:
            waiting.mail(session, link, **each)
        made.append(person.id)
    found = {each.person.id: each.why_not for each in standings(session, vacancy, made)}
    assert [found[each] for each in made] == [why for _values, _mails, why in STANDINGS]


@SQLITE
def test_an_address_that_was_mended_is_reminded_again(house: House) -> None:
    session, vacancy, _user, settings = house
    person, old = waiting.person(session, vacancy, settings, sent=None)
    waiting.mail(session, old, "refused")
    old.withdrawn_at = now() - dt.timedelta(days=4)
    new = Invitation(
        organisation_id=old.organisation_id,
        applicant_id=person.id,
        token_hash="b" * 64,
        created_at=now() - dt.timedelta(days=4),
        sent_at=now() - dt.timedelta(days=4),
        expires_at=now() + dt.timedelta(days=9),
    )
    session.add(new)
    session.flush()
    (standing,) = standings(session, vacancy, [person.id])
    assert (standing.why_not, standing.link.id) == ("", new.id)
