"""What people tell of themselves stands on no page, file or event about a person.

Two companies alike in everything but this: in one the applicant told everything. Every page of every other role must be
the same in both, and the word is in no file of the person but their own.
"""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, sittings, submitted
from tests.factories.signing import sign_in
from tests.factories.submitted import hold
from tests.factories.timing import another_browser
from webapp.records import Applicant, Base, DemographicAnswer, Event, User

TELLING = re.compile(r"\bfemale\b|35_44|35 to 44|age_band", re.I)
OWN = {"demographic_answer"}
LISTS = {
    *("recruiter.vacancies", "hr.home", "hr.hired", "hr.requests", "hr.erased", "hr.retakes", "hr.confirmations"),
    *("hr.adjustments", "hr.exposure", "hr.models", "hr.watch", "hr.items", "hr.audit"),
}
"""Pages without an id in their address on which applicants, or sums over them, stand."""


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def told(client: FlaskClient, session: Session) -> User:
    """Somebody who reads everything in a company where one applicant told everything."""
    owner = people.organisation(session)
    one = submitted.submitted(session, sittings.invited(session, sittings.vacancy(session, owner)))
    base = hold(client, one)
    client.get(f"{base}/about-me")
    assert client.send(f"{base}/about-me", {"sex": "female", "age_band": "35_44"}).status_code == 302  # type: ignore[attr-defined]
    reader = people.user(session, owner, "recruiter", "hr", "adjustments", "administrator")
    session.commit()
    return reader


def test_no_page_of_the_desk_tells_it(app: Flask, session: Session, told: User) -> None:
    browser = another_browser(app)
    sign_in(browser, told)
    someone = session.scalars(select(Applicant).where(Applicant.organisation_id == told.organisation_id)).one()
    ids = {"vacancy_id": someone.vacancy_id, "applicant_id": someone.id, "model_id": someone.vacancy.model_version_id}
    seen = 0
    for rule in app.url_map.iter_rules():
        allowed: str = getattr(app.view_functions[rule.endpoint], "access_rule", "")
        if "GET" not in (rule.methods or ()) or not allowed.startswith(("role:", "signed_in")):
            continue
        if (rule.arguments and rule.arguments <= set(ids)) or rule.endpoint in LISTS:
            address = rule.rule
            for name in rule.arguments:
                address = address.replace(f"<veiled:{name}>", str(ids[name]))
                address = address.replace(f"<uuid:{name}>", str(ids[name]))
            reply = browser.get(address)
            seen += reply.status_code == 200
            assert not TELLING.search(reply.get_data().decode(errors="replace")), address
    assert seen > 25


def test_no_table_but_its_own_holds_it_and_none_leads_to_the_person(session: Session, told: User) -> None:
    someone = session.scalars(select(Applicant).where(Applicant.organisation_id == told.organisation_id)).one()
    known = {someone.id, *session.scalars(select(Event.subject_id))}
    for row in session.scalars(select(DemographicAnswer)):
        assert row.id not in known
    for table in Base.metadata.sorted_tables:
        if table.name in OWN | {"questionnaire_version", "model_version"}:
            continue
        for row in session.execute(select(table)):
            assert not TELLING.search(str(row)), table.name


def test_the_table_bears_no_reference_no_time_and_no_order() -> None:
    table = Base.metadata.tables["demographic_answer"]
    assert {column.name for column in table.columns} == {"organisation_id", "id", "attribute", "category"}
    assert {each.referred_table.name for each in table.foreign_key_constraints} == {"organisation"}
    assert table.dialect_options["sqlite"]["with_rowid"] is False
