"""Take a ballot so that nothing kept says whose it is (decision 0035).

Two transactions. The first marks the ticket as used and knows no answer. The second puts the answers in and knows no
ticket: it shuffles them among other ballots of the group, which it writes anew under new ids, since a database's own
numbers of rows and transactions would else tell in which order ballots came.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from questionnaires.definition import Questionnaire
from webapp.errors import Conflict, Gone, Invalid
from webapp.records import MonitorBallot, MonitorTicket
from webapp.services.monitor.find_monitor import lock_monitor, takes_ballots
from webapp.services.monitor.open_ticket import check_open, closed_words, open_ticket
from webapp.services.voice.write_note import record_day

RATHER_NOT = "none"
STIRRED = 19


@dataclass(frozen=True)
class Slot:
    """Where a ballot goes. It names neither the ticket nor the person."""

    organisation_id: uuid.UUID
    monitor_id: uuid.UUID
    group_number: int


def read_ballot(questionnaire: Questionnaire, sent: Mapping[str, str]) -> dict[str, int]:
    """The points by statement. Each needs a choice; "I would rather not say" is one and leaves the statement out."""
    answers, missing = {}, []
    for item in questionnaire.items:
        said = sent.get(item.id, "")
        points = {str(point): point for point in item.scale.points} if item.scale else {}
        if said in points:
            answers[item.id] = points[said]
        elif said != RATHER_NOT:
            missing.append(item.id)
    if missing:
        raise Invalid([_missing(len(missing))])
    if not answers:
        raise Invalid([_("You chose “I would rather not say” everywhere. Then there is nothing to send.")])
    return answers


def _missing(number: int) -> str:
    return str(
        ngettext(
            "One statement has no choice yet. Choose a point, or “I would rather not say”.",
            "%(num)s statements have no choice yet. Choose a point, or “I would rather not say”.",
            number,
        )
    )


def spend_ticket(session: Session, token: str) -> Slot:
    """First: mark the ticket, once. Two presses at once wait for each other here, and the second is refused."""
    entrance = open_ticket(session, token)
    check_open(entrance)
    ticket = _locked(session, entrance.ticket)
    if ticket.used:
        raise Conflict(_("Your answers came in before. These were not taken: each link gives one set of answers."))
    ticket.used = True
    record_day(session, ticket.organisation_id, "monitor.ticket_used")
    session.flush()
    return Slot(ticket.organisation_id, ticket.monitor_id, ticket.group_number)


def give_ticket_back(session: Session, token: str) -> None:
    """The second step failed, so that the person may try again."""
    _locked(session, open_ticket(session, token).ticket).used = False
    session.flush()


def _locked(session: Session, ticket: MonitorTicket) -> MonitorTicket:
    key = (ticket.organisation_id, ticket.id)
    return session.get_one(MonitorTicket, key, with_for_update=True, populate_existing=True)


def put_in(session: Session, slot: Slot, answers: Mapping[str, int]) -> None:
    """Second: the answers go in among others, in no order. One at a time, and none after closing."""
    row = lock_monitor(session, slot.organisation_id, slot.monitor_id)
    if not takes_ballots(row):
        raise Gone(closed_words(row))
    papers: list[dict[str, Any]] = [dict(answers), *_take_out_some(session, slot)]
    secrets.SystemRandom().shuffle(papers)
    session.execute(insert(MonitorBallot), [_paper(slot, each) for each in papers])


def _take_out_some(session: Session, slot: Slot) -> list[dict[str, Any]]:
    same = (
        MonitorBallot.organisation_id == slot.organisation_id,
        MonitorBallot.monitor_id == slot.monitor_id,
        MonitorBallot.group_number == slot.group_number,
    )
    some = session.execute(
        select(MonitorBallot.id, MonitorBallot.answers).where(*same).order_by(func.random()).limit(STIRRED)
    ).all()
    session.execute(
        delete(MonitorBallot)
        .where(MonitorBallot.organisation_id == slot.organisation_id, MonitorBallot.id.in_([row[0] for row in some]))
        .execution_options(synchronize_session=False)
    )
    return [dict(row[1]) for row in some]


def _paper(slot: Slot, answers: Mapping[str, int]) -> dict[str, Any]:
    return {
        "organisation_id": slot.organisation_id,
        "id": uuid.uuid4(),  # in no order, unlike our other ids
        "monitor_id": slot.monitor_id,
        "group_number": slot.group_number,
        "answers": dict(sorted(answers.items())),
    }
