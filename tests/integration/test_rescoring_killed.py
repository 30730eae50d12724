"""kill -9 while a vacancy is scored again: other workers go on, and every applicant is scored once and has a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.factories.promotions import House
from tests.workers import kill, wait_for, worker
from webapp import create_app
from webapp.config import Settings, read_settings
from webapp.extensions import db
from webapp.records import Job, ListCount, RescoringChunk, Score, Vacancy
from webapp.services.promotion.vacancies import queue_rescoring
from webapp.services.shortlist.counts_agree import counts_agree
from webapp.services.shortlist.on_list import find_state

PEOPLE = 24


@pytest.fixture
def settings(own_folder: Path, sqlite_url: str) -> Iterator[Settings]:
    made = read_settings({}, instance=own_folder / "instance", database_url=sqlite_url, secret_key="test-secret")
    create_app(made, testing=True)
    yield made
    db.dispose()


def state() -> str:
    with db.scope() as session:
        return session.scalars(select(Job.state)).one()


def chunks_open() -> int:
    with db.scope() as session:
        rows = select(func.count()).select_from(RescoringChunk).where(RescoringChunk.done_at.is_(None))
        return session.scalar(rows) or 0


def killed_before_a_commit(settings: Settings, mark: Path) -> None:
    with worker(settings, "write_scores", mark) as process:
        wait_for(mark.exists, process.is_alive)
        kill(process)
    assert (state(), chunks_open()) == ("running", PEOPLE // 3 - 1)


def killed_beside_another(settings: Settings, mark: Path) -> None:
    """One stands still with a chunk in hand; the other does the rest, takes that up too, and moves the vacancy."""
    with worker(settings, "score_span", mark) as stuck:
        wait_for(mark.exists, stuck.is_alive)
        with worker(settings) as other:
            wait_for(lambda: chunks_open() == 1, other.is_alive)
            kill(stuck)
            wait_for(lambda: state() not in ("queued", "running"), other.is_alive)


@pytest.mark.timeout(300)
def test_killed_twice_and_everybody_is_scored_once(settings: Settings, tmp_path: Path) -> None:
    with db.scope() as session:
        house = House(session)
        house.applicants(PEOPLE)
        queue_rescoring(session, house.vacancy, house.candidate, house.ona.id)
        session.commit()
        candidate, vacancy_key = house.candidate.id, (house.owner, house.vacancy.id)
    killed_before_a_commit(settings, tmp_path / "writing")
    killed_beside_another(settings, tmp_path / "scoring")
    with db.scope() as session:
        job = session.scalars(select(Job)).one()
        assert (job.state, job.result) == ("done", {"scored": PEOPLE, "moved": True})
        vacancy = session.get_one(Vacancy, vacancy_key)
        assert vacancy.model_version_id == candidate
        rows = session.scalars(select(Score).where(Score.model_version_id == candidate)).all()
        assert Counter(Counter(row.applicant_id for row in rows).values()) == {1: PEOPLE}
        new = find_state(session, vacancy)
        assert new is not None
        assert counts_agree(session, new)
        placed = select(func.sum(ListCount.number)).where(ListCount.list_id == new.id)
        assert session.scalar(placed) == sum(row.score is not None for row in rows) > 0
        assert session.scalars(select(RescoringChunk)).all() == []
