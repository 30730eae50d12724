"""A member of staff takes the same questionnaire: the same pages, no vacancy, no model, no score."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import sittings
from webapp.records import Answer, Outbox, Score, Sitting, StaffMember
from webapp.records.base import now


@pytest.fixture
def sitting(session: Session) -> Iterator[Sitting]:
    row = sittings.of_staff(session)
    session.commit()
    yield row
    session.close()  # the cookie's own request has let go of it


@pytest.fixture
def base(client: FlaskClient, session: Session, sitting: Sitting) -> str:
    address = sittings.held(client, sitting)
    session.expire_all()  # what the pages write is read anew
    return address


def walk_to_the_end(client: FlaskClient, base: str) -> None:
    client.get(f"{base}/language")
    assert client.send(f"{base}/language", {"language": "lt"}).location == f"{base}/notice"
    client.get(f"{base}/notice")
    client.send(f"{base}/notice", {"agree": "y"})
    client.get(f"{base}/practice")
    client.send(f"{base}/practice/skip")
    client.get(f"{base}/ready")
    client.get(f"{base}/question/1")
    client.send(f"{base}/question/1", {"revision": "0", "action": "save", "best": "a", "worst": "b"})
    client.get(f"{base}/review")
    assert client.send(f"{base}/submit").location == f"{base}/receipt"
    assert client.get(f"{base}/receipt").status_code == 200


def test_staff_answer_and_send_without_being_scored(client: FlaskClient, session: Session, base: str) -> None:
    walk_to_the_end(client, base)
    sitting = session.scalars(select(Sitting)).one()
    assert (sitting.state, sitting.language) == ("submitted", "lt")
    assert sitting.receipt_code
    assert session.scalars(select(StaffMember.language)).all() == ["lt"]
    assert session.scalars(select(Answer.value)).all() == [{"best": "a", "worst": "b"}]
    assert session.scalars(select(Score)).all() == []
    assert session.scalars(select(Outbox)).all() == []


def test_who_has_left_answers_no_more(client: FlaskClient, session: Session, base: str) -> None:
    session.scalars(select(StaffMember)).one().left_at = now()
    session.scalars(select(Sitting)).one().language = "en"
    session.commit()
    client.get(f"{base}/notice")
    assert client.send(f"{base}/notice", {"agree": "y"}).status_code == 410
