"""How patient a step of background work is with what fails now and may work in a while."""

from __future__ import annotations

from typing import Any

from webapp.errors import DomainError


def worth_another_try(error: BaseException) -> bool:
    """The database or the mail server may be back in a while; what was withdrawn or erased stays so."""
    return not isinstance(error, DomainError)


def patience(tries: int, first_seconds: float) -> dict[str, Any]:
    """So many tries, each after twice the time of the one before."""
    return {
        "retries_allowed": True,
        "max_attempts": tries,
        "interval_seconds": first_seconds,
        "backoff_rate": 2.0,
        "should_retry": worth_another_try,
    }


# Only for faults of ours: about a minute. The mail server's word is noted in the mail's row, with its own patience.
SHORT = patience(6, 2.0)
# The post office may be away for hours: from two seconds apart to over half an hour.
LONG = patience(12, 2.0)
# From five seconds apart to nearly three hours.
LONGEST = patience(12, 5.0)
