"""Signing in and out, the language, one's own password, the demo's mailbox."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user, logout_user

from webapp.account.forms import PasswordForm, SignInForm
from webapp.account.loader import stamp_session
from webapp.config import LANGUAGES
from webapp.errors import Invalid
from webapp.extensions import db
from webapp.languages import remember_language, speak
from webapp.navigation import home_endpoint
from webapp.security import SignedIn, current_user, is_signed_in, public, signed_in
from webapp.services import demo_mailbox as mailbox
from webapp.services import own_account
from webapp.services import sign_in as signing


@public
def home() -> ResponseReturnValue:
    """What Makings is; for somebody who signed in, the place where they work."""
    if not is_signed_in():
        return render_template("account/welcome.html")
    place = home_endpoint()
    return render_template("account/no_room.html") if place == "account.home" else redirect(url_for(place))


@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm(next=own_path(request.args.get("next", "")))
    if form.validate_on_submit():
        known = signing.known_by_password(db.session, form.email.data, form.password.data)
        if known is not None:
            with db.transaction() as writing:
                user = signing.sign_in(writing, known, session.get("language"))
            begin_session(user)
            return redirect(own_path(form.next.data or "") or url_for("account.home"))
        form.password.errors = [_("The e-mail address and the password do not belong together. Check both.")]
    elif is_signed_in():
        return redirect(url_for("account.home"))
    return render_template("account/sign_in.html", form=form), 400 if form.errors else 200


def begin_session(user: SignedIn) -> None:
    """Start from an empty cookie: nothing that was there before signing in stays."""
    session.clear()
    login_user(user)
    stamp_session()
    speak(user.language)


@signed_in
def sign_out() -> ResponseReturnValue:
    me, language = current_user(), current_user().language
    with db.transaction() as writing:
        own_account.end_sessions(writing, me.organisation_id, me.id)
    logout_user()
    session.clear()
    remember_language(language)
    flash(_("You are signed out."), "success")
    return redirect(url_for("account.sign_in"))


@public
def language() -> ResponseReturnValue:
    """Switch the language of every room; the choice is kept with the person who signed in."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        remember_language(chosen)
        if is_signed_in():
            with db.transaction() as writing:
                own_account.keep_language(writing, current_user().organisation_id, current_user().id, chosen)
    return redirect(own_path(request.form.get("next", "")) or url_for("account.home"))


@signed_in
def password() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate_on_submit():
        me = current_user()
        try:
            with db.transaction() as writing:
                user = own_account.change_password(
                    writing, me.organisation_id, me.id, form.present.data, form.wanted.data
                )
        except Invalid as fault:
            form.present.errors = fault.messages
        else:
            begin_session(user)
            flash(_("Your password is changed. Every other session of yours has ended."), "success")
            return redirect(url_for("account.home"))
    return render_template("account/password.html", form=form), 400 if form.errors else 200


@signed_in
def demo_mailbox() -> ResponseReturnValue:
    mails = mailbox.list_demo_mails(current_app.config["SETTINGS"], current_user())
    return render_template("account/demo_mailbox.html", mails=mails)


@signed_in
def demo_mail(mail_key: str) -> ResponseReturnValue:
    mail = mailbox.read_demo_mail(current_app.config["SETTINGS"], current_user(), mail_key)
    return render_template("account/demo_mail.html", mail=mail)


def own_path(address: str) -> str:
    """The address if it is a path of this site, else nothing: nobody is led elsewhere from here."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    ours = address.startswith("/") and not address.startswith("//") and not parts.scheme and not parts.netloc
    return address if ours and "\\" not in address and address.isprintable() else ""
