"""The mails about somebody's rights: an answer to a request, and a changed address."""

from __future__ import annotations

import uuid
from email.message import EmailMessage

from flask_babel import force_locale
from flask_babel import gettext as _

from webapp.config import Settings
from webapp.records import AddressChange, Invitation, ReviewRequest, Vacancy
from webapp.security import derived_token
from webapp.services.compose_mail import Addressee, Post, invitation_link, write_message
from webapp.services.rights.correct_contact import CONFIRM, STOP


def compose_review_answer(
    post: Post, vacancy: Vacancy, request: ReviewRequest, invitation: Invitation | None
) -> EmailMessage:
    """The answer of a person to somebody who asked for one."""
    with force_locale(post.addressee.language):
        return write_message(
            post,
            _("%(company)s: the answer to your request", company=post.addressee.organisation.name),
            "review_answer",
            vacancy=vacancy,
            request=request,
            link=invitation_link(post.settings, invitation.id) if invitation else None,
        )


def compose_address_confirm(post: Post, vacancy: Vacancy, change: AddressChange) -> EmailMessage:
    """To the new address: nothing changes before its reader presses a button."""
    to = Addressee(post.addressee.organisation, post.addressee.name, change.email, post.addressee.language)
    with force_locale(to.language):
        return write_message(
            Post(post.settings, to, post.mail_id),
            _("%(company)s: confirm your new mail address", company=to.organisation.name),
            "address_confirm",
            vacancy=vacancy,
            link=_link(post.settings, CONFIRM, change.id),
            until=change.until,
        )


def compose_address_notice(post: Post, vacancy: Vacancy, change: AddressChange) -> EmailMessage:
    """To the old address: what was asked, and how to stop it."""
    with force_locale(post.addressee.language):
        return write_message(
            post,
            _("%(company)s: your mail address is about to change", company=post.addressee.organisation.name),
            "address_notice",
            vacancy=vacancy,
            link=_link(post.settings, STOP, change.id),
            until=change.until,
        )


def _link(settings: Settings, purpose: str, change_id: uuid.UUID) -> str:
    return f"{settings.base_url}/address/{derived_token(settings.secret_key, purpose, change_id)}"
