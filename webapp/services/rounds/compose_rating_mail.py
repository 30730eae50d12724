"""The mails of a round: to raters the link, to HR that a round needs a look."""

from __future__ import annotations

import uuid
from email.message import EmailMessage

from flask_babel import force_locale
from flask_babel import gettext as _

from webapp.config import LANGUAGES, Settings
from webapp.records import Organisation, RatingRound, User
from webapp.records.base import now
from webapp.services.compose_mail import Addressee, Post, write_message
from webapp.services.rounds.find_round import last_day
from webapp.services.rounds.open_rating_link import RaterLink
from webapp.services.rounds.rater_links import rating_link

SUBJECTS = {
    "drafted": lambda title: _("Please look at it: the next rating round “%(title)s”", title=title),
    "opened": lambda title: _("The rating round “%(title)s” has opened", title=title),
    "closed": lambda title: _("The rating round “%(title)s” has closed", title=title),
    "not_opened": lambda title: _("The rating round “%(title)s” could not open", title=title),
}


def compose_rating_mail(settings: Settings, link: RaterLink, colleagues: int, *, reminder: bool) -> EmailMessage:
    """The link to the rater's page, in the rater's language, to the address for which the link was made."""
    addressee = Addressee(link.organisation, link.person.name, link.rater.email, link.language)
    day = now().date()
    post = Post(settings, addressee, uuid.uuid5(link.rater.link_id, f"{'reminder' if reminder else 'link'} {day}"))
    with force_locale(addressee.language):
        words = {"company": link.organisation.name, "title": link.round.title}
        subject = _("%(company)s: “%(title)s” still waits for you", **words) if reminder else _rating_subject(words)
        return write_message(
            post,
            subject,
            "rating_reminder" if reminder else "rating_invitation",
            round=link.round,
            link=rating_link(settings, link.rater.link_id),
            last_day=last_day(link.round),
            colleagues=colleagues,
        )


def _rating_subject(words: dict[str, str]) -> str:
    return str(_("%(company)s: how do colleagues work for you? “%(title)s”", **words))


def compose_notice(
    settings: Settings, organisation: Organisation, user: User, row: RatingRound, what: str
) -> EmailMessage:
    """Tell somebody of HR what happened to a round; it holds no figures."""
    language = user.language if user.language in LANGUAGES else "en"
    addressee = Addressee(organisation, user.name, user.email, language)
    post = Post(settings, addressee, uuid.uuid5(row.id, f"{what} {user.id} {now():%Y-%m-%d}"))
    with force_locale(language):
        return write_message(
            post,
            SUBJECTS[what](row.title),
            "rating_notice",
            what=what,
            round=row,
            link=f"{settings.base_url}/hr/rounds/{row.id}",
            opens_on=row.opens_at.date(),
            last_day=last_day(row),
        )
