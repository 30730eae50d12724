"""Close a monitor for good: make the figures once, then delete the ballots and who has given one."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from scoring.ballots import Ballot, SurveyFigure, survey_figures
from webapp.records import Monitor, MonitorBallot, MonitorFigure, MonitorTicket
from webapp.records.base import now
from webapp.services.monitor.draft_monitor import record
from webapp.services.monitor.find_monitor import asked_by, lock_monitor
from webapp.services.monitor.groups import Group
from webapp.services.outbox import forget_work

ROUNDED_TO = 5
MAILS = ("mail.monitor_invitation", "mail.monitor_reminder")


def close_monitor(
    session: Session, organisation_id: uuid.UUID, monitor_id: uuid.UUID, *, user_id: uuid.UUID | None = None
) -> bool:
    """Close it; whoever comes second finds it closed. All in one transaction: figures without ballots, or neither."""
    row = lock_monitor(session, organisation_id, monitor_id)
    if row.state != "open":
        return False
    groups = [Group.from_plain(each) for each in row.groups]
    ballots = _ballots(session, row)
    for figure in survey_figures(asked_by(row), ballots, [group.number for group in groups]):
        session.add(_figure(row, groups, figure))
    row.ballots_about = rounded(len(ballots))
    row.state, row.closed_at = "closed", now()
    _forget(session, row)
    record(session, row, "monitor.closed", user_id)
    session.flush()
    return True


def rounded(number: int) -> int:
    """Down to whole fives: a count that goes up by one tells of one person."""
    return number - number % ROUNDED_TO


def _ballots(session: Session, row: Monitor) -> list[Ballot]:
    found = select(MonitorBallot.group_number, MonitorBallot.answers).where(
        MonitorBallot.organisation_id == row.organisation_id, MonitorBallot.monitor_id == row.id
    )
    return [Ballot(group, answers) for group, answers in session.execute(found)]


def _figure(row: Monitor, groups: list[Group], figure: SurveyFigure) -> MonitorFigure:
    group = next((each for each in groups if each.number == figure.group), None)
    return MonitorFigure(
        organisation_id=row.organisation_id,
        monitor_id=row.id,
        group_number=figure.group,
        group_name=group.name if group else "",
        unit_id=group.unit_id if group else None,
        measure=figure.measure,
        mean=figure.mean,
        withheld=figure.withheld,
    )


def _forget(session: Session, row: Monitor) -> None:
    """Every ballot goes, and every ticket is written alike: afterwards nobody can tell who took part."""
    owner, number = row.organisation_id, row.id
    ballots = delete(MonitorBallot).where(MonitorBallot.organisation_id == owner, MonitorBallot.monitor_id == number)
    tickets = update(MonitorTicket).where(MonitorTicket.organisation_id == owner, MonitorTicket.monitor_id == number)
    for statement in (ballots, tickets.values(used=False)):
        session.execute(statement.execution_options(synchronize_session=False))
    asked = select(MonitorTicket.id).where(MonitorTicket.organisation_id == owner, MonitorTicket.monitor_id == number)
    forget_work(session, owner, MAILS, {str(each) for each in session.scalars(asked)})
