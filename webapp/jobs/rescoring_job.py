"""The workflows `job.rescore` and `job.rescore_lane`: everybody is scored in chunks, then the vacancy moves.

The run plans the chunks and asks for further lanes. The run is a lane itself, so that one worker is enough; each
further lane is taken up by whichever worker is free, and ends when no chunk is left to take.
"""

from __future__ import annotations

import logging
import time
import uuid
from functools import partial
from typing import Any

from dbos import DBOS

from models.errors import ModelError
from webapp.errors import DomainError
from webapp.jobs import runtime
from webapp.jobs.training_job import ENDED, temporary
from webapp.services.job_progress import (
    OPEN,
    JobCancelled,
    fail_job,
    find_job,
    finish_job,
    keep_past_cancelling,
    note_progress,
)
from webapp.services.queue_work import queue_work
from webapp.services.rescoring import chunks, move_vacancy
from webapp.services.rescoring.score_people import Scored, score_span
from webapp.services.rescoring.write_scores import Outdated
from webapp.services.training_failure import refusal

log = logging.getLogger(__name__)
Outcome = runtime.Outcome
MOST_LANES = 8
CHUNKS_FOR_A_LANE = 4
SECONDS_OF_WAITING = 3.0
STEP: dict[str, Any] = {"retries_allowed": True, "max_attempts": 6, "should_retry": temporary}


class Rescoring:
    """The ids that one run is about."""

    def __init__(self, organisation_id: str, job_id: str) -> None:
        self.owner, self.job_id = uuid.UUID(organisation_id), uuid.UUID(job_id)
        with runtime.work_scope() as session:
            self.target = chunks.target_of(find_job(session, self.owner, self.job_id))


