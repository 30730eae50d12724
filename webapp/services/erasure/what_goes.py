"""What goes with a member of staff: numbers of what HR brought in itself, and no number of what was said in confidence.

Whether somebody answered by a personal link, or was rated in a round by how many, HR is never told, not here either.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Base, Hire, Rating, Sitting, StaffHistory, StaffMember, Vacancy
from webapp.services.erasure.affected_models import Affected, possible_models
from webapp.services.erasure.known_as import known_as
from webapp.services.erasure.policy import ErasurePolicy, policy_of
from webapp.services.rights.erase_person import Application, applications_of
from webapp.services.rights.hanging_rows import STAFF, belonging
from webapp.services.staff.read_member import service_counts


@dataclass(frozen=True)
class WhatGoes:
    """Everything that the page says before somebody is erased."""

    member: StaffMember
    counts: dict[str, int]
    applications: Sequence[Application]
    models: Sequence[Affected]
    policy: ErasurePolicy

    @property
    def in_use(self) -> list[Affected]:
        return [each for each in self.models if each.in_use]

    @property
    def vacancies(self) -> list[Vacancy]:
        return [vacancy for each in self.models for vacancy in each.vacancies]


def what_goes(session: Session, member: StaffMember) -> WhatGoes:
    owner = member.organisation_id
    return WhatGoes(
        member,
        known_counts(session, member),
        applications_of_member(session, member),
        possible_models(session, owner, member.id),
        policy_of(session, owner),
    )


def known_counts(session: Session, member: StaffMember) -> dict[str, int]:
    """Of what HR knows anyhow: imported answers and ratings, pairs, history, applications."""
    raters, rated = service_counts(session, member)
    found = {
        "imported_sittings": _count(session, Sitting, member, _imported_sitting(member)),
        "ratings_about": _count(session, Rating, member, Rating.ratee_id == member.id),
        "ratings_by": _count(session, Rating, member, Rating.rater_code.in_(known_as(session, member).codes)),
        "service_pairs": raters + rated,
        "history": _count(session, StaffHistory, member, StaffHistory.staff_member_id == member.id),
        "applications": len(applications_of_member(session, member)),
    }
    return {name: number for name, number in found.items() if number}


def _imported_sitting(member: StaffMember) -> ColumnElement[bool]:
    return (Sitting.staff_member_id == member.id) & Sitting.batch_id.is_not(None)


def _count(session: Session, table: type[Base], member: StaffMember, condition: ColumnElement[bool]) -> int:
    ours = table.__table__.c.organisation_id == member.organisation_id
    return session.scalar(select(func.count()).select_from(table).where(ours, condition)) or 0


def applications_of_member(session: Session, member: StaffMember) -> list[Application]:
    """Through which somebody was hired, with all others under the same address: it is one person."""
    found = session.scalar(
        select(Applicant)
        .join(Hire, (Hire.organisation_id == Applicant.organisation_id) & (Hire.applicant_id == Applicant.id))
        .where(Hire.organisation_id == member.organisation_id, Hire.staff_member_id == member.id)
    )
    return applications_of(session, found) if found else []


def has_training_data(session: Session, owner: uuid.UUID, member_id: uuid.UUID) -> bool:
    """Whether a run that is under way could have taken something of this person."""
    return any(
        session.scalar(select(func.count()).select_from(table).where(belonging(table, owner, [member_id], STAFF)))
        for table in map(Base.metadata.tables.__getitem__, ("sitting", "rating", "released_figure", "hire"))
    )
