"""Numbers as pages say them, kept once they were said."""

from __future__ import annotations

from flask import Flask

from webapp.languages import said_number


def test_nothing_has_no_sign() -> None:
    with Flask(__name__).app_context():
        assert said_number(round(-0.04, 1), "0.0", "en") == "0.0"
        assert said_number(-0.0, None, "en") == said_number(0, None, "en") == "0"
        assert said_number(-0.04, "0.00", "en") == "-0.04"


def test_each_language_has_its_own() -> None:
    with Flask(__name__).app_context():
        said = [said_number(1234.5, "#,##0.0", locale) for locale in ("en", "ru", "lt", "en")]
    assert said[0] == said[3] == "1,234.5"
    assert said[1].endswith("234,5")
    assert said[2].endswith("234,5")
