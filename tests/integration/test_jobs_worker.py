"""The worker at its ordinary work: mails, re-scoring, refusals, several at once, a clean stop."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.factories import sittings, training
from tests.integration.test_promotion import House
from tests.workers import kill, started_worker, wait_for, worker
from webapp import create_app
from webapp.config import Settings, read_settings
from webapp.extensions import db
from webapp.records import Event, Invitation, Job, ModelVersion, Outbox, Vacancy
from webapp.services.queue_work import queue_work
from webapp.services.start_training import start_training


@pytest.fixture
def settings(own_folder: Path, sqlite_url: str) -> Iterator[Settings]:
    """One installation on SQLite; the worker is a process of its own."""
    made = read_settings({}, instance=own_folder / "instance", database_url=sqlite_url, secret_key="test-secret")
    create_app(made, testing=True)
    yield made
    db.dispose()


def job_states() -> dict[str, str]:
    with db.scope() as session:
        return {job.kind: job.state for job in session.scalars(select(Job))}


def ended() -> bool:
    states = job_states()
    return bool(states) and not set(states.values()) & {"queued", "running"}


def undone() -> list[str]:
    with db.scope() as session:
        return list(session.scalars(select(Outbox.topic).where(Outbox.dispatched_at.is_(None))))


def test_it_does_what_waits_and_stops_when_told(settings: Settings) -> None:
    with db.scope() as session:
        house = House(session)
        house.submitted(5)
        house.promote(house.vacancy.id)
        guest = sittings.invited(session)
        queue_work(session, guest.organisation.id, "mail.invitation", invitation_id=guest.invitation.id)
        queue_work(session, guest.organisation.id, "something.later", thing_id=uuid.uuid4())
        start_training(session, house.owner, house.asked.id, user_id=house.hr.id)
        session.commit()
    with started_worker(settings) as process:
        wait_for(lambda: ended() and invitation().sent_at is not None, lambda: process.poll() is None)
        process.terminate()
        assert process.wait(timeout=60) == 0
    assert job_states() == {"rescore": "done", "train": "failed"}
    assert undone() == ["something.later"], "a topic that this program does not know waits for one that does"
    check_rescoring()
    check_refusal()
    assert [guest.applicant.email in path.read_text() for path in settings.mail_folder.rglob("*.eml")] == [True]


def invitation() -> Invitation:
    with db.scope() as session:
        return session.scalars(select(Invitation)).one()


def check_rescoring() -> None:
    with db.scope() as session:
        job = session.scalars(select(Job).where(Job.kind == "rescore")).one()
        assert (job.result["scored"], job.result["moved"], job.fraction) == (5, True, 1.0)
        vacancy = session.get_one(Vacancy, (job.organisation_id, uuid.UUID(job.parameters["vacancy_id"])))
        assert str(vacancy.model_version_id) == job.parameters["model_version_id"]


def check_refusal() -> None:
    with db.scope() as session:
        job = session.scalars(select(Job).where(Job.kind == "train")).one()
        assert job.result == {"reason": "no_answers", "numbers": {}}
        assert session.scalars(select(ModelVersion).where(ModelVersion.kind == "trained")).all() == []
        assert [event.detail["reason"] for event in session.scalars(select(Event).where(Event.action == "job.failed"))]


def test_a_living_worker_takes_over_from_a_dead_one(settings: Settings, tmp_path: Path) -> None:
    with db.scope() as session:
        company = training.company(session)
        start_training(session, company.organisation.id, company.questionnaire.id)
        session.commit()
    mark = tmp_path / "mark"
    with worker(settings, "validate", mark) as first:
        wait_for(mark.exists, first.is_alive)
        with worker(settings) as second:
            wait_for((settings.instance / "worker-2.lock").exists, second.is_alive)
            kill(first)
            wait_for(ended, second.is_alive)
    assert job_states() == {"train": "done"}
    with db.scope() as session:
        assert len(session.scalars(select(ModelVersion).where(ModelVersion.kind == "trained")).all()) == 1
