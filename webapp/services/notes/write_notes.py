"""Notes on an applicant: written, changed and removed by their authors, and removed by HR."""

from __future__ import annotations

import unicodedata
import uuid
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid, NotFound, Refused
from webapp.records import Applicant, ApplicantNote
from webapp.records.base import new_id, now
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event

LONGEST = 4000
KEPT_SIGNS = "\n\u200c\u200d\u200e\u200f"
"""Besides what can be seen: ends of lines, and the marks that scripts written from the right need."""


class ChangedElsewhere(Conflict):
    """The words are others than those that the writer had before them."""

    def __init__(self, note: ApplicantNote) -> None:
        super().__init__(
            _("This note was changed in another window meanwhile, so yours is not kept yet. Put the two together.")
        )
        self.text, self.revision = note.text, revision_of(note)


def number_of_new() -> str:
    """What a new note will be known by, once it is kept."""
    return str(new_id())


def revision_of(note: ApplicantNote) -> str:
    """A mark of the words, and of no moment: on a page without names no moment may stand."""
    return sha256(note.text.encode()).hexdigest()[:16]


def add_note(
    session: Session,
    organisation_id: uuid.UUID,
    applicant_id: uuid.UUID,
    text: str,
    *,
    user_id: uuid.UUID,
    token: uuid.UUID | None = None,
) -> ApplicantNote:
    """Nothing more is written of somebody who has withdrawn. The same words with the same token are one note."""
    applicant = lock_row(session, Applicant, organisation_id, applicant_id)
    there = session.get(ApplicantNote, (organisation_id, token)) if token else None
    said = {"applicant_id": applicant_id, "user_id": user_id, "text": plain_text(text)}
    if there is not None and all(getattr(there, name) == value for name, value in said.items()):
        return there
    if applicant.state == "withdrawn":
        raise Conflict(
            _("This person has withdrawn meanwhile, so nothing more is written about them. Nothing was kept.")
        )
    number = token if token and there is None else new_id()
    note = ApplicantNote(organisation_id=organisation_id, id=number, **said)
    session.add(note)
    _record(session, note, "note.written", user_id)
    return note


def edit_note(session: Session, note: ApplicantNote, text: str, *, user_id: uuid.UUID, seen: str | None = None) -> None:
    """`seen`: the revision that the writer had before them; other words that came since are not written over."""
    if note.user_id != user_id:
        raise Refused(_("Only its author changes a note."))
    _refuse_removed(note)
    words = plain_text(text)
    if words == note.text:
        return
    if seen is not None and seen != revision_of(note):
        raise ChangedElsewhere(note)
    note.text, note.edited_at = words, now()
    _record(session, note, "note.changed", user_id)


def remove_note(session: Session, note: ApplicantNote, *, user_id: uuid.UUID, of_hr: bool) -> None:
    """The words go; that there was a note, and who removed it, stays."""
    if note.user_id != user_id and not of_hr:
        raise Refused(_("A note is removed by its author or by HR."))
    if note.removed_at is not None:
        return
    note.text, note.removed_at, note.removed_by = "", now(), user_id
    _record(session, note, "note.removed", user_id)


def note_of(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID, note_id: uuid.UUID) -> ApplicantNote:
    """A note about this applicant, held while it is changed."""
    note = session.get(ApplicantNote, (organisation_id, note_id), with_for_update=True)
    if note is None or note.applicant_id != applicant_id:
        raise NotFound
    return note


def plain_text(text: str) -> str:
    """What somebody wrote, without signs that nobody sees and that could turn other words about."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    seen = "".join(sign for sign in lines if sign in KEPT_SIGNS or unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    words = unicodedata.normalize("NFC", seen).strip()
    if not words:
        raise Invalid([_("Write the note.")])
    if len(words) > LONGEST:
        raise Invalid(
            [_("A note has at most %(most)s characters. This one has %(has)s.", most=LONGEST, has=len(words))]
        )
    return words


def _refuse_removed(note: ApplicantNote) -> None:
    if note.removed_at is not None:
        raise Conflict(_("This note was removed meanwhile. Nothing was changed."))


def _record(session: Session, note: ApplicantNote, action: str, user_id: uuid.UUID) -> None:
    session.flush()
    record_event(
        session, note.organisation_id, action, user_id=user_id, subject="applicant", subject_id=note.applicant_id
    )
