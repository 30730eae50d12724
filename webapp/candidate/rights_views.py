"""My data: see them, take them along, correct them, withdraw, erase."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Response, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.candidate.access import language, load, next_step, page, step
from webapp.candidate.coming_back import forget_person, is_new, not_said, person_is_here
from webapp.candidate.rights_forms import ContactForm, EraseForm, WithdrawForm
from webapp.config import Settings
from webapp.errors import Invalid
from webapp.extensions import db, limiter
from webapp.languages import remember_language
from webapp.security import public, sitting_holder
from webapp.services.erasure.print_certificate import print_certificate
from webapp.services.erasure.read_certificate import read_certificate
from webapp.services.erasure.words import certificate_words
from webapp.services.read_sitting import SittingView
from webapp.services.rights.correct_contact import correct_contact, decide_change, open_change
from webapp.services.rights.erase_person import erase_person
from webapp.services.rights.export_person import export_person
from webapp.services.rights.read_my_data import read_my_data
from webapp.services.rights.withdraw_application import undo_withdrawal, withdraw_application


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def applicants_own(sitting_id: uuid.UUID) -> SittingView:
    """The sitting of an applicant; what staff gave is kept with their personnel data."""
    view = load(sitting_id)
    if view.of_staff:
        abort(404)
    return view


@sitting_holder
def my_data(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = applicants_own(sitting_id)
    data = read_my_data(db.session, view)
    return page("my_data", view, data=data, form=WithdrawForm(), asks_who=is_new(sitting_id), not_said=not_said())


@sitting_holder
def my_data_file(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = applicants_own(sitting_id)
    assert view.sitting.applicant_id is not None
    document = export_person(
        db.session, g.sitting_organisation_id, view.sitting.applicant_id, language(), settings().secret_key
    )
    return json_file(document)


def json_file(document: dict[str, Any]) -> Response:
    """A file that people keep and other programs read."""
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    headers = {"Content-Disposition": "attachment; filename=my-data.json"}
    return Response(text, mimetype="application/json", headers=headers)


@sitting_holder
@limiter.limit("20 per hour", methods=["POST"])
def contact(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = applicants_own(sitting_id)
    data = read_my_data(db.session, view)
    form = ContactForm(obj=data.applicant)
    if form.validate_on_submit():
        try:
            return _corrected(view, form)
        except Invalid as invalid:
            form.email.errors = [*form.email.errors, *invalid.messages]
    return page("contact", view, form=form, data=data), 400 if form.errors else 200


def _corrected(view: SittingView, form: ContactForm) -> ResponseReturnValue:
    with db.transaction() as session:
        done = correct_contact(
            session,
            g.sitting_organisation_id,
            view.sitting.id,
            form.name.data or "",
            form.email.data or "",
            settings(),
        )
    if done.name:
        flash(_("Your name is corrected."), "success")
    if done.waiting_for:
        flash(_("Look into the mailbox of %(email)s and press the button there.", email=done.waiting_for), "info")
    return redirect(step("my_data", view))


@sitting_holder
def withdraw(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = applicants_own(sitting_id)
    form = WithdrawForm()
    if form.validate_on_submit() and not person_is_here(sitting_id):
        return redirect(step("withdraw", view, me="missing"))
    if form.validate_on_submit():
        with db.transaction() as session:
            withdraw_application(session, g.sitting_organisation_id, sitting_id)
        flash(_("Your application is withdrawn."), "success")
        return redirect(step("my_data", view))
    data = read_my_data(db.session, view)
    return page("withdraw", view, form=form, data=data, asks_who=is_new(sitting_id), not_said=not_said())


@sitting_holder
def undo_withdraw(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = applicants_own(sitting_id)
    if not person_is_here(sitting_id):
        return redirect(step("my_data", view, me="missing"))
    with db.transaction() as session:
        undo_withdrawal(session, g.sitting_organisation_id, sitting_id)
    flash(_("Your application is back as it was."), "success")
    return redirect(next_step(view) if not view.submitted else step("my_data", view))


@sitting_holder
def erase(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = applicants_own(sitting_id)
    form = EraseForm()
    if form.validate_on_submit():
        with db.transaction() as session:
            certificate = erase_person(session, g.sitting_organisation_id, sitting_id, settings())
        _let_go(sitting_id)
        remember_language(language())
        return redirect(url_for("candidate.erased", certificate=certificate))
    return page("erase", view, form=form, data=read_my_data(db.session, view)), 400 if form.errors else 200


def _let_go(sitting_id: uuid.UUID) -> None:
    held = dict(cookie.get("sittings", {}))
    held.pop(str(sitting_id), None)
    cookie["sittings"] = held
    forget_person(sitting_id)


@public
def erased(certificate: str) -> ResponseReturnValue:
    """What the certificate of an erasure says; it names nobody."""
    found = read_certificate(db.session, certificate)
    return render_template("candidate/erased.html", words=certificate_words(found), organisation=found.organisation)


@public
def erased_file(certificate: str) -> ResponseReturnValue:
    """The same on paper."""
    found = read_certificate(db.session, certificate)
    address = url_for("candidate.erased", certificate=found.code, _external=True)
    headers = {"Content-Disposition": f'attachment; filename="makings-erased-{found.code}.pdf"'}
    return Response(print_certificate(found, language(), address), mimetype="application/pdf", headers=headers)


@public
def address(token: str) -> ResponseReturnValue:
    """Either mail's link: looking changes nothing."""
    return render_template("candidate/address.html", found=open_change(db.session, token), token=token)


@public
def decide_address(token: str) -> ResponseReturnValue:
    if request.form.get("sure") != "y":
        return redirect(url_for("candidate.address", token=token))
    with db.transaction() as session:
        found = decide_change(session, token)
    return render_template("candidate/address_done.html", found=found)
