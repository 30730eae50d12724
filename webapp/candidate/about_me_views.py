"""Afterwards, and only if one likes: sex, age band and the like, kept apart from everything."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.candidate.about_me_forms import TakeBackForm, about_me_form
from webapp.candidate.access import next_step, page, step
from webapp.candidate.coming_back import is_new, note_person
from webapp.candidate.rights_views import applicants_own, settings
from webapp.extensions import db
from webapp.security import sitting_holder
from webapp.services.demographics.tell import may_tell, take_back, tell, told_by, what_is_asked
from webapp.services.forget_applicants import kept_months
from webapp.services.read_sitting import SittingView


@sitting_holder
def about_me(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = applicants_own(sitting_id)
    asked = what_is_asked(view.organisation)
    if not may_tell(view.sitting):
        return redirect(next_step(view))
    kept = _kept(view)
    form = about_me_form(asked, view.organisation.country, kept)
    if form.validate_on_submit():
        told = {name: form[name].data for name in asked if form[name].data}
        with db.transaction() as session:
            tell(session, g.sitting_organisation_id, sitting_id, told, settings().secret_key)
        note_person(sitting_id)
        flash(_("Thank you. You can change or delete this at any time."), "success")
        return redirect(step("about_me", view))
    return _page(view, form, kept), 400 if form.errors else 200


def _page(view: SittingView, form: object, kept: dict[str, str]) -> str:
    months = kept_months(view.organisation)
    return page("about_me", view, form=form, kept=kept, months=months)


def _kept(view: SittingView) -> dict[str, str]:
    """What was told shows in a browser where this person has been, and not to whoever else has the link."""
    assert view.sitting.applicant_id is not None
    if is_new(view.sitting.id):
        return {}
    return told_by(db.session, g.sitting_organisation_id, view.sitting.applicant_id, settings().secret_key)


@sitting_holder
def take_back_about_me(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = applicants_own(sitting_id)
    if not TakeBackForm().validate_on_submit():
        abort(400)
    with db.transaction() as session:
        take_back(session, g.sitting_organisation_id, sitting_id, settings().secret_key)
    flash(_("What you told about yourself is deleted."), "success")
    return redirect(step("about_me", view))
