"""What is not usual goes past the quick pages to Flask, as it came: over, refused, broken, forged, of another house."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import delete
from sqlalchemy.orm import Session
from werkzeug.test import run_wsgi_app

from tests.databases import SQLITE
from tests.factories.quick_doors import ANSWERS, FORM, ITEMS, Doors, all_open, walked_in
from tests.integration.test_candidate_formats import CASES
from webapp import create_app
from webapp.candidate.quick_pages import door
from webapp.candidate.quick_pages.door import QuickPages
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import Answer, Applicant, Sitting, Vacancy
from webapp.services import save_answer


@pytest.fixture
def doors(app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    yield walked_in(app, client, session, monkeypatch)
    db.close()


@SQLITE
def test_what_is_not_usual_goes_to_flask_as_it_came(doors: Doors) -> None:
    makings = f"makings={doors.cookie}"
    form = urlencode(ANSWERS[0] | {"csrf_token": doors.token, "revision": "0"}).encode()
    get, post = doors.get, doors.post
    unusual: dict[str, Callable[[], dict[str, Any]]] = {
        "no such question": partial(get, len(ITEMS) + 1),
        "question 0": partial(get, 0),
        "a number written otherwise": partial(get, path=f"/sitting/{doors.sitting}/question/01"),
        "another's sitting": partial(get, path=f"/sitting/{uuid.UUID(int=1)}/question/1"),
        "a query": partial(get, QUERY_STRING="language=lt"),
        "a choice that came along": partial(get, QUERY_STRING="best=a&revision=0"),
        "a NUL in the query": partial(get, QUERY_STRING="a=%00"),
        "no cookie": partial(get, HTTP_COOKIE=None),
        "a forged cookie": partial(get, HTTP_COOKIE=makings[:-2] + "AA"),
        "below another path": partial(get, SCRIPT_NAME="/else"),
        "a socket": partial(get, HTTP_UPGRADE="websocket"),
        "a HEAD": partial(get, method="HEAD"),
        "a PUT": partial(post, method="PUT"),
        "no token": partial(post, 1, ANSWERS[0] | {"csrf_token": None}),
        "an empty token": partial(post, 1, ANSWERS[0] | {"csrf_token": ""}),
        "a wrong token": partial(post, 1, ANSWERS[0] | {"csrf_token": doors.token[:-1]}),
        "the cookie's half": partial(post, 1, ANSWERS[0] | {"csrf_token": doors.token.split(".")[0]}),
        "a token in a header": partial(post, 1, ANSWERS[0] | {"csrf_token": None}, HTTP_X_CSRFTOKEN=doors.token),
        "no answer": partial(post, 1, {}),
        "half an answer": partial(post, 1, {"best": "a"}),
        "the impossible pair": partial(post, 1, {"best": "a", "worst": "a"}),
        "no such option": partial(post, 1, {"best": "z", "worst": "a"}),
        "to undo": partial(post, 1, {"action": "undo"}),
        "to end a break": partial(post, 1, ANSWERS[0] | {"go_on": "y"}),
        "an answer to no question": partial(post, len(ITEMS) + 1, ANSWERS[0]),
        "a NUL": partial(post, 1, form + b"&x=%00"),
        "letters that are none": partial(post, 1, form + b"&x=%ff"),
        "bare letters": partial(post, 1, form + "&x=ž".encode()),
        "cut off": partial(post, CONTENT_LENGTH="4000"),
        "no length": partial(post, CONTENT_LENGTH=None),
        "too long": partial(post, 6, {"text": "x" * 70_000}),
        "many fields": partial(post, 1, form + b"&x=1" * 300),
        "another type": partial(post, CONTENT_TYPE=f"{FORM}; charset=utf-8"),
        "JSON": partial(post, CONTENT_TYPE="application/json"),
    }
    assert [name for name, request in unusual.items() if doors.both(request)[0]] == []


@SQLITE
def test_of_two_fields_with_one_name_the_first_counts(doors: Doors) -> None:
    form = urlencode([("csrf_token", doors.token), *ANSWERS[0].items(), ("revision", "0"), ("best", "d"), ("x", "")])
    assert doors.both(partial(doors.post, 1, form.encode()))[0]
    assert doors.all_of(Answer)[0]["value"] == CASES[ITEMS[0].format].kept


@SQLITE
def test_what_is_over_is_told_by_flask(doors: Doors) -> None:
    past = doors.clock.now() - dt.timedelta(minutes=1)
    ends: dict[str, tuple[Any, dict[str, Any]]] = {
        "submitted": (Sitting, {"state": "submitted", "submitted_at": past}),
        "withdrawn": (Sitting, {"state": "withdrawn"}),
        "with a limit": (Sitting, {"deadline_at": past + dt.timedelta(hours=1)}),
        "invited no more": (Applicant, {"state": "withdrawn"}),
        "closed": (Vacancy, {"state": "closed"}),
    }
    assert doors.both(doors.get)[0]
    for name, (table, values) in ends.items():
        before = {each: doors.all_of(table)[0][each] for each in values}
        doors.change(table, **values)
        if table is Sitting:
            assert not doors.both(partial(doors.get, 2))[0], name
        assert doors.both(doors.post)[0] == (name == "with a limit"), name
        doors.change(table, **before)
        all_open(doors)
    assert doors.both(doors.post)[0]


@SQLITE
def test_what_was_refused_is_not_tried_twice(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Any] = []

    def refused(*save: Any) -> Any:
        tried.append(save)
        raise save_answer.NotSaved

    monkeypatch.setattr(door, "save_durably", refused)
    monkeypatch.setattr("webapp.candidate.saving_views.save_durably", refused)
    taken, (status, _headers, _body) = doors.both(doors.post)
    assert (taken, status, len(tried)) == (False, "503 SERVICE UNAVAILABLE", 2)


@SQLITE
def test_what_the_door_cannot_know_is_told_by_flask(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any) -> Any:
        raise OSError

    assert doors.both(doors.get)[0]
    with monkeypatch.context() as patch:
        patch.setattr(door, "glance_at", broken)
        assert not doors.both(doors.get)[0], "the database is not there"
    with monkeypatch.context() as patch:
        patch.setitem(doors.app.config, "PERMANENT_SESSION_LIFETIME", dt.timedelta(seconds=-1))
        assert not doors.both(doors.get)[0], "an old cookie counts no more"
    doors.session.execute(delete(Sitting))
    doors.session.commit()
    for request in (doors.get, doors.post):
        taken, (status, _headers, _page) = doors.both(request)
        assert (taken, status) == (False, "404 NOT FOUND"), "who was erased is not here"


@SQLITE
def test_over_tls_a_form_comes_from_a_page_of_ours(doors: Doors, settings: Settings) -> None:
    """Behind a proxy that ends the TLS, as it is installed."""
    app = create_app(replace(settings, base_url="https://makings.example", proxies=1), testing=True)
    secure = Doors(app, doors.session, doors.clock, doors.sitting, doors.cookie, doors.token, "__Host-makings")
    over = {"wsgi.url_scheme": "https", "HTTP_HOST": "makings.example"}
    referrers = {
        "https://makings.example/sitting/x": True,
        "https://makings.example:443/sitting/x": False,
        "http://makings.example/sitting/x": False,
        "https://elsewhere.example/": False,
        "": False,
        None: False,
    }
    taken = {each: secure.both(partial(secure.post, 1, **over, HTTP_REFERER=each))[0] for each in referrers}
    assert taken == referrers
    assert secure.both(partial(secure.get, 2, **over))[0]
    behind = secure.post(2, HTTP_HOST="makings.example", HTTP_X_FORWARDED_PROTO="https")
    assert run_wsgi_app(app.wsgi_app, behind)[1] == "400 BAD REQUEST", "the proxy's word is heard first"


@SQLITE
def test_a_page_that_asks_for_more_is_flasks(doors: Doors) -> None:
    """Somebody puts the company's name onto the page: it would be kept with the page, and so it is not kept."""
    loader, name = doors.app.jinja_env.loader, "candidate/question.html"
    assert loader
    source = loader.get_source(doors.app.jinja_env, name)[0]
    more = source.replace("{{ fault_summary(faults) }}", "{{ organisation.name }}")
    assert more != source
    doors.app.jinja_env.loader = ChoiceLoader([DictLoader({name: more}), loader])
    doors.app.jinja_env.cache = None
    doors.quick.moulds.of.cache_clear()
    taken, (status, _headers, _page) = doors.both(doors.get)
    assert (taken, status) == (False, "200 OK")


@SQLITE
def test_the_door_is_there_unless_it_is_left_out_or_does_not_know_the_house(settings: Settings) -> None:
    def made(**changes: Any) -> Any:
        return create_app(Settings(**vars(settings) | changes), testing=True).wsgi_app

    assert isinstance(made(quick_saves=False), QuickPages)
    assert not isinstance(made(quick_saves=False, quick_pages=False), QuickPages)
    assert not isinstance(made(quick_pages=False).flask, QuickPages)
