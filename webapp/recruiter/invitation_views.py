"""Invite people: give a list, look at what would happen, send."""

from __future__ import annotations

import uuid

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.recruiter.forms import InviteForm, SendForm
from webapp.security import current_user, role
from webapp.services.blind.face import is_blind
from webapp.services.invite_applicants import Preview, invite_applicants, preview_invitations
from webapp.services.namesakes import namesakes_in
from webapp.services.read_invitation_list import InvitationList, read_pasted, read_sent, read_uploaded, write_sent
from webapp.services.read_vacancy import get_vacancy

FEW = 5
"""Whoever is one of fewer is easily guessed at when the results come."""


@role("recruiter")
def invite(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    vacancy = get_vacancy(db.session, current_user().organisation_id, vacancy_id)
    form = InviteForm()
    faults: list[str] = []
    if form.validate_on_submit():
        given = list_in(form)
        if not given.faults:
            return preview(vacancy_id, given)
        faults = given.faults
    page = render_template("recruiter/invite.html", form=form, vacancy=vacancy, faults=faults)
    return page, 400 if form.errors or faults else 200


def list_in(form: InviteForm) -> InvitationList:
    """The people of the file and of the pasted lines."""
    if form.table.data:
        return read_uploaded(form.table.data.read(), form.table.data.filename or "")
    return read_pasted(form.pasted.data or "")


def preview(vacancy_id: uuid.UUID, given: InvitationList) -> ResponseReturnValue:
    me = current_user()
    vacancy = get_vacancy(db.session, me.organisation_id, vacancy_id)
    plan = preview_invitations(db.session, me.organisation_id, vacancy_id, given.people)
    hidden = is_blind(vacancy)
    if hidden:
        # Whether somebody is in the vacancy already would be an answer about a name.
        plan = Preview(tuple(given.people), (), tuple(namesakes_in(given.people)))
    form = SendForm(formdata=None, people=write_sent(plan.new))
    return render_template(
        "recruiter/invite_preview.html", vacancy=vacancy, plan=plan, form=form, hidden=hidden, few=FEW
    )


@role("recruiter")
def send_invitations(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    vacancy = get_vacancy(db.session, me.organisation_id, vacancy_id)
    form = SendForm()
    given = read_sent(form.people.data or "")
    if not form.validate_on_submit() or given.faults:
        raise Invalid(given.faults)
    with db.transaction() as writing:
        invited = invite_applicants(
            writing,
            me.organisation_id,
            vacancy_id,
            given.people,
            user_id=me.id,
            settings=current_app.config["SETTINGS"],
        )
    hidden = is_blind(vacancy)
    return render_template("recruiter/invited.html", vacancy=vacancy, invited=() if hidden else invited, hidden=hidden)
