"""A site to be measured: a company, sittings that have begun, browsers that hold them, and the server's processes."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from webapp import create_app, migrate
from webapp.config import read_settings
from webapp.extensions import db, make_engine
from webapp.records import Answer, Applicant, ModelVersion, Sitting, Vacancy
from webapp.records.base import new_id, now
from webapp.services import install_company
from webapp.services.read_questionnaire import read_questionnaire

SECRET = "a secret of this benchmark alone, of no worth"
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
BLOCK = 20_000


def fill(url: str, instance: Path, sittings: int, *, answered: bool) -> dict[str, Any]:
    """Make a company with so many sittings begun, answered or not; return the plan for the load generator."""
    engine = make_engine(url)
    migrate.upgrade(engine)
    engine.dispose()
    app = create_app(read_settings({}, instance=instance, database_url=url, secret_key=SECRET))
    with app.test_request_context(), db.scope(), db.transaction() as session:
        company = install_company.install_company(session, "Measured")
        place = vacancy(session, company.id)
        items = read_questionnaire(session, company.id, place.questionnaire_id).items_of(place.form)
        begun = begin(session.connection(), place, sittings)
        if answered:
            answer_all(session.connection(), company.id, begun, [(item.id, item.option_ids) for item in items])
    plan = {"visits": browsers(app, company.id, begun), "items": [(item.id, item.option_ids) for item in items]}
    db.dispose()
    return plan


def vacancy(session: Session, owner: uuid.UUID) -> Vacancy:
    """Open a vacancy on the company's first model."""
    model = session.scalars(select(ModelVersion).where(ModelVersion.organisation_id == owner)).first()
    assert model is not None
    row = Vacancy(
        organisation_id=owner,
        title="Service adviser",
        questionnaire_id=model.questionnaire_id,
        form=model.form,
        model_version_id=model.id,
    )
    session.add(row)
    session.flush()
    return row


def begin(connection: Connection, place: Vacancy, number: int) -> list[uuid.UUID]:
    """Begin so many sittings: language chosen, notice agreed to, practice passed over."""
    people: list[dict[str, Any]] = [
        {
            "organisation_id": place.organisation_id,
            "vacancy_id": place.id,
            "name": f"Applicant {n}",
            "name_folded": f"applicant {n}",
            "email": f"applicant{n}@example.org",
            "state": "started",
        }
        for n in range(number)
    ]
    for person in people:
        person["id"] = new_id()
    rows: list[dict[str, Any]] = [
        {
            "organisation_id": place.organisation_id,
            "id": new_id(),
            "applicant_id": person["id"],
            "questionnaire_id": place.questionnaire_id,
            "form": place.form,
            "language": "en",
            "seed": secrets.randbits(62),
            "consented_at": now(),
            "practised_at": now(),
        }
        for person in people
    ]
    add(connection, Applicant, people)
    add(connection, Sitting, rows)
    return [row["id"] for row in rows]


def answer_all(connection: Connection, owner: uuid.UUID, sittings: Sequence[uuid.UUID], items: Sequence[Any]) -> None:
    """Answer every question of every sitting."""
    for start in range(0, len(sittings), 500):
        rows = [
            {
                "organisation_id": owner,
                "sitting_id": sitting,
                "item_id": item,
                "value": {"best": options[(n + k) % len(options)], "worst": options[(n + k + 1) % len(options)]},
                "language": "en",
                "saved_at": now(),
            }
            for n, sitting in enumerate(sittings[start : start + 500], start)
            for k, (item, options) in enumerate(items)
        ]
        add(connection, Answer, rows)


def add(connection: Connection, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows in blocks."""
    for start in range(0, len(rows), BLOCK):
        connection.execute(insert(table), list(rows[start : start + BLOCK]))


def browsers(app: Flask, owner: uuid.UUID, sittings: Sequence[uuid.UUID]) -> list[dict[str, str]]:
    """The cookie and the token of a browser for each sitting, as the site itself would give them."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    with app.test_request_context():
        from flask import session as cookie

        token = generate_csrf()
        shared = {"csrf_token": cookie["csrf_token"], "_permanent": True}
        return [
            {
                "sitting": str(sitting),
                "cookie": str(signer.dumps(shared | {"sittings": {str(sitting): str(owner)}})),
                "csrf": token,
            }
            for sitting in sittings
        ]


# --- processes


class Served:
    """A server's process with those that it has forked."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def cpu_seconds(self) -> float:
        """Processor time, own and the kernel's, of all these processes so far."""
        return spent_by(self.process.pid)


def spent_by(pid: int) -> float:
    """Processor time of a process and of all that it has started."""
    return sum(map(spent, family(pid)))


def family(pid: int) -> list[int]:
    """This process and what it has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def spent(pid: int) -> float:
    """Processor seconds of one process, and of those that it started and that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / CLOCK_TICKS


@contextmanager
def served(command: Sequence[str], port: int, environment: dict[str, str], folder: Path) -> Iterator[Served]:
    """Run a server until the block ends."""
    with (folder / f"server-{port}.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=os.environ | environment, stdout=log, stderr=log, cwd=folder, start_new_session=True
        )
        try:
            wait_for(port, process)
            wait_for_reply(port)
            yield Served(process, port)
        finally:
            # The whole group: oTree starts a helper that would outlive it.
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Wait until somebody answers on this port."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError("a server ended at once; see its log")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("a server did not answer")


def wait_for_reply(port: int) -> None:
    """Wait until the worker behind the port has started: the port is open before."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(b"GET /nothing-here HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        while connection.recv(65536):
            pass


def ours(url: str, instance: Path, port: int) -> tuple[list[str], dict[str, str]]:
    """The command and the settings that serve this site."""
    settings = {"MAKINGS_INSTANCE": str(instance), "MAKINGS_DATABASE_URL": url, "MAKINGS_SECRET_KEY": SECRET}
    return [sys.executable, "-m", "webapp", "serve", "--port", str(port)], settings


def load(plan: Path, kind: str, port: int, connections: int, seconds: float, first: int) -> dict[str, Any]:
    """Run the load generator in a process of its own."""
    arguments = (str(plan), kind, str(port), str(connections), str(seconds), str(first))
    command = [sys.executable, "-m", "benchmarks.sitting_load", *arguments]
    finished = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=seconds + 600)
    found: dict[str, Any] = json.loads(finished.stdout)
    return found
