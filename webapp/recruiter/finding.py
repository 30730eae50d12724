"""Whom an address of the recruiter's room means."""

from __future__ import annotations

import uuid

from flask import url_for

from webapp.extensions import db
from webapp.security import current_user
from webapp.services.blind.face import Face, applicant_id_of


def person_id(vacancy_id: uuid.UUID, code: str) -> uuid.UUID:
    """The applicant of this vacancy with this code; not found where there is none in this organisation."""
    return applicant_id_of(db.session, current_user().organisation_id, vacancy_id, code)


def person_address(vacancy_id: uuid.UUID, face: Face) -> str:
    return url_for("recruiter.person", vacancy_id=vacancy_id, code=face.code)
