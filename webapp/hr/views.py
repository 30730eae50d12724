"""HR sees what there is to learn from, retrains, reads the figures and promotes."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.hr.forms import RetrainForm, VacanciesForm
from webapp.security import current_user, role
from webapp.services import promote_model, read_models, start_training, training_readiness
from webapp.services.describe_figures import band_name, cautions, describe_figures, hiring_sentence
from webapp.services.import_tables import questionnaires_of
from webapp.services.job_progress import find_job
from webapp.services.model_charts import hiring_chart, reliability_chart
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
        movable=len(promote_model.movable_vacancies(db.session, row)),
        sound=read_models.model_card(db.session, row) is not None,
    )


@role("hr")
def card(model_id: uuid.UUID) -> ResponseReturnValue:
    """The model card as a file to keep."""
    row = read_models.find_model(db.session, current_user().organisation_id, model_id)
    text = read_models.model_card(db.session, row) or abort(404)
    headers = {"Content-Disposition": f'attachment; filename="makings-model-{row.number}.md"'}
    return Response(text, mimetype="text/markdown; charset=utf-8", headers=headers)


@role("hr")
def promote(model_id: uuid.UUID) -> ResponseReturnValue:
    """Say what will change, then do it."""
    me = current_user()
    row = read_models.find_model(db.session, me.organisation_id, model_id)
    form = VacanciesForm()
    open_rows = promote_model.movable_vacancies(db.session, row)
    form.vacancies.choices = [(str(each.id), each.title) for each in open_rows]
    if form.validate_on_submit():
        chosen = [uuid.UUID(each) for each in form.vacancies.data]
        with db.transaction() as session:
            promote_model.promote_or_move(session, me.organisation_id, model_id, chosen, me.id)
        flash(promoted_words(row.number, len(chosen)), "success")
        return redirect(url_for("hr.model", model_id=model_id))
    return render_template("hr/promote.html", form=form, model=row, vacancies=open_rows), 400 if form.errors else 200


def promoted_words(number: int, moving: int) -> str:
    if not moving:
        return _("Model %(number)s is serving. Open vacancies stay on their models.", number=number)
    return ngettext(
        "Model %(number)s is serving. %(num)s vacancy is being scored again and moves when that is done.",
        "Model %(number)s is serving. %(num)s vacancies are being scored again and move when that is done.",
        moving,
        number=number,
    )
