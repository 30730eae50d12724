"""The notice promises a date by which applicants' data are gone; the worker keeps the promise."""

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import shortlists
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import Answer, AnswerRevision, Applicant, Event, Organisation, Score, Sitting, Vacancy
from webapp.records.base import now
from webapp.services.forget_applicants import forget_applicants, kept_months, months_earlier


def add_answers(session: Session, vacancy: Vacancy) -> None:
    for sitting in session.scalars(select(Sitting)):
        values = {
            "organisation_id": vacancy.organisation_id,
            "sitting_id": sitting.id,
            "item_id": "x",
            "saved_at": now(),
        }
        session.add_all([Answer(**values, value={"best": "a"}), AnswerRevision(**values, revision=1, value=None)])
    session.commit()


def left(session: Session) -> dict[str, int]:
    tables = (Applicant, Sitting, Answer, AnswerRevision, Score)
    return {t.__tablename__: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


@pytest.mark.parametrize("ended", ["closed_at", "closes_at"])
def test_people_are_forgotten_when_their_time_is_over(session: Session, settings: Settings, ended: str) -> None:
    over = shortlists.vacancy(session, **{ended: now() - dt.timedelta(days=400)})
    shortlists.scored(session, over, 1.0)
    shortlists.scored(session, over, 2.0)
    add_answers(session, over)
    with db.transaction() as writing:
        assert forget_applicants(writing, settings) == 2
    with db.transaction() as writing:
        assert forget_applicants(writing, settings) == 0
    assert set(left(session).values()) == {0}
    event = session.scalars(select(Event).where(Event.action == "applicants.forgotten")).one()
    assert (event.subject_id, event.detail) == (over.id, {"number": 2})


def test_nobody_is_forgotten_early(session: Session, settings: Settings) -> None:
    lately = shortlists.vacancy(session, closed_at=now() - dt.timedelta(days=300))
    still_open = shortlists.vacancy(session)
    # Closed lately, though its date passed long ago: the later moment counts.
    late = shortlists.vacancy(session, closes_at=now() - dt.timedelta(days=400), closed_at=now())
    for vacancy in (lately, still_open, late):
        shortlists.scored(session, vacancy, 1.0)
    session.commit()
    assert forget_applicants(session, settings) == 0
    assert left(session)["applicant"] == 3


def test_an_organisation_may_keep_data_for_less(session: Session, settings: Settings) -> None:
    vacancy = shortlists.vacancy(session, closed_at=now() - dt.timedelta(days=100))
    shortlists.scored(session, vacancy, 1.0)
    owner = session.get_one(Organisation, vacancy.organisation_id)
    owner.settings = {"retention_months": 3}
    session.commit()
    assert kept_months(owner) == 3
    assert forget_applicants(session, settings) == 1


def test_a_month_earlier_is_a_day_that_exists() -> None:
    assert months_earlier(dt.datetime(2026, 3, 31, tzinfo=dt.UTC), 1).day == 28
    assert months_earlier(dt.datetime(2026, 1, 15, tzinfo=dt.UTC), 12) == dt.datetime(2025, 1, 15, tzinfo=dt.UTC)
