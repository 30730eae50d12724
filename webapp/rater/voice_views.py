"""The staff's box by link: the board for all, a note with or without a name, the owner's answer."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.config import LANGUAGES
from webapp.errors import Invalid
from webapp.extensions import db
from webapp.languages import said_date, speak
from webapp.rater.voice_forms import NoteForm, SuggestForm
from webapp.security import public
from webapp.services.voice.answer_note import suggest_answer
from webapp.services.voice.open_voice_link import Door, open_personal_link, open_shared_link
from webapp.services.voice.read_notes import Board, note_of_owner, notes_to_see_to, own_notes, read_board
from webapp.services.voice.topics import topic_names
from webapp.services.voice.write_note import take_back, write_note


def enter(token: str, *, personal: bool) -> Door:
    """Who stands there, in their language unless this browser chose another."""
    door = (open_personal_link if personal else open_shared_link)(db.session, token)
    if cookie.get("language") not in LANGUAGES:
        known = (door.person.language if door.person else "", door.organisation.language)
        speak(next((code for code in known if code in LANGUAGES), "en"))
    return door


def page(template: str, door: Door, **values: Any) -> str:
    return render_template(
        f"rater/{template}.html",
        door=door,
        organisation=door.organisation,
        simulated=door.organisation.simulated,
        topics=topic_names(),
        **values,
    )


def asked_board(door: Door) -> Board:
    """The beginning of each list, or the page of one that the address asks for."""
    only, number = request.args.get("state", ""), request.args.get("page", 1, type=int)
    return read_board(db.session, door.organisation.id, only, number)


@public
def board(token: str) -> ResponseReturnValue:
    """What waits too long, what was answered, what was withheld: the same for everybody."""
    door = enter(token, personal=False)
    return page("voice_board", door, board=asked_board(door), write=url_for("rater.write_note", token=token))


@public
def write_note_page(token: str) -> ResponseReturnValue:
    """Without a name: the link is the same for all, so that nobody here knows who writes."""
    return _write(enter(token, personal=False), url_for("rater.voice_board", token=token))


@public
def own_page(token: str) -> ResponseReturnValue:
    """The board, one's own signed notes, and those that wait for one's answer."""
    door = enter(token, personal=True)
    assert door.person is not None
    return page(
        "voice_own",
        door,
        board=asked_board(door),
        own=own_notes(db.session, door.person),
        mine=notes_to_see_to(db.session, door.person),
        token=token,
    )


@public
def write_signed(token: str) -> ResponseReturnValue:
    return _write(enter(token, personal=True), url_for("rater.voice_own", token=token))


def _write(door: Door, back: str) -> ResponseReturnValue:
    form = NoteForm().offer(named=door.person is not None)
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                note = write_note(session, door, form.draft())
            flash(_("Your note is there. An answer is due by %(day)s.", day=said_date(note.due_on, "long")), "success")
            return redirect(back)
        except Invalid as fault:
            form.form_errors = list(fault.messages)
    return page("voice_write", door, form=form, back=back), 400 if form.errors else 200


@public
def take_note_back(token: str, note_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        take_back(session, open_personal_link(session, token), note_id)
    enter(token, personal=True)
    flash(_("Your note was taken back, and its words were deleted."), "success")
    return redirect(url_for("rater.voice_own", token=token))


@public
def answer_as_owner(token: str, note_id: uuid.UUID) -> ResponseReturnValue:
    """The owner reads the note and writes what HR may publish."""
    door = enter(token, personal=True)
    assert door.person is not None
    told = note_of_owner(db.session, door.person, note_id)
    form = SuggestForm(answer=told.note.answer)
    if form.validate_on_submit():
        with db.transaction() as session:
            suggest_answer(session, door, note_id, form.answer.data or "")
        flash(_("HR has your answer now and publishes it after reading."), "success")
        return redirect(url_for("rater.voice_own", token=token))
    back = url_for("rater.voice_own", token=token)
    return page("voice_suggest", door, told=told, form=form, back=back), 400 if form.errors else 200
