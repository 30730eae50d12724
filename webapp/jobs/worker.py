"""The worker process: it does what must happen after the web has answered."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import Any

from dbos import DBOS, DBOSConfig

from webapp import create_app
from webapp.config import Settings
from webapp.jobs import (
    adjustment_mail_job,
    approval_jobs,
    audit_job,
    blind_job,
    decision_job,
    erasure_jobs,
    export_job,
    items_job,
    list_job,
    mail_jobs,
    panel_jobs,
    rehearsal_job,
    release_job,
    remind_job,
    repeating_job,
    rescoring_job,
    rights_mail_jobs,
    runtime,
    staff_mail_job,
    staff_talk_job,
    training_job,
    watch_job,
)
from webapp.jobs.closing_job import Closer
from webapp.jobs.dispatcher import QUEUES, VERSION, Dispatcher
from webapp.jobs.seats import Seat, first_free, name_of, seats_for
from webapp.jobs.serializer import JsonSerializer

WORKFLOWS = (
    training_job.train,
    repeating_job.repeat,
    *rescoring_job.WORKFLOWS,
    *export_job.WORKFLOWS,
    *mail_jobs.WORKFLOWS,
    *rights_mail_jobs.WORKFLOWS,
    *staff_mail_job.WORKFLOWS,
    *staff_talk_job.WORKFLOWS,
    *panel_jobs.WORKFLOWS,
    *erasure_jobs.WORKFLOWS,
    *watch_job.WORKFLOWS,
    *approval_jobs.WORKFLOWS,
    *items_job.WORKFLOWS,
    *list_job.WORKFLOWS,
    *audit_job.WORKFLOWS,
    rehearsal_job.rehearse_promotion,
    decision_job.carry_out,
    remind_job.remind_everybody,
    release_job.release,
    adjustment_mail_job.answer_request,
    blind_job.codes,
)
GRACE_SECONDS = 5.0


def run(settings: Settings) -> None:
    """Work until told to stop. Work under way when it stops, or is killed, goes on at the next start."""
    seats = seats_for(settings.jobs_database_url, settings.instance)
    seat = first_free(seats)
    runtime.enter(create_app(settings))
    listen_to_signals()
    launch(settings, seat)
    dispatcher = Dispatcher(seat, seats)
    dispatcher.start()
    closer = Closer()
    closer.start()
    while not runtime.stopping.wait(0.5):
        pass
    for thread in (dispatcher, closer):
        thread.join(timeout=GRACE_SECONDS)
    leave(seat)


def launch(settings: Settings, seat: Seat) -> None:
    """Start the durable queue in this process, under this seat's name."""
    DBOS(config=configuration(settings, name_of(seat.number)))
    DBOS.launch()
    for name, at_once in QUEUES.items():
        DBOS.register_queue(
            name,
            worker_concurrency=at_once,
            limiter=mail_rate(settings.mails_per_minute) if name == "mail" else None,
            polling_interval_sec=0.5,
            on_conflict="always_update",
        )


def mail_rate(per_minute: int) -> Any:
    """At most so many mails a minute, over all workers and spread over the minute; 0: as fast as they go."""
    if not per_minute:
        return None
    parts = min(per_minute, 6)
    return {"limit": per_minute // parts, "period": 60.0 / parts}


def configuration(settings: Settings, executor_id: str) -> DBOSConfig:
    return {
        "name": "makings",
        "system_database_url": settings.jobs_database_url,
        "application_version": VERSION,
        "executor_id": executor_id,
        "serializer": JsonSerializer(),
        "log_level": "WARNING",
        "enable_otlp": False,
    }


def listen_to_signals() -> None:
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)


def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
    runtime.stopping.set()


def leave(seat: Seat) -> None:
    """Let short work end; long work is cut off, as it may be at any moment."""
    deadline = time.monotonic() + GRACE_SECONDS
    while runtime.busy() and time.monotonic() < deadline:
        time.sleep(0.1)
    if runtime.busy():
        # The queue must not write down that the work failed: it only pauses until a worker is back.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    DBOS.destroy()
    seat.leave()
