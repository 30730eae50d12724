"""Tell HR by mail that a round needs a look: a draft was made, one opened, closed, or could not open."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Outbox, RatingRound, User, UserRole

NOTICES = ("drafted", "opened", "closed", "not_opened")
TOPIC = "mail.rating_notice"


def notify_hr(session: Session, row: RatingRound, what: str) -> None:
    """Queue a mail to everybody with HR's role who can sign in."""
    people = session.scalars(
        select(User.id)
        .join(UserRole, (UserRole.organisation_id == User.organisation_id) & (UserRole.user_id == User.id))
        .where(User.organisation_id == row.organisation_id, User.active, UserRole.role == "hr")
        .order_by(User.id)
    )
    session.add_all(
        Outbox(
            organisation_id=row.organisation_id,
            topic=TOPIC,
            payload={"round_id": str(row.id), "user_id": str(person), "what": what},
        )
        for person in people
    )
