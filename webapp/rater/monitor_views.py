"""The loyalty monitor by link: the question whether, the statements, and thanks. Nothing is kept before sending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from webapp.config import LANGUAGES
from webapp.errors import Invalid
from webapp.extensions import db
from webapp.languages import speak
from webapp.security import public
from webapp.services.monitor.find_monitor import last_day
from webapp.services.monitor.give_ballot import RATHER_NOT, give_ticket_back, put_in, read_ballot, spend_ticket
from webapp.services.monitor.open_ticket import Entrance, check_open, open_ticket

STATEMENT = "s:"


def enter(token: str) -> Entrance:
    entrance = open_ticket(db.session, token)
    if cookie.get("language") not in entrance.questionnaire.languages:
        speak(entrance.language)
    check_open(entrance)
    return entrance


def page(template: str, entrance: Entrance, token: str, **values: Any) -> str:
    codes = [code for code in LANGUAGES if code in entrance.questionnaire.languages]
    return render_template(
        f"rater/{template}.html",
        entrance=entrance,
        organisation=entrance.organisation,
        simulated=entrance.organisation.simulated,
        languages={code: LANGUAGES[code] for code in codes},
        last_day=last_day(entrance.monitor),
        token=token,
        **values,
    )


@public
def welcome(token: str) -> ResponseReturnValue:
    """What is asked, who sees what, and how one's answers are counted; or thanks, where they are in."""
    entrance = enter(token)
    return page("monitor_thanks" if entrance.ticket.used else "monitor_welcome", entrance, token)


@public
def ballot(token: str) -> ResponseReturnValue:
    """All statements on one page; they are sent together or not at all."""
    entrance = enter(token)
    if request.method == "POST":
        sent = {name.removeprefix(STATEMENT): value for name, value in request.form.items()}
        try:
            answers = read_ballot(entrance.questionnaire, sent)
        except Invalid as fault:
            return _ballot_page(entrance, token, sent, fault.messages), 400
        _give(token, answers)
        return redirect(url_for("rater.monitor_welcome", token=token))
    if entrance.ticket.used:
        return redirect(url_for("rater.monitor_welcome", token=token))
    return _ballot_page(entrance, token, {}, [])


def _ballot_page(entrance: Entrance, token: str, sent: Mapping[str, str], faults: list[str]) -> str:
    return page(
        "monitor_ballot",
        entrance,
        token,
        sent=sent,
        answered=[name for name, value in sent.items() if value],
        faults=faults,
        language=str(get_locale()),
        items=entrance.questionnaire.items_of(entrance.questionnaire.forms[0].id),
        introduction=entrance.questionnaire.sections[0].introductions,
        rather_not=RATHER_NOT,
    )


def _give(token: str, answers: Mapping[str, int]) -> None:
    """Two transactions, so that none holds both the ticket and the answers."""
    with db.transaction() as session:
        slot = spend_ticket(session, token)
    try:
        with db.transaction() as session:
            put_in(session, slot, answers)
    except BaseException:
        with db.transaction() as session:
            give_ticket_back(session, token)
        raise
