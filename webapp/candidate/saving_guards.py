"""What stands before the saving door: the token against forged requests, and a pace that no person reaches.

Both do what Flask-WTF and Flask-Limiter do for the pages, at a tenth of their cost for each save: a pair of cookie and
token that fitted once fits for good, and a pace is a number for each sitting and minute, in each web process.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import current_app, request, session
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import TooManyRequests

from webapp.extensions import csrf
from webapp.security import held_organisation

MOST_IN_A_MINUTE = 600
MOST_PAIRS = 10_000
TRIED = "makings.tried"
"""Under this name of its own the quick door leaves in the request what came of its save (`quick_save`)."""


def check_token() -> None:
    """Raise `CSRFError` for a change without the token of this browser's cookie."""
    if request.method != "GET":
        pair = session.get("csrf_token", ""), request.headers.get("X-CSRFToken", "")
        secret = current_app.config["SETTINGS"].secret_key
        if not fitting.has(secret, *pair):
            csrf.protect()
            fitting.add(secret, *pair)


class Fitting:
    """Pairs of cookie and token that fitted once, of each secret."""

    def __init__(self) -> None:
        self.known: set[tuple[str, str, str]] = set()

    def has(self, secret: str, of_cookie: str, sent: str) -> bool:
        return (secret, of_cookie, sent) in self.known

    def add(self, secret: str, of_cookie: str, sent: str) -> None:
        # Where there was no token in this header, another one was looked at.
        if of_cookie and sent:
            kept = self.known if len(self.known) < MOST_PAIRS else set()
            kept.add((secret, of_cookie, sent))
            self.known = kept


fitting = Fitting()


def token_fits(secret: str, of_cookie: str, sent: str) -> bool:
    """What Flask-WTF asks of a form's token: that we signed it, for this cookie."""
    try:
        return hmac.compare_digest(of_cookie, token_signer(secret).loads(sent))
    except BadData:
        return False


def new_token(secret: str, of_cookie: str) -> str:
    """A token as Flask-WTF makes it for a page."""
    return str(token_signer(secret).dumps(of_cookie))


@lru_cache
def token_signer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="wtf-csrf-token")


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
    if TRIED not in request.environ:  # else it was counted there
        count_one(current_app.config, str(sitting_id))


def count_one(config: Mapping[str, Any], sitting: str) -> None:
    allowed = pace.step(sitting, int(time.monotonic() // 60))
    if not allowed and config["RATELIMIT_ENABLED"]:
        raise TooManyRequests()
