"""The mails of a reminding as they are read, made as the real ones are; nobody's personal link is in them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import force_locale
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES, Settings
from webapp.languages import said_datetime
from webapp.records import Invitation, Organisation, Vacancy
from webapp.records.base import now
from webapp.services.blind.face import Face, face_of
from webapp.services.compose_mail import (
    Addressee,
    Post,
    addressee_of,
    compose_invitation,
    compose_reminder,
    invitation_link,
)
from webapp.services.links.link_that_opens import LINK_DAYS
from webapp.services.reminding.plan import Plan
from webapp.services.reminding.who import Standing

NOT_BEGUN, BEGUN, NEW_LINK = "not_begun", "begun", "new_link"
KINDS = (NOT_BEGUN, BEGUN, NEW_LINK)
NAME, LINK, DATE = "{name}", "{link}", "{date}"


@dataclass(frozen=True)
class Reading:
    """One text, how many people get it, and as whom it is shown; None where that is not told."""

    language: str
    kind: str
    subject: str
    text: str
    number: int | None = None
    reader: Face | None = None


def readings(session: Session, vacancy: Vacancy, plan: Plan, settings: Settings) -> list[Reading]:
    """Each text that somebody gets; where it was not counted who that is, each that somebody may get."""
    company = session.get_one(Organisation, vacancy.organisation_id)
    if not plan.may_send:
        return []
    if not plan.counted:
        return [_for_anybody(vacancy, company, settings, *each) for each in _may_be_sent(vacancy, company)]
    return list(_as_read(vacancy, company, settings, plan))


def _may_be_sent(vacancy: Vacancy, company: Organisation) -> list[tuple[str, str]]:
    """In the vacancy's languages, and in the one for people whose language nobody knows."""
    fallback = company.language if company.language in LANGUAGES else "en"
    return [
        (language, kind)
        for language in LANGUAGES
        if language in vacancy.languages or language == fallback
        for kind in KINDS
    ]


def kind_of(standing: Standing) -> str:
    if standing.link is None:
        return NEW_LINK
    return BEGUN if standing.person.state == "started" else NOT_BEGUN


def _as_read(vacancy: Vacancy, company: Organisation, settings: Settings, plan: Plan) -> Iterator[Reading]:
    groups: dict[tuple[str, str], list[Standing]] = {}
    for each in plan.ready:
        language = addressee_of(company, each.person).language
        groups.setdefault((language, kind_of(each)), []).append(each)
    for language, kind in ((language, kind) for language in LANGUAGES for kind in KINDS):
        if some := groups.get((language, kind)):
            first, face = some[0], face_of(vacancy, some[0].person)
            ends = first.link.expires_at if first.link else _end(vacancy)
            subject, text = _made(vacancy, company, settings, language, kind, face.name, ends)
            yield Reading(language, kind, subject, text, len(some), face)


def _for_anybody(vacancy: Vacancy, company: Organisation, settings: Settings, language: str, kind: str) -> Reading:
    """With placeholders for what is each person's own."""
    ends = _end(vacancy)
    subject, text = _made(vacancy, company, settings, language, kind, NAME, ends)
    with force_locale(language):
        said = said_datetime(ends, "long")
    return Reading(language, kind, subject, text if vacancy.closes_at else text.replace(said, DATE))


def _end(vacancy: Vacancy) -> dt.datetime:
    return vacancy.closes_at or now() + dt.timedelta(days=LINK_DAYS)


def _made(
    vacancy: Vacancy,
    company: Organisation,
    settings: Settings,
    language: str,
    kind: str,
    name: str,
    ends: dt.datetime,
) -> tuple[str, str]:
    """Subject and words of the real mail about a link that is nobody's."""
    nobodys = Invitation(organisation_id=company.id, id=uuid.uuid4(), expires_at=ends)
    post = Post(settings, Addressee(company, name, "somebody@example.org", language), nobodys.id)
    if kind == NEW_LINK:
        mail = compose_invitation(post, vacancy, nobodys)
    else:
        mail = compose_reminder(post, vacancy, nobodys, begun=kind == BEGUN)
    body = mail.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    return str(mail["Subject"]), text.replace(invitation_link(settings, nobodys.id), LINK).strip()
