"""Every address: who may open it, and that nobody reaches into another organisation through an id in it.

The addresses are read from the site itself. A new one with an id that no sample is made for fails here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories import people, shortlists
from tests.factories.signing import sign_in
from webapp.records import ImportBatch, Job, Organisation, Sitting, User, Vacancy
from webapp.records.base import now
from webapp.records.user import ROLES

# Not ids of an organisation's rows: secrets that are the permission themselves, and choices from a short list.
SECRETS = {"token", "code"}
CHOICES: dict[str, object] = {"kind": "staff", "ending": "csv", "number": 1, "filename": "icon.svg", "mail_key": "x"}


def vacancy(session: Session, owner: Organisation) -> Vacancy:
    serving = shortlists.model(session, shortlists.questionnaire(session, owner))
    return shortlists.vacancy(session, serving, public_code_hash=str(uuid.uuid4()))


def sitting(session: Session, owner: Organisation) -> Sitting:
    place = vacancy(session, owner)
    row = Sitting(
        organisation_id=owner.id,
        applicant_id=shortlists.applicant(session, place).id,
        questionnaire_id=place.questionnaire_id,
        form="A",
        seed=1,
    )
    session.add(row)
    session.flush()
    return row


def job(session: Session, owner: Organisation) -> Job:
    row = Job(organisation_id=owner.id, kind="train", parameters={}, result={})
    session.add(row)
    session.flush()
    return row


def batch(session: Session, owner: Organisation) -> ImportBatch:
    summary = {"new": 1, "changed": 0, "unchanged": 0, "notes": {}, "fault_count": 0, "faults": []}
    row = ImportBatch(
        organisation_id=owner.id,
        kind="staff",
        state="imported",
        imported_at=now(),
        file_name="staff.csv",
        file_sha256="0" * 64,
        options={"summary": summary},
    )
    session.add(row)
    session.flush()
    return row


SAMPLES: dict[str, Callable[[Session, Organisation], Any]] = {
    "vacancy_id": vacancy,
    "applicant_id": lambda session, owner: shortlists.scored(session, vacancy(session, owner), 3.0),
    "sitting_id": sitting,
    "model_id": lambda session, owner: shortlists.model(
        session, shortlists.questionnaire(session, owner), state="candidate"
    ),
    "job_id": job,
    "batch_id": batch,
}


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address with its access rule, except the static files."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            yield rule, getattr(app.view_functions[rule.endpoint], "access_rule", "")


def address(app: Flask, rule: Rule, ids: dict[str, object]) -> str:
    values = {name: ids.get(name, CHOICES.get(name, "a-secret")) for name in rule.arguments}
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(rule.endpoint, values | (dict(rule.defaults or {})))
    return str(built)


def methods(rule: Rule) -> list[str]:
    return sorted(rule.methods & {"GET", "POST"}) if rule.methods else []


@pytest.fixture
def open_app(app: Flask) -> Flask:
    """The site without the tokens of its forms, so that only the access rules answer."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def ids_of(session: Session, owner: Organisation) -> dict[str, object]:
    made = {name: make(session, owner).id for name, make in SAMPLES.items()}
    session.commit()
    return made


def member(session: Session, owner: Organisation, *roles: str) -> User:
    user = people.user(session, owner, *roles)
    session.commit()
    return user


def test_every_address_has_an_access_rule(app: Flask) -> None:
    without = [rule.rule for rule, access in rules(app) if not access]
    assert without == []
    known = {"public", "signed_in", "sitting_holder"}
    odd = {access for _rule, access in rules(app) if access not in known and not access.startswith("role:")}
    assert odd == set()


def test_every_id_in_an_address_has_a_sample(app: Flask) -> None:
    named = {name for rule, _access in rules(app) for name in rule.arguments}
    assert named - SAMPLES.keys() - CHOICES.keys() - SECRETS == set()


def test_the_samples_open_for_their_own_people(open_app: Flask, client: FlaskClient, session: Session) -> None:
    """Else the next test would find what it looks for everywhere."""
    owner = people.organisation(session)
    ids = ids_of(session, owner)
    sign_in(client, member(session, owner, *ROLES))
    closed = []
    for rule, access in rules(open_app):
        if access.startswith("role:") and "GET" in methods(rule) and rule.arguments & SAMPLES.keys():
            where = address(open_app, rule, ids)
            # A model of the tests has no artefact, so its card alone cannot be drawn.
            if rule.endpoint == "hr.model_card":
                continue
            status = client.get(where, buffered=True).status_code
            if status not in (200, 302, 409):
                closed.append((where, status))
    assert closed == []


def test_no_id_reaches_into_another_organisation(open_app: Flask, client: FlaskClient, session: Session) -> None:
    ids = ids_of(session, people.organisation(session))
    sign_in(client, member(session, people.organisation(session), *ROLES))
    reached = []
    for rule, access in rules(open_app):
        if rule.arguments & SAMPLES.keys():
            where = address(open_app, rule, ids)
            for method in methods(rule):
                status = client.open(where, method=method).status_code
                if status != 404:
                    reached.append((method, where, access, status))
    assert reached == []


def test_a_cookie_with_a_foreign_sitting_opens_nothing(open_app: Flask, client: FlaskClient, session: Session) -> None:
    """Whoever holds one sitting holds no other, and an id alone never names the organisation."""
    ours, theirs = people.organisation(session), people.organisation(session)
    own, foreign = ids_of(session, ours), ids_of(session, theirs)
    with client.session_transaction() as cookie:
        cookie["sittings"] = {str(own["sitting_id"]): str(ours.id), str(foreign["sitting_id"]): str(ours.id)}
    for rule, access in rules(open_app):
        if access == "sitting_holder":
            for method in methods(rule):
                where = address(open_app, rule, {"sitting_id": foreign["sitting_id"]})
                assert client.open(where, method=method).status_code == 404, (method, where)


def test_a_role_opens_its_own_pages_and_no_others(open_app: Flask, client: FlaskClient, session: Session) -> None:
    owner = people.organisation(session)
    ids = ids_of(session, owner)
    by_role = {role: member(session, owner, role) for role in ROLES}
    for role, user in by_role.items():
        sign_in(client, user)
        for rule, access in rules(open_app):
            if access.startswith("role:") and role not in access.removeprefix("role:").split(","):
                for method in methods(rule):
                    status = client.open(address(open_app, rule, ids), method=method).status_code
                    assert status == 403, (role, method, rule.rule, status)
        client.post("/sign-out")


def test_nobody_gets_in_without_signing_in(open_app: Flask, client: FlaskClient, session: Session) -> None:
    ids = ids_of(session, people.organisation(session))
    for rule, access in rules(open_app):
        if access == "signed_in" or access.startswith("role:"):
            for method in methods(rule):
                reply = client.open(address(open_app, rule, ids), method=method)
                assert reply.status_code == 302, (method, rule.rule)
                assert reply.location.startswith("/sign-in"), (method, rule.rule)


def test_a_secret_that_nobody_gave_out_opens_nothing(open_app: Flask, client: FlaskClient) -> None:
    tried = 0
    for rule, _access in rules(open_app):
        if rule.arguments & SECRETS:
            for method in methods(rule):
                tried += 1
                assert client.open(address(open_app, rule, {}), method=method).status_code == 404, rule.rule
    assert tried >= 4
