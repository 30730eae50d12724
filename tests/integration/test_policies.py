"""The company's policies stand in one row: whoever sets one loses none that somebody else set meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people
from webapp.extensions import db
from webapp.records import Event, Organisation
from webapp.services.adjustments.outage_rules import set_rules
from webapp.services.feedback.policy import RightsPolicy, set_rights_policy
from webapp.services.mails.reminder_policy import ReminderPolicy
from webapp.services.mails.set_reminders import set_reminder_policy
from webapp.services.matrix.rater_load import keep_cap
from webapp.services.retakes import RetakePolicy, set_retake_policy

Set = Callable[[Session, uuid.UUID, uuid.UUID], None]
POLICIES: dict[str, tuple[dict[str, Any], Set]] = {
    "reminders": (
        {"reminders": {"after_days": 9, "before_days": 2, "at_most": 1}},
        lambda session, owner, user: set_reminder_policy(session, owner, ReminderPolicy(9, 2, 1), user_id=user),
    ),
    "retakes": (
        {"retakes": {"interval_days": 90, "reuse": False}},
        lambda session, owner, user: set_retake_policy(session, owner, RetakePolicy(90, False), user_id=user),
    ),
    "rights": (
        {"rights": {"shown": "after_close", "review_days": 9}},
        lambda session, owner, user: set_rights_policy(session, owner, RightsPolicy("after_close", 9), user_id=user),
    ),
    "cap": (
        {"matrix": {"cap": 7, "seed": 1}},
        lambda session, owner, user: keep_cap(session, owner, 7, user),
    ),
    "outages": (
        {"outage_share": 0.1, "outage_minutes": 4.0},
        lambda session, owner, user: set_rules(session, owner, 0.1, 4.0, user),
    ),
}


@pytest.fixture
def company(session: Session) -> tuple[uuid.UUID, uuid.UUID]:
    owner = people.organisation(session)
    user = people.user(session, owner, "hr")
    session.commit()
    return owner.id, user.id


@pytest.mark.parametrize("name", POLICIES)
@SQLITE
def test_what_another_set_since_it_was_read_is_kept(
    session: Session, company: tuple[uuid.UUID, uuid.UUID], name: str
) -> None:
    session.get_one(Organisation, company[0])
    session.commit()
    with Session(db.engine) as other:
        other.get_one(Organisation, company[0]).settings = {"retention_months": 6}
        other.commit()
    wanted, act = POLICIES[name]
    for _each in range(2):
        act(session, *company)
    session.commit()
    with Session(db.engine) as reader:
        assert reader.get_one(Organisation, company[0]).settings == {"retention_months": 6, **wanted}
        assert reader.scalar(select(func.count()).select_from(Event)) == 1, "what was so already is no event"


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_the_row_is_held_until_it_is_written(session: Session, company: tuple[uuid.UUID, uuid.UUID]) -> None:
    row = select(Organisation).where(Organisation.id == company[0]).with_for_update(nowait=True)
    for _wanted, act in POLICIES.values():
        act(session, *company)
        with Session(db.engine) as other, pytest.raises(OperationalError, match="could not obtain lock"):
            other.execute(row)
        session.commit()
