"""Requests for a person: who asked, by when, and the answer in words; and what was erased."""

from __future__ import annotations

import uuid

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.hr.request_forms import AnswerForm, ErasedForm, RightsForm
from webapp.security import current_user, role
from webapp.services.feedback.policy import RightsPolicy, policy_of, set_rights_policy
from webapp.services.rights import answer_review
from webapp.services.rights.replay_request import read_answers, replay_erased


@role("hr")
def requests() -> ResponseReturnValue:
    return _list_page(RightsForm(data=vars(_policy())))


def _policy() -> RightsPolicy:
    return policy_of(db.session, current_user().organisation_id)


def _list_page(form: RightsForm) -> str:
    owner, state = current_user().organisation_id, request.args.get("state", "")
    return render_template(
        "hr/requests.html",
        rows=answer_review.read_requests(db.session, owner, state),
        counts=answer_review.count_requests(db.session, owner),
        state=state if state in answer_review.STATES else "open",
        form=form,
    )


@role("hr")
def rights_settings() -> ResponseReturnValue:
    form = RightsForm()
    if not form.validate_on_submit():
        return _list_page(form), 400
    me = current_user()
    with db.transaction() as session:
        policy = RightsPolicy(form.shown.data, form.review_days.data or 0)
        set_rights_policy(session, me.organisation_id, policy, user_id=me.id)
    flash(_("Saved. Requests that are open already keep their dates."), "success")
    return redirect(url_for("hr.requests"))


@role("hr")
def request_answer(review_id: uuid.UUID) -> ResponseReturnValue:
    """Read one request with its result, and answer it."""
    me = current_user()
    asked = answer_review.find_request(db.session, me.organisation_id, review_id)
    form = AnswerForm()
    if form.validate_on_submit():
        with db.transaction() as session:
            answer_review.answer_review(session, me.organisation_id, review_id, form.answer.data or "", user_id=me.id)
        flash(_("Your answer is on its way by mail and stands on the person's page."), "success")
        return redirect(url_for("hr.requests"))
    return render_template("hr/request.html", asked=asked, form=form), 400 if form.errors else 200


@role("hr")
def erased() -> ResponseReturnValue:
    """Somebody asks about a sitting that was erased: when it went, and whether answers are the same."""
    form = ErasedForm()
    found = None
    if form.validate_on_submit():
        me = current_user()
        answers = read_answers(form.answers.data or "")
        secret = current_app.config["SETTINGS"].secret_key
        with db.transaction() as session:
            found = replay_erased(session, me.organisation_id, form.name.data or "", answers, secret, user_id=me.id)
    return render_template("hr/erased.html", form=form, found=found), 400 if form.errors else 200
