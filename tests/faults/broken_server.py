"""The real web server, with places at which a fault test stands it still, and with sabotage that the count must see.

    python -m tests.faults.broken_server PORT FOLDER [SABOTAGE]

Files in FOLDER steer it while it runs. ``stand-MOMENT``: whoever saves stands still at this moment of the writer
(gathered, written: before the commit, committed: before the reply) as long as the file is there, and ``at-MOMENT``
says in which process. ``pages``: so many pages may the SQLite database have, as on a disk that is full.
``busy``: for so many milliseconds SQLite waits for a lock, where the test has no patience for fifteen seconds.
SABOTAGE breaks the product on purpose: see `SABOTAGES`.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from webapp import clock, security
from webapp.commands import processes
from webapp.config import read_settings
from webapp.extensions import BUSY_MILLISECONDS, csrf, db
from webapp.records import AnswerRevision, Sitting
from webapp.records.base import new_id
from webapp.services import submit_sitting
from webapp.services.saving import batch, rows
from webapp.services.saving import writer as writing
from webapp.services.saving.given import pauses

MOMENTS = ("gathered", "written", "committed")
NO_LIMIT = 2**30
LATER_SECONDS = 3.0


def standing(folder: Path, moment: str) -> Callable[[], None]:
    """Stand still at this moment as long as the test wants it."""

    def stand() -> None:
        while (folder / f"stand-{moment}").exists():
            (folder / f"at-{moment}").write_text(str(os.getpid()))
            time.sleep(0.02)

    return stand


def steer_sqlite(folder: Path) -> None:
    """Each transaction on SQLite begins with what stands in the files; without them it is as in a company."""

    def begin(connection: Any) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA max_page_count = {number_in(folder / 'pages', NO_LIMIT)}")
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {number_in(folder / 'busy', BUSY_MILLISECONDS)}")

    event.listen(Engine, "begin", begin)


def number_in(file: Path, otherwise: int) -> int:
    try:
        return int(file.read_text())
    except FileNotFoundError:
        return otherwise


# --- sabotage: what the count of the answers must find


def acknowledge_early() -> None:
    """Say that it is saved, and save it a moment later."""
    real = writing.commit

    def commit(engine: Engine, saves: Sequence[Any]) -> Any:
        with engine.connect() as connection, connection.begin() as transaction:
            outcomes = writing.save_batch(connection, saves)
            transaction.rollback()
        threading.Timer(LATER_SECONDS, real, (engine, saves)).start()
        return outcomes

    writing.commit = commit


def acknowledge_what_failed() -> None:
    """Take a failed commit for a good one."""
    real, judged = writing.commit, batch.save_batch
    known: list[Any] = []

    def save_batch(connection: Any, saves: Sequence[Any]) -> Any:
        known[:] = [made.outcome_of(save) for made in (batch.Batch(connection, saves),) for save in saves]
        return judged(connection, saves)

    def commit(engine: Engine, saves: Sequence[Any]) -> Any:
        try:
            return real(engine, saves)
        except Exception:
            return list(known)

    writing.save_batch, writing.commit = save_batch, commit


def write_twice() -> None:
    """Keep each save in the history once more, under the next revision."""
    real = batch.Batch.write

    def write(self: batch.Batch) -> None:
        real(self)
        again = [{**row, "id": new_id(), "revision": row["revision"] + 1} for row in self.history]
        if again:
            self.connection.execute(insert(AnswerRevision.__table__), again)  # type: ignore[arg-type]

    batch.Batch.write = write  # type: ignore[method-assign]


def never_close() -> None:
    """Take answers after the end of the time and after the submit."""
    rows.Held.closed_at = lambda self, moment: ""  # type: ignore[method-assign]


def follow_the_clock() -> None:
    """Believe the system's clock whatever it says."""

    def follow(self: clock.SteadyClock, apart: float) -> None:
        self.offset += apart

    clock.SteadyClock.follow = follow  # type: ignore[method-assign]
    clock.SteadyClock.keep_to = lambda self, offset: None  # type: ignore[method-assign]


def leave_doors_open() -> None:
    """Ask for no token, and let every browser hold every sitting."""

    def anybody(sitting_id: uuid.UUID) -> uuid.UUID | None:
        return db.session.scalar(select(Sitting.organisation_id).where(Sitting.id == sitting_id))

    csrf.protect = lambda **_more: None  # type: ignore[method-assign]
    security.held_organisation = anybody


def submit_again() -> None:
    """Forget that a sitting was sent already."""
    real = submit_sitting.lock_sitting

    def lock_sitting(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> Sitting:
        sitting = real(session, organisation_id, sitting_id)
        set_committed_value(sitting, "state", "started")
        return sitting

    submit_sitting.lock_sitting = lock_sitting


SABOTAGES = {
    "open": leave_doors_open,
    "again": submit_again,
    "early": acknowledge_early,
    "failed": acknowledge_what_failed,
    "twice": write_twice,
    "late": never_close,
    "clock": follow_the_clock,
}


def main(port: int, folder: Path, sabotage: str = "") -> None:
    for moment in MOMENTS:
        setattr(pauses, moment, standing(folder, moment))
    steer_sqlite(folder)
    if sabotage:
        SABOTAGES[sabotage]()
    processes.serve(read_settings(), port, 1)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
