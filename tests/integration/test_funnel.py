"""How many came how far, and in how many whole days; of few people no figure."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import desk as desks
from tests.factories import people, shortlists
from tests.factories.desk import Desk
from webapp.records import Applicant, Decision, DecisionBatch, FunnelKept, Organisation, Sitting, User, Vacancy
from webapp.records.base import now
from webapp.services.decisions.stages import stages_of
from webapp.services.funnel import keep
from webapp.services.funnel.days import days_of
from webapp.services.funnel.read import Step, read_funnel

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def test_nothing_is_said_of_few() -> None:
    assert days_of({1: 4}).median is None
    assert days_of({1: 2, 9: 3}).median == 9
    assert days_of({1: 19}).nine_of_ten is None
    assert days_of({1: 17, 30: 3}).nine_of_ten == 30
    assert days_of({0: 18, 30: 2}).nine_of_ten == 0
    assert days_of({}).median is None


def done(session: Session, vacancy: Vacancy, *, begun_after: float, took: float) -> Applicant:
    person = shortlists.scored(session, vacancy, 3.0, created_at=START)
    sitting = session.scalars(select(Sitting).where(Sitting.applicant_id == person.id)).one()
    sitting.consented_at = START + begun_after * DAY
    sitting.submitted_at = sitting.consented_at + took * DAY
    session.flush()
    return person


def decided(session: Session, vacancy: Vacancy, user: User, who: Applicant, stage: int, at: dt.datetime) -> Decision:
    batch = DecisionBatch(
        organisation_id=vacancy.organisation_id,
        vacancy_id=vacancy.id,
        user_id=user.id,
        state="done",
        to_stage=stage,
        people=1,
        decided_at=at,
    )
    session.add(batch)
    session.flush()
    row = Decision(
        organisation_id=vacancy.organisation_id,
        batch_id=batch.id,
        vacancy_id=vacancy.id,
        applicant_id=who.id,
        user_id=user.id,
        from_stage=who.stage,
        to_stage=stage,
        decided_at=at,
    )
    session.add(row)
    who.stage = stage
    session.flush()
    return row


def steps(session: Session, vacancy: Vacancy) -> dict[str, Step]:
    found = read_funnel(session, vacancy)
    assert found
    return {step.key or str(step.stage.number if step.stage else ""): step for step in found.steps}


def test_people_and_days_by_stage(session: Session) -> None:
    vacancy = shortlists.vacancy(session)
    user = people.user(session, session.get_one(Organisation, vacancy.organisation_id), "recruiter")
    group = [done(session, vacancy, begun_after=number, took=0.4) for number in (0.5, 1.0, 1.5, 3.2, 9.0)]
    for state in ("invited", "started", "withdrawn"):
        shortlists.applicant(session, vacancy, state=state)
    end = {each.id: START + 20 * DAY for each in group}
    for each in group:
        decided(session, vacancy, user, each, 1, end[each.id])
    for number, each in enumerate(group[:4]):
        decided(session, vacancy, user, each, 2, end[each.id] + (2 + number) * DAY)
    undone = decided(session, vacancy, user, group[4], 2, end[group[4].id] + 30 * DAY)
    undone.undone_at, undone.undone_by, group[4].stage = now(), user.id, 1
    session.flush()
    found = steps(session, vacancy)
    assert [(found[key].came, found[key].here) for key in ("invited", "started", "done", "1", "2")] == [
        (7, 1),
        (6, 1),
        (5, None),
        (5, 1),
        (4, 4),
    ]
    days = {key: each.days for key, each in found.items() if each.days}
    assert (days["started"].people, days["started"].median, days["started"].nine_of_ten) == (5, 1, None)
    assert days["done"].median == 0
    assert days["1"].median == 18
    assert (days["2"].people, days["2"].median) == (4, None)
    assert {each.number for each in stages_of(session, vacancy.organisation_id)} == {
        0,
        *(int(k) for k in found if k.isdigit()),
    }


def test_whole_days_are_whole(session: Session) -> None:
    """A day to the second is one day on either database, and a second less is none."""
    vacancy = shortlists.vacancy(session)
    for _number in range(5):
        done(session, vacancy, begun_after=1.0, took=1.0)
    assert (steps(session, vacancy)["started"].days, steps(session, vacancy)["done"].days) == (days_of({1: 5}),) * 2
    other = shortlists.vacancy(session, vacancy.model_version)
    for _number in range(5):
        done(session, other, begun_after=1 - 1 / 86400, took=2 - 1 / 86400)
    found = steps(session, other)
    assert (found["started"].days, found["done"].days) == (days_of({0: 5}), days_of({1: 5}))


def test_a_large_vacancy_is_counted_by_the_worker(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep, "LARGE", 2)
    vacancy = shortlists.vacancy(session)
    small = shortlists.vacancy(session, vacancy.model_version)
    for place in (vacancy, vacancy, vacancy, small):
        done(session, place, begun_after=1, took=1)
    assert read_funnel(session, vacancy) is None
    assert keep.due_funnels(session) == [(vacancy.organisation_id, vacancy.id)]
    at, figures = keep.count_due(session, vacancy.organisation_id, vacancy.id)
    for _twice in range(2):
        keep.keep_funnel(session, vacancy.organisation_id, vacancy.id, at, figures)
    session.commit()
    session.expire_all()
    found = read_funnel(session, vacancy)
    assert found
    assert (found.kept, found.as_of, found.steps[2].came) == (True, at, 3)
    assert keep.due_funnels(session) == []
    session.scalars(select(FunnelKept)).one().as_of = at - 2 * DAY
    session.flush()
    assert keep.due_funnels(session) == [(vacancy.organisation_id, vacancy.id)]


def test_the_page_says_it_plainly(client: FlaskClient, session: Session, database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("the page asks what the tests above ask of both")
    desk: Desk = desks.signed_in(client, session)
    vacancy = desks.ours(desk)
    for _number in range(5):
        done(session, vacancy, begun_after=2.5, took=0.1)
    session.commit()
    page = desks.words(client.get(f"/vacancies/{vacancy.id}/funnel").get_data(as_text=True))
    assert "2 days" in page
    assert "under a day" in page
    assert "no figure" in page
    assert "Not chosen" in page
