"""Dates as people write them in each language, to the minute."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask_babel import Babel

from webapp import languages

AT = dt.datetime(2026, 11, 22, 17, 5, 42, tzinfo=dt.UTC)


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.secret_key = "only here"
    Babel(app, locale_selector=lambda: languages.g.language)
    return app


@pytest.mark.parametrize(
    ("language", "size", "said"),
    [
        ("en", "short", "22/11/2026, 17:05"),
        ("en", "medium", "22 Nov 2026, 17:05"),
        ("lt", "medium", "2026-11-22 17:05"),
        ("ru", "yyyy-MM-dd HH:mm", "2026-11-22 17:05"),
    ],
)
def test_a_moment_is_said_to_the_minute(app: Flask, language: str, size: str, said: str) -> None:
    with app.test_request_context():
        languages.g.language = language
        assert languages.said_datetime(AT, size) == said


@pytest.mark.parametrize("language", ["en", "ru", "lt"])
def test_a_moment_at_length_names_its_zone_and_no_seconds(app: Flask, language: str) -> None:
    with app.test_request_context():
        languages.g.language = language
        said = languages.said_datetime(AT, "long")
    assert "17:05 UTC" in said
    assert "42" not in said
    assert "'" not in said


def test_another_zone_is_told_in_utc(app: Flask) -> None:
    vilnius = dt.timezone(dt.timedelta(hours=2))
    with app.test_request_context():
        languages.g.language = "en"
        assert languages.said_datetime(dt.datetime(2026, 11, 23, 1, 0, tzinfo=vilnius)) == "22 Nov 2026, 23:00"
        assert languages.said_date(dt.datetime(2026, 11, 23, 1, 0, tzinfo=vilnius)) == "22 Nov 2026"
