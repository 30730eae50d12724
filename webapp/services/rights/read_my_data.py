"""What the page “My data” shows: who, what is held, what waits, and what can be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import AddressChange, Applicant, ReviewRequest, Withdrawal
from webapp.records.base import now
from webapp.services.forget_applicants import kept_months
from webapp.services.read_sitting import SittingView
from webapp.services.rights.ask_review import requests_of
from webapp.services.rights.correct_contact import waiting_change
from webapp.services.rights.erase_person import Application, applications_of
from webapp.services.rights.withdraw_application import withdrawal_of


@dataclass(frozen=True)
class MyData:
    """Everything that the page shows. `ended` by the company: the application was withdrawn, but not by its owner."""

    applicant: Applicant
    applications: Sequence[Application]
    requests: Sequence[ReviewRequest]
    withdrawal: Withdrawal | None
    change: AddressChange | None
    kept_months: int

    @property
    def withdrawn(self) -> bool:
        return self.applicant.state == "withdrawn"

    @property
    def undo_until(self) -> dt.datetime | None:
        """Until when the withdrawal can be undone; None where it cannot."""
        return self.withdrawal.until if self.withdrawal and self.withdrawal.until > now() else None


def read_my_data(session: Session, view: SittingView) -> MyData:
    sitting = view.sitting
    if sitting.applicant_id is None:
        raise NotFound()
    applicant = session.get_one(Applicant, (sitting.organisation_id, sitting.applicant_id))
    return MyData(
        applicant=applicant,
        applications=applications_of(session, applicant),
        requests=requests_of(session, sitting.organisation_id, sitting.id),
        withdrawal=withdrawal_of(session, sitting.organisation_id, applicant.id),
        change=waiting_change(session, sitting.organisation_id, applicant.id),
        kept_months=kept_months(view.organisation),
    )
