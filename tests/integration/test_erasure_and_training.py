"""Trainings after somebody was erased: due once, begun again, broken, too small, and without the person for good."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.erased_models import (
    due_now,
    look,
    rescorings,
    said,
    serving_with,
    with_answers,
)
from tests.factories.erasing import CODE, EMAIL, NAME, Somebody, taken_down
from webapp.config import LANGUAGES, Settings
from webapp.extensions import db
from webapp.records import ErasedModel, Erasure, Job, ModelVersion, Retraining, TrainedWith
from webapp.records.base import now
from webapp.services.deliver_mail import lay_down
from webapp.services.erasure.note_trained import note_trained_with
from webapp.services.erasure.notify_hr import send_erasure_notice
from webapp.services.erasure.sweep_files import sweep_again
from webapp.services.job_progress import fail_job
from webapp.services.start_training import start_training
from webapp.services.training_failure import TrainingRefused


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def somebody(session: Session, settings: Settings) -> Somebody:
    return with_answers(session, settings)


@pytest.fixture
def model(session: Session, somebody: Somebody, tmp_path: Path) -> ModelVersion:
    return serving_with(session, somebody, tmp_path)


def test_several_erasures_make_one_training_due(session: Session, somebody: Somebody, model: ModelVersion) -> None:
    first, second = somebody.erase(), somebody.erase(somebody.other)
    assert first != second
    due = session.scalars(select(Retraining)).one()
    assert {row.retraining_id for row in session.scalars(select(ErasedModel))} == {due.id}
    due_now(session)
    look(session)
    look(session)
    assert len(session.scalars(select(Job).where(Job.kind == "train")).all()) == 1


def test_where_too_few_are_left_the_key_alone_scores(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    code = somebody.erase()
    due_now(session)
    look(session)
    job = session.scalars(select(Job).where(Job.kind == "train")).one()
    fail_job(session, job, "too_few", both=12, needed=50)
    session.commit()
    look(session)
    key = session.scalars(select(ModelVersion).where(ModelVersion.kind == "key_only")).one()
    assert key.state == "serving"
    assert rescorings(session) == [(str(somebody.vacancy.id), str(key.id))]
    assert "too little is left to train a model" in said(app, code)
    assert "by the answer key alone" in said(app, code)


def test_hr_gets_a_mail_when_a_training_has_ended(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion, settings: Settings
) -> None:
    somebody.erase()
    due = session.scalars(select(Retraining)).one()
    due.state, due.ended_at, due.model_version_id = "done", now(), model.id
    session.commit()
    for language in LANGUAGES:
        somebody.house.hr.language = language
        session.commit()
        with db.scope(), app.test_request_context("/"):
            assert send_erasure_notice(db.session, somebody.owner, due.id, somebody.house.hr.id, settings)
    paths = list(settings.mail_folder.glob("*.eml"))
    assert len(paths) == len(LANGUAGES)
    for path in paths:
        body = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default).get_body(("plain",))
        assert body is not None
        assert f"/hr/models/{model.id}" in body.get_content()
        assert not [text for text in (NAME, CODE, EMAIL) if text in path.read_text()]


def test_a_training_that_breaks_is_tried_again_the_next_day(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    code = somebody.erase()
    due_now(session)
    look(session)
    fail_job(session, session.scalars(select(Job).where(Job.kind == "train")).one(), "broken")
    session.commit()
    look(session)
    due = session.scalars(select(Retraining)).one()
    assert (due.state, due.reason) == ("due", "broken")
    assert due.next_try_at > now() + dt.timedelta(hours=23)
    assert "is repeated" in said(app, code)


def test_a_training_that_hr_begins_by_itself_counts(
    session: Session, somebody: Somebody, model: ModelVersion, tmp_path: Path
) -> None:
    somebody.erase()
    job = start_training(session, somebody.owner, somebody.vacancy.questionnaire_id)
    new = somebody.model(somebody.other, folder=tmp_path, number=78, state="candidate", job_id=job.id)
    job.state = "done"
    session.commit()
    look(session)
    due = session.scalars(select(Retraining)).one()
    assert (due.state, due.model_version_id) == ("done", new.id)


def test_a_run_that_is_under_way_stops_and_begins_again(
    session: Session, somebody: Somebody, settings: Settings
) -> None:
    asked = start_training(session, somebody.owner, somebody.vacancy.questionnaire_id, user_id=somebody.house.hr.id)
    data = taken_down(settings.instance / "jobs" / str(asked.id), [CODE, somebody.other.code])
    session.commit()
    somebody.erase()
    jobs = session.scalars(select(Job).where(Job.kind == "train").order_by(Job.id)).all()
    assert [job.state for job in jobs] == ["cancelled", "queued"]
    assert not data.parent.exists()
    for name in ("questionnaire_id", "form", "criterion", "seed"):
        assert jobs[0].parameters[name] == jobs[1].parameters[name]
    assert jobs[1].user_id == somebody.house.hr.id


def test_files_that_a_dead_process_left_are_swept(session: Session, somebody: Somebody, settings: Settings) -> None:
    asked = start_training(session, somebody.owner, somebody.vacancy.questionnaire_id)
    session.commit()
    somebody.erase()
    data = taken_down(settings.instance / "jobs" / str(asked.id), [CODE])
    for address in (EMAIL, "somebody.else@example.org"):
        message = EmailMessage()
        message["To"] = address
        lay_down(settings.mail_folder, somebody.owner, message)
    with db.transaction() as writing:
        sweep_again(writing, settings)
    assert not data.parent.exists()
    assert len(list(settings.mail_folder.glob("*.eml"))) == 1
    row = session.scalars(select(Erasure)).one()
    assert (len(row.addresses), row.swept_at) == (2, None), "the former address too"
    row.erased_at -= dt.timedelta(minutes=11)
    session.commit()
    with db.transaction() as writing:
        sweep_again(writing, settings)
    session.expire_all()
    assert session.scalars(select(Erasure.addresses)).one() == []


def test_no_model_is_kept_with_somebody_erased_meanwhile(
    session: Session, somebody: Somebody, model: ModelVersion, tmp_path: Path
) -> None:
    data = taken_down(tmp_path, [CODE, somebody.other.code])
    somebody.erase()
    with pytest.raises(TrainingRefused) as refused:
        note_trained_with(session, model, data)
    assert refused.value.reason == "person_erased"


def test_whose_code_changed_during_the_run_is_still_known(session: Session, somebody: Somebody, tmp_path: Path) -> None:
    row = somebody.model(folder=tmp_path, state="candidate")
    assert note_trained_with(session, row, taken_down(tmp_path, ["ZX-OLD", somebody.other.code])) == 2
    assert set(session.scalars(select(TrainedWith.staff_member_id))) == {somebody.member.id, somebody.other.id}
