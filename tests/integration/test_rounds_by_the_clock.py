"""What the days bring a round: it opens, reminds, closes and follows by the server's clock."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import rounds
from tests.factories.rounds import days, rate_one
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.errors import Conflict, Gone, Invalid
from webapp.extensions import db
from webapp.jobs import rating_jobs, runtime
from webapp.records import CollectedRating, Outbox, RatingRound, RoundRater
from webapp.services.rounds import due_rounds
from webapp.services.rounds.close_round import close_round, move_closing
from webapp.services.rounds.draft_round import discard_draft
from webapp.services.rounds.read_for_training import read_for_training
from webapp.services.rounds.remind_raters import remind_raters
from webapp.services.rounds.save_rating import OwnRating, save_ratings


@pytest.fixture
def house(session: Session) -> rounds.House:
    return rounds.house(session)


@SQLITE
def test_a_closed_rounds_link_says_so_kindly(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    row = rounds.opened(session, house, settings)
    rater = rounds.rater_of(session, row, house.staff[1])
    home = rounds.walk_in(client, settings, rater)
    saved = {"name": f"{house.staff[0].id}:needs", "value": "4"}
    headers = {"X-CSRFToken": client.token}  # type: ignore[attr-defined]
    assert client.post(f"{home}/save", json=saved, headers=headers).get_json()["saved"] is True
    session.rollback()
    assert close_round(session, house.company.id, row.id) is True
    assert close_round(session, house.company.id, row.id) is False, "the second closing changes nothing"
    session.commit()
    for address in (rounds.link(settings, rater), home, f"{home}/competence/1", f"{home}/my-ratings.json"):
        ended = client.get(address)
        assert ended.status_code == 410, address
        assert "Thank you for taking part" in ended.get_data(as_text=True)
    late = client.post(f"{home}/save", json=saved | {"value": "1"}, headers=headers)
    assert late.status_code == 410
    assert late.get_json()["saved"] is False
    assert [each.value for each in read_for_training(session, house.company.id, "training")] == [4]


def test_the_servers_clock_closes_before_the_job_comes(
    app: Flask, session: Session, settings: Settings, house: rounds.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = rounds.opened(session, house, settings, closes_on=days(0))
    rate_one(session, settings, row, house)
    session.commit()
    after = row.closes_at + dt.timedelta(seconds=1)
    for module in ("find_round", "due_rounds", "close_round", "open_rating_link"):
        monkeypatch.setattr(f"webapp.services.rounds.{module}.now", lambda: after)
    with pytest.raises(Gone):
        rate_one(session, settings, row, house, 1)
    session.commit()
    runtime.enter(app)
    rating_jobs.look_after_rounds()
    rating_jobs.look_after_rounds()
    closed = session.scalars(select(RatingRound)).one()
    assert (closed.state, closed.key_salt) == ("closed", None)
    monkeypatch.undo()
    with pytest.raises(Gone):
        rate_one(session, settings, closed, house, 1)
    assert session.scalar(select(func.count()).select_from(Outbox).where(Outbox.topic == "mail.rating_notice")) == 1


@SQLITE
def test_reminders_by_hand_and_by_themselves(
    app: Flask, session: Session, settings: Settings, house: rounds.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = rounds.opened(session, house, settings, reminder_days=(7, 2))
    done = rounds.rater_of(session, row, house.staff[3])
    done.finished = True
    session.commit()

    def waiting() -> list[str]:
        found = session.scalars(select(Outbox).where(Outbox.topic == "mail.rating_reminder")).all()
        return [each.payload["rater_id"] for each in found]

    assert remind_raters(session, house.company.id, row.id, settings, user_id=house.hr.id) == 11
    assert str(done.id) not in waiting()
    with pytest.raises(Conflict, match="Wait until tomorrow"):
        remind_raters(session, house.company.id, row.id, settings, user_id=house.hr.id)
    where = (house.company.id, row.id)
    assert due_rounds.remind_due(session, where, settings) is False
    monkeypatch.setattr(due_rounds, "now", lambda: row.closes_at - dt.timedelta(days=1))
    assert due_rounds.remind_due(session, where, settings) is True, "two days have come: one mail"
    assert due_rounds.remind_due(session, where, settings) is False
    assert len(waiting()) == 22


@SQLITE
def test_a_planned_round_opens_on_its_day_or_says_why_not(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    row = rounds.draft(session, house)
    sign_in(client, house.hr)
    client.get(f"/hr/rounds/{row.id}")
    assert client.send(f"/hr/rounds/{row.id}/plan").status_code == 302  # type: ignore[attr-defined]
    for person in house.staff:
        person.email = ""
    session.commit()
    runtime.enter(app)
    rating_jobs.look_after_rounds()
    states = select(RatingRound.state)
    session.rollback()
    assert session.scalars(states).one() == "draft", "nobody could be asked"
    for number, person in enumerate(house.staff):
        session.merge(person).email = f"p{number}@example.org"
    session.commit()
    client.get(f"/hr/rounds/{row.id}")
    client.send(f"/hr/rounds/{row.id}/plan")  # type: ignore[attr-defined]
    rating_jobs.look_after_rounds()
    session.rollback()
    assert session.scalars(states).one() == "open"
    assert session.scalar(select(func.count()).select_from(RoundRater)) == 12


def test_a_quarterly_schedule_makes_drafts_only(
    app: Flask, session: Session, settings: Settings, house: rounds.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = rounds.opened(session, house, settings, repeat_months=3)
    where = (house.company.id, row.id)
    close_round(session, *where)
    assert due_rounds.follow_due(session, where) is False, "too early"
    plan = due_rounds.next_plan(row)
    monkeypatch.setattr(due_rounds, "now", lambda: plan.opens_at - dt.timedelta(days=10))
    assert due_rounds.rounds_to_follow(session) == [where]
    assert due_rounds.follow_due(session, where) is True
    assert due_rounds.rounds_to_follow(session) == []
    following = session.scalars(select(RatingRound).where(RatingRound.follows_id == row.id)).one()
    assert (following.state, following.repeat_months, following.title) == ("draft", 3, plan.title)
    assert following.competence_codes == row.competence_codes
    discard_draft(session, house.company.id, following.id, user_id=house.hr.id)
    session.flush()
    assert due_rounds.rounds_to_follow(session) == [], "throwing it away ends the schedule"


@SQLITE
def test_moving_the_last_day(app: Flask, session: Session, settings: Settings, house: rounds.House) -> None:
    row = rounds.opened(session, house, settings)
    rounds.draft(session, house, title="Next", opens_on=days(20), closes_on=days(25))
    owner, hr = house.company.id, house.hr.id
    move_closing(session, owner, row.id, days(19), user_id=hr)
    assert row.closes_at.date() == days(20)
    for day, words in (
        (days(21), "overlap with “Next”"),
        (days(-1), "over already"),
        (days(99), "at most"),
    ):
        with pytest.raises(Invalid, match=words):
            move_closing(session, owner, row.id, day, user_id=hr)
    close_round(session, owner, row.id)
    with pytest.raises(Conflict):
        move_closing(session, owner, row.id, days(19), user_id=hr)


def test_a_save_that_meets_the_closing_is_refused_and_neither_waits_for_ever(
    session: Session, settings: Settings, house: rounds.House
) -> None:
    row = rounds.opened(session, house, settings)
    rater = rounds.rater_of(session, row, house.staff[1])
    given = OwnRating(house.staff[0].id, "needs", 4)
    said: list[str] = []

    def save() -> None:
        with writing() as late:
            try:
                save_ratings(late, house.company.id, rater.id, [given], secret_key=settings.secret_key)
                said.append("saved")
            except Gone:
                said.append("closed")

    with writing() as closing:
        close_round(closing, house.company.id, row.id)
        thread = threading.Thread(target=save)
        thread.start()
        thread.join(timeout=0.5)
        assert said == [], "it waits for the closing"
    thread.join(timeout=20)
    assert said == ["closed"]
    assert session.scalar(select(func.count()).select_from(CollectedRating)) == 0


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction of its own that says at once that it writes."""
    with Session(db.engine, expire_on_commit=False) as opened:
        opened.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        yield opened
        opened.commit()
