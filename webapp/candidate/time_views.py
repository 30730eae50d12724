"""The clock, breaks and the request for an adjustment.

``POST /sitting/<uuid>/heartbeat`` with a JSON object and the header ``X-CSRFToken``, about every 20 seconds and first
of all after an outage (before any answer that waited is sent)::

    {"offline_seconds": 0}

``offline_seconds``: for how long this browser could not reach us before this beat, by its own steady clock: since the
last reply of ours, of whatever kind, up to now; 0 where it could. It answers 200 with ``{"now", "state",
"deadline_at", "credited_seconds", "budget_left", "break_ends_at"}``: ``state`` is ``started`` or, once it has ended,
``submitted`` or ``withdrawn``; times are ISO 8601 in UTC; ``deadline_at`` null: no limit. Refusals are those of the
saving door.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import g, redirect, request
from flask.typing import ResponseReturnValue

from webapp.candidate.access import load, next_step, page, step
from webapp.candidate.coming_back import is_new, not_said, note_person, person_is_here
from webapp.candidate.keeping_time import secret_key, time_of
from webapp.candidate.time_forms import AskForm
from webapp.errors import Invalid
from webapp.extensions import db
from webapp.security import sitting_holder
from webapp.services.adjustments import ask_adjustment as asking
from webapp.services.read_sitting import read_sitting
from webapp.services.sitting_time import take_break
from webapp.services.sitting_time.beat_server import beat_if_late
from webapp.services.sitting_time.close_sittings import close_if_over
from webapp.services.sitting_time.start_clock import start_clock as start
from webapp.services.sitting_time.take_beat import Beat, needs_writing, read_beat, take_beat

LONGEST_CLAIM_SECONDS = 86_400


@sitting_holder
def heartbeat(sitting_id: uuid.UUID) -> ResponseReturnValue:
    owner, claimed = g.sitting_organisation_id, claimed_seconds()
    sitting = read_sitting(db.session, owner, sitting_id).sitting
    credited = 0
    if needs_writing(db.session, sitting, claimed, by_script=True):
        with db.transaction() as session:
            beat_if_late(session)
            credited = take_beat(session, owner, sitting_id, claimed=claimed, by_script=True)
            close_if_over(session, owner, sitting_id, secret_key(), patient=False)
    return beat_in_json(read_beat(db.session, sitting, credited))


def claimed_seconds() -> int:
    """For how long the browser says that it was cut off; what is no number claims nothing."""
    sent: Any = request.get_json(silent=True)
    claimed = sent.get("offline_seconds") if isinstance(sent, dict) else None
    if not isinstance(claimed, int | float) or not 0 < claimed < LONGEST_CLAIM_SECONDS:
        return 0
    return int(claimed)


def beat_in_json(beat: Beat) -> dict[str, Any]:
    return {
        "now": beat.now.isoformat(),
        "state": beat.state,
        "deadline_at": beat.deadline_at.isoformat() if beat.deadline_at else None,
        "credited_seconds": beat.credited_seconds,
        "budget_left": beat.budget_left,
        "break_ends_at": beat.break_ends_at.isoformat() if beat.break_ends_at else None,
    }


@sitting_holder
def start_clock(sitting_id: uuid.UUID) -> ResponseReturnValue:
    load(sitting_id)
    with db.transaction() as session:
        start(session, g.sitting_organisation_id, sitting_id)
    return go_on(sitting_id)


def go_on(sitting_id: uuid.UUID) -> ResponseReturnValue:
    g.pop("sitting_times", None)
    return redirect(next_step(load(sitting_id)))


@sitting_holder
def pause(sitting_id: uuid.UUID) -> ResponseReturnValue:
    """The break that is on, or the question whether to begin one."""
    view = load(sitting_id)
    time = time_of(view)
    if view.submitted or time is None or not time.started or not (time.resting or time.breaks_left):
        return redirect(next_step(view))
    return page("break", view)


@sitting_holder
def start_break(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = load(sitting_id)
    with db.transaction() as session:
        take_break.start_break(session, g.sitting_organisation_id, sitting_id)
    return redirect(step("pause", view))


@sitting_holder
def end_break(sitting_id: uuid.UUID) -> ResponseReturnValue:
    load(sitting_id)
    with db.transaction() as session:
        take_break.end_break(session, g.sitting_organisation_id, sitting_id)
    return go_on(sitting_id)


@sitting_holder
def ask_adjustment(sitting_id: uuid.UUID) -> ResponseReturnValue:
    """What would help, and what became of it. Asking is open as long as the answers are."""
    view = load(sitting_id)
    form = AskForm()
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                asking.ask_adjustment(
                    session, g.sitting_organisation_id, sitting_id, form.wanted.data or [], form.words.data or ""
                )
            note_person(sitting_id)
            return redirect(step("ask_adjustment", view))
        except Invalid as fault:
            form.wanted.errors = fault.messages
    asked, holds = asking.read_own(db.session, view.sitting)
    who = {"asks_who": is_new(sitting_id), "not_said": not_said()}
    shown = page("ask_adjustment", view, form=form, asked=asked, holds=holds, back=next_step(view), **who)
    return shown, 400 if form.errors else 200


@sitting_holder
def withdraw_request(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = load(sitting_id)
    if not person_is_here(sitting_id):
        return redirect(step("ask_adjustment", view, me="missing"))
    with db.transaction() as session:
        asking.withdraw_request(session, g.sitting_organisation_id, sitting_id)
    return redirect(step("ask_adjustment", view))
