"""HR prepares rating rounds, opens them, follows how many have finished, and closes them."""

from __future__ import annotations

import uuid

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from webapp.errors import Conflict, Invalid
from webapp.extensions import db
from webapp.hr.round_forms import CompetenceForm, LastDayForm, RoundForm
from webapp.security import current_user, role
from webapp.services.rounds import own_competences as competences_service
from webapp.services.rounds.close_round import close_round, move_closing
from webapp.services.rounds.competence_texts import library_competences
from webapp.services.rounds.draft_round import change_draft, discard_draft, make_draft
from webapp.services.rounds.find_round import (
    BEFORE_OPENING,
    asked_competences,
    find_round,
    last_day,
    list_rounds,
    takes_ratings,
)
from webapp.services.rounds.open_round import open_round, plan_round
from webapp.services.rounds.preview_round import preview_round
from webapp.services.rounds.remind_raters import remind_raters
from webapp.services.rounds.suggest_round import suggested_days
from webapp.services.rounds.turnout import read_turnout


def language() -> str:
    return str(get_locale() or "en")


def owner() -> uuid.UUID:
    return current_user().organisation_id


@role("hr")
def rounds() -> ResponseReturnValue:
    rows = list_rounds(db.session, owner())
    return render_template("hr/rounds.html", rounds=[(row, last_day(row)) for row in rows])


@role("hr")
def new_round() -> ResponseReturnValue:
    form = _round_form()
    if not form.is_submitted():
        form.opens_on.data, form.closes_on.data = suggested_days()
        form.competences.data = [each.code for each in library_competences()]
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                row = make_draft(session, owner(), form.plan(), user_id=current_user().id)
            return redirect(url_for("hr.round", round_id=row.id))
        except Invalid as fault:
            form.form_errors = list(fault.messages)
    return render_template("hr/round_form.html", form=form, round=None), 400 if form.errors else 200


@role("hr")
def edit_round(round_id: uuid.UUID) -> ResponseReturnValue:
    row = find_round(db.session, owner(), round_id)
    if row.state not in BEFORE_OPENING:
        raise Conflict(_("This round has opened, so what it asks and whom can no longer be changed."))
    form = _round_form()
    if not form.is_submitted():
        form.process(data=_values(row))
        form.competences.data = [code for code in row.competence_codes if code in dict(form.competences.choices)]
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                change_draft(session, owner(), round_id, form.plan(), user_id=current_user().id)
            return redirect(url_for("hr.round", round_id=round_id))
        except Invalid as fault:
            form.form_errors = list(fault.messages)
    return render_template("hr/round_form.html", form=form, round=row), 400 if form.errors else 200


def _round_form() -> RoundForm:
    form = RoundForm()
    form.offer(competences_service.all_competences(db.session, owner()), language())
    return form


def _values(row: object) -> dict[str, object]:
    names = ("title", "kind", "competence_codes", "reminder_days", "repeat_months")
    kept = {name: getattr(row, name) for name in names}
    return kept | {"opens_on": row.opens_at.date(), "closes_on": last_day(row)}  # type: ignore[attr-defined, arg-type]


@role("hr")
def round_page(round_id: uuid.UUID) -> ResponseReturnValue:
    """Before opening, what it would mean; afterwards, how many have finished."""
    row = find_round(db.session, owner(), round_id)
    if row.state in BEFORE_OPENING:
        preview = preview_round(db.session, owner(), round_id)
        return render_template(
            "hr/round_preview.html", round=row, last_day=last_day(row), preview=preview, language=language()
        )
    return render_template("hr/round.html", **_open_page(round_id, LastDayForm(closes_on=last_day(row))))


def _open_page(round_id: uuid.UUID, form: LastDayForm) -> dict[str, object]:
    row = find_round(db.session, owner(), round_id)
    return {
        "round": row,
        "last_day": last_day(row),
        "taking": takes_ratings(row),
        "turnout": read_turnout(db.session, row),
        "competences": asked_competences(row),
        "language": language(),
        "form": form,
    }


@role("hr")
def open_now(round_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        row = open_round(session, owner(), round_id, current_app.config["SETTINGS"], user_id=current_user().id)
    flash(_("“%(title)s” is open. The mails with the links are on their way.", title=row.title), "success")
    return redirect(url_for("hr.round", round_id=round_id))


@role("hr")
def plan(round_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        row = plan_round(session, owner(), round_id, user_id=current_user().id)
    flash(_("“%(title)s” opens by itself on its first day, with whoever serves whom then.", title=row.title), "success")
    return redirect(url_for("hr.round", round_id=round_id))


@role("hr")
def discard_round(round_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        discard_draft(session, owner(), round_id, user_id=current_user().id)
    flash(_("The draft was thrown away. Nobody had been asked."), "success")
    return redirect(url_for("hr.rounds"))


@role("hr")
def remind(round_id: uuid.UUID) -> ResponseReturnValue:
    """Everybody who has not finished. How many get a mail would tell of whoever is marked as a leaver meanwhile."""
    with db.transaction() as session:
        remind_raters(session, owner(), round_id, current_app.config["SETTINGS"], user_id=current_user().id)
    flash(_("Those who have not finished get a reminder."), "success")
    return redirect(url_for("hr.round", round_id=round_id))


@role("hr")
def move(round_id: uuid.UUID) -> ResponseReturnValue:
    find_round(db.session, owner(), round_id)
    form = LastDayForm()
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                move_closing(session, owner(), round_id, form.closes_on.data, user_id=current_user().id)
            flash(_("The last day was moved."), "success")
            return redirect(url_for("hr.round", round_id=round_id))
        except Invalid as fault:
            form.closes_on.errors = list(fault.messages)
    return render_template("hr/round.html", **_open_page(round_id, form)), 400


@role("hr")
def close(round_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        closed = close_round(session, owner(), round_id, user_id=current_user().id)
    if closed:
        flash(_("The round is closed. What connected ratings with names was deleted."), "success")
    return redirect(url_for("hr.round", round_id=round_id))


@role("hr")
def competences() -> ResponseReturnValue:
    """The library's and the company's own."""
    rows = competences_service.own_competences(db.session, owner())
    return render_template(
        "hr/round_competences.html",
        library=library_competences(),
        own=[(row, competences_service.text_of(row)) for row in rows],
        language=language(),
    )


@role("hr")
def new_competence() -> ResponseReturnValue:
    return _competence_page(None, CompetenceForm())


@role("hr")
def edit_competence(competence_id: uuid.UUID) -> ResponseReturnValue:
    row = competences_service.find_competence(db.session, owner(), competence_id)
    form = CompetenceForm()
    if not form.is_submitted():
        form.show(competences_service.text_of(row))
    return _competence_page(competence_id, form)


def _competence_page(competence_id: uuid.UUID | None, form: CompetenceForm) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                competences_service.save_competence(
                    session, owner(), competence_id, form.text(), user_id=current_user().id
                )
            flash(_("The competence was saved. It counts from the next round that opens."), "success")
            return redirect(url_for("hr.competences"))
        except Invalid as fault:
            form.form_errors = list(fault.messages)
    page = render_template("hr/round_competence_form.html", form=form, competence_id=competence_id)
    return page, 400 if form.errors else 200


@role("hr")
def retire_competence(competence_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        competences_service.retire_competence(session, owner(), competence_id, user_id=current_user().id)
    flash(_("The competence is no longer offered to new rounds."), "success")
    return redirect(url_for("hr.competences"))
