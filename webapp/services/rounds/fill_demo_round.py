"""An open round for a simulated company, so that a visitor finds raters' links in the demo mailbox."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES, Settings
from webapp.records import Organisation, RatingRound, StaffMember
from webapp.records.base import now
from webapp.services.rounds.competence_texts import library_competences
from webapp.services.rounds.draft_round import RoundPlan, make_draft
from webapp.services.rounds.open_round import open_round

DAYS = 14


def fill_demo_round(session: Session, organisation: Organisation, settings: Settings) -> RatingRound:
    """Ask everybody of the demo's matrix, in the three languages by turns."""
    people = select(StaffMember).where(StaffMember.organisation_id == organisation.id).order_by(StaffMember.code)
    for number, person in enumerate(session.scalars(people)):
        person.language = person.language or list(LANGUAGES)[number % len(LANGUAGES)]
    today = now().date()
    plan = RoundPlan(
        title=_("How we work for each other (simulated)"),
        kind="regular",
        opens_on=today,
        closes_on=today + dt.timedelta(days=DAYS - 1),
        competences=tuple(each.code for each in library_competences()),
        reminder_days=(7, 2),
        repeat_months=3,
    )
    row = make_draft(session, organisation.id, plan, user_id=None)
    return open_round(session, organisation.id, row.id, settings)
