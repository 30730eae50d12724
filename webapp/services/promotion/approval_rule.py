"""Whether a second person of HR has to approve what happens to models, and for how long a request waits."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Refused
from webapp.records import Organisation, User, UserRole
from webapp.services.lock_row import lock_organisation
from webapp.services.set_policy import set_policy

SHORTEST_DAYS, DAYS, LONGEST_DAYS = 1, 7, 60


@dataclass(frozen=True)
class ApprovalRule:
    """`days`: after so many days without an answer a request has ended."""

    on: bool = False
    days: int = DAYS


def approval_rule(organisation: Organisation) -> ApprovalRule:
    """What this organisation has set, else the default."""
    kept = organisation.settings.get("approval", {})
    return ApprovalRule(bool(kept.get("on", False)), int(kept.get("days", DAYS)))


def rule_of(session: Session, organisation_id: uuid.UUID) -> ApprovalRule:
    return approval_rule(session.get_one(Organisation, organisation_id))


def hr_people(session: Session, organisation_id: uuid.UUID) -> list[User]:
    """Everybody of HR who can sign in."""
    return list(
        session.scalars(
            select(User)
            .join(UserRole, (UserRole.organisation_id == User.organisation_id) & (UserRole.user_id == User.id))
            .where(User.organisation_id == organisation_id, User.active.is_(True), UserRole.role == "hr")
            .order_by(User.name, User.id)
        )
    )


def keep_rule(session: Session, organisation_id: uuid.UUID, rule: ApprovalRule, *, user_id: uuid.UUID) -> None:
    set_policy(
        session,
        organisation_id,
        "approval.set",
        approval_rule,
        rule,
        {"approval": asdict(rule)},
        user_id=user_id,
    )


def require_approval(session: Session, organisation_id: uuid.UUID, days: int, *, user_id: uuid.UUID) -> None:
    """Turn it on, or change the days; refused where nobody else could ever approve."""
    lock_organisation(session, organisation_id)
    if not any(person.id != user_id for person in hr_people(session, organisation_id)):
        raise Refused(
            _(
                "You are the only person of HR here, so nobody could approve what you ask for. Let your administrator "
                "give a second person the HR role, then turn it on."
            )
        )
    keep_rule(session, organisation_id, ApprovalRule(True, days), user_id=user_id)


def check_hr(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID | None) -> User:
    """This person as the database knows them now; refused where they are not of HR (any more)."""
    user = session.get(User, (organisation_id, user_id), populate_existing=True) if user_id else None
    if user is None or not user.active or "hr" not in user.roles:
        raise Refused(_("Only people of HR may do this."))
    return user


def check_rule_is_off(session: Session, organisation_id: uuid.UUID) -> None:
    """Whoever would act alone is refused once the rule is on, whatever page they came from."""
    if approval_rule(lock_organisation(session, organisation_id)).on:
        raise Conflict(_("A second person has to approve this. Ask for it; nothing was changed."))
