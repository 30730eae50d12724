"""Scoring a vacancy again at once writes what scoring one by one would have written, and gives everybody a place."""

from __future__ import annotations

import random
import uuid
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import training as learning
from questionnaires import shelf
from tests.databases import SQLITE
from tests.factories import item_desk
from tests.factories import training as companies
from tests.factories.item_desk import Desk
from webapp.records import (
    Answer,
    Applicant,
    Job,
    ListState,
    ModelVersion,
    RescoringChunk,
    ResultReuse,
    Score,
    Sitting,
    Vacancy,
)
from webapp.records.base import now
from webapp.services.install_company import add_model
from webapp.services.job_progress import JobCancelled, find_job
from webapp.services.promotion.vacancies import queue_rescoring
from webapp.services.rescoring import chunks, write_scores
from webapp.services.rescoring.move_vacancy import MORE, MOVED, move_vacancy
from webapp.services.rescoring.score_people import score_span
from webapp.services.rescoring.whom import Span, Target, count_unscored
from webapp.services.rescoring.write_scores import Outdated, score_everybody
from webapp.services.score_sitting import score_sitting
from webapp.services.serving_model import serving_model
from webapp.services.shortlist.counts_agree import counts_agree
from webapp.services.shortlist.on_list import lock_state
from webapp.services.shortlist.take_in import take_in

OWN = {"id", "created_at", "listed_seq"}
PEOPLE = 48


@pytest.fixture
def desk(session: Session) -> Desk:
    return item_desk.desk(session)


def crowd(desk: Desk, vacancy: Vacancy, number: int = PEOPLE, seed: int = 5) -> None:
    """People of three languages and two forms, with gaps, skipped and half answers, some by an earlier result."""
    chance = random.Random(seed)
    questionnaire = shelf.get(companies.INSTRUMENT)
    for place in range(number):
        form = "B" if chance.random() < 0.2 else "A"
        person = applicant(desk, vacancy, state="withdrawn" if place == 7 else "done", stage=place % 2)
        sitting = desk.sitting(
            applicant_id=person.id,
            form=form,
            language=chance.choice(("en", "lt", "ru", "")),
            not_asked=[desk.items[4]] if chance.random() < 0.2 else [],
        )
        gaps = chance.choice((0.0, 0.0, 0.1, 0.4))
        for item in questionnaire.items_of(form):
            if chance.random() >= gaps:
                answer(desk, sitting, item.id, one_answer(chance, item.option_ids))
        if chance.random() < 0.2:
            reused(desk, person, sitting)
    desk.session.flush()


def applicant(desk: Desk, vacancy: Vacancy, **values: Any) -> Applicant:
    row = Applicant(
        organisation_id=desk.owner,
        vacancy_id=vacancy.id,
        name="Žydrė",
        email=f"{uuid.uuid4().hex}@example.org",
        **{"state": "done"} | values,
    )
    desk.session.add(row)
    desk.session.flush()
    return row


def one_answer(chance: random.Random, options: tuple[str, ...]) -> dict[str, Any] | None:
    best, worst = chance.sample(options, 2)
    return chance.choice([None, {"best": best}, {"worst": worst, "best": best}] + 9 * [{"best": best, "worst": worst}])


def answer(desk: Desk, sitting: Sitting, item_id: str, value: dict[str, Any] | None) -> None:
    desk.session.add(
        Answer(
            organisation_id=desk.owner,
            sitting_id=sitting.id,
            item_id=item_id,
            value=value,
            skipped=value is None,
            saved_at=now(),
        )
    )


def reused(desk: Desk, person: Applicant, sitting: Sitting) -> None:
    moment = now()
    desk.session.add(
        ResultReuse(
            organisation_id=desk.owner,
            applicant_id=person.id,
            sitting_id=sitting.id,
            taken_at=moment,
            consented_at=moment,
        )
    )


def one_by_one(desk: Desk, vacancy: Vacancy, version: ModelVersion) -> dict[uuid.UUID, dict[str, Any]]:
    """Scored by the way that every sent sitting goes, placed, read, and forgotten again."""
    model = serving_model(desk.session, desk.owner, version.id)
    for sitting in desk.session.scalars(select(Sitting)).all():
        person = desk.session.get_one(Applicant, (desk.owner, sitting.applicant_id))
        score_sitting(desk.session, sitting, person, version.id, model)
    while take_in(desk.session, vacancy, model_version_id=version.id):
        pass
    rows = written(desk, version)
    desk.session.execute(delete(Score))
    return rows


def written(desk: Desk, version: ModelVersion) -> dict[uuid.UUID, dict[str, Any]]:
    names = [column.key for column in Score.__table__.columns if column.key not in OWN]
    desk.session.expire_all()
    rows = desk.session.scalars(select(Score).where(Score.model_version_id == version.id)).all()
    return {
        row.sitting_id: {name: getattr(row, name) for name in names} | {"has_place": bool(row.listed_seq)}
        for row in rows
    }


def key_only(desk: Desk) -> ModelVersion:
    return add_model(desk.session, desk.asked, "A", learning.key_only(shelf.get(companies.INSTRUMENT), form_id="A"))


@pytest.mark.parametrize("kind", ["trained", "key_only"])
def test_at_once_is_the_same_to_the_last_bit_as_one_by_one(desk: Desk, kind: str) -> None:
    vacancy = desk.vacancy()
    crowd(desk, vacancy)
    desk.set_aside(desk.items[2], "lt")
    version = desk.version if kind == "trained" else key_only(desk)
    expected = one_by_one(desk, vacancy, version)
    assert score_everybody(desk.session, desk.owner, vacancy.id, version.id, limit=20) == PEOPLE
    found = written(desk, version)
    assert found == expected
    assert len({tuple(row["left_out"]) for row in found.values()}) >= 3
    assert {flag for row in found.values() for flag in row["flags"]} >= {"incomplete", "other_form", "reused"}
    assert len({row["has_place"] for row in found.values()}) == 2


