"""The notes on one applicant, the newest first."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from webapp.errors import Conflict, NotFound, Refused
from webapp.records import Applicant, ApplicantNote, User, Vacancy
from webapp.services.blind.face import Face, face_of, may_tell


@dataclass(frozen=True)
class Told:
    """One note as a page shows it; `kept_back` where it is older than the hiding of names and may hold one."""

    note: ApplicantNote
    author: str
    remover: str
    kept_back: bool
    face: Face

    @property
    def removed(self) -> bool:
        return self.note.removed_at is not None

    @property
    def removed_by_author(self) -> bool:
        return self.note.removed_by == self.note.user_id

    def is_by(self, user_id: uuid.UUID) -> bool:
        return self.note.user_id == user_id

    def changed_by(self, user_id: uuid.UUID) -> bool:
        """Whether this person may change the words."""
        return self.is_by(user_id) and not self.removed and not self.kept_back


def notes_on(session: Session, vacancy: Vacancy, applicant: Applicant) -> tuple[Told, ...]:
    remover, face = aliased(User), face_of(vacancy, applicant)
    rows = session.execute(
        select(ApplicantNote, User.name, remover.name)
        .join(User, (User.organisation_id == ApplicantNote.organisation_id) & (User.id == ApplicantNote.user_id))
        .outerjoin(
            remover,
            (remover.organisation_id == ApplicantNote.organisation_id) & (remover.id == ApplicantNote.removed_by),
        )
        .where(ApplicantNote.organisation_id == applicant.organisation_id, ApplicantNote.applicant_id == applicant.id)
        .order_by(ApplicantNote.created_at.desc(), ApplicantNote.id.desc())
    )
    return tuple(
        Told(note, author, by or "", not may_tell(vacancy, applicant, note.created_at), face)
        for note, author, by in rows
    )


def numbers_of_notes(
    session: Session, organisation_id: uuid.UUID, applicant_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, int]:
    """How many notes there are on each, without those that were removed."""
    rows = session.execute(
        select(ApplicantNote.applicant_id, func.count())
        .where(
            ApplicantNote.organisation_id == organisation_id,
            ApplicantNote.applicant_id.in_(applicant_ids),
            ApplicantNote.removed_at.is_(None),
        )
        .group_by(ApplicantNote.applicant_id)
    )
    return dict.fromkeys(applicant_ids, 0) | dict(rows.all())


def find_told(session: Session, vacancy: Vacancy, applicant: Applicant, note_id: uuid.UUID, user_id: uuid.UUID) -> Told:
    """A note that this person may change."""
    found = next((each for each in notes_on(session, vacancy, applicant) if each.note.id == note_id), None)
    if found is None:
        raise NotFound
    if found.removed:
        raise Conflict(_("This note was removed meanwhile. Nothing was changed."))
    if not found.changed_by(user_id):
        raise Refused(_("Only its author changes a note."))
    return found
