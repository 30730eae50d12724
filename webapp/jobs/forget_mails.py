"""Forget finished mails of rounds and monitors: the queue's database would tell whom reminders went to."""

from __future__ import annotations

import datetime as dt

from dbos import DBOS

from webapp.records.base import now
from webapp.services.monitor.close_monitor import MAILS as MONITOR_MAILS
from webapp.services.rounds.close_round import MAILS as ROUND_MAILS

TOPICS = [*ROUND_MAILS, *MONITOR_MAILS]
OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
# The outbox's mark comes after the start; a mail forgotten before it would be started again.
KEPT = dt.timedelta(minutes=10)
AT_ONCE = 500


def forget_finished_mails() -> None:
    """What is still under way at closing finds the round closed, ends, and is forgotten next time."""
    before = (now() - KEPT).isoformat()
    while found := _over(before):
        DBOS.delete_workflows(found)


def _over(before: str) -> list[str]:
    rows = DBOS.list_workflows(
        name=TOPICS, status=OVER, completed_before=before, limit=AT_ONCE, load_input=False, load_output=False
    )
    return [each.workflow_id for each in rows]
