"""Erasing a person: nothing of them remains, and the date does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people, sittings, submitted
from tests.factories.rights import ask_address, mails
from tests.factories.signing import sign_in
from tests.factories.submitted import ITEMS, Submitted, answers_by_key, hold
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import (
    Applicant,
    Base,
    Tombstone,
    Vacancy,
)
from webapp.services.deliver_mail import lay_down
from webapp.services.rights.replay_request import replay_erased
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


def everything_stored(session: Session) -> str:
    """Every cell of every table as text."""
    session.rollback()
    return "\n".join(
        " ".join(
            cell.hex() if isinstance(cell, bytes) else json.dumps(cell, default=str, ensure_ascii=False) for cell in row
        )
        for table in Base.metadata.sorted_tables
        if table.name not in ("questionnaire_version", "model_version")
        for row in session.execute(select(table))
    )


def erase(client: FlaskClient, base: str) -> str:
    client.get(f"{base}/erase")
    assert client.send(f"{base}/erase").status_code == 400
    gone = client.send(f"{base}/erase", {"sure": "y"})
    assert gone.location.startswith("/erased/")
    return gone.location


def test_nothing_of_the_person_remains(app: Flask, client: FlaskClient, session: Session, settings: Settings) -> None:
    someone = sittings.invited(session)
    someone.applicant.name, someone.applicant.email = "Žydrūnė Unikalytė", "zydrune.unikalyte@example.org"
    session.commit()
    one = submitted.submitted(session, someone)
    base = hold(client, one)
    client.get(f"{base}/ask")
    client.send(f"{base}/ask", {"kind": "review", "text": "Palaimintas prašymas"})
    change = ask_address(client, session, base, "kitas.unikalus@example.org", someone.applicant.name)
    with app.test_request_context("/"):
        send_address_confirm(session, someone.organisation.id, change.id, settings)
        send_address_notice(session, someone.organisation.id, change.id, settings)
    bystander = submitted.submitted(session, sittings.invited(session, someone.vacancy), {})
    written = json.dumps(answers_by_key(best=True)[ITEMS[0].id], ensure_ascii=False)
    sought = ("Unikal", "unikal", "Palaimintas", "zydrune")
    before = everything_stored(session)
    assert all(text in before for text in (*sought, written))
    assert len(mails(settings)) == 2
    certificate = erase(client, base)
    after = everything_stored(session)
    assert [text for text in sought if text in after] == []
    assert written not in after
    assert mails(settings) == []
    hashes = session.scalars(select(Tombstone)).one()
    assert hashes.sitting_id == one.sitting.id
    for name in ("answer", "answer_revision", "score", "review_request", "address_change"):
        table = Base.metadata.tables[name]
        owners = {row.sitting_id for row in session.execute(select(table))} if "sitting_id" in table.c else set()
        assert owners <= {bystander.sitting.id}
    assert certificate.removeprefix("/erased/") in client.get(certificate).text
    assert client.get(f"{base}/my-data").status_code == 404
    assert client.get(someone.link).status_code == 404


def test_all_applications_under_one_address_go(
    client: FlaskClient, session: Session, one: Submitted, base: str
) -> None:
    here = one.someone.vacancy
    same = {name: getattr(here, name) for name in ("organisation_id", "questionnaire_id", "form", "model_version_id")}
    elsewhere = Vacancy(title="Another place", **same)
    session.add(elsewhere)
    session.flush()
    second = sittings.invited(session, elsewhere)
    second.applicant.email = one.someone.applicant.email
    session.commit()
    assert "Another place" in client.get(f"{base}/erase").text
    erase(client, base)
    session.rollback()
    assert session.scalars(select(Applicant)).all() == []


def test_a_replay_gets_the_date_and_whether_the_hashes_match(
    client: FlaskClient, session: Session, settings: Settings, one: Submitted, base: str
) -> None:
    owner, number = one.someone.organisation.id, str(one.sitting.id)
    certificate = erase(client, base).removeprefix("/erased/")
    mine, others = answers_by_key(best=True), answers_by_key(best=False)
    with db.transaction() as writing:
        (same,) = replay_erased(writing, owner, certificate.lower(), mine, settings.secret_key)
        (other,) = replay_erased(writing, owner, number, others, settings.secret_key)
        (bare,) = replay_erased(writing, owner, number, None, settings.secret_key)
    assert (same.matches, [match for _score, match in same.scores]) == (True, [True])
    assert (other.matches, [match for _score, match in other.scores]) == (False, [False])
    assert (bare.matches, bare.erased_at) == (None, same.erased_at)


@SQLITE
def test_hr_asks_for_a_replay_on_a_page(client: FlaskClient, session: Session, one: Submitted, base: str) -> None:
    hr = people.user(session, one.someone.organisation, "hr")
    session.commit()
    certificate = erase(client, base).removeprefix("/erased/")
    sign_in(client, hr)
    client.get("/hr/requests/erased")
    sent = {"name": certificate, "answers": json.dumps(answers_by_key(best=True))}
    assert "The answers are the same" in client.send("/hr/requests/erased", sent).text
    sent["answers"] = json.dumps({ITEMS[0].id: {"best": "a", "worst": "b"}})
    assert "These are other answers" in client.send("/hr/requests/erased", sent).text
    assert client.send("/hr/requests/erased", {"name": "ABCD", "answers": ""}).status_code == 404
    assert client.send("/hr/requests/erased", {"name": certificate, "answers": "[1]"}).status_code == 400


@SQLITE
def test_a_laid_down_mail_to_somebody_else_stays(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, one: Submitted, base: str
) -> None:
    from email.message import EmailMessage

    for address in (one.someone.applicant.email, "somebody@example.org"):
        message = EmailMessage()
        message["To"] = f"Name <{address.upper()}>"
        message.set_content("Hello")
        lay_down(Path(settings.mail_folder), one.someone.organisation.id, message)
    erase(client, base)
    assert len(mails(settings)) == 1
