"""Signing in as a browser does."""

from __future__ import annotations

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.people import PASSWORD
from webapp.records import User


def sign_in(client: FlaskClient, user: User, password: str = PASSWORD) -> TestResponse:
    client.get("/sign-in")
    return client.send("/sign-in", {"email": user.email, "password": password})  # type: ignore[attr-defined]
