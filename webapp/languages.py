"""Which language a page speaks: the sitting's, then the person's choice, then the browser's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, cast, get_args

from babel.dates import format_date, format_datetime, format_time, get_datetime_format
from babel.numbers import format_decimal as decimal_in
from flask import Flask, g, request, session
from flask_babel import Babel, format_percent, get_locale, gettext

from questionnaires.words import Sentence, unpacked
from webapp.config import LANGUAGES
from webapp.security import current_user, is_signed_in
from webapp.table_labels import with_labels

Size = Literal["short", "medium", "long"]
SIZES = get_args(Size)


def choose_language() -> str:
    """The two letters of the page's language."""
    for ask in (lambda: g.get("language"), lambda: session.get("language"), of_the_signed_in):
        if (chosen := ask()) in LANGUAGES:
            return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def of_the_signed_in() -> str:
    return current_user().language if is_signed_in() else ""


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


def dates_locale() -> str:
    """English pages write dates as most of Europe does: the day first, the clock with 24 hours."""
    language = str(get_locale() or "en")
    return "en_GB" if language == "en" else language


def said_date(value: dt.date, size: str = "medium", locale: str = "") -> str:
    """A day; a moment's day is the one in UTC."""
    if isinstance(value, dt.datetime):
        value = (value.astimezone(dt.UTC) if value.tzinfo else value).date()
    return _day_in(value, size, locale or dates_locale())


@lru_cache(maxsize=4_096)
def _day_in(day: dt.date, size: str, locale: str) -> str:
    """A list names the same few days again and again."""
    return format_date(day, size, locale=locale)


def said_number(value: float, pattern: str | None = None, locale: str = "") -> str:
    """As the page's language writes it."""
    # Nothing below nothing: a small loss that is rounded away has no sign, and equal numbers are kept once.
    return _number_in(0 if value == 0 else value, pattern, locale or str(get_locale() or "en"))


@lru_cache(maxsize=16_384)
def _number_in(value: float, pattern: str | None, locale: str) -> str:
    return decimal_in(value, pattern, locale=locale)


def said_datetime(value: dt.datetime, size: str = "medium") -> str:
    """To the minute, in UTC; `long` says that it is UTC. A pattern is used as it stands."""
    locale = dates_locale()
    moment = value.astimezone(dt.UTC) if value.tzinfo else value
    if size not in SIZES:
        return format_datetime(moment, size, locale=locale)
    time = format_time(moment, "short", locale=locale) + (" UTC" if size == "long" else "")
    frame = str(get_datetime_format(cast(Size, size), locale=locale)).replace("'", "")
    return frame.replace("{0}", time).replace("{1}", said_date(moment, size))


def take_language_from_address() -> None:
    """The language switch of a page without a sitting asks for the same page with `?language=lt`."""
    asked = request.args.get("language") if request.query_string else None
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
        date=said_date,
        datetime=said_datetime,
        number=said_number,
        percent=format_percent,
        translated=translated,
        with_labels=with_labels,
    )
    app.jinja_env.globals["in_language"] = in_language
