"""Each web process says that it runs, so that its silence tells how long the site was down."""

from __future__ import annotations

import logging
import threading

from webapp.extensions import db
from webapp.services.sitting_time.beat_server import beat_server

log = logging.getLogger(__name__)
SECONDS_BETWEEN_BEATS = 10.0


class Beating(threading.Thread):
    """Ends with its process."""

    def __init__(self) -> None:
        super().__init__(name="makings-beat", daemon=True)

    def run(self) -> None:
        waiting = threading.Event()
        while not waiting.wait(SECONDS_BETWEEN_BEATS):
            beat()


def beat() -> None:
    try:
        with db.scope(), db.transaction() as session:
            beat_server(session)
    except Exception as error:
        # While the database is away nobody can save: that silence is given back too.
        log.warning("the site could not say that it runs: %s", type(error).__name__)


def begin_beating() -> None:
    """The first beat comes before the first request, so that nobody is closed for time that we took."""
    beat()
    Beating().start()
