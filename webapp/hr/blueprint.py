"""The site map of this room."""

from flask import Blueprint

from webapp.hr import import_views, views

blueprint = Blueprint("hr", __name__, url_prefix="/hr")

blueprint.add_url_rule("", "home", views.home)
blueprint.add_url_rule("/models", "models", views.models)
blueprint.add_url_rule("/models/retrain", "retrain", views.retrain, methods=["POST"])
blueprint.add_url_rule("/models/<uuid:model_id>", "model", views.model)
blueprint.add_url_rule("/models/<uuid:model_id>/card.md", "model_card", views.card)
blueprint.add_url_rule("/models/<uuid:model_id>/promote", "promote", views.promote, methods=["GET", "POST"])
blueprint.add_url_rule("/models/jobs/<uuid:job_id>", "job", views.job)

blueprint.add_url_rule("/imports", "imports", import_views.imports)
blueprint.add_url_rule("/imports/<kind>/new", "upload", import_views.upload, methods=["GET", "POST"])
blueprint.add_url_rule("/imports/<kind>/template.<ending>", "template", import_views.template)
blueprint.add_url_rule("/imports/<uuid:batch_id>", "import_batch", import_views.batch)
blueprint.add_url_rule("/imports/<uuid:batch_id>/confirm", "confirm_import", import_views.confirm, methods=["POST"])
blueprint.add_url_rule("/imports/<uuid:batch_id>/discard", "discard_import", import_views.discard, methods=["POST"])
blueprint.add_url_rule("/imports/<uuid:batch_id>/undo", "undo_import", import_views.undo, methods=["POST"])
