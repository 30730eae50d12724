"""Models that were trained with somebody erased: found, seen to as the company has stated, and certified to the end."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.erased_models import (
    due_now,
    look,
    moved,
    one,
    rescorings,
    said,
    serving_with,
    state,
    with_answers,
    words_of,
)
from tests.factories.erasing import Somebody
from webapp.config import Settings
from webapp.errors import Refused
from webapp.extensions import db
from webapp.records import ErasedModel, Erasure, Job, ModelVersion, Outbox, Retraining, TrainedWith, Vacancy
from webapp.records.base import now
from webapp.services.erasure.read_certificate import read_certificate
from webapp.services.promotion.promote_model import promote_model
from webapp.services.rights.erase_person import erase_applicant


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def somebody(session: Session, settings: Settings) -> Somebody:
    return with_answers(session, settings)


@pytest.fixture
def model(session: Session, somebody: Somebody, tmp_path: Path) -> ModelVersion:
    return serving_with(session, somebody, tmp_path)


def test_by_default_a_model_serves_until_one_without_the_person_does(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion, tmp_path: Path
) -> None:
    code = somebody.erase()
    row, due = one(session), session.scalars(select(Retraining)).one()
    assert (row.recorded, row.in_use, row.state) == (True, True, "waiting")
    assert (
        dt.timedelta(days=6.9) < due.due_at - session.scalars(select(Erasure)).one().erased_at < dt.timedelta(days=7.1)
    )
    assert session.get_one(ModelVersion, (somebody.owner, model.id)).state == "serving"
    look(session)
    assert (one(session).state, rescorings(session)) == ("waiting", [])
    assert "serves until a model without the person takes over" in said(app, code)
    assert "begins by" in said(app, code)

    due_now(session)
    look(session)
    job = session.scalars(select(Job).where(Job.kind == "train")).one()
    assert "is under way" in said(app, code)
    new = somebody.model(somebody.other, folder=tmp_path, number=78, state="candidate", promoted_at=None, job_id=job.id)
    job.state = "done"
    session.commit()
    look(session)
    assert "model 78 was trained without the person" in said(app, code)
    assert [
        row.payload["retraining_id"] for row in session.scalars(select(Outbox)) if row.topic == "mail.erasure_notice"
    ]
    assert one(session).state == "waiting"

    with db.transaction() as writing:
        promote_model(writing, somebody.owner, new.id)
    look(session)
    assert rescorings(session) == [(str(somebody.vacancy.id), str(new.id))]
    look(session)
    assert len(rescorings(session)) == 1, "one move for a vacancy, however often the worker looks"
    assert "last open vacancies are being moved to model 78" in said(app, code)
    moved(session, somebody, new)
    look(session)
    assert one(session).done_at is not None
    assert "Out of use since" in said(app, code)
    assert read_certificate(session, code).is_settled


def test_a_vacancy_on_a_model_that_serves_no_more_waits_for_the_promotion_too(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion, tmp_path: Path
) -> None:
    """Rolled back to another model with the person, the vacancy left behind: that a training has ended moves nobody."""
    model.state = "retired"
    session.commit()
    serving = somebody.model(somebody.member, folder=tmp_path, number=76)
    code = somebody.erase()
    due_now(session)
    look(session)
    job = session.scalars(select(Job).where(Job.kind == "train")).one()
    new = somebody.model(somebody.other, folder=tmp_path, number=78, state="candidate", promoted_at=None, job_id=job.id)
    job.state = "done"
    session.commit()
    for _again in range(2):
        look(session)
        assert rescorings(session) == []
        assert {row.state for row in session.scalars(select(ErasedModel))} == {"waiting"}
    assert session.get_one(ModelVersion, (somebody.owner, serving.id)).state == "serving"
    told = [words["lines"][0] for words in words_of(app, code)["models"]]
    assert told == ["It serves until a model without the person takes over."] * 2
    with db.transaction() as writing:
        promote_model(writing, somebody.owner, new.id)
    look(session)
    assert rescorings(session) == [(str(somebody.vacancy.id), str(new.id))]
    moved(session, somebody, new)
    look(session)
    assert {row.state for row in session.scalars(select(ErasedModel))} == {"done"}


def test_an_earlier_model_that_serves_is_not_the_new_one(
    session: Session, somebody: Somebody, model: ModelVersion, tmp_path: Path
) -> None:
    """HR left the vacancy behind when it went back to an earlier model; the erasure does not decide otherwise."""
    model.state = "retired"
    session.commit()
    somebody.model(somebody.other, folder=tmp_path, number=76)
    somebody.erase()
    due = session.scalars(select(Retraining)).one()
    due.state, due.ended_at = "done", now()
    session.commit()
    look(session)
    assert (one(session).state, rescorings(session)) == ("waiting", [])


def test_a_vacancy_that_came_back_by_a_move_under_way_waits_as_well(
    session: Session, somebody: Somebody, model: ModelVersion, tmp_path: Path
) -> None:
    model.state = "retired"
    key = session.scalars(select(ModelVersion).where(ModelVersion.kind == "key_only")).one()
    somebody.vacancy.model_version_id = key.id
    session.commit()
    somebody.model(somebody.member, folder=tmp_path, number=76)
    somebody.erase()
    moved(session, somebody, model)
    look(session)
    row = session.scalars(select(ErasedModel).where(ErasedModel.model_version_id == model.id)).one()
    assert (row.state, row.in_use, row.done_at) == ("waiting", True, None)
    assert row.retraining_id == session.scalars(select(Retraining.id)).one()
    assert rescorings(session) == []


def test_retired_at_once_the_vacancy_is_never_without_a_model(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    state(somebody, "retire", 0)
    code = somebody.erase()
    versions = {row.kind: row for row in session.scalars(select(ModelVersion))}
    assert (versions["trained"].state, versions["key_only"].state) == ("retired", "serving")
    assert session.get_one(Vacancy, (somebody.owner, somebody.vacancy.id)).model_version_id == model.id
    assert rescorings(session) == [(str(somebody.vacancy.id), str(versions["key_only"].id))]
    with pytest.raises(Refused), db.transaction() as writing:
        promote_model(writing, somebody.owner, model.id)
    moved(session, somebody, versions["key_only"])
    look(session)
    assert one(session).state == "done"
    assert f"model {versions['key_only'].number} scores instead" in said(app, code)


def test_an_earlier_model_without_the_person_takes_over(
    session: Session, somebody: Somebody, model: ModelVersion, tmp_path: Path
) -> None:
    before = somebody.model(
        somebody.other, folder=tmp_path, number=76, state="retired", promoted_at=now() - dt.timedelta(days=9)
    )
    with_them = somebody.model(
        somebody.member, folder=tmp_path, number=75, state="retired", promoted_at=now() - dt.timedelta(days=1)
    )
    never = somebody.model(somebody.member, folder=tmp_path, number=74, state="candidate", promoted_at=None)
    state(somebody, "retire")
    somebody.erase()
    states = {row.number: row.state for row in session.scalars(select(ModelVersion)) if row.kind == "trained"}
    assert states == {77: "retired", 76: "serving", 75: "retired", 74: "retired"}
    rows = {row.model_version_id: row for row in session.scalars(select(ErasedModel))}
    assert set(rows) == {model.id, with_them.id, never.id}
    assert rows[model.id].fallback_id == before.id
    assert (rows[never.id].state, rows[never.id].in_use) == ("done", False)
    assert session.scalars(select(TrainedWith.staff_member_id).distinct()).all() == [somebody.other.id]


def test_kept_models_stay_for_the_reason_that_was_stated(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    state(somebody, "keep", 90, "The works council agreed to a yearly training.")
    code = somebody.erase()
    look(session)
    assert one(session).state == "kept"
    assert "The works council agreed" in words_of(app, code)["policy"]
    assert "It stays by the company's rule." in said(app, code)
    assert "begins by" in said(app, code)
    state(somebody, "replace")
    assert "It stays" in said(app, code), "a certificate keeps what was stated on its day"


def test_of_an_old_model_it_is_said_that_it_may_hold_the_person(
    app: Flask, session: Session, somebody: Somebody, tmp_path: Path
) -> None:
    somebody.model(folder=tmp_path)
    code = somebody.erase()
    assert one(session).recorded is False
    assert "It may hold the person" in said(app, code)
    without = somebody.erase(somebody.other)
    assert read_certificate(session, without).models == [], "of whom there was nothing to learn from"


def test_an_applicants_own_erasure_finds_models_of_the_hired(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    applicant = somebody.hired().someone.applicant
    with db.transaction() as writing:
        code = erase_applicant(writing, writing.merge(applicant), somebody.settings)
    session.rollback()
    row = one(session)
    assert (row.model_version_id, row.recorded, row.state) == (model.id, True, "waiting")
    assert "It was trained with data of the person." in said(app, code)
    assert session.scalars(select(TrainedWith)).all(), "the member of staff stays"
