"""HR sees what became of people who were hired by a model's score, and has the model's level corrected."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.extensions import db
from webapp.security import current_user, role
from webapp.services.outcomes import read_outcomes as reading
from webapp.services.outcomes.recalibrate_model import ask_recalibration
from webapp.services.outcomes.take_outcomes import FEWEST
from webapp.services.promotion.stop_scores import stop_of


def owner() -> uuid.UUID:
    return current_user().organisation_id


@role("hr")
def outcomes(model_id: uuid.UUID) -> ResponseReturnValue:
    """Predictive figures of one model, apart from those among staff."""
    found = reading.read_outcomes(db.session, owner(), model_id)
    return render_template(
        "hr/watch_outcomes.html",
        outcomes=found,
        concurrent=reading.concurrent(found.model),
        described=reading.describe_outcomes(found),
        bands=reading.bands(found),
        moved=reading.shift_words(found.shift) if found.shift.get("applied") else "",
        fewest=FEWEST,
        stop=stop_of(db.session, owner()),
    )


@role("hr")
def recalibrate(model_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        job = ask_recalibration(session, owner(), model_id, current_user().id)
    return redirect(url_for("hr.job", job_id=job.id))
