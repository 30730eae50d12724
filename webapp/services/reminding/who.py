"""Whom of the people who are not done a reminder may reach now, and why the others are left out.

The spacing is the one of the reminders that go out by themselves: whoever had a mail within it gets none, whoever sent
that. Somebody whose first mail is still on its way is not reminded of it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict
from webapp.records import Applicant, Invitation, Mail, Vacancy
from webapp.records.base import now
from webapp.services.edit_vacancy import has_opened, takes_applicants
from webapp.services.mails.reminder_policy import APART
from webapp.services.mails.state_of_mails import WITH_A_LINK

WAITING = ("invited", "started")
LATELY, ON_ITS_WAY, UNREACHED = "lately", "on_its_way", "unreached"
REASONS = (LATELY, ON_ITS_WAY, UNREACHED)
AGAIN = ("reminder", "new_link")
TRIED = ("sent", "refused", "given_up")
READY = ""


@dataclass(frozen=True)
class Standing:
    """Somebody who is not done, their link that works, and why they are left out; `READY` where they are not."""

    person: Applicant
    link: Any
    why_not: str


def why_nobody(vacancy: Vacancy) -> str:
    """Why nobody of this vacancy can be reminded at all; empty where they can."""
    if vacancy.state != "open":
        return _("This vacancy is closed, so nobody is reminded. Open it again first.")
    if not takes_applicants(vacancy):
        return _("The last day for answers is over, so nobody is reminded. Choose a later one first.")
    if not has_opened(vacancy):
        return _("The first day for answers has not come yet, so there is nothing to remind of.")
    return ""


def check_may_remind(vacancy: Vacancy) -> None:
    if why := why_nobody(vacancy):
        raise Conflict(why)


def of_waiting(vacancy: Vacancy) -> Select[uuid.UUID]:
    """The ids of the people who are not done."""
    return select(Applicant.id).where(
        Applicant.organisation_id == vacancy.organisation_id,
        Applicant.vacancy_id == vacancy.id,
        Applicant.state.in_(WAITING),
    )


def some_waiting(session: Session, vacancy: Vacancy, most: int) -> Sequence[uuid.UUID]:
    """So many of them at most, in no order: where few of very many wait, an order would be looked for among all."""
    return session.scalars(of_waiting(vacancy).limit(most)).all()


def number_waiting(session: Session, vacancy: Vacancy) -> int:
    return session.scalar(select(func.count()).select_from(of_waiting(vacancy).subquery())) or 0


def standings(session: Session, vacancy: Vacancy, ids: Sequence[uuid.UUID], *, held: bool = False) -> list[Standing]:
    """How each of these stands, in the order of their ids; whoever is done by now is not among them.

    `held`: nobody else reminds them until this transaction ends. Each is asked for after the ones before are held, so
    that what another transaction did is seen.
    """
    people = _people(session, vacancy, ids, held)
    whose = [each.id for each in people]
    links, mails = _links(session, vacancy, whose, held), _mails(session, vacancy, whose)
    return [_standing(each, links.get(each.id, []), mails.get(each.id, [])) for each in people]


def _people(session: Session, vacancy: Vacancy, ids: Sequence[uuid.UUID], held: bool) -> Sequence[Applicant]:
    query = select(Applicant).where(
        Applicant.organisation_id == vacancy.organisation_id,
        Applicant.vacancy_id == vacancy.id,
        Applicant.id.in_(ids),
        Applicant.state.in_(WAITING),
    )
    query = query.order_by(Applicant.id).execution_options(populate_existing=True)
    # Rows that point to them may still be written: whoever holds links or waits for mails must not wait for us.
    return session.scalars(query.with_for_update(key_share=True) if held else query).all()


def _links(session: Session, vacancy: Vacancy, ids: Sequence[uuid.UUID], held: bool) -> Mapping[uuid.UUID, list[Any]]:
    """The links of each, the newest last."""
    query = (
        select(
            *(Invitation.applicant_id, Invitation.id, Invitation.created_at),
            *(Invitation.expires_at, Invitation.sent_at, Invitation.withdrawn_at),
        )
        .where(Invitation.organisation_id == vacancy.organisation_id, Invitation.applicant_id.in_(ids))
        .order_by(Invitation.created_at, Invitation.id)
    )
    return _by_person(session.execute(query.with_for_update() if held else query).all())


def _mails(session: Session, vacancy: Vacancy, ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, list[Any]]:
    """The mails that were to bring each a link, the newest last."""
    query = (
        select(Mail.applicant_id, Mail.kind, Mail.about_id, Mail.state, Mail.created_at)
        .where(
            Mail.organisation_id == vacancy.organisation_id,
            Mail.applicant_id.in_(ids),
            Mail.kind.in_(WITH_A_LINK),
        )
        .order_by(Mail.created_at, Mail.id)
    )
    return _by_person(session.execute(query).all())


def _by_person(rows: Sequence[Any]) -> Mapping[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.applicant_id].append(row)
    return found


def _standing(person: Applicant, links: Sequence[Any], mails: Sequence[Any]) -> Standing:
    newest = links[-1] if links else None
    works = newest is not None and newest.withdrawn_at is None and newest.expires_at > now()
    return Standing(person, newest if works else None, _why_not(links, mails, newest if works else None))


def _why_not(links: Sequence[Any], mails: Sequence[Any], working: Any) -> str:
    if _is_unreached(links, mails):
        return UNREACHED
    if _had_one(links, mails, now() - APART):
        return LATELY
    return ON_ITS_WAY if _is_on_its_way(mails, working) else READY


def _is_unreached(links: Sequence[Any], mails: Sequence[Any]) -> bool:
    """Whether the last word of their mail server was no. Of an address that was mended since, the link had ended."""
    standing = {link.id for link in links if link.withdrawn_at is None}
    ended = [
        mail.state for mail in mails if mail.about_id in standing and mail.state in ("sent", "refused", "given_up")
    ]
    return bool(ended) and (ended[-1] == "refused" or "sent" not in ended)


def _had_one(links: Sequence[Any], mails: Sequence[Any], since: dt.datetime) -> bool:
    moments = [moment for link in links for moment in (link.created_at, link.sent_at)]
    moments += [mail.created_at for mail in mails if mail.kind in AGAIN]
    return any(moment is not None and moment > since for moment in moments)


def _is_on_its_way(mails: Sequence[Any], working: Any) -> bool:
    if any(mail.state == "waiting" for mail in mails):
        return True
    # A long list takes days to go out: its last mails have no row yet.
    never = working is not None and working.sent_at is None
    return never and all(mail.about_id != working.id for mail in mails)
