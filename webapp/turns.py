"""A lock that is given in the order in which it was asked for; the threads of one process wait in a row."""

from __future__ import annotations

import threading
from collections import deque

NOBODY = 0


class Turns:
    """Python's own lock goes to whoever comes by at the right moment: under load somebody waits for ever."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._row: deque[tuple[int, threading.Lock]] = deque()
        self._holder = NOBODY
        self._depth = 0

    def take(self, seconds: float) -> bool:
        """Wait for this thread's turn; False where it did not come in time. Who has it takes it again at once."""
        me = threading.get_ident()
        with self._guard:
            if self._holder in (NOBODY, me):
                self._holder, self._depth = me, self._depth + 1
                return True
            place = (me, threading.Lock())
            place[1].acquire()
            self._row.append(place)
        return place[1].acquire(timeout=seconds) or not self._leave_row(place)

    def _leave_row(self, place: tuple[int, threading.Lock]) -> bool:
        with self._guard:
            still_there = place in self._row
            if still_there:
                self._row.remove(place)
            return still_there

    def give_on(self) -> None:
        """Let the next one go."""
        with self._guard:
            self._depth -= 1
            if self._depth:
                return
            if self._row:
                self._holder, lock = self._row.popleft()
                self._depth = 1
                lock.release()
            else:
                self._holder = NOBODY
