"""A timed questionnaire, and a clock that a test sets."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import cache
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from questionnaires import shelf
from questionnaires.definition import Questionnaire
from questionnaires.loading import load_text
from tests.factories import people, sittings
from tests.site import PageClient
from webapp.records import Answer, Applicant, Organisation, Sitting, SittingClock, SittingCredit, Vacancy, base
from webapp.records.base import new_id

MINUTES = 20


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: dt.datetime | None = None) -> None:
        self.at = at or dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        return self.at

    def pass_by(self, *, minutes: float = 0, seconds: float = 0) -> None:
        self.at += dt.timedelta(minutes=minutes, seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """The site's only clock, in the test's hands."""
    put = SetClock()
    monkeypatch.setattr(base, "clock", put)
    return put


@cache
def questionnaire() -> Questionnaire:
    """The library's first twelve situations, with twenty minutes for them."""
    source = shelf.get("customer-orientation", "1.0.0").source
    timed = source.replace("time_allowance_minutes: null", f"time_allowance_minutes: {MINUTES}")
    return load_text(timed.replace("name: customer-orientation", "name: timed-orientation", 1))


def another_browser(app: Flask) -> PageClient:
    """Somebody else's, with its own cookies; the fixture `client` has set its class."""
    return cast(PageClient, app.test_client())


def place(session: Session, owner: Organisation | None = None) -> Vacancy:
    """An open vacancy with a timed questionnaire."""
    company = owner or people.organisation(session, contact_email="people@example.org")
    return sittings.vacancy(session, company, questionnaire())


def begun(client: PageClient, someone: sittings.Invited) -> str:
    """Walk in and start the clock; return the sitting's address."""
    base_address = sittings.walk_in(client, someone)
    client.get(f"{base_address}/ready")
    reply = client.send(f"{base_address}/clock")
    assert reply.location.endswith("/question/1"), reply.location
    return base_address


def beat(client: PageClient, address: str, offline: float = 0) -> dict[str, object]:
    """What the browser's script does every twenty seconds."""
    client.get(f"{address}/review") if not getattr(client, "last_page", "") else None
    reply = client.post(
        f"{address}/heartbeat",
        json={"offline_seconds": offline},
        headers={"X-CSRFToken": getattr(client, "token", "")},
    )
    assert reply.status_code == 200, reply.get_data(as_text=True)
    said: dict[str, object] = reply.get_json()
    return said


def sitting_of(session: Session, someone: sittings.Invited) -> Sitting:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Sitting).where(Sitting.applicant_id == someone.applicant.id)).one()


def clock_of(session: Session, someone: sittings.Invited) -> SittingClock:
    sitting = sitting_of(session, someone)
    return session.scalars(select(SittingClock).where(SittingClock.sitting_id == sitting.id)).one()


def credits_of(session: Session, someone: sittings.Invited) -> list[tuple[str, int, int]]:
    sitting = sitting_of(session, someone)
    rows = session.scalars(
        select(SittingCredit).where(SittingCredit.sitting_id == sitting.id).order_by(SittingCredit.id)
    )
    return [(row.kind, row.seconds, row.gap_seconds) for row in rows]


def many(session: Session, vacancy: Vacancy, number: int, deadline_at: dt.datetime) -> None:
    """So many people who began, answered everything and are gone; their time ends at the same moment."""
    owner = {"organisation_id": vacancy.organisation_id}
    people_ids, sitting_ids = ([new_id() for _each in range(number)] for _kind in range(2))
    begun_at = deadline_at - dt.timedelta(minutes=MINUTES)
    applicants = [
        {**owner, "id": one, "vacancy_id": vacancy.id, "name": "N", "email": f"{one}@example.org", "state": "started"}
        for one in people_ids
    ]
    rows = [
        {
            **owner,
            "id": sitting_ids[n],
            "applicant_id": people_ids[n],
            "questionnaire_id": vacancy.questionnaire_id,
            "form": vacancy.form,
            "language": "en",
            "seed": n,
            "consented_at": begun_at,
            "deadline_at": deadline_at,
        }
        for n in range(number)
    ]
    clocks = [
        {
            **owner,
            "sitting_id": one,
            "started_at": begun_at,
            "allowance_seconds": MINUTES * 60,
            "budget_seconds": 240,
            "last_beat_at": deadline_at,
        }
        for one in sitting_ids
    ]
    session.execute(insert(Applicant), applicants)
    session.execute(insert(Sitting), rows)
    session.execute(insert(SittingClock), clocks)
    session.execute(insert(Answer), [{**owner, **row} for one in sitting_ids for row in answers_of(one, begun_at)])
    session.commit()


def answers_of(sitting_id: uuid.UUID, at: dt.datetime) -> list[dict[str, object]]:
    return [
        {
            "sitting_id": sitting_id,
            "item_id": item.id,
            "value": {"best": item.option_ids[0], "worst": item.option_ids[1]},
            "saved_at": at,
        }
        for item in questionnaire().items_of("A")
    ]
