"""The addresses of feedback and rights."""

from __future__ import annotations

from flask import Blueprint

from webapp.candidate import about_me_views, feedback_views, rights_door, rights_views

BOTH = ["GET", "POST"]


def add_rights(blueprint: Blueprint, at: str) -> None:
    """Hang these pages on the candidate's room."""
    blueprint.add_url_rule(f"{at}/feedback", "feedback", feedback_views.feedback)
    blueprint.add_url_rule(f"{at}/explain", "explain", feedback_views.explain)
    blueprint.add_url_rule(f"{at}/ask", "review_request", feedback_views.review_request, methods=BOTH)
    blueprint.add_url_rule(f"{at}/my-data", "my_data", rights_views.my_data)
    blueprint.add_url_rule(f"{at}/my-data.json", "my_data_file", rights_views.my_data_file)
    blueprint.add_url_rule(f"{at}/my-data/contact", "contact", rights_views.contact, methods=BOTH)
    blueprint.add_url_rule(f"{at}/about-me", "about_me", about_me_views.about_me, methods=BOTH)
    blueprint.add_url_rule(
        f"{at}/about-me/delete", "take_back_about_me", about_me_views.take_back_about_me, methods=["POST"]
    )
    blueprint.add_url_rule(f"{at}/withdraw", "withdraw", rights_views.withdraw, methods=BOTH)
    blueprint.add_url_rule(f"{at}/withdraw/undo", "undo_withdraw", rights_views.undo_withdraw, methods=["POST"])
    blueprint.add_url_rule(f"{at}/erase", "erase", rights_views.erase, methods=BOTH)
    blueprint.add_url_rule("/erased/<certificate>", "erased", rights_views.erased)
    blueprint.add_url_rule("/erased/<certificate>/certificate.pdf", "erased_file", rights_views.erased_file)
    blueprint.add_url_rule("/address/<token>", "address", rights_views.address)
    blueprint.add_url_rule("/address/<token>", "decide_address", rights_views.decide_address, methods=["POST"])
    blueprint.add_url_rule("/i/<token>/rights", "rights", rights_door.rights)
    blueprint.add_url_rule("/i/<token>/rights", "open_rights", rights_door.open_rights_pages, methods=["POST"])
    blueprint.add_url_rule("/i/<token>/rights/file", "rights_file", rights_door.rights_file, methods=["POST"])
    blueprint.add_url_rule("/i/<token>/rights/erase", "erase_unbegun", rights_door.erase_unbegun, methods=["POST"])
