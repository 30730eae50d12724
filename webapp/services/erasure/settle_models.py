"""Models that are to go: once a successor serves, or none can be trained, what stands on them moves."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import ErasedModel, ModelVersion, Vacancy
from webapp.records.base import now
from webapp.services.erasure.affected_models import open_vacancies
from webapp.services.erasure.plan_models import due_retraining
from webapp.services.erasure.policy import RETIRE, policy_of
from webapp.services.erasure.successor import key_alone, retrained_since, successor_of, take_over
from webapp.services.lock_row import lock_organisation, lock_row
from webapp.services.record_event import record_event

Where = tuple[uuid.UUID, uuid.UUID]


def unsettled_models(session: Session) -> list[Where]:
    """What waits, and what is done with but has got a vacancy again, by a move that was under way on that day."""
    waiting = select(ErasedModel.organisation_id, ErasedModel.id).where(ErasedModel.state.in_(("waiting", "retiring")))
    returned = (
        select(ErasedModel.organisation_id, ErasedModel.id)
        .join(
            Vacancy,
            (Vacancy.organisation_id == ErasedModel.organisation_id)
            & (Vacancy.model_version_id == ErasedModel.model_version_id),
        )
        .where(ErasedModel.state == "done", Vacancy.state == "open")
    )
    return sorted({(owner, number) for query in (waiting, returned) for owner, number in session.execute(query)})


def settle(session: Session, where: Where) -> None:
    """Bring one model a step further; whoever looks twice changes nothing the second time."""
    lock_organisation(session, where[0])
    row = lock_row(session, ErasedModel, *where)
    version = session.get_one(ModelVersion, (row.organisation_id, row.model_version_id))
    if row.state == "waiting":
        _leave_if_time(session, row, version)
    elif row.state in ("retiring", "done"):
        _move_rest(session, row, version)
    session.flush()


def _leave_if_time(session: Session, row: ErasedModel, version: ModelVersion) -> None:
    """It serves until somebody promotes a successor, or until it is known that none can be trained."""
    successor = _taker(session, row, version)
    if successor is not None:
        _make_way(session, row, version, successor)
    elif version.state != "serving" and not open_vacancies(session, version):
        _done(session, row, version)


def _taker(session: Session, row: ErasedModel, version: ModelVersion) -> ModelVersion | None:
    """What takes over now by the rule of that day; None while the model has to go on.

    That a training has ended is no promotion: what it made takes nothing over before somebody says so, and until
    then nothing else does.
    """
    if row.erasure.action == RETIRE:
        return successor_of(session, version)
    new = retrained_since(session, version, row.erasure.erased_at)
    if new is None and row.retraining is not None and row.retraining.state == "impossible":
        return key_alone(session, version)
    return new


def _make_way(session: Session, row: ErasedModel, version: ModelVersion, successor: ModelVersion) -> None:
    row.fallback_id, row.state, row.done_at = successor.id, "retiring", None
    if not take_over(session, version, successor) and not open_vacancies(session, version):
        _done(session, row, version)


def _move_rest(session: Session, row: ErasedModel, version: ModelVersion) -> None:
    """Done when no open vacancy stands on it; those that a broken run left there are queued again."""
    if not open_vacancies(session, version):
        if row.state != "done":
            _done(session, row, version)
        return
    successor = _taker(session, row, version)
    if successor is None:
        _wait_again(session, row, version)
    else:
        _make_way(session, row, version, successor)


def _wait_again(session: Session, row: ErasedModel, version: ModelVersion) -> None:
    """It scores a vacancy after all, and nothing without the person serves: treated as what was in use that day."""
    row.state, row.done_at, row.fallback_id, row.in_use = "waiting", None, None, True
    if row.retraining_id is None:
        row.retraining_id = due_retraining(session, version, policy_of(session, row.organisation_id).days).id


def _done(session: Session, row: ErasedModel, version: ModelVersion) -> None:
    row.state, row.done_at = "done", now()
    record_event(
        session,
        row.organisation_id,
        "model.out_of_use",
        subject="model_version",
        subject_id=version.id,
        number=version.number,
    )
