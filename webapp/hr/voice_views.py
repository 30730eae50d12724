"""HR sees to the staff's notes: owner and day, answer, publishing, and what is withheld with a reason."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.hr.voice_forms import AssignForm, BoxForm, NoteAnswerForm, WithholdForm
from webapp.security import current_user, role
from webapp.services.voice import answer_note as notes
from webapp.services.voice.box import find_box, renew_shared_link, set_up_box, shared_link
from webapp.services.voice.read_notes import count_notes, find_note, read_leaf
from webapp.services.voice.send_links import send_voice_links
from webapp.services.voice.states import STATES
from webapp.services.voice.topics import topic_names


def owner() -> uuid.UUID:
    return current_user().organisation_id


@role("hr")
def voice() -> ResponseReturnValue:
    """All notes by state; what waits comes first."""
    asked = request.args.get("state", "")
    state = asked if asked in STATES else "open"
    return render_template(
        "hr/voice.html",
        leaf=read_leaf(db.session, owner(), state, request.args.get("page", 1, type=int)),
        counts=count_notes(db.session, owner()),
        state=state,
        topics=topic_names(),
        box=find_box(db.session, owner()),
    )


@role("hr")
def voice_settings() -> ResponseReturnValue:
    """Open or close the box; the link for everybody."""
    box, settings = find_box(db.session, owner()), current_app.config["SETTINGS"]
    form = BoxForm(data={"taking": box.taking if box else True, "answer_days": box.answer_days if box else 14})
    if form.validate_on_submit():
        with db.transaction() as session:
            set_up_box(
                session,
                owner(),
                taking=form.taking.data,
                answer_days=form.answer_days.data,
                user_id=current_user().id,
                settings=settings,
            )
        flash(_("Saved."), "success")
        return redirect(url_for("hr.voice_settings"))
    link = shared_link(settings, box) if box else ""
    return render_template("hr/voice_settings.html", form=form, box=box, link=link), 400 if form.errors else 200


@role("hr")
def renew_voice_link() -> ResponseReturnValue:
    with db.transaction() as session:
        renew_shared_link(session, owner(), user_id=current_user().id, settings=current_app.config["SETTINGS"])
    flash(_("The shared link is a new one, and the old one has ended. Tell the staff."), "success")
    return redirect(url_for("hr.voice_settings"))


@role("hr")
def send_voice_mails() -> ResponseReturnValue:
    settings = current_app.config["SETTINGS"]
    with db.transaction() as session:
        number = send_voice_links(session, owner(), user_id=current_user().id, settings=settings)
    words = ngettext("One mail is on its way.", "%(num)s mails are on their way.", number)
    flash(words if number else _("Everybody with an address has got the links already."), "success")
    return redirect(url_for("hr.voice_settings"))


@role("hr")
def voice_note(note_id: uuid.UUID) -> ResponseReturnValue:
    return _note_page(note_id)


def _note_page(note_id: uuid.UUID, **sent: FlaskForm) -> ResponseReturnValue:
    """One note with what can be done about it; a form that was sent stands in the place of a fresh one."""
    told = find_note(db.session, owner(), note_id)
    forms: dict[str, Any] = {
        "assigning": AssignForm(formdata=None, owner=told.owner_code, due_on=told.note.due_on),
        "answering": NoteAnswerForm(formdata=None, answer=told.note.answer),
        "withholding": WithholdForm(formdata=None),
    }
    page = render_template("hr/voice_note.html", told=told, topics=topic_names(), **(forms | sent))
    return page, 400 if sent else 200


def _act(note_id: uuid.UUID, name: str, form: Any, act: Callable[[Any], object], said: str) -> ResponseReturnValue:
    """Do it if the form is right; what is wrong is said beside the field."""
    find_note(db.session, owner(), note_id)
    if not form.validate_on_submit():
        return _note_page(note_id, **{name: form})
    try:
        with db.transaction() as session:
            act(session)
    except Invalid as fault:
        form.form_errors = list(fault.messages)
        return _note_page(note_id, **{name: form})
    flash(said, "success")
    return redirect(url_for("hr.voice_note", note_id=note_id))


@role("hr")
def assign_note(note_id: uuid.UUID) -> ResponseReturnValue:
    form, me, settings = AssignForm(), current_user(), current_app.config["SETTINGS"]

    def act(session: Any) -> object:
        said, due = form.owner.data or "", form.due_on.data
        return notes.assign_note(session, owner(), note_id, owner=said, due_on=due, user_id=me.id, settings=settings)

    return _act(note_id, "assigning", form, act, _("Saved."))


@role("hr")
def answer_note(note_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a draft, or publish."""
    form, me, publish = NoteAnswerForm(), current_user(), request.form.get("do") == "publish"
    keep = notes.publish_answer if publish else notes.draft_answer
    said = _("The note and its answer stand on the board.") if publish else _("The draft was saved.")
    return _act(
        note_id,
        "answering",
        form,
        lambda session: keep(session, owner(), note_id, form.answer.data, user_id=me.id),
        said,
    )


@role("hr")
def withhold_note(note_id: uuid.UUID) -> ResponseReturnValue:
    form, me = WithholdForm(), current_user()
    return _act(
        note_id,
        "withholding",
        form,
        lambda session: notes.withhold_note(session, owner(), note_id, form.reason.data, user_id=me.id),
        _("The words of the note are off the board. Its topic, its days and your reason stay there."),
    )


@role("hr")
def show_note_again(note_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        notes.show_again(session, owner(), note_id, user_id=current_user().id)
    flash(_("The note is back where it was."), "success")
    return redirect(url_for("hr.voice_note", note_id=note_id))
