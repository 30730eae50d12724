"""The rater's addresses."""

from __future__ import annotations

from flask import Blueprint

from webapp.rater import monitor_views, panel_views, views, voice_views

blueprint = Blueprint("rater", __name__)
_at = "/rating/<uuid:rater_id>"

blueprint.add_url_rule("/r/<token>", "welcome", views.welcome)
blueprint.add_url_rule("/r/<token>/start", "start", views.start, methods=["POST"])

blueprint.add_url_rule(_at, "home", views.home)
blueprint.add_url_rule(f"{_at}/language", "choose_language", views.choose_language, methods=["POST"])
blueprint.add_url_rule(f"{_at}/who-sees-what", "statement", views.statement)
blueprint.add_url_rule(f"{_at}/competence/<int:number>", "competence", views.competence)
blueprint.add_url_rule(f"{_at}/competence/<int:number>", "save_competence", views.save_competence, methods=["POST"])
blueprint.add_url_rule(f"{_at}/colleague/<int:number>", "colleague", views.colleague)
blueprint.add_url_rule(f"{_at}/colleague/<int:number>", "save_colleague", views.save_colleague, methods=["POST"])
blueprint.add_url_rule(f"{_at}/save", "save", views.save, methods=["POST"])
blueprint.add_url_rule(f"{_at}/review", "review", views.review)
blueprint.add_url_rule(f"{_at}/finish", "finish", views.finish, methods=["POST"])
blueprint.add_url_rule(f"{_at}/done", "done", views.done)
blueprint.add_url_rule(f"{_at}/my-ratings.json", "export", views.export)
blueprint.add_url_rule(f"{_at}/erase", "erase", views.erase, methods=["GET", "POST"])
blueprint.add_url_rule(f"{_at}/leave", "leave", views.leave, methods=["POST"])

BOTH = ["GET", "POST"]
_me = "/voice/me/<token>"
blueprint.add_url_rule("/voice/<token>", "voice_board", voice_views.board)
blueprint.add_url_rule("/voice/<token>/write", "write_note", voice_views.write_note_page, methods=BOTH)
blueprint.add_url_rule(_me, "voice_own", voice_views.own_page)
blueprint.add_url_rule(f"{_me}/write", "write_signed_note", voice_views.write_signed, methods=BOTH)
blueprint.add_url_rule(
    f"{_me}/notes/<uuid:note_id>/take-back", "take_note_back", voice_views.take_note_back, methods=["POST"]
)
blueprint.add_url_rule(
    f"{_me}/notes/<uuid:note_id>/answer", "answer_as_owner", voice_views.answer_as_owner, methods=BOTH
)

_expert = "/panel/<uuid:rater_id>"
blueprint.add_url_rule("/p/<token>", "panel_welcome", panel_views.welcome)
blueprint.add_url_rule("/p/<token>/start", "panel_start", panel_views.start, methods=["POST"])
blueprint.add_url_rule(_expert, "panel_home", panel_views.home)
blueprint.add_url_rule(f"{_expert}/language", "panel_language", panel_views.language, methods=["POST"])
_situation = f"{_expert}/situation/<int:number>"
blueprint.add_url_rule(_situation, "panel_situation", panel_views.situation)
blueprint.add_url_rule(_situation, "panel_save_situation", panel_views.save_situation, methods=["POST"])
blueprint.add_url_rule(f"{_expert}/save", "panel_save", panel_views.save, methods=["POST"])
blueprint.add_url_rule(f"{_expert}/finish", "panel_finish", panel_views.finish, methods=["POST"])
blueprint.add_url_rule(f"{_expert}/done", "panel_done", panel_views.done)
blueprint.add_url_rule(f"{_expert}/my-ratings.json", "panel_export", panel_views.export)
blueprint.add_url_rule(f"{_expert}/erase", "panel_erase", panel_views.erase, methods=["GET", "POST"])
blueprint.add_url_rule(f"{_expert}/leave", "panel_leave", panel_views.leave, methods=["POST"])

blueprint.add_url_rule("/m/<token>", "monitor_welcome", monitor_views.welcome)
blueprint.add_url_rule("/m/<token>/statements", "monitor_ballot", monitor_views.ballot, methods=BOTH)

blueprint.register_error_handler(404, views.not_here)
