"""A new link for whoever lost theirs, or whose link has expired. No answer tells which addresses are known."""

from __future__ import annotations

import hashlib
import uuid

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField
from wtforms.validators import InputRequired, Length

from webapp.candidate.coming_back import note_person
from webapp.errors import Invalid
from webapp.extensions import db, limiter
from webapp.security import hold_sitting, public
from webapp.services.links.ask_for_link import ask_for_link
from webapp.services.links.send_new_link import send_new_link
from webapp.services.open_invitation import LinkExpired, check_open, open_invitation
from webapp.services.retaking.reuse_result import reuse_result

# A room full of people stands behind one address, and each of them may have lost a link.
TRIES = "120 per 10 minutes"
TRIES_FOR_ONE_ADDRESS = "6 per hour"
FULL_ADDRESS = _l("Give a full e-mail address, such as name@example.org.")


class NewLinkForm(FlaskForm):
    """The address that the invitation went to."""

    email = EmailField(_l("E-mail address"), [InputRequired(FULL_ADDRESS), Length(max=254, message=FULL_ADDRESS)])


def address_named() -> str:
    """The same key for an address, known or not, which is not kept itself."""
    named = request.form.get("email", "").strip().lower()
    return "new-link:" + hashlib.sha256(named.encode()).hexdigest()


@public
@limiter.limit(TRIES, methods=["POST"])
@limiter.limit(TRIES_FOR_ONE_ADDRESS, methods=["POST"], key_func=address_named)
def new_link() -> ResponseReturnValue:
    form = NewLinkForm()
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                ask_for_link(session, form.email.data, request.args.get("company", type=uuid.UUID))
            return redirect(url_for("candidate.new_link_asked"))
        except Invalid as fault:
            form.email.errors = fault.messages
    return render_template("candidate/new_link.html", form=form), 400 if form.errors else 200


@public
def new_link_asked() -> ResponseReturnValue:
    return render_template("candidate/new_link_asked.html")


@public
@limiter.limit(TRIES, methods=["POST"])
def renew(token: str) -> ResponseReturnValue:
    """From the page of an expired link: the new one goes to the address on file, wherever the old one was opened."""
    with db.transaction() as session:
        found = open_invitation(session, token)
        try:
            check_open(found)
        except LinkExpired:
            send_new_link(session, found.applicant, current_app.config["SETTINGS"])
        else:
            return redirect(url_for("candidate.welcome", token=token))
    return redirect(url_for("candidate.new_link_asked"))


@public
def reuse(token: str) -> ResponseReturnValue:
    """Use an earlier result for this vacancy: only with the box ticked, which no machine does."""
    if request.form.get("agree") != "y":
        return redirect(url_for("candidate.welcome", token=token, agree="missing"))
    with db.transaction() as session:
        organisation_id, sitting_id = reuse_result(session, token, current_app.config["SETTINGS"].secret_key)
    hold_sitting(organisation_id, sitting_id)
    note_person(sitting_id)
    return redirect(url_for("candidate.receipt", sitting_id=sitting_id))


def expired(error: LinkExpired) -> ResponseReturnValue:
    """What an expired link shows: that nothing is lost, and the way to a new one."""
    token = (request.view_args or {}).get("token")
    address = url_for("candidate.renew", token=token) if token else None
    page = render_template(
        "candidate/link_expired.html",
        message=error.message,
        renew_url=address,
        organisation=error.organisation,
        simulated=error.organisation.simulated,
    )
    return page, error.status
