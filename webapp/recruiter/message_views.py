"""Write to applicants: choose a message, look at it as each person reads it, send it, take it back."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.recruiter.message_forms import Asked, read_asked
from webapp.security import current_user, role
from webapp.services.messages import history, plan_sending, send_messages, stop_messages, templates
from webapp.services.messages.placeholders import PLACEHOLDERS
from webapp.services.messages.shipped import BLANK
from webapp.services.read_vacancy import get_vacancy

AT_ONCE = 20
"""So many previews stand on one page."""


@role("recruiter")
def message(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    asked = read_asked(request.values)
    vacancy = get_vacancy(db.session, current_user().organisation_id, vacancy_id)
    people = plan_sending.chosen_people(db.session, vacancy, asked.codes, asked.batch_id)
    plan_sending.find_batch(db.session, vacancy, asked.batch_id)
    if request.method == "GET" or asked.step not in ("edit", "preview", "send"):
        return write_page(people, with_template(asked))
    if asked.step == "edit":
        return write_page(people, asked)
    try:
        wording = plan_sending.Wording(templates.checked(asked.wording.texts), asked.instead)
        plan_sending.check_wording(people, wording)
    except Invalid as fault:
        return write_page(people, asked, fault.messages)
    return send(people, wording, asked) if asked.step == "send" else preview_page(people, wording, asked)


def with_template(asked: Asked) -> Asked:
    """Put in the words of the chosen template, or the bare beginning of a letter."""
    if not asked.template:
        return asked.with_texts(BLANK)
    found = templates.template_of(db.session, current_user().organisation_id, asked.template)
    return asked.with_texts({code: dict(each) for code, each in found.texts.items()})


def write_page(people: plan_sending.People, asked: Asked, faults: list[str] | None = None) -> ResponseReturnValue:
    page = render_template(
        "recruiter/message.html",
        vacancy=people.vacancy,
        people=people,
        asked=asked,
        faults=faults or [],
        templates=templates.templates_of(db.session, people.vacancy.organisation_id),
        placeholders=PLACEHOLDERS,
    )
    return page, 400 if faults else 200


def preview_page(people: plan_sending.People, wording: plan_sending.Wording, asked: Asked) -> ResponseReturnValue:
    told = plan_sending.told_people(people, wording)
    written = [each for each in told if each.language]
    start = min(asked.start, max(0, len(written) - 1)) // AT_ONCE * AT_ONCE
    if people.hidden:
        shown = plan_sending.preview_languages(people, wording)
    else:
        shown = [plan_sending.previewed(people, wording, each) for each in written[start : start + AT_ONCE]]
    return render_template(
        "recruiter/message_preview.html",
        vacancy=people.vacancy,
        people=people,
        asked=asked,
        previews=shown,
        number=len(written),
        left_out=None if people.hidden else [each for each in told if not each.language],
        start=start,
        step=AT_ONCE,
    )


def send(people: plan_sending.People, wording: plan_sending.Wording, asked: Asked) -> ResponseReturnValue:
    me, vacancy = current_user(), people.vacancy
    with db.transaction() as writing:
        place = get_vacancy(writing, me.organisation_id, vacancy.id)
        chosen = plan_sending.chosen_people(writing, place, asked.codes, asked.batch_id)
        batch = plan_sending.find_batch(writing, place, asked.batch_id)
        order = send_messages.Order(asked.token, asked.template, asked.after_the_day, batch)
        sending_id = send_messages.send_messages(writing, chosen, wording, order, me.id).id
    return redirect(url_for("recruiter.message_sent", vacancy_id=vacancy.id, sending_id=sending_id))


@role("recruiter")
def message_sent(vacancy_id: uuid.UUID, sending_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    vacancy = get_vacancy(db.session, me.organisation_id, vacancy_id)
    sending = stop_messages.find_sending(db.session, me.organisation_id, vacancy_id, sending_id)
    rows = history.messages_of_sending(db.session, vacancy, sending)
    return render_template("recruiter/message_sent.html", vacancy=vacancy, sending=sending, rows=rows)


@role("recruiter")
def withdraw_messages(vacancy_id: uuid.UUID, sending_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as writing:
        number = stop_messages.withdraw_sending(writing, me.organisation_id, vacancy_id, sending_id, me.id)
    flash(
        ngettext("%(num)s message is taken back. It goes to nobody.", "%(num)s messages are taken back.", number),
        "success",
    )
    return redirect(url_for("recruiter.message_sent", vacancy_id=vacancy_id, sending_id=sending_id))


@role("recruiter")
def messages(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    vacancy = get_vacancy(db.session, current_user().organisation_id, vacancy_id)
    rows = history.sendings_of(db.session, vacancy)
    return render_template("recruiter/messages.html", vacancy=vacancy, rows=rows, title=_("Messages"))
