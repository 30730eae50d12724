"""HR lets a model serve, or the one before it serve again: what that changes, then the button that does it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.extensions import db
from webapp.hr.promotion_forms import VacanciesForm
from webapp.security import current_user, role
from webapp.services import read_models
from webapp.services.promotion.approval_rule import rule_of
from webapp.services.promotion.check_artefact import why_not
from webapp.services.promotion.read_requests import open_request
from webapp.services.promotion.requests import ask_promotion
from webapp.services.promotion.roll_back import vacancies_to_take_back, way_back
from webapp.services.promotion.vacancies import movable_vacancies
from webapp.services.rehearsal.read_rehearsal import newest_rehearsal


@role("hr")
def card(model_id: uuid.UUID) -> ResponseReturnValue:
    """The model card as a file to keep."""
    row = read_models.find_model(db.session, current_user().organisation_id, model_id)
    text = read_models.model_card(db.session, row) or abort(404)
    headers = {"Content-Disposition": f'attachment; filename="makings-model-{row.number}.md"'}
    return Response(text, mimetype="text/markdown; charset=utf-8", headers=headers)


@role("hr")
def promote(model_id: uuid.UUID) -> ResponseReturnValue:
    """Say what will change, then do it, or ask a second person for it."""
    me = current_user()
    row = read_models.find_model(db.session, me.organisation_id, model_id)
    rule = rule_of(db.session, me.organisation_id)
    form = VacanciesForm(needs_reason=rule.on)
    open_rows = movable_vacancies(db.session, row)
    form.vacancies.choices = [(str(each.id), each.title) for each in open_rows]
    if form.validate_on_submit():
        return done(row.number, model_id, form)
    page = render_template(
        "hr/promote.html",
        form=form,
        model=row,
        vacancies=open_rows,
        rule=rule,
        obstacle=why_not(db.session, row),
        waiting=open_request(db.session, row),
        rehearsal=newest_rehearsal(db.session, row),
    )
    return page, 400 if form.errors else 200


@role("hr")
def roll_back(model_id: uuid.UUID) -> ResponseReturnValue:
    """From the model that serves to the one before it, with a reason."""
    me = current_user()
    serving, before = way_back(db.session, me.organisation_id, model_id)
    form = VacanciesForm(needs_reason=True)
    offered = vacancies_to_take_back(db.session, serving)
    form.vacancies.choices = [(str(each.id), each.title) for each in offered]
    if form.validate_on_submit():
        return done(before.number, before.id, form, back=True)
    page = render_template(
        "hr/promotion_back.html",
        form=form,
        model=serving,
        before=before,
        vacancies=offered,
        rule=rule_of(db.session, me.organisation_id),
        waiting=open_request(db.session, before),
    )
    return page, 400 if form.errors else 200


def done(number: int, model_id: uuid.UUID, form: Any, *, back: bool = False) -> ResponseReturnValue:
    me, chosen = current_user(), [uuid.UUID(each) for each in form.vacancies.data]
    with db.transaction() as session:
        asked = ask_promotion(session, me.organisation_id, model_id, chosen, form.reason.data or "", me.id, back=back)
        request_id, state = asked.id, asked.state
    if state == "open":
        flash(_("A second person of HR is asked by mail. Nothing changes before they approve."), "success")
        return redirect(url_for("hr.approval", request_id=request_id))
    flash(promoted_words(number, chosen), "success")
    return redirect(url_for("hr.model", model_id=model_id))


def promoted_words(number: int, chosen: Sequence[uuid.UUID]) -> str:
    if not chosen:
        return _("Model %(number)s is serving. Open vacancies stay on their models.", number=number)
    return ngettext(
        "Model %(number)s is serving. %(num)s vacancy is being scored again and moves when that is done.",
        "Model %(number)s is serving. %(num)s vacancies are being scored again and move when that is done.",
        len(chosen),
        number=number,
    )
