"""Runs taken step by step in this process: cancelled in each stage, two at once; a vacancy scored again."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories.runs import Site, without_reports
from tests.integration.test_promotion import House
from webapp.config import Settings
from webapp.errors import Conflict
from webapp.extensions import db
from webapp.jobs import rescoring_job, runtime, training_job
from webapp.records import Event, Job, ModelVersion, Score, Vacancy
from webapp.services import training_stages as stages
from webapp.services.cancel_job import cancel_job
from webapp.services.job_progress import find_job
from webapp.services.start_training import RunUnderWay, start_training


@pytest.fixture
def site(app: Flask, session: Session, settings: Settings) -> Iterator[Site]:
    runtime.enter(app)
    yield Site(session, settings)
    session.close()  # the worker's steps end with the site's session, so nobody else would


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    without_reports(monkeypatch)


MOMENTS = {
    "gather": "gather",
    "criterion": "adjust_criterion",
    "validate": "validate",
    "groups": "groups",
    "fit": "fit",
}


@SQLITE
def test_a_run_cancelled_in_any_stage_leaves_nothing(site: Site, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for moment in ("queued", *MOMENTS, "save"):
        job_id = site.queued()  # the one before is cancelled, so the next may start at once
        with monkeypatch.context() as patch:
            if moment == "queued":
                site.cancel(job_id)
            else:
                cancel_before(patch, MOMENTS.get(moment, moment), lambda number=job_id: site.cancel(number))
            assert site.run(job_id)["failed"] == training_job.ENDED
        job = site.job(job_id)
        assert (job.state, job.stage) == ("cancelled", "" if moment == "queued" else moment)
        assert (site.models(), (site.folder / str(job_id)).exists()) == (0, False)
        assert site.run(job_id)["failed"] == training_job.ENDED, "taken up again, it ends at once"
        (event,) = site.session.scalars(
            select(Event).where(Event.action == "job.cancelled", Event.subject_id == job_id)
        )
        assert (event.user_id, event.detail["stage"]) == (site.company.hr.id, job.stage)


def cancel_before(monkeypatch: pytest.MonkeyPatch, name: str, cancel: Callable[[], None]) -> None:
    """Cancel when the stage has begun and its work has not; whatever transaction it has is still to come."""
    if name == "save":
        real = training_job.stages.has_fit
        monkeypatch.setattr(stages, "has_fit", lambda folder: (cancel(), real(folder))[1])
        return
    work = getattr(stages, name)

    def cancelled(*given: Any) -> Any:
        cancel()
        return work(*given)

    monkeypatch.setattr(stages, name, cancelled)


def test_of_saving_and_cancelling_at_once_one_wins(
    site: Site, quick: None, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    """The cancel comes while the model is being written, and waits: there is a model, so the run is done."""
    job_id, told = site.queued(), []

    def cancel() -> None:
        try:
            site.cancel(job_id)
        except Conflict as error:
            told.append(error.message)

    presses = threading.Thread(target=cancel)
    add = stages.add_model

    def adding(*given: Any, **named: Any) -> ModelVersion:
        presses.start()
        row = add(*given, **named)
        presses.join(0.3)
        return row

    monkeypatch.setattr(stages, "add_model", adding)
    session.rollback()
    outcome = site.run(job_id)
    presses.join(30)
    assert told == ["This run has ended already, so there is nothing left to cancel."]
    assert (site.job(job_id).state, site.models()) == ("done", 1)
    assert outcome["number"] == site.job(job_id).result["number"]


def test_two_people_who_press_at_once_start_one_run(site: Site, session: Session) -> None:
    together = threading.Barrier(2)
    started: list[uuid.UUID] = []
    there: list[uuid.UUID] = []

    def press() -> None:
        together.wait()
        try:
            with db.scope(), db.transaction() as opened:
                started.append(start_training(opened, site.owner, site.company.questionnaire.id).id)
        except RunUnderWay as error:
            there.append(error.job_id)

    session.rollback()
    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(started) == 1
    assert there == started


@SQLITE
def test_a_cancelled_rescoring_leaves_the_vacancy_where_it_was(app: Flask, session: Session) -> None:
    runtime.enter(app)
    house = House(session)
    house.submitted(3)
    house.promote(house.vacancy.id)
    job = session.scalars(select(Job)).one()
    before = house.vacancy.model_version_id
    session.commit()
    given = str(house.owner), str(job.id)
    with db.scope(), db.transaction() as other:
        cancel_job(other, house.owner, job.id, house.hr.id)
    assert rescoring_job.score_all(*given, "here") == training_job.ENDED
    assert rescoring_job.move(*given) == "stayed"
    rescoring_job.close(*given, False, training_job.ENDED)
    # What a step of the worker ends has closed the test's session too: everything is read anew.
    vacancy = session.get_one(Vacancy, (house.owner, house.vacancy.id))
    assert (find_job(session, house.owner, job.id).state, vacancy.model_version_id) == ("cancelled", before)
    assert not session.scalar(select(func.count()).where(Score.model_version_id != before))


@SQLITE
def test_a_vacancy_that_has_moved_is_scored_to_the_end(app: Flask, session: Session) -> None:
    runtime.enter(app)
    house = House(session)
    house.submitted(3)
    house.promote(house.vacancy.id)
    job = session.scalars(select(Job)).one()
    session.commit()
    given = str(house.owner), str(job.id)
    assert rescoring_job.score_all(*given, "here") is None
    assert rescoring_job.move(*given) == "moved"
    with pytest.raises(Conflict, match="has already changed"), db.scope(), db.transaction() as other:
        cancel_job(other, house.owner, job.id, house.hr.id)
    rescoring_job.close(*given, True, None)
    assert find_job(session, house.owner, job.id).state == "done"
