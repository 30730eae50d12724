"""The company's box: its shared link, and how many days a note may wait."""

from __future__ import annotations

import uuid
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import Invalid
from webapp.records import VoiceBox
from webapp.security import derived_token, token_hash
from webapp.services.record_event import record_event

SHARED, PERSONAL = "voice", "voice-person"
FEWEST_DAYS, MOST_DAYS = 1, 60


def link_token(secret_key: str, purpose: str, link_id: uuid.UUID) -> str:
    """Made again whenever it is needed, stored nowhere."""
    return derived_token(secret_key, purpose, link_id)


def link_hash(secret_key: str, purpose: str, link_id: uuid.UUID) -> str:
    return token_hash(link_token(secret_key, purpose, link_id))


def shared_link(settings: Settings, box: VoiceBox) -> str:
    """The same for all of the staff: it says nothing about who opens it."""
    return f"{settings.base_url}/voice/{link_token(settings.secret_key, SHARED, box.link_id)}"


def find_box(session: Session, organisation_id: uuid.UUID) -> VoiceBox | None:
    return session.scalar(select(VoiceBox).where(VoiceBox.organisation_id == organisation_id))


def set_up_box(
    session: Session,
    organisation_id: uuid.UUID,
    *,
    taking: bool,
    answer_days: int,
    user_id: uuid.UUID | None,
    settings: Settings,
) -> VoiceBox:
    """Open the box, or change it. Notes that are there keep their due dates."""
    if not FEWEST_DAYS <= answer_days <= MOST_DAYS:
        raise Invalid([_("Write a number of days from 1 to 60.")])
    box = find_box(session, organisation_id) or _new_box(organisation_id, settings)
    box.taking, box.answer_days = taking, answer_days
    session.add(box)
    _record(session, box, "voice.set", user_id, taking=taking, days=answer_days)
    return box


def _new_box(organisation_id: uuid.UUID, settings: Settings) -> VoiceBox:
    box = VoiceBox(organisation_id=organisation_id)
    _new_link(box, settings)
    return box


def renew_shared_link(session: Session, organisation_id: uuid.UUID, *, user_id: uuid.UUID, settings: Settings) -> None:
    """The old link ends: for when it got into hands outside the company."""
    box = find_box(session, organisation_id)
    if box is not None:
        _new_link(box, settings)
        _record(session, box, "voice.link_renewed", user_id)


def _new_link(box: VoiceBox, settings: Settings) -> None:
    box.link_id = uuid.uuid4()
    box.token_hash = link_hash(settings.secret_key, SHARED, box.link_id)


def _record(session: Session, box: VoiceBox, action: str, user_id: uuid.UUID | None, **detail: Any) -> None:
    record_event(session, box.organisation_id, action, user_id=user_id, subject="voice_box", **detail)
