"""The Flask site: pages, services, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from webapp.config import Settings


def create_app(settings: Settings | None = None, *, testing: bool = False) -> Flask:
    """Make the site.

    Imports are in here, because commands on plain files import this package too and need no site.
    """
    from flask import Flask

    from webapp import assets, clock, errors, languages, security
    from webapp.candidate.quick_pages.door import open_quick_pages
    from webapp.candidate.quick_save import open_quick_door
    from webapp.config import MEGABYTE, read_settings
    from webapp.extensions import babel, csrf, db, limiter, login_manager
    from webapp.records import base
    from webapp.sessions import KeptSigner

    settings = settings or read_settings()
    if settings.moved_clock is not None:
        base.clock = clock.SteadyClock(wall=clock.moved_by_file(settings.moved_clock))
    app = Flask(__name__, static_folder="static", instance_path=str(settings.instance))
    app.config.update(
        SETTINGS=settings,
        TESTING=testing,
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.upload_limit_bytes + MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
        SESSION_COOKIE_NAME="__Host-makings" if settings.secure_cookies else "makings",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=60 * 60 * 24 * 30,
        # Only a cookie that has changed is sent: a slow reply must not put an older one in place of a newer one.
        SESSION_REFRESH_EACH_REQUEST=False,
        SEND_FILE_MAX_AGE_DEFAULT=60 * 60 * 24,
        RATELIMIT_ENABLED=not testing,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = KeptSigner()
    # No view and no hook of ours is a coroutine: none is asked at each call whether it is.
    app.ensure_sync = lambda function: function  # type: ignore[method-assign, assignment]
    db.init_app(app, settings.database_url)
    csrf.init_app(app)
    limiter.init_app(app)
    login_manager.init_app(app, add_context_processor=False)
    languages.register(app, babel)
    security.register(app)
    assets.register(app)
    errors.register(app)
    register_rooms(app)
    if settings.quick_pages:
        open_quick_pages(app)
    trust_proxies(app, settings.proxies)
    if settings.quick_saves:
        open_quick_door(app)
    return app


def trust_proxies(app: Flask, number: int) -> None:
    """Believe so many proxies what they say about who asks; without any, such headers are anybody's word."""
    from werkzeug.middleware.proxy_fix import ProxyFix

    if number:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=number, x_proto=number)  # type: ignore[method-assign]


def register_rooms(app: Flask) -> None:
    from webapp.account.blueprint import blueprint as account
    from webapp.candidate.blueprint import blueprint as candidate
    from webapp.hr.blueprint import blueprint as hr
    from webapp.rater.blueprint import blueprint as rater
    from webapp.recruiter.blueprint import blueprint as recruiter

    for room in (account, candidate, hr, rater, recruiter):
        app.register_blueprint(room)
