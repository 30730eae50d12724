"""Adjustments: asked for, granted mid-test, taken back; time by hand; and nobody else who learns of them."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import people, sittings, timing
from tests.factories.signing import sign_in
from tests.factories.timing import SetClock, beat, begun, clock_of, sitting_of
from tests.site import PageClient
from webapp.extensions import db
from webapp.records import Adjustment, AdjustmentRequest, Answer, Applicant, Event, Outbox, Score
from webapp.services.sitting_time.close_sittings import close_chunk, due_sittings

clock = timing.clock


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What the desk does is the same over each database; the time itself is tested over both."""
    return sqlite_url


@pytest.fixture
def someone(session: Session, clock: SetClock) -> sittings.Invited:
    return sittings.invited(session, timing.place(session))


@pytest.fixture
def desk(app: Flask, client: PageClient, session: Session, someone: sittings.Invited) -> PageClient:
    """A browser of the adjustments role."""
    user = people.user(session, someone.organisation, "adjustments", name="Ada Justs")
    session.commit()
    browser = timing.another_browser(app)
    sign_in(browser, user)
    return browser


def minutes(number: float) -> dt.timedelta:
    return dt.timedelta(minutes=number)


def sheet(someone: sittings.Invited) -> str:
    return f"/hr/adjustments/{someone.applicant.id}"


def grant(desk: PageClient, someone: sittings.Invited, **given: str) -> int:
    desk.get(sheet(someone))
    values = {"factor": "1.5", "breaks": "0", "break_minutes": "5", "reason": "letter seen"} | given
    return desk.send(f"{sheet(someone)}/grant", values).status_code


def answer_one(client: PageClient, address: str, number: int, revision: int = 0) -> int:
    client.get(f"{address}/question/{number}")
    best, worst = timing.questionnaire().items_of("A")[number - 1].option_ids[:2]
    values = {"best": best, "worst": worst, "revision": str(revision), "action": "save"}
    return client.send(f"{address}/question/{number}", values).status_code


def close_all() -> int:
    with db.scope(), db.transaction() as writing:
        return close_chunk(writing, due_sittings(writing), "test-secret")


