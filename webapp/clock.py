"""The server's clock: it goes with the system's, and does not jump when somebody moves that one.

Deadlines of candidates hang on it. Small corrections are followed; a jump is noted and not followed until the
site decides to (services/sitting_time/beat_server.py, decision 0026).
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable
from pathlib import Path

JUMP_SECONDS = 2.0
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
log = logging.getLogger(__name__)
Seconds = Callable[[], float]


def running() -> float:
    """Seconds since the machine was started, sleep included; nobody can move them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def boot_id() -> str:
    """The same in all processes of one machine until it is started again."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return str(uuid.uuid4())


class SteadyClock:
    """The system's time as long as it goes on steadily."""

    def __init__(self, wall: Seconds = time.time, steady: Seconds = running, boot: str = "") -> None:
        self.wall = wall
        self.steady = steady
        self.boot = boot or boot_id()
        self.offset = wall() - steady()
        self.jumped = 0.0
        """By how many seconds the system's clock stands off this one, since it jumped; 0: they agree."""

    def now(self) -> dt.datetime:
        steady = self.steady()
        self.follow(self.wall() - steady - self.offset)
        return dt.datetime.fromtimestamp(steady + self.offset, dt.UTC)

    def follow(self, apart: float) -> None:
        if abs(apart) < JUMP_SECONDS:
            self.offset += apart
            self.jumped = 0.0
        elif abs(apart - self.jumped) >= JUMP_SECONDS:
            self.jumped = apart
            log.error("the system's clock jumped by %.0f s; the site keeps its own time for now", apart)

    def keep_to(self, offset: float) -> None:
        """Take the time that the other processes of this machine go by."""
        if abs(offset - self.offset) >= JUMP_SECONDS:
            self.offset = offset

    def believe(self) -> None:
        """Go with the system's clock from here on."""
        self.offset = self.wall() - self.steady()
        self.jumped = 0.0


def moved_by_file(path: Path) -> Seconds:
    """A system clock for fault tests: the true one, moved by the seconds that a file holds."""
    log.warning("this site's clock is moved by the number in %s: a test, never a real company", path.name)

    def wall() -> float:
        try:
            return time.time() + float(path.read_text())
        except (OSError, ValueError):
            return time.time()

    return wall
