"""An answer that is sent while a break is on, from a page that was open before: not taken, and not lost either."""

from __future__ import annotations

import uuid

from flask import g, request

from webapp.candidate.access import language, load, page
from webapp.extensions import db
from webapp.services.read_response import sent_as
from webapp.services.save_answer import GivenAnswer
from webapp.services.show_item import described, screen_of
from webapp.services.sitting_time.take_break import end_break


def go_on_if_asked(sitting_id: uuid.UUID) -> None:
    """End the break first, where the person said so on the page below."""
    if request.form.get("go_on") == "y":
        with db.transaction() as session:
            end_break(session, g.sitting_organisation_id, sitting_id)


def resting_page(sitting_id: uuid.UUID, number: int, given: GivenAnswer) -> str:
    """What was sent, and one press that ends the break and saves it."""
    g.pop("sitting_times", None)
    view = load(sitting_id)
    screen = screen_of(view.items[number - 1], language(), view.sitting.seed)
    action = request.form.get("action", "save")
    return page(
        "resting",
        view,
        number=number,
        given=given,
        given_words=described(screen, given.value),
        given_fields=sent_as(screen.item, given.value) if action == "save" else {},
        action=action if action in ("skip", "undo") else "save",
        from_review=request.form.get("from") == "review",
    )
