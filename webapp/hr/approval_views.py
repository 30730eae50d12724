"""Requests that a second person of HR decides."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.hr.promotion_forms import DecisionForm
from webapp.security import current_user, role
from webapp.services.promotion import decide_request
from webapp.services.promotion.read_requests import read_request, vacancies_of
from webapp.services.rehearsal.read_rehearsal import newest_rehearsal


@role("hr")
def approval(request_id: uuid.UUID) -> ResponseReturnValue:
    """What was asked, why, and whether it still stands; the second person's two buttons."""
    return approval_page(request_id, DecisionForm())


def approval_page(request_id: uuid.UUID, form: DecisionForm) -> ResponseReturnValue:
    me = current_user()
    asked = read_request(db.session, me.organisation_id, request_id)
    moving, staying = vacancies_of(db.session, asked)
    page = render_template(
        "hr/promotion_request.html",
        asked=asked,
        form=form,
        moving=moving,
        staying=staying,
        mine=asked.row.asked_by == me.id,
        obstacle=decide_request.obstacle(db.session, asked.row) if asked.state == "open" else "",
        rehearsal=newest_rehearsal(db.session, asked.model) if asked.model else None,
    )
    return page, 400 if form.errors else 200


@role("hr")
def decide(request_id: uuid.UUID) -> ResponseReturnValue:
    me, form = current_user(), DecisionForm()
    if not form.validate_on_submit():
        return approval_page(request_id, form)
    act = decide_request.approve if request.form.get("decision") == "approve" else decide_request.decline
    with db.transaction() as session:
        state = act(session, me.organisation_id, request_id, form.answer.data or "", me.id).state
    flash(_("Approved, and done.") if state == "approved" else _("Declined. Nothing was changed."), "success")
    return redirect(url_for("hr.approval", request_id=request_id))


@role("hr")
def take_back(request_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        decide_request.take_back(session, me.organisation_id, request_id, me.id)
    flash(_("The request is taken back. Nothing was changed."), "success")
    return redirect(url_for("hr.approval", request_id=request_id))
