"""A second person approves promotions and ways back; nobody approves their own."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people
from tests.factories.promotions import House
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.errors import Conflict, Invalid, Refused
from webapp.records import ApprovalRequest, Job, ModelVersion, Outbox, UserRole
from webapp.records.base import now
from webapp.services.promotion import approval_mail, decide_request, roll_back
from webapp.services.promotion.approval_rule import require_approval, rule_of
from webapp.services.promotion.expire_requests import expire_requests
from webapp.services.promotion.history import history_of_model
from webapp.services.promotion.read_requests import count_waiting, read_request, vacancies_of
from webapp.services.promotion.requests import ask_for_rule, ask_promotion
from webapp.services.promotion.roll_back import way_back
from webapp.services.promotion.stop_scores import is_stopped, start_scores, stop_scores

WHY = "It agrees better with the ratings."


@pytest.fixture
def house(session: Session) -> House:
    return House(session, approval=True)


def asked(house: House, **values: object) -> ApprovalRequest:
    row = ask_promotion(house.session, house.owner, house.candidate.id, [house.vacancy.id], WHY, house.ona.id, **values)  # type: ignore[arg-type]
    house.session.commit()
    return row


def test_nothing_changes_before_a_second_person_approves(house: House) -> None:
    """On both databases: the request, the two people in its row, the promotion and the move of the vacancy."""
    row = asked(house)
    assert (row.state, house.candidate.state, house.serving.state) == ("open", "candidate", "serving")
    assert count_waiting(house.session, house.owner, house.jonas.id) == 1
    assert count_waiting(house.session, house.owner, house.ona.id) == 0
    with pytest.raises(Refused, match="yourself"):
        decide_request.approve(house.session, house.owner, row.id, "Fine.", house.ona.id)
    decide_request.approve(house.session, house.owner, row.id, "Fine.", house.jonas.id)
    house.session.commit()
    assert (house.candidate.state, house.serving.state) == ("serving", "retired")
    assert (house.candidate.promoted_by, row.decided_by) == (house.ona.id, house.jonas.id)
    assert house.session.scalars(select(Job)).one().parameters["vacancy_id"] == str(house.vacancy.id)
    assert [event.user_id for event in house.events("promotion.approved")] == [house.jonas.id]
    assert [event.detail["request"] for event in house.events("model.promoted")] == [str(row.id)]


def test_not_even_the_database_takes_an_approval_by_who_asked(house: House) -> None:
    row = asked(house)
    with pytest.raises(IntegrityError):
        house.session.execute(
            update(ApprovalRequest)
            .where(ApprovalRequest.id == row.id)
            .values(state="approved", open_about=None, decided_by=row.asked_by)
        )
    house.session.rollback()


@SQLITE
def test_roles_are_read_when_it_is_decided(house: House) -> None:
    """A session that is still open says nothing of what its owner may do now."""
    row = asked(house)
    recruiter = people.user(house.session, house.organisation, "recruiter")
    with pytest.raises(Refused, match="of HR"):
        decide_request.approve(house.session, house.owner, row.id, "Fine.", recruiter.id)
    house.session.execute(delete(UserRole).where(UserRole.user_id == house.jonas.id))
    house.session.commit()
    with pytest.raises(Refused, match="of HR"):
        decide_request.approve(house.session, house.owner, row.id, "Fine.", house.jonas.id)


@SQLITE
def test_what_somebody_asked_who_is_gone_is_not_approved(house: House) -> None:
    row = asked(house)
    house.ona.active = False
    house.session.commit()
    assert "no longer of HR" in decide_request.obstacle(house.session, row)
    with pytest.raises(Conflict, match="no longer of HR"):
        decide_request.approve(house.session, house.owner, row.id, "Fine.", house.jonas.id)


@SQLITE
def test_a_world_that_changed_is_refused(house: House) -> None:
    row = asked(house)
    third = house.model()
    other = ask_promotion(house.session, house.owner, third.id, [], WHY, house.jonas.id)
    decide_request.approve(house.session, house.owner, other.id, "Fine.", house.ona.id)
    house.session.commit()
    with pytest.raises(Conflict, match="Another model was promoted"):
        decide_request.approve(house.session, house.owner, row.id, "Fine.", house.jonas.id)
    house.session.rollback()
    assert (house.candidate.state, row.state) == ("candidate", "open")


@SQLITE
def test_an_artefact_edited_meanwhile_is_refused(house: House) -> None:
    """The process has the model in its memory; the bytes in the database are others by now."""
    row = asked(house)
    stored = house.session.scalars(select(ModelVersion.artefact).where(ModelVersion.id == house.candidate.id)).one()
    edited = stored[:-1] + bytes([stored[-1] ^ 1])
    house.session.execute(update(ModelVersion).where(ModelVersion.id == house.candidate.id).values(artefact=edited))
    house.session.commit()
    with pytest.raises(Refused, match="Restore the database from a copy"):
        decide_request.approve(house.session, house.owner, row.id, "Fine.", house.jonas.id)
    house.session.rollback()
    assert house.candidate.state == "candidate"


@SQLITE
def test_a_vacancy_that_closed_meanwhile_stays(house: House) -> None:
    row = asked(house)
    house.vacancy.state = "closed"
    house.session.commit()
    moving, staying = vacancies_of(house.session, read_request(house.session, house.owner, row.id))
    assert (list(moving), [each.title for each in staying]) == ([], ["Service adviser"])
    decide_request.approve(house.session, house.owner, row.id, "Fine.", house.jonas.id)
    assert house.session.scalars(select(Job)).all() == []


@SQLITE
def test_one_open_request_about_each_model(house: House) -> None:
    row = asked(house)
    with pytest.raises(Conflict, match="asked for this already"):
        ask_promotion(house.session, house.owner, house.candidate.id, [], WHY, house.jonas.id)
    decide_request.decline(house.session, house.owner, row.id, "Not yet.", house.jonas.id)
    house.session.commit()
    with pytest.raises(Conflict, match="decided meanwhile"):
        decide_request.approve(house.session, house.owner, row.id, "Fine.", house.jonas.id)
    assert asked(house).state == "open"


@SQLITE
def test_only_who_asked_takes_it_back_and_a_decision_has_a_reason(house: House) -> None:
    row = asked(house)
    with pytest.raises(Refused, match="Only who asked"):
        decide_request.take_back(house.session, house.owner, row.id, house.jonas.id)
    with pytest.raises(Invalid, match="reason"):
        decide_request.decline(house.session, house.owner, row.id, " ", house.jonas.id)
    decide_request.take_back(house.session, house.owner, row.id, house.ona.id)
    assert (row.state, row.open_about) == ("withdrawn", None)
    with pytest.raises(Invalid, match="reason"):
        ask_promotion(house.session, house.owner, house.candidate.id, [], "", house.ona.id)


@SQLITE
def test_requests_end_by_themselves(house: House) -> None:
    row = asked(house)
    row.expires_at = now() - dt.timedelta(minutes=1)
    house.session.commit()
    with pytest.raises(Conflict, match="time for an answer"):
        decide_request.approve(house.session, house.owner, row.id, "Fine.", house.jonas.id)
    assert read_request(house.session, house.owner, row.id).state == "expired"
    house.session.commit()
    assert (expire_requests(house.session), expire_requests(house.session)) == (1, 0)
    assert row.state == "expired"
    assert len(house.events("promotion.expired")) == 1
    assert asked(house).state == "open"


@SQLITE
def test_the_others_of_hr_are_told_by_mail(house: House) -> None:
    asked(house)
    rows = house.session.scalars(select(Outbox).where(Outbox.topic == "mail.approval_asked")).all()
    assert [each.payload["user_id"] for each in rows] == [str(house.jonas.id)]


@SQLITE
def test_nobody_turns_it_off_alone(house: House) -> None:
    row = ask_for_rule(house.session, house.owner, "approval_off", "We are two only.", house.ona.id)
    house.session.commit()
    assert rule_of(house.session, house.owner).on
    with pytest.raises(Refused, match="yourself"):
        decide_request.approve(house.session, house.owner, row.id, "Fine.", house.ona.id)
    decide_request.approve(house.session, house.owner, row.id, "Fine.", house.jonas.id)
    house.session.commit()
    assert not rule_of(house.session, house.owner).on


@SQLITE
def test_one_person_alone_cannot_turn_it_on(session: Session) -> None:
    house = House(session)
    house.jonas.active = False
    session.commit()
    with pytest.raises(Refused, match="only person of HR"):
        require_approval(session, house.owner, 7, user_id=house.ona.id)


@SQLITE
def test_scores_are_stopped_by_one_and_started_by_two(house: House) -> None:
    stop_scores(house.session, house.owner, "A question was misprinted.", house.ona.id)
    house.session.commit()
    with pytest.raises(Conflict, match="second person"):
        start_scores(house.session, house.owner, "Mended.", house.jonas.id)
    row = ask_for_rule(house.session, house.owner, "scores_start", "Mended.", house.ona.id)
    house.session.commit()
    assert is_stopped(house.session, house.owner)
    decide_request.approve(house.session, house.owner, row.id, "Seen.", house.jonas.id)
    house.session.commit()
    assert not is_stopped(house.session, house.owner)
    assert [event.action for event in house.events("scores.started")] == ["scores.started"]


@SQLITE
def test_the_way_back_needs_a_reason_and_leads_to_the_model_before(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(session)
    with pytest.raises(Conflict, match="no way back"):
        way_back(session, house.owner, house.serving.id)
    ask_promotion(session, house.owner, house.candidate.id, [], "", house.ona.id)
    house.vacancy.model_version_id = house.candidate.id
    session.commit()
    assert [each.id for each in way_back(session, house.owner, house.candidate.id)] == [
        house.candidate.id,
        house.serving.id,
    ]
    with pytest.raises(Invalid, match="reason"):
        ask_promotion(session, house.owner, house.serving.id, [], "", house.ona.id, back=True)
    ask_promotion(session, house.owner, house.serving.id, [house.vacancy.id], "It misled.", house.jonas.id, back=True)
    session.commit()
    assert (house.serving.state, house.candidate.state) == ("serving", "retired")
    assert session.scalars(select(Job)).one().parameters["model_version_id"] == str(house.serving.id)
    told = history_of_model(session, house.serving)
    assert [(each.who, each.reason) for each in told if "went back" in each.words] == [("Jonas", "It misled.")]
    assert all("misled" not in str(event.detail) for event in house.events("model.rolled_back"))
    monkeypatch.setattr(roll_back, "why_not", lambda _session, model: "no" if model.id == house.candidate.id else "")
    with pytest.raises(Conflict, match="no way back"):
        way_back(session, house.owner, house.serving.id)


@SQLITE
def test_mails_go_to_the_others_in_their_language_and_come_back_to_who_asked(
    app: Flask, house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.jonas.language = "lt"
    row, sent = asked(house), []
    monkeypatch.setattr(approval_mail, "deliver_mail", lambda _settings, _owner, message: sent.append(message))
    given = house.session, house.owner, row.id
    with app.test_request_context():
        assert approval_mail.send_asked(*given, house.jonas.id, settings)
        assert not approval_mail.send_asked(*given, house.ona.id, settings), "nobody is asked for their own request"
        assert not approval_mail.send_decided(*given, settings)
        decide_request.decline(*given, "Not yet.", house.jonas.id)
        house.session.commit()
        assert not approval_mail.send_asked(*given, house.jonas.id, settings), "it was decided before the mail went out"
        assert approval_mail.send_decided(*given, settings)
    first, second = sent
    assert (first["Content-Language"], second["Content-Language"]) == ("lt", "en")
    assert house.jonas.email in first["To"]
    assert house.ona.email in second["To"]
    for message in sent:
        assert f"/hr/models/requests/{row.id}" in message.get_body(("plain",)).get_content()
        assert WHY not in message.as_string()


@SQLITE
def test_pages_ask_decide_and_count(client: FlaskClient, house: House) -> None:
    """The approver's own session; and the asker's, in which there is no button, and none that works."""
    sign_in(client, house.ona)
    promote = f"/hr/models/{house.candidate.id}/promote"
    assert "was not rehearsed" in client.get(promote).get_data(as_text=True)
    assert client.send(promote, {"vacancies": str(house.vacancy.id)}).status_code == 400  # type: ignore[attr-defined]
    reply = client.send(promote, {"vacancies": str(house.vacancy.id), "reason": WHY})  # type: ignore[attr-defined]
    address = reply.location
    page = client.get(address).get_data(as_text=True)
    assert 'value="approve"' not in page
    assert "Take the request back" in page
    forged = client.send(f"{address}/decide", {"answer": "I agree with me.", "decision": "approve"})  # type: ignore[attr-defined]
    assert forged.status_code == 403
    sign_in(client, house.jonas)
    assert "1 request waits for your approval" in client.get("/hr/models").get_data(as_text=True)
    assert "Service adviser" in client.get(address).get_data(as_text=True)
    client.send(f"{address}/decide", {"answer": "I agree with Ona.", "decision": "approve"})  # type: ignore[attr-defined]
    history = client.get(f"/hr/models/{house.candidate.id}").get_data(as_text=True)
    assert history.index("It began to serve.") < history.index("A second person approved it.")
    assert "waits for your approval" not in client.get("/hr/models").get_data(as_text=True)
    back = f"/hr/models/{house.candidate.id}/roll-back"
    assert "Go back to model" in client.get(back).get_data(as_text=True)
    assert client.send(back, {"reason": "It misled."}).status_code == 302  # type: ignore[attr-defined]
    house.session.rollback()
    kinds = house.session.scalars(select(ApprovalRequest.kind).order_by(ApprovalRequest.created_at)).all()
    assert list(kinds) == ["promote", "roll_back"]
