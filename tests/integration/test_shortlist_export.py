"""The ranked list as a file."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import shortlists
from tests.factories.desk import Desk, ours, signed_in
from webapp.records import Event, Organisation, Vacancy
from webapp.services.exports.columns import COLUMN_IDS


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> Desk:
    return signed_in(client, session)


def rows_of(desk: Desk, vacancy: Vacancy) -> list[dict[str, str]]:
    desk[1].commit()
    reply = desk[0].get(f"/vacancies/{vacancy.id}/export.csv", buffered=True)
    assert reply.status_code == 200
    assert reply.mimetype == "text/csv"
    assert reply.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline="")))


def test_the_export_holds_the_list(desk: Desk) -> None:
    vacancy = ours(desk, title="Aptarnavimas: Žirmūnai / №1")
    for score, name in ((3.0, "Second"), (None, "Nobody knows"), (4.0, "First"), (3.0, "Second too")):
        shortlists.scored(desk[1], vacancy, score, name=name)
    rows = rows_of(desk, vacancy)
    assert tuple(rows[0]) == COLUMN_IDS
    assert (rows[0]["name"], rows[0]["place"]) == ("First", "1")
    assert sorted(row["place"] for row in rows) == ["", "1", "2", "2"]
    assert rows[0]["tie_group"] == "1"
    assert float(rows[0]["p_top_third"]) == pytest.approx(0.8)
    assert (rows[-1]["name"], rows[-1]["flags"], rows[-1]["p_top_third"]) == ("Nobody knows", "incomplete", "")
    assert rows[0]["model"].startswith(f"model {vacancy.model_version.number} ")
    event = desk[1].scalars(select(Event).where(Event.action == "shortlist.exported")).one()
    assert event.detail == {"model": vacancy.model_version.number, "people": 4, "form": "csv"}


@SQLITE
def test_the_file_name_is_plain(desk: Desk) -> None:
    vacancy = ours(desk, title='../..\\"evil"\r\nX: y Žirmūnai')
    desk[1].commit()
    header = desk[0].get(f"/vacancies/{vacancy.id}/export.csv", buffered=True).headers["Content-Disposition"]
    assert header.startswith("attachment; filename")
    for sign in ("\r", "\n", "..", "/", "\\"):
        assert sign not in header


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "'=1", '"=1', "＝1+1", "\r=1", "−1"])
@SQLITE
def test_no_name_becomes_a_formula(desk: Desk, name: str) -> None:
    vacancy = ours(desk)
    shortlists.scored(desk[1], vacancy, 3.0, name=name)
    (row,) = rows_of(desk, vacancy)
    assert row["name"].startswith("'")


@SQLITE
def test_a_simulated_list_says_so_in_the_file(desk: Desk) -> None:
    client, session, user = desk
    session.get_one(Organisation, user.organisation_id).simulated = True
    vacancy = ours(desk)
    shortlists.scored(session, vacancy, 3.0)
    (row,) = rows_of(desk, vacancy)
    assert "simulated company" in row["model"]
    header = client.get(f"/vacancies/{vacancy.id}/export.csv", buffered=True).headers["Content-Disposition"]
    assert "simulated-" in header


def test_a_long_export_reads_in_chunks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.services.exports.people.CHUNK", 3)
    vacancy = ours(desk)
    for n in range(10):
        shortlists.scored(desk[1], vacancy, 3 + (n // 2) / 10)
    rows = rows_of(desk, vacancy)
    assert [row["place"] for row in rows] == ["1", "1", "3", "3", "5", "5", "7", "7", "9", "9"]
