"""Last year's monitor of a simulated company, closed, with figures from invented answers. No mail goes out."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterable

from sqlalchemy.orm import Session

from questionnaires import shelf
from questionnaires.definition import Item
from webapp.records import Monitor, MonitorBallot, Organisation
from webapp.records.base import now
from webapp.services.monitor.close_monitor import close_monitor
from webapp.services.monitor.find_monitor import LIBRARY
from webapp.services.monitor.groups import Group
from webapp.services.monitor.open_monitor import preview_monitor

SEED = 2026
ANSWERING = 0.8
MIDDLE, BETWEEN_GROUPS, BETWEEN_PEOPLE, NOISE = 3.5, 0.35, 0.5, 0.8


def fill_demo_monitor(session: Session, organisation: Organisation) -> Monitor:
    ended = now() - dt.timedelta(days=365)
    asked = shelf.get(LIBRARY)
    row = Monitor(organisation_id=organisation.id, year=ended.year, state="open", closes_at=ended)
    row.opened_at = ended - dt.timedelta(days=20)
    row.questionnaire, row.definition = f"{asked.name} {asked.version}", asked.source
    groups = preview_monitor(session, row).groups
    row.groups = [group.plain() for group in groups]
    session.add(row)
    session.flush()
    session.add_all(_ballots(row, groups, asked.items))
    session.flush()
    close_monitor(session, organisation.id, row.id)
    row.closed_at = ended
    return row


def _ballots(row: Monitor, groups: Iterable[Group], items: tuple[Item, ...]) -> Iterable[MonitorBallot]:
    """Four of five people of each group; groups and people differ, and each answer wavers."""
    chance = random.Random(SEED)  # noqa: S311 - invented answers
    for group in groups:
        of_group = MIDDLE + chance.gauss(0, BETWEEN_GROUPS)
        for _person in range(round(group.asked * ANSWERING)):
            of_person = of_group + chance.gauss(0, BETWEEN_PEOPLE)
            answers = {item.id: _point(item, of_person + chance.gauss(0, NOISE)) for item in items}
            yield MonitorBallot(
                organisation_id=row.organisation_id,
                id=uuid.uuid4(),
                monitor_id=row.id,
                group_number=group.number,
                answers=answers,
            )


def _point(item: Item, feeling: float) -> int:
    point = min(5, max(1, round(feeling)))
    return point if item.direction > 0 else 6 - point
