"""HR keeps the staff list: people, leavers, what changed, hired applicants."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.errors import Conflict, Invalid
from webapp.extensions import db
from webapp.hr.staff_forms import HireForm, LeaveForm, MemberForm
from webapp.security import current_user, role
from webapp.services.staff import hire_applicants, leave_staff, list_staff, units
from webapp.services.staff.edit_staff import add_member, change_member
from webapp.services.staff.list_staff import NO_UNIT, SORTS, WHO, StaffQuery
from webapp.services.staff.moved_to_hired import MOST_COUNTED, moved_page
from webapp.services.staff.note_change import Author
from webapp.services.staff.presence import works_here
from webapp.services.staff.read_member import get_member, hired_from, history_of, namesakes, service_counts


def me() -> Author:
    return Author(current_user().id)


def owner() -> uuid.UUID:
    return current_user().organisation_id


@role("hr")
def staff() -> ResponseReturnValue:
    """Everybody, page by page."""
    query = asked_for()
    page = list_staff.staff_page(
        db.session,
        owner(),
        query,
        after=request.args.get("after", type=uuid.UUID),
        before=request.args.get("before", type=uuid.UUID),
    )
    return render_template(
        "hr/staff.html",
        page=page,
        query=query,
        units=units.open_units(db.session, owner()),
        families=list_staff.job_families(db.session, owner()),
        before=address(query, before=page.before) if page.before else None,
        after=address(query, after=page.after) if page.after else None,
        works_here=works_here,
    )


def asked_for() -> StaffQuery:
    """What the address asks for; what it cannot mean is left out."""
    asked = {name: request.args.get(name, "").strip()[:100] for name in ("search", "unit", "family", "who", "sort")}
    return StaffQuery(
        search=asked["search"],
        unit=asked["unit"] if asked["unit"] == NO_UNIT or is_id(asked["unit"]) else "",
        family=asked["family"],
        who=asked["who"] if asked["who"] in WHO else "here",
        sort=asked["sort"] if asked["sort"] in SORTS else "name",
    )


def is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def address(query: StaffQuery, **border: Any) -> str:
    """The list with the same question, further on or further back."""
    plain = {"who": "here", "sort": "name"}
    asked: dict[str, Any] = {name: value for name, value in vars(query).items() if value and plain.get(name) != value}
    return url_for("hr.staff", **asked, **border)


@role("hr")
def new_member() -> ResponseReturnValue:
    form = MemberForm()
    form.offer(units.open_units(db.session, owner()))
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                member = add_member(session, owner(), form.entry(), me())
        except Conflict as fault:
            form.code.errors = [fault.message]
        else:
            flash(_("Added to the staff list."), "success")
            return redirect(url_for("hr.member", member_id=member.id))
    return render_template("hr/staff_new.html", form=form), 400 if form.errors else 200


@role("hr")
def member(member_id: uuid.UUID) -> ResponseReturnValue:
    """One person: who it is, whom they serve, what changed. Never what they answered."""
    return member_page(member_id, LeaveForm())


def member_page(member_id: uuid.UUID, form: LeaveForm) -> ResponseReturnValue:
    row = get_member(db.session, owner(), member_id)
    page = render_template(
        "hr/staff_member.html",
        member=row,
        here=works_here(row),
        history=history_of(db.session, row),
        namesakes=namesakes(db.session, row),
        services=service_counts(db.session, row),
        hire=hired_from(db.session, row),
        form=form,
    )
    return page, 400 if form.errors else 200


@role("hr")
def edit_member(member_id: uuid.UUID) -> ResponseReturnValue:
    row = get_member(db.session, owner(), member_id)
    form = MemberForm()
    form.offer(units.open_units(db.session, owner()), now_in=row.unit)
    if request.method == "GET":
        form.show(row)
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                changed = change_member(session, owner(), member_id, form.entry(), me())
        except Conflict as fault:
            form.code.errors = [fault.message]
        else:
            flash(_("Saved.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("hr.member", member_id=member_id))
    return render_template("hr/staff_edit.html", form=form, member=row), 400 if form.errors else 200


@role("hr")
def leave(member_id: uuid.UUID) -> ResponseReturnValue:
    form = LeaveForm()
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                leave_staff.leave(session, owner(), member_id, form.left_on.data, me())
        except Invalid as fault:
            form.left_on.errors = fault.messages
        else:
            flash(
                _("Kept. From that day on this person is neither invited nor rated; everything known stays."), "success"
            )
            return redirect(url_for("hr.member", member_id=member_id))
    return member_page(member_id, form)


@role("hr")
def come_back(member_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        leave_staff.come_back(session, owner(), member_id, me())
    flash(_("This person works here again."), "success")
    return redirect(url_for("hr.member", member_id=member_id))


@role("hr")
def hired() -> ResponseReturnValue:
    """Whom recruiters hired and HR has not taken over; applicants who are done, found by search; those on the staff."""
    search = request.args.get("search", "").strip()[:100]
    return render_template(
        "hr/staff_hired.html",
        search=search,
        most=MOST_COUNTED,
        moved=moved_page(db.session, owner(), current_user().roles, request.args.get("start", 0, type=int)),
        found=hire_applicants.find_applicants(db.session, owner(), search) if search else [],
        hired=hire_applicants.find_applicants(db.session, owner(), "", hired=True),
        today=leave_staff.today().isoformat(),
    )


@role("hr")
def hire(applicant_id: uuid.UUID) -> ResponseReturnValue:
    form = HireForm()
    if not form.validate_on_submit():
        flash(_("Give the first working day, such as 2026-09-01, and try again."), "error")
        return redirect(url_for("hr.hired", search=request.args.get("search"), start=request.args.get("start")))
    with db.transaction() as session:
        member = hire_applicants.hire(
            session,
            owner(),
            applicant_id,
            hired_on=form.hired_on.data or leave_staff.today(),
            code=form.code.data or "",
            author=me(),
            moved="moved" in request.form,
        )
    flash(_("On the staff list now. The answers of the application stay with the application."), "success")
    return redirect(url_for("hr.member", member_id=member.id))