@SQLITE
def test_each_chunk_is_a_batch_and_the_numbers_agree(desk: Desk) -> None:
    vacancy = desk.vacancy()
    crowd(desk, vacancy)
    score_everybody(desk.session, desk.owner, vacancy.id, desk.version.id, limit=10)
    state = desk.session.scalars(select(ListState)).one()
    assert state.seq == 5
    assert counts_agree(desk.session, state)


# --- chunks


def run_of(desk: Desk, vacancy: Vacancy, version: ModelVersion) -> Job:
    job = queue_rescoring(desk.session, vacancy, version, desk.hr.id)
    desk.session.flush()
    return job


@pytest.fixture
def planned(desk: Desk) -> tuple[Desk, Job, Target]:
    vacancy = desk.vacancy(model_version_id=key_only(desk).id)
    crowd(desk, vacancy, 25)
    job = run_of(desk, vacancy, desk.version)
    assert chunks.plan_chunks(desk.session, job, size=10) == 3
    return desk, job, chunks.target_of(job)


def scored(desk: Desk, target: Target, chunk: RescoringChunk) -> Any:
    return score_span(desk.session, target, chunks.span_of(chunk))


def test_every_chunk_is_taken_by_one_lane_and_written_once(planned: tuple[Desk, Job, Target]) -> None:
    desk, job, target = planned
    given = desk.session, desk.owner, job.id
    first, second, third = (chunks.take_chunk(*given, lane) for lane in ("one", "two", "three"))
    assert first is not None
    assert second is not None
    assert third is not None
    assert chunks.take_chunk(*given, "four") is None
    again = chunks.take_chunk(*given, "one")
    assert again is first, "a lane that was killed takes up its own"
    made = scored(desk, target, first)
    assert [chunks.keep_chunk(desk.session, target, first.id, made) for _twice in range(2)] == [10, 0]
    for chunk in (second, third):
        chunks.keep_chunk(desk.session, target, chunk.id, scored(desk, target, chunk))
    assert (chunks.count_open(*given), job.result["scored"], round(job.fraction, 9)) == (0, 25, chunks.SCORED)
    assert count_unscored(desk.session, target) == 0
    assert chunks.plan_chunks(desk.session, job, size=10) == 0


@SQLITE
def test_a_chunk_that_was_left_lying_is_taken_by_another(
    planned: tuple[Desk, Job, Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, job, _target = planned
    taken = chunks.take_chunk(desk.session, desk.owner, job.id, "killed")
    monkeypatch.setattr(chunks, "LEFT_ALONE", -chunks.LEFT_ALONE)
    assert chunks.take_chunk(desk.session, desk.owner, job.id, "alive") is taken


@SQLITE
def test_people_who_left_or_changed_meanwhile_are_written_as_they_are(planned: tuple[Desk, Job, Target]) -> None:
    desk, job, target = planned
    chunk = chunks.take_chunk(desk.session, desk.owner, job.id, "one")
    assert chunk
    made = scored(desk, target, chunk)
    some = list(made.rows)[:2]
    leaving, moving = (desk.session.get_one(Sitting, (desk.owner, each)) for each in some)
    leaving.state, leaving.submitted_at = "withdrawn", None
    person = desk.session.get_one(Applicant, (desk.owner, moving.applicant_id))
    person.stage = 3
    desk.session.flush()
    assert chunks.keep_chunk(desk.session, target, chunk.id, made) == 9
    desk.session.flush()
    assert counts_agree(desk.session, lock_state(desk.session, person.vacancy, target.version_id))


@SQLITE
def test_a_question_set_aside_between_scoring_and_writing_is_seen(planned: tuple[Desk, Job, Target]) -> None:
    desk, job, target = planned
    chunk = chunks.take_chunk(desk.session, desk.owner, job.id, "one")
    assert chunk
    made = scored(desk, target, chunk)
    job.state = "done"
    desk.set_aside(desk.items[1], "lt")
    job.state = "running"
    with pytest.raises(Outdated):
        chunks.keep_chunk(desk.session, target, chunk.id, made)


@SQLITE
def test_nothing_is_taken_or_kept_of_a_run_that_has_ended(planned: tuple[Desk, Job, Target]) -> None:
    desk, job, target = planned
    chunk = chunks.take_chunk(desk.session, desk.owner, job.id, "one")
    assert chunk
    job.state = "cancelled"
    desk.session.flush()
    with pytest.raises(JobCancelled):
        chunks.take_chunk(desk.session, desk.owner, job.id, "two")
    with pytest.raises(JobCancelled):
        chunks.keep_chunk(desk.session, target, chunk.id, scored(desk, target, chunk))


# --- moving


@SQLITE
def test_who_came_at_the_last_moment_is_on_the_new_list(
    planned: tuple[Desk, Job, Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, job, target = planned
    write_scores.score_next(desk.session, target, 20)
    monkeypatch.setattr("webapp.services.rescoring.move_vacancy.FEW", 4)
    assert move_vacancy(desk.session, target, job) == MORE
    monkeypatch.setattr("webapp.services.rescoring.move_vacancy.FEW", 5)
    assert move_vacancy(desk.session, target, job) == MOVED
    vacancy = desk.session.get_one(Vacancy, (desk.owner, target.vacancy_id))
    assert vacancy.model_version_id == target.version_id
    assert find_job(desk.session, desk.owner, job.id).result == {"scored": 5}
    assert counts_agree(desk.session, lock_state(desk.session, vacancy))
    assert not score_span(desk.session, target, Span()).rows
