"""Notes on one applicant."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.recruiter.finding import person_id
from webapp.recruiter.note_forms import NoteForm
from webapp.recruiter.person_views import person_page
from webapp.security import current_user, role
from webapp.services.blind.face import Face, find_by_code
from webapp.services.notes.read_notes import find_told
from webapp.services.notes.write_notes import ChangedElsewhere, add_note, edit_note, note_of, remove_note, revision_of
from webapp.services.read_vacancy import get_vacancy


@role("recruiter")
def add(vacancy_id: uuid.UUID, code: str) -> ResponseReturnValue:
    me, applicant_id, form = current_user(), person_id(vacancy_id, code), NoteForm()
    if not form.validate_on_submit():
        return person_page(applicant_id, note_form=form), 400
    with db.transaction() as writing:
        text, token = form.text.data or "", request.form.get("token", type=uuid.UUID)
        add_note(writing, me.organisation_id, applicant_id, text, user_id=me.id, token=token)
    flash(_("The note is kept."), "success")
    return redirect(notes_address(vacancy_id, code))


@role("recruiter")
def edit(vacancy_id: uuid.UUID, code: str, applicant_note_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    vacancy = get_vacancy(db.session, me.organisation_id, vacancy_id)
    told = find_told(db.session, vacancy, find_by_code(db.session, vacancy, code), applicant_note_id, me.id)
    form = NoteForm(text=told.note.text, revision=revision_of(told.note))
    if not form.validate_on_submit():
        return edit_page(vacancy, told.face, code, form), 400 if form.errors else 200
    try:
        with db.transaction() as writing:
            note = note_of(writing, me.organisation_id, told.note.applicant_id, applicant_note_id)
            seen = request.form.get("revision", "")
            edit_note(writing, note, form.text.data or "", user_id=me.id, seen=seen)
    except ChangedElsewhere as other:
        form.revision.data = other.revision
        return edit_page(vacancy, told.face, code, form, other), other.status
    flash(_("The note is changed."), "success")
    return redirect(notes_address(vacancy_id, code))


def edit_page(vacancy: Any, face: Face, code: str, form: NoteForm, other: ChangedElsewhere | None = None) -> str:
    """The form; with the `other` words above it where they came meanwhile."""
    said = {"vacancy": vacancy, "face": face, "code": code, "address": notes_address, "other": other}
    return render_template("recruiter/edit_note.html", form=form, **said)


@role("recruiter")
def remove(vacancy_id: uuid.UUID, code: str, applicant_note_id: uuid.UUID) -> ResponseReturnValue:
    me, applicant_id = current_user(), person_id(vacancy_id, code)
    with db.transaction() as writing:
        note = note_of(writing, me.organisation_id, applicant_id, applicant_note_id)
        remove_note(writing, note, user_id=me.id, of_hr="hr" in me.roles)
    flash(_("The note is removed. That there was one, and who removed it, stays to be seen."), "success")
    return redirect(notes_address(vacancy_id, code))


def notes_address(vacancy_id: uuid.UUID, code: str) -> str:
    return url_for("recruiter.person", vacancy_id=vacancy_id, code=code, _anchor="notes")
