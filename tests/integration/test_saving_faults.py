"""What the writer does when the database will not: never a false acknowledgement, and on it goes afterwards."""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from questionnaires import shelf
from tests.factories import people, sittings
from webapp.errors import Invalid
from webapp.extensions import db
from webapp.records import Answer, AnswerRevision
from webapp.services.save_answer import GivenAnswer, NotSaved, StaleAnswer, save_durably
from webapp.services.saving import writer as writing
from webapp.services.saving.given import pauses

ITEMS = [item.id for item in shelf.get("customer-orientation").items_of("A")]
AB = {"best": "a", "worst": "b"}


@pytest.fixture(autouse=True)
def calm() -> Iterator[None]:
    moments = dict(vars(pauses))
    yield
    vars(pauses).update(moments)


@pytest.fixture
def held(client: FlaskClient, session: Session) -> tuple[uuid.UUID, uuid.UUID]:
    someone = sittings.invited(session)
    return someone.organisation.id, uuid.UUID(sittings.walk_in(client, someone).rsplit("/", 1)[1])


def full() -> None:
    problem = sqlite3.OperationalError("database or disk is full")
    problem.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise OperationalError("COMMIT", {}, problem)


def once(work: Callable[[], None]) -> Callable[[], None]:
    left = [work]
    return lambda: left.pop()() if left else None


def given(number: int = 0, **changes: Any) -> GivenAnswer:
    return GivenAnswer(**{"item_id": ITEMS[number], "value": AB, "revision": 0} | changes)


def test_what_could_not_be_committed_is_not_acknowledged_and_can_be_sent_again(
    held: tuple[uuid.UUID, uuid.UUID], session: Session
) -> None:
    pauses.written = once(full)
    answer = given(key=uuid.uuid4())
    with pytest.raises(NotSaved):
        save_durably(*held, answer)
    assert session.scalars(select(AnswerRevision)).all() == []
    session.rollback()
    assert save_durably(*held, answer).recorded.revision == 1


def test_a_reply_lost_after_the_commit_is_found_again(held: tuple[uuid.UUID, uuid.UUID], session: Session) -> None:
    pauses.committed = once(full)
    answer = given(key=uuid.uuid4())
    with pytest.raises(NotSaved):
        save_durably(*held, answer)
    assert save_durably(*held, answer).recorded.revision == 1
    assert session.scalars(select(AnswerRevision.revision)).all() == [1]


def test_many_at_once_are_committed_together_and_each_is_judged_for_itself(
    app: Flask, held: tuple[uuid.UUID, uuid.UUID], session: Session
) -> None:
    begun, together, sizes = threading.Event(), threading.Event(), []

    def stand_still() -> None:
        begun.set()
        together.wait(30)

    pauses.gathered = once(stand_still)
    wrong = {3: given(3, value={"best": "a", "worst": "a"}), 5: given(5, revision=7)}

    def save(number: int) -> object:
        try:
            return save_durably(*held, wrong.get(number, given(number))).recorded.revision
        except (Invalid, StaleAnswer) as refusal:
            return type(refusal)

    def commit(*args: Any) -> Any:
        sizes.append(len(args[1]))
        return real(*args)

    real, writing.commit = writing.commit, commit  # type: ignore[assignment]
    try:
        with ThreadPoolExecutor(12) as pool:
            replies = [pool.submit(save, 0)]
            assert begun.wait(30)
            replies += [pool.submit(save, number) for number in range(1, 12)]
            while writing.writer().queue.qsize() < 11:
                time.sleep(0.001)
            together.set()
            found = [reply.result() for reply in replies]
    finally:
        writing.commit = real
    assert found == [Invalid if n == 3 else StaleAnswer if n == 5 else 1 for n in range(12)]
    assert sizes == [1, 11]
    assert len(session.scalars(select(Answer.id)).all()) == 10


def test_one_that_breaks_takes_nobody_along(
    held: tuple[uuid.UUID, uuid.UUID], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, broken = given(0), given(1, positions=[object()])

    def check(*_args: object) -> None:
        """Nothing: as if a fault had slipped through that only the database sees."""

    monkeypatch.setattr("webapp.services.saving.forms.check", check)
    with pytest.raises(Exception, match="not JSON serializable"):
        save_durably(*held, broken)
    outcomes = writing.writer()._outcomes([writing.Save(*held, sound), writing.Save(*held, broken)])
    assert outcomes[0].recorded.revision == 1  # type: ignore[union-attr]
    assert isinstance(outcomes[1], Exception)
    assert session.scalars(select(Answer.item_id)).all() == [ITEMS[0]]


def test_another_organisation_s_sitting_is_not_found(held: tuple[uuid.UUID, uuid.UUID], session: Session) -> None:
    stranger = people.organisation(session)
    session.commit()
    from webapp.errors import NotFound

    with pytest.raises(NotFound):
        save_durably(stranger.id, held[1], given())


def test_more_than_can_wait_is_refused_at_once(
    held: tuple[uuid.UUID, uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_WAITING", 0)
    with pytest.raises(NotSaved):
        save_durably(*held, given())


def test_who_waited_too_long_is_told_so_and_finds_the_answer_later(
    held: tuple[uuid.UUID, uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    pauses.written = once(lambda: go_on.wait(30) and None)
    monkeypatch.setattr(writing, "LONGEST_WAIT_SECONDS", 0.05)
    with pytest.raises(NotSaved):
        save_durably(*held, given())
    go_on.set()
    monkeypatch.setattr(writing, "LONGEST_WAIT_SECONDS", 30.0)
    assert save_durably(*held, given()).recorded.revision == 1


def test_the_writer_ends_cleanly_and_another_takes_over(held: tuple[uuid.UUID, uuid.UUID]) -> None:
    save_durably(*held, given(0))
    first = writing.writer()
    writing.stop()
    assert not first.thread.is_alive()
    assert save_durably(*held, given(1)).answered == 2


def test_the_page_says_kindly_that_nothing_was_saved(client: FlaskClient, session: Session) -> None:
    base = sittings.walk_in(client, sittings.invited(session))
    client.get(f"{base}/question/1")
    pauses.written = once(full)
    form = {"best": "a", "worst": "b", "revision": "0", "action": "save"}
    reply = client.send(f"{base}/question/1", form)  # type: ignore[attr-defined]
    assert reply.status_code == 503
    assert "Everything that you saved before is safe" in reply.get_data(as_text=True)
    client.get(f"{base}/question/1")
    assert client.send(f"{base}/question/1", form).status_code == 302  # type: ignore[attr-defined]


def test_a_page_without_a_database_is_a_kind_one(app: Flask, client: FlaskClient, session: Session) -> None:
    base = sittings.walk_in(client, sittings.invited(session))
    session.close()
    there = db.engine.url
    db.bind("sqlite:////nowhere/at/all.sqlite")
    assert client.get(f"{base}/question/1").status_code == 503
    lost = client.get(f"{base}/state")
    assert (lost.status_code, lost.json, lost.headers["Retry-After"]) == (
        503,
        {"error": "unavailable", "retry_after": 2},
        "2",
    )
    db.bind(there.render_as_string(hide_password=False))
    assert client.get(f"{base}/question/1").status_code == 200
