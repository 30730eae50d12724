"""Who may do what, and what the browser is told about it."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, TypeVar

import argon2
from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_login import UserMixin
from flask_login import current_user as login_user_proxy

View = TypeVar("View", bound=Callable[..., Any])
log = logging.getLogger(__name__)
hasher = argon2.PasswordHasher()


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """The person who signed in, as pages need them."""

    organisation_id: uuid.UUID
    id: uuid.UUID
    name: str
    email: str
    language: str
    roles: frozenset[str]
    session_serial: int
    organisation_name: str = ""
    simulated: bool = False

    def get_id(self) -> str:
        return f"{self.organisation_id}:{self.id}:{self.session_serial}"


def current_user() -> SignedIn:
    """The signed-in person; only behind `signed_in` or `role`."""
    user: SignedIn = login_user_proxy._get_current_object()
    return user


def is_signed_in() -> bool:
    # Flask-Login writes into any cookie that it looks at; most browsers here never sign in.
    return "_user_id" in session and bool(login_user_proxy.is_authenticated)


# --- access rules: every view carries one, and a guard test refuses a view without


def _ruled(view: Any, rule: str) -> Any:
    view.access_rule = rule
    return view


def public(view: View) -> View:
    """Anybody may see this."""
    return _ruled(view, "public")


def signed_in(view: View) -> View:
    """Anybody who signed in."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not is_signed_in():
            return redirect(url_for("account.sign_in", next=request.full_path if request.method == "GET" else None))
        return view(*args, **kwargs)

    return _ruled(guarded, "signed_in")


def role(*roles: str) -> Callable[[View], View]:
    """Anybody who signed in and holds one of these roles."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user().roles.intersection(roles):
                log.warning("refused: user %s at %s", current_user().id, request.endpoint)
                abort(403)
            return view(*args, **kwargs)

        return _ruled(signed_in(guarded), "role:" + ",".join(roles))

    return decorate


def sitting_holder(view: View) -> View:
    """The browser in which this sitting was opened by its link. The view gets `sitting_id` from its URL."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        held = held_organisation(kwargs["sitting_id"])
        if held is None:
            abort(404)
        g.sitting_organisation_id = held
        return view(*args, **kwargs)

    return _ruled(guarded, "sitting_holder")


def rating_holder(view: View) -> View:
    """The browser in which a rater's link was opened. The view gets `rater_id` from its URL."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        held = session.get("raters", {}).get(str(kwargs["rater_id"]))
        if held is None:
            abort(404)
        g.rating_organisation_id = uuid.UUID(held)
        return view(*args, **kwargs)

    return _ruled(guarded, "rating_holder")


def hold_rating(organisation_id: uuid.UUID, rater_id: uuid.UUID) -> None:
    """Let this browser give and change this rater's ratings; kept in the signed cookie."""
    held = dict(session.get("raters", {})) | {str(rater_id): str(organisation_id)}
    session["raters"] = dict(list(held.items())[-5:])
    session.permanent = True


def let_go_of_rating(rater_id: uuid.UUID) -> None:
    """On a computer that others use too."""
    session["raters"] = {key: held for key, held in session.get("raters", {}).items() if key != str(rater_id)}


