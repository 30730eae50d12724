"""Counts of who is done do not follow one person who moves or leaves: the difference would name them."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import people, rounds
from tests.factories.signing import sign_in
from tests.integration.test_staff_sittings import Asked
from tests.site import PageClient
from webapp.config import Settings
from webapp.records import RatingRound, RoundRater, Sitting, StaffInvitation, StaffMember
from webapp.records.base import now
from webapp.services.rounds.open_rating_link import finish_rating
from webapp.services.rounds.turnout import read_turnout
from webapp.services.staff_sittings.count_staff_sittings import Counted, count_staff_sittings


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What this asks of the database other tests ask of PostgreSQL too."""
    return sqlite_url


def finished_round(session: Session, settings: Settings, house: rounds.House) -> RatingRound:
    row = rounds.opened(session, house, settings)
    finish_rating(session, house.company.id, rounds.rater_of(session, row, house.staff[0]).id)
    session.commit()
    return row


def test_whoever_moves_or_leaves_is_counted_where_they_were_asked(session: Session, settings: Settings) -> None:
    house = rounds.house(session)
    row = finished_round(session, settings, house)
    before = read_turnout(session, row)
    assert (before.raters, before.finished) == (12, 1)
    house.staff[0].unit_id = house.staff[11].unit_id
    session.flush()
    assert read_turnout(session, row) == before
    house.staff[0].left_at = now()
    session.flush()
    assert read_turnout(session, row) == before


def test_reminding_raters_tells_no_number(client: PageClient, session: Session, settings: Settings) -> None:
    house = rounds.house(session)
    row = finished_round(session, settings, house)
    sign_in(client, house.hr)
    address = f"/hr/rounds/{row.id}"
    client.get(address)
    client.send(f"{address}/remind")
    page = client.get(address).get_data(as_text=True)
    assert "Those who have not finished get a reminder." in page
    assert "A reminder goes to" not in page


class Staff:
    """Units of six, five and three people, all invited to the questionnaire; units may be done."""

    def __init__(self, session: Session, settings: Settings) -> None:
        asked = Asked(session, settings)
        self.session, self.paper, self.owner = session, asked.paper, asked.company.id
        self.units = [people.unit(session, asked.company, name=name) for name in ("Bakery", "Cellar")]
        for number, unit in enumerate((*[0] * 6, *[1] * 5)):
            mail = f"n{number}@example.org"
            people.staff_member(session, asked.company, email=mail, unit_id=self.units[unit].id)
        session.flush()
        asked.invite()

    def all_done(self, unit: str) -> None:
        for row in self.session.scalars(select(StaffInvitation).where(StaffInvitation.unit_name == unit)):
            sitting = Sitting(
                organisation_id=self.owner,
                staff_member_id=row.staff_member_id,
                questionnaire_id=row.questionnaire_id,
                form=row.form,
                purpose="training",
                state="submitted",
                seed=0,
                consented_at=now(),
                submitted_at=now(),
            )
            self.session.add(sitting)
            self.session.flush()
            row.sitting_id = sitting.id
        self.session.flush()

    def counted(self) -> tuple[Counted, list[Counted]]:
        return count_staff_sittings(self.session, self.paper)


def test_counts_of_the_questionnaire_stay_too_and_come_in_fives(session: Session, settings: Settings) -> None:
    staff = Staff(session, settings)
    staff.all_done("Bakery")
    before = staff.counted()
    total, units = before
    assert (total.invited, total.started, total.done) == (14, 5, 5)
    assert [(each.name, each.invited, each.done) for each in units] == [("Bakery", 6, 5), ("", 8, 0)]
    one = select(StaffMember.id).where(StaffMember.unit_id == staff.units[0].id).limit(1).scalar_subquery()
    session.execute(update(StaffMember).where(StaffMember.id == one).values(unit_id=staff.units[1].id))
    assert staff.counted() == before
    session.execute(update(StaffMember).where(StaffMember.unit_id == staff.units[1].id).values(left_at=now()))
    assert staff.counted() == before


def test_the_unit_of_a_rater_is_kept_at_opening(session: Session, settings: Settings) -> None:
    house = rounds.house(session)
    rounds.opened(session, house, settings)
    assert set(session.scalars(select(RoundRater.unit_name))) == {"Unit 0", "Unit 1", "Unit 2"}
