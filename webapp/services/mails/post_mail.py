"""Say that somebody is to get a mail. It is composed and sent by the worker, after this transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.records import Invitation, Mail, Outbox, Sitting
from webapp.records.base import new_id, now
from webapp.services.queue_work import queue_work

LATER = dt.timedelta(hours=25)
"""A mail that was handed out and not noted by then is handed out again. A long list takes hours to go out.

Longer than any pause between tries: by that it is told whether a mail is handed out or waits for its next try.
"""


def post_mail(
    session: Session,
    organisation_id: uuid.UUID,
    kind: str,
    *,
    applicant_id: uuid.UUID,
    about_id: uuid.UUID,
    occasion: str | None = None,
) -> Mail:
    """Queue one mail. Mails of one kind about one thing on one occasion are one mail."""
    number = new_id()
    mail = Mail(
        organisation_id=organisation_id,
        id=number,
        applicant_id=applicant_id,
        kind=kind,
        about_id=about_id,
        occasion=str(number) if occasion is None else occasion,
        next_try_at=now() + LATER,
    )
    session.add(mail)
    hand_out(session, mail)
    return mail


def post_mails(
    session: Session,
    organisation_id: uuid.UUID,
    kind: str,
    about: Sequence[tuple[uuid.UUID, uuid.UUID]],
    occasion: str,
) -> None:
    """Queue mails of one kind on one occasion: to each of these applicants, about this. Written at once for many."""
    if not about:
        return
    mails = [
        {
            "organisation_id": organisation_id,
            "id": new_id(),
            "applicant_id": applicant_id,
            "kind": kind,
            "about_id": about_id,
            "occasion": occasion,
            "next_try_at": now() + LATER,
        }
        for applicant_id, about_id in about
    ]
    session.execute(insert(Mail), mails)
    asked = {"organisation_id": organisation_id, "topic": f"mail.{kind}"}
    session.execute(insert(Outbox), [{**asked, "payload": {"mail_id": str(mail["id"])}} for mail in mails])


def hand_out(session: Session, mail: Mail) -> Outbox:
    return queue_work(session, mail.organisation_id, f"mail.{mail.kind}", mail_id=mail.id)


def first_mail(session: Session, organisation_id: uuid.UUID, kind: str, about_id: uuid.UUID) -> Mail | None:
    """The first mail about an invitation or a sitting; made now, where whoever queued it only named that."""
    known = select(Mail).where(
        Mail.organisation_id == organisation_id, Mail.about_id == about_id, Mail.kind == kind, Mail.occasion == ""
    )
    found = session.scalar(known)
    if found is not None:
        return found
    applicant_id = _applicant_of(session, organisation_id, kind, about_id)
    if applicant_id is None:
        return None
    # The id follows from what it is about, so that two workers at once make the same row.
    mail = Mail(
        organisation_id=organisation_id,
        id=uuid.uuid5(about_id, kind),
        applicant_id=applicant_id,
        kind=kind,
        about_id=about_id,
        occasion="",
        next_try_at=now() + LATER,
    )
    session.add(mail)
    session.flush()
    return mail


def _applicant_of(session: Session, organisation_id: uuid.UUID, kind: str, about_id: uuid.UUID) -> uuid.UUID | None:
    row: Sitting | Invitation | None
    if kind == "receipt":
        row = session.get(Sitting, (organisation_id, about_id))
    else:
        row = session.get(Invitation, (organisation_id, about_id))
    return None if row is None else row.applicant_id
