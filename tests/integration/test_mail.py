"""Mails: what they say, in three languages, on a real SMTP server and in the folder."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, shortlists
from tests.post_office import PostOffice, open_office
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import Applicant, Event, Invitation, Sitting
from webapp.records.base import now
from webapp.security import derived_token, token_hash
from webapp.services.deliver_mail import MailSettingsError, deliver_mail, send_by_smtp
from webapp.services.send_mail import send_invitation, send_receipt


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


@dataclass(frozen=True)
class Open:
    office: PostOffice
    url: str


@pytest.fixture
def post_office() -> Iterator[Open]:
    office = PostOffice()
    with open_office(office) as url:
        yield Open(office, url)


def invitation(session: Session, **values: Any) -> tuple[Invitation, Applicant]:
    """An invitation as the desk makes it."""
    vacancy = shortlists.vacancy(session, title="Service adviser, Kaunas")
    owner = session.get_one(type(people.organisation(session)), vacancy.organisation_id)
    owner.name, owner.contact_email = "Baltic Service", "people@example.org"
    person = shortlists.applicant(session, vacancy, **{"name": "Ona Žukė", "email": "ona@example.org"} | values)
    key = uuid.uuid4()
    row = Invitation(
        organisation_id=owner.id,
        id=key,
        applicant_id=person.id,
        token_hash=token_hash(derived_token("test-secret", "invitation", key)),
        expires_at=now() + dt.timedelta(days=5),
    )
    session.add(row)
    session.commit()
    return row, person


def send(app: Flask, row: Invitation, settings: Settings) -> str:
    with db.scope() as session, app.test_request_context("/"):
        return send_invitation(session, row.organisation_id, row.id, settings)


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_an_invitation_reaches_the_mail_server(
    app: Flask, session: Session, settings: Settings, post_office: Open
) -> None:
    row, person = invitation(session)
    assert send(app, row, replace(settings, smtp_url=post_office.url)) == "sent"
    message = post_office.office.only()
    link = f"{settings.base_url}/i/{derived_token('test-secret', 'invitation', row.id)}"
    assert link in text_of(message).splitlines()
    assert text_of(message, "html").count(f'href="{link}"') == 2
    assert "Ona Žukė" in text_of(message)
    assert "Service adviser, Kaunas" in str(message["Subject"])
    assert message["To"].addresses[0].addr_spec == "ona@example.org"
    assert message["From"].addresses[0].display_name == "Baltic Service"
    assert str(message["Reply-To"]).endswith("<people@example.org>")
    assert message["Auto-Submitted"] == "auto-generated"
    session.refresh(row)
    assert row.sent_at is not None
    event = session.scalars(select(Event)).one()
    assert (event.action, event.subject_id, event.detail) == ("invitation.sent", person.id, {})


@pytest.mark.parametrize(
    ("of_person", "of_company", "expected"), [("lt", "en", "lt"), ("", "ru", "ru"), ("", "xx", "en")]
)
def test_a_mail_speaks_the_language_of_its_reader(
    app: Flask, session: Session, settings: Settings, of_person: str, of_company: str, expected: str
) -> None:
    row, person = invitation(session, language=of_person)
    owner = session.get_one(type(people.organisation(session)), person.organisation_id)
    owner.language = of_company
    session.commit()
    assert send(app, row, settings) == "sent"
    message = laid_down(settings)
    assert message["Content-Language"] == expected
    assert f'<html lang="{expected}">' in text_of(message, "html")


def laid_down(settings: Settings) -> EmailMessage:
    (path,) = settings.mail_folder.iterdir()
    assert path.suffix == ".eml"
    return message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)


def test_without_a_mail_server_the_mail_is_a_file_of_its_organisation(
    app: Flask, session: Session, settings: Settings
) -> None:
    row, _person = invitation(session)
    assert send(app, row, settings) == "sent"
    (path,) = settings.mail_folder.iterdir()
    assert path.name.startswith(f"{row.organisation_id}.")
    assert "/i/" in text_of(laid_down(settings))


@pytest.mark.parametrize("ended", [{"withdrawn_at": now()}, {"expires_at": now() - dt.timedelta(seconds=1)}])
def test_what_has_ended_is_not_sent(
    app: Flask, session: Session, settings: Settings, ended: dict[str, dt.datetime]
) -> None:
    row, _person = invitation(session)
    for name, value in ended.items():
        setattr(row, name, value)
    session.commit()
    assert send(app, row, settings) == "not_wanted"
    assert not settings.mail_folder.exists()


def test_an_invitation_of_another_organisation_is_not_found(app: Flask, session: Session, settings: Settings) -> None:
    row, _person = invitation(session)
    other = people.organisation(session)
    session.commit()
    with db.scope() as opened, app.test_request_context("/"):
        assert send_invitation(opened, other.id, row.id, settings) == "not_wanted"
    assert not settings.mail_folder.exists()


def test_a_name_cannot_add_a_header_or_a_tag(app: Flask, session: Session, settings: Settings) -> None:
    row, person = invitation(session, name="Ona\r\nBcc: all@example.org <b>x</b>")
    vacancy = person.vacancy
    vacancy.title = "A\nSubject: B"
    session.commit()
    assert send(app, row, settings) == "sent"
    message = laid_down(settings)
    assert message["Bcc"] is None
    assert message.get_all("Subject") == ["Baltic Service: your questionnaire for “A Subject: B”"]
    assert "<b>x</b>" not in text_of(message, "html")


def test_a_receipt_names_code_and_time(app: Flask, session: Session, settings: Settings) -> None:
    row, person = invitation(session, language="en")
    shortlists_sitting = Sitting(
        organisation_id=person.organisation_id,
        applicant_id=person.id,
        questionnaire_id=person.vacancy.questionnaire_id,
        form="A",
        language="ru",
        state="submitted",
        seed=1,
        submitted_at=dt.datetime(2031, 2, 3, 4, 5, tzinfo=dt.UTC),
        receipt_code="ABCD-2345",
    )
    session.add(shortlists_sitting)
    session.commit()
    with db.scope() as opened, app.test_request_context("/"):
        assert send_receipt(opened, person.organisation_id, shortlists_sitting.id, settings) == "sent"
    message = laid_down(settings)
    assert message["Content-Language"] == "ru", "the language in which the questions were answered"
    assert "ABCD-2345" in text_of(message)
    assert "2031" in text_of(message)
    assert derived_token("test-secret", "invitation", row.id) in text_of(message, "html")
    assert session.scalars(select(Event.action)).all() == ["receipt.sent"]


def test_an_unfinished_sitting_and_one_of_staff_get_no_receipt(
    app: Flask, session: Session, settings: Settings
) -> None:
    _row, person = invitation(session)
    owner = session.get_one(type(people.organisation(session)), person.organisation_id)
    shared = {
        "organisation_id": owner.id,
        "questionnaire_id": person.vacancy.questionnaire_id,
        "form": "A",
        "seed": 1,
    }
    unfinished = Sitting(applicant_id=person.id, **shared)
    staff = Sitting(
        staff_member_id=people.staff_member(session, owner).id, state="submitted", submitted_at=now(), **shared
    )
    session.add_all([unfinished, staff])
    session.commit()
    with db.scope() as opened, app.test_request_context("/"):
        assert send_receipt(opened, owner.id, unfinished.id, settings) == "not_wanted"
        assert send_receipt(opened, owner.id, staff.id, settings) == "not_wanted"
    assert not settings.mail_folder.exists()


def test_sending_leaves_no_write_lock_behind(
    app: Flask, session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, _person = invitation(session)

    def deliver(*_given: Any) -> None:
        with db.scope(), db.transaction() as other:
            other.add(Event(organisation_id=row.organisation_id, at=now(), action="written.meanwhile"))

    monkeypatch.setattr("webapp.services.send_mail.deliver_mail", deliver)
    assert send(app, row, settings) == "sent"
    session.commit()
    assert set(session.scalars(select(Event.action))) == {"written.meanwhile", "invitation.sent"}


def simple() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "x"
    message.set_content("x")
    return message


@pytest.mark.parametrize("url", ["http://127.0.0.1:25", "smtp://", "127.0.0.1:25", "smtp"])
def test_a_wrong_address_of_the_server_is_said_without_its_password(url: str) -> None:
    with pytest.raises(MailSettingsError, match="MAKINGS_SMTP_URL must look like"):
        send_by_smtp(url.replace("//", "//user:secret@"), simple())


def test_the_server_is_given_the_name_and_password_it_asks_for() -> None:
    seen: list[LoginPassword] = []

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
        seen.append(data)
        return AuthResult(success=True)

    office = PostOffice()
    with open_office(office, authenticator=check, auth_require_tls=False) as url:
        send_by_smtp(url.replace("//", "//post%40example.org:pass%2Fword@"), simple())
    assert (seen[0].login, seen[0].password) == (b"post@example.org", b"pass/word")
    assert len(office.taken) == 1


def test_no_half_written_mail_is_left(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("webapp.services.deliver_mail.os.replace", fail)
    with pytest.raises(OSError, match="disk"):
        deliver_mail(settings, uuid.uuid4(), simple())
    assert list(settings.mail_folder.glob("*.eml")) == []
