"""The site map of this room."""

import hashlib

from flask import Blueprint, Response, request

from webapp.account import views
from webapp.account.loader import load_user
from webapp.extensions import limiter, login_manager
from webapp.navigation import desk_context

TRIES = "10 per minute; 60 per hour"
# More than one place is allowed, so that nobody can lock somebody out from there; guessing from many is slow too.
TRIES_AT_ONE_ACCOUNT = "100 per hour"


def account_named() -> str:
    """The account that is tried, wherever the tries come from."""
    email = request.form.get("email", "").strip().lower()
    return hashlib.sha256(email.encode()).hexdigest()


def was_wrong(response: Response) -> bool:
    return response.status_code == 400


slowed = limiter.limit(TRIES_AT_ONE_ACCOUNT, methods=["POST"], key_func=account_named, deduct_when=was_wrong)

blueprint = Blueprint("account", __name__)
blueprint.app_context_processor(desk_context)
blueprint.record_once(lambda _state: login_manager.user_loader(load_user))

blueprint.add_url_rule("/", "home", views.home)
blueprint.add_url_rule(
    "/sign-in",
    "sign_in",
    limiter.limit(TRIES, methods=["POST"])(slowed(views.sign_in)),
    methods=["GET", "POST"],
)
blueprint.add_url_rule("/sign-out", "sign_out", views.sign_out, methods=["POST"])
blueprint.add_url_rule("/language", "language", views.language, methods=["POST"])
blueprint.add_url_rule(
    "/password",
    "password",
    limiter.limit(TRIES, methods=["POST"])(views.password),
    methods=["GET", "POST"],
)
blueprint.add_url_rule("/demo/mail", "demo_mailbox", views.demo_mailbox)
blueprint.add_url_rule("/demo/mail/<mail_key>", "demo_mail", views.demo_mail)
