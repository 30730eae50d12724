"""HR reads the notes on an applicant and may remove one that should not stand there."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.security import current_user, role
from webapp.services.blind.face import face_of
from webapp.services.manage_invitation import get_applicant
from webapp.services.notes.read_notes import notes_on
from webapp.services.notes.write_notes import note_of, remove_note
from webapp.services.read_vacancy import get_vacancy


@role("hr")
def notes(applicant_id: uuid.UUID) -> ResponseReturnValue:
    owner = current_user().organisation_id
    applicant = get_applicant(db.session, owner, applicant_id)
    vacancy = get_vacancy(db.session, owner, applicant.vacancy_id)
    told = notes_on(db.session, vacancy, applicant)
    return render_template(
        "hr/notes.html", applicant=applicant, vacancy=vacancy, face=face_of(vacancy, applicant), notes=told
    )


@role("hr")
def remove(applicant_id: uuid.UUID, applicant_note_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as writing:
        note = note_of(writing, me.organisation_id, applicant_id, applicant_note_id)
        remove_note(writing, note, user_id=me.id, of_hr=True)
    flash(_("The note is removed. That there was one, and who removed it, stays to be seen."), "success")
    return redirect(url_for("hr.notes", applicant_id=applicant_id))
