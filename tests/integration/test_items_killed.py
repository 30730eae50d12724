"""kill -9 while applicants are scored again without a question: the next worker goes on, and each is scored once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.factories import item_desk
from tests.workers import kill, wait_for, worker
from webapp import create_app
from webapp.config import Settings, read_settings
from webapp.extensions import db
from webapp.records import Event, Job, Score, ScoreChange


@pytest.fixture
def settings(own_folder: Path, sqlite_url: str) -> Iterator[Settings]:
    made = read_settings({}, instance=own_folder / "instance", database_url=sqlite_url, secret_key="test-secret")
    create_app(made, testing=True)
    yield made
    db.dispose()


def state() -> str:
    with db.scope() as session:
        return session.scalars(select(Job.state)).one()


def test_killed_while_a_list_changes(settings: Settings, tmp_path: Path) -> None:
    with db.scope() as session:
        desk = item_desk.desk(session, trained=False)
        desk.sent(desk.vacancy(), 2, "lt")
        desk.sent(desk.vacancy(title="Cashier"), 2, "lt")
        item = desk.items[3]
        desk.set_aside(item)
        session.commit()
    mark = tmp_path / "here"
    with worker(settings, "change_list", mark) as process:
        wait_for(mark.exists, process.is_alive)
        kill(process)
    assert state() == "running"
    with worker(settings) as process:
        wait_for(lambda: state() not in ("queued", "running"), process.is_alive)
    with db.scope() as session:
        job = session.scalars(select(Job)).one()
        assert (job.state, job.result["changed"]) == ("done", 4)
        assert {tuple(score.left_out) for score in session.scalars(select(Score))} == {(item,)}
        changes = session.scalars(select(ScoreChange)).all()
        assert set(Counter(change.score_id for change in changes).values()) == {1}
        assert all(change.applied_at for change in changes)
        told = session.scalars(select(Event.subject_id).where(Event.action == "score.set_aside")).all()
        assert len(told) == len(set(told)) == 4
