"""HR sees what there is to learn from, retrains and reads the figures."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.hr.forms import RetrainForm
from webapp.security import current_user, role
from webapp.services import read_models, start_training, training_readiness
from webapp.services.describe_figures import band_name, cautions, describe_figures, hiring_sentence
from webapp.services.import_tables import questionnaires_of
from webapp.services.job_progress import find_job
from webapp.services.model_charts import hiring_chart, reliability_chart
from webapp.services.promotion.vacancies import movable_vacancies
from webapp.services.training_failure import explain
from webapp.services.training_stages import STAGES


@role("hr")
def home() -> ResponseReturnValue:
    """How much there is to learn from, and the next step."""
    owner = current_user().organisation_id
    return render_template(
        "hr/home.html",
        overview=training_readiness.overview(db.session, owner),
        running=start_training.running_training(db.session, owner),
    )


@role("hr")
def models() -> ResponseReturnValue:
    owner = current_user().organisation_id
    return render_template(
        "hr/models.html",
        models=read_models.list_models(db.session, owner),
        vacancies=read_models.vacancy_counts(db.session, owner),
        jobs=read_models.recent_jobs(db.session, owner),
        running=start_training.running_training(db.session, owner),
        overview=training_readiness.overview(db.session, owner),
        form=retrain_form(),
    )


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
    form = retrain_form()
    if not form.validate_on_submit():
        flash(_("Choose a questionnaire and what to predict from the lists, then try again."), "error")
        return redirect(url_for("hr.models"))
    me = current_user()
    with db.transaction() as session:
        job = start_training.start_training(
            session,
            me.organisation_id,
            uuid.UUID(form.questionnaire.data),
            criterion=form.criterion.data or None,
            user_id=me.id,
        )
    return redirect(url_for("hr.job", job_id=job.id))


@role("hr")
def job(job_id: uuid.UUID) -> ResponseReturnValue:
    """How far a job has come; the page looks again by itself while it runs."""
    row = find_job(db.session, current_user().organisation_id, job_id)
    reason = row.result.get("reason", "")
    return render_template(
        "hr/job.html",
        job=row,
        is_open=row.state in ("queued", "running"),
        stages=STAGES,
        why=explain(reason, row.result.get("numbers", {}), row.message) if row.state == "failed" else "",
    )


@role("hr")
def model(model_id: uuid.UUID) -> ResponseReturnValue:
    """A model's figures, each with what it means and what it does not."""
    me = current_user()
    row = read_models.find_model(db.session, me.organisation_id, model_id)
    return render_template(
        "hr/model.html",
        model=row,
        figures=row.figures,
        described=describe_figures(row.figures) if row.figures.get("r") is not None else [],
        cautions=cautions(row.figures, training_readiness.MINIMUM),
        hiring=hiring_sentence(row.figures),
        reliability_chart=reliability_chart(row.figures, me.simulated),
        hiring_chart=hiring_chart(row.figures, me.simulated),
        band_name=band_name,
        promoter=read_models.promoter_of(db.session, row),
        open_vacancies=read_models.vacancy_counts(db.session, me.organisation_id).get(row.id, 0),
        movable=len(movable_vacancies(db.session, row)),
        sound=read_models.model_card(db.session, row) is not None,
    )
