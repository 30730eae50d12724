"""Remind people by themselves, as their organisation's policy says; never anybody who has sent the answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.records import Applicant, Invitation, Mail, Organisation, Vacancy
from webapp.records.base import now
from webapp.services.mails.post_mail import post_mail
from webapp.services.mails.reminder_policy import APART, ReminderPolicy, reminder_policy
from webapp.services.record_event import record_event

AT_ONCE = 200
AFTER, BEFORE = "after_inviting", "before_the_end"


def remind_in_time(session: Session) -> int:
    """Queue the next reminders that are due; how many."""
    number = 0
    for organisation in session.scalars(select(Organisation).order_by(Organisation.id)):
        policy = reminder_policy(organisation)
        if policy.at_most:
            number += sum(_remind(session, organisation, policy, occasion) for occasion in (BEFORE, AFTER))
    return number


def _remind(session: Session, organisation: Organisation, policy: ReminderPolicy, occasion: str) -> int:
    query = _due(organisation, policy, occasion)
    held = [row.id for row in session.scalars(query.limit(AT_ONCE))]
    # Asked again now that they are held: whoever was reminded by hand while we waited for the rows is left alone.
    rows = session.scalars(query.where(Invitation.id.in_(held))).all() if held else []
    for invitation in rows:
        post_mail(
            session,
            organisation.id,
            "reminder",
            applicant_id=invitation.applicant_id,
            about_id=invitation.id,
            occasion=occasion,
        )
        record_event(
            session,
            organisation.id,
            "invitation.reminded",
            subject="applicant",
            subject_id=invitation.applicant_id,
            occasion=occasion,
        )
    session.flush()
    return len(rows)


def _due(organisation: Organisation, policy: ReminderPolicy, occasion: str) -> Select[Invitation]:
    """Links that are out, that nobody has been reminded of lately, and whose day has come."""
    moment = now()
    return (
        select(Invitation)
        .join(Applicant, _same(Applicant.organisation_id, Applicant.id, Invitation.applicant_id))
        .join(Vacancy, _same(Vacancy.organisation_id, Vacancy.id, Applicant.vacancy_id))
        .where(
            Invitation.organisation_id == organisation.id,
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > moment,
            Invitation.sent_at < moment - APART,
            Vacancy.state == "open",
            or_(Vacancy.opens_at.is_(None), Vacancy.opens_at <= moment),
            _its_day(policy, occasion, moment),
            _newest_link(),
            _reminders() < policy.at_most,
            ~_known_mail(occasion, moment),
        )
        .order_by(Invitation.id)
        .with_for_update(of=Invitation, skip_locked=True)
    )


def _same(owner: Any, key: Any, value: Any) -> ColumnElement[bool]:
    return and_(owner == Invitation.organisation_id, key == value)


def _its_day(policy: ReminderPolicy, occasion: str, moment: dt.datetime) -> ColumnElement[bool]:
    if occasion == AFTER:
        begun = Invitation.created_at <= moment - dt.timedelta(days=policy.after_days)
        return and_(begun, Applicant.state == "invited")
    soon = Invitation.expires_at <= moment + dt.timedelta(days=policy.before_days)
    return and_(soon, Applicant.state.in_(("invited", "started")))


def _newest_link() -> ColumnElement[bool]:
    newer = aliased(Invitation)
    return ~(
        select(newer.id)
        .where(
            newer.organisation_id == Invitation.organisation_id,
            newer.applicant_id == Invitation.applicant_id,
            newer.withdrawn_at.is_(None),
            newer.created_at > Invitation.created_at,
        )
        .exists()
    )


def _reminders() -> ColumnElement[int]:
    """How often this person was reminded by itself already."""
    return (
        select(func.count())
        .select_from(Mail)
        .where(_to_the_same(), Mail.kind == "reminder", Mail.occasion.in_((AFTER, BEFORE)))
        .scalar_subquery()
    )


def _known_mail(occasion: str, moment: dt.datetime) -> ColumnElement[bool]:
    """This very reminder, any other of late, or an address to which nothing can be brought; whose address was mended
    has another link since."""
    this = and_(Mail.kind == "reminder", Mail.about_id == Invitation.id, Mail.occasion == occasion)
    lately = and_(Mail.kind.in_(("reminder", "new_link")), Mail.created_at > moment - APART)
    unreached = and_(Mail.state == "refused", Mail.about_id == Invitation.id)
    return select(Mail.id).where(_to_the_same(), or_(this, lately, unreached)).exists()


def _to_the_same() -> ColumnElement[bool]:
    return and_(Mail.organisation_id == Invitation.organisation_id, Mail.applicant_id == Invitation.applicant_id)
