"""Links that were sent before 0013 keep the address and the unit of that day."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import rounds
from tests.integration.test_staff_sittings import Asked
from webapp import migrate
from webapp.config import Settings
from webapp.extensions import db, make_engine
from webapp.records import RoundRater, StaffInvitation


def test_addresses_and_units_are_filled_in(session: Session, settings: Settings, database_url: str) -> None:
    asked = Asked(session, settings)
    asked.invite()
    rounds.opened(session, rounds.house(session, (2, 2), customers=3), settings)
    session.close()
    db.dispose()
    engine = make_engine(database_url)
    migrate.downgrade(engine, "0012")
    migrate.upgrade(engine)
    with engine.connect() as connection:
        links = connection.execute(select(StaffInvitation.email, StaffInvitation.unit_name)).all()
        raters = connection.scalars(select(RoundRater.unit_name)).all()
    engine.dispose()
    assert sorted(tuple(each) for each in links) == [(f"p{number}@example.org", "Sales") for number in range(3)]
    assert sorted(raters) == ["Unit 0", "Unit 0", "Unit 1", "Unit 1"]
