"""What could keep a message from going out, or let it go out when nobody wants it any more."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import messages
from tests.factories.messages import Writing, make_due, post
from tests.post_office import PostOffice
from webapp.config import LANGUAGES, Settings
from webapp.errors import Conflict, Invalid
from webapp.records import Applicant, Decision, DecisionBatch, Event
from webapp.records.base import now
from webapp.services.decisions.decide import decide
from webapp.services.decisions.reasons import Why
from webapp.services.decisions.undo import undo_batch
from webapp.services.mails.hand_out import hand_out_due
from webapp.services.messages.history import messages_of
from webapp.services.messages.plan_sending import Wording, chosen_people
from webapp.services.messages.send_messages import Order, send_messages
from webapp.services.messages.shipped import BLANK, SHIPPED, Texts
from webapp.services.messages.stop_messages import withdraw_sending

AWAY = "smtp://127.0.0.1:1"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def desk(app: Flask, session: Session) -> Iterator[Writing]:
    with app.test_request_context("/"):
        yield messages.writing(session)


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


def told_decision(desk: Writing, person: Applicant) -> DecisionBatch:
    """Somebody is turned down, and a mail waits that tells so."""
    owner, why = desk.vacancy.organisation_id, Why(None, "Simulated: other experience was asked for.")
    desk.session.commit()
    batch = decide(desk.session, owner, desk.vacancy.id, [person.id], 5, why, user_id=desk.user.id).batch
    found = chosen_people(desk.session, desk.vacancy, [], batch.id)
    send_messages(desk.session, found, Wording(messages.TEXTS), Order("form", batch=batch), desk.user.id)
    desk.session.commit()
    return batch


def put_off(app: Flask, desk: Writing, settings: Settings) -> None:
    """The time to take it back is over, and the mail server is away."""
    make_due(desk)
    assert post(app, desk, replace(settings, smtp_url=AWAY)) == ["waiting"]


def try_again(desk: Writing) -> int:
    """The time of the next try has come."""
    for mail in desk.mails():
        mail.next_try_at = mail.next_try_at and mail.next_try_at - dt.timedelta(minutes=1)
    number = hand_out_due(desk.session)
    desk.session.commit()
    return number


def state_of(desk: Writing, person: Applicant) -> str:
    desk.session.expire_all()
    return messages_of(desk.session, desk.vacancy, person)[0].state


@pytest.mark.parametrize("handed_out", [False, True])
def test_what_the_server_put_off_ends_with_the_decision(
    app: Flask, desk: Writing, smtp: Settings, office: PostOffice, handed_out: bool
) -> None:
    ona = desk.person()
    batch = told_decision(desk, ona)
    put_off(app, desk, smtp)
    assert not handed_out or try_again(desk) == 1
    undo_batch(desk.session, ona.organisation_id, batch.id, user_id=desk.user.id)
    assert post(app, desk, smtp) == ["not_wanted"]
    assert office.taken == []
    assert state_of(desk, ona) == "undone"


def test_nobody_is_told_of_a_decision_that_does_not_stand(
    app: Flask, desk: Writing, smtp: Settings, office: PostOffice
) -> None:
    ona = desk.person()
    told_decision(desk, ona)
    make_due(desk)
    decision = desk.session.scalars(select(Decision)).one()
    decision.undone_at, decision.undone_by = now(), desk.user.id
    assert post(app, desk, smtp) == ["not_wanted"]
    assert office.taken == []


def test_what_was_stopped_too_late_is_called_sent(
    app: Flask, desk: Writing, smtp: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ona = desk.person()
    batch = told_decision(desk, ona)
    make_due(desk)
    owner, number = ona.organisation_id, batch.id

    def meanwhile(*_given: object) -> None:
        undo_batch(desk.session, owner, number, user_id=desk.user.id)
        desk.session.commit()

    monkeypatch.setattr("webapp.services.send_mail.deliver_mail", meanwhile)
    assert post(app, desk, smtp) == ["sent"]
    assert state_of(desk, ona) == "sent"


def test_what_waits_between_tries_can_be_taken_back(
    app: Flask, desk: Writing, smtp: Settings, office: PostOffice
) -> None:
    ona = desk.person()
    sending = desk.send(ona)
    put_off(app, desk, smtp)
    (line,) = messages_of(desk.session, desk.vacancy, ona)
    assert (line.state, line.can_be_withdrawn) == ("delayed", True)
    assert try_again(desk) == 1
    (line,) = messages_of(desk.session, desk.vacancy, ona)
    assert (line.state, line.can_be_withdrawn) == ("delayed", False)
    back = (desk.session, desk.vacancy.organisation_id, desk.vacancy.id, sending.id, desk.user.id)
    with pytest.raises(Conflict):
        withdraw_sending(*back)
    assert post(app, desk, replace(smtp, smtp_url=AWAY)) == ["waiting"]
    desk.session.refresh(sending)
    assert withdraw_sending(*back) == 1
    assert try_again(desk) == 0
    assert post(app, desk, smtp) == ["not_wanted"]
    assert office.taken == []
    assert state_of(desk, ona) == "withdrawn"


def test_a_subject_that_grows_too_long_is_refused_and_never_cut(app: Flask, session: Session) -> None:
    with app.test_request_context("/"):
        desk = messages.writing(session, title="B" * 148)
        ona = desk.person()
        texts = {"en": {"subject": "{vacancy} {vacancy} {name}", "text": "Hello"}}
        with pytest.raises(Invalid, match="304 letters"):
            desk.send(ona, wording=Wording(texts))
        texts["en"]["subject"] = "{vacancy} {vacancy}"
        desk.send(ona, wording=Wording(texts))
        assert desk.message().subject == "B" * 148 + " " + "B" * 148


def test_a_kept_message_is_shown_whatever_it_holds(desk: Writing) -> None:
    ona = desk.person(name="Ona")
    desk.send(ona)
    desk.message().subject = "{name} {unknown} {na"
    (line,) = messages_of(desk.session, desk.vacancy, ona)
    assert line.subject == "Ona {unknown} {na"
