"""The site in a test: an application, a session, a client that keeps the page rules."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Playwright, expect, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.page_rules import check_page
from webapp import create_app
from webapp.config import Settings, read_settings
from webapp.extensions import db, limiter

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture
def settings(own_folder: Path, database_url: str) -> Settings:
    return read_settings({}, instance=own_folder / "instance", database_url=database_url, secret_key="test-secret")


class KeptTemplates(BytecodeCache):
    """Every test has an application of its own; the templates are the same, and compiling them takes longest."""

    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key] = bucket.bytecode_to_string()


kept_templates = KeptTemplates()


def kept(compile_: Callable[[Rule], None]) -> Callable[[Rule], None]:
    """Compile a rule that was compiled for another application by taking over what came of it."""
    known: dict[tuple[Any, ...], dict[str, Any]] = {}

    def once(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, rule.host, str(rule.defaults), rule.merge_slashes)
        if key not in known:
            compile_(rule)
            known[key] = {name: getattr(rule, name) for name in ("_parts", "_trace", "_converters", "arguments")}
            known[key] |= {name: getattr(rule, name).__func__ for name in ("_build", "_build_unknown")}
        for name, value in known[key].items():
            setattr(rule, name, value.__get__(rule) if name.startswith("_build") else value)

    return once


@pytest.fixture(scope="session")
def kept_addresses() -> Iterator[None]:
    """Of the same addresses werkzeug reads, writes and compiles the same for each application: here once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", kept(Rule.compile))
        yield


@pytest.fixture
def app(settings: Settings, kept_addresses: None) -> Iterator[Flask]:
    application = create_app(settings, testing=True)
    application.jinja_env.bytecode_cache = kept_templates
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
    # What is expected mostly comes in a moment; the five seconds that are usual pass quickly on a busy machine.
    expect.set_options(timeout=30_000)
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


@pytest.fixture
def limited(app: Flask, settings: Settings) -> Iterator[FlaskClient]:
    """A browser at a site that counts tries, as a real one does."""
    application = create_app(settings)
    application.jinja_env.bytecode_cache = kept_templates
    application.test_client_class = PageClient
    limiter.reset()
    yield application.test_client()
    limiter.reset()
    limiter.enabled = False
    db.close()
    db.dispose()


def texts_of(reply: TestResponse) -> list[str]:
    """What a reply says, be it a page, a table or a workbook."""
    data = reply.get_data()
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    return [data.decode("utf-8", "replace")]
