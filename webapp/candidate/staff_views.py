"""A member of staff comes by their own link; from there the pages are everybody's."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.candidate.access import next_step
from webapp.candidate.coming_back import asks_who, has_said, not_said, person_is_here
from webapp.extensions import db
from webapp.languages import speak
from webapp.security import hold_sitting, public
from webapp.services.read_sitting import read_sitting
from webapp.services.staff_sittings.open_staff_link import (
    StaffWelcome,
    check_open,
    open_staff_link,
    start_staff_sitting,
    take_back,
)


@public
def staff_welcome(token: str) -> ResponseReturnValue:
    """What the link is for. Nothing happens before a click."""
    found = open_staff_link(db.session, token)
    _speak_as_invited(found)
    check_open(found)
    return render_template(
        "candidate/staff_welcome.html",
        welcome=found,
        token=token,
        asks_who=asks_who(found.sitting),
        not_said=not_said(),
        organisation=found.organisation,
        simulated=found.organisation.simulated,
        minutes=-(-found.question_count * 5 // 20) * 5,
    )


def _speak_as_invited(found: StaffWelcome) -> None:
    wanted = (found.sitting.language if found.sitting else "") or found.member.language or found.organisation.language
    if wanted and "language" not in cookie:
        speak(wanted)


@public
def staff_start(token: str) -> ResponseReturnValue:
    with db.transaction() as session:
        organisation_id, sitting_id = start_staff_sitting(session, token)
    view = read_sitting(db.session, organisation_id, sitting_id)
    if asks_who(view.sitting) and not has_said():
        return redirect(url_for("candidate.staff_welcome", token=token, me="missing"))
    hold_sitting(organisation_id, sitting_id)
    person_is_here(sitting_id)
    return redirect(next_step(view))


@public
def staff_take_back(token: str) -> ResponseReturnValue:
    """Delete the answers, once the box says that this is meant."""
    if not request.form.get("sure"):
        flash(_("Tick the box if you want your answers deleted. Nothing was changed."), "attention")
        return redirect(url_for("candidate.staff_welcome", token=token))
    with db.transaction() as session:
        take_back(session, token)
    return redirect(url_for("candidate.staff_welcome", token=token))
