"""The site as it runs in a company: gunicorn, a database on the disk, and this test that breaks both."""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session, sessionmaker

from questionnaires import shelf
from questionnaires.definition import Questionnaire
from tests import workers
from tests.factories import people, sittings
from tests.faults.ledger import TALLIES, Tally, count
from tests.faults.visitors import Browser, Visitor
from tests.ports import free_port
from webapp.config import Settings, read_settings
from webapp.extensions import make_engine
from webapp.records import Event, Organisation, Outbox, Score, Sitting, SittingClock, Vacancy
from webapp.records.base import now
from webapp.services.score_sitting import answers_hash, saved_answers

SECRET = "a-secret-of-the-fault-tests-that-is-long-enough"
# A machine that is busy with other things starts the server slowly.
START_SECONDS = 240.0
ITEMS = [item.id for item in shelf.get("customer-orientation").items_of("A")]


def wait_until(true: Callable[[], Any], seconds: float = START_SECONDS) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "this never came true"
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


@dataclass
class RealSite:
    """The web server's processes, steered by files, and the database they share with the test."""

    url: str
    folder: Path
    sabotage: str = ""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    companies: dict[str, uuid.UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        instance = self.folder / "instance"
        instance.mkdir(parents=True, exist_ok=True, mode=0o700)
        (instance / "secret.key").write_text(SECRET)
        self.engine: Engine = make_engine(self.url)
        self.session: Session = sessionmaker(self.engine, expire_on_commit=False)()

    @property
    def kind(self) -> str:
        return "SQLite" if self.url.startswith("sqlite") else "PostgreSQL"

    @property
    def settings(self) -> Settings:
        return read_settings(
            {}, instance=self.folder / "instance", database_url=self.url, secret_key=SECRET, base_url=self.address
        )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # --- processes

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.faults.broken_server", str(self.port), str(self.folder)]
        environment = workers.environment(self.settings)
        environment |= {"MAKINGS_BASE_URL": self.address, "MAKINGS_MOVED_CLOCK": str(self.folder / "moved-seconds")}
        sabotage = [self.sabotage] if self.sabotage else []
        with (self.folder / "web.log").open("ab") as log:
            self.process = subprocess.Popen(
                command + sabotage, env=environment, cwd=workers.ROOT, stdout=log, stderr=log
            )
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        browser = Browser(self.port)
        wait_until(lambda: self.ended or browser.get("/sign-in").status == 200)
        assert not self.ended, (self.folder / "web.log").read_text()

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def web_process(self) -> int:
        """The process that answers: gunicorn's only worker."""
        assert self.process
        (found,) = children(self.process.pid)
        return found

    def kill_web_process(self) -> None:
        """kill -9; the master starts another one."""
        killed = self.web_process()
        os.kill(killed, signal.SIGKILL)
        assert self.process
        master = self.process.pid
        wait_until(lambda: killed not in children(master))

    def kill_all(self) -> None:
        """kill -9 of everything that serves, at one moment."""
        assert self.process
        for pid in (self.process.pid, *children(self.process.pid)):
            os.kill(pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self) -> None:
        for file in self.folder.glob("stand-*"):
            file.unlink()
        if self.process and not self.ended:
            self.process.terminate()
            try:
                self.process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                self.kill_all()

    def close(self) -> None:
        self.stop()
        # Its database may be gone by now.
        self.session.invalidate()
        self.engine.dispose()

    @contextmanager
    def standing_still(self, moment: str) -> Iterator[None]:
        """Whoever saves stands still at this moment."""
        file, mark = self.folder / f"stand-{moment}", self.folder / f"at-{moment}"
        mark.unlink(missing_ok=True)
        file.touch()
        try:
            yield
        finally:
            file.unlink(missing_ok=True)

    def wait_for_the_moment(self, moment: str) -> None:
        wait_until((self.folder / f"at-{moment}").exists)

    @contextmanager
    def steered(self, name: str, number: int) -> Iterator[None]:
        """For a while: a limit of SQLite's (`pages`, `busy`), or a server's clock that is wrong (`moved-seconds`)."""
        file = self.folder / name
        # In one go: a server that looks meanwhile sees no file or a whole one.
        (self.folder / f"{name}.new").write_text(str(number))
        (self.folder / f"{name}.new").replace(file)
        try:
            yield
        finally:
            file.unlink()

    # --- people

    def begin_writing(self) -> None:
        """With the lock from the start: what was read before may be old, and the site writes too."""
        self.session.rollback()
        self.session.expire_all()
        self.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})

    def vacancy(self, questionnaire: Questionnaire | None = None) -> Vacancy:
        """One for each questionnaire, made when first needed."""
        name = questionnaire.name if questionnaire else ""
        if name not in self.companies:
            self.begin_writing()
            owner: Organisation = people.organisation(self.session, contact_email="people@example.org")
            self.companies[name] = sittings.vacancy(self.session, owner, questionnaire).id
            self.session.commit()
        return self.session.scalars(select(Vacancy).where(Vacancy.id == self.companies[name])).one()

    def invite(self, questionnaire: Questionnaire | None = None) -> str:
        place = self.vacancy(questionnaire)
        self.begin_writing()
        return sittings.invited(self.session, place).link

    def visitor(self, door: str = "json", questionnaire: Questionnaire | None = None, link: str = "") -> Visitor:
        """Somebody who opened the link in a browser of their own and stands before the first question."""
        browser = Browser(self.port)
        link = link or self.invite(questionnaire)
        assert browser.get(link).status == 200
        started = re.match(r"/sitting/[0-9a-f-]{36}", browser.post(f"{link}/start", me="y").location)
        assert started
        base = started.group()
        items = [item.id for item in questionnaire.items_of("A")] if questionnaire else ITEMS
        found = Visitor(browser, base, items, door)
        self.agree(found.sitting_id)
        if questionnaire:
            assert browser.get(f"{base}/ready").status == 200
            assert browser.post(f"{base}/clock").location.endswith("/question/1")
        browser.token = browser.get(f"{base}/state").said["csrf"]
        return found

    def crowd(self, number: int, **values: Any) -> list[Visitor]:
        """So many of them, through both doors in turn."""
        return [self.visitor(door=("json", "form")[n % 2], **values) for n in range(number)]

    def agree(self, sitting_id: uuid.UUID) -> None:
        """Language, notice and practice, without their pages."""
        self.begin_writing()
        passed = {"language": "en", "consented_at": now(), "practised_at": now()}
        self.session.execute(update(Sitting).where(Sitting.id == sitting_id).values(**passed))
        self.session.commit()

    def leave_seconds(self, visitor: Visitor, seconds: float) -> None:
        """The clock of this sitting goes on with so many seconds left."""
        self.begin_writing()
        which = SittingClock.sitting_id == visitor.sitting_id
        clock = self.session.scalars(select(SittingClock).where(which)).one()
        usual = clock.started_at + dt.timedelta(seconds=clock.allowance_seconds)
        clock.extra_seconds = round((now() + dt.timedelta(seconds=seconds) - usual).total_seconds())
        ends = {"deadline_at": usual + dt.timedelta(seconds=clock.extra_seconds)}
        self.session.execute(update(Sitting).where(Sitting.id == visitor.sitting_id).values(**ends))
        self.session.commit()

    def sitting(self, visitor: Visitor) -> Sitting:
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(select(Sitting).where(Sitting.id == visitor.sitting_id)).one()

    def rows_of(self, table: Any, visitor: Visitor, **values: Any) -> int:
        """How many rows of this table are about this sitting: its scores, or what happened to it."""
        self.session.rollback()
        column = table.subject_id if hasattr(table, "subject_id") else table.sitting_id
        wanted = select(func.count()).select_from(table).where(column == visitor.sitting_id).filter_by(**values)
        return int(self.session.scalar(wanted) or 0)

    def sent_once(self, visitor: Visitor) -> None:
        """Sent, scored and told once, and scored is what is saved."""
        assert self.sitting(visitor).state == "submitted"
        assert self.rows_of(Event, visitor, action="sitting.submitted") == 1
        assert self.rows_of(Score, visitor) == 1
        score = self.session.scalars(select(Score).where(Score.sitting_id == visitor.sitting_id)).one()
        assert score.answers_hash == answers_hash(saved_answers(self.session, self.sitting(visitor)))
        payloads = self.session.scalars(select(Outbox.payload).where(Outbox.topic == "mail.receipt")).all()
        assert [each["sitting_id"] for each in payloads].count(str(visitor.sitting_id)) == 1

    # --- the count

    def count(self, visitors: list[Visitor]) -> Tally:
        return count(self.session, visitors, SECRET)

    def all_there(self, fault: str, visitors: list[Visitor]) -> Tally:
        """Count, keep the count for the table, and fail where it does not hold."""
        tally = self.count(visitors)
        TALLIES.append((fault, self.kind, tally))
        return tally.holds()
