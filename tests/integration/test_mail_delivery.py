"""What mail servers say, and what is made of it: sent, put off, refused for good, given up."""

from __future__ import annotations

import datetime as dt
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, sittings
from tests.factories.desk import page_of
from tests.factories.signing import sign_in
from tests.ports import free_port
from tests.post_office import PostOffice, open_office, own_certificate, read
from webapp.config import Settings
from webapp.extensions import db
from webapp.jobs.worker import mail_rate
from webapp.records import Event, Mail, Outbox
from webapp.records.base import now
from webapp.services.mails.hand_out import hand_out_due
from webapp.services.send_mail import PAUSES, send_invitation, send_mail


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What mail servers say is the same over each database."""
    return sqlite_url


@pytest.fixture
def guest(session: Session) -> sittings.Invited:
    someone = sittings.invited(session)
    someone.organisation.name = "Бюро «Ąžuolas»"
    someone.vacancy.title = "Konsultantė Šiauliuose"
    someone.applicant.name, someone.applicant.email = "Гжегож Бженчишчикевич", "ona@example.org"
    session.commit()
    return someone


def send(app: Flask, guest: sittings.Invited, settings: Settings) -> str:
    with db.scope() as session, app.test_request_context("/"):
        return send_invitation(session, guest.organisation.id, guest.invitation.id, settings)


def again(app: Flask, mail: Mail, settings: Settings) -> str:
    with db.scope() as session, app.test_request_context("/"):
        return send_mail(session, mail.organisation_id, mail.id, settings)


def the_mail(session: Session) -> Mail:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Mail)).one()


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(Event.action).where(Event.action.like("invitation.%"))))


def test_names_in_every_script_arrive_as_they_are(
    app: Flask, session: Session, guest: sittings.Invited, smtp: Settings, office: PostOffice
) -> None:
    assert send(app, guest, smtp) == "sent"
    message = office.only()
    assert message["Subject"] == "Бюро «Ąžuolas»: your questionnaire for “Konsultantė Šiauliuose”"
    assert message["To"].addresses[0].display_name == "Гжегож Бженчишчикевич"
    assert message["From"].addresses[0].display_name == "Бюро «Ąžuolas»"
    head = bytes(office.taken[0].content or b"").split(b"\r\n\r\n")[0]
    assert head.isascii()
    assert max(map(len, head.split(b"\r\n"))) <= 998
    mail = the_mail(session)
    assert message["Message-ID"] == f"<{mail.id}@localhost>"
    assert (mail.state, mail.tries, mail.reply_code, mail.next_try_at) == ("sent", 1, None, None)


@pytest.mark.parametrize("place", ["to_recipient", "to_data"])
def test_what_is_refused_for_good_is_not_tried_again_and_is_said(
    app: Flask,
    client: FlaskClient,
    session: Session,
    guest: sittings.Invited,
    smtp: Settings,
    office: PostOffice,
    place: str,
) -> None:
    setattr(office, place, "550 5.1.1 no such user")
    assert send(app, guest, smtp) == "refused"
    mail = the_mail(session)
    assert (mail.state, mail.tries, mail.reply_code, mail.next_try_at) == ("refused", 1, 550, None)
    assert actions(session) == ["invitation.refused"]
    setattr(office, place, "")
    assert again(app, mail, smtp) == "refused"
    assert office.taken == []
    user = people.user(session, guest.organisation, "recruiter")
    session.commit()
    sign_in(client, user)
    page = client.get(page_of(guest.applicant)).text
    assert "could not be delivered" in page
    assert "550" in page


def test_greylisting_is_waited_for(
    app: Flask, session: Session, guest: sittings.Invited, smtp: Settings, office: PostOffice
) -> None:
    office.to_recipient = "451 4.7.1 greylisted, try again in five minutes"
    assert send(app, guest, smtp) == "waiting"
    mail = the_mail(session)
    assert (mail.tries, mail.reply_code) == (1, 451)
    assert mail.next_try_at is not None
    assert dt.timedelta() < mail.next_try_at - now() <= dt.timedelta(minutes=PAUSES[0])
    assert actions(session) == []
    assert hand_out_due(session) == 0
    mail.next_try_at = now() - dt.timedelta(seconds=1)
    session.commit()
    assert hand_out_due(session) == 1
    session.commit()
    assert hand_out_due(session) == 0, "it is under way"
    row = session.scalars(select(Outbox)).one()
    assert (row.topic, row.payload) == ("mail.invitation", {"mail_id": str(mail.id)})
    office.to_recipient = ""
    assert again(app, mail, smtp) == "sent"
    assert again(app, mail, smtp) == "sent"
    assert len(office.taken) == 1
    assert the_mail(session).tries == 2


def test_a_line_that_drops_is_no_answer(
    app: Flask, session: Session, guest: sittings.Invited, smtp: Settings, office: PostOffice
) -> None:
    office.drops = True
    assert send(app, guest, smtp) == "waiting"
    assert the_mail(session).reply_code in (None, 421)
    office.drops = False
    assert again(app, the_mail(session), smtp) == "sent"
    assert read(office.taken[0])["Message-ID"] == f"<{the_mail(session).id}@localhost>", "the same each time"


def test_a_server_that_is_away_is_waited_for_and_given_up_in_the_end(
    app: Flask, session: Session, guest: sittings.Invited, settings: Settings
) -> None:
    away = replace(settings, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    assert send(app, guest, away) == "waiting"
    mail = the_mail(session)
    mail.tries = len(PAUSES)
    session.commit()
    assert again(app, mail, away) == "given_up"
    assert actions(session) == ["invitation.given_up"]


def test_a_wrong_password_is_our_fault_and_nobody_elses(
    app: Flask, session: Session, guest: sittings.Invited, settings: Settings, office: PostOffice
) -> None:
    refuse = {"authenticator": lambda *_given: _refused(), "auth_require_tls": False}
    with open_office(office, **refuse) as url:
        wrong = replace(settings, smtp_url=url.replace("//", "//user:wrong@"))
        assert send(app, guest, wrong) == "waiting"
    assert the_mail(session).reply_code == 535


def _refused() -> Any:
    from aiosmtpd.smtp import AuthResult

    return AuthResult(success=False, handled=False)


def test_the_line_is_encrypted_where_the_address_says_so(
    app: Flask,
    guest: sittings.Invited,
    settings: Settings,
    office: PostOffice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*make.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    with open_office(office, tls_context=own_certificate(certificate, key), require_starttls=True) as url:
        safe = replace(settings, smtp_url=url.replace("smtp:", "smtp+starttls:"))
        assert send(app, guest, safe) == "waiting", "an unknown certificate is not trusted"
        monkeypatch.setenv("SSL_CERT_FILE", certificate)
        assert send(app, guest, safe) == "sent"
    assert office.encrypted


@pytest.mark.parametrize(
    ("address", "outcome", "written"),
    [
        ("ona@žukas.example", "sent", "ona@xn--ukas-kbb.example"),
        ("o'neil+work@example.org", "sent", "o'neil+work@example.org"),
        ("жук@example.org", "refused", ""),
    ],
)
def test_odd_addresses(
    app: Flask,
    session: Session,
    guest: sittings.Invited,
    smtp: Settings,
    office: PostOffice,
    address: str,
    outcome: str,
    written: str,
) -> None:
    guest.applicant.email = address
    session.commit()
    assert send(app, guest, smtp) == outcome
    assert [to for envelope in office.taken for to in envelope.rcpt_tos] == ([written] if written else [])


@pytest.mark.parametrize("rate", [1, 5, 30, 120, 100_000])
def test_no_more_mails_a_minute_than_was_said(rate: int) -> None:
    limit = mail_rate(rate)
    assert limit["limit"] >= 1
    assert 0.7 * rate <= limit["limit"] * 60 / limit["period"] <= rate
    assert mail_rate(0) is None
