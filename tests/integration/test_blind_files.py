"""On a blind vacancy the files tell no name and no day, and go when a name is hidden again."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from tests.factories import people
from tests.factories.blind import BlindHouse
from tests.factories.blind_watcher import REASON, Watcher, codes
from webapp.config import Settings
from webapp.records import (
    Job,
    ListExport,
)
from webapp.records.base import now
from webapp.services.blind.face import face_of
from webapp.services.decisions.decide import Why, decide
from webapp.services.decisions.undo import undo_batch
from webapp.services.promotion.stop_scores import stop_scores


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


@pytest.fixture
def house(app: Flask, session: Session, settings: Settings) -> BlindHouse:
    return BlindHouse(session, settings)


@pytest.fixture
def watcher(app: Flask, client: FlaskClient, house: BlindHouse, monkeypatch: pytest.MonkeyPatch) -> Watcher:
    return Watcher(app, client, house, monkeypatch)


@pytest.mark.parametrize("stopped", [False, True])
def test_files_hold_no_day_of_a_hidden_person(watcher: Watcher, stopped: bool) -> None:
    house = watcher.house
    if stopped:
        hr = people.user(house.session, house.company, "hr")
        stop_scores(house.session, house.company.id, "A misprint.", hr.id)
        house.session.commit()
    base = f"/vacancies/{house.vacancy.id}"
    rows = list(csv.DictReader(io.StringIO(watcher.client.get(f"{base}/export.csv").data.decode("utf-8-sig"))))
    days = {row["code"]: {row.get(each) or "" for each in ("answered_on", "scored_on")} for row in rows}
    shown = days.pop(face_of(house.vacancy, house.revealed).code)
    assert set(days) == set(codes(house, *range(len(house.done))))
    assert set().union(*days.values()) == {""}
    assert shown >= {f"{now():%Y-%m-%d}"}
    assert not any("reused" in row.get("flags", "") for row in rows)
    book = CalamineWorkbook.from_filelike(io.BytesIO(watcher.client.get(f"{base}/export.xlsx").data))
    dated = [row for row in book.get_sheet_by_index(0).to_python() if f"{now():%Y-%m-%d}" in map(str, row[-6:-1])]
    assert len(dated) <= 1
    watcher.printed.clear()
    assert watcher.client.get(f"{base}/export.pdf").status_code == 200
    (paper,) = watcher.printed
    hidden = [row for row in json.loads(paper)["rows"] if house.revealed.name not in row]
    assert {row[-1] for row in hidden} == {""}


def a_file(house: BlindHouse) -> uuid.UUID:
    """Written, and waiting to be fetched for a day."""
    owner, session = house.company.id, house.session
    job = Job(organisation_id=owner, kind="export", user_id=house.user.id, state="done", parameters={})
    session.add(job)
    session.flush()
    row = ListExport(
        organisation_id=owner,
        job_id=job.id,
        vacancy_id=house.vacancy.id,
        kind="csv",
        file_name="list",
        names_hidden=True,
        with_scores=True,
        ready_at=now(),
        expires_at=now() + dt.timedelta(hours=24),
    )
    session.add(row)
    session.flush()
    return row.id


def test_a_file_with_a_name_goes_when_the_name_is_hidden_again(house: BlindHouse, app: Flask) -> None:
    session, person, owner, me = house.session, house.done[5], house.company.id, house.user.id
    outcome = decide(session, owner, house.vacancy.id, [person.id], 2, Why(text=REASON), user_id=me)
    assert outcome.is_decided
    session.expire_all()
    assert person.revealed_at is not None
    file = a_file(house)
    assert undo_batch(session, owner, outcome.batch.id, user_id=me).hidden_again == 1
    session.expire_all()
    assert person.revealed_at is None
    assert session.get(ListExport, (house.company.id, file)) is None
