"""A timed questionnaire, and a clock that a test sets."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import shelf
from questionnaires.definition import Questionnaire
from questionnaires.loading import load_text
from tests.factories import people, sittings
from webapp.records import Organisation, Sitting, SittingClock, SittingCredit, Vacancy, base

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


def place(session: Session, owner: Organisation | None = None) -> Vacancy:
    """An open vacancy with a timed questionnaire."""
    company = owner or people.organisation(session, contact_email="people@example.org")
    return sittings.vacancy(session, company, questionnaire())


def begun(client: FlaskClient, someone: sittings.Invited) -> str:
    """Walk in and start the clock; return the sitting's address."""
    base_address = sittings.walk_in(client, someone)
    client.get(f"{base_address}/ready")
    reply = client.send(f"{base_address}/clock")  # type: ignore[attr-defined]
    assert reply.location.endswith("/question/1"), reply.location
    return base_address


def beat(client: FlaskClient, address: str, offline: float = 0) -> dict[str, object]:
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