def hold_sitting(organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> None:
    """Let this browser go on with the sitting; kept in the signed cookie."""
    held = dict(session.get("sittings", {}))
    held[str(sitting_id)] = str(organisation_id)
    session["sittings"] = dict(list(held.items())[-20:])
    session.permanent = True


def let_go_of_sitting(sitting_id: uuid.UUID) -> None:
    """On a computer that others use too: the next person starts without it, and without its language."""
    session["sittings"] = {key: held for key, held in session.get("sittings", {}).items() if key != str(sitting_id)}
    session.pop("language", None)


def held_organisation(sitting_id: uuid.UUID) -> uuid.UUID | None:
    return organisation_in(session, sitting_id)


def organisation_in(cookie: Mapping[str, Any], sitting_id: uuid.UUID) -> uuid.UUID | None:
    """Whose sitting this is, where the browser with this cookie holds it."""
    found = cookie.get("sittings", {}).get(str(sitting_id))
    return uuid.UUID(found) if found else None


# --- secrets

MARK = 12


def hash_password(password: str) -> str:
    return hasher.hash(password)


def password_matches(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def token_hash(token: str) -> str:
    """What is kept of a token: SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def derived_token(secret_key: str, purpose: str, subject: uuid.UUID) -> str:
    """A 256-bit token that the mail worker can make again, so that none is ever stored."""
    digest = hmac.new(secret_key.encode(), f"{purpose}:{subject}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def signed_code(secret_key: str, purpose: str, text: str, length: int = 8) -> str:
    """A short code that shows we acknowledged exactly this."""
    digest = hmac.digest(secret_key.encode(), f"{purpose}:{text}".encode(), "sha256")
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(alphabet[byte % 32] for byte in digest[:length])


def veiled(secret_key: str, purpose: str, text: str) -> str:
    """The text so that only this site can read it, for addresses; the same text is always veiled alike."""
    data = text.encode()
    mark = hmac.digest(secret_key.encode(), f"{purpose}:{text}".encode(), "sha256")[:MARK]
    return urlsafe_b64encode(mark + _mixed(secret_key, purpose, mark, data)).decode().rstrip("=")


def unveiled(secret_key: str, purpose: str, veil: str) -> str | None:
    """What was veiled; None for anything that this site did not write."""
    try:
        given = urlsafe_b64decode(veil + "=" * (-len(veil) % 4))
        text = _mixed(secret_key, purpose, given[:MARK], given[MARK:]).decode()
    except ValueError:
        return None
    return text if hmac.compare_digest(veiled(secret_key, purpose, text), veil) else None


def _mixed(secret_key: str, purpose: str, mark: bytes, data: bytes) -> bytes:
    key = hmac.digest(secret_key.encode(), f"veil:{purpose}:".encode() + mark, "sha256")
    return bytes(one ^ other for one, other in zip(data, hashlib.shake_256(key).digest(len(data)), strict=True))


def in_fours(code: str) -> str:
    """A long code as people read it out: ABCD-EFGH-2345, the same wherever it is shown."""
    plain = code.replace("-", "")
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))


# --- what the browser is told


def csp_nonce() -> str:
    """This response's nonce."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


POLICY = (
    "style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def policy(script: str = "") -> str:
    return f"default-src 'none'; {script}{POLICY}"


def secure_headers(response: Response) -> Response:
    # What names no nonce, such as JSON, may run no script.
    script = f"script-src 'nonce-{csp_nonce()}'; " if "csp_nonce" in g else ""
    response.headers.setdefault("Content-Security-Policy", policy(script))
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if "X-Content-Type-Options" not in response.headers:
        response.headers.extend(headers_of_everything(current_app.config["SETTINGS"].secure_cookies))
    return response


@lru_cache
def headers_of_everything(secure: bool) -> dict[str, str]:
    """What every response says, be it a page or a file."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    return headers | ({"Strict-Transport-Security": "max-age=31536000; includeSubDomains"} if secure else {})


def headers_of_data(secure: bool) -> dict[str, str]:
    """What a reply says that is no page: nothing in it may run."""
    return {"Content-Security-Policy": policy(), "Cache-Control": "no-store", **headers_of_everything(secure)}


def static_headers(secure: bool) -> dict[str, str]:
    """What a static file says; one that is opened by itself, such as a picture with a script in it, may do nothing."""
    policy = "default-src 'none'; frame-ancestors 'none'; sandbox"
    return headers_of_everything(secure) | {"Content-Security-Policy": policy}


def refuse_nul() -> None:
    """No text holds a NUL character: databases and files take it for an end, or not at all."""
    query = request.query_string
    if b"%00" in query or b"\0" in query:
        abort(400)
    if (request.content_type or "").lower().startswith(FORM_TYPES) and any("\0" in text for text in texts_sent()):
        abort(400)


FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")


def texts_sent() -> list[str]:
    return [*each_text(request.form), *(str(file.filename) for file in files_sent())]


def files_sent() -> list[Any]:
    return [file for _name, file in request.files.items(multi=True)]


def each_text(values: Any) -> list[str]:
    return [text for pair in values.items(multi=True) for text in pair]


def log_without_address(app: Flask) -> Callable[[Any], None]:
    """An address may be somebody's personal link, so that the log names the rule that it follows instead."""

    def log_exception(exc_info: Any) -> None:
        app.logger.error("Exception on %s [%s]", request.url_rule, request.method, exc_info=exc_info)

    return log_exception


def register(app: Flask) -> None:
    app.before_request(refuse_nul)
    app.after_request(secure_headers)
    app.log_exception = log_without_address(app)  # type: ignore[method-assign, assignment]
    app.jinja_env.globals["csp_nonce"] = csp_nonce
