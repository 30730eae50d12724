"""A recruiter's own views of lists: kept, renamed, deleted, and the one that a list opens with."""

from __future__ import annotations

import uuid

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.recruiter.list_addresses import asked_from, back_to_list, said_if_wrong
from webapp.security import current_user, role
from webapp.services.saved_views import keep_view as keeping
from webapp.services.saved_views.keep_view import Whose


def whose(vacancy_id: uuid.UUID) -> Whose:
    me = current_user()
    return Whose(me.organisation_id, me.id, vacancy_id)


@role("recruiter")
def keep_view(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    query, form = asked_from(), request.form
    with db.transaction() as writing, said_if_wrong(_("The view is saved.")):
        keeping.keep_view(
            writing,
            whose(vacancy_id),
            form.get("name", ""),
            query,
            everywhere="everywhere" in form,
            default="default" in form,
        )
    return back_to_list(vacancy_id, query)


@role("recruiter")
def change_view(vacancy_id: uuid.UUID, view_id: uuid.UUID) -> ResponseReturnValue:
    """Its name, and whether lists open with it."""
    with db.transaction() as writing, said_if_wrong(_("The view is changed.")):
        keeping.rename_view(writing, whose(vacancy_id), view_id, request.form.get("name", ""))
        keeping.open_with(writing, whose(vacancy_id), view_id, chosen="default" in request.form)
    return back_to_list(vacancy_id)


@role("recruiter")
def delete_view(vacancy_id: uuid.UUID, view_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as writing:
        keeping.delete_view(writing, whose(vacancy_id), view_id)
    flash(_("The view is deleted. The people in it are where they were."), "success")
    return back_to_list(vacancy_id)
