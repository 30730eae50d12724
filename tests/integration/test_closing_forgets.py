"""After closing nothing that waits or waited to be done tells who had begun, finished or answered."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import monitors, rounds
from webapp.config import Settings
from webapp.jobs import forget_mails
from webapp.records import Outbox
from webapp.services.monitor.close_monitor import close_monitor
from webapp.services.monitor.remind_monitor import remind_by_hand
from webapp.services.rounds.close_round import close_round
from webapp.services.rounds.open_rating_link import finish_rating
from webapp.services.rounds.remind_raters import remind_raters


@pytest.fixture
def house(session: Session) -> rounds.House:
    return rounds.house(session)


def queued(session: Session) -> set[str]:
    return set(session.scalars(select(Outbox.topic)))


def test_closing_a_round_or_a_monitor_forgets_whom_reminders_went_to(
    session: Session, settings: Settings, house: rounds.House
) -> None:
    row, monitor = rounds.opened(session, house, settings), monitors.opened(session, house, settings)
    owner, hr, number, year = house.company.id, house.hr.id, row.id, monitor.id
    finish_rating(session, owner, rounds.rater_of(session, row, house.staff[0]).id)
    remind_raters(session, owner, number, settings, user_id=hr)
    remind_by_hand(session, owner, year, settings, user_id=hr)
    mails = {f"mail.{kind}" for kind in ("rating_reminder", "monitor_reminder", "rating_invitation")}
    assert mails < queued(session)
    close_round(session, owner, number, user_id=hr)
    assert queued(session) == {
        "mail.monitor_invitation",
        "mail.monitor_reminder",
        "mail.rating_notice",
        "round.release",
    }
    close_monitor(session, owner, year, user_id=hr)
    assert queued(session) == {"mail.rating_notice", "round.release"}


def test_the_queue_forgets_finished_mails_of_rounds_and_monitors(monkeypatch: pytest.MonkeyPatch) -> None:
    there = [f"{number}" for number in range(forget_mails.AT_ONCE + 1)]
    asked: list[dict[str, Any]] = []

    def listed(**wanted: Any) -> list[SimpleNamespace]:
        asked.append(wanted)
        return [SimpleNamespace(workflow_id=each) for each in there[: wanted["limit"]]]

    def delete(gone: list[str]) -> None:
        there[:] = [each for each in there if each not in gone]

    monkeypatch.setattr(forget_mails, "DBOS", SimpleNamespace(list_workflows=listed, delete_workflows=delete))
    forget_mails.forget_finished_mails()
    assert there == []
    assert {"mail.rating_reminder", "mail.monitor_reminder"} < set(asked[0]["name"])
    assert "PENDING" not in asked[0]["status"]
