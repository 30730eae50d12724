"""What HR sees of a round's figures: strengths first, ties as ties, and plainly why something is withheld."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import people, released, rounds
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.errors import Invalid
from webapp.records import Event, RatingRound, ReleasedFigure
from webapp.services.results.feedback_sheet import profile
from webapp.services.results.list_people import recognised
from webapp.services.results.print_sheet import print_sheet
from webapp.services.results.read_results import Shown, Table
from webapp.services.rounds.competence_texts import library_competences


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages show does not hang on the database."""
    return sqlite_url


@pytest.fixture
def house(session: Session) -> rounds.House:
    return rounds.house(session, (6, 5), customers=6)


@pytest.fixture
def row(session: Session, settings: Settings, house: rounds.House) -> RatingRound:
    return released.closed(session, house, settings)


def state(session: Session, person: object, topic: str, **values: object) -> None:
    figure = ReleasedFigure
    session.execute(update(figure).where(figure.staff_member_id == person, figure.topic == topic).values(**values))
    session.commit()


def test_pages_before_any_figure_is_out(client: FlaskClient, house: rounds.House) -> None:
    sign_in(client, house.hr)
    assert "No figures yet" in client.get("/hr/results").get_data(as_text=True)
    assert client.get("/hr/results/people").status_code == 404
    assert client.get("/hr/results/figures.csv").status_code == 404
    assert client.get(f"/hr/results/people/{house.staff[0].id}").status_code == 200
    assert client.get(f"/hr/results/people/{house.staff[0].id}/sheet.pdf").status_code == 404


def test_what_is_withheld_says_why(
    client: FlaskClient, session: Session, house: rounds.House, row: RatingRound
) -> None:
    person = house.staff[0].id
    none = {"value": None, "reliability": "", "raters": ""}
    state(session, person, "", state="few", **none)
    state(session, person, "needs", state="withheld", **none)
    sign_in(client, house.hr)
    page = client.get(f"/hr/results/people/{person}").get_data(as_text=True)
    assert "No figure: fewer than three raters." in page
    assert "withheld so that no single rating can be worked out" in page
    file = client.get(f"/hr/results/figures.csv?round={row.id}").get_data(as_text=True)
    mine = [line for line in file.splitlines() if f",{house.staff[0].code}," in line]
    assert "fewer than three raters" in mine[0]
    assert client.get("/hr/results/people?order=value&unit=not-an-id&page=0&topic=nonsense").status_code == 200
    assert client.get("/hr/results?round=01900000-0000-7000-8000-000000000000").status_code == 404
    assert client.get("/hr/results/figures.pdf").status_code == 404


def test_files_are_written_down_and_safe(
    client: FlaskClient, session: Session, house: rounds.House, row: RatingRound
) -> None:
    house.staff[0].name = "=cmd()"
    session.commit()
    sign_in(client, house.hr)
    assert "'=cmd()" in client.get("/hr/results/figures.csv").get_data(as_text=True)
    book = zipfile.ZipFile(io.BytesIO(client.get("/hr/results/figures.xlsx").get_data()))
    assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
    forms = [each.detail["form"] for each in session.scalars(select(Event).where(Event.action == "figures.exported"))]
    assert forms == ["csv", "xlsx"]


def test_the_best_are_named_with_ties(session: Session, row: RatingRound, house: rounds.House) -> None:
    for number, person in enumerate(house.staff):
        sure = {"state": "released", "reliability": "good", "raters": "6-10"}
        state(session, person.id, "", value=4.5 if number < 2 else 3.0, **sure)
    state(session, house.staff[10].id, "", value=5.0, reliability="low")
    named = recognised(session, row, "")
    assert [place for place, _each in named] == [1, 1, 3, 3, 3, 3, 3, 3, 3, 3]
    assert house.staff[10].id not in {each.person.id for _place, each in named}, "a figure that is mostly chance"


def test_recognition_says_what_for(
    client: FlaskClient, session: Session, row: RatingRound, house: rounds.House
) -> None:
    """Competences with a released figure only, the best first; the rest is not named."""
    person, none = house.staff[0].id, {"state": "withheld", "value": None, "reliability": "", "raters": ""}
    state(session, person, "", state="released", value=5.0, reliability="good", raters="6-10")
    for each in row.competences:
        state(session, person, each["code"], **none)
    sign_in(client, house.hr)
    assert thanks(client, house) == "–"
    best, other = (each["code"] for each in row.competences[:2])
    state(session, person, best, state="released", value=4.9, reliability="good", raters="6-10")
    state(session, person, other, state="released", value=4.1, reliability="good", raters="6-10")
    assert thanks(client, house) == row.competences[0]["names"]["en"]


def thanks(client: FlaskClient, house: rounds.House) -> str:
    """The last cell of the first person's row."""
    page = client.get("/hr/results/recognition").get_data(as_text=True)
    line = page.split(f"/people/{house.staff[0].id}", 1)[1].split("</tr>", 1)[0]
    return re.sub(r"<[^>]*>", "", line.rsplit("<td", 1)[1].split(">", 1)[1]).strip()


