"""Remind everybody of a vacancy who is not done: few at once, many by the worker, a chunk in each transaction.

Whether somebody is reminded is decided in the transaction that reminds them, with the person held: two presses, two
recruiters, or a chunk that is done again send nobody two mails within the spacing.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import Applicant, Event, Job, Vacancy
from webapp.records.base import now
from webapp.services.blind.face import is_blind
from webapp.services.cancel_job import cancel_job
from webapp.services.invite_applicants import add_link
from webapp.services.job_progress import OPEN, fail_job, find_job, finish_job, hold_job, note_progress
from webapp.services.lock_row import lock_row
from webapp.services.mails.post_mail import post_mails
from webapp.services.read_vacancy import get_vacancy
from webapp.services.record_event import record_event
from webapp.services.reminding.runs import ENDED, KIND, find_run, open_run, so_far
from webapp.services.reminding.who import (
    READY,
    REASONS,
    Standing,
    check_may_remind,
    number_waiting,
    of_waiting,
    some_waiting,
    standings,
    why_nobody,
)
from webapp.services.start_training import queue_job

AT_ONCE = 200
"""So many are reminded while somebody waits; more are for the worker."""

CHUNK = 500
STAGE = "remind"


def remind_everybody(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, *, user_id: uuid.UUID, settings: Settings
) -> Job | None:
    """The run that does it, or the one that is at it already; None where everybody is left out just now."""
    vacancy = lock_row(session, Vacancy, organisation_id, vacancy_id, pointed=True)
    check_may_remind(vacancy)
    if going := open_run(session, vacancy):
        return going
    ids = some_waiting(session, vacancy, AT_ONCE + 1)
    if len(ids) > AT_ONCE:
        return queue_job(session, organisation_id, KIND, user_id, vacancy_id=str(vacancy.id))
    return _at_once(session, vacancy, ids, user_id, settings)


def _at_once(
    session: Session, vacancy: Vacancy, ids: Sequence[uuid.UUID], user_id: uuid.UUID, settings: Settings
) -> Job | None:
    people = standings(session, vacancy, ids, held=True)
    # Where names are hidden, a press that reaches nobody looks like any other: else it would tell who is done.
    if not is_blind(vacancy) and all(each.why_not for each in people):
        return None
    job = Job(
        organisation_id=vacancy.organisation_id,
        kind=KIND,
        state="running",
        user_id=user_id,
        started_at=now(),
        parameters={"vacancy_id": str(vacancy.id), "so_far": {"people": len(people)}},
    )
    session.add(job)
    session.flush()
    _remind(session, vacancy, job, ids, people, settings)
    _finish(session, job)
    return job


# --- what the worker does


@dataclass(frozen=True)
class Next:
    """After whom it goes on, with whom, and at the beginning of how many."""

    after: str
    ids: Sequence[uuid.UUID]
    people: int | None


def read_next(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> Next:
    """Found with no transaction that writes: the few who wait may stand far apart among very many."""
    job = find_job(session, organisation_id, job_id)
    vacancy = get_vacancy(session, organisation_id, uuid.UUID(job.parameters["vacancy_id"]))
    done = so_far(job)
    query = of_waiting(vacancy).order_by(Applicant.id).limit(CHUNK)
    if done["after"]:
        query = query.where(Applicant.id > uuid.UUID(done["after"]))
    people = number_waiting(session, vacancy) if done["people"] is None else done["people"]
    return Next(done["after"], session.scalars(query).all(), people)


def carry_on(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, some: Next, settings: Settings) -> bool:
    """Remind the next ones; whether there is more. Raises `JobCancelled` where the run has ended."""
    job = hold_job(session, organisation_id, job_id)
    done = so_far(job)
    if done["after"] != some.after:
        # Another worker was here in between.
        return True
    vacancy = lock_row(session, Vacancy, organisation_id, uuid.UUID(job.parameters["vacancy_id"]), shared=True)
    if not some.ids or why_nobody(vacancy):
        _finish(session, job, closed=bool(some.ids))
        return False
    job.parameters = {**job.parameters, "so_far": {**done, "people": some.people}}
    _remind(session, vacancy, job, some.ids, standings(session, vacancy, some.ids, held=True), settings)
    looked = so_far(job)["looked"]
    note_progress(session, organisation_id, job_id, STAGE, looked / max(looked, some.people or 0))
    return True


def _remind(
    session: Session,
    vacancy: Vacancy,
    job: Job,
    ids: Sequence[uuid.UUID],
    people: Sequence[Standing],
    settings: Settings,
) -> None:
    """Queue their mails, and write down in the same transaction how far this run has come."""
    ready = [each for each in people if each.why_not == READY]
    _send(session, vacancy, job, ready, settings)
    left_out = Counter(each.why_not for each in people if each.why_not != READY)
    count = {**left_out, "looked": len(ids), "reminded": len(ready), ENDED: len(ids) - len(people)}
    done = so_far(job)
    done |= {name: done[name] + number for name, number in count.items()}
    job.parameters = {**job.parameters, "so_far": {**done, "after": str(max(ids, default=""))}}
    session.flush()


def _send(session: Session, vacancy: Vacancy, job: Job, ready: Sequence[Standing], settings: Settings) -> None:
    """A reminder of the link that works, or an invitation with a new one. One link, one run: one mail."""
    for each in ready:
        if each.link is None:
            add_link(session, vacancy, each.person, settings)
    reminded = [(each.person.id, each.link.id) for each in ready if each.link is not None]
    post_mails(session, vacancy.organisation_id, "reminder", reminded, f"all-{job.id.hex}")
    if ready:
        session.execute(insert(Event), [_event(job, each) for each in ready])


def _event(job: Job, standing: Standing) -> dict[str, Any]:
    return {
        "organisation_id": job.organisation_id,
        "at": now(),
        "action": "invitation.reminded",
        "user_id": job.user_id,
        "subject": "applicant",
        "subject_id": standing.person.id,
        "detail": {"occasion": "all"},
    }


def _finish(session: Session, job: Job, *, closed: bool = False) -> None:
    _write_down(session, job, "closed" if closed else "done")
    finish_job(session, job, closed=closed)


def stop_reminding(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, job_id: uuid.UUID, user_id: uuid.UUID
) -> None:
    """What is queued goes out; nobody else is reminded. `Conflict` where it has ended."""
    job = find_run(session, get_vacancy(session, organisation_id, vacancy_id), job_id)
    _write_down(session, cancel_job(session, organisation_id, job.id, user_id), "stopped", user_id)


def give_up(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, failure: dict[str, Any]) -> None:
    """The run could not go on: say so, and how far it came."""
    job = lock_row(session, Job, organisation_id, job_id)
    if job.state in OPEN:
        _write_down(session, job, "failed")
        fail_job(session, job, failure["reason"], failure.get("message", ""), **failure.get("numbers", {}))


def _write_down(session: Session, job: Job, how: str, user_id: uuid.UUID | None = None) -> None:
    """The run in one line, and nobody's id left in it."""
    done = so_far(job)
    job.parameters = {**job.parameters, "so_far": {**done, "after": ""}}
    record_event(
        session,
        job.organisation_id,
        "applicants.reminded",
        user_id=user_id or job.user_id,
        subject="vacancy",
        subject_id=uuid.UUID(job.parameters["vacancy_id"]),
        how=how,
        number=done["reminded"],
        left_out={reason: done[reason] for reason in (*REASONS, ENDED) if done[reason]},
    )
    session.flush()
