"""The site in a test: an application, a session, a client that keeps the page rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Playwright, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.page_rules import check_page
from webapp import create_app
from webapp.config import Settings, read_settings
from webapp.extensions import db

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return read_settings({}, instance=tmp_path / "instance", database_url=database_url, secret_key="test-secret")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    application = create_app(settings, testing=True)
    yield application
    db.close()
    db.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of the test's own; commit before a client looks."""
    with db.scope() as opened:
        yield opened


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """The one driver of browsers: a second one in the same process refuses to start."""
    with sync_playwright() as playwright:
        yield playwright


class PageClient(FlaskClient):
    """A client that checks the page rules on every page and carries the CSRF token like a browser."""

    last_page = ""
    token = ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # The test's own session must neither be used nor be closed by the request.
        token = db._current.set(None)
        try:
            response = super().open(*args, **kwargs)
        finally:
            db.close()
            db._current.reset(token)
        if response.mimetype == "text/html" and response.data:
            if not 300 <= response.status_code < 400:
                self.last_page = response.get_data(as_text=True)
            check_page(response)
        return response

    @contextmanager
    def session_transaction(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        # It opens a request of its own: a session that was lost here kept its connection until some collection.
        token = db._current.set(None)
        try:
            with super().session_transaction(*args, **kwargs) as cookie:
                yield cookie
        finally:
            db.close()
            db._current.reset(token)

    def send(self, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Post a form with the token of the page seen last."""
        self.token = found.group(1) if (found := CSRF.search(self.last_page)) else self.token
        return self.post(url, data={"csrf_token": self.token, **(data or {})}, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = PageClient
    return app.test_client()
