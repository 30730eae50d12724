"""HR sees to a note: an owner and a due date, an answer, a reason where it is withheld. No note is ever deleted."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import Conflict, Invalid, NotFound
from webapp.languages import said_date
from webapp.records import StaffMember, VoiceNote
from webapp.records.names import fold
from webapp.services.lock_row import lock_row
from webapp.services.queue_work import queue_work
from webapp.services.record_event import record_event
from webapp.services.staff.presence import is_present
from webapp.services.voice.box import MOST_DAYS
from webapp.services.voice.open_voice_link import Door
from webapp.services.voice.send_links import personal_link
from webapp.services.voice.write_note import tidy, today

LONGEST_ANSWER, LONGEST_REASON = 4000, 500


def assign_note(
    session: Session,
    organisation_id: uuid.UUID,
    note_id: uuid.UUID,
    *,
    owner: str,
    due_on: dt.date,
    user_id: uuid.UUID,
    settings: Settings,
) -> VoiceNote:
    """Say who sees to it and by when. A new owner gets a mail; a moved date shows the first one on the board."""
    note = _waiting(session, organisation_id, note_id)
    latest = note.received_on + dt.timedelta(days=MOST_DAYS)
    # An overdue note keeps its day while somebody is named; a new day lies ahead.
    if due_on < today() and due_on != note.due_on:
        raise Invalid([_("Choose today or a later day.")])
    if due_on > latest and due_on != note.due_on:
        day = said_date(latest)
        raise Invalid([_("Choose a day that is not after %(day)s: a note waits at most 60 days.", day=day)])
    person = find_owner(session, organisation_id, owner)
    new_owner = person is not None and person.id != note.owner_id
    note.owner_id, note.due_on = (person.id if person else None), due_on
    if person is not None and new_owner and person.email:
        personal_link(session, person, settings)
        queue_work(session, organisation_id, "mail.voice_owner", note_id=note.id)
    _record(session, note, "voice.assigned", user_id, due=due_on.isoformat())
    return note


def find_owner(session: Session, organisation_id: uuid.UUID, said: str) -> StaffMember | None:
    """Somebody who works here, by personnel code or by whole name; nothing said is nobody."""
    said = said.strip()
    if not said:
        return None
    here = select(StaffMember).where(StaffMember.organisation_id == organisation_id, is_present())
    if by_code := session.scalar(here.where(StaffMember.code == said)):
        return by_code
    named = session.scalars(here.where(StaffMember.name_folded == fold(said)).limit(2)).all()
    if len(named) > 1:
        raise Invalid([_("Several people are called “%(name)s”. Write the personnel code.", name=said)])
    if not named:
        raise Invalid([_("Nobody who works here has the code or the name “%(name)s”.", name=said)])
    return named[0]


def draft_answer(
    session: Session, organisation_id: uuid.UUID, note_id: uuid.UUID, answer: str, *, user_id: uuid.UUID
) -> VoiceNote:
    """Keep the words for later; nobody but HR and the owner reads them."""
    note = _waiting(session, organisation_id, note_id)
    note.answer = _words(answer, LONGEST_ANSWER)
    _record(session, note, "voice.drafted", user_id)
    return note


def suggest_answer(session: Session, door: Door, note_id: uuid.UUID, answer: str) -> None:
    """The owner writes down what HR may publish."""
    note = _waiting(session, door.organisation.id, note_id)
    if door.person is None or note.owner_id != door.person.id:
        raise NotFound
    note.answer = _words(answer, LONGEST_ANSWER)
    _record(session, note, "voice.suggested", None)


def publish_answer(
    session: Session, organisation_id: uuid.UUID, note_id: uuid.UUID, answer: str, *, user_id: uuid.UUID
) -> VoiceNote:
    """Put note and answer on the board for all of the staff; a published answer may be corrected, and says so."""
    note = lock_row(session, VoiceNote, organisation_id, note_id)
    if note.taken_back_on is not None or note.withheld_on is not None:
        raise Conflict(_("This note is not on the board, so its answer cannot be published."))
    words = _words(answer, LONGEST_ANSWER)
    corrected = note.published_on is not None and words != note.answer
    note.answer = words
    if corrected:
        note.corrected_on = today()
    note.published_on = note.published_on or today()
    note.published_by = user_id
    _record(session, note, "voice.corrected" if corrected else "voice.published", user_id, late=_late(note))
    return note


def withhold_note(
    session: Session, organisation_id: uuid.UUID, note_id: uuid.UUID, reason: str, *, user_id: uuid.UUID
) -> VoiceNote:
    """Take its words off the board; the topic, the days and the reason stay there for all to read."""
    note = lock_row(session, VoiceNote, organisation_id, note_id)
    if note.taken_back_on is not None or note.withheld_on is not None:
        raise Conflict(_("This note is not on the board already."))
    note.withheld_reason = _words(reason, LONGEST_REASON)
    note.withheld_on, note.withheld_by = today(), user_id
    _record(session, note, "voice.withheld", user_id)
    return note


def show_again(session: Session, organisation_id: uuid.UUID, note_id: uuid.UUID, *, user_id: uuid.UUID) -> VoiceNote:
    note = lock_row(session, VoiceNote, organisation_id, note_id)
    if note.withheld_on is None:
        raise Conflict(_("This note is not withheld."))
    note.withheld_reason, note.withheld_on, note.withheld_by = "", None, None
    _record(session, note, "voice.shown_again", user_id)
    return note


def _waiting(session: Session, organisation_id: uuid.UUID, note_id: uuid.UUID) -> VoiceNote:
    note = lock_row(session, VoiceNote, organisation_id, note_id)
    if note.taken_back_on or note.withheld_on or note.published_on:
        raise Conflict(_("This note does not wait for an answer any more. Look at it again."))
    return note


def _words(text: str, longest: int) -> str:
    words = tidy(text)
    if not words:
        raise Invalid([_("Write a sentence at least.")])
    if len(words) > longest:
        raise Invalid([_("Shorten this to %(number)s letters.", number=longest)])
    return words


def _late(note: VoiceNote) -> bool:
    return note.published_on is not None and note.published_on > note.due_on


def _record(session: Session, note: VoiceNote, action: str, user_id: uuid.UUID | None, **detail: Any) -> None:
    record_event(
        session, note.organisation_id, action, user_id=user_id, subject="voice_note", subject_id=note.id, **detail
    )
