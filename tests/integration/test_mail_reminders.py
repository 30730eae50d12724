"""Reminders that go out by themselves: when, to whom, how often, and never to whom they are of no use."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import sittings
from tests.integration.test_mail import laid_down, text_of
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import Event, Invitation, Mail
from webapp.records.base import now
from webapp.services.mails.remind_in_time import AFTER, BEFORE, remind_in_time
from webapp.services.send_mail import send_mail

DAY = dt.timedelta(days=1)


def guest(session: Session, *, sent: float = 6, left: float = 20, **values: Any) -> sittings.Invited:
    """Somebody whose link went out so many days ago and works for so many more."""
    someone = sittings.invited(session, expires_at=now() + left * DAY, sent_at=now() - sent * DAY)
    someone.invitation.created_at = now() - sent * DAY
    for name, value in values.items():
        setattr(someone.applicant, name, value)
    session.commit()
    return someone


def due(session: Session) -> list[str]:
    remind_in_time(session)
    session.commit()
    return sorted(session.scalars(select(Mail.occasion).where(Mail.kind == "reminder")))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"sent": 4.9, "left": 20}, []),
        ({"sent": 5.1, "left": 20}, [AFTER]),
        ({"sent": 5.1, "left": 20, "state": "started"}, []),
        ({"sent": 4, "left": 2.9}, [BEFORE]),
        ({"sent": 4, "left": 3.1}, []),
        ({"sent": 4, "left": 2.9, "state": "started"}, [BEFORE]),
        ({"sent": 9, "left": 2.9}, [BEFORE]),
        ({"sent": 1.9, "left": 0.5}, []),
        ({"sent": 9, "left": -0.1}, []),
        ({"sent": 9, "left": 2, "state": "done"}, []),
        ({"sent": 9, "left": 2, "state": "withdrawn"}, []),
    ],
)
@SQLITE
def test_who_is_reminded_when(session: Session, values: dict[str, Any], expected: list[str]) -> None:
    guest(session, **values)
    assert due(session) == expected
    assert due(session) == expected, "looking again changes nothing"


@pytest.mark.parametrize("change", ["closed", "withdrawn", "never sent", "refused", "reminded by hand", "newer link"])
@SQLITE
def test_who_is_left_alone(session: Session, change: str) -> None:
    someone = guest(session)
    kept = {"organisation_id": someone.organisation.id, "applicant_id": someone.applicant.id}
    if change == "closed":
        someone.vacancy.state = "closed"
    if change == "withdrawn":
        someone.invitation.withdrawn_at = now()
    if change == "never sent":
        someone.invitation.sent_at = None
    if change == "refused":
        session.add(Mail(kind="invitation", about_id=someone.invitation.id, state="refused", **kept))
    if change == "reminded by hand":
        session.add(Mail(kind="reminder", about_id=someone.invitation.id, occasion="by hand", state="sent", **kept))
    if change == "newer link":
        session.add(Invitation(token_hash="b" * 64, expires_at=now() + 20 * DAY, **kept))
    session.commit()
    assert [each for each in due(session) if each in (AFTER, BEFORE)] == []


@SQLITE
def test_whose_address_was_mended_is_reminded_as_others_are(session: Session) -> None:
    someone = guest(session)
    kept = {"organisation_id": someone.organisation.id, "applicant_id": someone.applicant.id}
    ended = Invitation(
        token_hash="c" * 64, expires_at=now() + 20 * DAY, withdrawn_at=now(), created_at=now() - 9 * DAY, **kept
    )
    session.add(ended)
    session.flush()
    session.add(Mail(kind="invitation", about_id=ended.id, state="refused", created_at=now() - 9 * DAY, **kept))
    session.commit()
    assert due(session) == [AFTER]


def test_at_most_twice_and_days_apart(session: Session) -> None:
    someone = guest(session)
    assert due(session) == [AFTER]
    someone.invitation.expires_at = now() + 2 * DAY
    session.commit()
    assert due(session) == [AFTER], "not two days in a row"
    first = session.scalars(select(Mail)).one()
    first.created_at = someone.invitation.sent_at = now() - 3 * DAY
    session.commit()
    assert due(session) == [AFTER, BEFORE]
    events = session.scalars(select(Event.detail).where(Event.action == "invitation.reminded")).all()
    assert sorted(each["occasion"] for each in events) == [AFTER, BEFORE]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"at_most": 0}, []),
        ({"after_days": 9}, []),
        ({"after_days": 2, "before_days": 1, "at_most": 1}, [AFTER]),
    ],
)
@SQLITE
def test_the_organisation_decides(session: Session, policy: dict[str, int], expected: list[str]) -> None:
    someone = guest(session)
    someone.organisation.settings = {"reminders": policy}
    session.commit()
    assert due(session) == expected


@pytest.mark.parametrize(
    ("state", "says"), [("invited", "still waits for you"), ("started", "You have begun the questionnaire")]
)
@SQLITE
def test_a_reminder_has_words_of_its_own(
    app: Flask, session: Session, settings: Settings, state: str, says: str
) -> None:
    someone = guest(session, sent=9, left=2, state=state)
    due(session)
    mail = session.scalars(select(Mail)).one()
    with db.scope() as opened, app.test_request_context("/"):
        assert send_mail(opened, mail.organisation_id, mail.id, settings) == "sent"
    message = laid_down(settings)
    assert "reminder" in str(message["Subject"])
    assert says in " ".join(text_of(message).split())
    assert text_of(message, "html").count(f'href="{settings.base_url}/i/') == 2
    assert someone.organisation.name in text_of(message)


@SQLITE
def test_a_reminder_that_came_too_late_is_not_sent(app: Flask, session: Session, settings: Settings) -> None:
    someone = guest(session)
    due(session)
    someone.applicant.state = "done"
    session.commit()
    mail = session.scalars(select(Mail)).one()
    with db.scope() as opened, app.test_request_context("/"):
        assert send_mail(opened, mail.organisation_id, mail.id, settings) == "not_wanted"
    assert not settings.mail_folder.exists()
