"""Runs taken step by step in this process: cancelled in each stage, two at once, data that change, repeated."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.training import NO_FIGURES
from tests.factories import training, watched
from tests.integration.test_promotion import House
from webapp.config import Settings
from webapp.errors import Conflict
from webapp.extensions import db
from webapp.jobs import repeating_job, rescoring_job, runtime, training_job
from webapp.records import Applicant, Event, Job, ModelVersion, Rating, Score, StaffMember, Unit, Vacancy
from webapp.records.base import new_id
from webapp.services import training_stages as stages
from webapp.services.cancel_job import cancel_job
from webapp.services.job_progress import find_job
from webapp.services.reports.soundness import spread_line
from webapp.services.runs.repeat_run import repeat_run
from webapp.services.runs.show_run import show_run
from webapp.services.start_training import RunUnderWay, start_training

ONCE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Outcome = dict[str, Any]


class Site:
    """A company, and the worker's steps in this process."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self.session = session
        self.company = training.company(session)
        self.owner = self.company.organisation.id
        self.folder = settings.instance / "jobs"
        session.commit()

    def queued(self, **options: Any) -> uuid.UUID:
        job = start_training(self.session, self.owner, self.company.questionnaire.id, **options)
        self.session.commit()
        return job.id

    def run(self, job_id: uuid.UUID) -> Outcome:
        return training_job.whole_run(str(self.owner), str(job_id), training_job.STEPS)

    def trained(self, **options: Any) -> ModelVersion:
        job_id = self.queued(**options)
        self.run(job_id)
        self.session.expire_all()
        return self.session.scalars(select(ModelVersion).where(ModelVersion.job_id == job_id)).one()

    def repeated(self, version: ModelVersion) -> Job:
        job_id = repeat_run(self.session, self.owner, version.id, self.company.hr.id).id
        self.session.commit()
        repeating_job.whole_run(str(self.owner), str(job_id), repeating_job.STEPS)
        return self.job(job_id)

    def job(self, job_id: uuid.UUID) -> Job:
        self.session.rollback()
        self.session.expire_all()
        return find_job(self.session, self.owner, job_id)

    def cancel(self, job_id: uuid.UUID) -> None:
        with db.scope(), db.transaction() as session:
            cancel_job(session, self.owner, job_id, self.company.hr.id)

    def models(self) -> int:
        self.session.rollback()
        return self.session.scalar(select(func.count()).where(ModelVersion.kind == "trained")) or 0


