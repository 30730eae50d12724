"""HR asks experts how good each action of a questionnaire is, and makes their answer the key of a new version."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.hr.panel_forms import ExpertsForm, PanelDayForm, PanelForm
from webapp.security import current_user, role
from webapp.services.panel.close_panel import close_panel
from webapp.services.panel.find_panel import find_panel, is_taking, last_day, list_panels
from webapp.services.panel.invite_experts import (
    Asked,
    experts_of,
    forget_name,
    invite_experts,
    remind_experts,
    withdraw_expert,
)
from webapp.services.panel.make_panel import make_panel, move_panel, suggested_day
from webapp.services.panel.overview import panel_overview, published_version
from webapp.services.panel.publish_key import publish_key
from webapp.services.panel.rated_items import rateable_questionnaires
from webapp.services.panel.read_results import read_results
from webapp.services.read_invitation_list import read_pasted


def language() -> str:
    return str(get_locale() or "en")


def owner() -> uuid.UUID:
    return current_user().organisation_id


@role("hr")
def panels() -> ResponseReturnValue:
    rows = [panel_overview(db.session, row) for row in list_panels(db.session, owner())]
    return render_template("hr/panels.html", rows=rows)


@role("hr")
def new_panel() -> ResponseReturnValue:
    form = PanelForm()
    offered = rateable_questionnaires(db.session, owner())
    form.offer([(row.id, f"{row.name} {row.version}") for row in offered])
    if not form.is_submitted():
        form.closes_on.data = suggested_day()
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                row = make_panel(session, owner(), form.plan(), user_id=current_user().id)
            return redirect(url_for("hr.panel", panel_id=row.id))
        except Invalid as fault:
            form.form_errors = list(fault.messages)
    return render_template("hr/panel_form.html", form=form, offered=offered), 400 if form.errors else 200


@role("hr")
def panel(panel_id: uuid.UUID) -> ResponseReturnValue:
    """While it is open, who has finished; afterwards, what the panel came to."""
    row = find_panel(db.session, owner(), panel_id)
    if row.state == "open":
        return render_template("hr/panel.html", **_open_page(panel_id))
    return render_template(
        "hr/panel_results.html",
        **panel_overview(db.session, row).values(),
        experts=experts_of(db.session, row),
        results=read_results(db.session, row, language()),
        published=published_version(db.session, row),
    )


def _open_page(
    panel_id: uuid.UUID, experts_form: ExpertsForm | None = None, day_form: PanelDayForm | None = None
) -> dict[str, Any]:
    row = find_panel(db.session, owner(), panel_id)
    if experts_form is None:
        experts_form = ExpertsForm(formdata=None)
        experts_form.offer(row.languages)
    return {
        **panel_overview(db.session, row).values(),
        "taking": is_taking(row),
        "experts": experts_of(db.session, row),
        "experts_form": experts_form,
        "day_form": day_form or PanelDayForm(formdata=None, closes_on=last_day(row)),
        "faults": [],
    }


@role("hr")
def invite(panel_id: uuid.UUID) -> ResponseReturnValue:
    row = find_panel(db.session, owner(), panel_id)
    form = ExpertsForm()
    form.offer(row.languages)
    given = read_pasted(form.people.data or "")
    if not form.validate_on_submit() or given.faults:
        page = _open_page(panel_id, experts_form=form) | {"faults": given.faults if not form.errors else []}
        return render_template("hr/panel.html", **page), 400
    people = [dataclasses.replace(person, language=form.language.data) for person in given.people]
    with db.transaction() as session:
        settings = current_app.config["SETTINGS"]
        asked = invite_experts(session, owner(), panel_id, people, settings, user_id=current_user().id)
    _tell(asked)
    return redirect(url_for("hr.panel", panel_id=panel_id))


def _tell(asked: Asked) -> None:
    if asked.new:
        flash(ngettext("%(num)s expert gets a mail.", "%(num)s experts get a mail.", asked.new), "success")
    if asked.known:
        names = ", ".join(person.email for person in asked.known)
        flash(_("Already asked, and left as they were: %(names)s.", names=names), "info")


@role("hr")
def remind(panel_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        number = remind_experts(session, owner(), panel_id, user_id=current_user().id)
    if number:
        words = ngettext("%(num)s reminder is on its way.", "%(num)s reminders are on their way.", number)
        flash(words, "success")
    else:
        flash(_("There is nobody to remind: everybody who was asked has finished."), "info")
    return redirect(url_for("hr.panel", panel_id=panel_id))


@role("hr")
def withdraw(panel_id: uuid.UUID, expert_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        name = withdraw_expert(session, owner(), panel_id, expert_id, user_id=current_user().id)
    flash(_("The link of %(name)s has ended, and what was saved under it is deleted.", name=name), "success")
    return redirect(url_for("hr.panel", panel_id=panel_id))


@role("hr")
def forget(panel_id: uuid.UUID, expert_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        forget_name(session, owner(), panel_id, expert_id, user_id=current_user().id)
    flash(_("The name is deleted. The figures and the key stay as they are."), "success")
    return redirect(url_for("hr.panel", panel_id=panel_id))


@role("hr")
def move(panel_id: uuid.UUID) -> ResponseReturnValue:
    find_panel(db.session, owner(), panel_id)
    form = PanelDayForm()
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                move_panel(session, owner(), panel_id, form.closes_on.data, user_id=current_user().id)
            flash(_("The last day was moved."), "success")
            return redirect(url_for("hr.panel", panel_id=panel_id))
        except Invalid as fault:
            form.closes_on.errors = list(fault.messages)
    return render_template("hr/panel.html", **_open_page(panel_id, day_form=form)), 400


@role("hr")
def close(panel_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        closed = close_panel(session, owner(), panel_id, user_id=current_user().id)
    if closed:
        flash(_("The panel is closed, and its figures are made."), "success")
    return redirect(url_for("hr.panel", panel_id=panel_id))


@role("hr")
def publish(panel_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        row = publish_key(session, owner(), panel_id, user_id=current_user().id)
    flash(_("%(name)s %(version)s is there. New vacancies can use it.", name=row.name, version=row.version), "success")
    return redirect(url_for("hr.panel", panel_id=panel_id))
