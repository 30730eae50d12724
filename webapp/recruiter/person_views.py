"""One applicant: the result in words, how it came about, what was written and what happened."""

from __future__ import annotations

import uuid

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from webapp.errors import NotFound
from webapp.extensions import db
from webapp.recruiter.finding import person_address, person_id
from webapp.recruiter.fresh_list import bring_list_up
from webapp.recruiter.note_forms import NoteForm
from webapp.recruiter.person_page import person_context
from webapp.security import current_user, role
from webapp.services.blind.face import face_of
from webapp.services.notes.looked_at import looked_lately, write_look
from webapp.services.read_applicant import read_applicant


@role("recruiter")
def person(vacancy_id: uuid.UUID, code: str) -> ResponseReturnValue:
    applicant_id = person_id(vacancy_id, code)
    keep_look(applicant_id)
    bring_list_up(vacancy_id)
    return person_page(applicant_id)


def keep_look(applicant_id: uuid.UUID) -> None:
    """That this person was looked at singly is written down, once an hour."""
    me = current_user()
    if not looked_lately(db.session, me.organisation_id, me.id, applicant_id):
        with db.transaction() as writing:
            write_look(writing, me.organisation_id, me.id, applicant_id)


def person_page(applicant_id: uuid.UUID, link: str | None = None, note_form: NoteForm | None = None) -> str:
    context = person_context(applicant_id)
    return render_template("recruiter/applicant.html", link=link, note_form=note_form or NoteForm(), **context)


@role("recruiter")
def old_address(applicant_id: uuid.UUID) -> ResponseReturnValue:
    """Where people stood before: kept marks lead on, unless the number would tell who somebody hidden is."""
    portrait = read_applicant(db.session, current_user().organisation_id, applicant_id)
    face = face_of(portrait.vacancy, portrait.applicant)
    if face.hidden:
        raise NotFound
    return redirect(person_address(portrait.vacancy.id, face))
