"""An open round for a simulated company, so that a visitor finds raters' links in the demo mailbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES, Settings
from webapp.records import Organisation, RatingRound, ServiceLink, StaffMember
from webapp.records.base import now
from webapp.services.rounds.competence_texts import library_competences
from webapp.services.rounds.draft_round import RoundPlan, make_draft
from webapp.services.rounds.open_round import open_round

RATERS = 14
CUSTOMERS = 6
DAYS = 14


def fill_demo_round(session: Session, organisation: Organisation, settings: Settings) -> RatingRound:
    """Let the first people of the list serve one another, and ask them; the others have no addresses."""
    people = session.scalars(
        select(StaffMember)
        .where(StaffMember.organisation_id == organisation.id, StaffMember.left_at.is_(None))
        .order_by(StaffMember.code)
        .limit(RATERS)
    ).all()
    for number, person in enumerate(people):
        person.email = person.email or f"colleague{number + 1:02d}@demo.example"
        person.language = person.language or list(LANGUAGES)[number % len(LANGUAGES)]
    _serve(session, people)
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


def _serve(session: Session, people: Sequence[StaffMember]) -> None:
    """Each serves the next few of the list, round and round, beside what is there already."""
    owner = people[0].organisation_id
    links = select(ServiceLink.performer_id, ServiceLink.customer_id).where(ServiceLink.organisation_id == owner)
    there = set(session.execute(links).tuples())
    wanted = (
        (one, people[(number + step) % len(people)])
        for number, one in enumerate(people)
        for step in range(1, min(CUSTOMERS, len(people) - 1) + 1)
    )
    session.add_all(
        ServiceLink(organisation_id=owner, performer_id=one.id, customer_id=other.id, origin="hand")
        for one, other in wanted
        if (one.id, other.id) not in there
    )
    session.flush()
