"""HR keeps the units: names, mergers, closing."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.errors import Conflict, DomainError, Invalid
from webapp.extensions import db
from webapp.hr.staff_forms import MergeForm, UnitForm
from webapp.hr.staff_views import me, owner
from webapp.security import role
from webapp.services.staff import units as unit_service
from webapp.services.staff.merge_units import merge_units, preview_merge
from webapp.services.staff.read_member import history_of


@role("hr")
def units() -> ResponseReturnValue:
    """All units, and a field for a new one."""
    form = UnitForm()
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                unit_service.add_unit(session, owner(), form.name.data or "", me())
        except DomainError as fault:
            form.name.errors = [fault.message]
        else:
            flash(_("The unit is there."), "success")
            return redirect(url_for("hr.units"))
    rows = unit_service.list_units(db.session, owner())
    return render_template("hr/staff_units.html", rows=rows, form=form), 400 if form.errors else 200


@role("hr")
def unit(unit_id: uuid.UUID) -> ResponseReturnValue:
    """One unit: its name, what changed, merging and closing."""
    row = unit_service.get_unit(db.session, owner(), unit_id)
    form, merging = UnitForm(), MergeForm(formdata=None)
    merging.offer(unit_service.open_units(db.session, owner()), but=unit_id)
    if request.method == "GET":
        form.name.data = row.name
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                unit_service.rename_unit(session, owner(), unit_id, form.name.data or "", me())
        except (Conflict, Invalid) as fault:
            form.name.errors = [fault.message]
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("hr.unit", unit_id=unit_id))
    page = render_template(
        "hr/staff_unit.html",
        unit=row,
        here=unit_service.count_here(db.session, row),
        history=history_of(db.session, row),
        form=form,
        merging=merging,
    )
    return page, 400 if form.errors else 200


@role("hr")
def merge_unit(unit_id: uuid.UUID) -> ResponseReturnValue:
    """Say what a merge would do; do it when that is confirmed."""
    row = unit_service.get_unit(db.session, owner(), unit_id)
    into_id = request.values.get("into", type=uuid.UUID)
    if into_id is None:
        flash(_("Choose the unit that takes the people."), "error")
        return redirect(url_for("hr.unit", unit_id=unit_id))
    if request.method == "GET":
        preview = preview_merge(db.session, owner(), unit_id, into_id)
        return render_template("hr/staff_merge.html", preview=preview, unit=row)
    with db.transaction() as session:
        moved = merge_units(session, owner(), unit_id, into_id, me())
    flash(ngettext("Merged: %(num)s person moved.", "Merged: %(num)s people moved.", moved), "success")
    return redirect(url_for("hr.unit", unit_id=into_id))


@role("hr")
def close_unit(unit_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        unit_service.close_unit(session, owner(), unit_id, me())
    flash(_("The unit is closed. Its past stays."), "success")
    return redirect(url_for("hr.unit", unit_id=unit_id))


@role("hr")
def reopen_unit(unit_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        unit_service.reopen_unit(session, owner(), unit_id, me())
    flash(_("The unit is open again."), "success")
    return redirect(url_for("hr.unit", unit_id=unit_id))
