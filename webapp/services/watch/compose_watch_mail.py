"""The mail about findings: what was found, in a sentence each, and where to look. It holds no person's data."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from email.message import EmailMessage

from flask_babel import force_locale, ngettext

from webapp.config import LANGUAGES, Settings
from webapp.records import Organisation, User, WatchFinding
from webapp.services.compose_mail import Addressee, Post, write_message
from webapp.services.watch.words import level_name, title_of


def compose_watch_mail(
    settings: Settings,
    organisation: Organisation,
    user: User,
    batch_id: uuid.UUID,
    found: Sequence[tuple[WatchFinding, int]],
) -> EmailMessage:
    """Write it in the reader's language."""
    language = user.language if user.language in LANGUAGES else "en"
    post = Post(settings, Addressee(organisation, user.name, user.email, language), batch_id)
    with force_locale(language):
        subject = ngettext(
            "%(company)s: %(num)s finding about the models asks for a look",
            "%(company)s: %(num)s findings about the models ask for a look",
            len(found),
            company=organisation.name,
        )
        return write_message(
            post,
            subject,
            "watch",
            findings=[(number, level_name(each.level), title_of(each.name)) for each, number in found],
            link=f"{settings.base_url}/hr/watch",
        )
