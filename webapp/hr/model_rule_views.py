"""The rule about a second person, and the switch that stops scores."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.hr.promotion_forms import ApprovalForm, ReasonForm
from webapp.security import current_user, role
from webapp.services.promotion.approval_rule import hr_people, require_approval, rule_of
from webapp.services.promotion.history import history_of_rules
from webapp.services.promotion.read_requests import read_requests
from webapp.services.promotion.requests import ask_for_rule
from webapp.services.promotion.stop_scores import start_scores, stop_of, stop_scores


@role("hr")
def model_rules() -> ResponseReturnValue:
    return rules_page()


def rules_page(**given: ApprovalForm | ReasonForm) -> ResponseReturnValue:
    """The page with its forms; one that was sent with a mistake takes the place of its own."""
    owner = current_user().organisation_id
    rule = rule_of(db.session, owner)
    forms = {
        "approval": ApprovalForm(prefix="rule", data={"days": rule.days}),
        "end": ReasonForm(prefix="end"),
        "scores": ReasonForm(prefix="scores"),
    } | given
    page = render_template(
        "hr/model_rules.html",
        forms=forms,
        rule=rule,
        stop=stop_of(db.session, owner),
        others=[person.name for person in hr_people(db.session, owner) if person.id != current_user().id],
        requests=read_requests(db.session, owner),
        history=history_of_rules(db.session, owner),
    )
    return page, 400 if any(form.errors for form in given.values()) else 200


@role("hr")
def set_approval() -> ResponseReturnValue:
    """Turn it on, or change the days."""
    me, form = current_user(), ApprovalForm(prefix="rule")
    if not form.validate_on_submit():
        return rules_page(approval=form)
    with db.transaction() as session:
        require_approval(session, me.organisation_id, form.days.data or 0, user_id=me.id)
    flash(_("From now on a second person of HR approves promotions and ways back."), "success")
    return redirect(url_for("hr.model_rules"))


@role("hr")
def end_approval() -> ResponseReturnValue:
    """Ask a second person to end the rule; nobody ends it alone."""
    form = ReasonForm(prefix="end")
    return ask("approval_off", form) if form.validate_on_submit() else rules_page(end=form)


def ask(kind: str, form: ReasonForm) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        request_id: uuid.UUID = ask_for_rule(session, me.organisation_id, kind, form.reason.data or "", me.id).id
    flash(_("A second person of HR is asked by mail. Nothing changes before they approve."), "success")
    return redirect(url_for("hr.approval", request_id=request_id))


@role("hr")
def stop_now() -> ResponseReturnValue:
    """Take scores off all pages: one person is enough."""
    me, form = current_user(), ReasonForm(prefix="scores")
    if not form.validate_on_submit():
        return rules_page(scores=form)
    with db.transaction() as session:
        stop_scores(session, me.organisation_id, form.reason.data or "", me.id)
    flash(_("Scores are stopped: no page shows one."), "success")
    return redirect(url_for("hr.model_rules"))


@role("hr")
def start_again() -> ResponseReturnValue:
    """Show them again; with the rule on, a second person agrees first."""
    me, form = current_user(), ReasonForm(prefix="scores")
    if not form.validate_on_submit():
        return rules_page(scores=form)
    if rule_of(db.session, me.organisation_id).on:
        return ask("scores_start", form)
    with db.transaction() as session:
        start_scores(session, me.organisation_id, form.reason.data or "", me.id)
    flash(_("Scores are shown again."), "success")
    return redirect(url_for("hr.model_rules"))
