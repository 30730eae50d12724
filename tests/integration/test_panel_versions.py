"""The version that a panel makes: one for a panel, whoever presses how often, and never one that is there."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import panels
from webapp.config import Settings
from webapp.errors import DomainError
from webapp.extensions import db
from webapp.records import QuestionnaireVersion
from webapp.records.base import now
from webapp.services.panel.publish_key import publish_key


@pytest.fixture
def firm(session: Session) -> panels.Firm:
    return panels.firm(session)


@SQLITE
def test_a_second_panel_of_the_same_day_makes_a_version_of_its_own(
    session: Session, settings: Settings, firm: panels.Firm
) -> None:
    first, second = (
        panels.publish(session, firm, panels.close(session, panels.rated(session, settings, firm))) for _ in range(2)
    )
    day = now().strftime("%Y%m%d")
    assert (first.version, second.version) == (f"1.0.{day}", f"1.0.{day}02")


def test_two_presses_at_once_make_one_version(
    app: Flask, session: Session, settings: Settings, firm: panels.Firm
) -> None:
    row = panels.close(session, panels.rated(session, settings, firm))
    owner, panel_id, hr, made, lost = firm.company.id, row.id, firm.hr.id, [], []
    session.commit()

    def press() -> None:
        with app.app_context(), db.scope():
            try:
                with db.transaction() as other:
                    made.append(publish_key(other, owner, panel_id, user_id=hr).id)
            except DomainError as error:
                lost.append(error)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (len(made), len(set(made)), lost) == (4, 1, [])
    assert session.scalar(select(func.count()).select_from(QuestionnaireVersion)) == 2
