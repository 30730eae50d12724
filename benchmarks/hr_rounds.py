"""Rating rounds at size: 5,000 staff, 60,000 pairs, one or eight ratings a pair, on SQLite.

Run `python -m benchmarks.hr_rounds`. Pages are asked through the test client in one process: what the server computes,
without the network. Everybody is invented.
"""

from __future__ import annotations

import itertools
import random
import re
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from webapp import create_app, migrate
from webapp.commands.processes import settle
from webapp.config import Settings, read_settings
from webapp.extensions import db, make_engine
from webapp.records import (
    CollectedRating,
    Organisation,
    Outbox,
    RatingRound,
    RoundPair,
    RoundRater,
    ServiceLink,
    StaffMember,
    Unit,
)
from webapp.records.base import new_id, now
from webapp.services.add_user import add_user
from webapp.services.rounds.close_round import close_round
from webapp.services.rounds.competence_texts import library_competences
from webapp.services.rounds.draft_round import RoundPlan, make_draft
from webapp.services.rounds.open_round import open_round
from webapp.services.rounds.rater_key import rater_key
from webapp.services.rounds.rater_links import link_token
from webapp.services.rounds.read_for_training import read_for_training
from webapp.services.rounds.remind_raters import queue_reminders

STAFF, CUSTOMERS, UNIT = 5_000, 12, 25
SECRET = "a secret of this benchmark alone, of no worth"
PASSWORD = "a pass phrase of this benchmark alone"
TRIES = 40
BLOCK = 20_000


