"""Words that somebody wrote in a note are not lost: by another window, by a second press, by a page left open."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import shortlists
from tests.factories.desk import Desk, ours, page_of, read, signed_in
from webapp.records import Applicant, ApplicantNote


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> Desk:
    return signed_in(client, session)


@pytest.fixture
def someone(desk: Desk) -> Applicant:
    vacancy = ours(desk)
    person = shortlists.scored(desk[1], vacancy, 4.0)
    read(desk, vacancy)
    return person


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]


def opened(desk: Desk, address: str) -> str:
    text: str = desk[0].get(address).get_data(as_text=True)
    return text


def send(desk: Desk, address: str, text: str, **more: str) -> Any:
    return desk[0].send(address, {"text": text, **more})  # type: ignore[attr-defined]


def texts(desk: Desk) -> list[str]:
    desk[1].rollback()
    return list(desk[1].scalars(select(ApplicantNote.text).order_by(ApplicantNote.created_at, ApplicantNote.text)))


def test_a_note_changed_in_two_windows_is_not_written_over(desk: Desk, someone: Applicant) -> None:
    send(desk, page_of(someone) + "/notes", "First words.")
    own = f"{page_of(someone)}/notes/{desk[1].scalars(select(ApplicantNote.id)).one()}"
    seen = hidden(opened(desk, own), "revision")
    assert send(desk, own, "First words, and of the first window.", revision=seen).status_code == 302
    assert send(desk, own, "Without the mark of any window.").status_code == 409
    other = send(desk, own, "First words, and of the second.", revision=seen)
    page = other.get_data(as_text=True)
    assert other.status_code == 409
    assert "and of the first window." in page
    assert "and of the second." in page
    assert texts(desk) == ["First words, and of the first window."]
    assert send(desk, own, "Of both.", revision=hidden(page, "revision")).status_code == 302
    assert texts(desk) == ["Of both."]


def test_a_second_press_keeps_one_note_and_other_words_another(desk: Desk, someone: Applicant) -> None:
    address = page_of(someone)
    token = hidden(opened(desk, address), "token")
    for text in ("Once.", "Once.", "Something else."):
        assert send(desk, f"{address}/notes", text, token=token).status_code == 302
    assert texts(desk) == ["Once.", "Something else."]
    assert hidden(opened(desk, address), "token") != token


def test_the_end_of_a_line_counts_once(desk: Desk, someone: Applicant) -> None:
    address = page_of(someone) + "/notes"
    opened(desk, page_of(someone))
    assert send(desk, address, "123\r\n" * 1000).status_code == 302
    assert send(desk, address, "123\r\n" * 1000 + "12").status_code == 400


def test_words_of_a_form_that_came_too_late_are_shown_again(desk: Desk, someone: Applicant) -> None:
    address, words = page_of(someone) + "/notes", "Written <b>for an hour</b>."
    opened(desk, page_of(someone))
    stale = {"text": words, "csrf_token": "stale", "password": "not-to-be-shown"}
    late = desk[0].post(address, data=stale)
    elsewhere = desk[0].post(address, data=stale, headers={"Sec-Fetch-Site": "cross-site"})
    opened(desk, page_of(someone))
    someone.state = "withdrawn"
    desk[1].commit()
    withdrawn = send(desk, address, words)
    assert (late.status_code, elsewhere.status_code, withdrawn.status_code) == (400, 400, 409)
    for reply in (late, withdrawn):
        assert "Written &lt;b&gt;for an hour&lt;/b&gt;." in reply.get_data(as_text=True)
        assert "not-to-be-shown" not in reply.get_data(as_text=True)
    assert "for an hour" not in elsewhere.get_data(as_text=True)
