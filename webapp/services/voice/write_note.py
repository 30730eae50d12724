"""Take a note from the staff. Of an anonymous one nothing is kept that tells who wrote it, or at what time."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Gone, Invalid, NotFound
from webapp.records import VoiceNote
from webapp.records.base import now
from webapp.records.voice import TOPICS
from webapp.services.record_event import record_event
from webapp.services.voice.open_voice_link import Door

SHORTEST, LONGEST = 10, 2000
MOST_A_DAY = 300


@dataclass(frozen=True)
class Draft:
    """What somebody wrote. `key` was made with the form: sent twice, it is one note."""

    key: uuid.UUID
    topic: str
    text: str
    name_shown: bool = False


def write_note(session: Session, door: Door, draft: Draft) -> VoiceNote:
    """Keep the note; the second press of the button finds what the first one made."""
    owner, person = door.organisation.id, door.person
    _check(draft)
    if (there := session.get(VoiceNote, (owner, draft.key))) is not None:
        return there
    if not door.box.taking:
        raise Gone(_("The box takes no notes at the moment. The answers so far stay on the board."))
    _refuse_flood(session, owner)
    due = today() + dt.timedelta(days=door.box.answer_days)
    note = VoiceNote(
        organisation_id=owner,
        id=draft.key,
        staff_member_id=person.id if person else None,
        name_shown=draft.name_shown and person is not None,
        topic=draft.topic,
        text=tidy(draft.text),
        received_on=today(),
        due_on=due,
        first_due_on=due,
    )
    session.add(note)
    record_day(session, owner, "voice.received")
    session.flush()
    return note


def today() -> dt.date:
    return now().date()


def tidy(text: str) -> str:
    """Line ends of one kind, nothing around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _check(draft: Draft) -> None:
    faults = []
    if draft.key.version != 4:
        raise NotFound
    if draft.topic not in TOPICS:
        faults.append(_("Choose what the note is about."))
    if not SHORTEST <= len(tidy(draft.text)) <= LONGEST:
        faults.append(_("Write from 10 to 2,000 letters."))
    if faults:
        raise Invalid(faults)


def _refuse_flood(session: Session, organisation_id: uuid.UUID) -> None:
    """Somebody with the shared link must not bury the notes of the others."""
    came = select(func.count()).where(VoiceNote.organisation_id == organisation_id, VoiceNote.received_on == today())
    if (session.scalar(came) or 0) >= MOST_A_DAY:
        raise Conflict(_("So many notes came today that no more are taken until tomorrow. Keep your text, please."))


def record_day(session: Session, organisation_id: uuid.UUID, action: str) -> None:
    """An event that tells the day and nothing else: with its time, or an id that holds it, it would date the note."""
    event = record_event(session, organisation_id, action)
    event.id = uuid.uuid4()
    event.at = now().replace(hour=0, minute=0, second=0, microsecond=0)


def take_back(session: Session, door: Door, note_id: uuid.UUID) -> None:
    """Whoever signed a note may take it back: its words go, that it was there stays."""
    note = session.get(VoiceNote, (door.organisation.id, note_id), with_for_update=True)
    if note is None or door.person is None or note.staff_member_id != door.person.id:
        raise NotFound
    if note.taken_back_on is None:
        note.text, note.answer, note.published_on, note.published_by = "", "", None, None
        note.taken_back_on = today()
        record_day(session, door.organisation.id, "voice.taken_back")
