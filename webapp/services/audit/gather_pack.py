"""What the pack tells of the model, the questionnaire, the company's rules and what happened, read at one moment."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.errors import ModelError
from models.trained import TrainedModel
from questionnaires.definition import Questionnaire
from webapp.records import ModelVersion, Organisation, ReviewRequest, Score, Sitting, Tombstone, Vacancy
from webapp.records.base import now
from webapp.services.demographics.group_report import Figures
from webapp.services.demographics.policy import DemographicPolicy, confirmer_of, demographic_policy
from webapp.services.demographics.scope import Scope, scope_name
from webapp.services.forget_applicants import kept_months
from webapp.services.oversight.for_pack import PackOversight, oversight_of_pack
from webapp.services.promotion.approval_rule import approval_rule
from webapp.services.promotion.history import Happened, history_of_model, history_of_rules
from webapp.services.promotion.stop_scores import Stop, stop_of
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.serving_model import serving_model


@dataclass(frozen=True)
class Subject:
    """Everything that the pack is about."""

    organisation: Organisation
    version: ModelVersion
    versions: Sequence[ModelVersion]
    questionnaire: Questionnaire
    model: TrainedModel | None
    scope: str
    report: Figures
    policy: DemographicPolicy
    confirmer: str
    approval: bool
    stop: Stop | None
    happened: Sequence[Happened]
    ruled: Sequence[Happened]
    first_answer: dt.datetime | None
    last_answer: dt.datetime | None
    scores: int
    reviews: int
    answered_reviews: int
    oversight: PackOversight
    erased: int
    months: int
    made_at: dt.datetime


def gather_subject(session: Session, organisation_id: uuid.UUID, scope: Scope, report: Figures) -> Subject:
    assert scope.model_version_id is not None
    organisation = session.get_one(Organisation, organisation_id)
    version = session.get_one(ModelVersion, (organisation_id, scope.model_version_id))
    policy = demographic_policy(organisation)
    first, last, scores = _scored(session, version)
    return Subject(
        organisation=organisation,
        version=version,
        versions=_versions(session, organisation_id),
        questionnaire=read_questionnaire(session, organisation_id, version.questionnaire_id),
        model=_model(session, version),
        scope=scope_name(scope.kind, scope.year, _title(session, organisation_id, scope)),
        report=report,
        policy=policy,
        confirmer=confirmer_of(session, organisation_id, policy),
        approval=approval_rule(organisation).on,
        stop=stop_of(session, organisation_id),
        happened=history_of_model(session, version),
        ruled=history_of_rules(session, organisation_id),
        first_answer=first,
        last_answer=last,
        scores=scores,
        reviews=_count(session, ReviewRequest, organisation_id),
        answered_reviews=_count(session, ReviewRequest, organisation_id, ReviewRequest.answered_at.is_not(None)),
        oversight=oversight_of_pack(session, version),
        erased=_count(session, Tombstone, organisation_id),
        months=kept_months(organisation),
        made_at=now(),
    )


def _title(session: Session, organisation_id: uuid.UUID, scope: Scope) -> str | None:
    found = session.get(Vacancy, (organisation_id, scope.vacancy_id)) if scope.vacancy_id else None
    return found.title if found else None


def _versions(session: Session, organisation_id: uuid.UUID) -> Sequence[ModelVersion]:
    return session.scalars(
        select(ModelVersion).where(ModelVersion.organisation_id == organisation_id).order_by(ModelVersion.number)
    ).all()


def _model(session: Session, version: ModelVersion) -> TrainedModel | None:
    """None where the stored file is damaged; the pack says so."""
    try:
        return serving_model(session, version.organisation_id, version.id)
    except ModelError:
        return None


def _scored(session: Session, version: ModelVersion) -> tuple[dt.datetime | None, dt.datetime | None, int]:
    """From when to when the answers came that this model has scored, and how many people's."""
    row = session.execute(
        select(func.min(Sitting.submitted_at), func.max(Sitting.submitted_at), func.count())
        .select_from(Score)
        .join(Sitting, (Sitting.organisation_id == Score.organisation_id) & (Sitting.id == Score.sitting_id))
        .where(Score.organisation_id == version.organisation_id, Score.model_version_id == version.id)
    ).one()
    first, last, scores = row
    return first, last, scores


def _count(session: Session, table: type, organisation_id: uuid.UUID, *more: object) -> int:
    query = select(func.count()).select_from(table).where(table.organisation_id == organisation_id, *more)  # type: ignore[attr-defined, arg-type]
    return session.scalar(query) or 0
