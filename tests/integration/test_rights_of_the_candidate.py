"""My data: export, withdrawal, and a person to ask."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people, sittings, submitted
from tests.factories.rights import fresh, mails
from tests.factories.signing import sign_in
from tests.factories.submitted import ITEMS, Submitted, answers_by_key, close, hold
from webapp.config import Settings
from webapp.records import (
    Applicant,
    Event,
    Outbox,
    ReviewRequest,
    Sitting,
    Withdrawal,
)
from webapp.records.base import now
from webapp.services.rights.send_rights_mail import (
    send_review_answer,
)


@pytest.fixture
def one(session: Session) -> Submitted:
    return submitted.submitted(session)


@pytest.fixture
def base(client: FlaskClient, one: Submitted) -> str:
    return hold(client, one)


def test_the_export_holds_everything(client: FlaskClient, session: Session, one: Submitted, base: str) -> None:
    got = client.get(f"{base}/my-data.json")
    assert got.mimetype == "application/json"
    assert "attachment" in got.headers["Content-Disposition"]
    held = json.loads(got.data)
    assert held["contact"][0]["email"] == one.someone.applicant.email
    (sitting,) = held["sittings"]
    assert sitting["answers"] == answers_by_key(best=True)
    assert len(sitting["every_save"]) == len(ITEMS)
    assert sitting["every_save"][0]["positions"] == ["a", "b", "c", "d"]
    assert sitting["consent"]["notice"] == "test"
    assert held["further"]["invitation"][0]["id"] == str(one.someone.invitation.id)
    assert "token_hash" not in held["further"]["invitation"][0]


@SQLITE
def test_the_export_gives_the_result_with_its_meaning_once_the_vacancy_has_closed(
    client: FlaskClient, session: Session, one: Submitted, base: str
) -> None:
    before = json.loads(client.get(f"{base}/my-data.json").data)
    assert before["sittings"][0]["result"]["given"] is False
    close(session, one.someone.vacancy)
    after = json.loads(client.get(f"{base}/my-data.json").data)["sittings"][0]["result"]
    assert after["scores"][0]["key_total"] == pytest.approx(1.0)
    assert "verdict" in after["meaning"]["not"]


@SQLITE
def test_before_the_close_the_export_tells_nothing_of_the_key(client: FlaskClient, session: Session) -> None:
    first = sittings.invited(session)
    second = sittings.invited(session, first.vacancy)
    files = []
    for someone, best in ((first, True), (second, False)):
        sent = submitted.submitted(session, someone, answers_by_key(best=best))
        held = json.loads(client.get(f"{hold(client, sent)}/my-data.json").data)
        for sitting in held["sittings"]:
            for answered in (
                "answers",
                "answers_in_words",
                "every_save",
                "id",
                "started_at",
                "submitted_at",
                "consent",
            ):
                sitting.pop(answered)
        files.append(held["sittings"])
    assert files[0] == files[1]


def test_withdrawn_and_back(client: FlaskClient, session: Session, one: Submitted, base: str) -> None:
    client.get(f"{base}/withdraw")
    for _press in range(2):
        assert client.send(f"{base}/withdraw").location == f"{base}/my-data"
    number = (one.someone.organisation.id, one.someone.applicant.id)
    assert fresh(session, Applicant, number).state == "withdrawn"  # type: ignore[attr-defined]
    assert "Undo the withdrawal" in client.get(f"{base}/my-data").text
    for _press in range(2):
        assert client.send(f"{base}/withdraw/undo").location == f"{base}/my-data"
    assert fresh(session, Applicant, number).state == "done"  # type: ignore[attr-defined]
    assert session.scalars(select(Withdrawal)).all() == []


@SQLITE
def test_it_cannot_be_undone_for_ever(client: FlaskClient, session: Session, one: Submitted, base: str) -> None:
    client.get(f"{base}/withdraw")
    client.send(f"{base}/withdraw")
    session.rollback()
    session.execute(update(Withdrawal).values(until=now() - dt.timedelta(seconds=1)))
    session.commit()
    assert "Undo" not in client.get(f"{base}/my-data").text
    assert client.send(f"{base}/withdraw/undo").status_code == 410


def test_who_withdraws_midway_goes_on_after_undoing(client: FlaskClient, session: Session) -> None:
    base = sittings.walk_in(client, sittings.invited(session))
    client.get(f"{base}/withdraw")
    client.send(f"{base}/withdraw")
    session.rollback()
    assert session.scalars(select(Sitting.state)).all() == ["withdrawn"]
    assert client.send(f"{base}/question/1", {"revision": "0", "best": "a", "worst": "b"}).status_code in (409, 410)
    client.get(f"{base}/my-data")
    client.send(f"{base}/withdraw/undo")
    saved = client.send(f"{base}/question/1", {"revision": "0", "action": "save", "best": "a", "worst": "b"})
    assert saved.location == f"{base}/question/2"


def test_a_request_has_a_deadline_and_gets_an_answer_in_words(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, one: Submitted, base: str
) -> None:
    company = one.someone.organisation
    company.settings = {"rights": {"review_days": 10}}
    hr = people.user(session, company, "hr")
    session.commit()
    client.get(f"{base}/ask")
    for _press in range(2):
        assert client.send(f"{base}/ask", {"kind": "review", "text": "Question 3 was odd."}).status_code == 302
    session.rollback()
    request = session.scalars(select(ReviewRequest)).one()
    assert request.due_at - request.created_at == pytest.approx(dt.timedelta(days=10), abs=dt.timedelta(seconds=5))
    assert "waits for an answer" in client.get(f"{base}/ask").text
    sign_in(client, hr)
    assert one.someone.applicant.name in client.get("/hr/requests").text
    page = client.get(f"/hr/requests/{request.id}")
    assert "Question 3 was odd." in page.text
    assert client.send(f"/hr/requests/{request.id}", {"answer": " "}).status_code == 400
    assert client.send(f"/hr/requests/{request.id}", {"answer": "We looked.\nIt stands."}).location == "/hr/requests"
    assert client.send(f"/hr/requests/{request.id}", {"answer": "Again."}).status_code == 409
    assert "It stands." in client.get(f"{hold(client, one)}/ask").text
    session.rollback()
    session.expire_all()
    with app.test_request_context("/"):
        assert send_review_answer(session, company.id, request.id, settings)
    assert "We looked.\nIt stands." in mails(settings)[-1].replace("\r\n", "\n")
    events = set(session.scalars(select(Event.action)))
    assert {"review.asked", "review.answered", "review.mailed"} <= events
    assert "mail.review_answer" in session.scalars(select(Outbox.topic)).all()


@SQLITE
def test_an_overdue_request_is_seen(client: FlaskClient, session: Session, one: Submitted, base: str) -> None:
    client.get(f"{base}/ask")
    client.send(f"{base}/ask", {"kind": "result", "text": ""})
    session.rollback()
    session.execute(update(ReviewRequest).values(due_at=now() - dt.timedelta(hours=1)))
    hr = people.user(session, one.someone.organisation, "hr")
    session.commit()
    sign_in(client, hr)
    page = client.get("/hr/requests?state=overdue").text
    assert one.someone.applicant.name in page
    assert "overdue" in page


@SQLITE
def test_the_settings_are_the_companys(client: FlaskClient, session: Session, one: Submitted) -> None:
    hr = people.user(session, one.someone.organisation, "hr")
    session.commit()
    sign_in(client, hr)
    client.get("/hr/requests")
    assert client.send("/hr/requests/settings", {"shown": "after_close", "review_days": "14"}).status_code == 302
    assert client.send("/hr/requests/settings", {"shown": "never", "review_days": "0"}).status_code == 400
    session.rollback()
    session.refresh(one.someone.organisation)
    assert one.someone.organisation.settings["rights"] == {"shown": "after_close", "review_days": 14}
