"""In which state a note is: told by its days, kept nowhere."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_

from webapp.records import VoiceNote
from webapp.services.voice.write_note import today

STATES = ("overdue", "open", "answered", "withheld", "taken_back")


def state_of(note: VoiceNote) -> str:
    if note.taken_back_on is not None:
        return "taken_back"
    if note.withheld_on is not None:
        return "withheld"
    if note.published_on is not None:
        return "answered"
    return "overdue" if note.due_on < today() else "open"


def in_state(state: str) -> ColumnElement[bool]:
    """The same as a condition; "open" are all that wait for an answer, the overdue ones too."""
    taken, withheld, answered = VoiceNote.taken_back_on, VoiceNote.withheld_on, VoiceNote.published_on
    if state == "taken_back":
        return taken.is_not(None)
    if state == "withheld":
        return and_(taken.is_(None), withheld.is_not(None))
    shown = and_(taken.is_(None), withheld.is_(None))
    if state == "answered":
        return and_(shown, answered.is_not(None))
    waiting = and_(shown, answered.is_(None))
    return and_(waiting, VoiceNote.due_on < today()) if state == "overdue" else waiting


def days_late(note: VoiceNote) -> int:
    return max(0, (today() - note.due_on).days)