def test_files_speak_the_readers_language(
    client: FlaskClient, session: Session, house: rounds.House, row: RatingRound
) -> None:
    sign_in(client, house.hr)
    english, levels = client.get("/hr/results/figures.csv").get_data(as_text=True), ("The whole company", "Unit")
    assert all(f",{each}," in english for each in levels)
    with client.session_transaction() as kept:
        kept["language"] = "lt"
    lithuanian = client.get("/hr/results/figures.csv").get_data(as_text=True)
    assert english.splitlines()[0] == lithuanian.splitlines()[0], "names of columns are for programs"
    words = {cell for line in csv.reader(io.StringIO(lithuanian)) for cell in line}
    assert not words & {*levels, "low", "fair", "good", "high", "3 to 5", "6 to 10"}
    assert "withheld so" not in lithuanian


def test_a_sheet_that_cannot_be_set_says_so_without_the_name(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(Invalid, match="sheet cannot be printed") as refused:
        print_sheet({"date": [2026, 1, 1], "title": "T", "person": "Zed", "language": "en"})
    assert "Zed" not in str(refused.value)


def test_strengths_come_first_and_ties_are_no_weakness() -> None:
    asked = library_competences()[:4]

    def parts(*values: float | None) -> tuple[list[str], list[str]]:
        shown = {
            each.code: Shown(each.code, "released" if value else "withheld", value)
            for each, value in zip(asked, values, strict=True)
        }
        found = profile(asked, Table(Shown("", "released", 4.0), shown))
        return [each.code for each, _ in found.strengths], [each.code for each, _ in found.to_work_on]

    codes = [each.code for each in asked]
    assert parts(2.0, 3.0, 4.0, 5.0) == ([codes[3], codes[2], codes[1]], [codes[0]])
    assert parts(4.0, 4.0, 4.0, 4.0)[1] == []
    assert parts(4.0, 3.0, None, None) == ([codes[0]], [codes[1]])
    assert parts(None, None, None, None) == ([], [])
    assert parts(4.5, 4.0, 3.5, 3.5) == (codes[:2], codes[2:]), "equals stay together"
    assert parts(4.5, 4.5, 4.5, 4.5) == (codes, [])
    assert parts(4.5, 2.5, 2.5, 2.5) == (codes[:1], codes[1:])
    assert parts(2.9, 2.5, 2.5, 2.0) == ([], [codes[3]]), "below the scale's middle nothing is a strength"
    assert parts(2.5, 2.5, None, None) == ([], codes[:2])
    assert parts(3.0, None, None, None) == (codes[:1], [])


def test_a_person_below_the_middle_has_no_strengths_on_page_and_sheet(
    client: FlaskClient, session: Session, house: rounds.House, row: RatingRound
) -> None:
    person = house.staff[0].id
    for number, each in enumerate(row.competences):
        low = {"value": 2.9 - number / 10, "reliability": "good", "raters": "3-5"}
        state(session, person, each["code"], state="released", **low)
    sign_in(client, house.hr)
    text = client.get(f"/hr/results/people/{person}").get_data(as_text=True).split("<main", 1)[1]
    assert "Strengths" not in text
    assert "What to work on" in text
    assert client.get(f"/hr/results/people/{person}/sheet.pdf").status_code == 200


def test_the_sheet_is_a_tagged_pdf_in_each_language(client: FlaskClient, house: rounds.House, row: RatingRound) -> None:
    sign_in(client, house.hr)
    made = {}
    for language in ("en", "ru", "lt"):
        reply = client.get(f"/hr/results/people/{house.staff[0].id}/sheet.pdf?language={language}")
        assert (reply.status_code, reply.mimetype) == (200, "application/pdf")
        made[language] = reply.get_data()
        assert b"/MarkInfo" in made[language]
        assert f"/Lang({language})".encode() in made[language].replace(b"/Lang (", b"/Lang(")
    assert len(set(made.values())) == 3


def test_only_hr_sees_results(client: FlaskClient, session: Session, house: rounds.House, row: RatingRound) -> None:
    user = people.user(session, house.company, "recruiter")
    session.commit()
    sign_in(client, user)
    for address in ("/hr/results", f"/hr/results/people/{house.staff[0].id}", "/hr/results/figures.csv"):
        assert client.get(address).status_code == 403


def test_results_open_on_the_newest_round_that_has_a_figure(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House, row: RatingRound
) -> None:
    empty = rounds.opened(session, house, settings)
    released.release(session, empty)
    empty.closed_at = row.closed_at + dt.timedelta(days=1)
    session.commit()
    sign_in(client, house.hr)
    for address in ("/hr/results", "/hr/results/people", f"/hr/results/people/{house.staff[0].id}"):
        assert f'value="{row.id}" selected' in client.get(address).get_data(as_text=True), address
    asked = client.get(f"/hr/results?round={empty.id}").get_data(as_text=True)
    assert f'value="{empty.id}" selected' in asked, "the empty one can still be chosen"
