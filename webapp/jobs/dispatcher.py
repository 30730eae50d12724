"""Starts what the outbox asks for, by name and once, and looks after jobs whose workflow has gone."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
import uuid

from dbos import DBOS

from webapp.jobs import runtime
from webapp.jobs.chores import Chores
from webapp.jobs.seats import DatabaseSeats, FileSeats, Seat, name_of
from webapp.records import Job, Outbox
from webapp.services.forget_applicants import forget_applicants
from webapp.services.job_progress import fail_job, find_job, open_jobs
from webapp.services.outbox import dispatch_again, mark_dispatched, waiting_work

log = logging.getLogger(__name__)
VERSION = "makings-1"
# One training run at a time in a process; re-scoring need not wait for it, and mails are light.
QUEUES = {"training": 1, "scoring": 1, "watch": 1, "lists": 1, "reminding": 1, "mail": 4}
TOPICS = {
    "job.train": "training",
    "job.repeat": "training",
    "job.watch": "watch",
    "job.recalibrate": "watch",
    "job.rescore": "scoring",
    "job.decide": "scoring",
    "job.rescore_lane": "scoring",
    "job.rehearse": "scoring",
    "round.release": "scoring",
    "job.items_rescore": "scoring",
} | {
    f"mail.{kind}": "mail"
    for kind in (
        *("invitation", "reminder", "new_link", "receipt", "confirmation", "message"),
        *("review_answer", "address_confirm", "address_notice", "adjustment"),
        *("rating_invitation", "rating_reminder", "rating_notice"),
        *("staff_invitation", "staff_reminder"),
        *("voice_link", "voice_owner", "monitor_invitation", "monitor_reminder"),
        *("panel_invitation", "panel_reminder"),
        "watch",
        "erasure_notice",
        *("approval_asked", "approval_decided"),
    )
}
TOPICS |= {"job.groups": "scoring", "job.audit": "scoring"}
TOPICS |= {"job.export": "scoring"}
TOPICS |= {"job.items": "scoring", "job.items_rescore": "scoring"}
TOPICS |= {"blind.codes": "scoring", "list.refresh": "lists", "job.remind": "reminding"}
# A long list of invitations must not keep somebody's receipt waiting: what has the smallest number goes first.
PRIORITIES = {
    "mail.message": 2,
    "mail.invitation": 2,
    "mail.reminder": 3,
    "mail.rating_invitation": 2,
    "mail.rating_reminder": 3,
}
PRIORITIES |= {"mail.staff_invitation": 2, "mail.staff_reminder": 3, "mail.voice_link": 2}
PRIORITIES |= {"mail.monitor_invitation": 2, "mail.monitor_reminder": 3}
PRIORITIES |= {"mail.panel_invitation": 2, "mail.panel_reminder": 3}
# Somebody else's run goes before the further lanes of a long re-scoring.
PRIORITIES |= {"job.rescore_lane": 2}
LOST = {"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}
SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_BETWEEN_ROUNDS = 10.0
SECONDS_BETWEEN_FORGETTING = 3600.0
FORGOTTEN_AFTER = dt.timedelta(minutes=1)


def dispatch_once() -> int:
    """Start what waits. A crash before the mark starts it again under the same id, which the queue knows."""
    with runtime.work_transaction() as session:
        rows = waiting_work(session, list(TOPICS))
    for row in rows:
        enqueue(row)
    if rows:
        with runtime.work_transaction() as session:
            mark_dispatched(session, rows)
    return len(rows)


def enqueue(row: Outbox) -> None:
    DBOS.enqueue_workflow_with_options(
        {
            "workflow_name": row.topic,
            "queue_name": TOPICS[row.topic],
            "workflow_id": str(row.id),
            "app_version": VERSION,
            "priority": PRIORITIES.get(row.topic, 1),
        },
        str(row.organisation_id),
        row.payload,
    )


def look_after_jobs() -> None:
    """Close jobs whose workflow gave up, and start those again that the queue has never heard of."""
    with runtime.work_transaction() as session:
        jobs = open_jobs(session)
    for job in jobs:
        look_after(job)


def look_after(job: Job) -> None:
    workflow = job.parameters.get("workflow")
    if not workflow:
        return
    status = DBOS.get_workflow_status(workflow)
    with runtime.work_transaction() as session:
        if status is None:
            dispatch_again(session, job.organisation_id, uuid.UUID(workflow), FORGOTTEN_AFTER)
        elif status.status in LOST:
            fail_job(session, find_job(session, job.organisation_id, job.id), "broken")


def forget() -> None:
    """Keep the notice's promise: delete applicants' data some months after their vacancy has closed."""
    while True:
        with runtime.work_transaction() as session:
            if not forget_applicants(session, runtime.settings()):
                return


class Dispatcher(threading.Thread):
    """Looks at the outbox twice a second and makes a round of the jobs and seats now and then."""

    def __init__(self, seat: Seat, seats: FileSeats | DatabaseSeats) -> None:
        super().__init__(name="makings-dispatcher", daemon=True)
        self.seat = seat
        self.seats = seats
        self.last_round = float("-inf")
        self.last_forgetting = float("-inf")
        self.chores = Chores()

    def run(self) -> None:
        while not runtime.stopping.wait(SECONDS_BETWEEN_LOOKS):
            try:
                self.look()
            except Exception:
                log.exception("the dispatcher stumbled and goes on")
                runtime.stopping.wait(5.0)

    def look(self) -> None:
        if dispatch_once() == 0 and time.monotonic() - self.last_round >= SECONDS_BETWEEN_ROUNDS:
            self.last_round = time.monotonic()
            self.round()

    def round(self) -> None:
        if not self.seat.held():
            # Without its seat this worker's running work counts as a dead worker's.
            log.error("the worker lost its seat and stops; start it again")
            runtime.stopping.set()
            return
        look_after_jobs()
        self.take_over()
        self.chores.do()
        if time.monotonic() - self.last_forgetting >= SECONDS_BETWEEN_FORGETTING:
            self.last_forgetting = time.monotonic()
            forget()

    def take_over(self) -> None:
        """Hand the work of dead workers back to the queue; a free seat's worker is dead."""
        for number in sorted(self.seats_used() - {self.seat.number}):
            if (seat := self.seats.take(number)) is not None:
                DBOS._recover_pending_workflows([name_of(number)])
                seat.leave()

    def seats_used(self) -> set[int]:
        running = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        names = {each.executor_id for each in running if each.executor_id}
        return {int(name.removeprefix("worker-")) for name in names if name.startswith("worker-")}
