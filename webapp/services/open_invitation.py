"""What a personal link leads to. Looking changes nothing: mail scanners look too."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.definition import Questionnaire
from webapp.errors import Conflict, Gone, NotFound
from webapp.languages import said_date
from webapp.records import Applicant, Invitation, Organisation, Sitting, Vacancy
from webapp.records.base import now
from webapp.security import token_hash
from webapp.services.items.left_out import missing_from
from webapp.services.read_questionnaire import read_questionnaire


class LinkExpired(Gone):
    """This link led to something that is still there: a new one leads there again."""

    def __init__(self, organisation: Organisation, message: str) -> None:
        super().__init__(message)
        self.organisation = organisation


@dataclass(frozen=True)
class Welcome:
    """What the first page says."""

    organisation: Organisation
    vacancy: Vacancy
    applicant: Applicant
    invitation: Invitation
    sitting: Sitting | None
    questionnaire: Questionnaire
    not_asked: Collection[str] = ()

    @property
    def organisation_id(self) -> uuid.UUID:
        return self.organisation.id

    @property
    def submitted(self) -> bool:
        return self.sitting is not None and self.sitting.state == "submitted"

    @property
    def begun(self) -> bool:
        """Whether this person agreed to the notice; a press of the start button is nothing yet."""
        return self.sitting is not None and self.sitting.consented_at is not None

    @property
    def opens_later(self) -> bool:
        """Whether the first day is still to come for somebody who has not begun."""
        opens_at = self.vacancy.opens_at
        return not self.begun and opens_at is not None and opens_at > now()

    @property
    def question_count(self) -> int:
        """What this person is or will be asked, in the language of the page."""
        return len(self.questionnaire.items_of(self.vacancy.form)) - len(self.not_asked)


def open_invitation(session: Session, token: str) -> Welcome:
    """Find what this link leads to, be it over or not."""
    invitation = session.scalar(select(Invitation).where(Invitation.token_hash == token_hash(token)))
    if invitation is None:
        raise NotFound(_("We do not know this link. Check that the whole address was copied from your invitation."))
    return _welcome(session, invitation)


def _welcome(session: Session, invitation: Invitation) -> Welcome:
    owner = invitation.organisation_id
    applicant = session.get_one(Applicant, (owner, invitation.applicant_id))
    vacancy = session.get_one(Vacancy, (owner, applicant.vacancy_id))
    sitting = session.scalar(
        select(Sitting).where(
            Sitting.organisation_id == owner, Sitting.applicant_id == applicant.id, Sitting.purpose == "selection"
        )
    )
    paper = (owner, vacancy.questionnaire_id, vacancy.form)
    return Welcome(
        organisation=session.get_one(Organisation, owner),
        vacancy=vacancy,
        applicant=applicant,
        invitation=invitation,
        sitting=sitting,
        questionnaire=read_questionnaire(session, owner, vacancy.questionnaire_id),
        not_asked=missing_from(session, paper, sitting, str(get_locale() or "")),
    )


def check_open(welcome: Welcome) -> None:
    """Say why this link leads nowhere any more. What was sent keeps its receipt for good."""
    if welcome.submitted:
        return
    invitation = welcome.invitation
    if invitation.withdrawn_at is not None or welcome.applicant.state == "withdrawn":
        raise Gone(_("This invitation was withdrawn. %(whom)s", whom=whom_to_ask(welcome.organisation)))
    if vacancy_ended(welcome.vacancy, started=welcome.begun):
        raise Gone(_("This vacancy is closed, so the questionnaire can no longer be taken."))
    if invitation.expires_at <= now():
        raise LinkExpired(
            welcome.organisation,
            _(
                "This link has expired. Answers that you gave before are kept. %(whom)s",
                whom=whom_to_ask(welcome.organisation),
            ),
        )


def check_opened(welcome: Welcome) -> None:
    """Say from which day on one can begin; whoever has begun already goes on."""
    opens_at = welcome.vacancy.opens_at
    if welcome.opens_later and opens_at is not None:
        raise Conflict(_("From %(day)s on you can begin. Keep this link: it opens then.", day=said_date(opens_at)))


def vacancy_ended(vacancy: Vacancy, *, started: bool) -> bool:
    """Whoever began in time may finish while the vacancy is open, even after its closing date."""
    if vacancy.state != "open":
        return True
    return not started and vacancy.closes_at is not None and vacancy.closes_at <= now()


def whom_to_ask(organisation: Organisation) -> str:
    if organisation.contact_email:
        return _("Ask for a new one: %(email)s.", email=organisation.contact_email)
    return _("Ask the people who invited you for a new one.")
