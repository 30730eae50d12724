"""The end of timed sittings whose candidates never come back: looked for every few seconds, closed in small chunks.

Not a workflow: what is due stands in the database, so that a worker that dies leaves nothing half done and the next
look, here or in another worker, goes on. Two workers at once wait for each other's rows and find them closed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from webapp.jobs import runtime
from webapp.services.sitting_time.beat_server import site_is_silent
from webapp.services.sitting_time.close_sittings import CHUNK, Key, close_chunk, due_sittings

log = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 2.0
SECONDS_ASIDE = 60.0


class Closer(threading.Thread):
    """Closes what is due, beside the dispatcher, so that mails never wait for ten thousand sittings."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__(name="makings-closer", daemon=True)
        self.monotonic = monotonic
        self.aside: dict[Key, float] = {}
        """Sittings that could not be closed, and when to try them again: they must not hold up the others."""

    def run(self) -> None:
        while not runtime.stopping.wait(SECONDS_BETWEEN_LOOKS):
            try:
                self.close_due()
            except Exception:
                log.exception("the closer stumbled and goes on")
                runtime.stopping.wait(5.0)

    def close_due(self) -> int:
        """Close all that is due now; how many it were."""
        closed = 0
        while not runtime.stopping.is_set() and (keys := self.due()):
            progress = [self.close_some(keys[start : start + CHUNK]) for start in range(0, len(keys), CHUNK)]
            closed += sum(progress)
            if not any(progress):
                break
        return closed

    def due(self) -> Sequence[Key]:
        self.aside = {key: at for key, at in self.aside.items() if at > self.monotonic()}
        with runtime.work_transaction() as session:
            return [] if site_is_silent(session) else due_sittings(session, self.aside)

    def close_some(self, keys: Sequence[Key]) -> int:
        if runtime.stopping.is_set():
            return 0
        try:
            return self.close(keys)
        except Exception:
            if len(keys) > 1:
                return sum(self.close_some([key]) for key in keys)
            log.exception("sitting %s could not be closed; it is tried again in a minute", keys[0][1])
            self.aside[keys[0]] = self.monotonic() + SECONDS_ASIDE
            return 0

    def close(self, keys: Sequence[Key]) -> int:
        with runtime.work_transaction() as session:
            return close_chunk(session, keys, runtime.settings().secret_key)
