"""A message as a mail, when it goes out: only now the name and the personal link are put in."""

from __future__ import annotations

from email.message import EmailMessage

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import Applicant, Decision, Invitation, Mail, Message, MessageSending, Organisation, Vacancy
from webapp.services.compose_mail import Addressee, Post, invitation_link, write_message
from webapp.services.messages.placeholders import fill, used_in


def compose_message(session: Session, mail: Mail, settings: Settings) -> EmailMessage | None:
    """None where it was taken back, its decision was undone, or the person withdrew: then nobody wants it."""
    owner = mail.organisation_id
    message = session.get(Message, (owner, mail.about_id))
    applicant = session.get_one(Applicant, (owner, mail.applicant_id))
    if message is None or message.stopped_at is not None or applicant.state == "withdrawn":
        return None
    if tells_of_undone(session, message):
        return None
    organisation = session.get_one(Organisation, owner)
    post = Post(settings, Addressee(organisation, applicant.name, applicant.email, message.language), mail.id)
    values = said_values(session, message, applicant, settings)
    vacancy = session.get_one(Vacancy, (owner, applicant.vacancy_id))
    with force_locale(message.language):
        return write_message(
            post,
            fill(message.subject, values),
            "message",
            vacancy=vacancy,
            paragraphs=fill(message.text, values).split("\n\n"),
            page=values["my_page"],
        )


def tells_of_undone(session: Session, message: Message) -> bool:
    """Whether the decision that it tells this person was undone."""
    undone = (
        select(Decision.id)
        .join(
            MessageSending,
            (MessageSending.organisation_id == Decision.organisation_id)
            & (MessageSending.decision_batch == Decision.batch_id),
        )
        .where(
            Decision.organisation_id == message.organisation_id,
            Decision.applicant_id == message.applicant_id,
            Decision.undone_at.is_not(None),
            MessageSending.id == message.sending_id,
        )
    )
    return session.scalar(undone.limit(1)) is not None


def said_values(session: Session, message: Message, applicant: Applicant, settings: Settings) -> dict[str, str]:
    """What is put in last. Somebody without a link gets the page that sends one."""
    wanted = "my_page" in used_in(message.subject, message.text)
    return {
        "name": applicant.name or applicant.email,
        "my_page": _my_page(session, applicant, settings) if wanted else "",
    }


def _my_page(session: Session, applicant: Applicant, settings: Settings) -> str:
    link = session.scalars(
        select(Invitation)
        .where(Invitation.organisation_id == applicant.organisation_id, Invitation.applicant_id == applicant.id)
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        .limit(1)
    ).first()
    if link is None:
        return f"{settings.base_url}/new-link?company={applicant.organisation_id}"
    return f"{invitation_link(settings, link.id)}/rights"
