"""Notes from the staff: written, seen to, answered on the board, withheld with a reason, never deleted."""

from __future__ import annotations

import ast
import datetime as dt
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import webapp
from tests.factories import people, rounds, voice
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.jobs import runtime, staff_talk_job
from webapp.records import Event, Outbox, StaffMember, VoiceNote
from webapp.records.base import now
from webapp.services.voice.read_notes import SHOWN

KEY = re.compile(r'name="key"[^>]*value="([^"]+)"')
TEXT = "The forms arrive after the goods, and nobody tells the customer."


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The statements are tried on PostgreSQL too in test_voice_on_both_databases."""
    return sqlite_url


@pytest.fixture
def house(client: FlaskClient, session: Session) -> rounds.House:
    return rounds.house(session)


def write(client: FlaskClient, address: str, text: str = TEXT, **values: Any) -> Any:
    """Open the form and send it as a browser does."""
    page = client.get(f"{address}/write").get_data(as_text=True)
    found = KEY.search(page)
    assert found
    return client.send(f"{address}/write", {"key": found[1], "topic": "work", "text": text, **values})  # type: ignore[attr-defined]


def test_an_anonymous_note_keeps_nobody_and_no_time(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    address = voice.shared(settings, voice.open_box(session, house, settings))
    assert write(client, address).status_code == 302
    note = voice.all_notes(session)[0]
    assert (note.staff_member_id, note.text, note.received_on) == (None, TEXT, now().date())
    assert note.due_on == now().date() + dt.timedelta(days=14)
    assert note.id.version == 4, "a version-7 id tells the millisecond"
    stamped = [column.name for column in VoiceNote.__table__.columns if "DATETIME" in str(column.type).upper()]
    assert stamped == []
    event = session.scalars(select(Event).where(Event.action == "voice.received")).one()
    assert (event.user_id, event.subject_id, event.detail, event.id.version) == (None, None, {}, 4)
    assert event.at.time() == dt.time()
    assert session.scalars(select(Outbox)).all() == [], "a mail at once would tell the time"


def test_a_signed_note_is_the_authors_and_the_name_is_shown_only_on_wish(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    voice.open_box(session, house, settings)
    author = house.staff[0]
    address = voice.personal(session, settings, author)
    write(client, address)
    write(client, address, "Second note, for everybody.", name_shown="y")
    rows = sorted(voice.all_notes(session), key=lambda each: each.name_shown)
    assert [(each.staff_member_id, each.name_shown) for each in rows] == [(author.id, False), (author.id, True)]
    page = client.get(address).get_data(as_text=True)
    assert TEXT in page
    assert "Second note" in page


def test_only_overdue_notes_stand_on_the_board_before_their_answer(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    address = voice.shared(settings, voice.open_box(session, house, settings))
    voice.note(session, house, text="Still in time on its last day.", due_on=now().date())
    voice.note(session, house, late=3, text="Nobody answers this one.", owner_id=house.staff[2].id)
    page = client.get(address).get_data(as_text=True)
    assert "Still in time" not in page
    assert "Nobody answers this one." in page
    assert "3 days late" in page
    assert "Person 02" in page
    assert "One more note waits" in page


def test_every_overdue_note_can_be_reached_however_many(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    address = voice.shared(settings, voice.open_box(session, house, settings))
    for number in range(SHOWN + 3):
        voice.one(session, house.company, late=1 + number, text=f"This is note number {number:03d}.")
    session.commit()
    first = client.get(address).get_data(as_text=True)
    assert f"Show all {SHOWN + 3}" in first
    sign_in(client, house.hr)
    for page in (f"{address}?state=overdue", "/hr/voice?state=overdue"):
        text = client.get(page).get_data(as_text=True) + client.get(f"{page}&page=2").get_data(as_text=True)
        assert all(f"note number {number:03d}" in text for number in range(SHOWN + 3)), page
    beyond = client.get(f"{address}?state=overdue&page=99").get_data(as_text=True)
    assert "note number 000" in beyond
    assert client.get(f"{address}?state=taken_back&page=-1").status_code == 200


def test_the_desk_assigns_answers_and_publishes(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    board = voice.shared(settings, voice.open_box(session, house, settings))
    note = voice.note(session, house, staff_member_id=house.staff[0].id)
    sign_in(client, house.hr)
    assert note.text in client.get("/hr/voice").get_data(as_text=True)
    desk = f"/hr/voice/{note.id}"
    client.get(desk)
    send = client.send  # type: ignore[attr-defined]
    later = now().date() + dt.timedelta(days=20)
    assert send(f"{desk}/assign", {"owner": "person 01", "due_on": later}).status_code == 302
    owner_page = voice.personal(session, settings, house.staff[1])
    reader = app.test_client()
    assert note.text in reader.get(owner_page).get_data(as_text=True)
    suggest = f"{owner_page}/notes/{note.id}/answer"
    reader.get(suggest)
    assert reader.send(suggest, {"answer": "The forms go with the goods from May."}).status_code == 302  # type: ignore[attr-defined]
    assert "go with the goods" in client.get(desk).get_data(as_text=True)
    assert "go with the goods" not in reader.get(board).get_data(as_text=True)
    client.get(desk)
    assert send(f"{desk}/answer", {"answer": "From May on, with the goods.", "do": "publish"}).status_code == 302
    page = reader.get(board).get_data(as_text=True)
    assert "From May on, with the goods." in page
    assert note.text in page
    assert "Person 00" not in page, "the author did not want the name on the board"
    send(f"{desk}/answer", {"answer": "From June on.", "do": "publish"})
    assert "changed on" in reader.get(board).get_data(as_text=True)
    actions = set(session.scalars(select(Event.action).where(Event.subject_id == note.id)))
    assert actions == {"voice.assigned", "voice.suggested", "voice.published", "voice.corrected"}


def test_a_moved_day_stays_visible_and_cannot_go_on_for_ever(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    voice.open_box(session, house, settings)
    note = voice.note(session, house)
    sign_in(client, house.hr)
    desk = f"/hr/voice/{note.id}"
    client.get(desk)
    too_far = note.received_on + dt.timedelta(days=61)
    past = client.send(f"{desk}/assign", {"owner": "", "due_on": now().date() - dt.timedelta(days=2)})  # type: ignore[attr-defined]
    assert "Choose today or a later day." in past.get_data(as_text=True)
    refused = client.send(f"{desk}/assign", {"owner": "", "due_on": too_far})  # type: ignore[attr-defined]
    assert refused.status_code == 400
    assert "at most 60 days" in refused.get_data(as_text=True)
    client.send(f"{desk}/assign", {"owner": "", "due_on": note.due_on + dt.timedelta(days=5)})  # type: ignore[attr-defined]
    assert "first by" in client.get(desk).get_data(as_text=True)


def test_an_owner_who_cannot_be_told(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    for _twin in range(2):
        people.staff_member(session, house.company, name="Twin")
    voice.open_box(session, house, settings)
    note = voice.note(session, house)
    sign_in(client, house.hr)
    client.get(f"/hr/voice/{note.id}")
    for said, words in (("Nobody Here", "Nobody who works here"), ("Twin", "Several people are called")):
        refused = client.send(f"/hr/voice/{note.id}/assign", {"owner": said, "due_on": note.due_on})  # type: ignore[attr-defined]
        assert refused.status_code == 400
        assert words in refused.get_data(as_text=True)
    assert voice.all_notes(session)[0].owner_id is None


def test_a_withheld_note_leaves_topic_day_and_reason(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    board = voice.shared(settings, voice.open_box(session, house, settings))
    note = voice.note(session, house, late=2, text="Jonas of stores steals.")
    sign_in(client, house.hr)
    desk = f"/hr/voice/{note.id}"
    client.get(desk)
    send, reader = client.send, app.test_client()  # type: ignore[attr-defined]
    assert send(f"{desk}/withhold", {"reason": "   "}).status_code == 400
    assert "Jonas" in reader.get(board).get_data(as_text=True)
    assert send(f"{desk}/withhold", {"reason": "It accuses a person."}).status_code == 302
    page = reader.get(board).get_data(as_text=True)
    assert "Jonas" not in page
    assert "It accuses a person." in page
    assert "How the work is done" in page
    assert send(f"{desk}/answer", {"answer": "x" * 20, "do": "publish"}).status_code == 409
    assert send(f"{desk}/show").status_code == 302
    assert "Jonas" in reader.get(board).get_data(as_text=True)


def test_no_line_of_the_site_deletes_a_note() -> None:
    """A guard over the source: a delete of the table, or of a row of it."""
    site = Path(webapp.__file__).parent
    sources = [path for path in site.rglob("*.py") if "migrations" not in path.parts]
    knowing = [path for path in sources if "VoiceNote" in path.read_text()]
    assert len(knowing) >= 5
    for path in knowing:
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        names = {ast.unparse(call.func) for call in calls}
        assert not [name for name in names if name.split(".")[-1] == "delete"], path


FAULTS = (
    ({"text": ""}, "Write your note."),
    ({"text": " \r\n \t "}, "Write your note."),
    ({"text": "short"}, "10 letters at least"),
    ({"text": "x" * 2001}, "has 2001 letters"),
    ({"topic": "gossip"}, "What is it about?"),
    ({"topic": ""}, "Choose what the note is about."),
)


def test_notes_that_cannot_be_taken_and_the_longest_that_can(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    address = voice.shared(settings, voice.open_box(session, house, settings))
    for values, words in FAULTS:
        refused = write(client, address, **values)
        assert refused.status_code == 400
        page = refused.get_data(as_text=True)
        assert words in page
        assert values.get("text", TEXT).strip() in page, "nothing that was written is lost"
    assert voice.all_notes(session) == []
    text = ("Žąsinas и гусь 🪿\n<b>&amp;</b> " * 80)[:2000].strip()
    assert write(client, address, text).status_code == 302
    assert voice.all_notes(session)[0].text == text


def test_a_form_sent_twice_is_one_note_and_its_key_opens_nothing(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    address = voice.shared(settings, voice.open_box(session, house, settings))
    key = str(uuid.uuid4())
    client.get(f"{address}/write")
    form = {"key": key, "topic": "work", "text": TEXT}
    for text in (TEXT, "Somebody else's words instead"):
        assert client.send(f"{address}/write", form | {"text": text}).status_code == 302  # type: ignore[attr-defined]
    assert [each.text for each in voice.all_notes(session)] == [TEXT]
    timed = "018f0000-0000-7000-8000-000000000000"
    client.send(f"{address}/write", form | {"key": timed})  # type: ignore[attr-defined]
    assert timed not in {str(each.id) for each in voice.all_notes(session)}


def test_links_that_ended(client: FlaskClient, session: Session, settings: Settings, house: rounds.House) -> None:
    box = voice.open_box(session, house, settings)
    shared, leaver = voice.shared(settings, box), house.staff[3]
    own = voice.personal(session, settings, leaver)
    sign_in(client, house.hr)
    client.get("/hr/voice/settings")
    assert client.send("/hr/voice/settings/new-link").status_code == 302  # type: ignore[attr-defined]
    assert client.get(shared).status_code == 404
    session.get_one(StaffMember, (house.company.id, leaver.id)).left_at = now()
    session.commit()
    assert client.get(own).status_code == 410
    assert client.get("/voice/me/nonsense").status_code == 404


def test_a_closed_box_takes_nothing_and_keeps_the_board(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    box = voice.open_box(session, house, settings)
    address = voice.shared(settings, box)
    client.get(f"{address}/write")
    form = {"key": str(uuid.uuid4()), "topic": "work", "text": TEXT}
    box.taking = False
    session.commit()
    assert client.get(address).status_code == 200
    assert client.send(f"{address}/write", form).status_code == 410  # type: ignore[attr-defined]
    assert voice.all_notes(session) == []


def test_the_author_takes_a_note_back_and_nobody_else_can(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    voice.open_box(session, house, settings)
    author, other = (voice.personal(session, settings, each) for each in house.staff[:2])
    note = voice.note(session, house, staff_member_id=house.staff[0].id, late=1)
    anonymous = voice.note(session, house, late=1)
    client.get(f"{other}/write")
    assert client.send(f"{other}/notes/{note.id}/take-back").status_code == 404  # type: ignore[attr-defined]
    assert client.send(f"{author}/notes/{anonymous.id}/take-back").status_code == 404  # type: ignore[attr-defined]
    assert client.send(f"{author}/notes/{note.id}/take-back").status_code == 302  # type: ignore[attr-defined]
    rows = {each.id: each for each in voice.all_notes(session)}
    assert (rows[note.id].text, rows[note.id].taken_back_on) == ("", now().date())
    assert rows[anonymous.id].text


def test_only_the_owner_suggests_an_answer(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    voice.open_box(session, house, settings)
    note = voice.note(session, house, owner_id=house.staff[1].id)
    other = voice.personal(session, settings, house.staff[0])
    client.get(f"{other}/write")
    assert client.send(f"{other}/notes/{note.id}/answer", {"answer": "Mine"}).status_code == 404  # type: ignore[attr-defined]
    assert client.get(f"{other}/notes/{note.id}/answer").status_code == 404
    assert voice.all_notes(session)[0].answer == ""


def test_the_mails_bring_both_links_once_and_tell_the_owner(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    address = voice.shared(settings, voice.open_box(session, house, settings))
    note = voice.note(session, house)
    sign_in(client, house.hr)
    client.get("/hr/voice/settings")
    for _twice in range(2):
        assert client.send("/hr/voice/settings/send").status_code == 302  # type: ignore[attr-defined]
    client.send(f"/hr/voice/{note.id}/assign", {"owner": house.staff[0].code, "due_on": note.due_on})  # type: ignore[attr-defined]
    session.rollback()
    waiting = session.scalars(select(Outbox).order_by(Outbox.id)).all()
    assert [row.topic for row in waiting] == ["mail.voice_link"] * 12 + ["mail.voice_owner"]
    payloads = [dict(row.payload) for row in (waiting[0], waiting[-1])]
    owner, text = str(house.company.id), note.text
    runtime.enter(app)
    session.rollback()
    for payload in payloads:
        assert staff_talk_job.post_voice.__wrapped__(owner, payload)  # type: ignore[attr-defined]
    mails = [path.read_text() for path in settings.mail_folder.glob("*.eml")]
    assert len(mails) == 2
    assert any(address[:40] in mail.replace("=\n", "") for mail in mails)
    assert not any(text in mail for mail in mails), "a mail holds no words of a note"


def test_the_database_itself_refuses_a_name_on_nobodys_note(session: Session, house: rounds.House) -> None:
    with pytest.raises(IntegrityError):
        voice.note(session, house, name_shown=True)
    session.rollback()
    with pytest.raises(IntegrityError):
        voice.note(session, house, withheld_on=now().date())
