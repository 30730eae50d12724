"""Runs in the background: start one, watch it, cancel it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from webapp.errors import Conflict
from webapp.extensions import db
from webapp.hr.forms import RetrainForm
from webapp.hr.run_links import link_of
from webapp.security import current_user, role
from webapp.services import start_training, training_readiness
from webapp.services.import_tables import questionnaires_of
from webapp.services.runs.end_run import end_run
from webapp.services.runs.repeat_run import repeat_run
from webapp.services.runs.show_run import duration, show_run


def retrain_form() -> RetrainForm:
    owner = current_user().organisation_id
    form = RetrainForm()
    rows = questionnaires_of(db.session, owner)
    form.offer(
        [(str(row.id), f"{row.name} {row.version}") for row in rows],
        training_readiness.competence_choices(db.session, owner, str(get_locale() or "en")),
    )
    return form


@role("hr")
def retrain() -> ResponseReturnValue:
    """Start a run; where one is under way already, lead to that one."""
    form = retrain_form()
    if not form.validate_on_submit():
        flash(_("Choose a questionnaire and what to predict from the lists, then try again."), "error")
        return redirect(url_for("hr.models"))
    me = current_user()
    try:
        with db.transaction() as session:
            job_id = start_training.start_training(
                session,
                me.organisation_id,
                uuid.UUID(form.questionnaire.data),
                criterion=form.criterion.data or None,
                user_id=me.id,
            ).id
    except start_training.RunUnderWay as there:
        return to_the_one_under_way(there)
    return redirect(url_for("hr.job", job_id=job_id))


def to_the_one_under_way(there: start_training.RunUnderWay) -> ResponseReturnValue:
    flash(there.message, "attention")
    return redirect(url_for("hr.job", job_id=there.job_id))


@role("hr")
def job(job_id: uuid.UUID) -> ResponseReturnValue:
    """How far a run has come; the page looks again by itself while it is under way."""
    run = show_run(db.session, current_user().organisation_id, job_id)
    return render_template(
        "hr/job.html", run=run, job=run.job, link=link_of(run.job.kind, run.job.result), duration=duration
    )


@role("hr")
def cancel(job_id: uuid.UUID) -> ResponseReturnValue:
    """Cancel the run; one that has ended says so on its page."""
    me = current_user()
    try:
        with db.transaction() as session:
            end_run(session, me.organisation_id, job_id, me.id)
    except Conflict as too_late:
        flash(too_late.message, "attention")
    return redirect(url_for("hr.job", job_id=job_id))


@role("hr")
def repeat(model_id: uuid.UUID) -> ResponseReturnValue:
    """Make a model again with the same data and seed, and compare; nothing of it is kept but the comparison."""
    me = current_user()
    try:
        with db.transaction() as session:
            job_id = repeat_run(session, me.organisation_id, model_id, me.id).id
    except start_training.RunUnderWay as there:
        return to_the_one_under_way(there)
    return redirect(url_for("hr.job", job_id=job_id))
