"""The line in a list: drawn, moved, taken away. And the way from chosen people to a comparison."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.recruiter.list_addresses import back_to_list, said_if_wrong
from webapp.recruiter.reading import stop_now
from webapp.security import current_user, role
from webapp.services.blind.face import plain_code, spelled
from webapp.services.cut_line import set_cut as drawing

FEWEST, MOST = 2, 4


@role("recruiter")
def set_cut(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me, form = current_user(), request.form
    people = form.get("instead", type=int) or form.get("people", default=0, type=int)
    if stop_now():
        return redirect(url_for("recruiter.vacancy", vacancy_id=vacancy_id))
    with (
        db.transaction() as writing,
        said_if_wrong(_("The line is drawn. It is a mark to look at and decides nothing.")),
    ):
        drawing.set_cut(writing, me.organisation_id, vacancy_id, people, user_id=me.id)
    return back_to_list(vacancy_id)


@role("recruiter")
def take_cut_away(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as writing:
        drawing.take_cut_away(writing, me.organisation_id, vacancy_id, user_id=me.id)
    flash(_("The line is gone."), "success")
    return back_to_list(vacancy_id)


@role("recruiter")
def compare_chosen(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    """Whoever is ticked, in the address of the comparison: it can be opened again."""
    chosen = list(dict.fromkeys(spelled(plain_code(each)) for each in request.form.getlist("person")))
    if not FEWEST <= len(chosen) <= MOST:
        flash(_("Choose two to four people to compare; %(number)s were chosen.", number=len(chosen)), "attention")
        return back_to_list(vacancy_id)
    return redirect(url_for("recruiter.compare", vacancy_id=vacancy_id, person=chosen))
