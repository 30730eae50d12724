"""Whom an address of the recruiter's room means."""

from __future__ import annotations

import uuid

from flask import url_for
from flask_babel import gettext as _

from webapp.errors import NotFound
from webapp.extensions import db
from webapp.security import current_user
from webapp.services.blind.face import Face, applicant_id_of, face_of, find_by_code
from webapp.services.read_vacancy import get_vacancy


def person_id(vacancy_id: uuid.UUID, code: str) -> uuid.UUID:
    """The applicant of this vacancy with this code; not found where there is none in this organisation."""
    try:
        return applicant_id_of(db.session, current_user().organisation_id, vacancy_id, code)
    except NotFound as gone:
        raise NotFound(
            _("Nobody here has this code. They may have been erased meanwhile; nothing was changed.")
        ) from gone


def find_face(vacancy_id: uuid.UUID, code: str) -> Face:
    """What this person is called here."""
    vacancy = get_vacancy(db.session, current_user().organisation_id, vacancy_id)
    return face_of(vacancy, find_by_code(db.session, vacancy, code))


def person_address(vacancy_id: uuid.UUID, face: Face) -> str:
    return url_for("recruiter.person", vacancy_id=vacancy_id, code=face.code)
