"""The way to one's own data by the personal link alone: it stays open when the vacancy or the link has ended."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from webapp.candidate.access import language
from webapp.candidate.coming_back import asks_who, has_said, not_said, person_is_here
from webapp.candidate.rights_forms import EraseForm
from webapp.candidate.rights_views import json_file, settings
from webapp.extensions import db
from webapp.languages import speak
from webapp.security import hold_sitting, public
from webapp.services.rights.export_person import export_person
from webapp.services.rights.open_rights import Owner, erase_by_link, open_rights, sitting_of


def load_owner(token: str) -> Owner:
    owner = open_rights(db.session, token)
    if owner.applicant.language and "language" not in cookie:
        speak(owner.applicant.language)
    return owner


@public
def rights(token: str) -> ResponseReturnValue:
    """Looking changes nothing and shows no more than the mail did: scanners look too."""
    owner = load_owner(token)
    return render_template(
        "candidate/rights_door.html",
        owner=owner,
        organisation=owner.organisation,
        token=token,
        form=EraseForm(),
        asks_who=asks_who(owner.sitting),
        not_said=not_said(),
    )


@public
def open_rights_pages(token: str) -> ResponseReturnValue:
    """Into the pages of the sitting; who never began finds everything behind the same door."""
    owner = load_owner(token)
    held = sitting_of(owner)
    if held is None:
        return redirect(url_for("candidate.rights", token=token))
    if asks_who(owner.sitting) and not has_said():
        return redirect(url_for("candidate.rights", token=token, me="missing"))
    hold_sitting(*held)
    person_is_here(held[1])
    return redirect(url_for("candidate.my_data", sitting_id=held[1]))


@public
def rights_file(token: str) -> ResponseReturnValue:
    owner = load_owner(token)
    document = export_person(db.session, owner.organisation.id, owner.applicant.id, language(), settings().secret_key)
    return json_file(document)


@public
def erase_unbegun(token: str) -> ResponseReturnValue:
    owner, form = load_owner(token), EraseForm()
    if not form.validate_on_submit():
        page = render_template(
            "candidate/rights_door.html", owner=owner, organisation=owner.organisation, token=token, form=form
        )
        return page, 400
    with db.transaction() as session:
        certificate = erase_by_link(session, token, settings())
    return redirect(url_for("candidate.erased", certificate=certificate))
