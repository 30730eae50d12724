"""One applicant's link: show it, send it again, withdraw it."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import Conflict, NotFound
from webapp.records import Applicant, Invitation, Vacancy
from webapp.records.base import now
from webapp.services.blind.face import is_hidden
from webapp.services.compose_mail import invitation_link
from webapp.services.edit_vacancy import takes_applicants
from webapp.services.invite_applicants import add_link
from webapp.services.links.link_that_opens import has_begun, newest_invitation
from webapp.services.mails.post_mail import post_mail
from webapp.services.read_vacancy import get_vacancy
from webapp.services.record_event import record_event
from webapp.services.rights.withdraw_application import withdrawal_of


def get_applicant(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID) -> Applicant:
    applicant = session.get(Applicant, (organisation_id, applicant_id))
    if applicant is None:
        raise NotFound
    return applicant


def personal_link(
    session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID, *, user_id: uuid.UUID, settings: Settings
) -> str:
    """Make the link again for a recruiter who hands it over; that this was done is written down."""
    applicant = get_applicant(session, organisation_id, applicant_id)
    if is_hidden(get_vacancy(session, organisation_id, applicant.vacancy_id), applicant):
        # The pages behind the link greet by name, and whoever sent the list has seen it beside one.
        raise Conflict(_("Names are hidden on this vacancy, so that nobody's link is shown. Links go by mail alone."))
    invitation = newest_invitation(session, applicant)
    if invitation is None or invitation.withdrawn_at is not None:
        raise Conflict(_("This person has no link that works. Send the invitation again, and there is a new one."))
    record(session, applicant, "invitation.link_shown", user_id)
    return invitation_link(settings, invitation.id)


def remind(
    session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID, *, user_id: uuid.UUID, settings: Settings
) -> None:
    """Send the link again; where it has ended or was withdrawn, a new one."""
    applicant = get_applicant(session, organisation_id, applicant_id)
    vacancy = get_vacancy(session, organisation_id, applicant.vacancy_id)
    if applicant.state == "done" or not takes_applicants(vacancy):
        raise Conflict(_("There is nothing to remind of: this person is done or withdrawn, or the vacancy is closed."))
    if applicant.state == "withdrawn":
        if withdrawal_of(session, organisation_id, applicant.id) is not None:
            raise Conflict(_("This person withdrew the application. Only they can take that back, by their own link."))
        # Withdrawing is one press; whoever pressed it by mistake must be able to take it back.
        applicant.state = "started" if has_begun(session, applicant) else "invited"
    _send_again(session, vacancy, applicant, newest_invitation(session, applicant), user_id, settings)
    session.flush()


def _send_again(
    session: Session,
    vacancy: Vacancy,
    applicant: Applicant,
    invitation: Invitation | None,
    user_id: uuid.UUID,
    settings: Settings,
) -> None:
    """Queue a reminder with the link that works, or an invitation with a new one."""
    if invitation is None or invitation.withdrawn_at is not None or invitation.expires_at <= now():
        add_link(session, vacancy, applicant, settings)
    else:
        post_mail(session, applicant.organisation_id, "reminder", applicant_id=applicant.id, about_id=invitation.id)
    record(session, applicant, "invitation.reminded", user_id)


def withdraw(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID, *, user_id: uuid.UUID) -> None:
    """End the link of somebody who is not done; what was answered so far is kept."""
    applicant = get_applicant(session, organisation_id, applicant_id)
    if applicant.state == "withdrawn":
        return
    if applicant.state == "done":
        raise Conflict(_("This person has sent the answers already, so there is no invitation to withdraw."))
    for invitation in session.scalars(
        select(Invitation).where(
            Invitation.organisation_id == organisation_id,
            Invitation.applicant_id == applicant.id,
            Invitation.withdrawn_at.is_(None),
        )
    ):
        invitation.withdrawn_at = now()
    applicant.state = "withdrawn"
    record(session, applicant, "invitation.withdrawn", user_id)


def record(session: Session, applicant: Applicant, action: str, user_id: uuid.UUID | None) -> None:
    record_event(
        session,
        applicant.organisation_id,
        action,
        user_id=user_id,
        subject="applicant",
        subject_id=applicant.id,
    )
