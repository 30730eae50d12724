"""A rehearsal scores everybody with the other model, changes nothing, and says who would move."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from questionnaires.answers import AnswerSheet
from tests.databases import SQLITE
from tests.factories import submitted
from tests.factories.promotions import House
from tests.factories.signing import sign_in
from webapp.errors import Conflict, Refused
from webapp.extensions import db
from webapp.jobs import rehearsal_job, runtime
from webapp.records import (
    Answer,
    Event,
    Job,
    ModelVersion,
    Rehearsal,
    RehearsalMover,
    Score,
    Sitting,
    UserRole,
)
from webapp.records.base import now
from webapp.services.install_company import add_model
from webapp.services.job_progress import JobCancelled, find_job
from webapp.services.promotion.stop_scores import stop_scores
from webapp.services.promotion.vacancies import movable_vacancies
from webapp.services.rehearsal.describe_rehearsal import agreement
from webapp.services.rehearsal.read_people import read_chunks
from webapp.services.rehearsal.read_rehearsal import newest_rehearsal
from webapp.services.rehearsal.rehearse import Rehearsed, rehearse
from webapp.services.rehearsal.score_people import Rehearser
from webapp.services.rehearsal.start_rehearsal import keep_rehearsal, start_rehearsal
from webapp.services.rights.hanging_rows import hanging_tables
from webapp.services.score_sitting import saved_answers, score_of
from webapp.services.serving_model import serving_model


class Trained(House):
    """The house with a trained candidate and forty people in two languages."""

    def __init__(self, session: Session, number: int = 40) -> None:
        super().__init__(session)
        self.people = self.applicants(number, languages=("en", "ru"))
        self.trained = add_model(session, self.asked, "A", submitted.trained_model(60))
        session.commit()

    def rehearsed(self) -> Rehearsed:
        with db.scope() as reading:
            return rehearse(reading, self.owner, self.trained.id, lambda _fraction: None)

    def kept(self) -> Rehearsal:
        job = start_rehearsal(self.session, self.owner, self.trained.id, self.ona.id)
        self.session.commit()
        row = keep_rehearsal(self.session, self.owner, job.id, self.rehearsed())
        self.session.commit()
        return row


def counted(session: Session) -> dict[str, int]:
    tables = (Score, Job, Event, Rehearsal, RehearsalMover)
    return {each.__tablename__: session.scalar(select(func.count()).select_from(each)) or 0 for each in tables}


def test_everybody_is_scored_as_if_for_good_and_nothing_is_written(session: Session) -> None:
    """On both databases: answers come as text, put together by the database."""
    house = Trained(session)
    model = serving_model(session, house.owner, house.trained.id)
    sitting = session.scalars(select(Sitting).where(Sitting.applicant_id == house.people[0].id)).one()
    sitting.not_asked = [model.compiled.items[0].id]
    gone = session.scalars(select(Answer).where(Answer.sitting_id == sitting.id).limit(1)).one()
    gone.value = None
    session.commit()
    before = counted(session)
    (vacancy,) = movable_vacancies(session, house.trained)
    chunks = list(read_chunks(session, vacancy, size=7))
    assert [len(chunk) for chunk in chunks] == [7, 7, 7, 7, 7, 5]
    rehearser, seen = Rehearser(model), 0
    for chunk in chunks:
        for person, score in zip(chunk, rehearser.scores(chunk), strict=True):
            told = session.scalars(select(Sitting).where(Sitting.applicant_id == person.applicant_id)).one()
            sheet = AnswerSheet(str(told.id), saved_answers(session, told), language=told.language)
            assert score == pytest.approx(score_of(model, sheet, "A", told.not_asked).score, abs=1e-9)
            seen += 1
    assert seen == len(house.people)
    found = house.rehearsed()
    assert found.figures["people"] == seen
    assert counted(session) == before


@SQLITE
def test_figures_and_movers_are_kept_and_told(session: Session) -> None:
    house = Trained(session)
    row = house.kept()
    (figures,) = row.figures["vacancies"]
    assert (figures["people"], figures["both"], figures["hired"]) == (40, 40, 0)
    assert sum(figures["moves"][name] for name in ("same", "near", "some", "far")) == 40
    assert -1.0 <= figures["correlation"] <= 1.0
    assert [rate["n"] for rate in row.figures["groups"]["third"]["after"]] == [20, 20]
    assert {rate["finding"] for rate in row.figures["groups"]["third"]["after"]} == {"cannot_tell"}
    movers = session.scalars(select(RehearsalMover)).all()
    assert movers
    assert str([row.figures]).count(str(house.people[0].id)) == 0
    shown = newest_rehearsal(session, house.trained)
    assert shown is not None
    assert shown.newer == ""
    assert any("40 people" in line for line in shown.lines)
    assert [event.user_id for event in house.events("rehearsal.done")] == [house.ona.id]


@pytest.mark.parametrize(("r", "told"), [(1.0, 1.0), (1 - 1e-15, 1.0), (0.9996, 0.99), (0.3, 0.3), (None, None)])
def test_one_is_said_of_the_same_order_alone(r: float | None, told: float | None) -> None:
    assert agreement(r) == (told if told is None else pytest.approx(told))


@SQLITE
def test_the_way_of_most_and_the_language_are_said_in_words(client: FlaskClient, session: Session) -> None:
    house = Trained(session)
    row = house.kept()
    (vacancy,) = row.figures["vacancies"]
    moves = {**vacancy["moves"], "median": 0.0, "nine_of_ten": 0.0}
    third = row.figures["groups"]["third"]
    below = {"finding": "below_four_fifths", "ratio": 0.5, "low": 0.3, "high": 0.7}
    groups = {**row.figures["groups"], "third": {**third, "after": [{**each, **below} for each in third["after"]]}}
    row.figures = {**row.figures, "vacancies": [{**vacancy, "moves": moves, "correlation": 0.9999}], "groups": groups}
    session.commit()
    sign_in(client, house.ona)
    page = client.get(f"/hr/models/{house.trained.id}/rehearsal").get_data(as_text=True)
    assert "Half of the people or more would keep their place" in page
    assert "Language of answering: English, Russian." in page
    assert "0.99" in page
    assert "1.00:" not in page


@SQLITE
def test_a_rehearsal_knows_when_it_is_old(session: Session) -> None:
    house = Trained(session, 4)
    house.kept()
    person = house.people[0]
    sitting = session.scalars(select(Sitting).where(Sitting.applicant_id == person.id)).one()
    arrived = {"action": "sitting.submitted", "subject": "sitting", "subject_id": sitting.id}
    session.add(Event(organisation_id=house.owner, at=now(), **arrived))
    house.opened("Cashier")
    session.commit()
    shown = newest_rehearsal(session, house.trained)
    assert shown is not None
    assert "1 person sent answers" in shown.newer
    assert "Other vacancies" in shown.newer


@SQLITE
def test_a_rehearsal_with_another_model_than_todays_is_out_of_date(client: FlaskClient, session: Session) -> None:
    house = Trained(session, 4)
    house.kept()
    sign_in(client, house.ona)
    addresses = [f"/hr/models/{house.trained.id}/{page}" for page in ("promote", "rehearsal")]
    assert not ["Out of date" for each in addresses if "Out of date" in client.get(each).text]
    for moved_to in (house.candidate, house.trained):
        house.vacancy.model_version_id = moved_to.id
        session.commit()
        shown = newest_rehearsal(session, house.trained)
        assert shown is not None
        assert (shown.over, shown.lines) == (True, [])
    for each in addresses:
        page = client.get(each).text
        assert "Out of date" in page
        assert "Rehearse again" in page
        assert "The two orders agree" not in page
        assert "Who would move most" not in page
    house.kept()
    assert "Out of date" not in client.get(addresses[0]).text


@SQLITE
def test_who_is_erased_goes_from_rehearsals_too(session: Session) -> None:
    house = Trained(session)
    found = house.rehearsed()
    job = start_rehearsal(session, house.owner, house.trained.id, house.ona.id)
    erased_meanwhile = uuid.uuid4()
    found.movers.append((house.vacancy.id, erased_meanwhile, {"from": 1, "to": 2}))
    keep_rehearsal(session, house.owner, job.id, found)
    session.commit()
    assert session.scalar(select(func.count()).select_from(RehearsalMover)) == len(found.movers) - 1
    keep_again = house.kept()
    assert {each.rehearsal_id for each in session.scalars(select(RehearsalMover))} == {keep_again.id}
    assert "rehearsal_mover" in {table.name for table in hanging_tables()}


@SQLITE
def test_a_cancelled_rehearsal_keeps_nothing(session: Session) -> None:
    house = Trained(session, 4)
    job = start_rehearsal(session, house.owner, house.trained.id, house.ona.id)
    with pytest.raises(Conflict, match="being rehearsed already"):
        start_rehearsal(session, house.owner, house.trained.id, house.jonas.id)
    job.state = "cancelled"
    session.commit()

    def stop(_fraction: float) -> None:
        raise JobCancelled

    with pytest.raises(JobCancelled), db.scope() as reading:
        rehearse(reading, house.owner, house.trained.id, stop)
    with pytest.raises(JobCancelled):
        keep_rehearsal(session, house.owner, job.id, house.rehearsed())
    session.rollback()
    assert session.scalars(select(Rehearsal)).all() == []


@SQLITE
def test_a_damaged_model_is_not_rehearsed(session: Session) -> None:
    house = Trained(session, 2)
    session.execute(update(ModelVersion).where(ModelVersion.id == house.trained.id).values(artefact=b"other bytes"))
    session.commit()
    with pytest.raises(Refused, match="Restore the database from a copy"):
        start_rehearsal(session, house.owner, house.trained.id, house.ona.id)


@SQLITE
def test_the_page_names_people_to_recruiters_only_and_nobody_while_stopped(
    client: FlaskClient, session: Session
) -> None:
    house = Trained(session)
    house.kept()
    address = f"/hr/models/{house.trained.id}/rehearsal"
    sign_in(client, house.ona)
    page = client.get(address).get_data(as_text=True)
    assert "Who would move most" in page
    assert "Applicant " not in page.replace("Applicants", "")
    session.add(UserRole(organisation_id=house.owner, user_id=house.ona.id, role="recruiter"))
    session.commit()
    assert "Applicant " in client.get(address).get_data(as_text=True)
    stop_scores(session, house.owner, "A reason.", house.jonas.id)
    session.commit()
    page = client.get(address).get_data(as_text=True)
    assert "Scores are stopped" in page
    assert "Who would move most" not in page


class Killed(BaseException):
    """The process died here."""


@SQLITE
def test_one_that_was_cut_off_begins_anew_and_is_kept_once(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime.enter(app)
    house = Trained(session, 4)
    job = start_rehearsal(session, house.owner, house.trained.id, house.ona.id)
    given = str(house.owner), str(job.id)
    session.commit()

    def dies(*arguments: Any) -> Rehearsed:
        rehearse(*arguments)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(rehearsal_job, "rehearse", dies)
        with pytest.raises(Killed):
            rehearsal_job.run_all(*given)
    assert session.scalars(select(Rehearsal)).all() == []
    session.commit()
    assert rehearsal_job.run_all(*given) is None
    assert rehearsal_job.run_all(*given) == rehearsal_job.ENDED, "done, and taken up again by a queue that missed it"
    job = find_job(session, house.owner, job.id)
    assert len(session.scalars(select(Rehearsal)).all()) == 1
    assert (job.state, job.result) == ("done", {"model_version_id": str(house.trained.id)})


@SQLITE
def test_a_model_damaged_before_its_turn_says_so_on_the_jobs_page(app: Flask, session: Session) -> None:
    runtime.enter(app)
    house = Trained(session, 2)
    job = start_rehearsal(session, house.owner, house.trained.id, house.ona.id)
    session.execute(update(ModelVersion).where(ModelVersion.id == house.trained.id).values(artefact=b"other bytes"))
    session.commit()
    failure = rehearsal_job.run_all(str(house.owner), str(job.id))
    assert failure is not None
    rehearsal_job.close(str(house.owner), str(job.id), failure)
    job = find_job(session, house.owner, job.id)
    assert job.state == "failed"
    assert "Restore the database from a copy" in job.message
