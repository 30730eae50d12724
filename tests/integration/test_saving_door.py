"""The door by which the browser's script saves: what it answers, what it refuses, and that nothing is overwritten."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from questionnaires import shelf
from tests.factories import sittings
from webapp.records import Answer, AnswerRevision, Applicant, Sitting, Vacancy
from webapp.records.base import now

FIRST, SECOND = (item.id for item in shelf.get("customer-orientation").items_of("A")[:2])
AB, AC = {"best": "a", "worst": "b"}, {"best": "a", "worst": "c"}


class Browser:
    """What the script does: ask for the state, then send answers with its token."""

    def __init__(self, client: FlaskClient, base: str) -> None:
        self.client, self.base = client, base
        self.token = self.state()["csrf"]

    def state(self) -> dict[str, Any]:
        reply = self.client.get(f"{self.base}/state")
        assert reply.status_code == 200, reply.json
        found: dict[str, Any] = reply.json or {}
        return found

    def send(self, **changes: Any) -> TestResponse:
        sent = {
            "item": FIRST,
            "value": AB,
            "revision": 0,
            "order": ["c", "a", "b", "d"],
            "seconds": 12.5,
            "away": {"count": 2, "seconds": 3},
            "key": str(uuid.uuid4()),
        } | changes
        return self.client.post(f"{self.base}/answers", json=sent, headers={"X-CSRFToken": self.token})


@pytest.fixture
def browser(client: FlaskClient, session: Session) -> Browser:
    return Browser(client, sittings.walk_in(client, sittings.invited(session)))


def test_an_answer_is_acknowledged_with_what_it_was_given_with(browser: Browser, session: Session) -> None:
    reply = browser.send().json or {}
    assert (reply["item"], reply["revision"], reply["number"], reply["answered"], reply["total"]) == (
        FIRST,
        1,
        1,
        1,
        24,
    )
    assert reply["deadline_at"] is None
    answer, kept = session.scalars(select(Answer)).one(), session.scalars(select(AnswerRevision)).one()
    assert (answer.value, answer.revision, answer.language) == (AB, 1, "en")
    assert (kept.value, kept.positions, kept.seconds, kept.away_count, kept.away_seconds) == (
        AB,
        ["c", "a", "b", "d"],
        12.5,
        2,
        3,
    )
    assert dt.datetime.fromisoformat(reply["saved_at"]) == kept.saved_at
    stands = browser.state()["answers"][FIRST]
    assert stands == {"revision": 1, "code": reply["code"], "saved_at": reply["saved_at"], "answered": True}


def test_the_same_save_again_is_the_same_acknowledgement(browser: Browser, session: Session) -> None:
    key = str(uuid.uuid4())
    first = browser.send(key=key).json
    assert browser.send(key=key).json == first
    assert browser.send(revision=1).json == first
    assert browser.send(value=AC, revision=1).status_code == 200
    late = browser.send(key=key).json or {}
    assert (late["revision"], late["code"]) == ((first or {})["revision"], (first or {})["code"])
    assert session.scalars(select(AnswerRevision.revision).order_by(AnswerRevision.revision)).all() == [1, 2]
    assert session.scalars(select(Answer.value)).one() == AC


def test_a_late_save_is_refused_with_what_is_there(browser: Browser, session: Session) -> None:
    browser.send()
    newest = browser.send(value=AC, revision=1).json or {}
    late = browser.send(value={"best": "d", "worst": "a"}, revision=1)
    assert late.status_code == 409
    assert late.json == {
        "error": "stale",
        "saved": {
            "value": AC,
            "skipped": False,
            "revision": 2,
            "code": newest["code"],
            "saved_at": newest["saved_at"],
        },
    }
    assert browser.send(item=SECOND, revision=3).json == {"error": "stale", "saved": None}
    assert session.scalars(select(Answer.value)).one() == AC


def test_skipping_is_saved_and_can_be_undone(browser: Browser) -> None:
    assert (browser.send(value=None).json or {})["answered"] == 0
    assert browser.state()["answers"][FIRST]["answered"] is False
    again = browser.send(revision=1).json or {}
    assert (again["revision"], again["answered"]) == (2, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": {"best": "a"}},
        {"value": {"best": "a", "worst": "a"}},
        {"value": {"best": "a", "worst": "z"}},
        {"value": {"best": ["a"], "worst": "b"}},
        {"value": [1]},
        {"value": {"best": "a", "worst": "b", "\0": "a"}},
        {"revision": True},
        {"revision": -1},
        {"revision": 1.0},
        {"revision": "0"},
        {"order": ["a", "a"]},
        {"order": ["a", "nobody"]},
        {"order": [1]},
        {"seconds": -1},
        {"seconds": 86_401},
        {"seconds": float("nan")},
        {"seconds": "1"},
        {"away": {"count": 1.5, "seconds": 1}},
        {"away": {"count": 1}},
        {"key": "1"},
        {"key": None},
        {"item": ""},
    ],
    ids=str,
)
def test_what_is_no_answer_is_refused(browser: Browser, session: Session, wrong: dict[str, Any]) -> None:
    reply = browser.send(**wrong)
    assert reply.status_code == 400
    assert (reply.json or {})["error"] == "invalid"
    assert session.scalars(select(AnswerRevision)).all() == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"\\ud800"', b"[" * 5000, b'{"item": "x"}'])
def test_what_is_no_object_is_refused(browser: Browser, body: bytes) -> None:
    reply = browser.client.post(f"{browser.base}/answers", data=body, headers={"X-CSRFToken": browser.token})
    assert (reply.status_code, (reply.json or {})["error"]) == (400, "invalid")


def test_too_much_is_refused(browser: Browser) -> None:
    assert browser.send(value={"text": "x" * 70_000}).status_code == 413


def test_an_item_of_another_form_is_not_here(browser: Browser) -> None:
    foreign = shelf.get("customer-orientation").items_of("B")[0].id
    assert browser.send(item=foreign).status_code == 400


def test_without_the_token_nothing_is_saved_and_the_state_gives_a_new_one(browser: Browser) -> None:
    good, browser.token = browser.token, "wrong"
    assert (browser.send().status_code, browser.send().json) == (400, {"error": "csrf"})
    browser.token = good
    assert browser.send().status_code == 200


def test_a_browser_without_the_cookie_is_told_so(app: Flask, browser: Browser) -> None:
    stranger = app.test_client()
    assert stranger.get(f"{browser.base}/state").json == {"error": "not_held"}
    reply = stranger.post(f"{browser.base}/answers", json={}, headers={"X-CSRFToken": browser.token})
    assert (reply.status_code, reply.json) == (403, {"error": "not_held"})


def close(session: Session, reason: str) -> None:
    if reason == "time":
        session.execute(update(Sitting).values(deadline_at=now() - dt.timedelta(seconds=1)))
    elif reason == "withdrawn":
        session.execute(update(Applicant).values(state="withdrawn"))
    elif reason == "vacancy":
        session.execute(update(Vacancy).values(state="closed"))
    else:
        session.execute(update(Sitting).values(state="submitted", submitted_at=now()))
    session.commit()


@pytest.mark.parametrize("reason", ["submitted", "time", "withdrawn", "vacancy"])
def test_what_is_closed_takes_nothing_more(browser: Browser, session: Session, reason: str) -> None:
    key = str(uuid.uuid4())
    acknowledged = browser.send(key=key).json
    close(session, reason)
    late = browser.send(value=AC, revision=1)
    assert (late.status_code, late.json) == (410, {"error": "closed", "reason": reason})
    assert browser.state()["state"] == reason
    again = browser.send(key=key).json or {}
    assert again["code"] == (acknowledged or {})["code"], "a lost reply can still be fetched"
    session.rollback()
    assert session.scalars(select(Answer.value)).one() == AB


def test_before_the_deadline_answers_are_taken_and_told_of_it(browser: Browser, session: Session) -> None:
    deadline = now() + dt.timedelta(minutes=5)
    session.execute(update(Sitting).values(deadline_at=deadline))
    session.commit()
    assert dt.datetime.fromisoformat((browser.send().json or {})["deadline_at"]) == deadline
    assert browser.state()["state"] == "open"


def test_without_consent_nothing_is_saved(browser: Browser, session: Session) -> None:
    session.execute(update(Sitting).values(consented_at=None))
    session.commit()
    assert (browser.send().status_code, browser.send().json) == (403, {"error": "not_ready"})
