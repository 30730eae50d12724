"""The chunks of one re-scoring: planned once, each taken by whoever is free and written exactly once.

A chunk is done in the transaction that writes its scores, so a worker that is killed leaves it as it was. Its lane
takes it again when another worker takes the lane up; any other lane takes it after a while. Should two work on the
same chunk, the second to write finds it done and writes nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from webapp.records import Job, RescoringChunk
from webapp.records.base import now
from webapp.services.job_progress import JobCancelled, hold_job, is_open, note_progress
from webapp.services.lock_row import lock_row
from webapp.services.rescoring.score_people import Scored
from webapp.services.rescoring.whom import Span, Target, spans_of
from webapp.services.rescoring.write_scores import write_scores

SIZE = 2_000
LEFT_ALONE = dt.timedelta(minutes=2)
"""So long nobody else takes a chunk that somebody has taken."""

SCORED = 0.95
"""How far the run is when everybody is scored and the vacancy is to move."""


def target_of(job: Job) -> Target:
    return Target(
        job.organisation_id, uuid.UUID(job.parameters["vacancy_id"]), uuid.UUID(job.parameters["model_version_id"])
    )


def plan_chunks(session: Session, job: Job, size: int | None = None) -> int:
    """Part whoever is not scored yet into chunks; how many are to be done. What was planned before stays."""
    open_already = count_open(session, job.organisation_id, job.id)
    if open_already:
        return open_already
    last = session.scalar(select(func.max(RescoringChunk.number)).where(*_of(job.organisation_id, job.id))) or 0
    spans = spans_of(session, target_of(job), size or SIZE)
    session.add_all(
        RescoringChunk(
            organisation_id=job.organisation_id, job_id=job.id, number=number, first_id=span.first, end_id=span.end
        )
        for number, span in enumerate(spans, last + 1)
    )
    session.flush()
    return len(spans)


def take_chunk(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, lane: str) -> RescoringChunk | None:
    """Take the next one for this lane; None where all are done or in other lanes' hands."""
    if not is_open(session, organisation_id, job_id):
        raise JobCancelled
    free = or_(
        RescoringChunk.taken_by.is_(None),
        RescoringChunk.taken_by == lane,
        RescoringChunk.taken_at < now() - LEFT_ALONE,
    )
    chunk = session.scalars(
        select(RescoringChunk)
        .where(*_of(organisation_id, job_id), RescoringChunk.done_at.is_(None), free)
        .order_by(RescoringChunk.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if chunk is not None:
        chunk.taken_by, chunk.taken_at = lane, now()
    return chunk


def keep_chunk(session: Session, target: Target, chunk_id: uuid.UUID, scored: Scored) -> int:
    """Write a chunk's scores and that it is done, together; how many scores, 0 where it was done before."""
    chunk = lock_row(session, RescoringChunk, target.organisation_id, chunk_id)
    if chunk.done_at is not None:
        return 0
    number = write_scores(session, target, span_of(chunk), scored)
    chunk.done_at, chunk.scored = now(), number
    _note(session, chunk)
    return number


def span_of(chunk: RescoringChunk) -> Span:
    return Span(chunk.first_id, chunk.end_id)


def _note(session: Session, chunk: RescoringChunk) -> None:
    """Held last and shortly: other lanes note their progress in the same row."""
    owner, job_id = chunk.organisation_id, chunk.job_id
    job = hold_job(session, owner, job_id)
    job.result = {**job.result, "scored": job.result.get("scored", 0) + chunk.scored}
    planned = session.scalar(select(func.count()).where(*_of(owner, job_id))) or 1
    done = planned - count_open(session, owner, job_id)
    if not note_progress(session, owner, job_id, "score", SCORED * done / planned):
        raise JobCancelled


def count_open(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> int:
    wanted = (*_of(organisation_id, job_id), RescoringChunk.done_at.is_(None))
    return session.scalar(select(func.count()).select_from(RescoringChunk).where(*wanted)) or 0


def forget_chunks(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> None:
    session.execute(delete(RescoringChunk).where(*_of(organisation_id, job_id)))


def _of(organisation_id: uuid.UUID, job_id: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return RescoringChunk.organisation_id == organisation_id, RescoringChunk.job_id == job_id
