"""Many saves and submits at the same moment: each is counted once, none is lost."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import shelf
from tests.factories import sittings
from webapp.extensions import db
from webapp.records import AnswerRevision, Event, Outbox, Score
from webapp.services.save_answer import GivenAnswer, StaleAnswer, save_answer
from webapp.services.submit_sitting import submit_sitting

ITEM = shelf.get("customer-orientation").items_of("A")[0].id


def at_once(app: Flask, work: Callable[[int], object], times: int) -> list[object]:
    def one(number: int) -> object:
        with app.test_request_context(), db.scope():
            return work(number)

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(times)))


def test_a_hundred_submits_are_one(app: Flask, client: FlaskClient, session: Session) -> None:
    someone = sittings.invited(session)
    key = uuid.UUID(sittings.walk_in(client, someone).rsplit("/", 1)[1])

    def submit(_number: int) -> object:
        with db.transaction() as writing:
            return submit_sitting(writing, someone.organisation.id, key, "secret")

    assert Counter(at_once(app, submit, 100)) == {True: 1, False: 99}
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Score)) == 1
    assert session.scalar(select(func.count()).select_from(Outbox)) == 1
    sent = select(func.count()).select_from(Event).where(Event.action == "sitting.submitted")
    assert session.scalar(sent) == 1


def test_of_many_different_first_answers_one_is_kept_and_the_others_hear_of_it(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    someone = sittings.invited(session)
    key = uuid.UUID(sittings.walk_in(client, someone).rsplit("/", 1)[1])
    pairs = [(best, worst) for best in "abcd" for worst in "abcd" if best != worst]

    def save(number: int) -> object:
        best, worst = pairs[number]
        try:
            with db.transaction() as writing:
                given = GivenAnswer(ITEM, {"best": best, "worst": worst}, 0)
                return save_answer(writing, someone.organisation.id, key, given)
        except StaleAnswer:
            return "stale"

    assert Counter(at_once(app, save, len(pairs))) == {1: 1, "stale": len(pairs) - 1}
    session.rollback()
    assert session.scalar(select(func.count()).select_from(AnswerRevision)) == 1
