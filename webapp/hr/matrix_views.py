"""HR says who serves whom: from above, unit by unit, by rules, and what it would ask of the raters."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.hr.matrix_forms import NO_UNIT, CapForm, RuleForm, read_block, read_ids, read_unit
from webapp.hr.staff_views import owner
from webapp.security import current_user, role
from webapp.services.matrix import overview as overview_service
from webapp.services.matrix import person_links, rater_load, service_rules
from webapp.services.matrix.edit_links import change_links
from webapp.services.matrix.export_matrix import matrix_csv
from webapp.services.matrix.read_matrix import Cap, read_cap
from webapp.services.matrix.snapshot import take_snapshot
from webapp.services.matrix.unit_block import unit_block
from webapp.services.staff.read_member import get_member
from webapp.services.staff.units import open_units

COMPETENCES = 8


@role("hr")
def matrix() -> ResponseReturnValue:
    """Units by units, with how many pairs there are."""
    found = overview_service.overview(db.session, owner(), whole("rows"), whole("columns"))
    return render_template("hr/matrix.html", overview=found, unit_key=unit_key, block=overview_service.BLOCK)


def whole(name: str) -> int:
    """A number of the address, never below nought."""
    return max(0, request.values.get(name, 0, type=int))


def unit_key(unit_id: uuid.UUID | None) -> str:
    return str(unit_id) if unit_id else NO_UNIT


@role("hr")
def matrix_units() -> ResponseReturnValue:
    """Performers of one unit against customers of another, a box for each pair."""
    performers, customers = read_unit(request.values.get("from")), read_unit(request.values.get("to"))
    if request.method == "POST":
        add, remove = read_block(request.form, request.form.getlist("pair"))
        with db.transaction() as session:
            changed = change_links(session, owner(), add, remove, current_user().id)
        say_changed(*changed)
        return redirect(block_address(performers, customers, whole("rows"), whole("columns")))
    block = unit_block(
        db.session, owner(), performers, customers, performer_page=whole("rows"), customer_page=whole("columns")
    )
    return render_template("hr/matrix_units.html", block=block, unit_key=unit_key, block_address=block_address)


def block_address(performers: uuid.UUID | None, customers: uuid.UUID | None, rows: int = 0, columns: int = 0) -> str:
    units: dict[str, Any] = {"from": unit_key(performers), "to": unit_key(customers)}
    return url_for("hr.matrix_units", **units, rows=rows or None, columns=columns or None)


def say_changed(added: int, removed: int) -> None:
    if not added and not removed:
        flash(_("Nothing was changed."), "info")
        return
    parts = [
        ngettext("%(num)s pair added.", "%(num)s pairs added.", added) if added else "",
        ngettext("%(num)s pair taken out.", "%(num)s pairs taken out.", removed) if removed else "",
    ]
    flash(" ".join(filter(None, parts)), "success")


@role("hr")
def matrix_person(member_id: uuid.UUID) -> ResponseReturnValue:
    """One person: who rates them, and whom they rate."""
    faults: list[str] = []
    if request.method == "POST":
        try:
            return change_person(member_id)
        except Invalid as fault:
            faults = fault.messages
    member = get_member(db.session, owner(), member_id)
    page = render_template(
        "hr/matrix_person.html",
        member=member,
        sides=[(way, person_links.colleagues(db.session, member, way)) for way in person_links.WAYS],
        faults=faults,
        way=request.form.get("way", ""),
        codes=request.form.get("codes", ""),
    )
    return page, 400 if faults else 200


def change_person(member_id: uuid.UUID) -> ResponseReturnValue:
    way = request.form.get("way", "")
    if way not in person_links.WAYS:
        abort(400)
    kept = set(request.form.getlist("keep"))
    drop = [each for each in read_ids(request.form.get("was", "")) if str(each) not in kept]
    with db.transaction() as session:
        changed = person_links.change_person(
            session,
            owner(),
            member_id,
            way,
            drop=drop,
            codes=request.form.get("codes", ""),
            user_id=current_user().id,
        )
    say_changed(*changed)
    return redirect(url_for("hr.matrix_person", member_id=member_id))


@role("hr")
def matrix_rules() -> ResponseReturnValue:
    """The rules that stand, whether the staff list has moved on since, and a new one."""
    form = RuleForm(formdata=None)
    form.offer(open_units(db.session, owner()))
    snapshot = take_snapshot(db.session, owner(), whole=True)
    return render_template(
        "hr/matrix_rules.html",
        rules=service_rules.list_rules(db.session, owner(), snapshot),
        due=service_rules.due(db.session, owner(), snapshot),
        form=form,
    )


@role("hr")
def matrix_rule() -> ResponseReturnValue:
    """Say what a rule would make; make it when that is confirmed."""
    form = RuleForm(request.values)
    form.offer(open_units(db.session, owner()))
    units = (form.performers, form.customers)
    if not all(field.data in dict(field.choices) and field.data for field in units):
        flash(_("Choose both units."), "error")
        return redirect(url_for("hr.matrix_rules"))
    performers, customers = (uuid.UUID(field.data) for field in units)
    if request.method == "GET":
        preview = service_rules.preview_rule(db.session, owner(), performers, customers)
        return render_template("hr/matrix_rule.html", preview=preview, minutes=rater_load.minutes)
    with db.transaction() as session:
        new = service_rules.apply_rule(session, owner(), performers, customers, current_user().id)
    flash(ngettext("The rule stands: %(num)s pair is new.", "The rule stands: %(num)s pairs are new.", new), "success")
    return redirect(url_for("hr.matrix_rules"))


@role("hr")
def remove_rule(rule_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        removed = service_rules.remove_rule(session, owner(), rule_id, current_user().id)
    flash(
        ngettext(
            "The rule is gone, and %(num)s pair with it.", "The rule is gone, and %(num)s pairs with it.", removed
        ),
        "success",
    )
    return redirect(url_for("hr.matrix_rules"))


@role("hr")
def refresh_rules() -> ResponseReturnValue:
    with db.transaction() as session:
        changed = service_rules.refresh(session, owner(), current_user().id)
    say_changed(*changed)
    return redirect(url_for("hr.matrix_rules"))


@role("hr")
def matrix_load() -> ResponseReturnValue:
    """How much a round would ask of each rater, with a limit to try before it is kept."""
    kept = read_cap(db.session, owner())
    given = "cap" in request.values
    form = CapForm(request.values if given else None, cap=kept.most)
    sound = given and form.cap.validate(form)
    if request.method == "POST" and sound:
        with db.transaction() as session:
            rater_load.keep_cap(session, owner(), form.cap.data, current_user().id)
        flash(_("Kept. Rating rounds are drawn up with it."), "success")
        return redirect(url_for("hr.matrix_load"))
    tried = Cap(form.cap.data, kept.seed) if sound else kept
    page = render_template(
        "hr/matrix_load.html",
        load=rater_load.rater_load(db.session, owner(), tried),
        form=form,
        kept=kept,
        tried=tried,
        competences=min(max(1, request.values.get("competences", COMPETENCES, type=int)), 30),
        minutes=rater_load.minutes,
    )
    return page, 400 if form.errors else 200


@role("hr")
def matrix_file() -> ResponseReturnValue:
    """All pairs as a table that can be changed and imported again."""
    headers = {"Content-Disposition": 'attachment; filename="makings-matrix.csv"'}
    return Response(matrix_csv(db.session, owner()), mimetype="text/csv; charset=utf-8", headers=headers)
