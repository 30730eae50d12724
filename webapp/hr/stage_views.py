"""Stages and reasons of the company, and what was decided lately, which HR can undo."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from webapp.errors import Conflict, Invalid
from webapp.extensions import db
from webapp.hr.stage_forms import NewReasonForm, NewStageForm, ReasonWordsForm, RetireStageForm, StageForm
from webapp.security import current_user, role
from webapp.services.decisions import edit_reasons, edit_stages
from webapp.services.decisions.clear_stage import clear_stage, heirs_of
from webapp.services.decisions.decide import start_again
from webapp.services.decisions.ending import stop
from webapp.services.decisions.lately import decided_lately
from webapp.services.decisions.stages import KIND_WORDS, stage_name, stage_names, stage_of, stages_of
from webapp.services.decisions.undo import undo_batch


def language() -> str:
    return str(get_locale())


@role("hr")
def stages() -> ResponseReturnValue:
    owner = current_user().organisation_id
    return render_template(
        "hr/stages.html",
        stages=stages_of(db.session, owner),
        reasons=edit_reasons.all_reasons(db.session, owner),
        kinds=KIND_WORDS,
        language=language(),
    )


def page(template: str, form: FlaskForm, **values: Any) -> ResponseReturnValue:
    return render_template(f"hr/{template}", form=form, **values), 400 if form.errors else 200


@role("hr")
def new_stage() -> ResponseReturnValue:
    me, form = current_user(), NewStageForm()
    if form.validate_on_submit():
        words = edit_stages.StageWords(form.names(), form.kind.data, form.reveals.data)
        try:
            with db.transaction() as session:
                edit_stages.add_stage(session, me.organisation_id, words, user_id=me.id)
        except Invalid as fault:
            form.form_errors = fault.messages
        else:
            flash(_("The stage is on the list."), "success")
            return redirect(url_for("hr.stages"))
    return page("stage_form.html", form, stage=None)


@role("hr")
def stage(number: int) -> ResponseReturnValue:
    me = current_user()
    row = stage_of(db.session, me.organisation_id, number)
    form = StageForm(data={**row.names, "reveals": row.reveals})
    if number == 0:
        del form.reveals
    if form.validate_on_submit():
        words = edit_stages.StageWords(form.names(), row.kind, "reveals" in form and form.reveals.data)
        try:
            with db.transaction() as session:
                edit_stages.change_stage_words(session, me.organisation_id, number, words, user_id=me.id)
        except Invalid as fault:
            form.form_errors = fault.messages
        else:
            flash(_("The stage is changed."), "success")
            return redirect(url_for("hr.stages"))
    return page("stage_form.html", form, stage=row, name=stage_name(row, language()))


@role("hr")
def shift_stage(number: int, way: str) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        edit_stages.shift_stage(session, me.organisation_id, number, way, user_id=me.id)
    return redirect(url_for("hr.stages"))


@role("hr")
def retire_stage(number: int) -> ResponseReturnValue:
    """Whoever stands there stays, or is moved with a reason."""
    me = current_user()
    row = stage_of(db.session, me.organisation_id, number)
    there = edit_stages.people_there(db.session, me.organisation_id, number)
    form, heirs = RetireStageForm(), heirs_of(db.session, row)
    form.people.choices = [("keep", _("They stay, until somebody decides about them"))] + [
        (str(each.number), _("Move them to “%(stage)s”", stage=stage_name(each, language()))) for each in heirs
    ]
    if not there:
        del form.people, form.reason
    if form.validate_on_submit():
        try:
            moved = retired(number, form if there else None)
        except (Invalid, Conflict) as fault:
            form.form_errors = getattr(fault, "messages", [fault.message])
        else:
            flash(said_retired(moved), "success")
            return redirect(url_for("hr.stages"))
    number_there = sum(there.values())
    return page(
        "stage_retire.html",
        form,
        stage=row,
        name=stage_name(row, language()),
        people=number_there,
        vacancies=len(there),
    )


def retired(number: int, form: RetireStageForm | None) -> int:
    me = current_user()
    with db.transaction() as session:
        moved = 0
        if form is not None and form.people.data != "keep":
            heir, reason = int(form.people.data), form.reason.data or ""
            moved = clear_stage(session, me.organisation_id, number, heir, reason, user_id=me.id)
        edit_stages.retire_stage(session, me.organisation_id, number, user_id=me.id)
        return moved


def said_retired(moved: int) -> str:
    if not moved:
        return _("The stage is out of use. Nobody can be moved there any more.")
    return ngettext(
        "The stage is out of use, and %(num)s person is moved.",
        "The stage is out of use, and %(num)s people are moved.",
        moved,
    )


@role("hr")
def restore_stage(number: int) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        edit_stages.restore_stage(session, me.organisation_id, number, user_id=me.id)
    flash(_("The stage is in use again."), "success")
    return redirect(url_for("hr.stages"))


@role("hr")
def new_reason() -> ResponseReturnValue:
    me, form = current_user(), NewReasonForm()
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                edit_reasons.add_reason(
                    session,
                    me.organisation_id,
                    form.names(),
                    form.kind.data,
                    needs_text=form.needs_text.data,
                    user_id=me.id,
                )
        except Invalid as fault:
            form.form_errors = fault.messages
        else:
            flash(_("The reason is on the list."), "success")
            return redirect(url_for("hr.stages"))
    return page("reason_form.html", form, reason=None)


@role("hr")
def reason(reason_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    row = edit_reasons.find_reason(db.session, me.organisation_id, reason_id)
    form = ReasonWordsForm(data={**row.names, "needs_text": row.needs_text})
    if form.validate_on_submit():
        given: dict[str, Any] = {"needs_text": form.needs_text.data, "user_id": me.id}
        try:
            with db.transaction() as session:
                edit_reasons.reword_reason(session, me.organisation_id, reason_id, form.names(), **given)
        except Invalid as fault:
            form.form_errors = fault.messages
        else:
            flash(_("The reason is changed. Decisions that were made keep the words of then."), "success")
            return redirect(url_for("hr.stages"))
    return page("reason_form.html", form, reason=row)


@role("hr")
def shift_reason(reason_id: uuid.UUID, way: str) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        edit_reasons.shift_reason(session, me.organisation_id, reason_id, way, user_id=me.id)
    return redirect(url_for("hr.stages", _anchor="reasons"))


@role("hr")
def retire_reason(reason_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        edit_reasons.retire_reason(session, me.organisation_id, reason_id, user_id=me.id)
    flash(_("The reason is no longer offered. Decisions that were made with it keep it."), "success")
    return redirect(url_for("hr.stages"))


@role("hr")
def restore_reason(reason_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        edit_reasons.restore_reason(session, me.organisation_id, reason_id, user_id=me.id)
    flash(_("The reason is offered again."), "success")
    return redirect(url_for("hr.stages"))


@role("hr")
def decisions() -> ResponseReturnValue:
    """What was decided within the last day, in all vacancies."""
    owner = current_user().organisation_id
    rows = decided_lately(db.session, owner, language())
    return render_template("hr/decisions.html", rows=rows, names=stage_names(db.session, owner, language()))


@role("hr")
def resume_decision(made_id: uuid.UUID) -> ResponseReturnValue:
    """It broke down on the way: let it go on."""
    me = current_user()
    with db.transaction() as session:
        start_again(session, me.organisation_id, made_id, user_id=me.id)
    return redirect(url_for("hr.decisions"))


@role("hr")
def stop_decision(made_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        stop(session, me.organisation_id, made_id, user_id=me.id)
    return redirect(url_for("hr.decisions"))


@role("hr")
def undo_decision(made_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        undone = undo_batch(session, me.organisation_id, made_id, user_id=me.id)
    words = ngettext(
        "Undone: %(num)s person stands where they stood.",
        "Undone: %(num)s people stand where they stood.",
        undone.people,
    )
    flash(words, "success")
    if undone.stayed:
        flash(
            ngettext(
                "%(num)s person was decided about again meanwhile, and stays.",
                "%(num)s people were decided about again meanwhile, and stay.",
                len(undone.stayed),
            ),
            "attention",
        )
    return redirect(url_for("hr.decisions"))
