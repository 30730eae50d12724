"""The other ways of answering that the site can ask, and the ones that it refuses to begin."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.loading import load
from tests.factories import people, sittings
from webapp.records import Answer, Score, Sitting

SAMPLES = Path(__file__).parents[1] / "unit" / "questionnaires" / "samples"


def invited(session: Session, sample: str) -> sittings.Invited:
    owner = people.organisation(session)
    return sittings.invited(session, sittings.vacancy(session, owner, load(SAMPLES / f"{sample}.yaml")))


@pytest.mark.parametrize(
    ("sample", "sent", "kept", "nonsense"),
    [
        ("pick-one", {"choice": "2"}, {"choice": "2"}, {"choice": "zz"}),
        ("likert", {"value": "2"}, {"value": 2}, {"value": "99"}),
    ],
)
def test_one_answer_of_many(
    client: FlaskClient, session: Session, sample: str, sent: dict, kept: dict, nonsense: dict
) -> None:
    base = sittings.walk_in(client, invited(session, sample))
    page = client.get(f"{base}/question/1").text
    assert page.count('type="radio"') >= 2
    assert " checked" not in page
    for wrong in ({}, nonsense):
        answer = {"revision": "0", "action": "save", **wrong}
        assert client.send(f"{base}/question/1", answer).status_code == 400
    assert client.send(f"{base}/question/1", {"revision": "0", "action": "save", **sent}).status_code == 302
    session.rollback()
    assert session.scalars(select(Answer.value)).first() == kept
    assert client.get(f"{base}/question/1").text.count(" checked") == 1
    assert client.get(f"{base}/review").status_code == 200
    assert client.send(f"{base}/submit").status_code == 302
    assert client.get(f"{base}/receipt").status_code == 200
    session.rollback()
    assert len(session.scalars(select(Score)).all()) == 1


@pytest.mark.parametrize("sample", ["rank", "rate-each"])
def test_what_cannot_be_asked_is_not_begun(client: FlaskClient, session: Session, sample: str) -> None:
    someone = invited(session, sample)
    client.get(someone.link)
    assert client.send(f"{someone.link}/start").status_code == 503
    session.rollback()
    assert session.scalars(select(Sitting)).all() == []
