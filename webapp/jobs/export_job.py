"""The workflow `job.export`: a list is written into a file, and kept for a day.

What was killed is written again from its beginning: nothing can be fetched before all of it is there.
"""

from __future__ import annotations

import shutil
import time
import uuid
from functools import partial
from pathlib import Path

from dbos import DBOS

from webapp.errors import DomainError
from webapp.jobs import runtime
from webapp.jobs.training_job import ENDED, temporary
from webapp.records import Job, ListExport
from webapp.services.exports.keep_export import (
    Erased,
    add_parts,
    begin_export,
    end_export,
    forget_unfinished,
    parts_of,
)
from webapp.services.exports.make_file import make_file, name_of_file
from webapp.services.exports.start_export import size_of
from webapp.services.exports.view import View, Wish, one_moment
from webapp.services.job_progress import JobCancelled, fail_job, find_job, finish_job, note_progress
from webapp.services.record_export import record_export

Outcome = runtime.Outcome
SECONDS_BETWEEN_NOTES = 1.0
WRITTEN = 0.9


class Run:
    """One file being written."""

    def __init__(self, organisation_id: str, job_id: str) -> None:
        self.owner, self.id = uuid.UUID(organisation_id), uuid.UUID(job_id)
        self.noted_at = float("-inf")
        self.all = 1
        with runtime.work_scope() as session:
            job = find_job(session, self.owner, self.id)
            self.wish, self.user_id = Wish.of(job.parameters), job.user_id

    @property
    def folder(self) -> Path:
        return runtime.settings().instance / "jobs" / str(self.id)

    @property
    def file(self) -> Path:
        return self.folder / "file"

    def note(self, stage: str, part: float) -> None:
        """Say how far it is; raises where somebody has cancelled it."""
        with runtime.work_transaction() as session:
            if not note_progress(session, self.owner, self.id, stage, part):
                raise JobCancelled

    def note_people(self, number: int) -> None:
        if time.monotonic() - self.noted_at >= SECONDS_BETWEEN_NOTES:
            self.noted_at = time.monotonic()
            self.note("write", WRITTEN * min(1.0, number / self.all))

    def write(self) -> None:
        self.note("write", 0.0)
        self.folder.mkdir(parents=True, exist_ok=True)
        with runtime.work_transaction() as session:
            view = View(session, self.owner, self.wish)
            export = begin_export(session, find_job(session, self.owner, self.id), view, name_of_file(view))
        with runtime.work_scope() as session:
            one_moment(session)
            view = View(session, self.owner, self.wish)
            self.all = max(1, size_of(view).people)
            people = make_file(view, self.file, self.note_people)
        self.keep(export, view, people)

    def keep(self, export: ListExport, view: View, people: int) -> None:
        number, size = 0, self.file.stat().st_size
        for parts in parts_of(self.file):
            with runtime.work_transaction() as session:
                add_parts(session, export, number, parts)
            number += len(parts)
        with runtime.work_transaction() as session:
            end_export(session, export, view, people, size)
            if self.user_id is not None:
                said = (self.owner, export.vacancy_id, self.user_id)
                record_export(session, *said, with_scores=not view.stopped, form=export.kind)
            job = find_job(session, self.owner, self.id)
            forget_question(job)
            finish_job(session, job, export_id=str(export.id), people=people)


def forget_question(job: Job) -> None:
    """What was searched for may be somebody's name: with the file it has served its purpose."""
    job.parameters = {**job.parameters, "args": {}}


@DBOS.step(name="export.write", retries_allowed=True, max_attempts=6, should_retry=temporary)
def write(organisation_id: str, job_id: str) -> Outcome:
    run = Run(organisation_id, job_id)
    try:
        run.write()
        return {}
    except Erased:
        return {"again": True}
    except JobCancelled:
        return {"failed": ENDED}
    except DomainError as error:
        return {"failed": {"reason": "unusable", "message": str(error)}}
    finally:
        shutil.rmtree(run.folder, ignore_errors=True)


@DBOS.step(name="export.close", retries_allowed=True, max_attempts=6, should_retry=temporary)
def close(organisation_id: str, job_id: str, failed: Outcome) -> None:
    with runtime.work_transaction() as session:
        job = find_job(session, uuid.UUID(organisation_id), uuid.UUID(job_id))
        forget_unfinished(session, job.organisation_id, job.id)
        forget_question(job)
        fail_job(session, job, failed["reason"], failed.get("message", ""))


@DBOS.workflow(name="job.export", max_recovery_attempts=20)
def export(organisation_id: str, payload: dict[str, str]) -> None:
    """Write it, and again while somebody who is in it is erased meanwhile."""
    with runtime.working():
        job_id = payload["job_id"]
        failed = runtime.or_broken(partial(written, organisation_id, job_id), "writing a list", job_id)
        if failed:
            close(organisation_id, job_id, failed)


def written(organisation_id: str, job_id: str) -> Outcome | None:
    outcome: Outcome = {"again": True}
    while outcome.get("again"):
        outcome = write(organisation_id, job_id)
    failed: Outcome | None = outcome.get("failed")
    return failed


WORKFLOWS = (export,)
