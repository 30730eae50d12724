"""The candidate's addresses."""

from __future__ import annotations

from flask import Blueprint

from webapp.candidate import (
    confirm_views,
    leaving_views,
    link_views,
    offline_views,
    receipt_views,
    saving_views,
    staff_views,
    steps,
    time_views,
    views,
)
from webapp.candidate.rights_map import add_rights
from webapp.security import in_fours
from webapp.services.open_invitation import LinkExpired

blueprint = Blueprint("candidate", __name__)
blueprint.app_template_filter("in_fours")(in_fours)
blueprint.app_template_global("sitting_words")(offline_views.sitting_words)
_at = "/sitting/<uuid:sitting_id>"

blueprint.add_url_rule("/i/<token>", "welcome", views.welcome)
blueprint.add_url_rule("/i/<token>/start", "start", views.start, methods=["POST"])
blueprint.add_url_rule("/i/<token>/new-link", "renew", link_views.renew, methods=["POST"])
blueprint.add_url_rule("/i/<token>/reuse", "reuse", link_views.reuse, methods=["POST"])
blueprint.add_url_rule("/confirm", "confirm_code", confirm_views.confirm_code, methods=["GET", "POST"])
blueprint.add_url_rule("/new-link", "new_link", link_views.new_link, methods=["GET", "POST"])
blueprint.add_url_rule("/new-link/asked", "new_link_asked", link_views.new_link_asked)

blueprint.add_url_rule("/s/<token>", "staff_welcome", staff_views.staff_welcome)
blueprint.add_url_rule("/s/<token>/start", "staff_start", staff_views.staff_start, methods=["POST"])
blueprint.add_url_rule("/s/<token>/withdraw", "staff_take_back", staff_views.staff_take_back, methods=["POST"])

blueprint.add_url_rule("/sitting/worker.js", "worker", offline_views.worker)
blueprint.add_url_rule("/static/js/<any('saving', 'saving-timed'):name>.js", "saving_js", offline_views.script)

blueprint.add_url_rule(_at, "go_on", steps.go_on)
blueprint.add_url_rule(f"{_at}/leave", "leave", leaving_views.leave, methods=["GET", "POST"])
blueprint.add_url_rule(f"{_at}/language", "language", steps.language)
blueprint.add_url_rule(f"{_at}/language", "choose_language", steps.choose_language, methods=["POST"])
blueprint.add_url_rule(f"{_at}/notice", "notice", steps.notice, methods=["GET", "POST"])
blueprint.add_url_rule(f"{_at}/practice", "practice", steps.practice, defaults={"number": 1}, methods=["GET", "POST"])
blueprint.add_url_rule(f"{_at}/practice/<int:number>", "practice", steps.practice, methods=["GET", "POST"])
blueprint.add_url_rule(f"{_at}/practice/skip", "skip_practice", steps.skip_practice, methods=["POST"])
blueprint.add_url_rule(f"{_at}/ready", "ready", steps.ready)

blueprint.add_url_rule(f"{_at}/question/<int:number>", "question", views.question)
blueprint.add_url_rule(f"{_at}/question/<int:number>", "save", views.save, methods=["POST"])
blueprint.add_url_rule(f"{_at}/review", "review", views.review)
blueprint.add_url_rule(f"{_at}/send", "confirm", views.confirm)
blueprint.add_url_rule(f"{_at}/submit", "submit", views.submit, methods=["POST"])
blueprint.add_url_rule(f"{_at}/receipt", "receipt", views.receipt)

blueprint.add_url_rule("/receipt", "check_receipt", receipt_views.check, methods=["GET", "POST"])
blueprint.add_url_rule(f"{_at}/clock", "start_clock", time_views.start_clock, methods=["POST"])
blueprint.add_url_rule(f"{_at}/break", "pause", time_views.pause)
blueprint.add_url_rule(f"{_at}/break/start", "start_break", time_views.start_break, methods=["POST"])
blueprint.add_url_rule(f"{_at}/break/end", "end_break", time_views.end_break, methods=["POST"])
blueprint.add_url_rule(f"{_at}/adjustment", "ask_adjustment", time_views.ask_adjustment, methods=["GET", "POST"])
blueprint.add_url_rule(f"{_at}/adjustment/withdraw", "withdraw_request", time_views.withdraw_request, methods=["POST"])

saving_views.blueprint.add_url_rule(f"{_at}/heartbeat", "heartbeat", time_views.heartbeat, methods=["POST"])
add_rights(blueprint, _at)
blueprint.register_blueprint(saving_views.blueprint)
blueprint.register_error_handler(404, views.not_here)
blueprint.register_error_handler(LinkExpired, link_views.expired)
