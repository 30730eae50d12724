"""A real worker that stops for ever at one named moment, so that a test can kill it exactly there.

Moments: gather, criterion, validate (in the middle), fit, save (before the commit), saved (between the commit
and the queue's own note of it), enqueued (between the start of the workflow and the mark in the outbox),
work_out_chunk and change_list (of scoring again without a question, before the commit), score_span and write_scores
(of scoring again with another model, in its second chunk, before it is written and before the commit).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from webapp.config import Settings
from webapp.jobs import dispatcher, rescoring_job, runtime, worker
from webapp.services import training_stages
from webapp.services.items import rescore
from webapp.services.rescoring import chunks


def stand_still(mark: Path) -> None:
    mark.write_text("here")
    while True:
        time.sleep(60)


def after(function: Callable[..., Any], mark: Path) -> Callable[..., Any]:
    def paused(*args: Any, **kwargs: Any) -> Any:
        function(*args, **kwargs)
        stand_still(mark)

    return paused


def in_the_middle(validate: Callable[..., Any], mark: Path) -> Callable[..., Any]:
    def paused(given: Any, progress: Callable[[str, float], None], *taken: Any) -> Any:
        def tell(stage: str, fraction: float) -> None:
            progress(stage, fraction)
            if fraction >= 0.4:
                stand_still(mark)

        return validate(given, tell, *taken)

    return paused


def once_committed(mark: Path) -> None:
    """Stand still after the transaction that saved the model is committed."""
    real_save, real_transaction = training_stages.save, runtime.work_transaction
    saved: list[bool] = []

    def save(*args: Any) -> Any:
        saved.append(True)
        return real_save(*args)

    @contextmanager
    def work_transaction() -> Iterator[Any]:
        with real_transaction() as session:
            yield session
        if saved:
            stand_still(mark)

    training_stages.save = save
    runtime.work_transaction = work_transaction


def rescoring_in_small_chunks(moment: str, mark: Path) -> None:
    """Chunks of three people; stand still in the second that this worker has in hand."""
    chunks.SIZE = 3
    where = rescoring_job if moment == "score_span" else chunks
    real, calls = getattr(where, moment), []

    def paused(*args: Any) -> Any:
        calls.append(moment)
        done = real(*args)
        if len(calls) == 2:
            stand_still(mark)
        return done

    setattr(where, moment, paused)


def pause_at(moment: str, mark: Path) -> None:
    if moment == "validate":
        training_stages.validate = in_the_middle(training_stages.validate, mark)
    elif moment == "saved":
        once_committed(mark)
    elif moment in ("work_out_chunk", "change_list"):
        setattr(rescore, moment, after(getattr(rescore, moment), mark))
    elif moment in ("score_span", "write_scores"):
        rescoring_in_small_chunks(moment, mark)
    elif moment == "enqueued":
        dispatcher.enqueue = after(dispatcher.enqueue, mark)
    else:
        name = {"criterion": "adjust_criterion"}.get(moment, moment)
        setattr(training_stages, name, after(getattr(training_stages, name), mark))


def work(settings: Settings, moment: str = "", mark: Path | None = None) -> None:
    """Work in this process until told to stop, or up to that moment."""
    dispatcher.SECONDS_BETWEEN_LOOKS, dispatcher.SECONDS_BETWEEN_ROUNDS = 0.1, 1.0
    if mark is not None:
        pause_at(moment, mark)
    worker.run(settings)
