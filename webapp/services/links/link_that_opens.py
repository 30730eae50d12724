"""The link by which somebody can go on now: the one that is out, or a new one where that has ended."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import Applicant, Invitation, Sitting, Vacancy
from webapp.records.base import new_id, now
from webapp.security import derived_token, token_hash
from webapp.services.edit_vacancy import takes_applicants

LINK_DAYS = 30
DAYS_TO_FINISH = 7
"""Whoever began in time may finish after the closing date, while the vacancy is open."""


def newest_invitation(session: Session, applicant: Applicant) -> Invitation | None:
    return session.scalars(
        select(Invitation)
        .where(Invitation.organisation_id == applicant.organisation_id, Invitation.applicant_id == applicant.id)
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        .limit(1)
    ).first()


def make_link(session: Session, vacancy: Vacancy, applicant: Applicant, settings: Settings) -> Invitation:
    """A personal link that lives as long as the vacancy takes answers."""
    number = new_id()
    invitation = Invitation(
        organisation_id=vacancy.organisation_id,
        id=number,
        applicant_id=applicant.id,
        token_hash=token_hash(derived_token(settings.secret_key, "invitation", number)),
        expires_at=_end(vacancy),
    )
    session.add(invitation)
    return invitation


def _end(vacancy: Vacancy) -> dt.datetime:
    if vacancy.closes_at is None:
        return max(now(), vacancy.opens_at or now()) + dt.timedelta(days=LINK_DAYS)
    return max(vacancy.closes_at, now() + dt.timedelta(days=DAYS_TO_FINISH)) if _past(vacancy) else vacancy.closes_at


def _past(vacancy: Vacancy) -> bool:
    return vacancy.closes_at is not None and vacancy.closes_at <= now()


def link_that_opens(session: Session, vacancy: Vacancy, applicant: Applicant, settings: Settings) -> Invitation | None:
    """The newest link where it opens, else a new one; None where nothing is to be opened any more.

    No older link is withdrawn by this: whoever asks may be somebody else, and must not be able to end anything.
    """
    newest = newest_invitation(session, applicant)
    if applicant.state == "withdrawn" or (newest is not None and newest.withdrawn_at is not None):
        return None
    if newest is not None and newest.expires_at > now():
        return newest
    return make_link(session, vacancy, applicant, settings) if _may_go_on(session, vacancy, applicant) else None


def _may_go_on(session: Session, vacancy: Vacancy, applicant: Applicant) -> bool:
    if applicant.state == "done":
        return True
    return takes_applicants(vacancy) or (vacancy.state == "open" and has_begun(session, applicant))


def has_begun(session: Session, applicant: Applicant) -> bool:
    """Whether this person agreed to the notice; pressing the start button alone is nothing yet."""
    found = select(Sitting.id).where(
        Sitting.organisation_id == applicant.organisation_id,
        Sitting.applicant_id == applicant.id,
        Sitting.purpose == "selection",
        Sitting.consented_at.is_not(None),
    )
    return session.scalars(found).first() is not None
