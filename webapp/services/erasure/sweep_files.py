"""Files that hold somebody who was erased: mails that were laid down, and the working folders of runs.

They go once the erasure is in the database, at once and by a chore again: a process may die between the two, and a
mail that was being laid down in that moment comes after.
"""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from collections.abc import Sequence

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import Erasure, Job
from webapp.records.base import now
from webapp.services.erasure.stop_runs import KINDS
from webapp.services.rights.forget_mails import forget_keyed_mails

SWEPT_FOR = dt.timedelta(minutes=10)
"""So long files are looked for; no mail is laid down later."""


def sweep_after_commit(session: Session, erasure: Erasure, stopped: Sequence[uuid.UUID], settings: Settings) -> None:
    """Remove the files when, and only when, the erasure stands."""
    owner, keyed, stands = erasure.organisation_id, list(erasure.addresses), [True]

    def sweep(_session: Session) -> None:
        if stands:
            forget_keyed_mails(settings.mail_folder, owner, keyed, settings.secret_key)
            forget_runs(settings, stopped)

    event.listen(session, "after_commit", sweep, once=True)
    # A session that goes on after a rollback must not sweep for what was never erased.
    event.listen(session, "after_rollback", lambda _session: stands.clear(), once=True)


def forget_runs(settings: Settings, jobs: Sequence[uuid.UUID]) -> None:
    """Working folders of runs that have ended or were stopped; a run that finds its folder gone stops."""
    for job_id in jobs:
        shutil.rmtree(settings.instance / "jobs" / str(job_id), ignore_errors=True)


def sweep_again(session: Session, settings: Settings) -> int:
    """Look for files of everybody erased lately; after a while their keyed addresses go too. How many were swept."""
    rows = session.scalars(select(Erasure).where(Erasure.swept_at.is_(None)).order_by(Erasure.erased_at)).all()
    for row in rows:
        forget_keyed_mails(settings.mail_folder, row.organisation_id, row.addresses, settings.secret_key)
        forget_runs(settings, _ended_runs(session, row))
        if row.erased_at + SWEPT_FOR <= now():
            row.addresses, row.swept_at = [], now()
    session.flush()
    return len(rows)


def _ended_runs(session: Session, erasure: Erasure) -> Sequence[uuid.UUID]:
    """Training runs that were begun before the erasure and are over: a process that died may have left a folder."""
    return session.scalars(
        select(Job.id).where(
            Job.organisation_id == erasure.organisation_id,
            Job.kind.in_(KINDS),
            Job.created_at <= erasure.erased_at,
            Job.state.in_(("done", "failed", "cancelled")),
        )
    ).all()