def test_a_request_is_asked_answered_and_seen(
    client: PageClient, desk: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = sittings.walk_in(client, someone)
    assert f"{address}/adjustment" in client.get(f"{address}/ready").get_data(as_text=True)
    client.get(f"{address}/adjustment")
    assert client.send(f"{address}/adjustment").status_code == 400
    asked = {"wanted": ["time", "breaks"], "words": "I read slowly <b>"}
    assert client.send(f"{address}/adjustment", asked).status_code == 302
    assert "It is being looked at" in client.get(f"{address}/adjustment").get_data(as_text=True)
    assert someone.applicant.name in desk.get("/hr/adjustments").get_data(as_text=True)
    page = desk.get(sheet(someone)).get_data(as_text=True)
    assert "more time, breaks" in page
    assert "I read slowly &lt;b&gt;" in page
    request = session.scalars(select(AdjustmentRequest)).one()
    assert desk.send(f"{sheet(someone)}/requests/{request.id}", {}).status_code == 400
    assert grant(desk, someone, breaks="2") == 302
    told = {"decision": "granted", "note": "Half as much again."}
    assert desk.send(f"{sheet(someone)}/requests/{request.id}", told).status_code == 302
    assert desk.send(f"{sheet(someone)}/requests/{request.id}", told).status_code == 409
    page = client.get(f"{address}/adjustment").get_data(as_text=True)
    assert "Half as much again." in page
    assert "2 breaks of 5 min" in page
    assert "30 minutes from the moment" in client.get(f"{address}/ready").get_data(as_text=True)
    session.rollback()
    assert session.scalars(select(Outbox.payload).where(Outbox.topic == "mail.adjustment")).one() == {
        "request_id": str(request.id)
    }


def test_a_request_can_be_taken_back_and_its_words_go(
    client: PageClient, session: Session, someone: sittings.Invited
) -> None:
    address = sittings.walk_in(client, someone)
    client.get(f"{address}/adjustment")
    client.send(f"{address}/adjustment", {"wanted": "other", "words": "in large print"})
    client.get(f"{address}/adjustment")
    assert client.send(f"{address}/adjustment/withdraw").status_code == 302
    row = session.scalars(select(AdjustmentRequest)).one()
    assert (row.state, row.words) == ("withdrawn", "")


def test_more_time_holds_at_once_mid_test_and_an_undo_leaves_some(
    client: PageClient, desk: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    begun(client, someone)
    start = clock.at
    clock.pass_by(minutes=10)
    assert grant(desk, someone, factor="2") == 302
    assert sitting_of(session, someone).deadline_at == start + minutes(40)
    assert clock_of(session, someone).budget_seconds == 8 * 60
    assert grant(desk, someone, factor="none") == 302
    assert sitting_of(session, someone).deadline_at is None
    clock.pass_by(minutes=60)
    assert close_all() == 0
    desk.get(sheet(someone))
    assert desk.send(f"{sheet(someone)}/revoke").status_code == 302
    assert sitting_of(session, someone).deadline_at == clock.at + minutes(5)
    actions = session.scalars(select(Event.action).where(Event.action.like("adjustment.%"))).all()
    assert sorted(actions) == ["adjustment.granted", "adjustment.granted", "adjustment.revoked"]


def test_what_was_granted_before_holds_from_the_start(
    client: PageClient, desk: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    assert grant(desk, someone, factor="1.25") == 302
    begun(client, someone)
    assert sitting_of(session, someone).deadline_at == clock.at + minutes(25)


def test_a_break_stops_the_clock_hides_the_questions_and_ends_by_itself(
    client: PageClient, desk: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    assert grant(desk, someone, factor="1", breaks="2", break_minutes="10") == 302
    address = begun(client, someone)
    start = clock.at
    clock.pass_by(minutes=5)
    assert "2 breaks" in client.get(f"{address}/break").get_data(as_text=True)
    client.send(f"{address}/break/start")
    client.send(f"{address}/break/start")
    assert sitting_of(session, someone).deadline_at == start + minutes(30)
    assert client.get(f"{address}/question/1").location == f"{address}/break"
    clock.pass_by(minutes=4)
    assert "About 15 minutes to work are left" in client.get(f"{address}/break").get_data(as_text=True)
    client.send(f"{address}/break/end")
    assert sitting_of(session, someone).deadline_at == start + minutes(24)
    client.get(f"{address}/break")
    client.send(f"{address}/break/start")
    clock.pass_by(minutes=10)
    assert client.get(f"{address}/question/1").status_code == 200
    assert sitting_of(session, someone).deadline_at == start + minutes(34)
    assert client.send(f"{address}/break/start").status_code == 409
    clock.pass_by(minutes=15)
    assert close_all() == 1


def test_minutes_by_hand_and_their_undo(
    client: PageClient, desk: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    begun(client, someone)
    start, sitting = clock.at, sitting_of(session, someone)
    address = f"{sheet(someone)}/sittings/{sitting.id}/extend"
    desk.get(address)
    assert desk.send(address, {"minutes": "0", "reason": "x"}).status_code == 400
    assert desk.send(address, {"minutes": "10", "reason": ""}).status_code == 400
    assert desk.send(address, {"minutes": "10", "reason": "fire alarm"}).status_code == 302
    assert sitting_of(session, someone).deadline_at == start + minutes(30)
    page = desk.get(sheet(someone)).get_data(as_text=True)
    assert "fire alarm" in page
    credit = page.split(f"{address}/")[1].split('"')[0]
    assert desk.send(f"{address}/{credit}").status_code == 302
    assert sitting_of(session, someone).deadline_at == start + minutes(20)
    assert desk.send(f"{address}/{credit}").status_code == 409


def test_a_sitting_opened_again_has_no_result_until_it_is_sent_again(
    client: PageClient, desk: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    for number in range(1, 11):
        assert answer_one(client, address, number) == 302
    clock.pass_by(minutes=20)
    assert close_all() == 1
    first = session.scalars(select(Score.answers_hash)).one()
    reopen = f"{sheet(someone)}/sittings/{sitting_of(session, someone).id}/reopen"
    assert "is withdrawn" in desk.get(reopen).get_data(as_text=True)
    clock.pass_by(minutes=60)
    assert desk.send(reopen, {"minutes": "15", "reason": "power cut"}).status_code == 302
    assert desk.send(reopen, {"minutes": "15", "reason": "power cut"}).status_code == 409
    sitting = sitting_of(session, someone)
    assert (sitting.state, sitting.deadline_at) == ("started", clock.at + minutes(15))
    assert session.scalar(select(func.count()).select_from(Score)) == 0
    assert session.get_one(Applicant, (sitting.organisation_id, sitting.applicant_id)).state == "started"
    assert session.scalar(select(func.count()).select_from(Answer)) == 10
    assert answer_one(client, address, 11) == 302
    client.get(f"{address}/review")
    assert client.send(f"{address}/submit").status_code == 302
    session.rollback()
    assert session.scalars(select(Score.answers_hash)).one() != first
    told = session.scalars(select(Event.detail).where(Event.action == "adjustment.reopened")).one()
    assert told == {"minutes": 15, "withdrawn": [first]}
    page = desk.get(sheet(someone)).get_data(as_text=True)
    assert "power cut" in page
    assert "Ada Justs" in page


def test_the_desk_shows_who_was_cut_off_and_finds_by_name(
    client: PageClient, desk: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    assert "Nobody's time is running" in desk.get("/hr/adjustments").get_data(as_text=True)
    address = begun(client, someone)
    clock.pass_by(minutes=5)
    beat(client, address, offline=300)
    assert someone.applicant.name in desk.get("/hr/adjustments").get_data(as_text=True)
    page = desk.get(sheet(someone)).get_data(as_text=True)
    assert "limit reached" in page
    assert someone.applicant.name in desk.get("/hr/adjustments?name=APPLIC").get_data(as_text=True)
    assert "Nobody of this name" in desk.get("/hr/adjustments?name=100%25").get_data(as_text=True)


def test_the_company_sets_what_outages_bring(
    client: PageClient, desk: PageClient, session: Session, someone: sittings.Invited
) -> None:
    desk.get("/hr/adjustments/outages")
    assert desk.send("/hr/adjustments/outages", {"share": "200", "minutes": "5"}).status_code == 400
    assert desk.send("/hr/adjustments/outages", {"share": "50", "minutes": "5"}).status_code == 302
    begun(client, someone)
    assert clock_of(session, someone).budget_seconds == 5 * 60


@pytest.mark.parametrize("role", ["recruiter", "hr", "administrator"])
def test_other_roles_are_refused(
    app: Flask, client: PageClient, session: Session, someone: sittings.Invited, role: str
) -> None:
    user = people.user(session, someone.organisation, role)
    session.commit()
    sign_in(client, user)
    for address in ("/hr/adjustments", sheet(someone), "/hr/adjustments/outages"):
        assert client.get(address).status_code == 403
    assert session.scalar(select(func.count()).select_from(Adjustment)) == 0
