"""Which language a page speaks: the sitting's, then the person's choice, then the browser's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, g, request, session
from flask_babel import Babel, format_date, format_datetime, format_decimal, format_percent, get_locale, gettext

from questionnaires.words import Sentence, unpacked
from webapp.config import LANGUAGES
from webapp.security import current_user, is_signed_in


def choose_language() -> str:
    """The two letters of the page's language."""
    for chosen in (g.get("language"), session.get("language"), is_signed_in() and current_user().language):
        if chosen in LANGUAGES:
            return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def speak(language: str) -> None:
    """Use this language for the rest of the request."""
    from flask_babel import refresh

    g.language = language
    refresh()


def remember_language(language: str) -> None:
    """Keep the person's choice in the cookie."""
    session["language"] = language
    speak(language)


def in_language(texts: dict[str, str], language: str | None = None) -> str:
    """The text in the page's language; texts are complete, so nothing falls back silently."""
    return texts[language or str(get_locale())]


def translated(text: object) -> str:
    """A sentence of the packages that know no languages, or one packed for keeping, in the page's language."""
    sentence = unpacked(text) if isinstance(text, Mapping) else text
    if not isinstance(sentence, Sentence):
        return str(sentence)
    values = {name: translated(each) if isinstance(each, str) else each for name, each in sentence.values.items()}
    return str(gettext(sentence.template, **values))


def take_language_from_address() -> None:
    """The language switch of a page without a sitting asks for the same page with `?language=lt`."""
    asked = request.args.get("language")
    if asked in LANGUAGES:
        session["language"] = g.language = asked


def context() -> dict[str, Any]:
    return {"languages": LANGUAGES, "page_language": str(get_locale() or "en")}


def register(app: Flask, babel: Babel) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=choose_language)
    app.before_request(take_language_from_address)
    app.context_processor(context)
    app.jinja_env.filters.update(
        date=format_date,
        datetime=format_datetime,
        number=format_decimal,
        percent=format_percent,
        translated=translated,
    )
    app.jinja_env.globals["in_language"] = in_language
