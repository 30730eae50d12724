"""What a staff member's link leads to. Looking changes nothing: mail scanners look too."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from questionnaires.definition import Questionnaire
from webapp.errors import Conflict, Gone, NotFound
from webapp.records import Answer, AnswerRevision, Organisation, Sitting, StaffInvitation, StaffMember
from webapp.records.base import now
from webapp.security import token_hash
from webapp.services.items.left_out import missing_from
from webapp.services.lock_row import lock_row
from webapp.services.open_invitation import whom_to_ask
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.read_sitting import lock_sitting
from webapp.services.record_event import record_event
from webapp.services.staff.presence import works_here


@dataclass(frozen=True)
class StaffWelcome:
    """What the first page says."""

    organisation: Organisation
    member: StaffMember
    invitation: StaffInvitation
    sitting: Sitting | None
    questionnaire: Questionnaire
    not_asked: Collection[str] = ()

    @property
    def submitted(self) -> bool:
        return self.sitting is not None and self.sitting.state == "submitted"

    @property
    def begun(self) -> bool:
        """Whether this person agreed to the notice; a press of the start button is nothing yet."""
        return self.sitting is not None and self.sitting.consented_at is not None

    @property
    def question_count(self) -> int:
        """What this person is or will be asked, in the language of the page."""
        return len(self.questionnaire.items_of(self.invitation.form)) - len(self.not_asked)


def open_staff_link(session: Session, token: str) -> StaffWelcome:
    """Find what this link leads to, be it over or not."""
    invitation = session.scalar(select(StaffInvitation).where(StaffInvitation.token_hash == token_hash(token)))
    if invitation is None:
        raise NotFound(_("We do not know this link. Check that the whole address was copied from your invitation."))
    owner = invitation.organisation_id
    paper = (owner, invitation.questionnaire_id, invitation.form)
    sitting = session.get(Sitting, (owner, invitation.sitting_id)) if invitation.sitting_id else None
    return StaffWelcome(
        organisation=session.get_one(Organisation, owner),
        member=session.get_one(StaffMember, (owner, invitation.staff_member_id)),
        invitation=invitation,
        sitting=sitting,
        questionnaire=read_questionnaire(session, owner, invitation.questionnaire_id),
        not_asked=missing_from(session, paper, sitting, str(get_locale() or "")),
    )


def check_open(welcome: StaffWelcome) -> None:
    """Say why this link leads nowhere any more. Whoever has sent the answers keeps the receipt and the feedback."""
    whom = whom_to_ask(welcome.organisation)
    if welcome.submitted:
        return
    if welcome.sitting is not None and welcome.sitting.state == "withdrawn":
        raise Gone(_("You have taken your answers back, and they were deleted. There is nothing more to do."))
    if welcome.invitation.withdrawn_at is not None or not works_here(welcome.member):
        raise Gone(_("This invitation was withdrawn. %(whom)s", whom=whom))
    if welcome.invitation.expires_at <= now():
        raise Gone(_("This link has expired. Answers that you gave before are kept. %(whom)s", whom=whom))


def start_staff_sitting(session: Session, token: str) -> tuple[uuid.UUID, uuid.UUID]:
    """Return the organisation and the sitting of this link; there is never a second sitting."""
    welcome = open_staff_link(session, token)
    check_open(welcome)
    invitation = _locked(session, welcome.invitation)
    if invitation.sitting_id is None:
        _begin(session, welcome, invitation)
    elif welcome.sitting is not None and not welcome.begun:
        # Whatever pressed the button before, a mail scanner perhaps, chose nothing for the person who comes now.
        welcome.sitting.language = ""
    assert invitation.sitting_id is not None
    return invitation.organisation_id, invitation.sitting_id


def _locked(session: Session, invitation: StaffInvitation) -> StaffInvitation:
    # Two clicks at once wait for each other here.
    return lock_row(session, StaffInvitation, invitation.organisation_id, invitation.id)


def _begin(session: Session, welcome: StaffWelcome, invitation: StaffInvitation) -> None:
    _refuse_twice(session, invitation)
    sitting = Sitting(
        organisation_id=invitation.organisation_id,
        staff_member_id=invitation.staff_member_id,
        questionnaire_id=invitation.questionnaire_id,
        form=invitation.form,
        purpose="training",
        seed=secrets.randbits(62),
    )
    session.add(sitting)
    session.flush()
    invitation.sitting_id = sitting.id
    # Not begun yet: mail scanners press buttons too. Whoever agrees to the notice has begun; see `give_consent`.
    record_event(session, sitting.organisation_id, "sitting.opened", subject="sitting", subject_id=sitting.id)


def _refuse_twice(session: Session, invitation: StaffInvitation) -> None:
    """Answers may have come by a file after the link was sent."""
    known = session.scalar(
        select(Sitting.id).where(
            Sitting.organisation_id == invitation.organisation_id,
            Sitting.staff_member_id == invitation.staff_member_id,
            Sitting.questionnaire_id == invitation.questionnaire_id,
            Sitting.form == invitation.form,
            Sitting.state != "withdrawn",
        )
    )
    if known is not None:
        raise Conflict(_("Your answers to this questionnaire are here already. There is nothing more to do."))


def take_back(session: Session, token: str) -> None:
    """The person withdraws: the answers are deleted, and no later model learns from them."""
    found = open_staff_link(session, token).sitting
    # A save that is under way comes first, so that its answer goes too.
    sitting = lock_sitting(session, found.organisation_id, found.id) if found else None
    if sitting is None or sitting.state == "withdrawn":
        raise Conflict(_("There are no answers to take back."))
    owner = sitting.organisation_id
    for table in (Answer, AnswerRevision):
        session.execute(delete(table).where(table.organisation_id == owner, table.sitting_id == sitting.id))
    sitting.state, sitting.submitted_at, sitting.receipt_code = "withdrawn", None, None
    record_event(session, owner, "sitting.withdrawn", subject="sitting", subject_id=sitting.id)
