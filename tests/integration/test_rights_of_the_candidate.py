"""My data: export, correction, withdrawal, erasure, and a person to ask."""

from __future__ import annotations

import datetime as dt
import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import people, sittings, submitted
from tests.factories.signing import sign_in
from tests.factories.submitted import ITEMS, Submitted, answers_by_key, close, hold
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import (
    AddressChange,
    Applicant,
    Base,
    Event,
    Outbox,
    ReviewRequest,
    Sitting,
    Tombstone,
    Vacancy,
    Withdrawal,
)
from webapp.records.base import now
from webapp.security import derived_token
from webapp.services.deliver_mail import lay_down
from webapp.services.rights.correct_contact import CONFIRM, STOP
from webapp.services.rights.replay_request import replay_erased
from webapp.services.rights.send_rights_mail import (
    send_address_confirm,
    send_address_notice,
    send_review_answer,
)

# What asks the database nothing of its own kind is tried on one.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def one(session: Session) -> Submitted:
    return submitted.submitted(session)


@pytest.fixture
def base(client: FlaskClient, one: Submitted) -> str:
    return hold(client, one)


def fresh(session: Session, table: type, number: object) -> object:
    session.rollback()
    session.expire_all()
    return session.get(table, number)


def mails(settings: Settings) -> list[str]:
    return [
        message_from_bytes(path.read_bytes(), policy=default).get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for path in sorted(Path(settings.mail_folder).glob("*.eml"))
    ]


# --- export


def test_the_export_holds_everything(client: FlaskClient, session: Session, one: Submitted, base: str) -> None:
    got = client.get(f"{base}/my-data.json")
    assert got.mimetype == "application/json"
    assert "attachment" in got.headers["Content-Disposition"]
    held = json.loads(got.data)
    assert held["contact"][0]["email"] == one.someone.applicant.email
    (sitting,) = held["sittings"]
    assert sitting["answers"] == answers_by_key(best=True)
    assert len(sitting["every_save"]) == len(ITEMS)
    assert sitting["every_save"][0]["positions"] == ["a", "b", "c", "d"]
    assert sitting["consent"]["notice"] == "test"
    assert held["further"]["invitation"][0]["id"] == str(one.someone.invitation.id)
    assert "token_hash" not in held["further"]["invitation"][0]


@on_sqlite
def test_the_export_gives_the_result_with_its_meaning_once_the_vacancy_has_closed(
    client: FlaskClient, session: Session, one: Submitted, base: str
) -> None:
    before = json.loads(client.get(f"{base}/my-data.json").data)
    assert before["sittings"][0]["result"]["given"] is False
    close(session, one.someone.vacancy)
    after = json.loads(client.get(f"{base}/my-data.json").data)["sittings"][0]["result"]
    assert after["scores"][0]["key_total"] == pytest.approx(1.0)
    assert "verdict" in after["meaning"]["not"]


@on_sqlite
def test_before_the_close_the_export_tells_nothing_of_the_key(client: FlaskClient, session: Session) -> None:
    first = sittings.invited(session)
    second = sittings.invited(session, first.vacancy)
    files = []
    for someone, best in ((first, True), (second, False)):
        sent = submitted.submitted(session, someone, answers_by_key(best=best))
        held = json.loads(client.get(f"{hold(client, sent)}/my-data.json").data)
        for sitting in held["sittings"]:
            for answered in (
                "answers",
                "answers_in_words",
                "every_save",
                "id",
                "started_at",
                "submitted_at",
                "consent",
            ):
                sitting.pop(answered)
        files.append(held["sittings"])
    assert files[0] == files[1]


# --- correction


@on_sqlite
def test_a_name_is_corrected_at_once(client: FlaskClient, session: Session, one: Submitted, base: str) -> None:
    client.get(f"{base}/my-data/contact")
    sent = {"name": "Ona Žukienė", "email": one.someone.applicant.email}
    assert client.send(f"{base}/my-data/contact", sent).location == f"{base}/my-data"
    found = fresh(session, Applicant, (one.someone.organisation.id, one.someone.applicant.id))
    assert (found.name, found.name_folded) == ("Ona Žukienė", "ona zukiene")  # type: ignore[attr-defined]


def ask_address(client: FlaskClient, session: Session, base: str, email: str, name: str = "A") -> AddressChange:
    client.get(f"{base}/my-data/contact")
    assert client.send(f"{base}/my-data/contact", {"name": name, "email": email}).status_code == 302
    session.rollback()
    return session.scalars(select(AddressChange)).one()


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


@on_sqlite
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


@on_sqlite
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


@on_sqlite
@pytest.mark.parametrize("email", ["", "nobody", "a@b", "x" * 250 + "@example.org"])
def test_what_is_no_address_is_said(client: FlaskClient, session: Session, base: str, email: str) -> None:
    client.get(f"{base}/my-data/contact")
    assert client.send(f"{base}/my-data/contact", {"name": "A", "email": email}).status_code == 400
    assert session.scalars(select(AddressChange)).all() == []


# --- withdrawal


