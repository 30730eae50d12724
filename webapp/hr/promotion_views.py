"""HR lets a model serve: what that changes, then the button that does it."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.extensions import db
from webapp.hr.promotion_forms import VacanciesForm
from webapp.security import current_user, role
from webapp.services import read_models
from webapp.services.promotion.promote_model import promote_or_move
from webapp.services.promotion.vacancies import movable_vacancies


@role("hr")
def card(model_id: uuid.UUID) -> ResponseReturnValue:
    """The model card as a file to keep."""
    row = read_models.find_model(db.session, current_user().organisation_id, model_id)
    text = read_models.model_card(db.session, row) or abort(404)
    headers = {"Content-Disposition": f'attachment; filename="makings-model-{row.number}.md"'}
    return Response(text, mimetype="text/markdown; charset=utf-8", headers=headers)


@role("hr")
def promote(model_id: uuid.UUID) -> ResponseReturnValue:
    """Say what will change, then do it."""
    me = current_user()
    row = read_models.find_model(db.session, me.organisation_id, model_id)
    form = VacanciesForm()
    open_rows = movable_vacancies(db.session, row)
    form.vacancies.choices = [(str(each.id), each.title) for each in open_rows]
    if form.validate_on_submit():
        chosen = [uuid.UUID(each) for each in form.vacancies.data]
        with db.transaction() as session:
            promote_or_move(session, me.organisation_id, model_id, chosen, me.id)
        flash(promoted_words(row.number, len(chosen)), "success")
        return redirect(url_for("hr.model", model_id=model_id))
    return render_template("hr/promote.html", form=form, model=row, vacancies=open_rows), 400 if form.errors else 200


def promoted_words(number: int, moving: int) -> str:
    if not moving:
        return _("Model %(number)s is serving. Open vacancies stay on their models.", number=number)
    return ngettext(
        "Model %(number)s is serving. %(num)s vacancy is being scored again and moves when that is done.",
        "Model %(number)s is serving. %(num)s vacancies are being scored again and move when that is done.",
        moving,
        number=number,
    )
