"""The interview guide of one applicant: a page, and paper with lines to write on."""

from __future__ import annotations

import uuid

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale

from webapp.extensions import db
from webapp.security import current_user, role
from webapp.services.guide.choose_questions import Asked, guide_of
from webapp.services.guide.print_guide import file_name, print_guide, words
from webapp.services.promotion.stop_scores import stop_of


@role("recruiter")
def guide(vacancy_id: uuid.UUID, code: str) -> ResponseReturnValue:
    asked = _asked(vacancy_id, code)
    stop = stop_of(db.session, current_user().organisation_id)
    with force_locale(asked.guide.language):
        listen_for = words()["listen_for"]
    return render_template(
        "recruiter/guide.html", asked=asked, vacancy=asked.vacancy, words=words(), listen_for=listen_for, stop=stop
    )


@role("recruiter")
def guide_pdf(vacancy_id: uuid.UUID, code: str) -> ResponseReturnValue:
    asked = _asked(vacancy_id, code)
    made = print_guide(asked.guide, asked.vacancy.title, asked.face, simulated=current_user().simulated)
    response = Response(made, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=file_name(asked.face))
    return response


def _asked(vacancy_id: uuid.UUID, code: str) -> Asked:
    """In the language of the interview, which need not be the page's."""
    spoken = request.args.get("spoken") or str(get_locale())
    return guide_of(db.session, current_user().organisation_id, vacancy_id, code, spoken)
