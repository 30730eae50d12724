"""Pages of erasing a member of staff: what it means beforehand, the certificate, and the company's rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy.orm import Session

from models.confidence import IN_CONFIDENCE
from tests.factories.erased_models import (
    serving_with,
    with_answers,
)
from tests.factories.erasing import CODE, EMAIL, NAME, Somebody
from tests.factories.signing import sign_in
from webapp.config import LANGUAGES, Settings
from webapp.extensions import db
from webapp.records import ModelVersion
from webapp.services.erasure.print_certificate import print_certificate
from webapp.services.erasure.read_certificate import read_certificate


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def somebody(session: Session, settings: Settings) -> Somebody:
    return with_answers(session, settings)


@pytest.fixture
def model(session: Session, somebody: Somebody, tmp_path: Path) -> ModelVersion:
    return serving_with(session, somebody, tmp_path)


def test_hr_erases_on_a_page_and_gets_a_certificate(
    client: FlaskClient, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    sign_in(client, somebody.house.hr)
    address = f"/hr/staff/{somebody.member.id}/erase"
    assert address in client.get(f"/hr/staff/{somebody.member.id}").text
    page = client.get(address).text
    assert f"/hr/models/{model.id}" in page
    assert somebody.vacancy.title in page
    assert client.send(address, {"reason": "asked", "code": "other"}).status_code == 400
    assert client.send(address, {"reason": "asked", "code": ""}).status_code == 400
    gone = client.send(address, {"reason": "asked", "code": CODE})
    certificate = gone.location.rpartition("/")[2]
    for each in (gone.location, "/hr/requests/erasures", f"/erased/{certificate}", f"/erased/{certificate.lower()}"):
        shown = client.get(each)
        assert shown.status_code == 200
        assert not [text for text in (NAME, CODE, EMAIL) if text in shown.text]
        assert certificate in shown.text
    assert "Model 77" in client.get(gone.location).text
    assert "data was erased" in client.get(f"/hr/models/{model.id}").text
    assert client.send(address, {"reason": "asked", "code": CODE}).status_code == 404


def test_a_certificate_of_another_company_is_not_hrs_business(
    client: FlaskClient, session: Session, somebody: Somebody, settings: Settings
) -> None:
    code = somebody.erase()
    other = Somebody(session, settings)
    sign_in(client, other.house.hr)
    assert client.get(f"/hr/requests/erasures/{code}").status_code == 404
    assert client.get(f"/hr/staff/{somebody.other.id}/erase").status_code == 404
    assert client.get("/erased/AAAA-BBBB-CCCC-DDDD").status_code == 404


def test_the_certificate_is_a_tagged_pdf_in_each_language(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    code = somebody.erase()
    for language in LANGUAGES:
        with db.scope(), app.test_request_context("/"), force_locale(language):
            made = print_certificate(read_certificate(db.session, code), language, "http://127.0.0.1/erased/X")
        assert made.startswith(b"%PDF")
        assert b"/MarkInfo" in made


def test_before_erasing_no_secret_is_told(
    client: FlaskClient, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    """Who was in a run on ratings in confidence, and who answered by a link, nobody learns by asking for all."""
    model.figures = {IN_CONFIDENCE: True}
    session.commit()
    sign_in(client, somebody.house.hr)
    pages = [client.get(f"/hr/staff/{each.id}/erase").text for each in (somebody.member, somebody.house.staff[5])]
    assert all("possibly; the certificate says it" in page for page in pages)
    model.figures = {}
    session.commit()
    assert "possibly" not in client.get(f"/hr/staff/{somebody.member.id}/erase").text
    assert "Model 77" not in client.get(f"/hr/staff/{somebody.house.staff[5].id}/erase").text
    somebody.invite(form="A")
    session.commit()
    assert "possibly" in client.get(f"/hr/staff/{somebody.member.id}/erase").text


def test_the_rule_is_set_on_a_page_and_written_down(client: FlaskClient, session: Session, somebody: Somebody) -> None:
    sign_in(client, somebody.house.hr)
    address = "/hr/requests/erasures/rule"
    client.get(address)
    assert client.send(address, {"action": "keep", "days": "30", "statement": ""}).status_code == 400
    assert client.send(address, {"action": "keep", "days": "900", "statement": "x"}).status_code == 400
    assert client.send(address, {"action": "keep", "days": "30", "statement": "We agreed."}).status_code == 302
    assert "We agreed." in client.get("/hr/requests/erasures").text
