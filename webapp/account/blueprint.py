"""The site map of this room."""

from flask import Blueprint

from webapp.account import views
from webapp.account.loader import load_user
from webapp.extensions import limiter, login_manager
from webapp.navigation import desk_context

TRIES = "10 per minute; 60 per hour"

blueprint = Blueprint("account", __name__)
blueprint.app_context_processor(desk_context)
blueprint.record_once(lambda _state: login_manager.user_loader(load_user))

blueprint.add_url_rule("/", "home", views.home)
blueprint.add_url_rule(
    "/sign-in",
    "sign_in",
    limiter.limit(TRIES, methods=["POST"])(views.sign_in),
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
