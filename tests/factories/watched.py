"""A company with a trained model at work, and applicants who sent their answers some weeks ago and lately."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy.orm import Session

from questionnaires import shelf
from questionnaires.answers import AnswerSheet
from scoring.simulation.company import simulate_on
from tests.factories import training
from tests.factories.shortlists import FIGURES
from tests.factories.submitted import answers_by_key, serve_trained
from webapp.records import Applicant, ModelVersion, Vacancy
from webapp.records.base import now
from webapp.services.fill_demo import Sat, add_sittings


@dataclass
class Watched:
    company: training.Company
    model: ModelVersion
    vacancy: Vacancy

    @property
    def owner(self) -> uuid.UUID:
        return self.company.organisation.id


@cache
def applicants_like_staff(number: int) -> Sequence[AnswerSheet]:
    asked = shelf.get(training.INSTRUMENT)
    return simulate_on(asked, "strong", 60, number, 3, form_id="A", unit_size=10).applicant_sheets()


def applicants_by_key(number: int) -> Sequence[AnswerSheet]:
    """As if an assistant that knows the key had answered."""
    return [AnswerSheet(f"K{place}", answers_by_key(best=True)) for place in range(number)]


def watched(session: Session, *, staff: int = 60) -> Watched:
    """The model is as old as the staff's answers, so that the last weeks are due."""
    company = training.company(session, staff=staff, rated=False)
    model = serve_trained(session, company.organisation.id, company.questionnaire.id)
    model.figures = dict(FIGURES)
    model.created_at = now() - dt.timedelta(days=20)
    place = Vacancy(
        organisation_id=company.organisation.id,
        title="Service adviser",
        questionnaire_id=company.questionnaire.id,
        form="A",
        model_version_id=model.id,
        languages=[],
    )
    session.add(place)
    session.flush()
    return Watched(company, model, place)


def add_applicants(
    session: Session, house: Watched, sheets: Sequence[AnswerSheet], days_ago: float, language: str = "en"
) -> list[Applicant]:
    """They sent their answers so many days ago; nobody has scored them."""
    rows = [
        Applicant(
            organisation_id=house.owner,
            vacancy_id=house.vacancy.id,
            name=sheet.person,
            email=f"{uuid.uuid4().hex}@example.org",
            state="done",
        )
        for sheet in sheets
    ]
    session.add_all(rows)
    session.flush()
    at = now() - dt.timedelta(days=days_ago)
    sat = [
        Sat(house.owner, house.company.questionnaire.id, "A", sheet, language, at, True, applicant_id=row.id)
        for sheet, row in zip(sheets, rows, strict=True)
    ]
    add_sittings(session, shelf.get(training.INSTRUMENT), sat)
    return rows
