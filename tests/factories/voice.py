"""A company with an open box, and notes in it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import rounds
from webapp.config import Settings
from webapp.records import Organisation, StaffMember, VoiceBox, VoiceLink, VoiceNote
from webapp.records.base import now
from webapp.services.voice.box import set_up_box, shared_link
from webapp.services.voice.send_links import personal_address, personal_link


def open_box(session: Session, where: rounds.House, settings: Settings, days: int = 14) -> VoiceBox:
    box = set_up_box(session, where.company.id, taking=True, answer_days=days, user_id=where.hr.id, settings=settings)
    session.commit()
    return box


def shared(settings: Settings, box: VoiceBox) -> str:
    return shared_link(settings, box).removeprefix(settings.base_url)


def personal(session: Session, settings: Settings, person: StaffMember) -> str:
    link: VoiceLink = personal_link(session, person, settings)
    session.commit()
    return personal_address(settings, link).removeprefix(settings.base_url)


def note(session: Session, where: rounds.House, *, late: int = 0, **values: Any) -> VoiceNote:
    """A note that is due in a week, or is so many days late."""
    row = one(session, where.company, late=late, **values)
    session.commit()
    return row


def one(session: Session, company: Organisation, *, late: int = 0, **values: Any) -> VoiceNote:
    due = now().date() + dt.timedelta(days=-late if late else 7)
    given = {"topic": "work", "text": "The forms arrive after the goods.", "received_on": due - dt.timedelta(days=7)}
    row = VoiceNote(
        organisation_id=company.id, id=uuid.uuid4(), **(given | {"due_on": due, "first_due_on": due} | values)
    )
    session.add(row)
    session.flush()
    return row


def all_notes(session: Session) -> list[VoiceNote]:
    session.rollback()
    return list(session.scalars(select(VoiceNote).execution_options(populate_existing=True)))
