"""Promotion: who serves, who retires, which vacancies move and when."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import registry
from models import training as learning
from questionnaires import shelf
from questionnaires.loading import load
from tests.databases import SQLITE
from tests.factories import people, promotions
from tests.factories import training as companies
from tests.factories.signing import sign_in
from webapp.errors import Conflict, NotFound, Refused
from webapp.records import (
    Answer,
    Applicant,
    ErasedModel,
    Erasure,
    Event,
    Job,
    ModelVersion,
    Outbox,
    Rehearsal,
    Score,
    Sitting,
)
from webapp.records.base import now
from webapp.services.install_company import publish
from webapp.services.job_progress import find_job
from webapp.services.promotion.promote_model import promote_model, promote_or_move
from webapp.services.promotion.vacancies import movable_vacancies
from webapp.services.rescoring.move_vacancy import MOVED, STAYED, move_vacancy
from webapp.services.rescoring.whom import Target, count_unscored
from webapp.services.rescoring.write_scores import score_next

SAMPLES = Path(__file__).parents[1] / "unit" / "questionnaires" / "samples"
INSTRUMENT = shelf.get(companies.INSTRUMENT)


class House(promotions.House):
    """A company with a serving model, a candidate model, and one open vacancy; one person of HR acts."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.hr = self.ona

    def submitted(self, number: int) -> None:
        """People who sent their answers and were scored by nobody yet."""
        for sheet in companies.simulated().staff_sheets()[:number]:
            applicant = Applicant(
                organisation_id=self.owner,
                vacancy_id=self.vacancy.id,
                name=sheet.person,
                email=f"{uuid.uuid4().hex}@example.org",
                state="done",
            )
            self.session.add(applicant)
            self.session.flush()
            sitting = Sitting(
                organisation_id=self.owner,
                applicant_id=applicant.id,
                questionnaire_id=self.asked.id,
                form="A",
                state="submitted",
                submitted_at=now(),
                seed=1,
            )
            self.session.add(sitting)
            self.session.flush()
            self.session.add_all(
                Answer(
                    organisation_id=self.owner,
                    sitting_id=sitting.id,
                    item_id=item_id,
                    value=dict(answer),
                    saved_at=now(),
                )
                for item_id, answer in sheet.answers.items()
            )
        self.session.commit()

    def promote(self, *vacancies: uuid.UUID) -> None:
        promote_model(self.session, self.owner, self.candidate.id, user_id=self.hr.id, vacancies=vacancies)
        self.session.commit()

    def events(self, action: str) -> list[Event]:
        return list(self.session.scalars(select(Event).where(Event.action == action)))


@pytest.fixture
def house(session: Session) -> House:
    return House(session)


def test_one_serves_and_the_other_retires(house: House) -> None:
    house.promote()
    assert (house.candidate.state, house.serving.state) == ("serving", "retired")
    assert house.candidate.promoted_by == house.hr.id
    assert house.candidate.promoted_at is not None
    assert [event.user_id for event in house.events("model.promoted")] == [house.hr.id]
    assert [event.subject_id for event in house.events("model.retired")] == [house.serving.id]


def test_open_vacancies_stay_on_their_model(house: House) -> None:
    house.promote()
    assert house.vacancy.model_version_id == house.serving.id
    assert house.session.scalars(select(Job)).all() == []


def test_a_ticked_vacancy_is_scored_again_first(house: House) -> None:
    other = house.opened("Cashier")
    house.promote(house.vacancy.id)
    job = house.session.scalars(select(Job)).one()
    assert (job.kind, job.parameters["vacancy_id"]) == ("rescore", str(house.vacancy.id))
    assert house.session.scalars(select(Outbox).where(Outbox.topic == "job.rescore")).one().payload == {
        "job_id": str(job.id)
    }
    assert house.vacancy.model_version_id == other.model_version_id == house.serving.id


def test_closed_and_foreign_vacancies_cannot_move(house: House) -> None:
    closed = house.opened("Closed", state="closed")
    house.promote(closed.id, uuid.uuid4())
    assert house.session.scalars(select(Job)).all() == []
    assert [row.title for row in movable_vacancies(house.session, house.candidate)] == ["Service adviser"]


def test_the_serving_model_cannot_be_promoted_again(house: House) -> None:
    house.promote()
    with pytest.raises(Conflict):
        promote_model(house.session, house.owner, house.candidate.id)


def test_a_serving_model_takes_vacancies_over_later(house: House) -> None:
    house.promote()
    promote_or_move(house.session, house.owner, house.candidate.id, [house.vacancy.id], house.hr.id)
    assert house.session.scalars(select(Job)).one().kind == "rescore"


def test_a_retired_model_can_serve_again(house: House) -> None:
    house.promote()
    promote_model(house.session, house.owner, house.serving.id, user_id=house.hr.id)
    assert (house.candidate.state, house.serving.state) == ("retired", "serving")


def test_a_model_for_another_questionnaire_is_refused(house: House) -> None:
    other = publish(house.session, house.owner, load(SAMPLES / "best-worst.yaml"))
    house.candidate.questionnaire_id = other.id
    house.session.commit()
    with pytest.raises(Refused, match="another questionnaire"):
        house.promote()
    house.session.rollback()
    assert house.serving.state == "serving"


def test_a_tampered_artefact_is_refused(house: House) -> None:
    house.candidate.artefact = registry.pack(learning.key_only(INSTRUMENT, form_id="A"))[:-9] + b"tampered!"
    house.candidate.artefact_sha256 = "f" * 64
    house.session.commit()
    with pytest.raises(Refused, match="changed or is damaged"):
        house.promote()
    house.session.rollback()
    assert house.candidate.state == "candidate"


