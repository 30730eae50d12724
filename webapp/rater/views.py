"""A colleague rates colleagues: the link, the sheet by competence or by colleague, the review."""

from __future__ import annotations

import uuid

from flask import abort, g, jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from webapp.errors import DomainError
from webapp.extensions import db
from webapp.languages import speak
from webapp.rater.access import about, load, load_to_rate, page, secret, speak_as_rater, step
from webapp.rater.forms import field_name, read_form, read_json
from webapp.rater.replies import back_within, own_file
from webapp.security import hold_rating, let_go_of_rating, public, rating_holder
from webapp.services.matrix.rater_load import minutes
from webapp.services.rounds.open_rating_link import (
    check_round,
    choose_rating_language,
    enter_round,
    finish_rating,
    open_rating_link,
)
from webapp.services.rounds.read_colleagues import colleagues_of
from webapp.services.rounds.read_sheet import Sheet
from webapp.services.rounds.save_rating import OwnRating, erase_own, export_own, save_ratings

AT_ONCE = 12


@public
def welcome(token: str) -> ResponseReturnValue:
    """What is asked, and who sees what. Nothing happens before a click."""
    link = open_rating_link(db.session, token)
    if cookie.get("language") not in link.round.languages:
        speak(link.language)
    check_round(link)
    colleagues = len(colleagues_of(db.session, link.rater))
    return render_template(
        "rater/welcome.html",
        **about(link),
        colleagues=colleagues,
        competences=len(link.round.competences),
        minutes=minutes(colleagues, len(link.round.competences)),
        start_url=url_for("rater.start", token=token),
    )


@public
def start(token: str) -> ResponseReturnValue:
    with db.transaction() as session:
        link = enter_round(session, token, cookie.get("language", ""))
    hold_rating(link.organisation.id, link.rater.id)
    return redirect(step("home", link.rater.id))


@rating_holder
def home(rater_id: uuid.UUID) -> ResponseReturnValue:
    """All colleagues and all competences, with how far each is."""
    sheet = load(rater_id)
    by = "colleague" if request.args.get("by") == "colleague" else "competence"
    first = sheet.first_open_colleague() if by == "colleague" else sheet.first_open_competence()
    return page("home", sheet, by=by, onward=step(by, rater_id, number=first) if first else None)


@rating_holder
def choose_language(rater_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        choose_rating_language(session, g.rating_organisation_id, rater_id, request.form.get("language", ""))
    return back_within(step("home", rater_id))


@rating_holder
def statement(rater_id: uuid.UUID) -> ResponseReturnValue:
    return page("statement", load(rater_id))


@rating_holder
def competence(rater_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """One competence, all colleagues, a dozen at a time."""
    return _competence_page(load_to_rate(rater_id), number)


def _competence_page(sheet: Sheet, number: int) -> str:
    check_number(number, len(sheet.competences))
    parts = max(1, -(-len(sheet.colleagues) // AT_ONCE))
    part = min(max(request.args.get("part", 1, type=int), 1), parts)
    asked = sheet.competences[number - 1]
    shown = sheet.colleagues[(part - 1) * AT_ONCE : part * AT_ONCE]
    cards = [(each, asked, field_name(each.id, asked.code), sheet.chosen(each.id, asked.code)) for each in shown]
    return page("competence", sheet, asked=asked, number=number, part=part, parts=parts, cards=cards)


@rating_holder
def save_competence(rater_id: uuid.UUID, number: int) -> ResponseReturnValue:
    sheet = load_to_rate(rater_id)
    check_number(number, len(sheet.competences))
    _save(rater_id, read_form(request.form))
    part = request.args.get("part", 1, type=int)
    if request.form.get("clear"):
        return redirect(step("competence", rater_id, number=number, part=part))
    if part * AT_ONCE < len(sheet.colleagues):
        return redirect(step("competence", rater_id, number=number, part=part + 1))
    return redirect(_after(rater_id, "competence", number, len(sheet.competences)))


@rating_holder
def colleague(rater_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """One colleague, all competences."""
    sheet = load_to_rate(rater_id)
    check_number(number, len(sheet.colleagues))
    person = sheet.colleagues[number - 1]
    cards = [
        (person, asked, field_name(person.id, asked.code), sheet.chosen(person.id, asked.code))
        for asked in sheet.competences
    ]
    return page("colleague", sheet, person=person, number=number, cards=cards)


@rating_holder
def save_colleague(rater_id: uuid.UUID, number: int) -> ResponseReturnValue:
    sheet = load_to_rate(rater_id)
    check_number(number, len(sheet.colleagues))
    _save(rater_id, read_form(request.form))
    if request.form.get("clear"):
        return redirect(step("colleague", rater_id, number=number))
    return redirect(_after(rater_id, "colleague", number, len(sheet.colleagues)))


def check_number(number: int, most: int) -> None:
    if not 1 <= number <= most:
        abort(404)


def _after(rater_id: uuid.UUID, by: str, number: int, most: int) -> str:
    return step(by, rater_id, number=number + 1) if number < most else step("review", rater_id)


def _save(rater_id: uuid.UUID, given: list[OwnRating]) -> None:
    speak_as_rater(rater_id)
    with db.transaction() as session:
        save_ratings(session, g.rating_organisation_id, rater_id, given, secret_key=secret())


@rating_holder
def save(rater_id: uuid.UUID) -> ResponseReturnValue:
    """One rating from the page's script; the reply says that it is kept, or why it is not."""
    try:
        _save(rater_id, [read_json(request.get_json(silent=True))])
        sheet = load(rater_id)
    except DomainError as error:
        return jsonify(saved=False, message=error.message or str(_("This rating was not saved."))), error.status
    return jsonify(saved=True, done=sheet.done, total=sheet.total)


@rating_holder
def review(rater_id: uuid.UUID) -> ResponseReturnValue:
    return page("review", load_to_rate(rater_id))


@rating_holder
def finish(rater_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        finish_rating(session, g.rating_organisation_id, rater_id)
    return redirect(step("done", rater_id))


@rating_holder
def done(rater_id: uuid.UUID) -> ResponseReturnValue:
    sheet = load_to_rate(rater_id)
    return page("done", sheet) if sheet.link.rater.finished else redirect(step("home", rater_id))


@rating_holder
def export(rater_id: uuid.UUID) -> ResponseReturnValue:
    """The rater's own ratings, for the rater."""
    with db.transaction() as session:
        own = export_own(session, g.rating_organisation_id, rater_id, secret_key=secret())
    return own_file(own)


@rating_holder
def erase(rater_id: uuid.UUID) -> ResponseReturnValue:
    sheet = load(rater_id)
    if request.method == "POST":
        with db.transaction() as session:
            erase_own(session, g.rating_organisation_id, rater_id, secret_key=secret())
        return redirect(step("home", rater_id))
    return page("erase", sheet)


@rating_holder
def leave(rater_id: uuid.UUID) -> ResponseReturnValue:
    """Forget this rater in this browser; the link from the mail opens the page again."""
    sheet = load(rater_id)
    let_go_of_rating(rater_id)
    return render_template("rater/left.html", **about(sheet.link))


def not_here(_error: NotFound) -> ResponseReturnValue:
    """A browser that does not hold this rater: the link from the mail opens the page again."""
    return render_template("rater/not_here.html"), 404
