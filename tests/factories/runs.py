"""A company whose training runs are taken step by step in this process, as the worker takes them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.training import NO_FIGURES
from tests.factories import training
from webapp.config import Settings
from webapp.extensions import db
from webapp.jobs import repeating_job, training_job
from webapp.records import Job, ModelVersion
from webapp.services import training_stages as stages
from webapp.services.cancel_job import cancel_job
from webapp.services.job_progress import find_job
from webapp.services.runs.repeat_run import repeat_run
from webapp.services.start_training import start_training

Outcome = dict[str, Any]


class Site:
    """A company, and the worker's steps in this process."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self.session = session
        self.company = training.company(session)
        self.owner = self.company.organisation.id
        self.folder = settings.instance / "jobs"
        session.commit()

    def queued(self, **options: Any) -> uuid.UUID:
        job = start_training(self.session, self.owner, self.company.questionnaire.id, **options)
        self.session.commit()
        return job.id

    def run(self, job_id: uuid.UUID) -> Outcome:
        return training_job.whole_run(str(self.owner), str(job_id), training_job.STEPS)

    def trained(self, **options: Any) -> ModelVersion:
        job_id = self.queued(**options)
        self.run(job_id)
        self.session.expire_all()
        return self.session.scalars(select(ModelVersion).where(ModelVersion.job_id == job_id)).one()

    def repeated(self, version: ModelVersion) -> Job:
        job_id = repeat_run(self.session, self.owner, version.id, self.company.hr.id).id
        self.session.commit()
        repeating_job.whole_run(str(self.owner), str(job_id), repeating_job.STEPS)
        return self.job(job_id)

    def job(self, job_id: uuid.UUID) -> Job:
        self.session.rollback()
        self.session.expire_all()
        return find_job(self.session, self.owner, job_id)

    def cancel(self, job_id: uuid.UUID) -> None:
        with db.scope(), db.transaction() as session:
            cancel_job(session, self.owner, job_id, self.company.hr.id)

    def models(self) -> int:
        self.session.rollback()
        return self.session.scalar(select(func.count()).where(ModelVersion.kind == "trained")) or 0


def without_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Validation without its reports: what is tried here is the run, not the figures."""

    def validate(
        prepared: Any, progress: Callable[[str, float], None], keep: Any, spread_ratio: float | None
    ) -> Outcome:
        keep(stages.HeldOutScores(prepared.data.targets(range(prepared.n)).values, prepared.data.encoded.key_totals))
        for fraction in (0.3, 0.6, 1.0):
            progress("validate", fraction)
        return {**NO_FIGURES, "n": prepared.n, "n_units": 6, "notes": [], "spread_ratio": spread_ratio}

    monkeypatch.setattr(stages.training, "validate", validate)
    monkeypatch.setattr(training_job, "SECONDS_BETWEEN_NOTES", 0.0)
