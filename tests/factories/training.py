"""Companies that can be trained on: simulated answers and ratings, small and always alike."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from sqlalchemy.orm import Session

from questionnaires import shelf
from scoring.simulation.company import Simulation, simulate_on
from webapp.records import Organisation, QuestionnaireVersion, User
from webapp.records.base import now
from webapp.services.fill_demo import Sat, add_ratings, add_sittings, add_staff
from webapp.services.find_questionnaire import find_questionnaire
from webapp.services.install_company import install_company

from . import people

INSTRUMENT = "customer-orientation"


@dataclass
class Company:
    """A company with its HR person and its questionnaire."""

    organisation: Organisation
    hr: User
    questionnaire: QuestionnaireVersion
    simulation: Simulation


@cache
def simulated(staff: int = 60) -> Simulation:
    """The same simulated people for every test."""
    return simulate_on(shelf.get(INSTRUMENT), "strong", staff, 10, 3, form_id="A", unit_size=10, rating_scale=(1, 5))


def company(session: Session, *, staff: int = 60, rated: bool = True, answered: bool = True) -> Company:
    """A company whose staff have answered and been rated; not committed yet."""
    organisation = install_company(session, f"Company {staff}", contact_email="hr@example.org")
    questionnaire = shelf.get(INSTRUMENT)
    row = find_questionnaire(session, organisation.id, questionnaire.name, questionnaire.version)
    simulation = simulated(staff)
    sheets = simulation.staff_sheets()
    ids = add_staff(session, organisation, sheets)
    if rated:
        add_ratings(session, organisation, simulation.rating_list(), ids)
    if answered:
        started = now() - dt.timedelta(days=3)
        sat = [
            Sat(organisation.id, row.id, "A", sheet, "en", started, True, staff_member_id=ids[sheet.person])
            for sheet in sheets
        ]
        add_sittings(session, questionnaire, sat)
    hr = people.user(session, organisation, "hr")
    session.flush()
    return Company(organisation, hr, row, simulation)
