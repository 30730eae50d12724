"""The closed loop: answers of the hired are learned from, outcomes stand apart, a new model corrects the level."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.outcomes import recalibrated
from questionnaires.answers import AnswerSheet
from tests.factories import rounds, shortlists
from tests.factories.hired import hired
from tests.factories.signing import sign_in
from tests.factories.submitted import trained_model
from tests.factories.watched import Watched, applicants_like_staff, watched
from webapp.candidate.noticing import VERSION
from webapp.config import Settings
from webapp.errors import Conflict
from webapp.jobs import runtime, watch_job
from webapp.records import Applicant, Hire, Job, ModelOutcome, ModelVersion, Rating, Score, Sitting, TrainedWith
from webapp.services.describe_figures import cautions
from webapp.services.job_progress import find_job
from webapp.services.outcomes import take_outcomes
from webapp.services.outcomes.answers_of_hired import TOLD_SINCE, answers_of_hired
from webapp.services.outcomes.recalibrate_model import ask_recalibration
from webapp.services.outcomes.take_outcomes import figures_of, gather_outcomes, keep_outcomes
from webapp.services.serving_model import serving_model
from webapp.services.training_data import TrainingData, gather_training_data

TOKEN = re.compile(r'nonce="[^"]+"|"[\w.-]{60,}"')
SECRET = "a secret of this test, long enough"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


@pytest.fixture
def house(session: Session) -> Watched:
    return watched(session)


def take(session: Session, house: Watched) -> dict[str, Any]:
    material = gather_outcomes(session, house.owner, house.model.id, SECRET)
    assert material is not None
    figures = figures_of(material)
    keep_outcomes(session, house.owner, house.model.id, material, figures)
    session.commit()
    return figures


def gathered(session: Session, house: Watched) -> TrainingData:
    return gather_training_data(session, house.owner, house.company.questionnaire.id, "A", SECRET)


def sitting_of(session: Session, member: uuid.UUID) -> Sitting:
    tie = select(Hire.applicant_id).where(Hire.staff_member_id == member)
    return session.scalars(select(Sitting).where(Sitting.applicant_id.in_(tie))).one()


def test_answers_of_the_hired_serve_a_run_until_they_answer_as_staff(session: Session, house: Watched) -> None:
    members = hired(session, house, 52, of=54)
    data = gathered(session, house)
    assert data.hired == tuple(sorted(member.code for member in members))
    assert TrainingData.from_text(data.as_text()) == data
    assert len(data.sheets) == 60 + 52
    one = next(sheet for sheet in data.sheets if sheet.person == members[0].code)
    assert len(one.answers) == 24
    session.add(
        Sitting(
            organisation_id=house.owner,
            staff_member_id=members[0].id,
            questionnaire_id=house.company.questionnaire.id,
            form="A",
            purpose="training",
            state="submitted",
            submitted_at=house.model.created_at,
            seed=1,
        )
    )
    session.flush()
    assert members[0].code not in gathered(session, house).hired


def test_who_withdrew_was_not_told_or_was_erased_is_never_learned_from(session: Session, house: Watched) -> None:
    members = hired(session, house, 4, of=8)
    questionnaire = house.company.questionnaire.id
    assert len(answers_of_hired(session, house.owner, questionnaire, "A")) == 4
    sitting_of(session, members[0].id).notice_version = "2026-11-22c.LT.trained.en"
    session.get_one(Applicant, (house.owner, sitting_of(session, members[1].id).applicant_id)).state = "withdrawn"
    session.execute(delete(Hire).where(Hire.staff_member_id == members[2].id))
    session.flush()
    assert set(answers_of_hired(session, house.owner, questionnaire, "A")) == {members[3].id}
    assert answers_of_hired(session, house.owner, questionnaire, "B") == {}
    assert f"{VERSION}.LT" >= TOLD_SINCE > "2026-11-22c.LT"


def test_a_few_are_counted_and_no_rating_is_read(session: Session, house: Watched) -> None:
    members = hired(session, house, 4, of=8)
    session.execute(delete(Rating).where(Rating.ratee_id == members[0].id))
    assert take(session, house) == {"n": 3, "told": False, "recalibration": None, "in_confidence": False}


def test_enough_outcomes_give_validity_range_and_calibration(session: Session, house: Watched) -> None:
    hired(session, house, 40)
    found = take(session, house)
    assert (found["n"], found["told"], found["in_confidence"]) == (40, True, False)
    validity = found["validity"]
    assert validity["low"] < validity["r"] < validity["high"]
    assert 0.2 < validity["spread_ratio"] < 0.9
    assert abs(validity["r_corrected"]) > abs(validity["r"])
    assert [band["people"] for band in found["bands"]] == [14, 13, 13]
    assert found["recalibration"]["shift"] < -0.2
    assert found["top"]["came"] < found["top"]["promised"]


def test_below_thirty_the_number_is_told_of_those_scored_before_and_rated_after_the_hiring(
    session: Session, house: Watched
) -> None:
    members = hired(session, house, 25, of=30)
    late = session.scalars(select(Score).where(Score.sitting_id == sitting_of(session, members[0].id).id)).one()
    late.created_at += dt.timedelta(days=366)
    for row in session.scalars(select(Rating).where(Rating.ratee_id == members[1].id)):
        row.rated_on = "2020-01-01"
    session.flush()
    few = take(session, house)
    assert (few["n"], few["told"]) == (23, False)
    assert few["recalibration"]["applied"]
    assert "validity" not in few


def test_in_confidence_figures_are_coarse_and_not_made_anew_for_a_few(session: Session, house: Watched) -> None:
    members = hired(session, house, 40, of=44)
    material = gather_outcomes(session, house.owner, house.model.id, SECRET)
    assert material is not None
    rows = [
        {"members": sorted(str(member.id) for member in members[:number]), "rounds": ["one"]} for number in (33, 36, 40)
    ]

    def keep(based_on: dict[str, Any]) -> bool:
        given = dataclasses.replace(material, in_confidence=True, based_on=based_on)
        return keep_outcomes(session, house.owner, house.model.id, given, figures_of(given))

    assert [keep(based_on) for based_on in (rows[0], rows[0], rows[1], rows[2])] == [True, False, False, True]
    assert keep({**rows[2], "rounds": ["one", "two"]})
    kept = session.scalars(select(ModelOutcome)).one().figures
    assert kept["n"] == 40
    assert all(round(value, 2) == value for value in kept["validity"].values())
    assert round(kept["top"]["came"] * 20) / 20 == kept["top"]["came"]
    assert {band["people"] % 5 for band in kept["bands"]} == {0}
    few = dataclasses.replace(material, in_confidence=True, predictions=material.predictions[:13])
    assert take_outcomes.figures_of(few) == {"n": 10, "told": False, "recalibration": None, "in_confidence": True}


def test_a_recalibrated_model_moves_the_level_and_nothing_else() -> None:
    model = trained_model()
    record = {"parent": 7, "people": 40}
    moved = recalibrated(model, -0.25, record)
    sheets = [AnswerSheet(each.person, each.answers) for each in applicants_like_staff(20)]
    before, after = model.score(sheets), moved.score(sheets)
    assert [round((b.score or 0) - (a.score or 0), 9) for b, a in zip(before, after, strict=True)] == [0.25] * 20
    assert all((a.p_top_third or 1) < (b.p_top_third or 0) for b, a in zip(before, after, strict=True))
    assert [b.key_total for b in before] == [a.key_total for a in after]
    assert "Calibrated on staff, who answer without stakes" not in moved.card()
    assert "model 7 was moved on 40 outcomes" in moved.card()
    assert moved.manifest.figures["recalibration"] == {**record, "shift": -0.25}


def test_hr_makes_one_from_outcomes_once_and_it_waits_for_promotion(
    app: Flask, session: Session, client: FlaskClient, house: Watched
) -> None:
    session.commit()
    sign_in(client, house.company.hr)
    page = f"/hr/models/{house.model.id}/outcomes"
    assert "Nobody who was hired" in client.get(page).text
    members = hired(session, house, 40)
    session.add(
        TrainedWith(organisation_id=house.owner, model_version_id=house.model.id, staff_member_id=members[0].id)
    )
    take(session, house)
    shown = client.get(page).text
    assert "Predictive: among those hired" in shown
    assert "Concurrent: among staff" in shown
    assert "shown, never used" in shown
    assert client.send(page.replace("outcomes", "recalibrate")).status_code == 302  # type: ignore[attr-defined]
    job = session.scalars(select(Job).where(Job.kind == "recalibrate")).one()
    session.commit()
    runtime.enter(app)
    number, again = (watch_job.make(str(house.owner), str(job.id)) for _time in range(2))
    assert number == again
    session.expire_all()
    made = session.get_one(ModelVersion, (house.owner, uuid.UUID(number)))
    record = made.manifest["figures"]["recalibration"]
    assert (made.state, record["parent"], record["people"]) == ("candidate", house.model.number, 40)
    assert record["after"] == pytest.approx(record["expected"] + record["shift"], abs=1e-3)
    assert len(session.scalars(select(TrainedWith).where(TrainedWith.model_version_id == made.id)).all()) == 40
    assert find_job(session, house.owner, job.id).state == "done"
    with pytest.raises(Conflict):
        ask_recalibration(session, house.owner, house.model.id, house.company.hr.id)
    assert "was made of these outcomes" in client.get(page).text
    assert client.get(f"/hr/models/{made.id}").status_code == 200
    with app.test_request_context():
        told = " ".join(cautions({**shortlists.FIGURES, "recalibration": record, "n_hired": 12}, 50))
    assert "12 of the people learned from were hired applicants" in told
    assert "Its level was moved by what became of 40 hired people" in told
    assert "Calibrated on staff, who answered without stakes" not in told
    assert serving_model(session, house.owner, made.id).manifest.kind == "trained"
    assert session.get_one(ModelVersion, (house.owner, house.model.id)).state == "serving"


def test_a_raters_pages_never_show_a_selection_score(session: Session, client: FlaskClient, settings: Settings) -> None:
    """Opposite results of the application leave every letter of a rater's pages as it was."""
    place = rounds.house(session)
    opened = rounds.opened(session, place, settings)
    serving = shortlists.model(session, shortlists.questionnaire(session, place.company))
    applicant = shortlists.scored(session, shortlists.vacancy(session, serving), 1.112223)
    day = {"hired_on": "2026-01-02", "applicant_id": applicant.id}
    session.add(Hire(organisation_id=place.company.id, staff_member_id=place.staff[0].id, **day))
    session.commit()
    home = rounds.walk_in(client, settings, rounds.rater_of(session, opened, place.staff[1]))
    parts = ("", "/competence/1", "/colleague/1", "/who-sees-what", "/review", "/my-ratings.json")
    score = session.scalars(select(Score)).one()
    seen = []
    for value in (1.112223, 4.778889):
        score.score = score.expected_rating = score.p_top_third = value
        session.commit()
        pages = [client.get(home + part) for part in parts]
        assert [page.status_code for page in pages] == [200] * len(parts)
        seen.append([TOKEN.sub("", page.text) for page in pages])
    assert place.staff[0].name in seen[0][2]
    assert seen[0] == seen[1]
    assert not re.search(r"[.,]112223", "".join(seen[0]))
