"""The steps before the questions: language, notice, practice."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from flask import abort, g, redirect, request
from flask.typing import ResponseReturnValue

from questionnaires.definition import Item
from webapp.candidate.access import language as page_language
from webapp.candidate.access import load, next_step, page, step
from webapp.candidate.coming_back import note_person
from webapp.candidate.forms import ConsentForm
from webapp.candidate.noticing import notice_of, notice_version
from webapp.extensions import db
from webapp.security import sitting_holder
from webapp.services.prepare_sitting import choose_sitting_language, finish_practice, give_consent
from webapp.services.read_response import is_field, read_answer, sent_as
from webapp.services.read_sitting import SittingView
from webapp.services.show_item import screen_of


@sitting_holder
def go_on(sitting_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(next_step(load(sitting_id)))


@sitting_holder
def language(sitting_id: uuid.UUID) -> ResponseReturnValue:
    return page("language", load(sitting_id))


@sitting_holder
def choose_language(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = load(sitting_id)
    with db.transaction() as session:
        choose_sitting_language(session, g.sitting_organisation_id, sitting_id, request.form.get("language", ""))
    return redirect(_way_back(view))


def _way_back(view: SittingView) -> str:
    """The page on which the language was switched, where it is a page of this sitting."""
    wanted = request.args.get("next", "")
    if not wanted.startswith(step("go_on", view) + "/") or wanted == step("language", view):
        return next_step(view)
    chosen = {name: value for name, value in request.form.items() if value and is_field(name)}
    chosen |= {"revision": request.form["revision"]} if "revision" in request.form else {}
    return f"{wanted}?{urlencode(chosen)}" if chosen else wanted


@sitting_holder
def notice(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = load(sitting_id)
    if not view.sitting.language:
        return redirect(next_step(view))
    form = ConsentForm()
    if form.validate_on_submit():
        with db.transaction() as session:
            give_consent(session, g.sitting_organisation_id, sitting_id, notice_version(view))
        note_person(sitting_id)
        return redirect(next_step(load(sitting_id)))
    return page("notice", view, form=form, notice=notice_of(view)), 400 if form.errors else 200


@sitting_holder
def practice(sitting_id: uuid.UUID, number: int) -> ResponseReturnValue:
    view = load(sitting_id)
    if view.sitting.consented_at is None or view.submitted:
        return redirect(next_step(view))
    if not 1 <= number <= len(view.questionnaire.practice):
        abort(404)
    item = view.questionnaire.practice[number - 1]
    if request.method == "POST":
        return redirect(_tried(view, number, item))
    answer, faults = read_answer(item, request.args)
    screen = screen_of(item, page_language(), view.sitting.seed)
    told = faults if "mistake" in request.args else []
    return page("practice", view, screen=screen, number=number, answer=answer, faults=told)


def _tried(view: SittingView, number: int, item: Item) -> str:
    answer, faults = read_answer(item, request.form)
    if faults:
        return step("practice", view, number=number, mistake=1, **sent_as(item, answer))
    return _after_practice(view, number)


def _after_practice(view: SittingView, number: int) -> str:
    if number < len(view.questionnaire.practice):
        return step("practice", view, number=number + 1)
    with db.transaction() as session:
        finish_practice(session, g.sitting_organisation_id, view.sitting.id)
    return step("ready", view)


@sitting_holder
def skip_practice(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = load(sitting_id)
    with db.transaction() as session:
        finish_practice(session, g.sitting_organisation_id, sitting_id)
    return redirect(step("ready", view))


@sitting_holder
def ready(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = load(sitting_id)
    if view.sitting.consented_at is None or view.submitted:
        return redirect(next_step(view))
    return page("ready", view, first=view.untouched_number or 1)
