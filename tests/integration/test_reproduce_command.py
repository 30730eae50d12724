"""`makings reproduce`: it queues a run, waits for its end and tells what came out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.factories import training
from webapp import create_app
from webapp.cli import main
from webapp.commands import reproduce
from webapp.config import read_settings
from webapp.extensions import db
from webapp.records import Job, ModelVersion
from webapp.services.job_progress import fail_job, finish_job
from webapp.services.start_training import queue_job

SAME: dict[str, Any] = {"same": True, "compared": 9, "differing": 0, "numbers": True, "figures": [], "libraries": []}
OTHER = SAME | {
    "same": False,
    "differing": 1,
    "numbers": False,
    "figures": [{"name": "figures.r", "before": 0.41, "again": 0.42}],
    "libraries": [{"name": "numpy", "before": "1.0", "again": "2.0"}],
}


@pytest.fixture
def site(own_folder: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """An installation on SQLite with one model that a run made; its number."""
    settings = read_settings({}, instance=own_folder / "instance", database_url=sqlite_url, secret_key="s" * 40)
    create_app(settings, testing=True)
    for name in ("instance", "database_url", "secret_key"):
        monkeypatch.setenv(f"MAKINGS_{name.upper()}", str(getattr(settings, name)))
    with db.scope(), db.transaction() as session:
        company = training.company(session, rated=False, answered=False)
        owner = company.organisation.id
        job = queue_job(session, owner, "train", None, questionnaire_id=str(company.questionnaire.id), form="A", seed=0)
        finish_job(session, job, number=2)
        model = session.scalars(select(ModelVersion).where(ModelVersion.questionnaire_id == company.questionnaire.id))
        row = model.one()
        row.job_id = job.id
        number = row.number
    yield number
    db.dispose()


def ended_by(monkeypatch: pytest.MonkeyPatch, end: Callable[[Any, Job], None]) -> None:
    """In a worker's place: end the run between two looks."""

    def work(_seconds: float) -> None:
        with db.scope(), db.transaction() as session:
            end(session, session.scalars(select(Job).where(Job.kind == "repeat")).one())

    monkeypatch.setattr(reproduce.time, "sleep", work)


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(main, ["reproduce", *map(str, arguments)])


@pytest.mark.parametrize(
    ("result", "status", "told"),
    [
        ({"same_data": True, "comparison": SAME}, 0, ["is the same, to the last digit"]),
        ({"same_data": True, "comparison": OTHER}, 1, ["figures.r: 0.41 -> 0.42", "numpy: 1.0 -> 2.0", "different"]),
        ({"same_data": False, "since": {"ratings_came": 2}}, 1, ["2 imported ratings came in."]),
    ],
)
def test_what_came_out_is_told(
    site: int, monkeypatch: pytest.MonkeyPatch, result: dict[str, Any], status: int, told: list[str]
) -> None:
    ended_by(monkeypatch, lambda session, job: finish_job(session, job, number=site, **result))
    found = run(site)
    assert found.exit_code == status, found.output
    assert [each for each in told if each not in found.output] == []


def test_a_run_that_failed_is_no_answer_and_an_unknown_model_is_refused(
    site: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(99).exit_code == 2
    assert "There is no model 99." in run(99).output
    ended_by(monkeypatch, lambda session, job: fail_job(session, job, "no_ratings"))
    assert run(site).exit_code == 3


def test_it_need_not_wait(site: int) -> None:
    found = run(site, "--no-wait")
    assert found.exit_code == 0
    assert "/hr/models/jobs/" in found.output
    assert "A training run is under way" in run(site).output