def test_withdrawn_and_back(client: FlaskClient, session: Session, one: Submitted, base: str) -> None:
    client.get(f"{base}/withdraw")
    for _press in range(2):
        assert client.send(f"{base}/withdraw").location == f"{base}/my-data"
    number = (one.someone.organisation.id, one.someone.applicant.id)
    assert fresh(session, Applicant, number).state == "withdrawn"  # type: ignore[attr-defined]
    assert "Undo the withdrawal" in client.get(f"{base}/my-data").text
    for _press in range(2):
        assert client.send(f"{base}/withdraw/undo").location == f"{base}/my-data"
    assert fresh(session, Applicant, number).state == "done"  # type: ignore[attr-defined]
    assert session.scalars(select(Withdrawal)).all() == []


@on_sqlite
def test_it_cannot_be_undone_for_ever(client: FlaskClient, session: Session, one: Submitted, base: str) -> None:
    client.get(f"{base}/withdraw")
    client.send(f"{base}/withdraw")
    session.rollback()
    session.execute(update(Withdrawal).values(until=now() - dt.timedelta(seconds=1)))
    session.commit()
    assert "Undo" not in client.get(f"{base}/my-data").text
    assert client.send(f"{base}/withdraw/undo").status_code == 410


def test_who_withdraws_midway_goes_on_after_undoing(client: FlaskClient, session: Session) -> None:
    base = sittings.walk_in(client, sittings.invited(session))
    client.get(f"{base}/withdraw")
    client.send(f"{base}/withdraw")
    session.rollback()
    assert session.scalars(select(Sitting.state)).all() == ["withdrawn"]
    assert client.send(f"{base}/question/1", {"revision": "0", "best": "a", "worst": "b"}).status_code in (409, 410)
    client.get(f"{base}/my-data")
    client.send(f"{base}/withdraw/undo")
    saved = client.send(f"{base}/question/1", {"revision": "0", "action": "save", "best": "a", "worst": "b"})
    assert saved.location == f"{base}/question/2"


# --- a person to ask


def test_a_request_has_a_deadline_and_gets_an_answer_in_words(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, one: Submitted, base: str
) -> None:
    company = one.someone.organisation
    company.settings = {"rights": {"review_days": 10}}
    hr = people.user(session, company, "hr")
    session.commit()
    client.get(f"{base}/ask")
    for _press in range(2):
        assert client.send(f"{base}/ask", {"kind": "review", "text": "Question 3 was odd."}).status_code == 302
    session.rollback()
    request = session.scalars(select(ReviewRequest)).one()
    assert request.due_at - request.created_at == pytest.approx(dt.timedelta(days=10), abs=dt.timedelta(seconds=5))
    assert "waits for an answer" in client.get(f"{base}/ask").text
    sign_in(client, hr)
    assert one.someone.applicant.name in client.get("/hr/requests").text
    page = client.get(f"/hr/requests/{request.id}")
    assert "Question 3 was odd." in page.text
    assert client.send(f"/hr/requests/{request.id}", {"answer": " "}).status_code == 400
    assert client.send(f"/hr/requests/{request.id}", {"answer": "We looked.\nIt stands."}).location == "/hr/requests"
    assert client.send(f"/hr/requests/{request.id}", {"answer": "Again."}).status_code == 409
    assert "It stands." in client.get(f"{hold(client, one)}/ask").text
    session.rollback()
    session.expire_all()
    with app.test_request_context("/"):
        assert send_review_answer(session, company.id, request.id, settings)
    assert "We looked.\nIt stands." in mails(settings)[-1].replace("\r\n", "\n")
    events = set(session.scalars(select(Event.action)))
    assert {"review.asked", "review.answered", "review.mailed"} <= events
    assert "mail.review_answer" in session.scalars(select(Outbox.topic)).all()


@on_sqlite
def test_an_overdue_request_is_seen(client: FlaskClient, session: Session, one: Submitted, base: str) -> None:
    client.get(f"{base}/ask")
    client.send(f"{base}/ask", {"kind": "result", "text": ""})
    session.rollback()
    session.execute(update(ReviewRequest).values(due_at=now() - dt.timedelta(hours=1)))
    hr = people.user(session, one.someone.organisation, "hr")
    session.commit()
    sign_in(client, hr)
    page = client.get("/hr/requests?state=overdue").text
    assert one.someone.applicant.name in page
    assert "overdue" in page


@on_sqlite
def test_the_settings_are_the_companys(client: FlaskClient, session: Session, one: Submitted) -> None:
    hr = people.user(session, one.someone.organisation, "hr")
    session.commit()
    sign_in(client, hr)
    client.get("/hr/requests")
    assert client.send("/hr/requests/settings", {"shown": "after_close", "review_days": "14"}).status_code == 302
    assert client.send("/hr/requests/settings", {"shown": "never", "review_days": "0"}).status_code == 400
    session.rollback()
    session.refresh(one.someone.organisation)
    assert one.someone.organisation.settings["rights"] == {"shown": "after_close", "review_days": 14}


# --- erasure


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


@on_sqlite
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


@on_sqlite
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
