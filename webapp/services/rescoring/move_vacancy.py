"""Put a vacancy on the model by which everybody is scored and has a place."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp.records import Job, ModelVersion, Vacancy
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event
from webapp.services.rescoring.whom import Target, count_unscored
from webapp.services.rescoring.write_scores import score_next
from webapp.services.shortlist.on_list import lock_state
from webapp.services.shortlist.stretches import TOO_WIDE, draw_again, widest
from webapp.services.shortlist.take_in import take_in
from webapp.services.shortlist.ties import keep_ties

FEW = 200
"""So many who sent their answers at the last moment are scored while others wait to send theirs."""

MOVED, STAYED, MORE = "moved", "stayed", "more"


def draw_list(session: Session, target: Target) -> None:
    """Part the new list into stretches and draw the borders of its tie groups, while nobody reads it."""
    vacancy = session.get_one(Vacancy, (target.organisation_id, target.vacancy_id))
    while take_in(session, vacancy, model_version_id=target.version_id):
        pass
    state = lock_state(session, vacancy, target.version_id)
    if widest(session, state) > TOO_WIDE:
        draw_again(session, state)
        session.flush()
    keep_ties(session, state)


def move_vacancy(session: Session, target: Target, job: Job) -> str:
    """Move it, unless it was closed meanwhile, or many have sent their answers since they were counted.

    The vacancy's row is held: whoever sends answers now waits, and is then scored by the new model.
    """
    vacancy = lock_row(session, Vacancy, target.organisation_id, target.vacancy_id)
    if vacancy.model_version_id == target.version_id:
        return MOVED
    if vacancy.state != "open":
        return STAYED
    late = count_unscored(session, target, FEW + 1)
    if late > FEW:
        return MORE
    if late:
        job.result = {**job.result, "scored": job.result.get("scored", 0) + score_next(session, target, FEW)}
    draw_list(session, target)
    _move(session, vacancy, target, job)
    return MOVED


def _move(session: Session, vacancy: Vacancy, target: Target, job: Job) -> None:
    owner = target.organisation_id
    before = session.get_one(ModelVersion, (owner, vacancy.model_version_id))
    after = session.get_one(ModelVersion, (owner, target.version_id))
    vacancy.model_version_id = after.id
    record_event(
        session,
        owner,
        "vacancy.model_changed",
        user_id=job.user_id,
        subject="vacancy",
        subject_id=vacancy.id,
        before=before.number,
        after=after.number,
    )
