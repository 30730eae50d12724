"""One run as its page shows it: what is done, what is left, how long it has taken."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Job, User
from webapp.records.base import now
from webapp.services import job_words
from webapp.services.job_progress import OPEN, can_cancel, find_job
from webapp.services.runs.data_state import change_sentences, nothing_countable
from webapp.services.training_failure import explain


class StageRow(NamedTuple):
    """A stage as the list of stages shows it."""

    words: str
    state: str
    detail: str = ""


@dataclass(frozen=True)
class ShownRun:
    """What a reader wants to know of a run, in the reader's language."""

    job: Job
    name: str
    stages: list[StageRow]
    asked_by: str
    seconds: int | None
    """How long it has taken so far, or took; None before it has begun."""
    before: int | None
    """How long the last finished run of this kind took; None where there is none."""

    @property
    def open(self) -> bool:
        return self.job.state in OPEN

    @property
    def can_cancel(self) -> bool:
        return can_cancel(self.job)

    @property
    def since(self) -> list[str]:
        """What came in or went after the data were taken down, in sentences."""
        return change_sentences(self.job.result.get("since") or {})

    @property
    def other_data(self) -> bool:
        """Whether the data were no longer those that were to be learned from again."""
        return self.job.state == "done" and self.job.result.get("same_data") is False

    @property
    def what_changed(self) -> list[str]:
        """Of a repeated run on other data: what is known of the difference."""
        since = self.job.result.get("since")
        if since is None:
            return [
                _("How much there was at the time was not written down, so what changed cannot be said in numbers.")
            ]
        return self.since or [nothing_countable()]

    @property
    def comparison(self) -> dict[str, Any]:
        """Of a repeated run on the same data: what differs, as `models.repeating.Repetition` says it."""
        return dict(self.job.result.get("comparison") or {})

    @property
    def again(self) -> dict[str, str]:
        """What the button for another run sends; nothing where another one would be of no use now."""
        parameters = self.job.parameters
        useful = self.job.state in ("failed", "cancelled") or (self.job.state == "done" and self.since)
        if self.job.kind != "train" or not useful or "questionnaire_id" not in parameters:
            return {}
        return {"questionnaire": parameters["questionnaire_id"], "criterion": parameters.get("criterion") or ""}

    @property
    def sentence(self) -> str:
        """How it ended."""
        if self.job.state == "failed":
            return explain(self.job.result.get("reason", ""), self.job.result.get("numbers", {}), self.job.message)
        if self.job.state == "cancelled" and self.job.result.get("reason"):
            return explain(self.job.result["reason"], self.job.result.get("numbers", {}))
        if self.job.state == "cancelled":
            return job_words.cancelled_sentence(self.job)
        return job_words.done_sentence(self.job)


def show_run(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> ShownRun:
    job = find_job(session, organisation_id, job_id)
    return ShownRun(
        job,
        job_words.name_of(job.kind),
        stage_rows(job),
        asker(session, job),
        seconds_of(job),
        seconds_before(session, job) if job.state in OPEN else None,
    )


def stage_rows(job: Job) -> list[StageRow]:
    stages = job_words.stages_of(job.kind)
    at = list(stages).index(job.stage) if job.stage in stages else 0
    details = {code: duration(seconds) for code, seconds in stage_seconds(job).items()}
    if job.state == "cancelled":
        details[job.stage] = _("It was stopped here.")
    # A repeated run on other data ends early, and what it did not do is no part of it.
    early = job.result.get("same_data") is False
    return [
        StageRow(words, state_of(job, place - at), details.get(code, ""))
        for place, (code, words) in enumerate(stages.items())
        if not early or code in job.began
    ]


def stage_seconds(job: Job) -> dict[str, int]:
    """How long each stage that is over took; one that was begun again counts from its first beginning."""
    began = sorted((dt.datetime.fromisoformat(at), code) for code, at in job.began.items())
    ends = [at for at, _code in began[1:]] + [job.finished_at if job.state == "done" else None]
    return {code: int((end - at).total_seconds()) for (at, code), end in zip(began, ends, strict=False) if end}


def state_of(job: Job, after: int) -> str:
    """The state of a stage that comes so many after the one where the run is, or was when it ended."""
    if job.state == "done" or (after < 0 and job.state != "queued"):
        return "done"
    if after > 0:
        return "waiting"
    return {"running": "doing", "failed": "failed", "cancelled": "cancelled"}.get(job.state, "waiting")


def asker(session: Session, job: Job) -> str:
    """Who asked for it; nobody where the installation did by itself."""
    user = session.get(User, (job.organisation_id, job.user_id)) if job.user_id else None
    return user.name if user else ""


def seconds_of(job: Job) -> int | None:
    if job.started_at is None:
        return None
    return int(((job.finished_at or now()) - job.started_at).total_seconds())


def seconds_before(session: Session, job: Job) -> int | None:
    """How long the last run of this kind took: what can be said honestly of how long this one may."""
    last = session.scalars(
        select(Job)
        .where(Job.organisation_id == job.organisation_id, Job.kind == job.kind, Job.state == "done")
        .order_by(Job.finished_at.desc())
        .limit(1)
    ).first()
    return seconds_of(last) if last else None


def duration(seconds: int) -> str:
    """A length of time as people say it: seconds, then minutes with seconds."""
    if seconds < 1:
        return _("less than 1 s")
    if seconds < 60:
        return _("%(seconds)s s", seconds=seconds)
    return _("%(minutes)s min %(seconds)s s", minutes=seconds // 60, seconds=seconds % 60)