@DBOS.step(name="rescore.plan", **STEP)
def plan(organisation_id: str, job_id: str) -> Outcome:
    """Plan the chunks and ask for lanes; done twice, it finds them planned and asks for no more."""
    run = Rescoring(organisation_id, job_id)
    with runtime.work_transaction() as session:
        if not note_progress(session, run.owner, run.job_id, "score", 0.0):
            return {"failed": ENDED}
        before = chunks.count_open(session, run.owner, run.job_id)
        number = chunks.plan_chunks(session, find_job(session, run.owner, run.job_id))
        if not before:
            for _lane in range(min(MOST_LANES, number // CHUNKS_FOR_A_LANE) - 1):
                queue_work(session, run.owner, "job.rescore_lane", job_id=run.job_id)
    return {"chunks": number}


@DBOS.step(name="rescore.chunk", **STEP)
def chunk(organisation_id: str, job_id: str, lane: str) -> Outcome:
    """Score one chunk. What a killed worker left half done was not written; what it wrote is not done again."""
    run = Rescoring(organisation_id, job_id)
    try:
        with runtime.work_transaction() as session:
            taken = chunks.take_chunk(session, run.owner, run.job_id, lane)
        if taken is None:
            return wait_for_others(run)
        while (number := score_chunk(run, taken.id, chunks.span_of(taken))) is None:
            pass
        return {"scored": number}
    except JobCancelled:
        return {"failed": ENDED}
    except (ModelError, DomainError) as error:
        return {"failed": refusal(error)}


def score_chunk(run: Rescoring, chunk_id: uuid.UUID, span: chunks.Span) -> int | None:
    """Read and score while others write; then write. None where a question was set aside in between."""
    with runtime.work_scope() as session:
        scored = score_span(session, run.target, span)
    try:
        return write_chunk(run, chunk_id, scored)
    except Outdated:
        return None


def write_chunk(run: Rescoring, chunk_id: uuid.UUID, scored: Scored) -> int:
    with runtime.work_transaction() as session:
        return chunks.keep_chunk(session, run.target, chunk_id, scored)


def wait_for_others(run: Rescoring) -> Outcome:
    """Chunks that others have in hand may still come back; wait a little, unless all are done."""
    until = time.monotonic() + SECONDS_OF_WAITING
    while time.monotonic() < until:
        with runtime.work_scope() as session:
            if not chunks.count_open(session, run.owner, run.job_id):
                return {"all": True}
        runtime.stopping.wait(0.2)
    return {"waiting": True}


@DBOS.step(name="rescore.draw", **STEP)
def draw(organisation_id: str, job_id: str) -> None:
    """Before the vacancy is held: what takes long at a million people."""
    run = Rescoring(organisation_id, job_id)
    with runtime.work_transaction() as session:
        note_progress(session, run.owner, run.job_id, "place", chunks.SCORED)
        move_vacancy.draw_list(session, run.target)


@DBOS.step(name="rescore.move", **STEP)
def move(organisation_id: str, job_id: str) -> str:
    """Move the vacancy, unless the run was cancelled."""
    run = Rescoring(organisation_id, job_id)
    try:
        with runtime.work_transaction() as session:
            job = find_job(session, run.owner, run.job_id)
            how = move_vacancy.move_vacancy(session, run.target, job)
            if how != move_vacancy.MORE:
                keep_past_cancelling(session, run.owner, run.job_id)
            return how
    except JobCancelled:
        return move_vacancy.STAYED


@DBOS.step(name="rescore.close", **STEP)
def close(organisation_id: str, job_id: str, moved: bool, failure: Outcome | None) -> None:
    owner, number = uuid.UUID(organisation_id), uuid.UUID(job_id)
    with runtime.work_transaction() as session:
        chunks.forget_chunks(session, owner, number)
        job = find_job(session, owner, number)
        if failure:
            fail_job(session, job, failure["reason"], failure.get("message", ""), **failure.get("numbers", {}))
        elif job.state in OPEN:
            finish_job(session, job, moved=moved)


def lane_name() -> str:
    return DBOS.workflow_id or "here"


@DBOS.workflow(name="job.rescore", max_recovery_attempts=20)
def rescore(organisation_id: str, payload: dict[str, str]) -> None:
    """Score everybody who sent their answers and move the vacancy, again while many come in between."""
    with runtime.working():
        job_id, moved = payload["job_id"], [False]
        run = partial(score_and_move, organisation_id, job_id, lane_name(), moved)
        failure = runtime.or_broken(run, "re-scoring", job_id)
        close(organisation_id, job_id, moved[0], failure)


def score_and_move(organisation_id: str, job_id: str, lane: str, moved: list[bool]) -> Outcome | None:
    while True:
        if failure := score_all(organisation_id, job_id, lane):
            return failure
        draw(organisation_id, job_id)
        how = move(organisation_id, job_id)
        if how != move_vacancy.MORE:
            moved[0] = how == move_vacancy.MOVED
            return None


def score_all(organisation_id: str, job_id: str, lane: str) -> Outcome | None:
    """Why it failed, or None when everybody who was planned is scored, by this lane or by others."""
    planned = plan(organisation_id, job_id)
    if "failed" in planned or not planned["chunks"]:
        failed: Outcome | None = planned.get("failed")
        return failed
    return take_turns(organisation_id, job_id, lane, patient=True)


def take_turns(organisation_id: str, job_id: str, lane: str, *, patient: bool) -> Outcome | None:
    """Chunk after chunk; who is not patient ends when there is none to take."""
    while True:
        outcome = chunk(organisation_id, job_id, lane)
        if "failed" in outcome:
            failure: Outcome = outcome["failed"]
            return failure
        if "all" in outcome or ("waiting" in outcome and not patient):
            return None


@DBOS.workflow(name="job.rescore_lane", max_recovery_attempts=20)
def further_lane(organisation_id: str, payload: dict[str, str]) -> None:
    """Take chunks until there are none; what goes wrong here is met again, and told, by the run itself."""
    with runtime.working():
        work = partial(take_turns, organisation_id, payload["job_id"], lane_name(), patient=False)
        runtime.or_broken(work, "a lane of re-scoring", payload["job_id"])


WORKFLOWS = (rescore, further_lane)
