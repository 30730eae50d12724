"""Mails whose next try has come."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Mail
from webapp.records.base import now
from webapp.services.mails.post_mail import LATER, hand_out

AT_ONCE = 200


def hand_out_due(session: Session) -> int:
    """Hand out again what was put off until now; how many. A mail that is sent meanwhile is not sent twice."""
    due = session.scalars(
        select(Mail)
        .where(Mail.state == "waiting", Mail.next_try_at <= now())
        .order_by(Mail.next_try_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for mail in due:
        # Should the worker die with it, it comes round again.
        mail.next_try_at = now() + LATER
        hand_out(session, mail)
    session.flush()
    return len(due)
