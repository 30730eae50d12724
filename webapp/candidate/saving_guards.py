"""What stands before the saving door: the token against forged requests, and a pace that no person reaches.

Both do what Flask-WTF and Flask-Limiter do for the pages, at a tenth of their cost for each save: a pair of cookie and
token that fitted once fits for good, and a pace is a number for each sitting and minute, in each web process.
"""

from __future__ import annotations

import time
from functools import lru_cache

from flask import current_app, request, session
from werkzeug.exceptions import TooManyRequests

from webapp.extensions import csrf
from webapp.security import held_organisation

MOST_IN_A_MINUTE = 600


def check_token() -> None:
    """Raise `CSRFError` for a change without the token of this browser's cookie."""
    if request.method != "GET":
        pair = session.get("csrf_token", ""), request.headers.get("X-CSRFToken", "")
        _fits(str(current_app.config["SETTINGS"].secret_key), *pair)


@lru_cache(maxsize=10_000)
def _fits(_secret_key: str, _of_cookie: str, _sent: str) -> None:
    # What raises is not kept: only pairs that fit are.
    csrf.protect()


class Pace:
    """How often each sitting has asked in this minute."""

    def __init__(self) -> None:
        self.minute = 0
        self.counts: dict[str, int] = {}

    def step(self, sitting: str, minute: int) -> bool:
        """Count one more; False where it is too many. What was counted in another minute is forgotten."""
        if minute != self.minute:
            self.minute, self.counts = minute, {}
        self.counts[sitting] = self.counts.get(sitting, 0) + 1
        return self.counts[sitting] <= MOST_IN_A_MINUTE


pace = Pace()


def check_pace() -> None:
    """One browser may not fill the disk; each sitting is counted for itself, not each address."""
    sitting_id = (request.view_args or {}).get("sitting_id")
    if sitting_id is None or held_organisation(sitting_id) is None:
        return  # a stranger is refused by the view, and must not use up somebody's pace
    allowed = pace.step(str(sitting_id), int(time.monotonic() // 60))
    if not allowed and current_app.config["RATELIMIT_ENABLED"]:
        raise TooManyRequests()
