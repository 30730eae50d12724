"""Correcting a name, and an address that two mailboxes have a say in."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import sittings, submitted
from tests.factories.rights import ask_address, fresh, mails
from tests.factories.submitted import Submitted, hold
from webapp.config import Settings
from webapp.records import (
    AddressChange,
    Applicant,
    Vacancy,
)
from webapp.security import derived_token
from webapp.services.rights.correct_contact import CONFIRM, STOP
from webapp.services.rights.send_rights_mail import (
    send_address_confirm,
    send_address_notice,
)


@pytest.fixture
def one(session: Session) -> Submitted:
    return submitted.submitted(session)


@pytest.fixture
def base(client: FlaskClient, one: Submitted) -> str:
    return hold(client, one)


@SQLITE
def test_a_name_is_corrected_at_once(client: FlaskClient, session: Session, one: Submitted, base: str) -> None:
    client.get(f"{base}/my-data/contact")
    sent = {"name": "Ona Žukienė", "email": one.someone.applicant.email}
    assert client.send(f"{base}/my-data/contact", sent).location == f"{base}/my-data"
    found = fresh(session, Applicant, (one.someone.organisation.id, one.someone.applicant.id))
    assert (found.name, found.name_folded) == ("Ona Žukienė", "ona zukiene")  # type: ignore[attr-defined]


def test_an_address_changes_when_the_new_mailbox_says_so(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, one: Submitted, base: str
) -> None:
    change = ask_address(client, session, base, "New@Example.org")
    owner, applicant = one.someone.organisation.id, one.someone.applicant.id
    with app.test_request_context("/"):
        assert send_address_confirm(session, owner, change.id, settings)
        assert send_address_notice(session, owner, change.id, settings)
    token = derived_token(settings.secret_key, CONFIRM, change.id)
    assert [text.count(f"/address/{token}") for text in mails(settings)] == [1, 0]
    for _look in range(2):
        assert "new@example.org" in client.get(f"/address/{token}").text
    assert fresh(session, Applicant, (owner, applicant)).email != "new@example.org"  # type: ignore[attr-defined]
    assert client.send(f"/address/{token}", {"sure": "y"}).status_code == 200
    assert fresh(session, Applicant, (owner, applicant)).email == "new@example.org"  # type: ignore[attr-defined]
    assert client.get(f"/address/{token}").status_code == 410


@SQLITE
def test_a_new_address_moves_all_applications_so_that_the_interval_still_counts(
    client: FlaskClient, session: Session, settings: Settings, one: Submitted, base: str
) -> None:
    first = one.someone.vacancy
    place = Vacancy(
        organisation_id=first.organisation_id,
        title="Another place",
        questionnaire_id=first.questionnaire_id,
        form=first.form,
        model_version_id=first.model_version_id,
    )
    session.add(place)
    session.flush()
    again = sittings.invited(session, place)
    stranger = sittings.invited(session, place)
    again.applicant.email = one.someone.applicant.email
    session.commit()
    change = ask_address(client, session, base, "new@example.org")
    token = derived_token(settings.secret_key, CONFIRM, change.id)
    client.get(f"/address/{token}")
    client.send(f"/address/{token}", {"sure": "y"})
    owner = one.someone.organisation.id
    assert fresh(session, Applicant, (owner, again.applicant.id)).email == "new@example.org"  # type: ignore[attr-defined]
    assert fresh(session, Applicant, (owner, stranger.applicant.id)).email != "new@example.org"  # type: ignore[attr-defined]


@SQLITE
def test_the_old_mailbox_may_stop_it(
    client: FlaskClient, session: Session, settings: Settings, one: Submitted, base: str
) -> None:
    change = ask_address(client, session, base, "new@example.org")
    stop, confirm = (derived_token(settings.secret_key, each, change.id) for each in (STOP, CONFIRM))
    client.get(f"/address/{stop}")
    assert client.send(f"/address/{stop}").location == f"/address/{stop}", "a scanner presses buttons and ticks no box"
    assert session.scalars(select(AddressChange)).all()
    session.rollback()
    assert "The change is stopped" in client.send(f"/address/{stop}", {"sure": "y"}).text
    assert client.get(f"/address/{confirm}").status_code == 410
    assert client.get(f"{base}/my-data").text.count("new@example.org") == 0


def test_an_address_stands_once_in_a_vacancy_and_only_its_reader_learns_of_it(
    client: FlaskClient, session: Session, settings: Settings, one: Submitted, base: str
) -> None:
    other = sittings.invited(session, one.someone.vacancy)
    change = ask_address(client, session, base, other.applicant.email)
    token = derived_token(settings.secret_key, CONFIRM, change.id)
    client.get(f"/address/{token}")
    refused = client.send(f"/address/{token}", {"sure": "y"})
    assert refused.status_code == 409
    assert "another application for this vacancy" in refused.text


@SQLITE
@pytest.mark.parametrize("email", ["", "nobody", "a@b", "x" * 250 + "@example.org"])
def test_what_is_no_address_is_said(client: FlaskClient, session: Session, base: str, email: str) -> None:
    client.get(f"{base}/my-data/contact")
    assert client.send(f"{base}/my-data/contact", {"name": "A", "email": email}).status_code == 400
    assert session.scalars(select(AddressChange)).all() == []
