"""Remind everybody who is not done: look at whom and with what words, send, see how far it has come, stop it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.errors import Conflict
from webapp.extensions import db
from webapp.security import current_user, role
from webapp.services.blind.face import is_blind
from webapp.services.mails.reminder_policy import APART
from webapp.services.mails.state_of_mails import number_undelivered
from webapp.services.read_vacancy import funnel, get_vacancy
from webapp.services.reminding.plan import plan_reminding
from webapp.services.reminding.remind import remind_everybody, stop_reminding
from webapp.services.reminding.runs import newest_run
from webapp.services.reminding.texts import readings


@role("recruiter")
def remind_all(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    return send(vacancy_id) if request.method == "POST" else look(vacancy_id)


def look(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    vacancy = get_vacancy(db.session, current_user().organisation_id, vacancy_id)
    run = newest_run(db.session, vacancy)
    return render_template(
        "recruiter/remind.html", vacancy=vacancy, blind=is_blind(vacancy), run=run, **planned(vacancy, run)
    )


def planned(vacancy: Any, run: Any) -> dict[str, Any]:
    """What pressing would do; nothing, while a run goes on."""
    counts = funnel(db.session, vacancy)
    shown = {"counts": counts, "apart": APART.days, "plan": None, "texts": [], "undelivered": 0}
    if run is not None and run.is_open:
        return shown
    plan = plan_reminding(db.session, vacancy, counts.waiting)
    return shown | {
        "plan": plan,
        "texts": readings(db.session, vacancy, plan, current_app.config["SETTINGS"]),
        "undelivered": number_undelivered(db.session, vacancy.organisation_id, vacancy.id),
    }


def send(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    hidden = is_blind(get_vacancy(db.session, me.organisation_id, vacancy_id))
    with db.transaction() as writing:
        settings = current_app.config["SETTINGS"]
        job = remind_everybody(writing, me.organisation_id, vacancy_id, user_id=me.id, settings=settings)
        done = job.parameters.get("so_far", {}).get("reminded", 0) if job and job.state == "done" else None
    if job is None:
        flash(_("Nobody was reminded: everybody who is not done is left out just now."), "attention")
    elif hidden and done is not None:
        flash(_("Everybody who may be reminded now gets the link once more."), "success")
    elif done is not None:
        words = ngettext("%(num)s person gets the link once more.", "%(num)s people get the link once more.", done)
        flash(words, "success")
    return redirect(url_for("recruiter.remind_all", vacancy_id=vacancy_id))


@role("recruiter")
def stop(vacancy_id: uuid.UUID, job_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    try:
        with db.transaction() as writing:
            stop_reminding(writing, me.organisation_id, vacancy_id, job_id, me.id)
    except Conflict as too_late:
        flash(too_late.message, "attention")
    return redirect(url_for("recruiter.remind_all", vacancy_id=vacancy_id))
