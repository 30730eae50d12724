"""What a worker looks after from time to time. Several workers may do the same chore: none of them does it twice."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from webapp.jobs import (
    approval_jobs,
    decision_job,
    erasure_jobs,
    forget_mails,
    funnel_job,
    list_job,
    panel_jobs,
    rating_jobs,
    runtime,
    staff_talk_job,
    watch_job,
)
from webapp.services.confirmation.compare import compare_confirmations
from webapp.services.exports.keep_export import forget_old_exports
from webapp.services.exposure import count_exposure
from webapp.services.links.answer_requests import answer_requests
from webapp.services.mails.hand_out import hand_out_due
from webapp.services.mails.remind_in_time import remind_in_time
from webapp.services.runs.clear_folders import clear_folders

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chore:
    """One thing to look after, and how many seconds lie between two looks."""

    name: str
    seconds: float
    do: Callable[[], None]


def mails_due() -> None:
    while True:
        with runtime.work_transaction() as session:
            if not hand_out_due(session):
                return


def reminders() -> None:
    while True:
        with runtime.work_transaction() as session:
            if not remind_in_time(session):
                return


def new_links() -> None:
    while True:
        with runtime.work_transaction() as session:
            if not answer_requests(session, runtime.settings()):
                return


def confirmations() -> None:
    while True:
        with runtime.work_transaction() as session:
            if not compare_confirmations(session):
                return


def exposure() -> None:
    with runtime.work_transaction() as session:
        count_exposure(session)


def folders_of_runs() -> None:
    with runtime.work_scope() as session:
        clear_folders(session, runtime.settings().instance / "jobs")


def old_exports() -> None:
    while True:
        with runtime.work_transaction() as session:
            if not forget_old_exports(session):
                return


CHORES = (
    Chore("long lists", 20.0, list_job.look_after_lists),
    Chore("mails that were put off", 10.0, mails_due),
    Chore("new links", 5.0, new_links),
    Chore("reminders", 600.0, reminders),
    Chore("confirmations", 20.0, confirmations),
    Chore("questions seen", 6 * 3600.0, exposure),
    Chore("rating rounds", 20.0, rating_jobs.look_after_rounds),
    Chore("loyalty monitors", 60.0, staff_talk_job.look_after_monitors),
    Chore("finished mails", 300.0, forget_mails.forget_finished_mails),
    Chore("requests for approval", 300.0, approval_jobs.end_requests),
    Chore("erasures", 5.0, erasure_jobs.look_after_erasures),
    Chore("files of the erased", 300.0, erasure_jobs.sweep_files),
    Chore("folders of runs", 1800.0, folders_of_runs),
    Chore("expert panels", 20.0, panel_jobs.look_after_panels),
    Chore("funnels of large vacancies", 300.0, funnel_job.count_funnels),
    Chore("decisions that nobody confirmed", 1800.0, decision_job.clear_drafts),
    Chore("files of lists", 600.0, old_exports),
    Chore("watch over models", 600.0, watch_job.look_after_watch),
)


class Chores:
    """Knows when each was done last; one that fails keeps no other from its turn."""

    def __init__(self, chores: tuple[Chore, ...] = CHORES) -> None:
        self.next_at = dict.fromkeys(chores, float("-inf"))

    def do(self) -> None:
        for chore, at in self.next_at.items():
            if time.monotonic() >= at:
                self.next_at[chore] = time.monotonic() + chore.seconds
                self._try(chore)

    def _try(self, chore: Chore) -> None:
        try:
            chore.do()
        except Exception:
            log.exception("the chore “%s” failed and is done again later", chore.name)
