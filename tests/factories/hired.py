"""People who were hired while a model scored them, and whom colleagues have rated since."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.watched import Watched, add_applicants, applicants_like_staff
from webapp.records import Applicant, Hire, Rating, Score, Sitting, StaffMember
from webapp.records.base import now
from webapp.services.score_sitting import score_sitting
from webapp.services.serving_model import serving_model


def hired(session: Session, house: Watched, number: int, *, level: float = -0.6, of: int = 80) -> list[StaffMember]:
    """The best of `of` applicants by the model, hired, and rated by four colleagues `level` below what was expected."""
    applicants = add_applicants(session, house, applicants_like_staff(of), 100)
    scored = score_all(session, house, applicants)
    best = sorted(scored, key=lambda each: -(each[1].score or 0.0))[:number]
    members = [hire(session, house, applicant, place) for place, (applicant, _score) in enumerate(best)]
    lots = random.Random(7)
    for member, (_applicant, score) in zip(members, best, strict=True):
        rate(session, house, member, (score.score or 3.0) + level, lots)
    session.flush()
    return members


def score_all(session: Session, house: Watched, applicants: Sequence[Applicant]) -> list[tuple[Applicant, Score]]:
    model = serving_model(session, house.owner, house.model.id)
    sittings = {
        each.applicant_id: each
        for each in session.scalars(select(Sitting).where(Sitting.applicant_id.in_([one.id for one in applicants])))
    }
    return [(one, score_sitting(session, sittings[one.id], one, house.model.id, model)) for one in applicants]


def hire(session: Session, house: Watched, applicant: Applicant, place: int) -> StaffMember:
    member = StaffMember(organisation_id=house.owner, code=f"NEW-{place}", name=applicant.name)
    session.add(member)
    session.flush()
    day = (now() - dt.timedelta(days=90)).date().isoformat()
    tie = Hire(organisation_id=house.owner, applicant_id=applicant.id, staff_member_id=member.id, hired_on=day)
    session.add(tie)
    session.flush()
    return member


def rate(
    session: Session, house: Watched, member: StaffMember, mean: float, lots: random.Random, days_ago: int = 5
) -> None:
    day = (now() - dt.timedelta(days=days_ago)).date().isoformat()
    for rater in range(4):
        value = min(5.0, max(1.0, round(mean + lots.gauss(0.0, 0.5))))
        session.add(
            Rating(
                organisation_id=house.owner,
                ratee_id=member.id,
                rater_code=f"R{rater}",
                value=value,
                scale_min=1,
                scale_max=5,
                rated_on=day,
            )
        )
