"""The personal link opens the way to one's own data for as long as there are any, whatever else it still opens."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import Conflict
from webapp.records import Applicant, Organisation, Sitting
from webapp.services.open_invitation import open_invitation
from webapp.services.rights.erase_person import Application, applications_of, erase_applicant


@dataclass(frozen=True)
class Owner:
    """Whose data a link leads to. `sitting` is the one whose pages are opened; None where nobody began."""

    organisation: Organisation
    applicant: Applicant
    title: str
    sitting: Sitting | None
    applications: list[Application]


def open_rights(session: Session, token: str) -> Owner:
    """Find whose link this is, be the vacancy closed, the link over or the application withdrawn."""
    welcome = open_invitation(session, token)
    return Owner(
        welcome.organisation,
        welcome.applicant,
        welcome.vacancy.title,
        welcome.sitting,
        applications_of(session, welcome.applicant),
    )


def erase_by_link(session: Session, token: str, settings: Settings) -> str:
    """Erase somebody who never began; who began does it on their own page."""
    owner = open_rights(session, token)
    # Two presses at once wait for each other here (SQLite has its write lock already).
    held = session.scalar(
        select(Applicant)
        .where(Applicant.organisation_id == owner.organisation.id, Applicant.id == owner.applicant.id)
        .with_for_update()
    )
    if held is None or owner.sitting is not None:
        raise Conflict()
    return erase_applicant(session, held, settings)


def sitting_of(owner: Owner) -> tuple[uuid.UUID, uuid.UUID] | None:
    """Organisation and sitting that the browser is to hold."""
    return (owner.organisation.id, owner.sitting.id) if owner.sitting else None
