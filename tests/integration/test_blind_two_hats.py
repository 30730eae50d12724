"""Who recruits and is HR too finds no id, no link and no page that joins a hidden name to its code."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import people
from tests.factories.blind import BlindHouse
from tests.factories.blind_watcher import methods, written
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.services.blind.face import face_of


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


@pytest.fixture
def house(app: Flask, session: Session, settings: Settings) -> BlindHouse:
    return BlindHouse(session, settings)


# Ids, and what stands for one in the address of a page of somebody.
TOKEN = re.compile(r"\b\w{8}-\w{4}-\w{4}-\w{4}-\w{12}\b|(?<=/)[A-Za-z0-9_-]{40,}(?=[/\"\n])")


@pytest.mark.parametrize("hats", [("hr",), ("hr", "adjustments")])
def test_two_hats_join_no_code_to_a_name(
    app: Flask, client: FlaskClient, house: BlindHouse, monkeypatch: pytest.MonkeyPatch, hats: tuple[str, ...]
) -> None:
    """Each page of HR and of adjustments, by every link and by every id that a page tells."""
    monkeypatch.setattr("tests.site.check_page", lambda response: None)
    user = people.user(house.session, house.company, "recruiter", *hats, name="Two Hats")
    house.session.commit()
    sign_in(client, user)
    pages = dict(walk(app, client, house))
    named, coded = beside(house, pages)
    joined = {token for token in named.keys() & coded.keys() if named[token] & coded[token]}
    joined -= common(house, pages)
    assert not joined, [page for page, text in pages.items() if any(each in text for each in joined)]
    for page, text in pages.items():
        both = [each.name for each in house.hidden if each.name in text and face_of(house.vacancy, each).code in text]
        assert not both, page
    assert (house.done[0] in set().union(*named.values())) is ("adjustments" in hats or "hr" in hats)
    assert house.done[0] in set().union(*coded.values())
    assert any("/hr/confirmations/" in page for page in pages) is ("hr" in hats)


def walk(app: Flask, client: FlaskClient, house: BlindHouse) -> Iterator[tuple[str, str]]:
    """Pages with their addresses: lists without arguments, what they link to, and a person's own pages by the id."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("hr.") and "GET" in methods(rule)]
    todo = [rule.rule for rule in rules if not rule.arguments]
    todo += [f"/hr/adjustments?name={house.done[0].name.split()[0]}", f"/vacancies/{house.vacancy.id}"]
    for rule in rules:
        if rule.arguments in ({"applicant_id"}, {"score_id"}):
            todo += [written(rule, {name: str(each) for name in rule.arguments}) for each in some_ids(house)]
    seen: set[str] = set()
    while todo:
        address = todo.pop(0)
        if address in seen or not address.startswith(("/hr", "/vacancies/")):
            continue
        seen.add(address)
        reply = client.get(address)
        assert reply.status_code < 500, address
        if reply.status_code == 200 and reply.mimetype == "text/html":
            text = reply.get_data(as_text=True)
            yield address, f"{address}\n{text}"
            links = re.findall(r'(?:href|action)="(/hr/(?:adjustments|retakes|confirmations|requests)/[^"#?]*)"', text)
            todo += links
    assert len(seen) > 15


def some_ids(house: BlindHouse) -> list[uuid.UUID]:
    return [each for person in house.done[:2] for each in house.ids_of(person)]


def beside(house: BlindHouse, pages: dict[str, str]) -> tuple[dict[str, set[Any]], dict[str, set[Any]]]:
    """By each id that pages hold: who is named on one of them, and whose code stands on one."""
    named: dict[str, set[Any]] = {}
    coded: dict[str, set[Any]] = {}
    for text in pages.values():
        for token in set(TOKEN.findall(text)):
            named.setdefault(token, set()).update(each for each in house.hidden if each.name in text)
            coded.setdefault(token, set()).update(
                each for each in house.hidden if face_of(house.vacancy, each).code in text
            )
    return named, coded


def common(house: BlindHouse, pages: dict[str, str]) -> set[str]:
    """Ids of no person: the vacancy's, and those that stand where nobody is told of."""
    secrets = [word for each in house.hidden for word in (each.name, face_of(house.vacancy, each).code)]
    nobodys = [text for text in pages.values() if not any(secret in text for secret in secrets)]
    own = {str(each) for person in house.hidden for each in house.ids_of(person)}
    return {str(house.vacancy.id), *(token for text in nobodys for token in TOKEN.findall(text))} - own