@contextmanager
def timed(what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{what:<58} {time.perf_counter() - start:8.2f} s", flush=True)


def site(folder: Path) -> tuple[Flask, Settings]:
    url = f"sqlite:///{folder / 'measured.sqlite'}"
    engine = make_engine(url)
    migrate.upgrade(engine)
    engine.dispose()
    settings = read_settings({}, instance=folder, database_url=url, secret_key=SECRET)
    app = create_app(settings, testing=True)
    settle()
    app.config["WTF_CSRF_ENABLED"] = False
    return app, settings


def fill(session: Session) -> Organisation:
    """A company whose people each serve the next twelve of the list and a few at random."""
    company = Organisation(name="Measured", settings={}, simulated=True)
    session.add(company)
    session.flush()
    units = [new_id() for _ in range(STAFF // UNIT)]
    session.execute(
        insert(Unit),
        [{"organisation_id": company.id, "id": key, "name": f"Unit {n:03}"} for n, key in enumerate(units)],
    )
    people = [new_id() for _ in range(STAFF)]
    session.execute(insert(StaffMember), [person(company.id, n, key, units[n // UNIT]) for n, key in enumerate(people)])
    rows = (
        {"organisation_id": company.id, "id": new_id(), "performer_id": one, "customer_id": other, "origin": "rule"}
        for n, one in enumerate(people)
        for other in (people[(n + step) % STAFF] for step in range(1, CUSTOMERS + 1))
    )
    while block := list(itertools.islice(rows, BLOCK)):
        session.execute(insert(ServiceLink), block)
    add_user(session, company.id, "hr@example.org", "HR", PASSWORD, ["hr"])
    return company


def person(owner: uuid.UUID, number: int, key: uuid.UUID, unit: uuid.UUID) -> dict[str, object]:
    name = f"Person {number:04}"
    return {
        "organisation_id": owner,
        "id": key,
        "code": f"P{number:04}",
        "name": name,
        "name_folded": name.casefold(),
        "email": f"p{number}@example.org",
        "unit_id": unit,
    }


def rate_all(session: Session, row: RatingRound, competences: int) -> int:
    """Lay down what everybody would have said."""
    dice = random.Random(1)
    pairs = session.execute(
        select(RoundPair.rater_id, RoundPair.performer_id).where(RoundPair.round_id == row.id)
    ).all()
    keys = {rater: rater_key(row, SECRET, rater) for rater in {rater for rater, _performer in pairs}}
    codes = [each["code"] for each in row.competences][:competences]
    rows = (
        {
            "organisation_id": row.organisation_id,
            "id": uuid.uuid4(),
            "round_id": row.id,
            "performer_id": performer,
            "rater_key": keys[rater],
            "competence": code,
            "value": dice.randint(1, 5),
            "saved_on": now().date(),
        }
        for rater, performer in pairs
        for code in codes
    )
    while block := list(itertools.islice(rows, BLOCK)):
        session.execute(insert(CollectedRating), block)
    return len(pairs) * len(codes)


def told(what: str, ask: Callable[[int], int]) -> None:
    """Median and 95th percentile, on the clock and of the processor: another's work on the machine is in the first."""
    spent, worked = [], []
    for number in range(TRIES):
        start, work = time.perf_counter(), time.process_time()
        status = ask(number)
        spent.append((time.perf_counter() - start) * 1000)
        worked.append((time.process_time() - work) * 1000)
        assert status in (200, 302), status
    clock, processor = quantiles(spent), quantiles(worked)
    told_clock, told_processor = f"{clock[0]:5.0f} {clock[1]:5.0f}", f"{processor[0]:5.0f} {processor[1]:5.0f}"
    print(f"{what:<58} median and p95 in ms {told_clock}, of the processor {told_processor}", flush=True)


def quantiles(spent: list[float]) -> tuple[float, float]:
    return statistics.median(spent), sorted(spent)[int(TRIES * 0.95) - 1]


def measure_pages(app: Flask, session: Session, row: RatingRound) -> None:
    hr = app.test_client()
    hr.post("/sign-in", data={"email": "hr@example.org", "password": PASSWORD})
    told("HR: the list of rounds", lambda _n: hr.get("/hr/rounds").status_code)
    told("HR: an open round with its turnout", lambda _n: hr.get(f"/hr/rounds/{row.id}").status_code)
    raters = session.scalars(select(RoundRater).where(RoundRater.round_id == row.id).limit(TRIES)).all()
    session.commit()
    clients = [walk_in(app, rater) for rater in raters]
    for name, path in (("overview", ""), ("one competence", "/competence/1"), ("one colleague", "/colleague/1")):
        told(f"rater: {name}", lambda n, path=path: clients[n][0].get(clients[n][1] + path).status_code)  # type: ignore[misc]
    names = [first_name(client, home) for client, home in clients]
    sent = [{"name": name, "value": "4"} for name in names]
    told("rater: one rating saved", lambda n: clients[n][0].post(f"{clients[n][1]}/save", json=sent[n]).status_code)


def walk_in(app: Flask, rater: RoundRater) -> tuple[FlaskClient, str]:
    client = app.test_client()
    home = client.post(f"/r/{link_token(SECRET, rater.link_id)}/start").location
    return client, home


def first_name(client: FlaskClient, home: str) -> str:
    found = re.search(r'name="rate:([^"]+)"', client.get(f"{home}/competence/1").get_data(as_text=True))
    assert found
    return found.group(1)


def plan(kind: str) -> RoundPlan:
    today = now().date()
    return RoundPlan("Measured", kind, today, today, tuple(each.code for each in library_competences()))


def measure(competences: int) -> None:
    """One round from the draft to the reading, with so many ratings a pair."""
    with tempfile.TemporaryDirectory() as folder:
        app, settings = site(Path(folder))
        # A session of its own: the requests of the test client close theirs.
        with Session(db.engine, expire_on_commit=False) as session:
            with timed("(filling the company)"):
                company = fill(session)
                row = make_draft(session, company.id, plan("regular"), user_id=None)
                session.commit()
            hr = app.test_client()
            hr.post("/sign-in", data={"email": "hr@example.org", "password": PASSWORD})
            told("HR: the preview, size and load per rater", lambda _n: hr.get(f"/hr/rounds/{row.id}").status_code)
            with timed("opening: pairs, links, mails queued"):
                open_round(session, company.id, row.id, settings)
                session.commit()
            pairs = session.scalar(select(func.count()).select_from(RoundPair))
            mails = session.scalar(select(func.count()).select_from(Outbox))
            print(f"{'':<4}{pairs:,} pairs, {mails:,} mails", flush=True)
            with timed("(laying down the ratings)"):
                number = rate_all(session, row, competences)
                session.commit()
            print(f"{'':<4}{number:,} ratings", flush=True)
            measure_pages(app, session, row)
            with timed("reminding everybody"):
                queue_reminders(session, row, settings)
                session.commit()
            with timed("closing: counting, forgetting pairs and keys"):
                close_round(session, company.id, row.id)
                session.commit()
            with timed("reading for training"):
                read = len(read_for_training(session, company.id, "training"))
            print(f"{'':<4}{read:,} ratings read", flush=True)
        db.dispose()


if __name__ == "__main__":
    for size in [int(each) for each in sys.argv[1:]] or [1, 8]:
        print(f"\n{STAFF:,} staff, {STAFF * CUSTOMERS:,} pairs, {size} rating(s) a pair")
        measure(size)
