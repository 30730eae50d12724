"""Two to four people side by side."""

from __future__ import annotations

import uuid

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.recruiter.fresh_list import bring_list_up
from webapp.security import current_user, role
from webapp.services.compare.side_by_side import compare_people
from webapp.services.decisions.stages import stage_names
from webapp.services.promotion.stop_scores import stop_of
from webapp.services.read_vacancy import get_vacancy


@role("recruiter")
def compare(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    bring_list_up(vacancy_id)
    owner, language = current_user().organisation_id, str(get_locale())
    vacancy = get_vacancy(db.session, owner, vacancy_id)
    shared = {
        "vacancy": vacancy,
        "model": vacancy.model_version,
        "stages": stage_names(db.session, owner, language),
        "stop": stop_of(db.session, owner),
    }
    try:
        found = compare_people(db.session, owner, vacancy_id, request.args.getlist("person"), language)
    except Invalid as fault:
        return render_template("recruiter/compare.html", found=None, messages=fault.messages, **shared), 400
    return render_template("recruiter/compare.html", found=found, messages=(), **shared)
