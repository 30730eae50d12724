"""A company whose people serve one another, and a round that asks them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people
from webapp.config import Settings
from webapp.records import Competence, Organisation, RatingRound, RoundRater, ServiceLink, StaffMember, User
from webapp.records.base import now
from webapp.services.rounds.competence_texts import CompetenceText
from webapp.services.rounds.draft_round import RoundPlan, make_draft
from webapp.services.rounds.open_round import open_round
from webapp.services.rounds.rater_links import link_token
from webapp.services.rounds.save_rating import OwnRating, save_ratings


@dataclass
class House:
    """A company with HR, and staff of whom each is served by some others."""

    company: Organisation
    hr: User
    staff: list[StaffMember]
    units: list[str] = field(default_factory=list)


def house(session: Session, sizes: Sequence[int] = (5, 4, 3), customers: int = 4) -> House:
    """People in units of these sizes; everybody serves the next few of the list, round and round."""
    company = people.organisation(session, contact_email="hr@example.org", simulated=True)
    staff = []
    for number, size in enumerate(sizes):
        unit = people.unit(session, company, name=f"Unit {number}")
        staff += [member(session, company, len(staff) + index, unit_id=unit.id) for index in range(size)]
    for index, performer in enumerate(staff):
        for step in range(1, min(customers, len(staff) - 1) + 1):
            serves(session, performer, staff[(index + step) % len(staff)])
    hr = people.user(session, company, "hr")
    session.commit()
    return House(company, hr, staff)


def member(session: Session, company: Organisation, number: int, **values: object) -> StaffMember:
    given = {"name": f"Person {number:02d}", "email": f"p{number}@example.org", "language": "en"} | values
    return people.staff_member(session, company, **given)


def serves(session: Session, performer: StaffMember, customer: StaffMember) -> None:
    session.add(
        ServiceLink(
            organisation_id=performer.organisation_id,
            performer_id=performer.id,
            customer_id=customer.id,
            origin="hand",
        )
    )


def plan(**values: object) -> RoundPlan:
    today = now().date()
    given = {
        "title": "The last quarter",
        "kind": "regular",
        "opens_on": today,
        "closes_on": today + dt.timedelta(days=13),
        "competences": ("needs", "ownership", "constancy"),
    }
    return RoundPlan(**{**given, **values})  # type: ignore[arg-type]


def draft(session: Session, where: House, **values: object) -> RatingRound:
    row = make_draft(session, where.company.id, plan(**values), user_id=where.hr.id)
    session.commit()
    return row


def opened(session: Session, where: House, settings: Settings, **values: object) -> RatingRound:
    row = draft(session, where, **values)
    open_round(session, where.company.id, row.id, settings, user_id=where.hr.id)
    session.commit()
    return row


def rater_of(session: Session, row: RatingRound, person: StaffMember) -> RoundRater:
    found = session.scalars(
        select(RoundRater).where(RoundRater.round_id == row.id, RoundRater.staff_member_id == person.id)
    ).one()
    session.commit()  # a reader that lingers could not write after somebody else has
    return found


def link(settings: Settings, rater: RoundRater) -> str:
    return f"/r/{link_token(settings.secret_key, rater.link_id)}"


def walk_in(client: FlaskClient, settings: Settings, rater: RoundRater) -> str:
    """Open the link and press the button; return the address of the rater's page."""
    address = link(settings, rater)
    assert client.get(address).status_code == 200
    started = client.send(f"{address}/start")  # type: ignore[attr-defined]
    assert started.status_code == 302, started.status_code
    home: str = started.location
    assert client.get(home).status_code == 200
    return home


def one_of_each(session: Session, company: Organisation) -> tuple[RatingRound, RoundRater, Competence]:
    """A draft, somebody who is asked by it, and a competence of the company's own."""
    row = RatingRound(organisation_id=company.id, title="Draft", opens_at=now(), closes_at=now() + dt.timedelta(days=9))
    text = CompetenceText("own-x", {"en": "Keeps time"}, {"en": "Is there when agreed."})
    own = Competence(organisation_id=company.id, code="own-x", texts=text.plain())
    session.add_all([row, own])
    session.flush()
    someone = people.staff_member(session, company)
    rater = RoundRater(
        organisation_id=company.id,
        round_id=row.id,
        staff_member_id=someone.id,
        link_id=uuid.uuid4(),
        token_hash=uuid.uuid4().hex,
    )
    session.add(rater)
    session.flush()
    return row, rater, own


def days(number: int) -> dt.date:
    return now().date() + dt.timedelta(days=number)


def rate_one(session: Session, settings: Settings, row: RatingRound, house: House, value: int = 4) -> OwnRating:
    """The second person of the list rates the first."""
    rater = rater_of(session, row, house.staff[1])
    given = OwnRating(house.staff[0].id, "needs", value)
    save_ratings(session, house.company.id, rater.id, [given], secret_key=settings.secret_key)
    session.commit()
    return given
