"""A timed sitting: its clock, what is credited, breaks, and the end, with a clock that the test sets."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import sittings, timing
from tests.factories.timing import SetClock, beat, begun, clock_of, credits_of, sitting_of
from tests.site import PageClient
from webapp.extensions import db
from webapp.records import Answer, Event, Score, SittingClock
from webapp.services.sitting_time.beat_server import beat_server
from webapp.services.sitting_time.close_sittings import close_chunk, due_sittings

clock = timing.clock
SECRET = "test-secret"


@pytest.fixture
def someone(session: Session, clock: SetClock) -> sittings.Invited:
    return sittings.invited(session, timing.place(session))


def save(client: PageClient, address: str, number: int) -> int:
    client.get(f"{address}/question/{number}")
    best, worst = timing.questionnaire().items_of("A")[number - 1].option_ids[:2]
    values = {"best": best, "worst": worst, "revision": "0", "action": "save"}
    return client.send(f"{address}/question/{number}", values).status_code


def close_all() -> int:
    with db.scope(), db.transaction() as writing:
        return close_chunk(writing, due_sittings(writing), SECRET)


def minutes(number: float) -> dt.timedelta:
    return dt.timedelta(minutes=number)


def test_the_clock_starts_when_the_person_says_so(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    assert "You have 20 minutes" in client.get(someone.link).get_data(as_text=True)
    address = sittings.walk_in(client, someone)
    assert sitting_of(session, someone).deadline_at is None
    assert client.get(f"{address}/question/1").location == f"{address}/ready"
    assert "You have 20 minutes" in client.get(f"{address}/ready").get_data(as_text=True)
    clock.pass_by(minutes=30)
    client.send(f"{address}/clock")
    assert sitting_of(session, someone).deadline_at == clock.at + minutes(20)
    clock.pass_by(minutes=5)
    client.get(f"{address}/ready")
    client.send(f"{address}/clock")
    assert sitting_of(session, someone).deadline_at == clock.at + minutes(15)
    page = client.get(f"{address}/question/1").get_data(as_text=True)
    assert "About 15 minutes left" in page
    assert f'data-deadline="{(clock.at + minutes(15)).isoformat()}"' in page
    assert "About 15 minutes left" in client.get(f"{address}/review").get_data(as_text=True)


def test_without_an_allowance_no_page_speaks_of_time(client: PageClient, session: Session) -> None:
    address = sittings.walk_in(client, sittings.invited(session))
    for page in ("ready", "question/1", "review"):
        text = client.get(f"{address}/{page}").get_data(as_text=True)
        assert "data-deadline" not in text
        assert "minutes left" not in text
    assert session.scalar(select(func.count()).select_from(SittingClock)) == 0


def test_who_never_comes_back_is_sent_and_scored_at_the_end(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    assert save(client, address, 1) == 302
    clock.pass_by(minutes=20, seconds=-1)
    assert close_all() == 0
    clock.pass_by(seconds=1)
    assert close_all() == 1
    assert close_all() == 0
    sitting = sitting_of(session, someone)
    assert (sitting.state, sitting.submitted_at) == ("submitted", clock.at)
    assert clock_of(session, someone).submitted_by == "time"
    assert session.scalar(select(func.count()).select_from(Score)) == 1
    assert session.scalar(select(func.count()).select_from(Answer)) == 1
    assert client.get(f"{address}/question/2").location == f"{address}/receipt"


def test_the_first_page_after_the_end_sends_and_nothing_is_saved_any_more(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    assert save(client, address, 1) == 302
    client.get(f"{address}/question/2")
    clock.pass_by(minutes=20)
    page = client.get(f"{address}/question/2")
    assert page.location == f"{address}/receipt"
    assert sitting_of(session, someone).state == "submitted"
    receipt = client.get(f"{address}/receipt").get_data(as_text=True)
    assert "1 of 12 questions" in receipt
    assert "The time was over" in receipt


def test_a_save_at_the_deadline_is_refused(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    client.get(f"{address}/question/1")
    clock.pass_by(minutes=20)
    values = {"best": "a", "worst": "b", "revision": "0", "action": "save"}
    assert client.send(f"{address}/question/1", values).status_code in (302, 409, 410)
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


def test_an_outage_is_credited_within_the_budget_and_no_further(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    start = clock.at
    clock.pass_by(minutes=3)
    said = beat(client, address, offline=3 * 60)
    assert (said["credited_seconds"], said["budget_left"]) == (180, 60)
    assert said["deadline_at"] == (start + minutes(23)).isoformat()
    clock.pass_by(minutes=5)
    said = beat(client, address, offline=5 * 60)
    assert (said["credited_seconds"], said["budget_left"]) == (60, 0)
    clock.pass_by(minutes=2)
    assert beat(client, address, offline=2 * 60)["credited_seconds"] == 0
    assert sitting_of(session, someone).deadline_at == start + minutes(24)
    assert credits_of(session, someone) == [("outage", 180, 180), ("outage", 60, 300), ("outage", 0, 120)]
    told = session.scalars(select(Event).where(Event.action == "time.credited")).all()
    assert [event.detail["seconds"] for event in told] == [180, 60, 0]


def test_a_browser_cannot_claim_more_than_we_missed_it(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    for _beat in range(6):
        clock.pass_by(seconds=20)
        assert beat(client, address)["credited_seconds"] == 0
    clock.pass_by(seconds=20)
    assert beat(client, address, offline=3600)["credited_seconds"] == 0
    assert credits_of(session, someone) == []


def test_a_save_proves_that_there_was_no_outage_before_it(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    beat(client, address)
    clock.pass_by(minutes=3)
    assert save(client, address, 1) == 302
    clock.pass_by(seconds=30)
    assert beat(client, address, offline=210)["credited_seconds"] == 0
    assert credits_of(session, someone) == []
    clock.pass_by(seconds=60)
    assert beat(client, address, offline=60)["credited_seconds"] == 60, "after the save there may have been one"


@SQLITE
def test_whose_last_save_came_just_before_the_end_was_not_cut_off(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    beat(client, address)
    clock.pass_by(minutes=20, seconds=-10)
    assert save(client, address, 1) == 302
    clock.pass_by(seconds=10)
    assert close_all() == 1


def test_signs_of_life_are_written_every_second_time(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    written = set()
    for _beat in range(30):
        clock.pass_by(seconds=20)
        beat(client, address)
        written.add(clock_of(session, someone).last_beat_at)
    assert len(written) == 15


def test_who_was_cut_off_before_the_end_may_come_back_and_claim_it(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    beat(client, address)
    clock.pass_by(minutes=19)
    beat(client, address)
    clock.pass_by(minutes=3)
    assert close_all() == 0
    assert client.get(f"{address}/question/1").status_code == 200
    said = beat(client, address, offline=3 * 60)
    assert (said["state"], said["credited_seconds"]) == ("started", 180)
    assert save(client, address, 1) == 302
    clock.pass_by(minutes=2)
    assert close_all() == 1


def test_who_was_cut_off_and_does_not_come_back_is_closed_when_the_budget_is_over(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    clock.pass_by(minutes=10)
    beat(client, address)
    clock.pass_by(minutes=10 + 4, seconds=-1)
    assert close_all() == 0
    clock.pass_by(seconds=1)
    assert close_all() == 1


def test_a_beat_after_the_end_without_an_outage_sends_at_once(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    clock.pass_by(minutes=10)
    beat(client, address)
    clock.pass_by(minutes=11)
    assert beat(client, address)["state"] == "submitted"


def test_an_outage_of_ours_is_given_back_to_everybody_and_touches_no_budget(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    start = clock.at
    session.rollback()
    with db.scope(), db.transaction() as writing:
        assert beat_server(writing) == 0
    clock.pass_by(minutes=25)
    assert close_all() == 0, "first the time is given back"
    assert sitting_of(session, someone).deadline_at == start + minutes(45)
    assert credits_of(session, someone) == [("server", 1500, 1500)]
    said = beat(client, address, offline=25 * 60)
    assert (said["credited_seconds"], said["budget_left"]) == (0, 240)


def test_a_closed_vacancy_sends_nothing_and_loses_nothing(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    assert save(client, address, 1) == 302
    session.rollback()
    session.refresh(someone.vacancy)
    someone.vacancy.state = "closed"
    session.commit()
    clock.pass_by(minutes=30)
    assert close_all() == 0
    assert client.get(f"{address}/question/2").status_code == 410
    assert sitting_of(session, someone).state == "started"
    assert session.scalar(select(func.count()).select_from(Answer)) == 1
