"""The worker closes what is due; a moved clock and an outage of ours close nobody unjustly."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import sittings, timing
from tests.factories.timing import SetClock, begun, sitting_of
from tests.site import PageClient
from webapp.clock import SteadyClock
from webapp.config import Settings
from webapp.extensions import db
from webapp.jobs import closing_job, runtime
from webapp.jobs.closing_job import Closer
from webapp.records import AdjustmentRequest, Event, Outbox, Score, ServerBeat, Sitting, base
from webapp.services.adjustments.send_answer import send_answer
from webapp.services.sitting_time import close_sittings
from webapp.services.sitting_time.beat_server import beat_server

clock = timing.clock


@pytest.fixture
def worker(app: Flask) -> Closer:
    runtime.enter(app)
    return Closer()


def beat() -> int:
    with db.scope(), db.transaction() as writing:
        return beat_server(writing)


def count(session: Session, *rows: object) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(*rows)) or 0  # type: ignore[arg-type]


def submitted(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).where(Sitting.state == "submitted")) or 0


def test_everybody_at_one_deadline_is_sent_and_scored_once(session: Session, worker: Closer, clock: SetClock) -> None:
    place = timing.place(session)
    timing.many(session, place, 2 * close_sittings.CHUNK + 3, clock.at)
    clock.pass_by(seconds=-1)
    assert worker.close_due() == 0
    clock.pass_by(seconds=1)
    assert worker.close_due() == 2 * close_sittings.CHUNK + 3
    assert Closer().close_due() == 0
    number = 2 * close_sittings.CHUNK + 3
    assert (submitted(session), count(session, Score)) == (number, number)
    assert session.scalar(select(func.count()).where(Outbox.topic == "mail.receipt")) == number


def test_one_that_cannot_be_closed_holds_up_no_other(
    session: Session, worker: Closer, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = timing.place(session)
    timing.many(session, place, 5, clock.at)
    bad = session.scalars(select(Sitting.id).order_by(Sitting.id).limit(1)).one()
    session.rollback()
    real = close_sittings.submit_sitting

    def sometimes(writing: Session, owner: uuid.UUID, sitting_id: uuid.UUID, secret: str) -> bool:
        if sitting_id == bad:
            raise RuntimeError("as if its model were gone")
        return real(writing, owner, sitting_id, secret)

    monkeypatch.setattr(close_sittings, "submit_sitting", sometimes)
    assert worker.close_due() == 4
    assert worker.close_due() == 0
    monkeypatch.setattr(close_sittings, "submit_sitting", real)
    assert worker.close_due() == 0, "it waits a minute"
    worker.aside.clear()
    assert worker.close_due() == 1
    assert submitted(session) == 5


def test_a_worker_that_dies_in_a_chunk_leaves_nothing_half_done(
    session: Session, worker: Closer, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = timing.place(session)
    timing.many(session, place, 5, clock.at)
    real, done = close_sittings.submit_sitting, list[uuid.UUID]()

    def dies(writing: Session, owner: uuid.UUID, sitting_id: uuid.UUID, secret: str) -> bool:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(sitting_id)
        return real(writing, owner, sitting_id, secret)

    monkeypatch.setattr(close_sittings, "submit_sitting", dies)
    with pytest.raises(KeyboardInterrupt):
        worker.close_due()
    assert (submitted(session), count(session, Score)) == (0, 0)
    monkeypatch.setattr(close_sittings, "submit_sitting", real)
    assert Closer().close_due() == 5
    assert (submitted(session), count(session, Score)) == (5, 5)


def test_while_the_site_is_down_nobody_is_closed_and_then_the_time_is_given_back(
    session: Session, worker: Closer, clock: SetClock
) -> None:
    place = timing.place(session)
    end = clock.at + dt.timedelta(minutes=5)
    timing.many(session, place, 3, end)
    assert beat() == 0
    clock.pass_by(minutes=30)
    assert worker.close_due() == 0
    assert beat() == 3
    assert beat() == 0
    session.rollback()
    assert set(session.scalars(select(Sitting.deadline_at))) == {end + dt.timedelta(minutes=30)}
    clock.pass_by(seconds=20)
    beat()
    assert worker.close_due() == 0
    for _beat in range(20):
        clock.pass_by(seconds=20)
        assert beat() == 0
    assert worker.close_due() == 3


class Machine:
    """A machine whose clock somebody moves."""

    def __init__(self) -> None:
        self.running, self.wall = 1000.0, 1_790_000_000.0

    def pass_by(self, seconds: float) -> None:
        self.running += seconds
        self.wall += seconds

    def clock(self, boot: str = "one") -> SteadyClock:
        return SteadyClock(lambda: self.wall, lambda: self.running, boot=boot)


@pytest.mark.parametrize("moved", [3600.0, -3600.0])
def test_a_clock_that_is_moved_by_an_hour_closes_nobody_and_gives_nobody_an_hour(
    client: PageClient,
    session: Session,
    worker: Closer,
    monkeypatch: pytest.MonkeyPatch,
    moved: float,
) -> None:
    machine = Machine()
    monkeypatch.setattr(base, "clock", machine.clock())
    someone = sittings.invited(session, timing.place(session))
    address = begun(client, someone)
    beat()
    machine.pass_by(20)
    machine.wall += moved
    assert beat() == 0
    assert worker.close_due() == 0
    assert "About 20 minutes left" in client.get(f"{address}/question/1").get_data(as_text=True)
    told = session.scalars(select(Event).where(Event.action == "clock.jumped")).one()
    assert told.detail == {"seconds": round(moved)}
    session.rollback()
    # A process that is started now goes by the time of the others.
    monkeypatch.setattr(base, "clock", machine.clock())
    beat()
    assert client.get(f"{address}/question/1").status_code == 200
    for _beat in range(59):
        machine.pass_by(20)
        beat()
    machine.pass_by(20)
    assert worker.close_due() == 1
    assert sitting_of(session, someone).state == "submitted"
    # Nobody's time runs any more: now the new time is believed, and taken for no outage.
    assert beat() == 0
    assert base.now().timestamp() == pytest.approx(machine.wall)
    session.rollback()
    assert session.scalars(select(ServerBeat.jumped_seconds)).one() == 0


@pytest.mark.parametrize(("state", "says"), [("granted", "was granted"), ("declined", "was not granted")])
def test_the_answer_goes_out_by_mail_in_the_applicants_language(
    app: Flask, session: Session, settings: Settings, clock: SetClock, state: str, says: str
) -> None:
    someone = sittings.invited(session)
    row = AdjustmentRequest(
        organisation_id=someone.organisation.id,
        applicant_id=someone.applicant.id,
        state=state,
        answered_at=clock.at,
        note="Call <us>.",
    )
    session.add(row)
    session.commit()
    with app.test_request_context("/"), db.scope() as working:
        assert send_answer(working, row.organisation_id, row.id, settings)
        assert not send_answer(working, row.organisation_id, uuid.uuid4(), settings)
    (mail,) = settings.mail_folder.rglob("*.eml")
    text = mail.read_bytes().decode()
    assert says in text.replace("=\r\n", "").replace("=\n", "")
    assert "Call" in text


def test_the_worker_knows_how_to_close_and_to_answer() -> None:
    from webapp.jobs.dispatcher import TOPICS
    from webapp.jobs.worker import WORKFLOWS

    assert TOPICS["mail.adjustment"] == "mail"
    assert "answer_request" in {each.__name__ for each in WORKFLOWS}
    assert closing_job.SECONDS_BETWEEN_LOOKS <= 5
