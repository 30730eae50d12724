"""The page of a run in each of its states, and its buttons."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, training
from tests.factories.signing import sign_in
from tests.integration.test_hr_pages import text_of
from webapp.records import Event, Job, ModelVersion
from webapp.records.base import now
from webapp.services.erasure.stop_runs import stop_runs
from webapp.services.job_progress import fail_job, find_job, finish_job, keep_past_cancelling, note_progress
from webapp.services.start_training import start_training


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Pages do not hang on the database."""
    return sqlite_url


@pytest.fixture
def company(client: FlaskClient, session: Session) -> training.Company:
    made = training.company(session, rated=False, answered=False)
    session.commit()
    sign_in(client, made.hr)
    return made


@pytest.fixture
def job(session: Session, company: training.Company) -> Job:
    made = start_training(session, company.organisation.id, company.questionnaire.id, user_id=company.hr.id)
    session.commit()
    return made


def at(session: Session, job: Job, stage: str, fraction: float = 0.5) -> None:
    note_progress(session, job.organisation_id, job.id, stage, fraction)
    session.commit()


def page_of(client: FlaskClient, job: Job) -> str:
    return text_of(client, f"/hr/models/jobs/{job.id}")


def test_a_run_under_way_names_what_is_done_and_what_is_left(client: FlaskClient, session: Session, job: Job) -> None:
    session.add(ended(job, seconds=64))
    at(session, job, "gather")
    at(session, job, "criterion")
    at(session, job, "validate")
    page = page_of(client, job)
    assert page.count('class="stage stage--done"') == 2
    assert page.count('class="stage stage--waiting"') == 3
    assert 'aria-current="step"' in page
    assert "The last such run took" in page
    assert "1 min 4 s" in page
    assert "Cancel this run" in page
    assert 'http-equiv="refresh"' in page


def ended(job: Job, seconds: int) -> Job:
    begun = now() - dt.timedelta(hours=1)
    return Job(
        organisation_id=job.organisation_id,
        kind="train",
        state="done",
        started_at=begun,
        finished_at=begun + dt.timedelta(seconds=seconds),
        created_at=begun,
        parameters={},
        result={},
    )


def test_cancelling_says_what_was_kept_and_offers_another_run(
    client: FlaskClient, session: Session, job: Job, company: training.Company
) -> None:
    at(session, job, "validate")
    page_of(client, job)
    answer = client.send(f"/hr/models/jobs/{job.id}/cancel")
    assert answer.headers["Location"] == f"/hr/models/jobs/{job.id}"
    page = page_of(client, job)
    assert "This run was cancelled" in page
    assert "It stopped before a model was kept." in page
    assert 'class="stage stage--cancelled"' in page
    assert f'name="questionnaire" value="{company.questionnaire.id}"' in page
    assert "Cancel this run" not in page
    (event,) = session.scalars(select(Event).where(Event.action == "job.cancelled"))
    assert (event.user_id, event.detail) == (company.hr.id, {"kind": "train", "stage": "validate"})


ENDS: dict[Any, str] = {
    lambda session, job: finish_job(session, job, number=2): "has ended already",
    lambda session, job: fail_job(session, job, "broken"): "has ended already",
    lambda session, job: keep_past_cancelling(session, job.organisation_id, job.id): "has already changed",
}


def test_what_has_ended_or_changed_something_cannot_be_cancelled(
    client: FlaskClient, session: Session, company: training.Company
) -> None:
    for end, words in ENDS.items():
        job = start_training(session, company.organisation.id, company.questionnaire.id)
        session.commit()
        page_of(client, job)
        end(session, job)
        session.commit()
        client.send(f"/hr/models/jobs/{job.id}/cancel")
        assert words in page_of(client, job)
        session.expire_all()
        assert find_job(session, job.organisation_id, job.id).state != "cancelled"


def test_another_companys_run_is_not_there(client: FlaskClient, session: Session, job: Job) -> None:
    stranger = people.user(session, people.organisation(session, name="Another"), "hr", email="other@example.org")
    session.commit()
    other = client.application.test_client()
    sign_in(other, stranger)
    other.get("/hr/imports/staff/new")
    assert other.send(f"/hr/models/jobs/{job.id}/cancel").status_code == 404
    assert other.get(f"/hr/models/jobs/{job.id}").status_code == 404


def test_the_button_repeats_a_run_and_a_model_by_the_key_has_none(
    client: FlaskClient, session: Session, job: Job, company: training.Company
) -> None:
    model = session.scalars(select(ModelVersion)).first()
    assert model is not None
    page_of(client, job)
    assert client.send(f"/hr/models/{model.id}/repeat").status_code == 409
    finish_job(session, job, model_version_id=str(model.id), number=model.number, since={"ratings_came": 2})
    model.job_id = job.id
    session.commit()
    assert f"/hr/models/{model.id}/repeat" in page_of(client, job)
    of_model = text_of(client, f"/hr/models/{model.id}")
    assert "2 imported ratings came in." in of_model
    assert f"/hr/models/{model.id}/repeat" in of_model
    answer = client.send(f"/hr/models/{model.id}/repeat")
    assert "Looking whether the data are the same" in text_of(client, answer.headers["Location"])
    again = client.send(f"/hr/models/{model.id}/repeat")
    assert again.headers["Location"] == answer.headers["Location"]


def test_a_repeated_run_tells_each_difference(client: FlaskClient, session: Session, job: Job) -> None:
    difference = {"name": "figures.r", "before": 0.41, "again": 0.42}
    found = {"same": False, "compared": 900, "differing": 1, "numbers": True, "figures": [difference], "libraries": []}
    job.kind = "repeat"
    finish_job(session, job, same_data=True, number=2, comparison=found)
    session.commit()
    page = page_of(client, job)
    assert "not everything came out the same" in page
    assert "<code>figures.r</code>" in page
    assert "The programs are the same" in page


def test_on_other_data_the_page_says_what_changed(client: FlaskClient, session: Session, job: Job) -> None:
    job.kind = "repeat"
    finish_job(session, job, same_data=False, number=2, since={"answers_came": 3, "rounds_came": 1})
    session.commit()
    page = page_of(client, job)
    assert "Answers of members of staff came in: fewer than five" in page
    assert "1 rating round was released." in page
    assert "No figure was computed" in page


def test_a_run_that_was_stopped_because_somebody_was_erased_says_so(
    client: FlaskClient, session: Session, job: Job
) -> None:
    assert stop_runs(session, job.organisation_id) == [job]
    session.commit()
    page = page_of(client, job)
    assert "This run was cancelled" in page
    assert "It stopped before a model was kept." not in page
