"""What is asked of the writer, and what it answers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.errors import Conflict, DomainError, Unavailable


@dataclass(frozen=True)
class GivenAnswer:
    """What the person sent. `value` None: skipped for now, or open again where the skip is `undone`.
    `revision`: the one that their page showed (0: none).

    `key` names this one save, however often it is sent. The times are kept for quality alone, never for the score.
    """

    item_id: str
    value: Mapping[str, Any] | None
    revision: int
    positions: Sequence[str] = ()
    seconds: float | None = None
    away_count: int | None = None
    away_seconds: float | None = None
    key: uuid.UUID | None = None
    undone: bool = False


@dataclass(frozen=True)
class Save:
    """One answer for one sitting."""

    organisation_id: uuid.UUID
    sitting_id: uuid.UUID
    given: GivenAnswer


@dataclass(frozen=True)
class Recorded:
    """One revision of an answer, as it is in the database."""

    value: Mapping[str, Any] | None
    revision: int
    saved_at: dt.datetime
    undone: bool = False
    """A skip was taken back, and nothing had been answered before: the question is open again."""

    @property
    def skipped(self) -> bool:
        return self.value is None and not self.undone


@dataclass(frozen=True)
class Acknowledged:
    """This answer is committed: its revision, and how far the sitting has come."""

    recorded: Recorded
    number: int
    answered: int
    total: int
    deadline_at: dt.datetime | None


class StaleAnswer(Conflict):
    """Another tab or device saved something else meanwhile; the page shows both and asks."""

    def __init__(self, saved: Recorded | None = None) -> None:
        super().__init__()
        self.saved = saved


class Closed(DomainError):
    """Nothing can be added: submitted, time, withdrawn or vacancy."""

    status = 410

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class Resting(Conflict):
    """A break is on: nothing is taken before it ends, so that a break is no time to work in secret."""


class NotSaved(Unavailable):
    """The database is not to be had, or more waits than can be done soon. Nothing was acknowledged."""

    retry_after = 2


Outcome = Acknowledged | Exception


def nothing() -> None:
    """What a moment does, unless a test has put something there."""


@dataclass
class Pauses:
    """The moments of a batch at which a test may stand still, kill or fail."""

    gathered: Callable[[], None] = nothing
    written: Callable[[], None] = nothing
    committed: Callable[[], None] = nothing


pauses = Pauses()
