"""HR sees what there is to learn from, and reads the figures of models."""

from __future__ import annotations

import uuid

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.extensions import db
from webapp.hr.run_views import retrain_form
from webapp.security import current_user, role
from webapp.services import job_words, read_models, start_training, training_readiness
from webapp.services.describe_figures import cautions, hiring_sentence
from webapp.services.erasure.read_certificate import mark_of
from webapp.services.promotion.check_artefact import is_unchanged, why_not
from webapp.services.promotion.history import history_of_model
from webapp.services.promotion.read_requests import count_waiting
from webapp.services.promotion.roll_back import model_before
from webapp.services.promotion.stop_scores import stop_of
from webapp.services.promotion.vacancies import movable_vacancies
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.reports.verdict import verdict
from webapp.services.runs.repeat_run import changed_meanwhile
from webapp.services.staff.moved_to_hired import MOST_COUNTED, count_moved


@role("hr")
def home() -> ResponseReturnValue:
    """How much there is to learn from, and the next step."""
    owner = current_user().organisation_id
    return render_template(
        "hr/home.html",
        overview=training_readiness.overview(db.session, owner),
        running=start_training.running_training(db.session, owner),
        hired=count_moved(db.session, owner),
        most_counted=MOST_COUNTED,
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
        name_of=job_words.name_of,
        waiting=count_waiting(db.session, owner, current_user().id),
        stop=stop_of(db.session, owner),
    )


@role("hr")
def model(model_id: uuid.UUID) -> ResponseReturnValue:
    """What a model is expected to do, what to know first, and the reports on it."""
    me = current_user()
    row = read_models.find_model(db.session, me.organisation_id, model_id)
    asked = read_questionnaire(db.session, me.organisation_id, row.questionnaire_id)
    return render_template(
        "hr/model.html",
        model=row,
        figures=row.figures,
        verdict=verdict(row.figures),
        cautions=cautions(row.figures, training_readiness.MINIMUM, asked.languages),
        hiring=hiring_sentence(row.figures),
        promoter=read_models.promoter_of(db.session, row),
        open_vacancies=read_models.vacancy_counts(db.session, me.organisation_id).get(row.id, 0),
        movable=len(movable_vacancies(db.session, row)),
        sound=is_unchanged(db.session, row) and read_models.model_card(db.session, row) is not None,
        obstacle=why_not(db.session, row),
        before=model_before(db.session, row),
        history=history_of_model(db.session, row),
        meanwhile=changed_meanwhile(db.session, row),
        mark=mark_of(db.session, row),
    )
