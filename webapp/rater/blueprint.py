"""The rater's addresses."""

from __future__ import annotations

from flask import Blueprint

from webapp.rater import views

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

blueprint.register_error_handler(404, views.not_here)
