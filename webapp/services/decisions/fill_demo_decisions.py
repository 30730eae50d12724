"""Decisions in the simulated company, made by its simulated recruiter, so that stages and history are not empty."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Organisation, User, UserRole, Vacancy
from webapp.services.decisions.decide import decide
from webapp.services.decisions.reasons import Why
from webapp.services.decisions.stages import reasons_of
from webapp.services.shortlist.bring_up import bring_up
from webapp.services.shortlist.open_list import Row, open_list

SHORTLISTED, INTERVIEW = 1, 2
FEW = 8
TIE = "Could start this month, by the papers. (simulated)"


def fill_demo_decisions(session: Session, organisation: Organisation) -> None:
    """The best on the first list are shortlisted, and one of them is asked to an interview."""
    owner = organisation.id
    vacancy = session.scalars(
        select(Vacancy).where(Vacancy.organisation_id == owner).order_by(Vacancy.created_at, Vacancy.id)
    ).first()
    user = session.scalars(
        select(User.id)
        .join(UserRole, (UserRole.organisation_id == User.organisation_id) & (UserRole.user_id == User.id))
        .where(User.organisation_id == owner, UserRole.role == "recruiter")
        .order_by(User.id)
    ).first()
    if vacancy is None or user is None:
        return
    bring_up(session, owner, vacancy.id)
    best = _best(session, vacancy)
    reason = reasons_of(session, owner, "open")[0].id
    for people, stage in ((best, SHORTLISTED), (best[:1], INTERVIEW)):
        if people:
            why = Why(reason, "Simulated decision.", TIE)
            decide(session, owner, vacancy.id, [each.applicant_id for each in people], stage, why, user_id=user)


def _best(session: Session, vacancy: Vacancy) -> list[Row]:
    """The first tie group, or as many of it as a visitor can take in."""
    rows = open_list(session, vacancy).rows
    return [each for each in rows if each.group == rows[0].group][:FEW]
