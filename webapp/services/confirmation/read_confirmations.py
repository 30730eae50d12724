"""Confirmations as HR reads them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Confirmation, User, Vacancy
from webapp.services.confirmation.arrange import find_confirmation, why_not
from webapp.services.manage_invitation import get_applicant
from webapp.services.promotion.stop_scores import Stop, stop_of

SHOWN = 200
ORDER = ("asked", "begun", "arranged", "done", "declined")


@dataclass(frozen=True)
class ConfirmationView:
    """One applicant's confirmation, be it there or not."""

    applicant: Applicant
    vacancy: Vacancy
    row: Confirmation | None
    asked_by: str = ""
    why_not: str = ""
    stop: Stop | None = None

    @property
    def state(self) -> str:
        return self.row.state if self.row else ""

    @property
    def finding(self) -> dict[str, Any]:
        """What came out; nothing while scores are stopped."""
        return (self.row.finding or {}) if self.row and not self.stop else {}


def list_confirmations(session: Session, organisation_id: uuid.UUID) -> Sequence[ConfirmationView]:
    """The newest, those that wait for HR first."""
    rows = session.execute(
        select(Confirmation, Applicant, Vacancy, User.name)
        .join(
            Applicant,
            (Applicant.organisation_id == Confirmation.organisation_id) & (Applicant.id == Confirmation.applicant_id),
        )
        .join(Vacancy, (Vacancy.organisation_id == Applicant.organisation_id) & (Vacancy.id == Applicant.vacancy_id))
        .outerjoin(User, (User.organisation_id == Confirmation.organisation_id) & (User.id == Confirmation.asked_by))
        .where(Confirmation.organisation_id == organisation_id)
        .order_by(Confirmation.created_at.desc(), Confirmation.id.desc())
        .limit(SHOWN)
    )
    found = [ConfirmationView(applicant, vacancy, row, name or "") for row, applicant, vacancy, name in rows]
    return sorted(found, key=lambda each: ORDER.index(each.state))


def read_confirmation(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID) -> ConfirmationView:
    applicant = get_applicant(session, organisation_id, applicant_id)
    row = find_confirmation(session, organisation_id, applicant_id)
    asked_by = session.get(User, (organisation_id, row.asked_by)) if row and row.asked_by else None
    return ConfirmationView(
        applicant=applicant,
        vacancy=session.get_one(Vacancy, (organisation_id, applicant.vacancy_id)),
        row=row,
        asked_by=asked_by.name if asked_by else "",
        why_not="" if row and row.state != "declined" else why_not(session, applicant),
        stop=stop_of(session, organisation_id),
    )
