"""The pages of decisions, from the list to the undoing. SQLite alone."""

from __future__ import annotations

import re
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.signing import sign_in
from tests.integration.test_decisions import DECLINED, FIT, INTERVIEW, Desk
from webapp.records import Decision, DecisionBatch
from webapp.services.blind.face import spelled


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def desk(session: Session, client: FlaskClient) -> Desk:
    found = Desk(session)
    session.commit()
    sign_in(client, found.anna)
    return found


def codes(desk: Desk, *places: int) -> list[str]:
    return [spelled(desk.people[place].code) for place in places]


def mark_of(client: FlaskClient, address: str) -> str:
    """Of what this page shows; empty where it leads on because all is done."""
    found = re.search(r'name="mark"[^>]*value="([^"]*)"', client.get(address).get_data(as_text=True))
    return found[1] if found else ""


def yes(client: FlaskClient, look: str, tie_reason: str = "") -> TestResponse:
    """Confirm what is shown now."""
    given = {"mark": mark_of(client, look), "tie_reason": tie_reason}
    answer: TestResponse = client.send(look, given)  # type: ignore[attr-defined]
    return answer


def number_of_decisions(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Decision)) or 0


def test_many_are_decided_about_once_and_undone(client: FlaskClient, session: Session, desk: Desk) -> None:
    base = f"/vacancies/{desk.vacancy.id}"
    client.get("/vacancies/new")
    begun = client.send(f"{base}/decide", {"person": codes(desk, 0, 1, 4)})  # type: ignore[attr-defined]
    assert begun.status_code == 302
    form = begun.location
    assert "3 people" in client.get(form).get_data(as_text=True)
    refused = client.send(form, {"to": "1", "reason": "", "text": ""})  # type: ignore[attr-defined]
    assert refused.status_code == 400
    assert "Give a reason" in refused.get_data(as_text=True)
    looked = client.send(form, {"to": "1", "reason": "", "text": "The papers fit."})  # type: ignore[attr-defined]
    assert looked.location.endswith("/look")
    page = client.get(looked.location).get_data(as_text=True)
    assert "It splits 1 group of people who cannot be told apart." in page
    assert spelled(desk.people[2].code) in page or desk.people[2].name in page
    assert yes(client, looked.location).status_code == 400
    assert number_of_decisions(session) == 0
    done = yes(client, looked.location, "Live beside the shop.")
    again = yes(client, looked.location, "Live beside the shop.")
    assert done.location == again.location
    assert number_of_decisions(session) == 3
    assert "The papers fit." in client.get(done.location).get_data(as_text=True)
    history = client.get(f"{base}/decisions").get_data(as_text=True)
    assert "Shortlisted" in history
    assert desk.anna.name in history
    assert client.send(f"{done.location}/undo", {}).status_code == 302  # type: ignore[attr-defined]
    assert "Undone: 3 people stand where they stood." in client.get(done.location).get_data(as_text=True)
    session.rollback()
    assert desk.stages() == [0] * 5


def test_what_changed_meanwhile_is_shown_first(client: FlaskClient, session: Session, desk: Desk) -> None:
    client.get("/vacancies/new")
    begun = client.send(f"/vacancies/{desk.vacancy.id}/decide", {"person": codes(desk, 3, 4)})  # type: ignore[attr-defined]
    look = client.send(begun.location, {"to": str(DECLINED), "reason": "", "text": "Others fit better."}).location  # type: ignore[attr-defined]
    client.get(look)
    session.rollback()
    desk.decide([3], INTERVIEW, user=desk.boris)
    session.commit()
    page = yes(client, look)
    assert page.status_code == 409
    assert "was: New" in page.get_data(as_text=True)
    assert yes(client, look).status_code == 302
    session.rollback()
    assert desk.stages() == [0, 0, 0, DECLINED, DECLINED]


def test_everybody_of_a_view_down_to_the_line_or_below_it(client: FlaskClient, session: Session, desk: Desk) -> None:
    address = f"/vacancies/{desk.vacancy.id}/decide"
    client.get("/vacancies/new")
    for way, cut, there in (("above", "3", {0, 1, 2}), ("below", "3", {3, 4}), ("view", "0", {0, 1, 2, 3, 4})):
        begun = client.send(address, {"whom": way, "cut": cut, "asked": "answered_in=en"})  # type: ignore[attr-defined]
        page = client.get(begun.location).get_data(as_text=True)
        assert {place for place, person in enumerate(desk.people) if person.name in page} == there
    assert client.send(address, {"whom": "above", "cut": "9"}).status_code == 400  # type: ignore[attr-defined]
    assert client.send(address, {"whom": "view", "answered_in": "lt"}).status_code == 400  # type: ignore[attr-defined]
    assert client.send(address, {"whom": "view", "flagged": "perhaps"}).status_code == 400  # type: ignore[attr-defined]
    assert client.send(address, {"person": ["XXX-XXX-XXX"]}).status_code == 400  # type: ignore[attr-defined]


