"""The signed cookie: its signer is made once, and a cookie whose signature was checked is not checked again."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

Opened = tuple[str, float]
"""What a cookie says, as text, and when it was signed."""


class KeptSigner(SecureCookieSessionInterface):
    """Flask's own sessions; an application's secret does not change while it runs."""

    def __init__(self) -> None:
        self.signer: URLSafeTimedSerializer | None = None
        # What raises is not kept: only cookies of ours are.
        self.opened = lru_cache(maxsize=10_000)(self._open)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self.signer is None:
            self.signer = super().get_signing_serializer(app)
        return self.signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        cookie = request.cookies.get(self.get_cookie_name(app))
        signer = self.get_signing_serializer(app)
        if not cookie or signer is None:
            return super().open_session(app, request)
        try:
            said, signed_at = self.opened(signer, cookie)
        except BadSignature:
            return self.session_class()
        return self.session_class(self.read(said) if self.lasts(app, signed_at) else None)

    def lasts(self, app: Flask, signed_at: float) -> bool:
        """Whether a cookie that was signed then still counts."""
        return 0 <= int(time.time()) - signed_at <= app.permanent_session_lifetime.total_seconds()

    def read(self, said: str) -> dict[str, Any]:
        """Read anew for each request, which may change what it is given."""
        content: dict[str, Any] = self.serializer.loads(said)
        return content

    def _open(self, signer: URLSafeTimedSerializer, cookie: str) -> Opened:
        content, signed_at = signer.loads(cookie, return_timestamp=True)
        return self.serializer.dumps(content), signed_at.timestamp()
