"""Invite staff to the questionnaire by personal links, and remind those who have not sent their answers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from webapp.config import Settings
from webapp.errors import Conflict
from webapp.records import Sitting, StaffInvitation, StaffMember
from webapp.records.base import new_id, now
from webapp.security import derived_token, token_hash
from webapp.services.queue_work import queue_work
from webapp.services.read_questionnaire import can_be_asked, read_questionnaire
from webapp.services.record_event import record_event
from webapp.services.staff.edit_staff import unit_name
from webapp.services.staff.list_staff import NO_UNIT
from webapp.services.staff.presence import is_present
from webapp.services.training_readiness import operational_form

LINK_DAYS = 45


@dataclass(frozen=True)
class Paper:
    """What staff are asked to take."""

    organisation_id: uuid.UUID
    questionnaire_id: uuid.UUID
    form: str


def paper_of(session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID) -> Paper:
    """The form that models are trained on."""
    return Paper(organisation_id, questionnaire_id, operational_form(session, organisation_id, questionnaire_id))


def staff_token(settings: Settings, invitation: StaffInvitation) -> str:
    """Made again whenever it is needed, stored nowhere. HR is never shown it: it opens somebody's answers."""
    return derived_token(settings.secret_key, f"staff-invitation.{invitation.serial}", invitation.id)


def staff_link(settings: Settings, invitation: StaffInvitation) -> str:
    return f"{settings.base_url}/s/{staff_token(settings, invitation)}"


def to_invite(session: Session, paper: Paper, unit: str = "") -> list[StaffMember]:
    """Who works here, has an address, was not invited yet and has not answered, by a file neither."""
    return list(session.scalars(_uninvited(paper, unit).where(StaffMember.email != "").order_by(StaffMember.code)))


def without_address(session: Session, paper: Paper, unit: str = "") -> int:
    """How many cannot be invited because no address is known."""
    return len(session.scalars(_uninvited(paper, unit).where(StaffMember.email == "")).all())


def _uninvited(paper: Paper, unit: str) -> Select[StaffMember]:
    owner = StaffMember.organisation_id == paper.organisation_id
    query = select(StaffMember).where(
        owner, is_present(), StaffMember.id.not_in(_invited(paper)), StaffMember.id.not_in(_answered(paper))
    )
    if unit == NO_UNIT:
        return query.where(StaffMember.unit_id.is_(None))
    return query.where(StaffMember.unit_id == uuid.UUID(unit)) if unit else query


def _invited(paper: Paper) -> Select[uuid.UUID]:
    return select(StaffInvitation.staff_member_id).where(
        StaffInvitation.organisation_id == paper.organisation_id,
        StaffInvitation.questionnaire_id == paper.questionnaire_id,
        StaffInvitation.form == paper.form,
    )


def _answered(paper: Paper) -> Select[uuid.UUID | None]:
    return select(Sitting.staff_member_id).where(
        Sitting.organisation_id == paper.organisation_id,
        Sitting.questionnaire_id == paper.questionnaire_id,
        Sitting.form == paper.form,
        Sitting.staff_member_id.is_not(None),
        Sitting.state == "submitted",
    )


def invite_staff(
    session: Session, paper: Paper, *, unit: str = "", user_id: uuid.UUID | None, settings: Settings
) -> int:
    """Invite everybody who can be; the mails go out after the transaction. Returns how many."""
    if not can_be_asked(read_questionnaire(session, paper.organisation_id, paper.questionnaire_id), paper.form):
        raise Conflict(_("This questionnaire cannot be taken here yet."))
    people = to_invite(session, paper, unit)
    for member in people:
        _add_link(session, paper, member, settings)
    if people:
        record_event(session, paper.organisation_id, "staff.invited", user_id=user_id, number=len(people))
    session.flush()
    return len(people)


def _add_link(session: Session, paper: Paper, member: StaffMember, settings: Settings) -> None:
    invitation = StaffInvitation(
        organisation_id=paper.organisation_id,
        id=new_id(),
        staff_member_id=member.id,
        questionnaire_id=paper.questionnaire_id,
        form=paper.form,
        serial=1,
        email=member.email,
        unit_name=unit_name(session, member),
        expires_at=now() + dt.timedelta(days=LINK_DAYS),
    )
    invitation.token_hash = token_hash(staff_token(settings, invitation))
    session.add(invitation)
    queue_work(session, paper.organisation_id, "mail.staff_invitation", invitation_id=invitation.id)


def remind_staff(session: Session, paper: Paper, *, user_id: uuid.UUID | None, settings: Settings) -> int:
    """Queue a reminder for everybody who has not sent the answers; a link that has ended is made anew."""
    waiting = list(waiting_invitations(session, paper))
    for invitation in waiting:
        if wants_another_link(invitation):
            _renew(invitation, settings)
        invitation.reminded_at = now()
        queue_work(session, paper.organisation_id, "mail.staff_reminder", invitation_id=invitation.id)
    if waiting:
        record_event(session, paper.organisation_id, "staff.reminded", user_id=user_id)
    session.flush()
    return len(waiting)


def wants_another_link(invitation: StaffInvitation) -> bool:
    """It has ended, or no mail could bring it and HR has mended the address since.

    A link that was sent once stays at its address, whoever has begun or not: it opens somebody's answers, and an
    address that HR has changed would bring them to whomever HR likes.
    """
    mended = invitation.staff_member.email
    if invitation.sent_at is None and invitation.sitting_id is None and mended and mended != invitation.email:
        invitation.email = mended
        return True
    return invitation.expires_at <= now()


def waiting_invitations(session: Session, paper: Paper) -> Iterable[StaffInvitation]:
    """Links of people who work here and have not sent their answers, nor taken them back."""
    sitting = (Sitting.organisation_id == StaffInvitation.organisation_id) & (Sitting.id == StaffInvitation.sitting_id)
    member = (StaffMember.organisation_id == StaffInvitation.organisation_id) & (
        StaffMember.id == StaffInvitation.staff_member_id
    )
    return session.scalars(
        select(StaffInvitation)
        .join(StaffMember, member)
        .outerjoin(Sitting, sitting)
        .options(joinedload(StaffInvitation.staff_member))
        .where(
            StaffInvitation.organisation_id == paper.organisation_id,
            StaffInvitation.questionnaire_id == paper.questionnaire_id,
            StaffInvitation.form == paper.form,
            StaffInvitation.withdrawn_at.is_(None),
            is_present(),
            (Sitting.state == "started") | Sitting.id.is_(None),
            StaffMember.id.not_in(_answered(paper)),
        )
    )


def _renew(invitation: StaffInvitation, settings: Settings) -> None:
    invitation.serial += 1
    invitation.token_hash = token_hash(staff_token(settings, invitation))
    invitation.expires_at = now() + dt.timedelta(days=LINK_DAYS)
