"""One vacancy: the ranked list, the people without a place, what the list is based on, the export."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.extensions import db
from webapp.recruiter.list_page import Desk
from webapp.recruiter.reading import STAGES, faced, list_frame, stop_now, unranked_address
from webapp.recruiter.stopped_views import stopped_evidence, stopped_list
from webapp.security import current_user, role
from webapp.services.expect_hires import expect_hires
from webapp.services.namesakes import others_called_so
from webapp.services.read_vacancy import funnel, get_vacancy
from webapp.services.reminding.runs import lately_run
from webapp.services.shortlist.people import people_page


@role("recruiter")
def vacancy(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    if stop_now():
        return stopped_list(vacancy_id)
    desk = Desk(vacancy_id)
    if elsewhere := desk.opens_elsewhere:
        return redirect(elsewhere)
    return render_template("recruiter/vacancy.html", **desk.context())


@role("recruiter")
def unranked(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    stage = request.args.get("stage", "waiting")
    if stage not in STAGES or (stage == "unscored" and stop_now()):
        return redirect(url_for("recruiter.vacancy", vacancy_id=vacancy_id))
    frame = list_frame(vacancy_id)
    search = request.args.get("search", "").strip()[:100]
    states, unscored = STAGES[stage]
    people = people_page(
        db.session,
        frame["vacancy"],
        states,
        unscored=unscored,
        search=search,
        after=request.args.get("after", ""),
    )
    onwards = unranked_address(vacancy_id, stage, search, people.after)
    return render_template(
        "recruiter/unranked.html",
        people=faced(frame["vacancy"], people.people),
        alike=others_called_so(db.session, frame["vacancy"], people.people),
        onwards=onwards,
        reminding=lately_run(db.session, frame["vacancy"]) if stage == "waiting" else None,
        search=search,
        stage=stage,
        **frame,
    )


@role("recruiter")
def evidence(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    if stop := stop_now():
        return stopped_evidence(vacancy_id, stop)
    row = get_vacancy(db.session, current_user().organisation_id, vacancy_id)
    counts = funnel(db.session, row)
    hires = expect_hires(row.model_version.figures, row.target, counts.scored)
    return render_template("recruiter/evidence.html", vacancy=row, model=row.model_version, hires=hires, funnel=counts)
