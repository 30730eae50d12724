"""HR sets stages and reasons, and undoes what was decided lately. SQLite alone."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.signing import sign_in
from tests.integration.test_decisions import INTERVIEW, Desk
from webapp.records import Decision
from webapp.services.decisions.edit_reasons import all_reasons
from webapp.services.decisions.stages import reasons_of, stage_of, stages_of

WORDS = {"en": "Trial day", "ru": "Пробный день", "lt": "Bandomoji diena"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def desk(session: Session, client: FlaskClient) -> Desk:
    found = Desk(session)
    session.commit()
    sign_in(client, found.hr)
    client.get("/hr/hiring/stages/new")
    return found


def test_a_stage_is_added_renamed_shifted_and_retired(client: FlaskClient, session: Session, desk: Desk) -> None:
    base = "/hr/hiring/stages"
    assert client.send(f"{base}/new", {**WORDS, "lt": "", "kind": "open"}).status_code == 400  # type: ignore[attr-defined]
    assert client.send(f"{base}/new", {**WORDS, "en": "New", "kind": "open"}).status_code == 400  # type: ignore[attr-defined]
    assert client.send(f"{base}/new", {**WORDS, "kind": "open", "reveals": "y"}).status_code == 302  # type: ignore[attr-defined]
    assert [each.number for each in stages_of(session, desk.owner)] == [0, 1, 2, 3, 4, 6, 5]
    assert client.send(f"{base}/6/shift/up", {}).status_code == 302  # type: ignore[attr-defined]
    assert client.send(f"{base}/0/shift/down", {}).status_code == 302  # type: ignore[attr-defined]
    assert client.send(f"{base}/6", {**WORDS, "en": "Trial"}).status_code == 302  # type: ignore[attr-defined]
    session.rollback()
    assert [each.number for each in stages_of(session, desk.owner)] == [0, 1, 2, 3, 6, 4, 5]
    trial = stage_of(session, desk.owner, 6)
    assert (trial.names["en"], trial.kind, trial.reveals) == ("Trial", "open", False)
    assert client.send(f"{base}/0/retire", {}).status_code == 400  # type: ignore[attr-defined]
    assert client.send(f"{base}/6/retire", {}).status_code == 302  # type: ignore[attr-defined]
    session.rollback()
    assert 6 not in {each.number for each in stages_of(session, desk.owner, retired=False)}
    assert "Out of use" in client.get(base).get_data(as_text=True)
    assert client.send(f"{base}/6/restore", {}).status_code == 302  # type: ignore[attr-defined]


def test_whoever_stands_on_a_stage_that_goes_is_moved_with_a_reason_or_stays(
    client: FlaskClient, session: Session, desk: Desk
) -> None:
    desk.decide([3, 4], INTERVIEW)
    session.commit()
    address = f"/hr/hiring/stages/{INTERVIEW}/retire"
    page = client.get(address).get_data(as_text=True)
    assert "2 people stand there" in page
    assert "Not chosen" not in page.split("<form", 1)[1]
    assert client.send(address, {"people": "1", "reason": ""}).status_code == 400  # type: ignore[attr-defined]
    assert client.send(address, {"people": "5", "reason": "We stop it."}).status_code == 400  # type: ignore[attr-defined]
    assert client.send(address, {"people": "3", "reason": "We no longer interview."}).status_code == 302  # type: ignore[attr-defined]
    assert desk.stages()[3:] == [3, 3]
    kept = session.scalars(select(Decision).where(Decision.to_stage == 3)).all()
    assert {(each.user_id, each.text) for each in kept} == {(desk.hr.id, "We no longer interview.")}
    assert client.send("/hr/hiring/stages/3/retire", {"people": "keep", "reason": ""}).status_code == 302  # type: ignore[attr-defined]
    assert desk.stages()[3:] == [3, 3]


def test_words_that_were_used_stay_with_their_decisions(client: FlaskClient, session: Session, desk: Desk) -> None:
    old = reasons_of(session, desk.owner, "open")[0]
    base = "/hr/hiring/stages/reasons"
    assert client.send(f"{base}/{old.id}", {**WORDS, "en": ""}).status_code == 400  # type: ignore[attr-defined]
    assert client.send(f"{base}/{old.id}", WORDS).status_code == 302  # type: ignore[attr-defined]
    session.rollback()
    new = reasons_of(session, desk.owner, "open")[0]
    assert new.id != old.id
    assert new.names == WORDS
    assert old.retired_at is not None
    assert old.names["en"] != WORDS["en"]
    assert client.send(f"{base}/new", {**WORDS, "kind": "open"}).status_code == 400  # type: ignore[attr-defined]
    assert client.send(f"{base}/new", {**WORDS, "kind": "hired"}).status_code == 302  # type: ignore[attr-defined]
    assert client.send(f"{base}/{new.id}/retire", {}).status_code == 302  # type: ignore[attr-defined]
    assert client.send(f"{base}/{old.id}/restore", {}).status_code == 302  # type: ignore[attr-defined]
    session.rollback()
    assert len([each for each in all_reasons(session, desk.owner) if each.retired_at is None]) == 15


def test_reasons_are_put_in_order_within_their_kind(client: FlaskClient, session: Session, desk: Desk) -> None:
    base = "/hr/hiring/stages/reasons"

    def order(kind: str = "open") -> list[str]:
        session.rollback()
        return [str(each.id) for each in reasons_of(session, desk.owner, kind)]

    def shift(reason: str, way: str) -> None:
        assert client.send(f"{base}/{reason}/shift/{way}").location == "/hr/hiring/stages#reasons"  # type: ignore[attr-defined]

    first, second, third, last = order()
    others = [order(kind) for kind in ("hired", "declined", "new")]
    shift(first, "up")
    shift(last, "down")
    assert order() == [first, second, third, last]
    shift(last, "up")
    shift(first, "down")
    assert order() == [second, first, last, third]
    # Other words take the place of the old ones; both then have the same number, which a step has to part.
    assert client.send(f"{base}/{first}", WORDS).status_code == 302  # type: ignore[attr-defined]
    new = order()[1]
    shift(new, "down")
    assert order() == [second, last, new, third]
    shift(first, "up")
    assert client.send(f"{base}/{first}/restore").status_code == 302  # type: ignore[attr-defined]
    assert sorted(order()) == sorted([second, first, last, new, third])
    shift(first, "down")
    shift(first, "up")
    shift(first, "up")
    assert len({each.position for each in reasons_of(session, desk.owner, "open")}) == 5
    assert [order(kind) for kind in ("hired", "declined", "new")] == others
    assert client.send(f"{base}/{desk.hr.id}/shift/up").status_code == 404  # type: ignore[attr-defined]
    page = client.get("/hr/hiring/stages").text.partition('id="reasons"')[2]
    steps = [page.count(f">{word}</button>") for word in ("Up", "Down")]
    assert steps == [14 + 1 - 4] * 2


def test_hr_undoes_within_a_day_and_is_told_no_name(client: FlaskClient, session: Session, desk: Desk) -> None:
    base = "/hr/hiring/stages/decisions"
    assert "Nothing was decided" in client.get(base).get_data(as_text=True)
    batch = desk.decide([0, 1, 2], INTERVIEW).batch
    session.commit()
    page = client.get(base).get_data(as_text=True)
    assert desk.vacancy.title in page
    assert not [each for each in desk.people if each.name in page]
    assert client.send(f"{base}/{batch.id}/undo", {}).status_code == 302  # type: ignore[attr-defined]
    assert desk.stages() == [0] * 5
