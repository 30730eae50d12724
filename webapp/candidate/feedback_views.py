"""After the submit: what the answers came to, how they moved the result, and a person to ask."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.candidate.access import language, load, next_step, page, step
from webapp.candidate.rights_forms import ReviewForm
from webapp.errors import NotFound
from webapp.extensions import db
from webapp.security import sitting_holder
from webapp.services.feedback.explain_result import explain_result
from webapp.services.feedback.policy import rights_policy
from webapp.services.feedback.read_feedback import read_feedback
from webapp.services.rights.ask_review import ask_review, requests_of


@sitting_holder
def feedback(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = load(sitting_id)
    if not view.submitted:
        return redirect(next_step(view))
    return page("feedback", view, feedback=read_feedback(db.session, view, language()))


@sitting_holder
def explain(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = load(sitting_id)
    if not view.submitted:
        return redirect(next_step(view))
    try:
        explained = explain_result(db.session, view, language())
    except NotFound:
        abort(404)
    requests = requests_of(db.session, g.sitting_organisation_id, sitting_id)
    return page("explain", view, explained=explained, requests=requests)


@sitting_holder
def review_request(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = load(sitting_id)
    if not view.submitted or view.of_staff:
        return redirect(next_step(view))
    form = ReviewForm()
    if form.validate_on_submit():
        with db.transaction() as session:
            ask_review(session, g.sitting_organisation_id, sitting_id, form.kind.data, form.text.data or "")
        flash(_("Your request is with the company. You see its state here and get the answer by mail."), "success")
        return redirect(step("review_request", view))
    requests = requests_of(db.session, g.sitting_organisation_id, sitting_id)
    days = rights_policy(view.organisation).review_days
    return page("review_request", view, form=form, requests=requests, days=days), 400 if form.errors else 200
