"""A member of staff whose data models were trained with, and what the worker does once they are erased."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.erasing import Somebody
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import ErasedModel, Job, ModelVersion, Retraining, Vacancy
from webapp.records.base import now
from webapp.services.erasure import retrain, settle_models
from webapp.services.erasure.policy import ErasurePolicy, set_erasure_policy
from webapp.services.erasure.read_certificate import read_certificate
from webapp.services.erasure.words import certificate_words


def with_answers(session: Session, settings: Settings) -> Somebody:
    found = Somebody(session, settings)
    found.rename()
    found.answer(found.member)
    session.commit()
    return found


def serving_with(session: Session, somebody: Somebody, folder: Path) -> ModelVersion:
    """It serves, scores the open vacancy, and was trained with the person."""
    key = session.scalars(select(ModelVersion)).one()
    key.state = "retired"
    row = somebody.model(somebody.member, somebody.other, folder=folder)
    somebody.vacancy.model_version_id = row.id
    session.commit()
    return row


def state(somebody: Somebody, action: str, days: int = 7, statement: str = "") -> None:
    owner, user = somebody.owner, somebody.house.hr.id
    with db.transaction() as writing:
        set_erasure_policy(writing, owner, ErasurePolicy(action, days, statement), user_id=user)


def look(session: Session) -> None:
    """What the worker's chore does, once."""
    session.rollback()
    for each in retrain.open_retrainings(session):
        with db.transaction() as writing:
            retrain.look_after(writing, each)
    for where in settle_models.unsettled_models(session):
        with db.transaction() as writing:
            settle_models.settle(writing, where)
    session.rollback()
    session.expire_all()


def due_now(session: Session) -> None:
    session.scalars(select(Retraining)).one().next_try_at = now() - dt.timedelta(seconds=1)
    session.commit()


def one(session: Session) -> ErasedModel:
    return session.scalars(select(ErasedModel)).one()


def words_of(app: Flask, code: str, language: str = "en") -> dict[str, Any]:
    # The request closes the session that it finds, which must not be the test's own.
    with db.scope(), app.test_request_context("/"), force_locale(language):
        return certificate_words(read_certificate(db.session, code))


def said(app: Flask, code: str) -> str:
    return " ".join(line for each in words_of(app, code)["models"] for line in [each["trained"], *each["lines"]])


def moved(session: Session, somebody: Somebody, version: ModelVersion) -> None:
    """What the run of re-scoring does when it is done."""
    session.get_one(Vacancy, (somebody.owner, somebody.vacancy.id)).model_version_id = version.id
    for job in session.scalars(select(Job).where(Job.kind == "rescore")):
        job.state = "done"
    session.commit()


def rescorings(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(Job).where(Job.kind == "rescore").order_by(Job.id))
    return [(row.parameters["vacancy_id"], row.parameters["model_version_id"]) for row in rows]
