"""The stages of a run: what they learn from, what they refuse, and that none can be done twice."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from models import registry
from models import training as learning
from questionnaires import shelf
from tests.factories import training
from webapp.errors import Conflict
from webapp.records import Answer, Job, ModelVersion, Rating, Sitting, StaffMember, TrainedWith
from webapp.services import training_stages as stages
from webapp.services.job_progress import fail_job, find_job, note_progress
from webapp.services.runs.clear_folders import clear_folders
from webapp.services.start_training import start_training
from webapp.services.training_data import TrainingData, gather_training_data
from webapp.services.training_failure import TrainingRefused

SECRET = "a secret of this test, long enough"


class Run:
    """A queued run of a company, with a folder for what lies between the stages."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.session = session
        self.company = training.company(session)
        self.owner = self.company.organisation.id
        self.folder = folder / "job"
        self.job: Job = start_training(session, self.owner, self.company.questionnaire.id)
        session.commit()

    def gather(self) -> dict[str, Any]:
        return stages.gather(self.session, self.owner, self.job.id, self.folder, SECRET)

    def data(self) -> TrainingData:
        return gather_training_data(self.session, self.owner, self.company.questionnaire.id, "A", SECRET)

    def given(self, fingerprint: str) -> tuple[Any, ...]:
        return stages.inputs(self.session, self.owner, self.job.id, self.folder, fingerprint, SECRET)

    def refused(self) -> str:
        with pytest.raises(TrainingRefused) as caught:
            self.gather()
        return caught.value.reason


@pytest.fixture
def run(session: Session, tmp_path: Path) -> Run:
    return Run(session, tmp_path)


def test_everybody_is_gathered_with_unit_and_family(run: Run) -> None:
    data = run.data()
    simulated = run.company.simulation
    assert [sheet.person for sheet in data.sheets] == sorted(sheet.person for sheet in simulated.staff_sheets())
    assert len(data.ratings) == len(simulated.rating_list())
    assert data.scale == (1.0, 5.0)
    assert all(sheet.unit and sheet.job_family for sheet in data.sheets)
    assert {sheet.person: dict(sheet.answers) for sheet in data.sheets} == {
        sheet.person: dict(sheet.answers) for sheet in simulated.staff_sheets()
    }


def test_the_same_data_have_the_same_fingerprint(run: Run) -> None:
    first, second = run.gather(), run.gather()
    assert first["fingerprint"] == second["fingerprint"]
    assert first["people"] == 60


def test_unfinished_sittings_do_not_count(run: Run) -> None:
    one = run.session.scalars(select(Sitting)).first()
    assert one is not None
    one.state, one.submitted_at = "started", None
    run.session.flush()
    assert len(run.data().sheets) == 59


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda session: session.execute(delete(Rating)), "no_ratings"),
        (lambda session: session.execute(update(Rating).values(value=3.0)), "constant_ratings"),
        (lambda session: session.execute(update(Sitting).values(state="started", submitted_at=None)), "no_answers"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_at_once(run: Run, spoil: Any, reason: str) -> None:
    spoil(run.session)
    assert run.refused() == reason


def test_too_few_people_are_refused_with_their_number(run: Run) -> None:
    few = run.session.scalars(select(StaffMember.id).order_by(StaffMember.code).limit(20)).all()
    run.session.execute(delete(Rating).where(Rating.ratee_id.in_(few)))
    with pytest.raises(TrainingRefused) as caught:
        run.gather()
    assert (caught.value.reason, caught.value.numbers) == ("too_few", {"both": 40, "needed": 50})


def test_two_scales_are_refused(run: Run) -> None:
    one = run.session.scalars(select(Rating)).first()
    assert one is not None
    one.scale_max = 10.0
    run.session.flush()
    assert run.refused() == "several_scales"


def test_half_answered_questionnaires_do_not_make_up_the_number(run: Run) -> None:
    items = [item.id for item in shelf.get(training.INSTRUMENT).items_of("A")]
    half = run.session.scalars(select(Sitting.id).limit(20)).all()
    run.session.execute(delete(Answer).where(Answer.sitting_id.in_(half), Answer.item_id.in_(items[:6])))
    given = run.given(run.gather()["fingerprint"])
    with pytest.raises(TrainingRefused) as caught:
        stages.adjust_criterion(given)
    assert caught.value.numbers == {"both": 40, "needed": 50}


def test_a_lost_folder_is_gathered_again(run: Run) -> None:
    expected = run.gather()["fingerprint"]
    shutil.rmtree(run.folder)
    assert run.given(expected)[2:] == ("A", None, 0)


def test_a_lost_folder_and_other_data_are_refused(run: Run) -> None:
    expected = run.gather()["fingerprint"]
    shutil.rmtree(run.folder)
    run.session.execute(delete(Rating).where(Rating.id == run.session.scalars(select(Rating.id)).first()))
    with pytest.raises(TrainingRefused) as caught:
        run.given(expected)
    assert caught.value.reason == "data_changed"


def test_a_model_is_kept_once(run: Run) -> None:
    run.gather()
    packed = registry.pack(learning.key_only(shelf.get(training.INSTRUMENT), form_id="A"))
    stages.write_whole(run.folder / "model.zip", packed)
    first = stages.save(run.session, run.owner, run.job.id, run.folder)
    stages.tidy(run.folder)
    assert stages.save(run.session, run.owner, run.job.id, run.folder) == first
    made = run.session.scalar(select(func.count()).where(ModelVersion.job_id == run.job.id))
    job = find_job(run.session, run.owner, run.job.id)
    assert (made, job.state, job.result["model_version_id"]) == (1, "done", first["model_version_id"])
    assert not run.folder.exists()
    assert run.session.scalar(select(func.count()).select_from(TrainedWith)) == 60, "who was in the run, once"


def test_a_job_that_ended_stays_as_it_ended(run: Run) -> None:
    fail_job(run.session, run.job, "broken")
    note_progress(run.session, run.owner, run.job.id, "fit", 0.9)
    fail_job(run.session, run.job, "too_few", both=1, needed=50)
    assert (run.job.state, run.job.fraction, run.job.result["reason"]) == ("failed", 0.0, "broken")


def test_two_runs_at_once_are_refused(run: Run) -> None:
    with pytest.raises(Conflict):
        start_training(run.session, run.owner, run.company.questionnaire.id)
    fail_job(run.session, run.job, "broken")
    assert start_training(run.session, run.owner, run.company.questionnaire.id).id != run.job.id


def test_the_workflow_carries_the_outbox_rows_id(run: Run) -> None:
    assert uuid.UUID(run.job.parameters["workflow"]) != run.job.id


def test_folders_that_no_run_needs_any_more_are_cleared(run: Run, tmp_path: Path) -> None:
    """Its own while it is open; a stranger's only when nobody has written into it for an hour."""
    jobs = tmp_path / "jobs"
    folders = {name: jobs / name for name in (str(run.job.id), "gone", "fresh")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    for old in (str(run.job.id), "gone"):
        os.utime(folders[old], (0, 0))
    assert clear_folders(run.session, jobs) == 1
    assert sorted(each.name for each in jobs.iterdir()) == sorted((str(run.job.id), "fresh"))
    fail_job(run.session, run.job, "broken")
    assert clear_folders(run.session, jobs) == 1
    assert clear_folders(run.session, tmp_path / "nowhere") == 0