@pytest.fixture
def site(app: Flask, session: Session, settings: Settings) -> Iterator[Site]:
    runtime.enter(app)
    yield Site(session, settings)
    session.close()  # the worker's steps end with the site's session, so nobody else would


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Validation without its reports: what is tried here is the run, not the figures."""

    def validate(
        prepared: Any, progress: Callable[[str, float], None], keep: Any, spread_ratio: float | None
    ) -> Outcome:
        keep(stages.HeldOutScores(prepared.data.targets(range(prepared.n)).values, prepared.data.encoded.key_totals))
        for fraction in (0.3, 0.6, 1.0):
            progress("validate", fraction)
        return {**NO_FIGURES, "n": prepared.n, "n_units": 6, "notes": [], "spread_ratio": spread_ratio}

    monkeypatch.setattr(stages.training, "validate", validate)
    monkeypatch.setattr(training_job, "SECONDS_BETWEEN_NOTES", 0.0)


MOMENTS = {
    "gather": "gather",
    "criterion": "adjust_criterion",
    "validate": "validate",
    "groups": "groups",
    "fit": "fit",
}


@ONCE
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


# --- data that change while a run is under way, and after it


def one_more_rating(session: Session, owner: uuid.UUID) -> None:
    one = session.scalars(select(Rating).where(Rating.organisation_id == owner).order_by(Rating.id)).first()
    assert one is not None
    kept = ("organisation_id", "ratee_id", "value", "scale_min", "scale_max")
    session.add(Rating(id=new_id(), rater_code="late", **{name: getattr(one, name) for name in kept}))
    session.commit()


@ONCE
def test_what_came_in_during_a_run_is_said_and_another_run_offered(
    site: Site, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn = stages.fit

    def fit(*given: Any) -> Outcome:
        with db.scope() as other:
            one_more_rating(other, site.owner)
        return learn(*given)

    monkeypatch.setattr(stages, "fit", fit)
    version = site.trained()
    assert version.job_id is not None
    shown = show_run(site.session, site.owner, version.job_id)
    assert shown.since == ["1 imported rating came in."]
    assert shown.again == {"questionnaire": str(site.company.questionnaire.id), "criterion": ""}
    assert [each.state for each in shown.stages] == ["done"] * len(stages.STAGES)
    assert shown.job.result["taken"]["answers"] == 60


@ONCE
def test_a_run_that_lost_its_data_does_not_go_on_with_others(
    site: Site, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = site.queued()

    def lost(*_given: Any) -> Outcome:
        stages.tidy(site.folder / str(job_id))
        with db.scope() as other:
            one_more_rating(other, site.owner)
        return {"people": 60}

    monkeypatch.setattr(stages, "adjust_criterion", lost)
    site.run(job_id)
    shown = show_run(site.session, site.owner, site.job(job_id).id)
    assert (shown.job.state, shown.job.result["reason"], site.models()) == ("failed", "data_changed", 0)
    assert "changed while the run was interrupted" in shown.sentence
    assert shown.again


@ONCE
def test_a_run_can_be_repeated_to_the_last_digit_and_what_differs_is_listed(
    site: Site, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = site.trained(seed=7)
    assert version.manifest["seed"] == 7
    job = site.repeated(version)
    assert (job.state, job.result["same_data"], site.models()) == ("done", True, 1)
    assert job.result["comparison"]["same"] is True
    assert job.result["comparison"]["compared"] > 50
    assert (job.parameters["seed"], job.result["model_version_id"]) == (7, str(version.id))
    assert not (site.folder / str(job.id)).exists()
    assert show_run(site.session, site.owner, job.id).comparison["libraries"] == []
    monkeypatch.setitem(NO_FIGURES, "r", 0.123)
    monkeypatch.setattr("models.training.version", lambda _library: "0.0")
    found = site.repeated(version).result["comparison"]
    assert found["figures"] == [{"name": "figures.r", "before": None, "again": 0.123}]
    assert (found["same"], found["numbers"]) == (False, True)
    assert {"numpy", "scipy"} <= {each["name"] for each in found["libraries"]}
    on_other_data(site, version, monkeypatch)


@ONCE
def test_applicants_spread_is_taken_down_and_a_repeated_run_tells_the_same(site: Site, quick: None) -> None:
    place = a_vacancy(site)
    house = watched.Watched(
        site.company, site.session.get_one(ModelVersion, (site.owner, place.model_version_id)), place
    )
    sheets = watched.applicants_like_staff(80)
    people = watched.add_applicants(site.session, house, sheets[:31], days_ago=1)
    for person in people[:2]:
        person.state = "withdrawn"
    again = people[0].id
    site.session.commit()
    few = site.trained(seed=7).figures
    assert (few["spread_ratio"], "spread_from" in few) == (None, False), "29 tell nothing"
    site.session.execute(update(Applicant).where(Applicant.id == again).values(state="done"))
    site.session.commit()
    by_key = site.trained(seed=7)
    source = by_key.figures["spread_from"]
    assert (source["applicants"], source["staff"], source["model"]) == (30, 60, None)
    assert 0.5 < by_key.figures["spread_ratio"] == source["ratio"] < 2.0
    watched.add_applicants(site.session, house, sheets[31:], days_ago=1)
    site.session.commit()
    assert site.repeated(by_key).result["comparison"]["same"] is True, "who came since changes nothing"
    serve(site, by_key)
    by_model = site.trained(seed=7)
    assert (by_model.figures["spread_from"]["applicants"], by_model.figures["spread_from"]["model"]) == (
        79,
        by_key.number,
    )
    line = spread_line(by_model.figures["spread_from"])
    assert "79 applicants who sent their answers and of about 60 staff" in line
    assert f"both scored by model {by_key.number}" in line


def serve(site: Site, model: ModelVersion) -> None:
    site.session.execute(update(ModelVersion).where(ModelVersion.state == "serving").values(state="retired"))
    site.session.execute(update(ModelVersion).where(ModelVersion.id == model.id).values(state="serving"))
    site.session.commit()


def a_vacancy(site: Site) -> Vacancy:
    serving = site.session.scalars(
        select(ModelVersion).where(ModelVersion.state == "serving", ModelVersion.form == "A")
    )
    place = Vacancy(
        organisation_id=site.owner,
        title="Service adviser",
        questionnaire_id=site.company.questionnaire.id,
        form="A",
        model_version_id=serving.one().id,
        languages=[],
    )
    site.session.add(place)
    site.session.flush()
    return place


def on_other_data(site: Site, version: ModelVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is computed, and what changed is said."""
    monkeypatch.setattr(stages, "adjust_criterion", None)
    home = Unit(organisation_id=site.owner, name="A new unit")
    site.session.add(home)
    site.session.flush()
    somebody = site.session.scalars(select(StaffMember.id).limit(1)).one()
    site.session.execute(update(StaffMember).where(StaffMember.id == somebody).values(unit_id=home.id))
    site.session.commit()
    shown = show_run(site.session, site.owner, site.repeated(version).id)
    assert shown.what_changed[0].startswith("No number of answers, imported ratings or rounds has changed")
    one_more_rating(site.session, site.owner)
    shown = show_run(site.session, site.owner, site.repeated(version).id)
    assert (shown.job.state, shown.other_data, shown.comparison) == ("done", True, {})
    assert shown.what_changed == ["1 imported rating came in."]


@ONCE
def test_repeating_tells_nothing_of_ratings_in_confidence(
    site: Site, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = stages.gather_training_data
    monkeypatch.setattr(
        stages,
        "gather_training_data",
        lambda *given: replace(real(*given), in_confidence=True, few_raters=3),
    )
    version = site.trained(seed=7)
    assert (version.manifest["seed"], version.figures["groups"]["absent"]) == (0, "in_confidence")
    job = site.repeated(version)
    assert job.result["comparison"]["same"] is True
    code = version.manifest["data_fingerprint"]
    for told in (job.result, job.parameters, find_job(site.session, site.owner, version.job_id).result):
        assert code not in str(told)
        assert "fingerprint" not in str(told)


@ONCE
def test_a_model_that_no_run_made_cannot_be_repeated(site: Site) -> None:
    key = site.session.scalars(select(ModelVersion).where(ModelVersion.kind == "key_only")).first()
    assert key is not None
    with pytest.raises(Conflict, match="No training run made this model"):
        repeat_run(site.session, site.owner, key.id)


# --- scoring a vacancy again


@ONCE
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


@ONCE
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
