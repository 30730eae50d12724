"""An expert rates how good each action of a questionnaire is: the link, the situations, the end."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, g, jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.config import LANGUAGES
from webapp.errors import DomainError
from webapp.extensions import db
from webapp.languages import speak
from webapp.rater.panel_forms import field_name, read_panel_form, read_panel_json
from webapp.rater.replies import back_within, own_file
from webapp.security import hold_rating, let_go_of_rating, public, rating_holder
from webapp.services.panel.find_panel import last_day
from webapp.services.panel.open_expert_link import (
    ExpertLink,
    check_open,
    choose_expert_language,
    enter_panel,
    finish_panel,
    open_expert_link,
    read_expert_link,
)
from webapp.services.panel.rate_options import (
    ExpertSheet,
    GivenRating,
    erase_own,
    export_own,
    read_expert_sheet,
    save_panel_ratings,
)
from webapp.services.panel.rated_items import places_of, rated_items

SECONDS_A_SITUATION, SECONDS_A_RATING = 30, 6


def step(name: str, rater_id: uuid.UUID, **values: Any) -> str:
    return url_for(f"rater.panel_{name}", rater_id=rater_id, **values)


def speak_as_expert(rater_id: uuid.UUID) -> None:
    """Use the expert's language from here on; also to say that the panel is over."""
    speak(read_expert_link(db.session, g.rating_organisation_id, rater_id).language)


def load(rater_id: uuid.UUID) -> ExpertSheet:
    speak_as_expert(rater_id)
    return read_expert_sheet(db.session, g.rating_organisation_id, rater_id)


def about(link: ExpertLink) -> dict[str, Any]:
    """What all pages of a panel say of it."""
    return {
        "link": link,
        "panel": link.panel,
        "organisation": link.organisation,
        "simulated": link.organisation.simulated,
        "languages": {code: LANGUAGES[code] for code in link.panel.languages},
        "last_day": last_day(link.panel),
    }


def page(template: str, sheet: ExpertSheet, **values: Any) -> str:
    rater_id = sheet.link.expert.id
    return render_template(
        f"rater/{template}.html",
        **about(sheet.link),
        sheet=sheet,
        step=lambda name, **more: step(name, rater_id, **more),
        language_action=step("language", rater_id, next=request.full_path.rstrip("?")),
        **values,
    )


@public
def welcome(token: str) -> ResponseReturnValue:
    """What is asked, and who sees what. Nothing happens before a click."""
    link = open_expert_link(db.session, token)
    if cookie.get("language") not in link.panel.languages:
        speak(link.language)
    check_open(link)
    items = rated_items(db.session, link.panel)
    options = len(places_of(items))
    minutes = max(1, round((len(items) * SECONDS_A_SITUATION + options * SECONDS_A_RATING) / 60))
    return render_template(
        "rater/panel_welcome.html",
        **about(link),
        situations=len(items),
        options=options,
        minutes=minutes,
        start_url=url_for("rater.panel_start", token=token),
    )


@public
def start(token: str) -> ResponseReturnValue:
    with db.transaction() as session:
        link = enter_panel(session, token, cookie.get("language", ""))
    hold_rating(link.organisation.id, link.expert.id)
    return redirect(step("home", link.expert.id))


@rating_holder
def home(rater_id: uuid.UUID) -> ResponseReturnValue:
    """All situations with how far each is, and the button that says that it is done."""
    sheet = load(rater_id)
    return page("panel_home", sheet, onward=sheet.first_open(), screens=_screens(sheet))


def _screens(sheet: ExpertSheet) -> list[Any]:
    return [sheet.screen(number) for number in range(1, len(sheet.items) + 1)]


@rating_holder
def language(rater_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        choose_expert_language(session, g.rating_organisation_id, rater_id, request.form.get("language", ""))
    return back_within(step("home", rater_id))


@rating_holder
def situation(rater_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """One situation, each of its actions to be rated."""
    sheet = load(rater_id)
    _check_number(number, sheet)
    screen = sheet.screen(number)
    cards = [
        (each, field_name(screen.item.id, each.id), _chosen(sheet, screen.item.id, each.id)) for each in screen.choices
    ]
    return page("panel_situation", sheet, screen=screen, number=number, cards=cards)


def _chosen(sheet: ExpertSheet, item: str, option: str) -> str:
    return str(sheet.ratings.get((item, option), ""))


def _check_number(number: int, sheet: ExpertSheet) -> None:
    if not 1 <= number <= len(sheet.items):
        abort(404)


@rating_holder
def save_situation(rater_id: uuid.UUID, number: int) -> ResponseReturnValue:
    sheet = load(rater_id)
    _check_number(number, sheet)
    _save(rater_id, read_panel_form(request.form))
    if request.form.get("clear"):
        return redirect(step("situation", rater_id, number=number))
    onward = number < len(sheet.items)
    return redirect(step("situation", rater_id, number=number + 1) if onward else step("home", rater_id))


def _save(rater_id: uuid.UUID, given: list[GivenRating]) -> None:
    speak_as_expert(rater_id)
    with db.transaction() as session:
        save_panel_ratings(session, g.rating_organisation_id, rater_id, given)


@rating_holder
def save(rater_id: uuid.UUID) -> ResponseReturnValue:
    """One rating from the page's script; the reply says that it is kept, or why it is not."""
    try:
        _save(rater_id, [read_panel_json(request.get_json(silent=True))])
        sheet = load(rater_id)
    except DomainError as error:
        return jsonify(saved=False, message=error.message or str(_("This rating was not saved."))), error.status
    return jsonify(saved=True, done=sheet.done, total=sheet.total)


@rating_holder
def finish(rater_id: uuid.UUID) -> ResponseReturnValue:
    speak_as_expert(rater_id)
    with db.transaction() as session:
        finish_panel(session, g.rating_organisation_id, rater_id)
    return redirect(step("done", rater_id))


@rating_holder
def done(rater_id: uuid.UUID) -> ResponseReturnValue:
    sheet = load(rater_id)
    return page("panel_done", sheet) if sheet.link.expert.finished_at else redirect(step("home", rater_id))


@rating_holder
def export(rater_id: uuid.UUID) -> ResponseReturnValue:
    """The expert's own ratings, for the expert."""
    speak_as_expert(rater_id)
    with db.transaction() as session:
        own = export_own(session, g.rating_organisation_id, rater_id)
    return own_file(own)


@rating_holder
def erase(rater_id: uuid.UUID) -> ResponseReturnValue:
    sheet = load(rater_id)
    if request.method == "POST":
        with db.transaction() as session:
            erase_own(session, g.rating_organisation_id, rater_id)
        return redirect(step("home", rater_id))
    return page("panel_erase", sheet)


@rating_holder
def leave(rater_id: uuid.UUID) -> ResponseReturnValue:
    """Forget this expert in this browser; the link from the mail opens the page again."""
    sheet = load(rater_id)
    let_go_of_rating(rater_id)
    return render_template("rater/panel_left.html", **about(sheet.link))
