"""What scores in the place of a model that goes: an earlier sound one without the person, else the key alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import training
from webapp.errors import Refused
from webapp.records import Job, ModelVersion, QuestionnaireVersion, Vacancy
from webapp.records.base import now
from webapp.services.erasure.affected_models import open_vacancies
from webapp.services.erasure.barred import is_barred
from webapp.services.install_company import add_model
from webapp.services.promotion.check_artefact import check_identity
from webapp.services.promotion.promote_model import promote_model
from webapp.services.promotion.vacancies import queue_rescoring
from webapp.services.read_questionnaire import read_questionnaire

PATIENCE = dt.timedelta(hours=1)
"""So long a vacancy rests after a run that broke, before it is tried again."""


def successor_of(session: Session, version: ModelVersion) -> ModelVersion:
    """The model that serves, or that served last, and holds nobody who was erased; else the key alone."""
    for each in _of_its_kind(session, version):
        if each.kind == "trained" and not is_barred(session, each) and _is_sound(session, each):
            return each
    return key_alone(session, version)


def retrained_since(session: Session, version: ModelVersion, erased_at: dt.datetime) -> ModelVersion | None:
    """The model that serves, where it was trained after the erasure and holds nobody who was erased."""
    for each in _of_its_kind(session, version):
        if each.state == "serving" and each.kind == "trained" and each.created_at >= erased_at:
            return None if is_barred(session, each) or not _is_sound(session, each) else each
    return None


def _of_its_kind(session: Session, version: ModelVersion) -> Iterator[ModelVersion]:
    """Models of the same questionnaire and form that serve or have served, the present one first."""
    rows = session.scalars(
        select(ModelVersion)
        .where(
            ModelVersion.organisation_id == version.organisation_id,
            ModelVersion.questionnaire_id == version.questionnaire_id,
            ModelVersion.form == version.form,
            ModelVersion.promoted_at.is_not(None),
            ModelVersion.id != version.id,
        )
        .order_by(ModelVersion.promoted_at.desc(), ModelVersion.number.desc())
    ).all()
    yield from sorted(rows, key=lambda row: row.state != "serving")


def _is_sound(session: Session, version: ModelVersion) -> bool:
    try:
        check_identity(session, version)
    except Refused:
        return False
    return True


def key_alone(session: Session, version: ModelVersion) -> ModelVersion:
    """The model by the key of this questionnaire and form; made where there is none."""
    found = session.scalars(
        select(ModelVersion)
        .where(
            ModelVersion.organisation_id == version.organisation_id,
            ModelVersion.questionnaire_id == version.questionnaire_id,
            ModelVersion.form == version.form,
            ModelVersion.kind == "key_only",
        )
        .order_by(ModelVersion.number.desc())
    )
    for each in found:
        if _is_sound(session, each):
            return each
    asked = session.get_one(QuestionnaireVersion, (version.organisation_id, version.questionnaire_id))
    questionnaire = read_questionnaire(session, version.organisation_id, version.questionnaire_id)
    return add_model(session, asked, version.form, training.key_only(questionnaire, form_id=version.form))


def take_over(session: Session, version: ModelVersion, successor: ModelVersion) -> int:
    """Put the successor in the version's place; how many open vacancies will move to it.

    A vacancy moves when everybody in it is scored again: it is never without a model that scores.
    """
    moving = [each for each in open_vacancies(session, version) if not is_moving(session, each)]
    if version.state == "serving":
        promote_model(session, version.organisation_id, successor.id, back=successor.promoted_at is not None)
    for vacancy in moving:
        queue_rescoring(session, vacancy, successor, None)
    session.flush()
    return len(moving)


def is_moving(session: Session, vacancy: Vacancy) -> bool:
    """Whether a run is under way that takes the vacancy to another model, or has broken just now."""
    lately = (Job.state == "failed") & (Job.finished_at > now() - PATIENCE)
    rows = session.scalars(
        select(Job.parameters).where(
            Job.organisation_id == vacancy.organisation_id,
            Job.kind == "rescore",
            Job.state.in_(("queued", "running")) | lately,
        )
    )
    return any(each.get("vacancy_id") == str(vacancy.id) for each in rows)
