"""What somebody may tell of themselves: afterwards only, kept apart, changed and deleted at their own word."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, sittings, submitted
from tests.factories.submitted import Submitted, hold
from webapp.config import Settings
from webapp.errors import Invalid
from webapp.extensions import db
from webapp.records import DemographicAnswer, Event, Organisation, Sitting
from webapp.services.demographics.policy import demographic_policy, set_demographic_policy
from webapp.services.demographics.read_groups import groups_of
from webapp.services.erasure.erase_applicants import erase_applicants

SECRET = "test-secret"
BASIS = "EEO monitoring; checked by counsel on paper."


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a page shows is the same over each database."""
    return sqlite_url


@pytest.fixture
def one(session: Session) -> Submitted:
    return submitted.submitted(session)


def rows(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    query = select(DemographicAnswer.attribute, DemographicAnswer.category).order_by(DemographicAnswer.attribute)
    return [(attribute, category) for attribute, category in session.execute(query)]


def test_asked_after_the_submit_and_never_before(client: FlaskClient, session: Session) -> None:
    someone = sittings.invited(session)
    base = sittings.walk_in(client, someone)
    assert client.get(f"{base}/about-me").status_code == 302
    assert client.send(f"{base}/about-me", {"sex": "female"}).status_code == 302
    assert rows(session) == []


def test_told_changed_and_taken_back(client: FlaskClient, session: Session, one: Submitted) -> None:
    base = hold(client, one)
    assert f"{base}/about-me" in client.get(f"{base}/receipt").text
    page = client.get(f"{base}/about-me").text
    assert "checked" not in page
    assert "required" not in page
    assert page.count("I prefer not to say</span>") == 2
    assert "Race" not in page
    before = len(session.scalars(select(Event.id)).all())
    assert client.send(f"{base}/about-me", {"sex": "female", "age_band": "35_44"}).status_code == 302
    assert rows(session) == [("age_band", "35_44"), ("sex", "female")]
    assert client.get(f"{base}/about-me").text.count("checked") == 2
    client.send(f"{base}/about-me", {"sex": "not_said"})
    assert rows(session) == [("age_band", "35_44")]
    client.send(f"{base}/about-me", {"age_band": "under_25"})
    assert rows(session) == [("age_band", "under_25")]
    assert client.send(f"{base}/about-me/delete").status_code == 302
    assert rows(session) == []
    assert len(session.scalars(select(Event.id)).all()) == before


def test_what_is_not_asked_is_not_taken(client: FlaskClient, session: Session, one: Submitted) -> None:
    base = hold(client, one)
    client.get(f"{base}/about-me")
    assert client.send(f"{base}/about-me", {"sex": "nonsense"}).status_code == 400
    client.get(f"{base}/about-me")
    client.send(f"{base}/about-me", {"race_ethnicity": "white"})
    assert rows(session) == []


def test_in_the_persons_own_file_and_gone_with_the_person(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, one: Submitted
) -> None:
    base = hold(client, one)
    client.get(f"{base}/about-me")
    client.send(f"{base}/about-me", {"sex": "male"})
    told = json.loads(client.get(f"{base}/my-data.json").text)["about_you"]
    assert [each["told"] for each in told] == [{"sex": "male"}]
    sitting = session.scalars(select(Sitting)).one()
    owner, person = sitting.organisation_id, sitting.applicant_id
    assert person is not None
    assert groups_of(session, owner, [person], SECRET) == {"sex": {person: "male"}}
    assert groups_of(session, owner, [person], "another secret") == {}
    row = session.scalars(select(DemographicAnswer)).one()
    assert not {person.hex, sitting.id.hex} & {row.id.hex}
    session.rollback()
    with app.test_request_context("/"), db.scope(), db.transaction() as writing:
        erase_applicants(writing, owner, [person], settings, "retention")
    assert rows(session) == []


def test_race_only_where_the_jurisdiction_and_a_confirmed_basis_allow_it(session: Session) -> None:
    there = people.organisation(session, country="US")
    here = people.organisation(session, country="LT")
    me, other = people.user(session, there, "hr"), people.user(session, here, "hr")
    chosen = ["sex", "race_ethnicity"]
    for owner, code, basis, confirmed, user in (
        (here, "US-NYC", BASIS, True, other),
        (there, "", BASIS, True, me),
        (there, "US-NYC", "short", True, me),
        (there, "US-NYC", BASIS, False, me),
    ):
        with pytest.raises(Invalid):
            set_demographic_policy(session, owner.id, chosen, code, basis, confirmed=confirmed, user_id=user.id)
        assert "race_ethnicity" not in demographic_policy(owner).asked
    set_demographic_policy(session, there.id, chosen, "US-NYC", BASIS, confirmed=True, user_id=me.id)
    policy = demographic_policy(there)
    assert set(policy.asked) == {"sex", "race_ethnicity"}
    assert (policy.confirmed_by, policy.confirmed_at is not None) == (me.id, True)
    told = DemographicAnswer(organisation_id=there.id, id=there.id, attribute="race_ethnicity", category="white")
    session.add(told)
    session.flush()
    there.country = "LT"
    assert "race_ethnicity" not in demographic_policy(there).asked
    there.country = "US"
    set_demographic_policy(session, there.id, ["sex"], "", "", confirmed=False, user_id=me.id)
    assert session.scalars(select(DemographicAnswer)).all() == []
    assert session.get_one(Organisation, there.id).settings["demographics"] == {"attributes": ["sex"]}
