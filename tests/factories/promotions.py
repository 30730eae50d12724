"""A company with a serving model, a candidate, an open vacancy with scored people, and several people of HR."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import training as learning
from questionnaires import shelf
from questionnaires.answers import AnswerSheet
from tests.factories import people
from tests.factories import training as companies
from webapp.records import Answer, Applicant, Event, ModelVersion, Organisation, Sitting, User, Vacancy
from webapp.records.base import now
from webapp.services.find_questionnaire import find_questionnaire
from webapp.services.install_company import add_model, install_company
from webapp.services.promotion.approval_rule import require_approval
from webapp.services.rescoring.write_scores import score_everybody

INSTRUMENT = shelf.get(companies.INSTRUMENT)


class House:
    """Ona and Jonas are of HR; Ona has turned approval on where `approval` is true."""

    def __init__(self, session: Session, *, approval: bool = False) -> None:
        self.session = session
        self.organisation: Organisation = install_company(session, "Promoting company")
        self.owner = self.organisation.id
        self.ona: User = people.user(session, self.organisation, "hr", name="Ona")
        self.jonas: User = people.user(session, self.organisation, "hr", name="Jonas")
        self.asked = find_questionnaire(session, self.owner, INSTRUMENT.name, INSTRUMENT.version)
        self.serving = session.scalars(select(ModelVersion).where(ModelVersion.organisation_id == self.owner)).one()
        self.candidate = self.model()
        self.vacancy = self.opened("Service adviser")
        if approval:
            require_approval(session, self.owner, 7, user_id=self.ona.id)
        session.commit()

    def model(self) -> ModelVersion:
        return add_model(self.session, self.asked, "A", learning.key_only(INSTRUMENT, form_id="A"))

    def opened(self, title: str, **values: object) -> Vacancy:
        row = Vacancy(
            organisation_id=self.owner,
            **{
                "title": title,
                "questionnaire_id": self.asked.id,
                "form": "A",
                "model_version_id": self.serving.id,
                "languages": [],
            }
            | values,
        )
        self.session.add(row)
        self.session.flush()
        return row

    def applicants(self, number: int, *, languages: tuple[str, ...] = ("en",)) -> list[Applicant]:
        """People who sent their answers and were scored by the vacancy's model."""
        sheets = companies.simulated().staff_sheets()
        made = [self.applicant(sheets[each % len(sheets)], languages[each % len(languages)]) for each in range(number)]
        score_everybody(self.session, self.owner, self.vacancy.id, self.vacancy.model_version_id)
        self.session.commit()
        return made

    def applicant(self, sheet: AnswerSheet, language: str = "en") -> Applicant:
        person = Applicant(
            organisation_id=self.owner,
            vacancy_id=self.vacancy.id,
            name=f"Applicant {sheet.person}",
            email=f"{uuid.uuid4().hex}@example.org",
            state="done",
        )
        self.session.add(person)
        self.session.flush()
        sitting = Sitting(
            organisation_id=self.owner,
            applicant_id=person.id,
            questionnaire_id=self.asked.id,
            form="A",
            language=language,
            state="submitted",
            submitted_at=now(),
            seed=1,
        )
        self.session.add(sitting)
        self.session.flush()
        self.session.add_all(
            Answer(organisation_id=self.owner, sitting_id=sitting.id, item_id=item, value=dict(value), saved_at=now())
            for item, value in sheet.answers.items()
        )
        self.session.flush()
        return person

    def events(self, action: str) -> list[Event]:
        return list(self.session.scalars(select(Event).where(Event.action == action).order_by(Event.at, Event.id)))
