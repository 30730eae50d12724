"""Sixty people behind one address get in, who tries to guess does not, and a stranger uses up nobody's pace."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people, results, sittings
from webapp.candidate import saving_guards
from webapp.security import derived_token, token_hash
from webapp.services.confirmation.arrange import arrange_confirmation
from webapp.services.confirmation.open_by_code import new_code

pytestmark = SQLITE
PEOPLE = 60


@pytest.fixture(autouse=True)
def pages_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests do that; here are too many."""
    monkeypatch.setattr("tests.site.check_page", lambda _response: None)


def statuses(client: Any, address: str, forms: list[dict[str, str]]) -> list[int]:
    client.get(address)
    return [client.send(address, form).status_code for form in forms]


def test_right_codes_of_confirmations_are_not_counted_and_wrong_ones_are(
    limited: FlaskClient, session: Session
) -> None:
    someone = sittings.invited(session)
    results.sent(session, someone)
    hr = people.user(session, someone.organisation, "hr")
    owner, applicant = someone.organisation.id, someone.applicant.id
    arrange_confirmation(session, owner, applicant, user_id=hr.id)
    session.commit()
    wrong = {"code": "AAAA-AAAA"}
    assert statuses(limited, "/confirm", [wrong] * (PEOPLE - 1)) == [400] * (PEOPLE - 1)
    for _each in range(3):
        code = new_code(session, owner, applicant, user_id=hr.id)
        session.commit()
        assert statuses(limited, "/confirm", [{"code": code}]) == [302]
    assert statuses(limited, "/confirm", [wrong] * 2) == [400, 429]


def test_a_room_applies_and_one_mailbox_is_not_flooded(limited: FlaskClient, session: Session) -> None:
    someone = sittings.invited(session)
    vacancy = someone.vacancy
    vacancy.languages = ["en", "lt"]
    vacancy.public_code_hash = token_hash(derived_token("test-secret", "vacancy", vacancy.id))
    session.commit()
    door = f"/v/{derived_token('test-secret', 'vacancy', vacancy.id)}"
    room = [{"name": "Ona", "email": f"o{number}@example.org", "language": "lt"} for number in range(PEOPLE)]
    assert statuses(limited, door, room) == [200] * PEOPLE
    assert statuses(limited, door, [room[0]] * 6) == [200] * 5 + [429]


def test_a_room_checks_its_receipts(limited: FlaskClient) -> None:
    assert statuses(limited, "/receipt", [{"number": "AAAA-AAAA-AAAA"}] * PEOPLE) == [200] * PEOPLE


def test_a_stranger_does_not_use_up_the_pace_of_somebodys_saves(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving_guards, "MOST_IN_A_MINUTE", 3)
    monkeypatch.setattr(saving_guards, "pace", saving_guards.Pace())
    monkeypatch.setattr("webapp.candidate.saving_guards.time.monotonic", lambda: 60.0)
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    base = sittings.walk_in(client, sittings.invited(session))
    stranger = app.test_client()
    assert [stranger.get(f"{base}/state").status_code for _each in range(5)] == [403] * 5
    assert [client.get(f"{base}/state").status_code for _each in range(4)] == [200] * 3 + [429]
