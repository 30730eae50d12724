"""A recruiter asks for a confirmation; HR arranges or declines it."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid
from webapp.records import Applicant, Confirmation, Sitting, Vacancy
from webapp.records.base import new_id, now
from webapp.services.lock_row import lock_row
from webapp.services.mails.post_mail import post_mail
from webapp.services.manage_invitation import get_applicant
from webapp.services.read_questionnaire import can_be_asked, read_questionnaire
from webapp.services.record_event import record_event

SHORTEST_REASON = 10
LONGEST_REASON = 2000


def find_confirmation(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID) -> Confirmation | None:
    return session.scalar(
        select(Confirmation).where(
            Confirmation.organisation_id == organisation_id, Confirmation.applicant_id == applicant_id
        )
    )


def first_sitting(session: Session, applicant: Applicant) -> Sitting | None:
    """What is to be confirmed: the answers that were sent for the vacancy."""
    return session.scalar(
        select(Sitting).where(
            Sitting.organisation_id == applicant.organisation_id,
            Sitting.applicant_id == applicant.id,
            Sitting.purpose == "selection",
            Sitting.state == "submitted",
        )
    )


def why_not(session: Session, applicant: Applicant) -> str:
    """What keeps this result from being confirmed; empty where nothing does."""
    sitting = first_sitting(session, applicant)
    if sitting is None or applicant.state != "done":
        return _("There is no result yet that could be confirmed.")
    vacancy = session.get_one(Vacancy, (applicant.organisation_id, applicant.vacancy_id))
    if vacancy.state != "open":
        return _("This vacancy is closed. Open it again first.")
    if other_form(session, sitting) is None:
        return _("This questionnaire has no second form, so there is nothing to confirm it with.")
    return ""


def other_form(session: Session, sitting: Sitting) -> str | None:
    """The form with other questions, where there is one that can be asked."""
    questionnaire = read_questionnaire(session, sitting.organisation_id, sitting.questionnaire_id)
    others = (form.id for form in questionnaire.forms if form.id != sitting.form)
    return next((form for form in others if can_be_asked(questionnaire, form)), None)


def ask_confirmation(
    session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID, *, user_id: uuid.UUID
) -> Confirmation:
    """Put the wish before HR; asking twice is asking once, and what was declined may be asked again."""
    row = _row(session, organisation_id, applicant_id)
    if row.state not in ("", "declined"):
        return row
    row.state, row.asked_by, row.reason = "asked", user_id, ""
    _record(session, row, "confirmation.asked", user_id)
    return row


def arrange_confirmation(
    session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID, *, user_id: uuid.UUID
) -> Confirmation:
    """HR agrees, or begins it; the person is told by mail what comes."""
    row = _row(session, organisation_id, applicant_id)
    if row.state in ("arranged", "begun", "done"):
        return row
    row.state, row.arranged_by, row.arranged_at, row.reason = "arranged", user_id, now(), ""
    session.flush()
    post_mail(session, organisation_id, "confirmation", applicant_id=applicant_id, about_id=row.id)
    _record(session, row, "confirmation.arranged", user_id)
    return row


def decline_confirmation(
    session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID, reason: str, *, user_id: uuid.UUID
) -> None:
    """HR says no, and why; nothing that was begun is ended by it."""
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Invalid([_("Give the reason in a sentence, at most %(most)s characters.", most=LONGEST_REASON)])
    get_applicant(session, organisation_id, applicant_id)
    row = find_confirmation(session, organisation_id, applicant_id)
    if row is None or row.state in ("begun", "done", "declined"):
        raise Conflict(_("There is nothing to decline here any more. Look at it again."))
    row.state, row.reason, row.code_hash = "declined", reason, None
    _record(session, row, "confirmation.declined", user_id)


def _row(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID) -> Confirmation:
    """The one confirmation of this applicant, held; a new one has no state yet."""
    get_applicant(session, organisation_id, applicant_id)
    applicant = lock_row(session, Applicant, organisation_id, applicant_id)
    found = find_confirmation(session, organisation_id, applicant_id)
    if found is not None and found.state != "declined":
        return found
    if fault := why_not(session, applicant):
        raise Conflict(fault)
    if found is not None:
        return found
    sitting = first_sitting(session, applicant)
    form = other_form(session, sitting) if sitting else None
    row = Confirmation(organisation_id=organisation_id, id=new_id(), applicant_id=applicant_id, state="", form=form)
    session.add(row)
    return row


def _record(session: Session, row: Confirmation, action: str, user_id: uuid.UUID) -> None:
    session.flush()
    record_event(
        session, row.organisation_id, action, user_id=user_id, subject="applicant", subject_id=row.applicant_id
    )
