"""What becomes of the models that were trained with somebody who is being erased: as the company has stated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import ErasedModel, Erasure, Job, ModelVersion, Retraining
from webapp.records.base import now
from webapp.services.erasure.affected_models import Affected, open_vacancies
from webapp.services.erasure.policy import KEEP, RETIRE, ErasurePolicy
from webapp.services.erasure.successor import successor_of, take_over
from webapp.services.record_event import record_event


def plan_models(session: Session, erasure: Erasure, affected: Sequence[Affected], policy: ErasurePolicy) -> None:
    """Write down each model with what becomes of it; do at once what is to be done at once."""
    # Those that serve come first, so that no vacancy moves to a model that is about to go itself.
    ordered = sorted(affected, key=lambda each: each.version.state != "serving")
    rows = [(each, _row(session, erasure, each, policy)) for each in ordered]
    session.flush()
    for each, row in rows:
        if each.in_use and policy.action == RETIRE:
            retire_now(session, row, each.version)
        elif not each.in_use and policy.action != KEEP:
            withdraw(session, row, each.version)
    session.flush()


def _row(session: Session, erasure: Erasure, each: Affected, policy: ErasurePolicy) -> ErasedModel:
    row = ErasedModel(
        organisation_id=erasure.organisation_id,
        erasure_id=erasure.id,
        model_version_id=each.version.id,
        recorded=each.recorded,
        in_use=each.in_use,
        state="kept" if policy.action == KEEP else "waiting",
        retraining_id=due_retraining(session, each.version, policy.days).id if each.in_use else None,
    )
    session.add(row)
    return row


def withdraw(session: Session, row: ErasedModel, version: ModelVersion) -> None:
    """A model that nobody is scored by goes out of use at once."""
    if version.state == "candidate":
        version.state, version.retired_at = "retired", now()
        record_event(
            session,
            version.organisation_id,
            "model.retired",
            subject="model_version",
            subject_id=version.id,
            number=version.number,
        )
    row.state, row.done_at = "done", now()


def retire_now(session: Session, row: ErasedModel, version: ModelVersion) -> None:
    """Another model takes over; this one is done with when the last vacancy has moved."""
    successor = successor_of(session, version)
    row.fallback_id, row.state = successor.id, "retiring"
    if not take_over(session, version, successor) and not open_vacancies(session, version):
        row.state, row.done_at = "done", now()


def due_retraining(session: Session, version: ModelVersion, days: int) -> Retraining:
    """The training that is due for this questionnaire and form; one for all erasures until it has begun."""
    due_at = now() + dt.timedelta(days=days)
    found = session.scalars(
        select(Retraining).where(
            Retraining.organisation_id == version.organisation_id,
            Retraining.questionnaire_id == version.questionnaire_id,
            Retraining.form == version.form,
            Retraining.state == "due",
        )
    ).first()
    if found is not None:
        found.due_at, found.next_try_at = min(found.due_at, due_at), min(found.next_try_at, due_at)
        return found
    row = Retraining(
        organisation_id=version.organisation_id,
        questionnaire_id=version.questionnaire_id,
        form=version.form,
        criterion=_criterion(session, version),
        due_at=due_at,
        next_try_at=due_at,
    )
    session.add(row)
    session.flush()
    return row


def _criterion(session: Session, version: ModelVersion) -> str | None:
    """What the model predicts, so that the next one does too."""
    job = session.get(Job, (version.organisation_id, version.job_id)) if version.job_id else None
    return job.parameters.get("criterion") if job else None
