"""Check one stored score: does it follow from what is stored?"""

from __future__ import annotations

import uuid

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.extensions import db
from webapp.security import current_user, role
from webapp.services.promotion import replay_words
from webapp.services.promotion.replay_score import look_again, replay_score, scores_beside
from webapp.services.promotion.stop_scores import stop_of


@role("hr")
def replay(score_id: uuid.UUID) -> ResponseReturnValue:
    """Which score it is, and the button."""
    return replay_page(score_id, checked=False)


@role("hr")
def check_score(score_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        replay_score(session, me.organisation_id, score_id, user_id=me.id)
    return replay_page(score_id, checked=True)


def replay_page(score_id: uuid.UUID, *, checked: bool) -> ResponseReturnValue:
    owner = current_user().organisation_id
    found = look_again(db.session, owner, score_id)
    return render_template(
        "hr/promotion_replay.html",
        found=found,
        checked=checked,
        words=replay_words,
        beside=scores_beside(db.session, found.score),
        stop=stop_of(db.session, owner),
    )