def test_one_person_is_moved_from_their_own_page(client: FlaskClient, session: Session, desk: Desk) -> None:
    own = f"/vacancies/{desk.vacancy.id}/people/{codes(desk, 3)[0]}"
    client.get("/vacancies/new")
    token = str(uuid.uuid4())
    given = {"token": token, "mark": mark_of(client, own), "to": "1", "reason": "", "text": "Knows the trade."}
    for _press in range(2):
        assert client.send(f"{own}/move", given).location == own  # type: ignore[attr-defined]
    assert number_of_decisions(session) == 1
    (kept,) = desk.decisions()
    assert client.send(f"{own}/decisions/{kept.id}/undo", {}).location == own  # type: ignore[attr-defined]
    session.rollback()
    assert desk.stages() == [0] * 5
    # Inside a tie, or without a reason, the pages of a draft ask what is missing.
    tied = f"/vacancies/{desk.vacancy.id}/people/{codes(desk, 0)[0]}"
    asked = client.send(f"{tied}/move", given | {"token": str(uuid.uuid4()), "mark": mark_of(client, tied)})  # type: ignore[attr-defined]
    assert asked.location.endswith("/look")
    wordless = client.send(f"{own}/move", {"token": str(uuid.uuid4()), "to": "1", "reason": "", "text": ""})  # type: ignore[attr-defined]
    assert "Give a reason" in wordless.get_data(as_text=True)
    assert client.send(f"{tied}/decisions/{kept.id}/undo", {}).status_code == 404  # type: ignore[attr-defined]


def test_hidden_names_stay_hidden_on_every_page_of_a_decision(client: FlaskClient, session: Session) -> None:
    desk = Desk(session, blind=True)
    session.commit()
    sign_in(client, desk.anna)
    client.get("/vacancies/new")
    base = f"/vacancies/{desk.vacancy.id}"
    begun = client.send(f"{base}/decide", {"person": codes(desk, 0, 1)})  # type: ignore[attr-defined]
    look = client.send(begun.location, {"to": "1", "reason": "", "text": "Fit."}).location  # type: ignore[attr-defined]
    pages = [client.get(begun.location), client.get(look)]
    done = yes(client, look, "Nearer.").location
    pages += [client.get(done), client.get(f"{base}/decisions")]
    for page in pages:
        text = page.get_data(as_text=True)
        assert not [each for each in desk.people if each.name in text or each.email in text or str(each.id) in text]
        assert re.search(spelled(desk.people[0].code), text) or page is pages[3]


def test_stopped_scores_are_neither_shown_nor_kept(client: FlaskClient, session: Session, desk: Desk) -> None:
    from webapp.services.promotion.stop_scores import stop_scores

    stop_scores(session, desk.owner, "Something is wrong.", desk.hr.id)
    session.commit()
    base = f"/vacancies/{desk.vacancy.id}"
    client.get("/vacancies/new")
    assert client.send(f"{base}/decide", {"whom": "view"}).status_code == 409  # type: ignore[attr-defined]
    begun = client.send(f"{base}/decide", {"person": codes(desk, 0)})  # type: ignore[attr-defined]
    look = client.send(begun.location, {"to": "1", "reason": "", "text": "Fits."}).location  # type: ignore[attr-defined]
    assert "Scores are stopped" in client.get(look).get_data(as_text=True)
    assert yes(client, look).status_code == 302
    session.rollback()
    (kept,) = desk.decisions()
    assert (kept.place, kept.group_first, kept.ranked, kept.model_number, kept.flags) == (None, None, None, None, [])


def test_an_archived_vacancy_and_another_recruiters_draft(client: FlaskClient, session: Session, desk: Desk) -> None:
    foreign = desk.decide([0], user=desk.boris).batch
    session.commit()
    base = f"/vacancies/{desk.vacancy.id}"
    client.get("/vacancies/new")
    assert client.get(f"{base}/decide/{foreign.id}").status_code == 404
    assert client.get(f"{base}/decisions/{foreign.id}").status_code == 404
    assert "Nothing was decided yet" in client.get(f"{base}/decisions").get_data(as_text=True)
    desk.vacancy.state = "archived"
    session.commit()
    assert client.send(f"{base}/decide", {"person": codes(desk, 3)}).status_code == 409  # type: ignore[attr-defined]
    assert session.scalar(select(func.count()).select_from(DecisionBatch)) == 1
    assert FIT.text
