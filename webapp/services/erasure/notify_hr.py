"""Tell HR by mail how a training ended that erasures had made due."""

from __future__ import annotations

import uuid
from email.message import EmailMessage

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES, Settings
from webapp.records import ModelVersion, Organisation, Retraining, User, UserRole
from webapp.services.compose_mail import Addressee, Post, write_message
from webapp.services.deliver_mail import MailRefused, deliver_mail
from webapp.services.queue_work import queue_work

TOPIC = "mail.erasure_notice"


def notify_hr(session: Session, row: Retraining) -> None:
    """Queue a mail to everybody with HR's role who can sign in."""
    people = session.scalars(
        select(User.id)
        .join(UserRole, (UserRole.organisation_id == User.organisation_id) & (UserRole.user_id == User.id))
        .where(User.organisation_id == row.organisation_id, User.active, UserRole.role == "hr")
        .order_by(User.id)
    )
    for person in people:
        queue_work(session, row.organisation_id, TOPIC, retraining_id=row.id, user_id=person)


def send_erasure_notice(
    session: Session, organisation_id: uuid.UUID, retraining_id: uuid.UUID, user_id: uuid.UUID, settings: Settings
) -> bool:
    """Tell one person of HR; the transaction ends before the mail server is spoken to."""
    user = session.get(User, (organisation_id, user_id))
    row = session.get(Retraining, (organisation_id, retraining_id))
    if user is None or not user.active or row is None:
        return False
    message = _compose(session, row, user, settings)
    session.commit()
    try:
        deliver_mail(settings, organisation_id, message)
    except MailRefused:
        # The same stands on HR's page of erasures.
        return False
    return True


def _compose(session: Session, row: Retraining, user: User, settings: Settings) -> EmailMessage:
    organisation = session.get_one(Organisation, row.organisation_id)
    model = session.get(ModelVersion, (row.organisation_id, row.model_version_id)) if row.model_version_id else None
    language = user.language if user.language in LANGUAGES else "en"
    post = Post(
        settings, Addressee(organisation, user.name, user.email, language), uuid.uuid5(row.id, f"{row.state} {user.id}")
    )
    page = f"/hr/models/{model.id}" if model else "/hr/requests/erasures"
    with force_locale(language):
        return write_message(
            post,
            _("%(company)s: the training after an erasure", company=organisation.name),
            "erasure_notice",
            state=row.state,
            number=model.number if model else None,
            link=f"{settings.base_url}{page}",
        )
