"""HR prepares the year's monitor, opens it, follows how many took part, closes it, and reads its figures."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from webapp.errors import Conflict, Invalid
from webapp.extensions import db
from webapp.hr.monitor_forms import MonitorDayForm, MonitorForm
from webapp.security import current_user, role
from webapp.services.monitor import draft_monitor as drafts
from webapp.services.monitor.close_monitor import close_monitor
from webapp.services.monitor.compare_coefficient import compare_years
from webapp.services.monitor.find_monitor import asked_by, find_monitor, last_day, list_monitors, takes_ballots
from webapp.services.monitor.groups import FEWEST_ASKED, Group
from webapp.services.monitor.open_monitor import open_monitor, preview_monitor
from webapp.services.monitor.read_figures import read_figures
from webapp.services.monitor.remind_monitor import count_used, remind_by_hand
from webapp.services.monitor.suggest_days import suggested_plan


def owner() -> uuid.UUID:
    return current_user().organisation_id


@role("hr")
def monitors() -> ResponseReturnValue:
    rows = list_monitors(db.session, owner())
    return render_template("hr/monitors.html", rows=[(row, last_day(row)) for row in rows])


@role("hr")
def new_monitor() -> ResponseReturnValue:
    form = MonitorForm(data=suggested_plan(db.session, owner())).offer()
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                row = drafts.draft_monitor(session, owner(), form.plan(), user_id=current_user().id)
            return redirect(url_for("hr.monitor", monitor_id=row.id))
        except Invalid as fault:
            form.form_errors = list(fault.messages)
    return render_template("hr/monitor_form.html", form=form, monitor=None), 400 if form.errors else 200


@role("hr")
def edit_monitor(monitor_id: uuid.UUID) -> ResponseReturnValue:
    row = find_monitor(db.session, owner(), monitor_id)
    if row.state != "draft":
        raise Conflict(_("This monitor has opened, so it can no longer be changed."))
    kept = {"year": row.year, "closes_on": last_day(row), "reminder_days": row.reminder_days}
    form = MonitorForm(data=kept).offer()
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                drafts.change_monitor(session, owner(), monitor_id, form.plan(), user_id=current_user().id)
            return redirect(url_for("hr.monitor", monitor_id=monitor_id))
        except Invalid as fault:
            form.form_errors = list(fault.messages)
    return render_template("hr/monitor_form.html", form=form, monitor=row), 400 if form.errors else 200


@role("hr")
def monitor(monitor_id: uuid.UUID) -> ResponseReturnValue:
    """Before opening, what it would mean; open, how many took part; closed, the figures."""
    row = find_monitor(db.session, owner(), monitor_id)
    if row.state == "draft":
        preview = preview_monitor(db.session, row)
        values = {"preview": preview, "questionnaire": asked_by(row), "fewest": FEWEST_ASKED}
        return _page("monitor_preview", row, **values)
    if row.state == "closed":
        return _page("monitor_figures", row, figures=read_figures(db.session, row), used=count_used(db.session, row))
    return _open_page(monitor_id, MonitorDayForm(closes_on=last_day(row)))


def _open_page(monitor_id: uuid.UUID, form: MonitorDayForm) -> str:
    row = find_monitor(db.session, owner(), monitor_id)
    return _page("monitor", row, form=form, taking=takes_ballots(row), used=count_used(db.session, row))


def _page(template: str, row: Any, **values: Any) -> str:
    groups = [Group.from_plain(each) for each in row.groups]
    language = str(get_locale() or "en")
    return render_template(
        f"hr/{template}.html", monitor=row, last_day=last_day(row), groups=groups, language=language, **values
    )


@role("hr")
def open_monitor_now(monitor_id: uuid.UUID) -> ResponseReturnValue:
    settings = current_app.config["SETTINGS"]
    with db.transaction() as session:
        open_monitor(session, owner(), monitor_id, settings, user_id=current_user().id)
    flash(_("The monitor is open. The mails with the links are on their way."), "success")
    return redirect(url_for("hr.monitor", monitor_id=monitor_id))


@role("hr")
def discard_monitor(monitor_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        drafts.discard_monitor(session, owner(), monitor_id, user_id=current_user().id)
    flash(_("The draft was thrown away. Nobody had been asked."), "success")
    return redirect(url_for("hr.monitors"))


@role("hr")
def remind_monitor(monitor_id: uuid.UUID) -> ResponseReturnValue:
    settings = current_app.config["SETTINGS"]
    with db.transaction() as session:
        remind_by_hand(session, owner(), monitor_id, settings, user_id=current_user().id)
    flash(_("Those who have not sent answers get a reminder."), "success")
    return redirect(url_for("hr.monitor", monitor_id=monitor_id))


@role("hr")
def move_monitor(monitor_id: uuid.UUID) -> ResponseReturnValue:
    find_monitor(db.session, owner(), monitor_id)
    form = MonitorDayForm()
    if form.validate_on_submit():
        day: dt.date = form.closes_on.data
        try:
            with db.transaction() as session:
                drafts.move_closing(session, owner(), monitor_id, day, user_id=current_user().id)
            flash(_("The last day was moved."), "success")
            return redirect(url_for("hr.monitor", monitor_id=monitor_id))
        except Invalid as fault:
            form.closes_on.errors = list(fault.messages)
    return _open_page(monitor_id, form), 400


@role("hr")
def close_monitor_now(monitor_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        closed = close_monitor(session, owner(), monitor_id, user_id=current_user().id)
    if closed:
        flash(_("The monitor is closed. The figures are made, and the answers were deleted."), "success")
    return redirect(url_for("hr.monitor", monitor_id=monitor_id))


@role("hr")
def compare_monitors() -> ResponseReturnValue:
    """Loyalty and the coefficient, by unit and year, with what so few units can say."""
    years, changes = compare_years(db.session, owner())
    return render_template("hr/monitor_compare.html", years=years, changes=changes)
