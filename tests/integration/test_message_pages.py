"""The pages that write to applicants: choose, look, send, take back; and what a blind vacancy keeps to itself."""

from __future__ import annotations

import html
import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import messages, people
from tests.factories.messages import Writing
from tests.factories.signing import sign_in
from webapp.records import Message, MessageSending, Organisation
from webapp.services.blind.face import spelled


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Pages are the same over each database."""
    return sqlite_url


@pytest.fixture
def desk(session: Session, client: FlaskClient) -> Writing:
    found = messages.writing(session, title="Service adviser")
    sign_in(client, found.user)
    return found


def press(client: FlaskClient, desk: Writing, *codes: str, **fields: Any) -> tuple[int, str]:
    desk.session.commit()
    client.get("/vacancies")
    data = {"person": [spelled(code) for code in codes]} | fields
    reply = client.send(f"/vacancies/{desk.vacancy.id}/message", data, follow_redirects=True)  # type: ignore[attr-defined]
    return reply.status_code, html.unescape(reply.get_data(as_text=True))


def hidden(page: str) -> dict[str, str]:
    """What the page's own form carries onwards."""
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1)  # type: ignore[union-attr]
        for name in ("token",)
    }


ENGLISH = {"subject_en": "About {vacancy}", "text_en": "Hello {name},\n\n{company} writes.\n\n{my_page}"}


def test_from_the_choice_to_the_mail_that_waits_and_back(client: FlaskClient, desk: Writing) -> None:
    ona = desk.person(name="Ona Žukaitė").code
    status, page = press(client, desk, ona)
    assert status == 200
    assert "Write to 1 person" in page
    status, page = press(client, desk, ona, step="template", template="interview")
    assert "invite you to an interview" in page
    status, page = press(client, desk, ona, step="preview", **ENGLISH)
    assert status == 200
    assert "Hello Ona Žukaitė," in page
    assert "Send it to 1 person" in page
    assert desk.session.scalars(select(Message)).all() == [], "a preview keeps nothing"
    token = hidden(page)["token"]
    for _press in range(2):
        status, page = press(client, desk, ona, step="send", token=token, template="interview", **ENGLISH)
        assert status == 200
        assert "Nothing has gone out yet" in page
    assert len(desk.session.scalars(select(Message)).all()) == 1, "two presses are one message"
    sending = desk.session.scalars(select(MessageSending)).one()
    reply = client.send(  # type: ignore[attr-defined]
        f"/vacancies/{desk.vacancy.id}/messages/{sending.id}/take-back", follow_redirects=True
    )
    assert "1 message is taken back" in reply.text
    assert "Take it back" not in reply.text
    assert "taken back: 1" in client.get(f"/vacancies/{desk.vacancy.id}/messages").text
    person = client.get(f"/vacancies/{desk.vacancy.id}/people/{spelled(ona)}").text
    assert "About Service adviser" in person
    assert "taken back" in person


def test_a_mistake_is_named_with_its_line_and_nothing_is_lost(client: FlaskClient, desk: Writing) -> None:
    ona = desk.person().code
    wrong = {"subject_en": "About {vacancy}", "text_en": "Hello {name},\n\nyour {score} is {plaec} {"}
    status, page = press(client, desk, ona, step="preview", **wrong)
    assert status == 400
    assert "English, line 3: there is no placeholder {score}: messages hold no figures of a result" in page
    assert "line 3: there is no placeholder {plaec}. You can use {name}" in page
    assert "line 3: “{” stands alone" in page
    assert "your {score} is {plaec} {" in page, "what was typed is still there"


def test_a_language_without_text_is_asked_about(client: FlaskClient, desk: Writing) -> None:
    ona, ivan = desk.person(), desk.person(language="ru")
    status, page = press(client, desk, ona.code, ivan.code, step="preview", **ENGLISH)
    assert status == 400
    assert "1 person answered in this language, and there is no text in it: Русский" in page
    status, page = press(client, desk, ona.code, ivan.code, step="preview", instead_ru="en", **ENGLISH)
    assert status == 200
    assert "theirs is Русский" in page
    status, page = press(client, desk, ona.code, ivan.code, step="preview", instead_ru="skip", **ENGLISH)
    assert "1 person gets nothing" in page
    assert "Send it to 1 person" in page


