"""HR sees whether models at work still fit their applicants, and says what was done about it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.hr.watch_forms import AcknowledgeForm, SnoozeForm, mails_form
from webapp.security import current_user, role
from webapp.services.promotion.stop_scores import stop_of
from webapp.services.watch import act, due_looks, words
from webapp.services.watch.describe_look import describe_look
from webapp.services.watch.draw_weeks import draw_weeks, every_week
from webapp.services.watch.find_finding import find_finding
from webapp.services.watch.item_titles import item_titles
from webapp.services.watch.read_watch import latest_job, open_count, read_acted, read_watch, read_watched
from webapp.services.watch.subscribe import levels, people_of_hr, subscribe
from webapp.services.watch.weeks import LATELY, LOOKED_BACK, weeks_before


def owner() -> uuid.UUID:
    return current_user().organisation_id


def watch_context() -> dict[str, Any]:
    """For the banner on other pages: asked for only where it is shown."""
    return {"watch_findings": lambda: open_count(db.session, owner())}


@role("hr")
def watch() -> ResponseReturnValue:
    """Every model at work in a word, and what is open."""
    return render_template(
        "hr/watch.html",
        watched=read_watched(db.session, owner()),
        acted=read_acted(db.session, owner()),
        running=due_looks.running_look(db.session, owner()),
        latest=latest_job(db.session, owner()),
        titles=lambda model: item_titles(db.session, model),
        words=words,
        spans=spans(),
        stop=stop_of(db.session, owner()),
    )


def spans() -> dict[str, int]:
    return {"weeks": LOOKED_BACK, "lately": LATELY}


@role("hr")
def watch_model(model_id: uuid.UUID) -> ResponseReturnValue:
    """One model: the weeks, the questions, every figure, the looks before."""
    found = read_watch(db.session, owner(), model_id)
    figures: dict[str, Any] = found.look.figures if found.look else {}
    stop, weeks = stop_of(db.session, owner()), []
    if found.look and not stop:
        weeks = every_week(figures.get("weeks", []), weeks_before(found.look.week, LOOKED_BACK))
    return render_template(
        "hr/watch_model.html",
        watch=found,
        figures=figures,
        described=describe_look(figures, stopped=stop is not None),
        stop=stop,
        weeks=weeks,
        chart=draw_weeks(weeks, LATELY),
        titles=item_titles(db.session, found.model),
        words=words,
        spans=spans(),
    )


@role("hr")
def look_now() -> ResponseReturnValue:
    with db.transaction() as session:
        job = due_looks.look_now(session, owner(), current_user().id)
    return redirect(url_for("hr.job", job_id=job.id))


@role("hr")
def watch_finding(finding_id: uuid.UUID) -> ResponseReturnValue:
    """What was found, and what can be done about it."""
    form = AcknowledgeForm()
    if form.validate_on_submit():
        with db.transaction() as session:
            act.acknowledge(session, owner(), finding_id, form.note.data, current_user().id)
        flash(_("Noted. It stays quiet until it gets worse."), "success")
        return redirect(url_for("hr.watch"))
    return finding_page(finding_id, form, SnoozeForm(formdata=None))


@role("hr")
def snooze_finding(finding_id: uuid.UUID) -> ResponseReturnValue:
    form = SnoozeForm()
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                act.snooze(session, owner(), finding_id, form.until.data, form.why.data or "", current_user().id)
            flash(_("Put off. On that day it is open again."), "success")
            return redirect(url_for("hr.watch"))
        except Invalid as fault:
            form.until.errors = list(fault.messages)
    return finding_page(finding_id, AcknowledgeForm(formdata=None), form)


def finding_page(finding_id: uuid.UUID, done: AcknowledgeForm, wait: SnoozeForm) -> ResponseReturnValue:
    finding, model = find_finding(db.session, owner(), finding_id)
    faulty = done if done.errors else wait
    page = render_template(
        "hr/watch_finding.html",
        finding=finding,
        model=model,
        done=done,
        wait=wait,
        titles=item_titles(db.session, model),
        words=words,
        stop=stop_of(db.session, owner()),
    )
    return page, 400 if faulty.errors and request.method == "POST" else 200


@role("hr")
def watch_mails() -> ResponseReturnValue:
    """Who is written to."""
    people = people_of_hr(db.session, owner())
    form = mails_form(people, levels(db.session, owner()))
    if form.validate_on_submit():
        with db.transaction() as session:
            subscribe(session, owner(), form.wanted(), current_user().id)
        flash(_("Kept."), "success")
        return redirect(url_for("hr.watch"))
    return render_template("hr/watch_mails.html", form=form), 400 if form.errors else 200
