"""Messages to applicants: kept once, taken back, sent by a real mail server, never twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import messages
from tests.factories.messages import Writing, make_due, post
from tests.post_office import PostOffice
from webapp.config import Settings
from webapp.errors import Conflict, Invalid, NotFound
from webapp.records import Decision, Event, Invitation, Mail, Message, MessageSending
from webapp.records.base import now
from webapp.services.decisions.decide import decide
from webapp.services.decisions.reasons import Why
from webapp.services.decisions.undo import undo_batch, undo_one
from webapp.services.erasure.erase_applicants import erase_applicants
from webapp.services.messages.history import messages_of, sendings_of
from webapp.services.messages.plan_sending import (
    Wording,
    chosen_people,
    find_batch,
    preview_languages,
    previewed,
    told_people,
)
from webapp.services.messages.send_messages import UNDO, Order, send_messages
from webapp.services.messages.stop_messages import stop_waiting_messages, withdraw_sending
from webapp.services.messages.templates import template_of
from webapp.services.rights.export_person import export_person


@pytest.fixture
def desk(app: Flask, session: Session) -> Iterator[Writing]:
    with app.test_request_context("/"):
        yield messages.writing(session)


def test_a_message_waits_and_then_goes_once(app: Flask, desk: Writing, smtp: Settings, office: PostOffice) -> None:
    ona = desk.person(name="Ona {name} Žukaitė", email="ona@example.org")
    desk.session.add(
        Invitation(organisation_id=ona.organisation_id, applicant_id=ona.id, token_hash="0" * 64, expires_at=now())
    )
    sending = desk.send(ona, token="form-1", template_key="declined")
    again = desk.send(ona, token="form-1", template_key="declined")
    assert again.id == sending.id, "the same form is the same sending"
    assert len(desk.mails()) == 1
    assert make_due(desk) == 1
    assert post(app, desk, smtp) == ["sent"]
    assert post(app, desk, smtp) == ["sent"]
    mail = office.only()
    assert mail["Subject"] == "About Service adviser {x}"
    plain, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert "Hello Ona {name} Žukaitė," in plain
    assert "writes. {sic}" in plain
    assert "/rights" in plain
    assert '<a class="link" href="' in page
    assert mail["Content-Language"] == "en"
    (line,) = messages_of(desk.session, desk.vacancy, ona)
    assert (line.state, line.version, line.purpose) == ("sent", 1, "declined")
    assert "/rights" not in line.text, "the personal link is nobody else's"
    actions = set(desk.session.scalars(select(Event.action).where(Event.subject_id == ona.id)))
    assert {"message.queued", "message.sent"} <= actions


def test_what_waits_can_be_taken_back_and_then_never_goes(app: Flask, desk: Writing, smtp: Settings) -> None:
    ona, jonas = desk.person(), desk.person()
    sending = desk.send(ona, jonas)
    owner, place = desk.vacancy.organisation_id, desk.vacancy.id
    assert withdraw_sending(desk.session, owner, place, sending.id, desk.user.id) == 2
    with pytest.raises(Conflict):
        withdraw_sending(desk.session, owner, place, sending.id, desk.user.id)
    assert make_due(desk) == 0
    assert post(app, desk, smtp) == ["not_wanted", "not_wanted"]
    assert {each.state for each in messages_of(desk.session, desk.vacancy, ona)} == {"withdrawn"}
    assert sendings_of(desk.session, desk.vacancy)[0].states == {"withdrawn": 2}


def test_what_was_handed_to_the_worker_cannot_be_taken_back(app: Flask, desk: Writing, smtp: Settings) -> None:
    sending = desk.send(desk.person())
    assert make_due(desk) == 1
    with pytest.raises(Conflict):
        withdraw_sending(desk.session, desk.vacancy.organisation_id, desk.vacancy.id, sending.id, desk.user.id)
    assert post(app, desk, smtp) == ["sent"]


def test_an_undone_decision_stops_what_waits_for_these_people(desk: Writing) -> None:
    ona, jonas = desk.person(), desk.person()
    desk.send(ona, jonas)
    assert stop_waiting_messages(desk.session, desk.vacancy.organisation_id, applicant_ids=[ona.id]) == 1
    assert stop_waiting_messages(desk.session, desk.vacancy.organisation_id, applicant_ids=[ona.id]) == 0
    assert stop_waiting_messages(desk.session, desk.vacancy.organisation_id) == 0
    assert [each.state for each in messages_of(desk.session, desk.vacancy, ona)] == ["undone"]
    assert [each.state for each in messages_of(desk.session, desk.vacancy, jonas)] == ["waiting"]


@SQLITE
def test_a_message_about_a_decision_waits_for_its_day_and_ends_with_it(desk: Writing) -> None:
    ona, jonas = desk.person(), desk.person()
    owner = desk.vacancy.organisation_id
    desk.session.commit()
    why = Why(None, "Simulated: other experience was asked for.")
    batch = decide(desk.session, owner, desk.vacancy.id, [ona.id, jonas.id], 5, why, user_id=desk.user.id).batch
    found = chosen_people(desk.session, desk.vacancy, [], batch.id)
    assert {each.id for each in found.rows} == {ona.id, jonas.id}
    order = Order("form-9", "declined", after_the_day=True, batch=find_batch(desk.session, desk.vacancy, batch.id))
    sending = send_messages(desk.session, found, Wording(messages.TEXTS), order, desk.user.id)
    assert batch.decided_at is not None
    assert sending.due_at == batch.decided_at + UNDO
    (row,) = desk.session.scalars(select(Decision).where(Decision.applicant_id == ona.id))
    undo_one(desk.session, owner, row.id, user_id=desk.user.id)
    states = [messages_of(desk.session, desk.vacancy, each)[0].state for each in (ona, jonas)]
    assert states == ["undone", "waiting"]
    undo_batch(desk.session, owner, batch.id, user_id=desk.user.id)
    assert messages_of(desk.session, desk.vacancy, jonas)[0].state == "undone"
    with pytest.raises(Conflict):
        send_messages(desk.session, found, Wording(messages.TEXTS), replace(order, token="form-10"), desk.user.id)


@SQLITE
def test_who_withdrew_meanwhile_gets_nothing(app: Flask, desk: Writing, smtp: Settings, office: PostOffice) -> None:
    ona = desk.person()
    desk.send(ona)
    ona.state = "withdrawn"
    make_due(desk)
    assert post(app, desk, smtp) == ["not_wanted"]
    assert office.taken == []
    assert messages_of(desk.session, desk.vacancy, ona)[0].state == "not_wanted"


@SQLITE
def test_what_the_server_refuses_is_said(app: Flask, desk: Writing, smtp: Settings, office: PostOffice) -> None:
    ona = desk.person()
    desk.send(ona)
    make_due(desk)
    office.to_recipient = "550 5.1.1 no such user"
    assert post(app, desk, smtp) == ["refused"]
    (line,) = messages_of(desk.session, desk.vacancy, ona)
    assert (line.state, line.reply_code) == ("undelivered", 550)


@SQLITE
def test_everybody_is_written_to_in_their_language_or_somebody_says_otherwise(desk: Writing) -> None:
    ona, ivan, petras, who = (desk.person(language=code) for code in ("en", "ru", "lt", ""))
    everybody = [ona, ivan, petras, who]
    people = chosen_people(desk.session, desk.vacancy, [each.code for each in everybody])
    assert [(each.language, each.number) for each in people.groups] == [("en", 1), ("ru", 1), ("lt", 1), ("", 1)]
    with pytest.raises(Invalid) as fault:
        desk.send(*everybody)
    assert len(fault.value.messages) == 2, "no text in Lithuanian, and one whose language nobody knows"
    assert "Lietuvių" in fault.value.messages[0]
    wording = Wording(messages.TEXTS, {"lt": "ru", "": "skip"})
    desk.send(*everybody, wording=wording)
    kept = {each.applicant_id: each.language for each in desk.session.scalars(select(Message))}
    assert kept == {ona.id: "en", ivan.id: "ru", petras.id: "ru"}


@SQLITE
def test_a_hidden_name_stays_hidden_in_the_preview_and_the_history(desk: Writing) -> None:
    desk.vacancy.blind = True
    ona = desk.person(name="Ona Žukaitė", email="ona@example.org")
    people = chosen_people(desk.session, desk.vacancy, [ona.code])
    wording = Wording(messages.TEXTS, {"lt": "en", "": "en"})
    shown = previewed(people, wording, told_people(people, wording)[0])
    assert "Hello {name}," in shown.text
    assert {each.language for each in preview_languages(people, wording)} == {"en", "ru"}
    assert [each.number for each in people.groups] == [None] * 4, "nobody learns how many answered in which language"
    desk.send(ona, wording=wording)
    (line,) = messages_of(desk.session, desk.vacancy, ona)
    assert (line.face.name, line.language, line.subject, line.text) == ("", "", "", "")
    ona.revealed_at = now()
    (line,) = messages_of(desk.session, desk.vacancy, ona)
    assert "Hello Ona Žukaitė," in line.text


@SQLITE
def test_the_person_has_the_messages_in_their_file_and_they_go_with_the_person(
    desk: Writing, settings: Settings
) -> None:
    ona = desk.person(name="Ona Žukaitė")
    desk.send(ona)
    desk.session.commit()
    told = export_person(desk.session, ona.organisation_id, ona.id, "en", settings.secret_key)
    (line,) = told["messages"]
    assert (line["state"], line["language"]) == ("waiting", "en")
    assert "Hello Ona Žukaitė," in line["text"]
    assert "score" not in json.dumps(line)
    erase_applicants(desk.session, ona.organisation_id, [ona.id], settings, "asked")
    counts = [desk.session.scalar(select(func.count()).select_from(table)) for table in (Message, Mail)]
    assert counts == [0, 0]
    assert desk.session.scalars(select(MessageSending)).one().people == 1, "how many were written to stays known"


@SQLITE
def test_a_template_is_written_down_when_it_is_first_used(desk: Writing) -> None:
    assert template_of(desk.session, desk.vacancy.organisation_id, "offer").number == 0
    sending = desk.send(desk.person(), template_key="offer")
    kept = template_of(desk.session, desk.vacancy.organisation_id, "offer")
    assert (kept.number, kept.version_id, sending.purpose) == (1, sending.template_version_id, "offer")


@SQLITE
def test_people_of_another_vacancy_are_not_found(desk: Writing) -> None:
    elsewhere = messages.writing(desk.session)
    with pytest.raises(NotFound):
        chosen_people(desk.session, desk.vacancy, [elsewhere.person().code])
    with pytest.raises(Invalid):
        chosen_people(desk.session, desk.vacancy, [])
