"""The outbox: what waits, in which order, and what is started again."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from tests.factories import people
from webapp.records import Outbox
from webapp.records.base import now
from webapp.services.job_progress import fail_job, open_jobs
from webapp.services.outbox import dispatch_again, mark_dispatched, waiting_work
from webapp.services.queue_work import queue_work
from webapp.services.start_training import queue_job

NO_TIME = dt.timedelta(0)


def queued(session: Session, topic: str) -> Outbox:
    row = queue_work(session, people.organisation(session).id, topic, thing_id=uuid.uuid4())
    session.commit()
    return row


def test_the_oldest_of_the_known_topics_come_first(session: Session) -> None:
    first, _unknown, second = (queued(session, topic) for topic in ("mail.receipt", "made.up", "job.train"))
    assert waiting_work(session, ["mail.receipt", "job.train"]) == [first, second]
    assert waiting_work(session, ["mail.receipt", "job.train"], limit=1) == [first]


def test_what_was_started_waits_no_longer(session: Session) -> None:
    row, other = queued(session, "job.train"), queued(session, "job.train")
    mark_dispatched(session, [row])
    session.commit()
    assert waiting_work(session, ["job.train"]) == [other]


def test_what_the_queue_has_lost_is_started_again(session: Session) -> None:
    row = queued(session, "job.train")
    assert not dispatch_again(session, row.organisation_id, row.id, NO_TIME), "it was not started yet"
    row.dispatched_at = now() - dt.timedelta(minutes=5)
    session.commit()
    assert not dispatch_again(session, row.organisation_id, row.id, dt.timedelta(hours=1)), "it is too fresh"
    assert not dispatch_again(session, people.organisation(session).id, row.id, NO_TIME), "it is another company's"
    assert dispatch_again(session, row.organisation_id, row.id, NO_TIME)
    session.commit()
    session.expire_all()
    assert waiting_work(session, ["job.train"]) == [row]


def test_jobs_that_ended_are_not_looked_after(session: Session) -> None:
    owner = people.organisation(session).id
    going, ended = (queue_job(session, owner, "train", None) for _each in range(2))
    fail_job(session, ended, "broken")
    session.commit()
    assert open_jobs(session) == [going]
