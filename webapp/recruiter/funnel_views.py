"""How many people of a vacancy came how far, and in how many days."""

from __future__ import annotations

import uuid

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from webapp.extensions import db
from webapp.security import current_user, role
from webapp.services.decisions.stages import stage_name
from webapp.services.funnel.days import ENOUGH, ENOUGH_FOR_THE_SLOW
from webapp.services.funnel.read import read_funnel
from webapp.services.read_vacancy import get_vacancy


@role("recruiter")
def funnel(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    vacancy = get_vacancy(db.session, current_user().organisation_id, vacancy_id)
    found = read_funnel(db.session, vacancy)
    language = str(get_locale() or "en")
    names = {
        step.stage.number: stage_name(step.stage, language) for step in (found.steps if found else ()) if step.stage
    }
    return render_template(
        "recruiter/funnel.html",
        vacancy=vacancy,
        funnel=found,
        names=names,
        enough=ENOUGH,
        enough_slow=ENOUGH_FOR_THE_SLOW,
    )