def test_another_companys_model_is_not_there(house: House, session: Session) -> None:
    theirs = people.organisation(session)
    with pytest.raises(NotFound):
        promote_model(session, theirs.id, house.candidate.id)


# --- scoring a vacancy again


def rescoring(house: House) -> Job:
    house.promote(house.vacancy.id)
    return house.session.scalars(select(Job)).one()


def target_of(house: House) -> Target:
    return Target(house.owner, house.vacancy.id, house.candidate.id)


def test_everybody_is_scored_again_in_chunks_then_the_vacancy_moves(house: House) -> None:
    house.submitted(3)
    job = rescoring(house)
    target = target_of(house)
    assert count_unscored(house.session, target) == 3
    assert [score_next(house.session, target, 2) for _chunk in range(3)] == [2, 1, 0]
    assert move_vacancy(house.session, target, job) == MOVED
    house.session.commit()
    assert house.vacancy.model_version_id == house.candidate.id
    scores = house.session.scalars(select(Score)).all()
    assert {row.model_version_id for row in scores} == {house.candidate.id}
    assert all(row.score is not None for row in scores)
    (event,) = house.events("vacancy.model_changed")
    assert event.detail == {"before": house.serving.number, "after": house.candidate.number}


def test_moving_twice_is_moving_once(house: House) -> None:
    job = rescoring(house)
    for _again in range(2):
        assert move_vacancy(house.session, target_of(house), job) == MOVED
    assert len(house.events("vacancy.model_changed")) == 1


def test_a_vacancy_that_was_closed_meanwhile_stays(house: House) -> None:
    job = rescoring(house)
    house.vacancy.state = "closed"
    house.session.commit()
    assert move_vacancy(house.session, target_of(house), job) == STAYED
    assert house.vacancy.model_version_id == house.serving.id


# --- the page


def test_promotion_by_page(client: FlaskClient, house: House, session: Session) -> None:
    sign_in(client, house.hr)
    page = client.get(f"/hr/models/{house.candidate.id}/promote").get_data(as_text=True)
    assert "Service adviser" in page
    response = client.send(  # type: ignore[attr-defined]
        f"/hr/models/{house.candidate.id}/promote", {"vacancies": str(house.vacancy.id)}
    )
    assert response.status_code == 302
    after = client.get(response.headers["Location"]).get_data(as_text=True)
    assert f"Model {house.candidate.number} is serving. 1 vacancy is being scored again" in after
    assert find_job(session, house.owner, session.scalars(select(Job.id)).one()).kind == "rescore"


def test_a_promotion_that_came_second_says_so(client: FlaskClient, house: House) -> None:
    sign_in(client, house.hr)
    client.get(f"/hr/models/{house.candidate.id}/promote")
    response = client.send(  # type: ignore[attr-defined]
        f"/hr/models/{house.candidate.id}/promote", {"vacancies": str(uuid.uuid4())}
    )
    assert response.status_code == 400
    assert house.session.scalars(select(Job)).all() == []


def rehearsed(house: House, version: ModelVersion) -> None:
    kept = {"vacancies": [], "people": 0}
    house.session.add(
        Rehearsal(
            organisation_id=house.owner,
            model_version_id=version.id,
            job_id=uuid.uuid4(),
            read_at=now(),
            figures=kept,
        )
    )
    house.session.commit()


def offers(client: FlaskClient, version: ModelVersion) -> list[str]:
    """Buttons and forms on the model's pages that would put something on it."""
    found = []
    for address in (
        f"/hr/models/{version.id}",
        f"/hr/models/{version.id}/promote",
        f"/hr/models/{version.id}/rehearsal",
    ):
        page = client.get(address).get_data(as_text=True)
        for each in (f'href="/hr/models/{version.id}/promote"', 'name="vacancies"', 'name="reason"', "/rehearse"):
            found += [each] if each in page else []
        assert found or any(said in page for said in ("was erased", "changed or is damaged")), address
    return found


@SQLITE
def test_a_damaged_model_is_not_offered(client: FlaskClient, house: House) -> None:
    rehearsed(house, house.candidate)
    sign_in(client, house.hr)
    assert len(offers(client, house.candidate)) > 3
    house.candidate.artefact_sha256 = "f" * 64
    house.session.commit()
    assert offers(client, house.candidate) == []
    house.candidate.state, house.candidate.retired_at = "retired", now()
    house.session.commit()
    assert f"Go back to model {house.candidate.number}" not in client.get(f"/hr/models/{house.serving.id}").text


@SQLITE
def test_a_model_with_somebody_erased_is_not_offered(client: FlaskClient, house: House, session: Session) -> None:
    rehearsed(house, house.candidate)
    erasure = Erasure(
        organisation_id=house.owner,
        certificate="AAAA-BBBB-CCCC-DDDD",
        kind="staff",
        reason="asked",
        action="replace",
        erased_at=now(),
    )
    session.add(erasure)
    session.flush()
    session.add(
        ErasedModel(
            organisation_id=house.owner,
            erasure_id=erasure.id,
            model_version_id=house.candidate.id,
            recorded=True,
            state="waiting",
        )
    )
    session.commit()
    sign_in(client, house.hr)
    assert offers(client, house.candidate) == []
    assert "This model takes nothing over" in client.get(f"/hr/models/{house.candidate.id}/promote").text
