"""The notice says what holds here: by country, by what assesses, by the organisation's policies; staff read theirs."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, sittings
from webapp.records import Organisation, Sitting


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


LAWS = {
    "LT": "Valstybinė duomenų apsaugos inspekcija",
    "LV": "Datu valsts inspekcija",
    "EE": "Andmekaitse Inspektsioon",
    "PL": "Urząd Ochrony Danych Osobowych",
    "FI": "Tietosuojavaltuutetun toimisto",
    "DE": "authority of the federal state",
    "PT": "data protection authority of your country",
    "RU": "152-FZ",
    "US": "Americans with Disabilities Act",
    "KZ": "Where your country has a data protection authority",
}


def notice_address(client: FlaskClient, session: Session, owner: Organisation) -> str:
    someone = sittings.invited(session, sittings.vacancy(session, owner))
    client.get(someone.link)
    base = client.send(f"{someone.link}/start").location.removesuffix("/language")
    client.get(f"{base}/language")
    return client.send(f"{base}/language", {"language": "en"}).location


def test_each_country_has_its_text(client: FlaskClient, session: Session) -> None:
    owner = people.organisation(session)
    address = notice_address(client, session, owner)
    for country in LAWS:
        owner.country = country
        session.commit()
        text = client.get(address).text
        assert [each for each, words in LAWS.items() if words in text] == [country]


def test_policies_of_the_organisation_are_said(client: FlaskClient, session: Session) -> None:
    settings = {"retention_months": 1, "retakes": {"interval_days": 90, "reuse": False}}
    text = client.get(notice_address(client, session, people.organisation(session, settings=settings))).text
    for words in ("for one month after", "again after 90 days", "this one vacancy only", "never enters a result"):
        assert words in text
    assert "can serve there too" not in text


def test_a_confirmation_says_what_it_is(client: FlaskClient, session: Session) -> None:
    address = notice_address(client, session, people.organisation(session))
    session.scalars(select(Sitting)).one().purpose = "confirmation"
    session.commit()
    text = client.get(address).text
    assert "You have answered this questionnaire before" in text
    assert "You take this questionnaire once" not in text


def test_what_a_notice_must_name_is_named(client: FlaskClient, session: Session) -> None:
    text = client.get(notice_address(client, session, people.organisation(session))).text
    for words in (
        "Your answers are compared with a key",
        "Nobody is turned down by the program alone",
        "12 months after the vacancy has closed",
        "If you are hired, your name, your address, your language and your first working day",
        "More time, breaks or another way",
        "ask for a person to review your result",
        "whether you leave the page",
        "an order of your own, which is shuffled",
        "again after 180 days",
        "under supervision",
        "How often each question has been shown is counted",
        "you get a receipt",
        "wait in the browser",
        "Nothing is loaded from other sites",
    ):
        assert words in text, words


def test_the_staff_read_a_notice_of_their_own(client: FlaskClient, session: Session) -> None:
    sitting = sittings.of_staff(session, language="en")
    session.commit()
    text = client.get(f"{sittings.held(client, sitting)}/notice").text
    assert "training of the model only" in text
    assert "No page for managers, recruiters or HR shows it" in text
    assert "kept for as long as models are trained with them, also after you have left" in text
    assert "“Take my answers back” deletes them at once" in text
    for words in ("whom to hire", "Taking it again", "after the vacancy"):
        assert words not in text
    session.close()  # the cookie's own request has let go of it
