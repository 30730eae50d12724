"""The supervisor opens the confirmation on the spot, by a code that works once and for a short time."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid
from webapp.records import Applicant, Confirmation, Sitting
from webapp.records.base import new_id, now
from webapp.security import token_hash
from webapp.services.confirmation.arrange import find_confirmation, first_sitting
from webapp.services.manage_invitation import get_applicant
from webapp.services.record_event import record_event

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 8
MINUTES = 30


def new_code(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID, *, user_id: uuid.UUID) -> str:
    """A code for the supervisor to type in; the one before it ends. It is shown this once and kept as a hash."""
    get_applicant(session, organisation_id, applicant_id)
    row = find_confirmation(session, organisation_id, applicant_id)
    if row is None or row.state not in ("arranged", "begun"):
        raise Conflict(_("A code is given for a confirmation that is arranged and not done yet."))
    code = "".join(secrets.choice(ALPHABET) for _each in range(LENGTH))
    row.code_hash, row.code_expires_at = token_hash(code), now() + dt.timedelta(minutes=MINUTES)
    record_event(
        session,
        organisation_id,
        "confirmation.code_shown",
        user_id=user_id,
        subject="applicant",
        subject_id=applicant_id,
    )
    session.flush()
    return code


def open_confirmation(session: Session, code: str) -> tuple[uuid.UUID, uuid.UUID]:
    """Use the code up; returns the organisation and the sitting, begun now or gone on with."""
    row = session.scalar(
        select(Confirmation).where(Confirmation.code_hash == token_hash(plain(code))).with_for_update()
    )
    if row is None or row.code_expires_at is None or row.code_expires_at <= now():
        raise Invalid([_("This code is not known, was used already, or is older than %(n)s minutes.", n=MINUTES)])
    applicant = session.get_one(Applicant, (row.organisation_id, row.applicant_id))
    if applicant.state == "withdrawn":
        raise Conflict(_("This application was withdrawn, so there is nothing to confirm any more."))
    row.code_hash = row.code_expires_at = None
    row.sitting_id = row.sitting_id or _begin(session, row, applicant)
    row.state = "begun" if row.state == "arranged" else row.state
    record_event(session, row.organisation_id, "confirmation.opened", subject="applicant", subject_id=row.applicant_id)
    session.flush()
    return row.organisation_id, row.sitting_id


def plain(code: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", code.upper())[:40]


def _begin(session: Session, row: Confirmation, applicant: Applicant) -> uuid.UUID:
    first = first_sitting(session, applicant)
    if first is None:
        raise Conflict(_("There is no result yet that could be confirmed."))
    sitting = Sitting(
        organisation_id=row.organisation_id,
        id=new_id(),
        applicant_id=applicant.id,
        questionnaire_id=first.questionnaire_id,
        form=row.form,
        purpose="confirmation",
        seed=secrets.randbits(62),
    )
    session.add(sitting)
    session.flush()
    record_event(
        session,
        row.organisation_id,
        "sitting.opened",
        subject="sitting",
        subject_id=sitting.id,
        purpose="confirmation",
    )
    return sitting.id
