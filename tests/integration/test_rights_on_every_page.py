"""Withdrawn and erased people break no page of the desk; the personal link opens one's own data to the end."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import sittings, submitted
from tests.factories.desk import page_of
from tests.factories.routes import ruled, rules
from tests.factories.signing import sign_in
from tests.factories.submitted import answers_by_key
from tests.factories.whole_house import House
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import Answer, Applicant, Event, Sitting, Vacancy
from webapp.records.base import now
from webapp.services.rights.erase_person import erase_person
from webapp.services.rights.withdraw_application import withdraw_application

DOWNLOADS = {"hr.model_card"}
# Each of these opens many pages, none of which asks a database anything of its own kind.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


OF_A_PERSON = ("applicant_id", "people/<code>", "review_id", "sitting_id", "score_id", "export_id")


def open_everything(app: Flask, client: FlaskClient, house: House) -> dict[str, int]:
    """Every page of the desk that can be looked at, with its status; a crash is raised in a test."""
    wanted = [
        rule
        for rule in rules(app)
        if "GET" in (rule.methods or set()) and ruled(app, rule).startswith("role:") and rule.endpoint not in DOWNLOADS
    ]
    return {rule.rule: client.get(house.address(rule)).status_code for rule in wanted}


def test_withdrawn_and_erased_people_break_no_page(
    app: Flask, client: FlaskClient, session: Session, settings: Settings
) -> None:
    house = House(session)
    owner, sitting = house.company.id, house.sitting.id
    sign_in(client, house.user)
    with db.transaction() as writing:
        withdraw_application(writing, owner, sitting)
    withdrawn = open_everything(app, client, house)
    assert set(withdrawn.values()) <= {200, 302, 400, 404, 409}
    assert withdrawn["/vacancies/<uuid:vacancy_id>/people/<code>"] == 200
    shown = client.get(page_of(house.applicant)).text
    assert "The applicant withdrew the application." in shown
    assert "Expected rating" not in shown
    assert house.applicant.name not in client.get(f"/vacancies/{house.vacancy.id}").text
    with db.transaction() as writing:
        erase_person(writing, owner, sitting, settings)
    erased = open_everything(app, client, house)
    assert set(erased.values()) <= {200, 302, 400, 404, 409}
    gone = [rule for rule, status in withdrawn.items() if status == 200 and erased[rule] == 404]
    assert [rule for rule in gone if not any(name in rule for name in OF_A_PERSON)] == []
    assert house.applicant.name not in client.get(f"/vacancies/{house.vacancy.id}").text


def test_a_recruiter_cannot_undo_somebodys_own_withdrawal(client: FlaskClient, session: Session) -> None:
    house = House(session)
    with db.transaction() as writing:
        withdraw_application(writing, house.company.id, house.sitting.id)
    sign_in(client, house.user)
    client.get(page_of(house.applicant))
    assert client.send(f"{page_of(house.applicant)}/remind").status_code == 409
    session.rollback()
    assert session.scalars(select(Applicant.state).where(Applicant.id == house.applicant.id)).one() == "withdrawn"


# --- the personal link


def test_the_link_opens_ones_own_data_when_the_questionnaire_has_ended(client: FlaskClient, session: Session) -> None:
    someone = sittings.invited(session)
    base = sittings.walk_in(client, someone)
    session.execute(update(Vacancy).values(state="closed", closed_at=now()))
    session.commit()
    ended = client.get(someone.link)
    assert ended.status_code == 410
    assert f"{someone.link}/rights" in ended.text
    for _look in range(2):
        assert "Open my pages" in client.get(f"{someone.link}/rights").text
    assert someone.applicant.email not in client.get(f"{someone.link}/rights").text
    assert client.send(f"{someone.link}/rights").location == f"{base}/my-data"
    assert someone.applicant.email in client.get(f"{base}/my-data").text


def test_who_never_began_can_take_along_and_erase(client: FlaskClient, session: Session) -> None:
    someone = sittings.invited(session)
    client.get(f"{someone.link}/rights")
    held = json.loads(client.send(f"{someone.link}/rights/file").data)
    assert (held["contact"][0]["email"], held["sittings"]) == (someone.applicant.email, [])
    assert client.send(f"{someone.link}/rights/erase").status_code == 400
    gone = client.send(f"{someone.link}/rights/erase", {"sure": "y"})
    assert client.get(gone.location).status_code == 200
    assert client.get(f"{someone.link}/rights").status_code == 404
    session.rollback()
    assert session.scalars(select(Applicant)).all() == []


def test_the_welcome_of_a_sent_sitting_leads_to_each_page(client: FlaskClient, session: Session) -> None:
    one = submitted.submitted(session)
    assert client.get(one.someone.link).text.count('name="to"') == 4
    for page in ("receipt", "feedback", "explain", "my-data"):
        sent = client.send(f"{one.someone.link}/start", {"to": page.replace("-", "_"), "me": "y"})
        assert sent.location == f"{one.base}/{page}"
        assert client.get(sent.location).status_code == 200
    assert client.send(f"{one.someone.link}/start", {"to": "erase"}).location == f"{one.base}/receipt"


@pytest.mark.parametrize("page", ["my-data", "my-data.json", "ask", "explain", "withdraw", "erase", "my-data/contact"])
def test_nobody_elses_browser_opens_them(client: FlaskClient, session: Session, page: str) -> None:
    one = submitted.submitted(session)
    assert client.get(f"{one.base}/{page}").status_code == 404


# --- staff


def staff_sitting(session: Session) -> Sitting:
    sitting = sittings.of_staff(
        session, language="en", state="submitted", submitted_at=now(), receipt_code="ABCD2345EFGH"
    )
    for item, value in answers_by_key(best=True).items():
        row = Answer(
            organisation_id=sitting.organisation_id, sitting_id=sitting.id, item_id=item, value=value, saved_at=now()
        )
        session.add(row)
    session.commit()
    return sitting


def test_staff_see_their_own_feedback_and_no_other_page(client: FlaskClient, session: Session) -> None:
    sitting = staff_sitting(session)
    base = sittings.held(client, sitting)
    page = client.get(f"{base}/feedback").text
    assert "Only you see this page" in page
    assert "explain" not in page.split('class="ways', 1)[1]
    for other in ("explain", "my-data", "my-data.json", "withdraw", "erase", "my-data/contact"):
        assert client.get(f"{base}/{other}").status_code == 404, other
    assert client.get(f"{base}/ask").location == f"{base}/receipt"
    assert {event.action for event in session.scalars(select(Event))} <= {"questionnaire.published", "model.added"}


def test_staff_see_bands_against_the_staff_where_a_model_serves(client: FlaskClient, session: Session) -> None:
    sitting = staff_sitting(session)
    submitted.serve_trained(session, sitting.organisation_id, sitting.questionnaire_id)
    session.commit()
    assert "A strong point" in client.get(f"{sittings.held(client, sitting)}/feedback").text
