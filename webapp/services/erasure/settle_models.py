"""Models that are to go: once a successor serves, or none can be trained, what stands on them moves."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import ErasedModel, ModelVersion, Retraining, Vacancy
from webapp.records.base import now
from webapp.services.erasure.affected_models import open_vacancies
from webapp.services.erasure.successor import key_alone, successor_of, take_over
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
    retraining = session.get(Retraining, (row.organisation_id, row.retraining_id)) if row.retraining_id else None
    state = retraining.state if retraining else "done"
    if version.state == "serving":
        if state == "impossible":
            _make_way(session, row, version, key_alone(session, version))
    elif state in ("due", "running") and open_vacancies(session, version):
        # They wait for the new model: to be scored anew twice in a row would help nobody.
        return
    else:
        _make_way(session, row, version, successor_of(session, version))


def _make_way(session: Session, row: ErasedModel, version: ModelVersion, successor: ModelVersion) -> None:
    row.fallback_id, row.state = successor.id, "retiring"
    if not take_over(session, version, successor) and not open_vacancies(session, version):
        _done(session, row, version)


def _move_rest(session: Session, row: ErasedModel, version: ModelVersion) -> None:
    """Done when no open vacancy stands on it; those that a broken run left there are queued again."""
    if not open_vacancies(session, version):
        if row.state != "done":
            _done(session, row, version)
        return
    row.done_at = None
    _make_way(session, row, version, successor_of(session, version))


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
