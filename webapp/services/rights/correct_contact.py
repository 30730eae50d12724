"""Correct a name at once, and a mail address once whoever reads the new one has said so."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import Conflict, Gone, Invalid, NotFound
from webapp.records import AddressChange, Applicant, Vacancy
from webapp.records.base import new_id, now
from webapp.security import derived_token, token_hash
from webapp.services.queue_work import queue_work
from webapp.services.read_invitation_list import LONGEST_NAME, clean_name
from webapp.services.read_sitting import lock_sitting
from webapp.services.record_event import record_event

DAYS_TO_CONFIRM = 7
CONFIRM, STOP = "address-confirm", "address-stop"


@dataclass(frozen=True)
class Corrected:
    """What became of the correction: whether the name changed, and the address that waits to be confirmed."""

    name: bool
    waiting_for: str


def correct_contact(
    session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, name: str, email: str, settings: Settings
) -> Corrected:
    """Change the name now; a new address only begins to wait, and both addresses are written to."""
    sitting = lock_sitting(session, organisation_id, sitting_id)
    if sitting.applicant_id is None:
        raise NotFound()
    applicant = session.get_one(Applicant, (organisation_id, sitting.applicant_id), populate_existing=True)
    wanted = _checked(email)
    renamed = _rename(session, applicant, clean_name(name)[:LONGEST_NAME])
    if wanted == applicant.email:
        return Corrected(renamed, "")
    _begin_change(session, applicant, wanted, settings)
    return Corrected(renamed, wanted)


def _checked(email: str) -> str:
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise Invalid([_("Write a mail address such as name@example.org.")]) from error


def _rename(session: Session, applicant: Applicant, name: str) -> bool:
    if name == applicant.name:
        return False
    applicant.name = name
    record_event(
        session, applicant.organisation_id, "contact.name_corrected", subject="applicant", subject_id=applicant.id
    )
    return True


def _begin_change(session: Session, applicant: Applicant, email: str, settings: Settings) -> None:
    session.execute(
        delete(AddressChange).where(
            AddressChange.organisation_id == applicant.organisation_id, AddressChange.applicant_id == applicant.id
        )
    )
    number = new_id()
    change = AddressChange(
        organisation_id=applicant.organisation_id,
        id=number,
        applicant_id=applicant.id,
        email=email,
        confirm_hash=token_hash(derived_token(settings.secret_key, CONFIRM, number)),
        stop_hash=token_hash(derived_token(settings.secret_key, STOP, number)),
        until=now() + dt.timedelta(days=DAYS_TO_CONFIRM),
    )
    session.add(change)
    session.flush()
    queue_work(session, applicant.organisation_id, "mail.address_confirm", change_id=number)
    queue_work(session, applicant.organisation_id, "mail.address_notice", change_id=number)
    record_event(
        session, applicant.organisation_id, "contact.address_asked", subject="applicant", subject_id=applicant.id
    )


@dataclass(frozen=True)
class Change:
    """A waiting change with whom it is about. `may`: confirm or stop, by the link that was opened."""

    change: AddressChange
    applicant: Applicant
    vacancy: Vacancy
    may: str


def waiting_change(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID) -> AddressChange | None:
    """The change that waits for a click in the new mailbox, if there is one in time."""
    return session.scalar(
        select(AddressChange).where(
            AddressChange.organisation_id == organisation_id,
            AddressChange.applicant_id == applicant_id,
            AddressChange.until > now(),
        )
    )


def open_change(session: Session, token: str) -> Change:
    """What the link of either mail leads to. Looking changes nothing."""
    wanted = token_hash(token)
    change = session.scalar(
        select(AddressChange)
        .where((AddressChange.confirm_hash == wanted) | (AddressChange.stop_hash == wanted))
        .execution_options(populate_existing=True)
    )
    if change is None or change.until <= now():
        raise Gone(_("This change was made or stopped already, or it waited too long. Nothing more happens here."))
    applicant = session.get_one(Applicant, (change.organisation_id, change.applicant_id))
    vacancy = session.get_one(Vacancy, (change.organisation_id, applicant.vacancy_id))
    return Change(change, applicant, vacancy, "confirm" if change.confirm_hash == wanted else "stop")


def decide_change(session: Session, token: str) -> Change:
    """Carry the change out by the new mailbox's link, or end it by the old one's."""
    found = open_change(session, token)
    session.delete(found.change)
    if found.may == "confirm":
        _move(session, found)
    action = "contact.address_corrected" if found.may == "confirm" else "contact.address_stopped"
    record_event(session, found.change.organisation_id, action, subject="applicant", subject_id=found.applicant.id)
    return found


def _move(session: Session, found: Change) -> None:
    """Every address stands once in a vacancy; who confirmed it may know that it is there already."""
    _carry_along(session, found)
    email = found.applicant.email = found.change.email
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(
            _(
                "There is another application for this vacancy under %(email)s, so this one keeps its address. "
                "Write to the company if both are yours.",
                email=email,
            )
        ) from error


def _carry_along(session: Session, found: Change) -> None:
    """One person's other applications move too, so that the interval before a second sitting still counts."""
    owner, before, email = found.change.organisation_id, found.applicant.email, found.change.email
    taken = select(Applicant.vacancy_id).where(Applicant.organisation_id == owner, Applicant.email == email)
    session.execute(
        update(Applicant)
        .where(
            Applicant.organisation_id == owner,
            Applicant.email == before,
            Applicant.id != found.applicant.id,
            Applicant.vacancy_id.not_in(taken),
        )
        .values(email=email)
    )
