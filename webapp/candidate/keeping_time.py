"""Time on the candidate's pages: each page is a sign of life, and the first one after the end sends the answers."""

from __future__ import annotations

from flask import current_app, g, request

from webapp.extensions import db
from webapp.services.read_sitting import SittingView, read_sitting
from webapp.services.sitting_time.beat_server import beat_if_late
from webapp.services.sitting_time.close_sittings import close_if_over
from webapp.services.sitting_time.read_clock import Time, read_time
from webapp.services.sitting_time.take_beat import needs_writing, take_beat


def keep_time(view: SittingView) -> SittingView:
    """Note the sign of life and close what is over; untimed sittings cost nothing here."""
    sitting = view.sitting
    if sitting.deadline_at is None and not view.questionnaire.time_allowance_minutes:
        return view
    if not needs_writing(db.session, sitting, 0):
        return view
    with db.transaction() as session:
        beat_if_late(session)
        take_beat(session, sitting.organisation_id, sitting.id)
        # A page may be opened by somebody who was cut off: their script tells of it next. A form is sent by somebody.
        patient = request.method in ("GET", "HEAD")
        close_if_over(session, sitting.organisation_id, sitting.id, secret_key(), patient=patient)
    return read_sitting(db.session, sitting.organisation_id, sitting.id)


def time_of(view: SittingView) -> Time | None:
    """The time of this sitting, read once a request; None where nothing is timed."""
    known = g.setdefault("sitting_times", {})
    key = (view.sitting.id, view.sitting.deadline_at, view.sitting.state)
    if key not in known:
        known[key] = read_time(db.session, view)
    time: Time | None = known[key]
    return time


def secret_key() -> str:
    secret: str = current_app.config["SETTINGS"].secret_key
    return secret
