"""kill -9 at any moment of a training run, and the run completes: one model version, no more, no less."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.factories import training
from tests.workers import kill, wait_for, worker
from webapp.config import Settings, read_settings
from webapp.extensions import db
from webapp.records import Job, ModelVersion, Outbox
from webapp.services.cancel_job import cancel_job
from webapp.services.start_training import start_training

MOMENTS = ("enqueued", "gather", "criterion", "validate", "groups", "fit", "save", "saved")


@pytest.fixture
def embedded(own_folder: Path, sqlite_url: str) -> Settings:
    return read_settings({}, instance=own_folder / "instance", database_url=sqlite_url, secret_key="test-secret")


@pytest.fixture
def server(own_folder: Path, postgres_url: str) -> Settings:
    """Records and queue both in PostgreSQL, as in production."""
    return read_settings(
        {},
        instance=own_folder / "instance",
        database_url=postgres_url,
        jobs_database_url=postgres_url,
        secret_key="test-secret",
    )


def queue_run(settings: Settings) -> uuid.UUID:
    db.bind(settings.database_url)
    with db.scope(), db.transaction() as session:
        company = training.company(session)
        job = start_training(session, company.organisation.id, company.questionnaire.id, "A", user_id=company.hr.id)
        return job.id


def the_job() -> Job:
    with db.scope() as session:
        return session.scalars(select(Job)).one()


def trained() -> list[ModelVersion]:
    with db.scope() as session:
        return list(session.scalars(select(ModelVersion).where(ModelVersion.kind == "trained")))


def killed_at(moment: str, settings: Settings, mark: Path) -> None:
    with worker(settings, moment, mark) as process:
        wait_for(mark.exists, process.is_alive)
        kill(process)


def check_completes(settings: Settings, moments: Sequence[str], folder: Path) -> None:
    """One run, killed at one moment after the other; each worker goes on where the one before was killed."""
    job_id = queue_run(settings)
    for moment in moments:
        killed_at(moment, settings, folder / f"killed at {moment}")
    with worker(settings) as process:
        wait_for(lambda: the_job().state not in ("queued", "running"), process.is_alive)
        wait_for(lambda: not (settings.instance / "jobs" / str(job_id)).exists(), process.is_alive)
        process.terminate()
        process.join(60)
        assert process.exitcode == 0
    check_result(job_id)
    db.dispose()


def check_result(job_id: uuid.UUID) -> None:
    job = the_job()
    assert (job.state, job.message) == ("done", "")
    (model,) = trained()
    assert (model.state, model.job_id) == ("candidate", job_id)
    assert model.figures["n"] == 60
    assert model.figures["reliability_diagram"]
    assert model.figures["groups"]["single"] == "en"
    with db.scope() as session:
        assert session.scalars(select(Outbox)).one().dispatched_at is not None


@pytest.mark.timeout(900)
def test_killed_at_every_moment_on_sqlite(embedded: Settings, tmp_path: Path) -> None:
    check_completes(embedded, MOMENTS, tmp_path)


@pytest.mark.timeout(300)
def test_a_cancelled_run_does_not_come_back(embedded: Settings, tmp_path: Path) -> None:
    """Cancelled while its worker is stuck in a stage that is then killed: the next worker only clears up."""
    job_id = queue_run(embedded)
    folder = embedded.instance / "jobs" / str(job_id)
    mark = tmp_path / "stuck"
    with worker(embedded, "gather", mark) as process:
        wait_for(mark.exists, process.is_alive)
        with db.scope(), db.transaction() as session:
            job = the_job()
            cancel_job(session, job.organisation_id, job_id, job.user_id or job.id)
        kill(process)
    assert folder.exists()
    with worker(embedded) as process:
        wait_for(lambda: not folder.exists(), process.is_alive)
        process.terminate()
        process.join(60)
        assert process.exitcode == 0
    assert (the_job().state, the_job().stage, trained()) == ("cancelled", "gather", [])
    db.dispose()


@pytest.mark.postgres
@pytest.mark.timeout(900)
def test_killed_on_postgres(server: Settings, tmp_path: Path) -> None:
    check_completes(server, ("validate", "saved"), tmp_path)
