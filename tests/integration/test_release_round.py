"""A round's figures come once, when it has closed, and never change."""

from __future__ import annotations

import random
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import released, rounds
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.errors import NotFound
from webapp.jobs import release_job, runtime
from webapp.records import CollectedRating, Event, Outbox, RatingRound, ReleasedFigure
from webapp.services.results import release_round as service
from webapp.services.results.release_round import release_round
from webapp.services.rounds.close_round import close_round


@pytest.fixture
def house(session: Session) -> rounds.House:
    return rounds.house(session, (5, 5, 4), customers=6)


def figures(session: Session) -> list[tuple[object, ...]]:
    columns = ReleasedFigure.level, ReleasedFigure.staff_member_id, ReleasedFigure.topic, ReleasedFigure.value
    session.rollback()
    return [tuple(row) for row in session.execute(select(*columns, ReleasedFigure.state).order_by(ReleasedFigure.id))]


def test_figures_come_once_and_stay(app: Flask, session: Session, settings: Settings, house: rounds.House) -> None:
    row = rounds.opened(session, house, settings)
    released.rate_at_random(session, row, settings, random.Random(4))
    assert release_round(session, house.company.id, row.id) is False, "an open round has no figures"
    close_round(session, house.company.id, row.id)
    session.commit()
    asked = session.scalars(select(Outbox).where(Outbox.topic == "round.release")).one()
    assert asked.payload == {"round_id": str(row.id)}
    assert figures(session) == [], "closing itself shows nothing"
    runtime.enter(app)
    assert release_job.figures(str(house.company.id), str(row.id)) is True
    before = figures(session)
    assert {state for *_row, state in before} >= {"released"}
    session.execute(update(CollectedRating).values(value=1, not_observed=False))
    session.commit()
    assert release_job.figures(str(house.company.id), str(row.id)) is False
    assert figures(session) == before, "whatever becomes of the ratings"
    closed = session.scalars(select(RatingRound)).one()
    assert (closed.state, closed.released_at is None) == ("released", False)
    reads = session.scalars(select(Event).where(Event.action == "ratings.read")).all()
    assert [each.detail["purpose"] for each in reads] == ["figures", "figures"], "one to count, one to compute"
    told = session.scalars(select(Event).where(Event.action == "round.released")).one()
    assert told.detail["figures"] + told.detail["withheld"] == len(before)


@SQLITE
def test_an_erased_person_changes_no_other_figure(session: Session, settings: Settings, house: rounds.House) -> None:
    """A figure before and after would differ by one person's ratings: it is never computed again."""
    row = released.closed(session, house, settings)
    before = [each for each in figures(session) if each[1] != house.staff[0].id]
    session.execute(CollectedRating.__table__.delete().where(CollectedRating.performer_id == house.staff[0].id))  # type: ignore[attr-defined]
    session.execute(ReleasedFigure.__table__.delete().where(ReleasedFigure.staff_member_id == house.staff[0].id))  # type: ignore[attr-defined]
    session.commit()
    assert release_round(session, house.company.id, row.id) is False
    assert figures(session) == before


@SQLITE
def test_work_that_was_lost_is_done_later(
    app: Flask, session: Session, settings: Settings, house: rounds.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = rounds.opened(session, house, settings)
    released.rate_at_random(session, row, settings, random.Random(4))
    close_round(session, house.company.id, row.id)
    session.commit()
    assert service.rounds_to_release(session) == []
    assert row.closed_at is not None
    later = row.closed_at + 2 * service.OVERDUE
    monkeypatch.setattr(service, "now", lambda: later)
    assert service.rounds_to_release(session) == [(house.company.id, row.id)]


@SQLITE
def test_a_round_that_nobody_answered(session: Session, settings: Settings, house: rounds.House) -> None:
    row = rounds.opened(session, house, settings)
    close_round(session, house.company.id, row.id)
    assert release_round(session, house.company.id, row.id) is True
    assert {state for *_row, state in figures(session)} <= {"few"}


@SQLITE
def test_no_figure_names_a_rater_or_how_severe_anybody_is(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    row = released.closed(session, house, settings)
    keys = set(session.scalars(select(CollectedRating.rater_key)))
    columns = set(ReleasedFigure.__table__.columns.keys())
    assert columns == {
        *("organisation_id", "id", "created_at", "round_id", "level", "unit_id", "staff_member_id"),
        *("topic", "state", "value", "reliability", "raters"),
    }
    written = [str(value) for each in session.scalars(select(ReleasedFigure)) for value in vars(each).values()]
    assert not [value for value in written if value in keys]
    sign_in(client, house.hr)
    for address in released.addresses(session, house, row):
        text = client.get(address).get_data().decode(errors="replace")
        assert not [key for key in keys if key in text], address
        assert "severity of" not in text.casefold(), address


@SQLITE
def test_counts_are_shown_in_classes_only(session: Session, settings: Settings, house: rounds.House) -> None:
    released.closed(session, house, settings)
    shown = set(session.scalars(select(ReleasedFigure.raters)))
    assert shown <= {"", "3-5", "6-10", "11-20", "21+"}
    values = session.scalars(select(ReleasedFigure.value).where(ReleasedFigure.value.is_not(None))).all()
    assert all(abs(value * 10 - round(value * 10)) < 1e-9 and 1 <= value <= 5 for value in values)


def test_another_companys_round_is_not_found(session: Session, settings: Settings, house: rounds.House) -> None:
    row = rounds.opened(session, house, settings)
    with pytest.raises(NotFound):
        release_round(session, uuid.uuid4(), row.id)
    assert session.scalar(select(func.count()).select_from(ReleasedFigure)) == 0
