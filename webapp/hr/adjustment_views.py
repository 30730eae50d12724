"""The adjustments role: who asked, whose time runs, and what is granted. Nobody else sees any of it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from webapp.extensions import db
from webapp.hr.adjustment_forms import AnswerForm, GrantForm, MinutesForm, RulesForm
from webapp.security import current_user, role
from webapp.services.adjustments import change_time, grant_adjustment, outage_rules, read_desk
from webapp.services.blind.face import face_for_hr


@role("adjustments")
def adjustments() -> ResponseReturnValue:
    """Open requests, whose time runs, and everybody by name."""
    owner = current_user().organisation_id
    name = " ".join(request.args.get("name", "").split())[:200]
    return render_template(
        "hr/adjustments.html",
        asked=read_desk.open_requests(db.session, owner),
        people=[each for each in read_desk.people(db.session, owner, name) if is_told(each.applicant, each.sitting)],
        name=name,
        most=read_desk.MOST_ROWS,
        rules=outage_rules.read_rules(db.session, owner),
    )


def is_told(applicant: Any, sitting: Any) -> bool:
    """Whoever also recruits knows for which code a confirmation was asked: it never stands beside a hidden name."""
    asked_for = sitting is not None and sitting.purpose == "confirmation"
    return not (asked_for and face_for_hr(applicant, current_user().roles).hidden)


def their_sheet(applicant_id: uuid.UUID) -> read_desk.Sheet:
    sheet = read_desk.read_sheet(db.session, current_user().organisation_id, applicant_id)
    return replace(sheet, sittings=[each for each in sheet.sittings if is_told(sheet.applicant, each.sitting)])


@role("adjustments")
def adjustment(applicant_id: uuid.UUID) -> ResponseReturnValue:
    return sheet_page(applicant_id)


def sheet_page(applicant_id: uuid.UUID, refused: FlaskForm | None = None) -> ResponseReturnValue:
    """One person, with the form that was refused in its place."""
    sheet = their_sheet(applicant_id)
    holds = sheet.holds
    factor = "1" if holds is None else "none" if holds.factor is None else f"{holds.factor:g}"
    forms: dict[str, FlaskForm] = {
        "grant": GrantForm(
            formdata=None,
            factor=factor,
            breaks=str(holds.breaks if holds else 0),
            break_minutes=str(holds.break_minutes or 5 if holds else 5),
        ),
        "answer": AnswerForm(formdata=None),
    }
    if refused is not None:
        forms["grant" if isinstance(refused, GrantForm) else "answer"] = refused
    page = render_template("hr/adjustment.html", sheet=sheet, forms=forms, refused=refused)
    return page, 400 if refused else 200


def back_to(applicant_id: uuid.UUID, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("hr.adjustment", applicant_id=applicant_id))


@role("adjustments")
def grant(applicant_id: uuid.UUID) -> ResponseReturnValue:
    me, form = current_user(), GrantForm()
    if not form.validate_on_submit():
        return sheet_page(applicant_id, form)
    with db.transaction() as session:
        grant_adjustment.grant_adjustment(session, me.organisation_id, applicant_id, form.grant(), me.id)
    return back_to(applicant_id, _("Granted. It holds at once, also in a sitting that is under way."))


@role("adjustments")
def revoke(applicant_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        grant_adjustment.revoke_adjustment(session, me.organisation_id, applicant_id, me.id)
    return back_to(applicant_id, _("Taken back. What held before it holds again."))


@role("adjustments")
def answer(applicant_id: uuid.UUID, asked_id: uuid.UUID) -> ResponseReturnValue:
    me, form = current_user(), AnswerForm()
    if not form.validate_on_submit():
        return sheet_page(applicant_id, form)
    with db.transaction() as session:
        grant_adjustment.answer_request(
            session,
            me.organisation_id,
            asked_id,
            me.id,
            granted=form.decision.data == "granted",
            note=form.note.data or "",
        )
    return back_to(applicant_id, _("Answered. The applicant gets a mail."))


@role("adjustments")
def extend(applicant_id: uuid.UUID, sitting_id: uuid.UUID) -> ResponseReturnValue:
    me, form = current_user(), MinutesForm()
    if not form.validate_on_submit():
        return minutes_page(applicant_id, sitting_id, form)
    with db.transaction() as session:
        change_time.extend_sitting(session, me.organisation_id, sitting_id, form.given(), me.id)
    return back_to(applicant_id, _("Extended. The new end holds at once."))


def minutes_page(applicant_id: uuid.UUID, sitting_id: uuid.UUID, form: MinutesForm) -> ResponseReturnValue:
    sheet = their_sheet(applicant_id)
    found = next((each for each in sheet.sittings if each.sitting.id == sitting_id), None) or abort(404)
    again = found.sitting.state == "submitted"
    page = render_template("hr/adjustment_minutes.html", sheet=sheet, form=form, again=again, timed=found.timed)
    return page, 400 if form.errors else 200


@role("adjustments")
def shorten(applicant_id: uuid.UUID, sitting_id: uuid.UUID, credit_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        change_time.take_extension_back(session, me.organisation_id, sitting_id, credit_id, me.id)
    return back_to(applicant_id, _("The extension was taken back."))


@role("adjustments")
def reopen(applicant_id: uuid.UUID, sitting_id: uuid.UUID) -> ResponseReturnValue:
    me, form = current_user(), MinutesForm()
    if not form.validate_on_submit():
        return minutes_page(applicant_id, sitting_id, form)
    with db.transaction() as session:
        change_time.reopen_sitting(session, me.organisation_id, sitting_id, form.given(), me.id)
    return back_to(applicant_id, _("Open again. The applicant goes on by the link; the earlier result is withdrawn."))


@role("adjustments")
def outage_budget() -> ResponseReturnValue:
    me = current_user()
    rules = outage_rules.read_rules(db.session, me.organisation_id)
    form = RulesForm(share=round(rules.share * 100, 2), minutes=rules.minutes)
    if not form.validate_on_submit():
        return render_template("hr/adjustment_rules.html", form=form), 400 if form.errors else 200
    with db.transaction() as session:
        outage_rules.set_rules(
            session, me.organisation_id, float(form.share.data) / 100, float(form.minutes.data), me.id
        )
    flash(_("Kept. It holds for sittings whose time begins from now on."), "success")
    return redirect(url_for("hr.adjustments"))
