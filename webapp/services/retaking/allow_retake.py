"""HR lets one person take the questionnaire again before the interval is over, and says why."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from webapp.errors import Conflict, Invalid
from webapp.records import Applicant, Organisation, RetakeException, Sitting, Vacancy
from webapp.records.base import now
from webapp.services.manage_invitation import get_applicant
from webapp.services.record_event import record_event
from webapp.services.retakes import retake_policy
from webapp.services.retaking.standing import Standing, has_exception, standing_of

SHORTEST_REASON = 10
LONGEST_REASON = 2000
SHOWN = 100


@dataclass(frozen=True)
class HeldBack:
    """Somebody who was invited and cannot begin yet."""

    applicant: Applicant
    vacancy: Vacancy
    standing: Standing


def allow_retake(
    session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID, reason: str, *, user_id: uuid.UUID
) -> None:
    """Write the exception down; a second press changes nothing."""
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Invalid([_("Give the reason in a sentence, at most %(most)s characters.", most=LONGEST_REASON)])
    applicant = get_applicant(session, organisation_id, applicant_id)
    if has_exception(session, applicant):
        return
    vacancy = session.get_one(Vacancy, (organisation_id, applicant.vacancy_id))
    if not standing_of(session, vacancy, applicant).must_wait:
        raise Conflict(_("Nothing holds this person back, so no exception is needed."))
    session.add(
        RetakeException(organisation_id=organisation_id, applicant_id=applicant_id, user_id=user_id, reason=reason)
    )
    record_event(
        session, organisation_id, "retake.allowed", user_id=user_id, subject="applicant", subject_id=applicant_id
    )
    session.flush()


def held_back(session: Session, organisation_id: uuid.UUID) -> Sequence[HeldBack]:
    """The newest invited people whom the interval keeps from beginning."""
    policy = retake_policy(session.get_one(Organisation, organisation_id))
    since = now() - dt.timedelta(days=policy.interval_days)
    before = aliased(Applicant)
    answered = (
        select(Sitting.id)
        .join(before, (before.organisation_id == Sitting.organisation_id) & (before.id == Sitting.applicant_id))
        .where(
            Sitting.organisation_id == organisation_id,
            before.email == Applicant.email,
            before.id != Applicant.id,
            Sitting.purpose == "selection",
            Sitting.submitted_at > since,
        )
        .exists()
    )
    rows = session.execute(
        select(Applicant, Vacancy)
        .join(Vacancy, (Vacancy.organisation_id == Applicant.organisation_id) & (Vacancy.id == Applicant.vacancy_id))
        .where(
            Applicant.organisation_id == organisation_id,
            Applicant.state == "invited",
            Vacancy.state == "open",
            answered,
        )
        .order_by(Applicant.id.desc())
        .limit(SHOWN)
    )
    found = [HeldBack(applicant, place, standing_of(session, place, applicant)) for applicant, place in rows]
    return [each for each in found if each.standing.must_wait]


def read_held_back(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID) -> HeldBack:
    """One invited person, and what the policy says."""
    applicant = get_applicant(session, organisation_id, applicant_id)
    vacancy = session.get_one(Vacancy, (organisation_id, applicant.vacancy_id))
    return HeldBack(applicant, vacancy, standing_of(session, vacancy, applicant))
