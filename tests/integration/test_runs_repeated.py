"""Data that change while a run is under way and after it, and runs that are repeated to the last digit."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.training import NO_FIGURES
from tests.databases import SQLITE
from tests.factories import watched
from tests.factories.runs import Outcome, Site, without_reports
from webapp.config import Settings
from webapp.errors import Conflict
from webapp.extensions import db
from webapp.jobs import runtime
from webapp.records import Applicant, ModelVersion, Rating, StaffMember, Unit, Vacancy
from webapp.records.base import new_id
from webapp.services import training_stages as stages
from webapp.services.job_progress import find_job
from webapp.services.reports.soundness import spread_line
from webapp.services.runs.repeat_run import repeat_run
from webapp.services.runs.show_run import show_run


@pytest.fixture
def site(app: Flask, session: Session, settings: Settings) -> Iterator[Site]:
    runtime.enter(app)
    yield Site(session, settings)
    session.close()  # the worker's steps end with the site's session, so nobody else would


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    without_reports(monkeypatch)


def one_more_rating(session: Session, owner: uuid.UUID) -> None:
    one = session.scalars(select(Rating).where(Rating.organisation_id == owner).order_by(Rating.id)).first()
    assert one is not None
    kept = ("organisation_id", "ratee_id", "value", "scale_min", "scale_max")
    session.add(Rating(id=new_id(), rater_code="late", **{name: getattr(one, name) for name in kept}))
    session.commit()


@SQLITE
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


@SQLITE
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


@SQLITE
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


@SQLITE
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


@SQLITE
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


@SQLITE
def test_a_model_that_no_run_made_cannot_be_repeated(site: Site) -> None:
    key = site.session.scalars(select(ModelVersion).where(ModelVersion.kind == "key_only")).first()
    assert key is not None
    with pytest.raises(Conflict, match="No training run made this model"):
        repeat_run(site.session, site.owner, key.id)
