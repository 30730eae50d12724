"""Two rounds that ask the same pairs at nearly the same time could be compared: the second has to wait."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories import rounds
from webapp.config import Settings
from webapp.errors import Invalid
from webapp.records import RatingRound, ServiceLink
from webapp.services.rounds.close_round import close_round
from webapp.services.rounds.open_round import open_round
from webapp.services.rounds.preview_round import preview_round
from webapp.services.rounds.shared_pairs import faults_of_pairs, free_from


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Pages and the clock do not hang on the database."""
    return sqlite_url


@pytest.fixture
def house(session: Session) -> rounds.House:
    return rounds.house(session)


def turn_round(session: Session) -> None:
    """Whoever was served serves: no pair stays."""
    session.execute(
        update(ServiceLink).values(performer_id=ServiceLink.customer_id, customer_id=ServiceLink.performer_id)
    )
    session.commit()


def refused(session: Session, settings: Settings, row: RatingRound) -> str:
    with pytest.raises(Invalid) as caught:
        open_round(session, row.organisation_id, row.id, settings)
    session.rollback()
    return str(caught.value)


def test_an_extra_round_waits_until_two_weeks_after_an_open_one(
    session: Session, settings: Settings, house: rounds.House
) -> None:
    regular = rounds.opened(session, house, settings)
    extra = rounds.draft(session, house, kind="extra", title="Beside")
    day = (regular.closes_at + dt.timedelta(days=14)).date()
    said = refused(session, settings, extra)
    assert regular.title in said
    assert str(day.year) in said
    assert free_from(regular) == day
    assert preview_round(session, house.company.id, extra.id).faults, "it is said before anybody presses a button"
    later = rounds.draft(session, house, kind="extra", opens_on=day, closes_on=day + dt.timedelta(days=5))
    assert not preview_round(session, house.company.id, later.id).faults, "planned for that day it may be"
    refused(session, settings, later)


def test_a_regular_round_waits_for_an_extra_one_as_well(
    session: Session, settings: Settings, house: rounds.House
) -> None:
    rounds.opened(session, house, settings, kind="extra", title="Beside")
    assert "Beside" in refused(session, settings, rounds.draft(session, house))


def test_a_round_that_has_ended_stands_in_the_way_for_two_weeks(
    session: Session, settings: Settings, house: rounds.House
) -> None:
    regular = rounds.opened(session, house, settings)
    close_round(session, house.company.id, regular.id)
    session.commit()
    first = free_from(regular)
    extra = rounds.draft(
        session, house, kind="extra", opens_on=first - dt.timedelta(days=1), closes_on=first + dt.timedelta(days=9)
    )
    assert regular.title in refused(session, settings, extra)
    pairs = [(None, str(house.staff[0].id.hex))]
    before = dt.datetime.combine(first, dt.time(), dt.UTC) - dt.timedelta(seconds=1)
    assert faults_of_pairs(session, extra, pairs, before)
    assert not faults_of_pairs(session, extra, pairs, before + dt.timedelta(seconds=1))


def test_other_pairs_may_be_asked_at_once(session: Session, settings: Settings, house: rounds.House) -> None:
    rounds.opened(session, house, settings)
    turn_round(session)
    assert rounds.opened(session, house, settings, kind="extra").state == "open"