def test_many_previews_stand_on_several_pages(client: FlaskClient, desk: Writing) -> None:
    codes = [desk.person(name=f"Person {number:02}").code for number in range(23)]
    _status, page = press(client, desk, *codes, step="preview", **ENGLISH)
    assert "1 to 20 of 23" in page
    assert "Hello Person 22," not in page
    _status, page = press(client, desk, *codes, step="preview", start="20", **ENGLISH)
    assert "21 to 23 of 23" in page
    assert "Hello Person 22," in page


def test_where_names_are_hidden_no_page_tells_one(client: FlaskClient, desk: Writing) -> None:
    ona = desk.person(name="Ona Žukaitė", email="zukaite@example.org", language="ru")
    desk.vacancy.blind = True
    texts = ENGLISH | {"subject_ru": "О вакансии", "text_ru": "Здравствуйте, {name}!"}
    choice = {"instead_lt": "en", "instead_unknown": "skip"}
    pages = [press(client, desk, ona.code)[1], press(client, desk, ona.code, step="preview", **texts, **choice)[1]]
    token = hidden(pages[1])["token"]
    status, page = press(client, desk, ona.code, step="send", token=token, **texts, **choice)
    assert status == 200
    pages += [page, client.get(f"/vacancies/{desk.vacancy.id}/messages").text]
    for each in pages:
        assert "Žukaitė" not in each
        assert "zukaite" not in each
        assert str(ona.id) not in each
    assert spelled(ona.code) in page
    assert "Здравствуйте" not in page, "the language of the words is the language of the answers"


def test_others_find_nothing(client: FlaskClient, desk: Writing) -> None:
    stranger = messages.writing(desk.session)
    code = stranger.person().code
    sending = stranger.send(stranger.person())
    desk.session.commit()
    assert press(client, desk, code)[0] == 404
    assert client.get(f"/vacancies/{stranger.vacancy.id}/message?person={code}").status_code == 404
    assert client.get(f"/vacancies/{desk.vacancy.id}/messages/{sending.id}").status_code == 404
    assert press(client, desk, desk.person().code, batch=str(uuid.uuid4()))[0] == 404
    assert press(client, desk)[0] == 400


def test_hr_changes_a_template_and_what_was_sent_keeps_its_words(client: FlaskClient, desk: Writing) -> None:
    owner = desk.session.get_one(Organisation, desk.vacancy.organisation_id)
    hr = people.user(desk.session, owner, "hr")
    ona = desk.person()
    first = desk.send(ona, template_key="held").template_version_id
    desk.session.commit()
    client.get("/vacancies")
    client.send("/sign-out")  # type: ignore[attr-defined]
    sign_in(client, hr)
    assert "Not decided yet" in client.get("/hr/hiring/messages").text
    client.get("/hr/hiring/messages/held")
    texts = {"subject_en": "Still {vacancy}", "text_en": "Hello {name}, {nobody}"}
    reply = client.send("/hr/hiring/messages/held", texts | {"step": "save"})  # type: ignore[attr-defined]
    assert reply.status_code == 400
    assert "{nobody}" in html.unescape(reply.text)
    texts["text_en"] = "Hello {name}, we are still thinking."
    shown = client.send("/hr/hiring/messages/held", texts | {"step": "preview"})  # type: ignore[attr-defined]
    assert "Hello Ona Example, we are still thinking." in shown.text
    saved = client.send("/hr/hiring/messages/held", texts | {"step": "save"}, follow_redirects=True)  # type: ignore[attr-defined]
    assert "Version 2" in saved.text
    assert "Not written in: Русский, Lietuvių" in html.unescape(saved.text)
    desk.session.expire_all()
    assert desk.session.scalars(select(MessageSending)).one().template_version_id == first
    new = client.send(  # type: ignore[attr-defined]
        "/hr/hiring/messages/new",
        texts | {"step": "save", "name": "Trial day", "purpose": "free"},
        follow_redirects=True,
    )
    assert "Trial day" in new.text
