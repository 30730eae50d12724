"""The supervised second sitting: asked for, arranged, opened by a code, compared, read by HR alone."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people, results, sittings
from tests.factories.desk import page_of
from tests.factories.signing import sign_in
from tests.integration.test_mail import laid_down, text_of
from webapp.config import Settings
from webapp.errors import Conflict, Invalid
from webapp.extensions import db
from webapp.records import Answer, Applicant, Confirmation, Event, Mail, Score, Sitting, User
from webapp.records.base import now
from webapp.services.confirmation.arrange import arrange_confirmation, ask_confirmation, decline_confirmation
from webapp.services.confirmation.compare import compare_confirmations
from webapp.services.confirmation.open_by_code import new_code, open_confirmation
from webapp.services.send_mail import send_mail
from webapp.services.submit_sitting import submit_sitting


@pytest.fixture
def someone(session: Session) -> sittings.Invited:
    """Somebody whose answers were sent."""
    guest = sittings.invited(session)
    results.sent(session, guest)
    return guest


@pytest.fixture
def hr(session: Session, someone: sittings.Invited) -> User:
    user = people.user(session, someone.organisation, "hr")
    session.commit()
    return user


def the_row(session: Session) -> Confirmation:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Confirmation)).one()


def keys(someone: sittings.Invited, user: User) -> tuple[Any, Any, dict[str, Any]]:
    return someone.organisation.id, someone.applicant.id, {"user_id": user.id}


def opened(session: Session, someone: sittings.Invited, hr: User) -> Sitting:
    """A confirmation that was arranged and begun."""
    owner, applicant, by = keys(someone, hr)
    arrange_confirmation(session, owner, applicant, **by)
    _owner, sitting_id = open_confirmation(session, new_code(session, owner, applicant, **by))
    session.commit()
    return session.get_one(Sitting, (owner, sitting_id))


def answer(session: Session, sitting: Sitting, *, well: int, badly: int = 0) -> None:
    """Answer the first questions as the key has it, the next the other way round, and send."""
    questionnaire = results.read_questionnaire(session, sitting.organisation_id, sitting.questionnaire_id)
    good, bad = (results.by_the_key(questionnaire, sitting.form, each) for each in (True, False))
    values = [good[item] for item in list(good)[:well]] + [bad[item] for item in list(bad)[well : well + badly]]
    for item_id, value in zip(good, values, strict=False):
        kept = {"organisation_id": sitting.organisation_id, "sitting_id": sitting.id, "item_id": item_id}
        session.add(Answer(value=value, language="en", saved_at=now(), **kept))
    sitting.language, sitting.consented_at = "en", now()
    session.flush()
    submit_sitting(session, sitting.organisation_id, sitting.id, results.SECRET)
    session.commit()


def test_from_the_wish_to_the_finding(client: FlaskClient, session: Session, someone: sittings.Invited) -> None:
    recruiter = people.user(session, someone.organisation, "recruiter")
    both = people.user(session, someone.organisation, "hr")
    session.commit()
    desk: Any = client
    page = page_of(someone.applicant)
    sign_in(client, recruiter)
    client.get(page)
    assert desk.send(f"{page}/confirmation").status_code == 302
    assert desk.send(f"{page}/confirmation").status_code == 302
    assert (the_row(session).state, the_row(session).form) == ("asked", "B")
    assert "has not decided yet" in client.get(page).text
    assert client.get("/hr/confirmations").status_code == 403
    desk.send("/sign-out")
    sign_in(client, both)
    assert "waits for HR" in client.get("/hr/confirmations").text
    at = f"/hr/confirmations/{someone.applicant.id}"
    client.get(at)
    assert desk.send(f"{at}/arrange").status_code == 302
    assert the_row(session).state == "arranged"
    assert session.scalars(select(Mail.kind)).all() == ["confirmation"]
    client.get(at)
    # In its own element: a form's random token can hold letters of the same shape.
    code = re.search(r"<b>([A-Z2-9]{4}-[A-Z2-9]{4})</b>", desk.send(f"{at}/code").text)
    assert code
    desk.send("/sign-out")
    client.get("/confirm")
    begun = desk.send("/confirm", {"code": code.group(1).lower()})
    assert begun.location.endswith("/language")
    base = begun.location.removesuffix("/language")
    client.get(begun.location)
    desk.send(f"{base}/language", {"language": "en"})
    client.get(f"{base}/notice")
    desk.send(f"{base}/notice", {"agree": "y"})
    assert client.get(f"{base}/question/1").status_code == 200
    row = the_row(session)
    sitting = session.get_one(Sitting, (row.organisation_id, row.sitting_id))
    assert (row.state, row.code_hash, sitting.purpose, sitting.form) == ("begun", None, "confirmation", "B")
    answer(session, sitting, well=6, badly=18)
    assert client.get(f"{base}/receipt").status_code == 200
    assert len(session.scalars(select(Score)).all()) == 1, "the vacancy's list is about the first result"
    assert compare_confirmations(session) == 1
    assert compare_confirmations(session) == 0
    session.commit()
    sign_in(client, both)
    found = client.get(at).text
    assert "lower than chance explains" in found
    assert "Talk to the person first" in found
    desk.send("/sign-out")
    sign_in(client, recruiter)
    told = client.get(page).text
    assert "is done" in told
    assert "chance explains" not in told
    session.expire_all()
    assert session.get_one(Applicant, (row.organisation_id, row.applicant_id)).state == "done"


@SQLITE
def test_who_answers_as_well_again_is_confirmed(session: Session, someone: sittings.Invited, hr: User) -> None:
    first = session.scalars(select(Sitting)).one()
    for number, row in enumerate(session.scalars(select(Answer).order_by(Answer.item_id))):
        if number < 6:
            row.value = {"best": row.value["worst"], "worst": row.value["best"]}  # type: ignore[index]
    answer(session, opened(session, someone, hr), well=18, badly=6)
    compare_confirmations(session)
    session.commit()
    finding = the_row(session).finding
    assert finding is not None
    assert finding["told"]
    assert not finding["significant"]
    assert finding["first"] == pytest.approx(finding["second"], abs=0.1)
    assert first.form == "A"


@SQLITE
def test_too_few_answers_tell_nothing(
    client: FlaskClient, session: Session, someone: sittings.Invited, hr: User
) -> None:
    answer(session, opened(session, someone, hr), well=10)
    compare_confirmations(session)
    session.commit()
    assert the_row(session).finding == {"told": False, "answered": 10}
    sign_in(client, hr)
    assert "Nothing can be said" in client.get(f"/hr/confirmations/{someone.applicant.id}").text


@pytest.mark.parametrize("wrong", ["used", "late", "replaced", "invented", "withdrawn"])
@SQLITE
def test_a_code_works_once_and_for_a_short_time(
    client: FlaskClient, session: Session, someone: sittings.Invited, hr: User, wrong: str
) -> None:
    owner, applicant, by = keys(someone, hr)
    arrange_confirmation(session, owner, applicant, **by)
    code = new_code(session, owner, applicant, **by)
    if wrong == "used":
        open_confirmation(session, code)
    if wrong == "late":
        session.scalars(select(Confirmation)).one().code_expires_at = now() - dt.timedelta(seconds=1)
    if wrong == "replaced":
        new_code(session, owner, applicant, **by)
    if wrong == "invented":
        code = "ABCD2345"
    if wrong == "withdrawn":
        someone.applicant.state = "withdrawn"
    session.commit()
    client.get("/confirm")
    refused = client.send("/confirm", {"code": code})  # type: ignore[attr-defined]
    assert refused.status_code == (409 if wrong == "withdrawn" else 400)
    assert len(session.scalars(select(Sitting).where(Sitting.purpose == "confirmation")).all()) == (wrong == "used")


@SQLITE
def test_a_new_code_goes_on_with_the_same_sitting(session: Session, someone: sittings.Invited, hr: User) -> None:
    sitting = opened(session, someone, hr)
    owner, applicant, by = keys(someone, hr)
    assert open_confirmation(session, new_code(session, owner, applicant, **by)) == (owner, sitting.id)
    answer(session, sitting, well=24)
    compare_confirmations(session)
    with pytest.raises(Conflict):
        new_code(session, owner, applicant, **by)


@pytest.mark.parametrize("wrong", ["not sent", "closed", "one form", "withdrawn"])
@SQLITE
def test_what_cannot_be_confirmed_says_why(session: Session, wrong: str) -> None:
    from questionnaires import shelf

    if wrong == "one form":
        place = sittings.vacancy(session, people.organisation(session), shelf.get("customer-orientation", "1.0.0"))
        guest = sittings.invited(session, place)
    else:
        guest = sittings.invited(session)
    if wrong != "not sent":
        results.sent(session, guest)
    if wrong == "closed":
        guest.vacancy.state = "closed"
    if wrong == "withdrawn":
        guest.applicant.state = "withdrawn"
    owner, applicant, by = keys(guest, people.user(session, guest.organisation, "hr"))
    for act in (ask_confirmation, arrange_confirmation):
        with pytest.raises(Conflict):
            act(session, owner, applicant, **by)
    assert session.scalars(select(Confirmation)).all() == []


@SQLITE
def test_hr_may_decline_and_the_recruiter_ask_again(session: Session, someone: sittings.Invited, hr: User) -> None:
    owner, applicant, by = keys(someone, hr)
    with pytest.raises(Conflict):
        decline_confirmation(session, owner, applicant, "There is nothing asked for.", **by)
    ask_confirmation(session, owner, applicant, **by)
    with pytest.raises(Invalid):
        decline_confirmation(session, owner, applicant, "no", **by)
    decline_confirmation(session, owner, applicant, "One interview is enough here.", **by)
    assert the_row_now(session).state == "declined"
    ask_confirmation(session, owner, applicant, **by)
    assert (the_row_now(session).state, the_row_now(session).reason) == ("asked", "")
    arrange_confirmation(session, owner, applicant, **by)
    arrange_confirmation(session, owner, applicant, **by)
    assert len(session.scalars(select(Mail)).all()) == 1
    actions = session.scalars(select(Event.action).where(Event.action.like("confirmation.%")).order_by(Event.at)).all()
    assert actions == [f"confirmation.{each}" for each in ("asked", "declined", "asked", "arranged")]


def the_row_now(session: Session) -> Confirmation:
    return session.scalars(select(Confirmation)).one()


@SQLITE
def test_the_mail_says_what_comes_and_holds_no_link(
    app: Flask, session: Session, settings: Settings, someone: sittings.Invited, hr: User
) -> None:
    owner, applicant, by = keys(someone, hr)
    arrange_confirmation(session, owner, applicant, **by)
    session.commit()
    mail = session.scalars(select(Mail)).one()
    with db.scope() as opened_session, app.test_request_context("/"):
        assert send_mail(opened_session, owner, mail.id, settings) == "sent"
    message = laid_down(settings)
    assert "nobody is turned down by the program" in " ".join(text_of(message).split())
    assert settings.base_url not in text_of(message, "html")
