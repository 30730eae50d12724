"""Tell by mail what is open: each finding to each person once, until somebody acts on it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import ModelVersion, Organisation, User, WatchFinding, WatchMail
from webapp.records.base import new_id
from webapp.services.deliver_mail import MailRefused, deliver_mail
from webapp.services.lock_row import lock_organisation
from webapp.services.queue_work import queue_work
from webapp.services.record_event import record_event
from webapp.services.watch.compose_watch_mail import compose_watch_mail
from webapp.services.watch.due_looks import watched_models
from webapp.services.watch.settle_findings import RANK
from webapp.services.watch.subscribe import levels, people_of_hr

TOPIC = "mail.watch"


def queue_mails(session: Session, organisation_id: uuid.UUID) -> int:
    """Queue one mail to everybody who wants it and was not told of something that is open; how many mails."""
    lock_organisation(session, organisation_id)
    wanted = levels(session, organisation_id)
    people = [user for user in people_of_hr(session, organisation_id) if user.id in wanted]
    rows = open_findings(session, organisation_id)
    told = set(
        session.execute(
            select(WatchMail.finding_id, WatchMail.user_id, WatchMail.serial).where(
                WatchMail.organisation_id == organisation_id
            )
        ).all()
    )
    sent = 0
    for user in people:
        news = [
            row
            for row in rows
            if RANK[row.level] >= RANK[wanted[user.id]] and (row.id, user.id, row.serial) not in told
        ]
        sent += _queue(session, user, news)
    session.flush()
    return sent


def open_findings(session: Session, organisation_id: uuid.UUID) -> list[WatchFinding]:
    """What is open about models at work, alarms first."""
    models = {model.id for model in watched_models(session, organisation_id)}
    rows = session.scalars(
        select(WatchFinding)
        .where(WatchFinding.organisation_id == organisation_id, WatchFinding.state == "open")
        .order_by(WatchFinding.level, WatchFinding.opened_at, WatchFinding.id)
    )
    return [row for row in rows if row.model_version_id in models]


def _queue(session: Session, user: User, news: list[WatchFinding]) -> bool:
    if not news:
        return False
    batch = new_id()
    session.add_all(
        WatchMail(
            organisation_id=user.organisation_id, finding_id=row.id, user_id=user.id, serial=row.serial, batch_id=batch
        )
        for row in news
    )
    queue_work(session, user.organisation_id, TOPIC, batch_id=batch, user_id=user.id)
    return True


def send_watch_mail(
    session: Session, organisation_id: uuid.UUID, batch_id: uuid.UUID, user_id: uuid.UUID, settings: Settings
) -> bool:
    """Send one mail; what was acknowledged meanwhile is left out, and with nothing left there is no mail."""
    user = session.get(User, (organisation_id, user_id))
    found = _of_batch(session, organisation_id, batch_id)
    if user is None or not user.active or not found:
        return False
    organisation = session.get_one(Organisation, organisation_id)
    message = compose_watch_mail(settings, organisation, user, batch_id, found)
    session.commit()
    try:
        deliver_mail(settings, organisation_id, message)
    except MailRefused as refusal:
        session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        record_event(
            session,
            organisation_id,
            "watch.mail_refused",
            subject="user_account",
            subject_id=user_id,
            code=refusal.code,
        )
        session.commit()
        return False
    return True


def _of_batch(session: Session, organisation_id: uuid.UUID, batch_id: uuid.UUID) -> list[tuple[WatchFinding, int]]:
    """The findings of this mail that are still open, with the number of their model."""
    rows = session.execute(
        select(WatchFinding, ModelVersion.number)
        .join(
            WatchMail,
            (WatchMail.organisation_id == WatchFinding.organisation_id) & (WatchMail.finding_id == WatchFinding.id),
        )
        .join(
            ModelVersion,
            (ModelVersion.organisation_id == WatchFinding.organisation_id)
            & (ModelVersion.id == WatchFinding.model_version_id),
        )
        .where(
            WatchMail.organisation_id == organisation_id,
            WatchMail.batch_id == batch_id,
            WatchFinding.state == "open",
            WatchFinding.serial == WatchMail.serial,
        )
        .order_by(ModelVersion.number, WatchFinding.level, WatchFinding.name)
    )
    return [(finding, number) for finding, number in rows]
