"""The quick pages say what Flask says: the same requests to both doors, byte for byte, and the same rows afterwards."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import sittings
from tests.factories.quick_doors import ANSWERS, ITEMS, Doors, all_open, at, walked_in
from webapp.extensions import db
from webapp.records import Applicant, Organisation, Sitting, Vacancy, base


@pytest.fixture
def doors(app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    yield walked_in(app, client, session, monkeypatch)
    db.close()


@SQLITE
def test_every_question_comes_by_the_quick_door_as_flask_makes_it(doors: Doors) -> None:
    for language in ("en", "ru", "lt"):
        all_open(doors)
        doors.change(Sitting, language=language)
        answer_all(doors)


def answer_all(doors: Doors) -> None:
    for number, item in enumerate(ITEMS, 1):
        for header in ({"HTTP_ACCEPT_ENCODING": "gzip, br"}, {"HTTP_HOST": "not a host", "HTTP_ACCEPT_LANGUAGE": "ru"}):
            taken, (status, _headers, _body) = doors.both(partial(doors.get, number, **header))
            assert (taken, status) == (True, "200 OK"), item.id
        doors.clock.pass_by(seconds=61)
        sent = {"action": "skip"} if number % 2 else None
        taken, (status, headers, _body) = doors.both(partial(doors.post, number, sent))
        after = f"question/{number + 1}" if number < len(ITEMS) else "review"
        assert (taken, dict(headers)["Location"]) == (True, f"/sitting/{doors.sitting}/{after}"), item.id
        # What is saved already is shown by Flask.
        assert not doors.both(partial(doors.get, number))[0]


@SQLITE
def test_somebody_on_the_staff_is_asked_the_library_s_questions_by_it(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sections open with words of their own; nobody is asked here whether they need more time."""
    path = sittings.held(client, sittings.of_staff(session, language="lt", consented_at=base.now()))
    session.commit()
    doors = at(app, client, session, monkeypatch, path)
    for number in range(1, 25):
        assert b"/adjustment" not in taken_page(doors, number)
    db.close()


@SQLITE
def test_from_the_review_it_leads_back_there(doors: Doors) -> None:
    taken, (_status, headers, _body) = doors.both(partial(doors.post, 1, ANSWERS[0] | {"from": "review"}))
    assert (taken, dict(headers)["Location"]) == (True, f"/sitting/{doors.sitting}/review")


def test_both_databases_give_the_same(doors: Doors) -> None:
    """Pages after nothing, an answer, a skip, a skip taken back, and with what company and vacancy say changed."""
    assert doors.both(doors.get)[0]
    assert doors.both(doors.post)[0]
    assert doors.both(partial(doors.get, 2))[0]
    doors.change(Organisation, contact_email="", simulated=True)
    doors.change(Vacancy, languages=["lt", "en"])
    page = taken_page(doors, 2)
    assert b"people@example.org" not in page
    assert "Русский".encode() not in page
    doors.clock.pass_by(seconds=1)
    assert doors.both(partial(doors.post, 2, {"action": "skip"}))[0]
    assert b'id="undo-skip"' in taken_page(doors, 3)
    assert not doors.both(partial(doors.post, 2, {"action": "undo", "revision": "1"}))[0]
    assert b'id="undo-skip"' not in taken_page(doors, 3)
    assert not doors.both(partial(doors.post, 1, {"action": "skip"}))[0], "stale"


def taken_page(doors: Doors, number: int) -> bytes:
    taken, (_status, _headers, page) = doors.both(partial(doors.get, number))
    assert taken, number
    return page


@SQLITE
def test_any_walk_is_the_same(doors: Doors) -> None:
    """Nonsense, other languages, other companies' words and ends at random moments, each from the state before it."""
    drawn, taken = random.Random(52), 0
    for _step in range(120):
        doors.clock.pass_by(seconds=drawn.randrange(3) * 40)
        if drawn.random() < 0.3:
            drawn.choice(CHANGES)(doors, drawn)
        number = drawn.randrange(1, len(ITEMS) + 2)
        sent = any_form(drawn, number) if drawn.random() < 0.5 else None
        request = partial(doors.get, number) if drawn.random() < 0.5 else partial(doors.post, number, sent)
        taken += doors.both(request)[0]
    assert taken > 30


def any_form(drawn: random.Random, number: int) -> dict[str, Any]:
    """An answer, to this question or to another, with something wrong in it now and then."""
    sent: dict[str, Any] = dict(ANSWERS[min(number, len(ITEMS)) - 1] if drawn.random() < 0.7 else drawn.choice(ANSWERS))
    sent |= {"revision": str(drawn.choice([0, 0, 0, 1, 2, "x"]))}
    for name, value in (
        ("action", drawn.choice(["skip", "undo", None])),
        ("from", "review"),
        ("best", drawn.choice("abcdz")),
        ("csrf_token", drawn.choice([None, "", "x"])),
        ("go_on", "y"),
        ("text", drawn.choice(["", "ž & <b>\r\n", "я" * 4001])),
    ):
        if drawn.random() < 0.1:
            sent[name] = value
    return sent


def any_language(doors: Doors, drawn: random.Random) -> None:
    doors.change(Sitting, language=drawn.choice(["en", "ru", "lt"]))


def any_company(doors: Doors, drawn: random.Random) -> None:
    doors.change(
        Organisation, contact_email=drawn.choice(["", "o'hara&co@example.org"]), simulated=drawn.random() < 0.5
    )
    doors.change(Vacancy, languages=drawn.choice([[], ["en"], ["ru", "lt", "en"]]), title=drawn.choice("AB"))


def any_end(doors: Doors, drawn: random.Random) -> None:
    """Closed in one way for a while, mostly open."""
    how = drawn.randrange(8)
    at = doors.clock.now()
    doors.change(Sitting, state="started", submitted_at=None, deadline_at=None)
    doors.change(Applicant, state="withdrawn" if how == 0 else "started")
    doors.change(Vacancy, state="closed" if how == 1 else "open")
    if how == 2:
        doors.change(Sitting, state="submitted", submitted_at=at)
    if how == 3:
        doors.change(Sitting, state="withdrawn")


CHANGES = [all_open, any_language, any_company, any_end]
