"""Rehearse a promotion, and read what it would change."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.extensions import db
from webapp.security import current_user, role
from webapp.services.promotion.check_artefact import why_not
from webapp.services.promotion.stop_scores import stop_of
from webapp.services.promotion.vacancies import movable_vacancies
from webapp.services.read_models import find_model
from webapp.services.rehearsal.read_rehearsal import newest_rehearsal, vacancies_of
from webapp.services.rehearsal.start_rehearsal import running_rehearsal, start_rehearsal


@role("hr")
def rehearsal(model_id: uuid.UUID) -> ResponseReturnValue:
    """The newest rehearsal of this model, and the button that makes another."""
    me = current_user()
    model = find_model(db.session, me.organisation_id, model_id)
    shown = newest_rehearsal(db.session, model)
    stop = stop_of(db.session, me.organisation_id)
    return render_template(
        "hr/rehearsal.html",
        model=model,
        shown=shown,
        vacancies=vacancies_of(db.session, shown) if shown else [],
        stop=stop,
        obstacle=why_not(db.session, model),
        names="recruiter" in me.roles,
        running=running_rehearsal(db.session, model),
        movable=movable_vacancies(db.session, model),
    )


@role("hr")
def rehearse(model_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        job_id = start_rehearsal(session, me.organisation_id, model_id, me.id).id
    return redirect(url_for("hr.job", job_id=job_id))
