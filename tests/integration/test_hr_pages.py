"""HR's pages: what they show, to whom, and what they never show."""

from __future__ import annotations

import io
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import people, training
from tests.factories.people import PASSWORD
from webapp.records import User


def sign_in(client: FlaskClient, user: User) -> None:
    client.get("/sign-in")
    assert client.send("/sign-in", {"email": user.email, "password": PASSWORD}).status_code == 302


@pytest.fixture
def company(session: Session) -> training.Company:
    made = training.company(session)
    session.commit()
    return made


def upload(client: FlaskClient, kind: str, text: str | bytes, name: str = "file.csv", **fields: str) -> str:
    """Upload a file and return the preview's address."""
    client.get(f"/hr/imports/{kind}/new")
    data = text.encode() if isinstance(text, str) else text
    response = client.send(f"/hr/imports/{kind}/new", {"file": (io.BytesIO(data), name), **fields})
    assert response.status_code == 302, response.get_data(as_text=True)
    return str(response.headers["Location"])


def test_readiness_counts_people(client: FlaskClient, company: training.Company) -> None:
    sign_in(client, company.hr)
    page = client.get("/hr").get_data(as_text=True)
    assert "60 people have both answered and been rated" in page
    assert "Simulated colleague" not in page
