"""HR invites the staff to the questionnaire, and sees how many have begun and are done; nothing else of it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.extensions import db
from webapp.hr.staff_views import is_id, owner
from webapp.security import current_user, role
from webapp.services.import_tables import questionnaires_of
from webapp.services.staff.list_staff import NO_UNIT
from webapp.services.staff.units import open_units
from webapp.services.staff_sittings.count_staff_sittings import answered_by_file, count_staff_sittings
from webapp.services.staff_sittings.invite_staff import (
    Paper,
    invite_staff,
    paper_of,
    remind_staff,
    to_invite,
    without_address,
)


@role("hr")
def staff_sittings() -> ResponseReturnValue:
    """Each questionnaire with its counts, and who could be invited now."""
    rows = [(row, state_of(paper_of(db.session, owner(), row.id))) for row in questionnaires_of(db.session, owner())]
    return render_template("hr/staff_sittings.html", rows=rows, units=open_units(db.session, owner()))


def state_of(paper: Paper) -> dict[str, Any]:
    total, by_unit = count_staff_sittings(db.session, paper)
    return {
        "total": total,
        "by_unit": by_unit,
        "by_file": answered_by_file(db.session, paper),
        "to_invite": len(to_invite(db.session, paper)),
        "no_address": without_address(db.session, paper),
    }


@role("hr")
def invite(questionnaire_id: uuid.UUID) -> ResponseReturnValue:
    unit = request.form.get("unit", "")
    with db.transaction() as session:
        number = invite_staff(
            session,
            paper_of(session, owner(), questionnaire_id),
            unit=unit if unit == NO_UNIT or is_id(unit) else "",
            user_id=current_user().id,
            settings=current_app.config["SETTINGS"],
        )
    if number:
        flash(ngettext("%(num)s person is invited.", "%(num)s people are invited.", number), "success")
    else:
        flash(_("There was nobody to invite: everybody with an address has a link or has answered."), "info")
    return redirect(url_for("hr.staff_sittings"))


@role("hr")
def remind(questionnaire_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        remind_staff(
            session,
            paper_of(session, owner(), questionnaire_id),
            user_id=current_user().id,
            settings=current_app.config["SETTINGS"],
        )
    # Their number would tell: marked as a leaver for a moment, somebody is missing from it or was done already.
    flash(_("Those who have not finished get a reminder."), "success")
    return redirect(url_for("hr.staff_sittings"))
