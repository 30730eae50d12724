"""What a vacancy shows while scores are stopped."""

from __future__ import annotations

import uuid

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.errors import Refused
from webapp.extensions import db
from webapp.recruiter.reading import faced, list_frame
from webapp.security import current_user
from webapp.services.promotion.stop_scores import Stop
from webapp.services.promotion.stopped_list import ORDERS, unordered_page
from webapp.services.read_vacancy import get_vacancy


def stopped_list(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    """Everybody who is done, by day or by name."""
    order = request.args.get("sort", "date")
    if order not in ORDERS:
        raise Refused(_("Scores are stopped, so nobody can be put in their order. Sort by name or by day."))
    frame = list_frame(vacancy_id)
    search = request.args.get("search", "").strip()[:100]
    after = request.args.get("after", "")
    people = unordered_page(db.session, frame["vacancy"], order=order, search=search, after=after)
    onwards = url_for("recruiter.vacancy", vacancy_id=vacancy_id, sort=order, search=search or None, after=people.after)
    return render_template(
        "recruiter/stopped.html",
        people=faced(frame["vacancy"], people.people),
        order=order,
        search=search,
        stage="done",
        onwards=onwards if people.after else None,
        **frame,
    )


def stopped_evidence(vacancy_id: uuid.UUID, stop: Stop) -> ResponseReturnValue:
    row = get_vacancy(db.session, current_user().organisation_id, vacancy_id)
    return render_template("recruiter/stopped_evidence.html", vacancy=row, model=row.model_version, stop=stop)
