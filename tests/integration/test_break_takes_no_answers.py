"""While a break is on the clock stands still, so nothing is taken: the page, the script's door and the form agree."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.databases import SQLITE
from tests.factories import sittings, timing
from tests.factories.timing import SetClock, begun, clock_of, sitting_of
from tests.site import PageClient
from webapp.extensions import db
from webapp.records import Adjustment, Answer, AnswerRevision
from webapp.services.sitting_time.take_break import start_break

clock = timing.clock
FIRST = timing.questionnaire().items_of("A")[0]
FORM = {"best": FIRST.option_ids[0], "worst": FIRST.option_ids[1]}


@pytest.fixture
def someone(session: Session, clock: SetClock) -> sittings.Invited:
    """Two breaks of ten minutes are granted."""
    invited = sittings.invited(session, timing.place(session))
    owner = {"organisation_id": invited.organisation.id, "applicant_id": invited.applicant.id}
    session.add(Adjustment(**owner, factor=1.0, breaks=2, break_minutes=10, reason="letter seen"))
    session.commit()
    return invited


def rest(session: Session, someone: sittings.Invited) -> None:
    """The break begins in another tab."""
    sitting = sitting_of(session, someone)
    session.rollback()
    with db.scope(), db.transaction() as writing:
        start_break(writing, sitting.organisation_id, sitting.id)


def by_script(client: PageClient, address: str, key: str) -> TestResponse:
    sent = {"item": FIRST.id, "value": FORM, "revision": 0, "order": [], "key": key}
    token = client.get(f"{address}/state").json["csrf"]  # type: ignore[index]
    return client.post(f"{address}/answers", json=sent, headers={"X-CSRFToken": token})


def kept(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(AnswerRevision)) or 0


def test_the_scripts_door_keeps_nothing_and_says_why_until_the_break_is_over(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address, key = begun(client, someone), str(uuid.uuid4())
    rest(session, someone)
    reply = by_script(client, address, key)
    assert (reply.status_code, reply.json) == (403, {"error": "resting"})
    assert client.get(f"{address}/state").json["state"] == "resting"  # type: ignore[index]
    assert kept(session) == 0
    clock.pass_by(minutes=10)
    assert client.get(f"{address}/state").json["state"] == "open"  # type: ignore[index]
    assert by_script(client, address, key).status_code == 200


@SQLITE
def test_what_was_acknowledged_before_the_break_is_acknowledged_again(
    client: PageClient, session: Session, someone: sittings.Invited
) -> None:
    address, key = begun(client, someone), str(uuid.uuid4())
    before = by_script(client, address, key)
    rest(session, someone)
    again = by_script(client, address, key)
    assert again.status_code == 200
    assert [again.json[name] == before.json[name] for name in ("code", "revision", "saved_at")] == [True] * 3  # type: ignore[index]
    assert kept(session) == 1


@SQLITE
def test_a_form_that_was_open_before_is_told_and_goes_on_with_one_press(
    client: PageClient, session: Session, someone: sittings.Invited, clock: SetClock
) -> None:
    address = begun(client, someone)
    client.get(f"{address}/question/1")
    rest(session, someone)
    clock.pass_by(minutes=4)
    reply = client.send(f"{address}/question/1", FORM | {"revision": "0", "action": "save"})
    page = reply.get_data(as_text=True)
    assert (reply.status_code, kept(session)) == (409, 0)
    assert "this answer is not saved yet" in page
    assert f'name="best" value="{FORM["best"]}"' in page
    assert f'href="{address}/break"' in page

    again = FORM | {"revision": "0", "action": "save", "go_on": "y"}
    assert client.send(f"{address}/question/1", again).location == f"{address}/question/2"
    assert kept(session) == 1
    assert session.scalars(select(Answer.value)).one() == FORM
    assert clock_of(session, someone).rested_seconds == 240, "the rest of the break is used up"


@SQLITE
def test_no_break_ends_without_the_word_of_the_person(
    client: PageClient, session: Session, someone: sittings.Invited
) -> None:
    address = begun(client, someone)
    client.get(f"{address}/question/1")
    rest(session, someone)
    for action in ("save", "skip"):
        assert client.send(f"{address}/question/1", FORM | {"revision": "0", "action": action}).status_code == 409
    assert client.get(f"{address}/question/1").location == f"{address}/break"
    assert kept(session) == 0
