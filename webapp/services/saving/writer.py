"""One thread of each process writes answers: it takes all that wait, commits them together, then wakes who asked.

A commit that reaches the disk takes about as long for one answer as for thirty. Whoever asks waits for the commit of
their own batch and hears nothing before it.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from sqlalchemy import Engine

from webapp.errors import is_lost
from webapp.extensions import db
from webapp.services.saving.batch import save_batch
from webapp.services.saving.given import Acknowledged, NotSaved, Outcome, Save, pauses

log = logging.getLogger(__name__)

MOST_AT_ONCE = 64
MOST_WAITING = 512
LONGEST_WAIT_SECONDS = 20.0


class Waiting:
    """A save and the thread that waits for it."""

    def __init__(self, save: Save) -> None:
        self.save = save
        self.given_up = False
        self.outcome: Outcome | None = None
        self._done = threading.Lock()
        self._done.acquire()

    def finish(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._done.release()

    def result(self) -> Acknowledged:
        if not self._done.acquire(timeout=LONGEST_WAIT_SECONDS):
            self.given_up = True
            raise NotSaved()
        if isinstance(self.outcome, Acknowledged):
            return self.outcome
        raise self.outcome or NotSaved()


class Writer:
    """The thread and what waits for it."""

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self.engine = engine
        self.queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self.thread = threading.Thread(target=self._run, name="answers", daemon=True)
        self.thread.start()

    def save(self, save: Save) -> Acknowledged:
        """Return once it is committed; raise what it was refused for."""
        if self.queue.qsize() >= MOST_WAITING:
            raise NotSaved()
        waiting = Waiting(save)
        self.queue.put(waiting)
        return waiting.result()

    def stop(self) -> None:
        """Finish what waits, then end."""
        self.queue.put(None)
        self.thread.join(LONGEST_WAIT_SECONDS)

    def _run(self) -> None:
        while (first := self.queue.get()) is not None:
            last = self._do(self._gather(first))
            if last:
                return

    def _gather(self, first: Waiting) -> list[Waiting | None]:
        gathered: list[Waiting | None] = [first]
        while len(gathered) < MOST_AT_ONCE and gathered[-1] is not None:
            try:
                gathered.append(self.queue.get_nowait())
            except Empty:
                break
        return gathered

    def _do(self, gathered: Sequence[Waiting | None]) -> bool:
        """Do a batch; whether it was the last one."""
        batch = [waiting for waiting in gathered if waiting is not None and not waiting.given_up]
        if batch:
            for waiting, outcome in zip(batch, self._outcomes([each.save for each in batch]), strict=True):
                waiting.finish(outcome)
        return gathered[-1] is None

    def _outcomes(self, saves: Sequence[Save]) -> Sequence[Outcome]:
        """What became of each. Whatever happens here, the thread lives on."""
        try:
            return commit(self.engine(), saves)
        except BaseException as error:
            if is_lost(error):
                log.error("%d answers could not be saved: %s", len(saves), error)
                return [NotSaved() for _save in saves]
            if len(saves) > 1:
                return [self._outcomes([save])[0] for save in saves]
            log.exception("an answer could not be saved")
            return [error if isinstance(error, Exception) else NotSaved()]


def commit(engine: Engine, saves: Sequence[Save]) -> list[Outcome]:
    """All of them in one transaction; only what is committed is an outcome."""
    with db.turn(), engine.connect() as connection:
        connection.execution_options(sqlite_begin="IMMEDIATE")
        with connection.begin():
            pauses.gathered()
            outcomes = save_batch(connection, saves)
            pauses.written()
        pauses.committed()
    return outcomes


_starting = threading.Lock()
_writer: Writer | None = None


def writer() -> Writer:
    """This process's writer, started when it is first needed: after the server has forked."""
    global _writer
    if _writer is None or not _writer.thread.is_alive():
        with _starting:
            if _writer is None or not _writer.thread.is_alive():
                _writer = Writer(lambda: db.engine)
    return _writer


def stop() -> None:
    global _writer
    if _writer is not None:
        _writer.stop()
        _writer = None


def forget() -> None:
    """A forked child has no thread of its parent's."""
    global _writer, _starting
    _writer, _starting = None, threading.Lock()


atexit.register(stop)
os.register_at_fork(after_in_child=forget)
