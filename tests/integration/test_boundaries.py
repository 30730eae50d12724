"""What the database itself refuses, whatever the code above it says."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import people
from webapp.extensions import db
from webapp.records import Organisation, StaffMember


def test_a_reference_cannot_leave_its_organisation(session: Session) -> None:
    ours, theirs = people.organisation(session), people.organisation(session)
    their_unit = people.unit(session, theirs)
    with pytest.raises(IntegrityError):
        people.staff_member(session, ours, unit_id=their_unit.id)


def test_a_failed_transaction_leaves_nothing(session: Session) -> None:
    ours = people.organisation(session)
    session.commit()
    with pytest.raises(ZeroDivisionError), db.transaction() as writing:
        writing.add(StaffMember(organisation_id=ours.id, code="half done"))
        writing.flush()
        raise ZeroDivisionError
    assert db.session.query(StaffMember).count() == 0
    assert db.session.get(Organisation, ours.id) is not None


def test_sqlite_is_durable_and_checked(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        assert session.execute(text("SHOW fsync")).scalar() in ("on", "off")
        return
    pragmas = {
        name: session.execute(text(f"PRAGMA {name}")).scalar()
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
