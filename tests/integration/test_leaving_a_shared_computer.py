"""Somebody leaves a shared computer: the next person there opens nothing, the link opens everything again."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import people, sittings
from tests.factories.routes import SCRIPTS, ruled, rules

BUTTON = "Leave this page on a shared computer"
# What a browser holds is in its cookie; no database has a part in it.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def pages(app: Flask, base: str) -> list[str]:
    """Every address of the sitting that can be looked at."""
    found = [rule for rule in rules(app) if ruled(app, rule) == "sitting_holder" and "GET" in (rule.methods or set())]
    numbered = [rule.rule.replace("<int:number>", "1") for rule in found if rule.endpoint not in SCRIPTS]
    return [rule.replace("/sitting/<uuid:sitting_id>", base) for rule in numbered]


def test_after_leaving_no_page_opens_until_the_link_does(app: Flask, client: FlaskClient, session: Session) -> None:
    someone = sittings.invited(session)
    base = sittings.walk_in(client, someone)
    assert BUTTON in client.get(f"{base}/question/1").text
    left = client.send(f"{base}/leave")  # type: ignore[attr-defined]
    assert left.status_code == 200
    assert "This browser has let go of your questionnaire" in left.text
    assert "data-let-go" in left.text
    assert BUTTON not in left.text
    addresses = pages(app, base)
    assert len(addresses) > 15
    assert {client.get(address, follow_redirects=True).status_code for address in addresses} == {404}
    assert client.get(f"{base}/state").status_code == 403
    client.get(someone.link)
    assert client.send(f"{someone.link}/start", {"me": "y"}).location.startswith(base)  # type: ignore[attr-defined]
    assert client.get(f"{base}/question/1").status_code == 200


def test_another_sitting_of_the_same_browser_stays(client: FlaskClient, session: Session) -> None:
    place = sittings.vacancy(session, people.organisation(session))
    one, other = (sittings.walk_in(client, sittings.invited(session, place)) for _each in range(2))
    client.get(f"{one}/question/1")
    client.send(f"{one}/leave")  # type: ignore[attr-defined]
    assert client.get(f"{one}/question/1").status_code == 404
    assert client.get(f"{other}/question/1").status_code == 200


def test_the_next_person_is_welcomed_in_their_own_language(client: FlaskClient, session: Session) -> None:
    place = sittings.vacancy(session, people.organisation(session))
    one, following = sittings.invited(session, place), sittings.invited(session, place)
    following.applicant.language = "lt"
    session.commit()
    client.get(f"{one.link}?language=ru")
    base = sittings.walk_in(client, one)
    assert '<html lang="ru"' in client.get(following.link).text
    client.get(f"{base}/question/1")
    client.send(f"{base}/leave")  # type: ignore[attr-defined]
    assert '<html lang="lt"' in client.get(following.link).text


def test_looking_at_the_address_lets_go_of_nothing(client: FlaskClient, session: Session) -> None:
    base = sittings.walk_in(client, sittings.invited(session))
    assert client.get(f"{base}/leave").location.startswith(base)
    assert client.get(f"{base}/question/1").status_code == 200
    assert client.post(f"{base}/leave").status_code == 400
    assert client.get(f"{base}/question/1").status_code == 200
