"""Make a panel for a questionnaire, or move its last day. Nobody is asked before experts are invited."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES
from webapp.errors import Conflict, Invalid
from webapp.records import ExpertPanel
from webapp.records.base import now
from webapp.services.panel.find_panel import is_taking, lock_panel
from webapp.services.panel.rated_items import questionnaire_of, rateable_questionnaires
from webapp.services.record_event import record_event

LONGEST_DAYS = 183
DAYS_TO_RATE = 20
LIMITS = (0.8, 1.0, 1.2)


@dataclass(frozen=True)
class PanelPlan:
    """What HR says about a panel. The last day is a whole one, in UTC."""

    questionnaire_id: uuid.UUID
    title: str
    closes_on: dt.date
    widest_spread: float = 1.0

    @property
    def closes_at(self) -> dt.datetime:
        return _end_of(self.closes_on)


def suggested_day() -> dt.date:
    """A last day that leaves time for some hundred ratings beside one's work."""
    return now().date() + dt.timedelta(days=DAYS_TO_RATE)


def _end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)


def make_panel(session: Session, organisation_id: uuid.UUID, plan: PanelPlan, *, user_id: uuid.UUID) -> ExpertPanel:
    """The limit for the spread is set here, before anybody rates, and never moved."""
    if plan.questionnaire_id not in {each.id for each in rateable_questionnaires(session, organisation_id)}:
        raise Invalid([_("Choose a questionnaire whose options can be rated.")])
    if plan.widest_spread not in LIMITS:
        raise Invalid([_("Choose one of the limits for the spread.")])
    _check_day(plan.closes_at)
    row = ExpertPanel(
        organisation_id=organisation_id,
        questionnaire_id=plan.questionnaire_id,
        title=plan.title,
        closes_at=plan.closes_at,
        widest_spread=plan.widest_spread,
        created_by=user_id,
    )
    session.add(row)
    session.flush()
    questionnaire = questionnaire_of(session, row)
    row.languages = [code for code in LANGUAGES if code in questionnaire.languages]
    _record(session, row, "panel.made", user_id)
    return row


def move_panel(
    session: Session, organisation_id: uuid.UUID, panel_id: uuid.UUID, closes_on: dt.date, *, user_id: uuid.UUID
) -> ExpertPanel:
    """Give the experts more days, or fewer; a panel that has closed stays closed."""
    row = lock_panel(session, organisation_id, panel_id)
    if not is_taking(row):
        raise Conflict(_("This panel has closed, so its last day can no longer be moved."))
    _check_day(_end_of(closes_on))
    row.closes_at = _end_of(closes_on)
    _record(session, row, "panel.moved", user_id)
    return row


def _check_day(closes_at: dt.datetime) -> None:
    if closes_at <= now():
        raise Invalid([_("The last day is over already. Choose one that is still to come.")])
    if closes_at - now() > dt.timedelta(days=LONGEST_DAYS):
        raise Invalid([_("A panel lasts at most %(days)s days. Choose an earlier last day.", days=LONGEST_DAYS)])


def _record(session: Session, row: ExpertPanel, action: str, user_id: uuid.UUID) -> None:
    record_event(session, row.organisation_id, action, user_id=user_id, subject="expert_panel", subject_id=row.id)
