"""What could keep a message from going out, or let it go out when nobody wants it any more."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import messages
from tests.factories.messages import Writing, make_due, post
from tests.post_office import PostOffice, open_office
from webapp.config import LANGUAGES, Settings
from webapp.records import Event
from webapp.services.messages.history import messages_of
from webapp.services.messages.plan_sending import Wording
from webapp.services.messages.shipped import BLANK, SHIPPED, Texts

AWAY = "smtp://127.0.0.1:1"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def desk(app: Flask, session: Session) -> Iterator[Writing]:
    with app.test_request_context("/"):
        yield messages.writing(session)


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def smtp(office: PostOffice, settings: Settings) -> Iterator[Settings]:
    with open_office(office) as url:
        yield replace(settings, smtp_url=url)


def test_every_template_goes_out_in_every_language(
    app: Flask, desk: Writing, smtp: Settings, office: PostOffice
) -> None:
    for number, texts in enumerate([*SHIPPED.values(), BLANK]):
        for code in LANGUAGES:
            person = desk.person(language=code, name="Ona Žukaitė", email=f"ona{number}{code}@example.org")
            desk.send(person, wording=Wording(texts))
    make_due(desk)
    number = (len(SHIPPED) + 1) * len(LANGUAGES)
    assert post(app, desk, smtp) == ["sent"] * number
    assert len(office.taken) == number


def words_of(office: PostOffice, kind: str) -> str:
    part = office.only().get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


PLAIN: Texts = {"en": {"subject": "Monday", "text": "Come at ten <sharp>.\n\nBring {{nothing}}."}}


def test_a_text_without_any_placeholder_goes_out_whole(
    app: Flask, desk: Writing, smtp: Settings, office: PostOffice
) -> None:
    desk.send(desk.person(), wording=Wording(PLAIN))
    make_due(desk)
    assert post(app, desk, smtp) == ["sent"]
    plain, page = (words_of(office, kind) for kind in ("plain", "html"))
    assert "Come at ten <sharp>.\n\nBring {nothing}." in plain
    assert "Come at ten &lt;sharp&gt;." in page
    assert "Bring {nothing}." in page


def test_a_mail_that_cannot_be_made_ends_is_shown_and_holds_up_nobody(
    app: Flask, desk: Writing, smtp: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    ona, jonas = desk.person(name="Ona Žukaitė", email="ona@example.org"), desk.person()
    desk.send(ona, wording=Wording(PLAIN))
    desk.message().text = "Nobody can read {this"
    desk.send(jonas, wording=Wording(PLAIN))
    make_due(desk)
    with caplog.at_level(logging.ERROR):
        assert sorted(post(app, desk, smtp)) == ["given_up", "sent"]
    (line,) = messages_of(desk.session, desk.vacancy, ona)
    assert (line.state, line.text) == ("not_made", "Nobody can read {this")
    assert [each.state for each in messages_of(desk.session, desk.vacancy, jonas)] == ["sent"]
    assert "could not be made: Invalid" in caplog.text
    assert not [words for words in ("Ona", "example.org", "Nobody") if words in caplog.text]
    assert "message.not_made" in set(desk.session.scalars(select(Event.action).where(Event.subject_id == ona.id)))
    assert make_due(desk) == 0, "it is not tried again and again"
