"""Applicants who sent their answers in a language, scored by a model that learned from simulated staff."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.trained import TrainedModel
from models.training import fit, prepare
from questionnaires import shelf
from tests.factories import people
from tests.factories import training as companies
from webapp.records import (
    Answer,
    Applicant,
    Job,
    ModelVersion,
    Organisation,
    Outbox,
    QuestionnaireVersion,
    Score,
    Sitting,
    User,
    Vacancy,
)
from webapp.records.base import now
from webapp.services.find_questionnaire import find_questionnaire
from webapp.services.install_company import add_model, install_company
from webapp.services.items import rescore
from webapp.services.items.set_aside import Why, set_aside
from webapp.services.job_progress import finish_job, keep_past_cancelling
from webapp.services.score_sitting import score_sitting
from webapp.services.serving_model import serving_model


@cache
def learned() -> TrainedModel:
    """Trained once for all tests."""
    simulation = companies.simulated()
    staff = simulation.staff_sheets()
    return fit(prepare(shelf.get(companies.INSTRUMENT), staff, simulation.rating_list(), form_id="A"), {})


@dataclass
class Desk:
    """A company whose HR looks at questions."""

    session: Session
    organisation: Organisation
    hr: User
    questionnaire_id: uuid.UUID
    version: ModelVersion

    @property
    def owner(self) -> uuid.UUID:
        return self.organisation.id

    @property
    def asked(self) -> QuestionnaireVersion:
        return self.session.get_one(QuestionnaireVersion, (self.owner, self.questionnaire_id))

    @property
    def items(self) -> list[str]:
        return [item.id for item in shelf.get(companies.INSTRUMENT).items_of("A")]

    def vacancy(self, **values: object) -> Vacancy:
        row = Vacancy(
            organisation_id=self.owner,
            **{
                "title": "Service adviser",
                "questionnaire_id": self.questionnaire_id,
                "form": "A",
                "model_version_id": self.version.id,
                "languages": [],
            }
            | values,
        )
        self.session.add(row)
        self.session.flush()
        return row

    def sent(self, vacancy: Vacancy, number: int, language: str) -> list[Score]:
        """Scores of so many people who answered in this language."""
        model = serving_model(self.session, self.owner, self.version.id)
        scores = []
        for sheet in companies.simulated().staff_sheets()[:number]:
            applicant = Applicant(
                organisation_id=self.owner,
                vacancy_id=vacancy.id,
                name=sheet.person,
                email=f"{uuid.uuid4().hex}@example.org",
                language=language,
                state="done",
            )
            self.session.add(applicant)
            self.session.flush()
            sitting = self.sitting(applicant_id=applicant.id, language=language)
            self.answered(sitting, sheet.answers)
            scores.append(score_sitting(self.session, sitting, applicant, self.version.id, model))
        return scores

    def sitting(self, **values: object) -> Sitting:
        row = Sitting(
            organisation_id=self.owner,
            **{
                "questionnaire_id": self.questionnaire_id,
                "form": "A",
                "state": "submitted",
                "submitted_at": now(),
                "consented_at": now(),
                "seed": 1,
            }
            | values,
        )
        self.session.add(row)
        self.session.flush()
        return row

    def answered(self, sitting: Sitting, answers: object) -> None:
        self.session.add_all(
            Answer(
                organisation_id=self.owner,
                sitting_id=sitting.id,
                item_id=item_id,
                value=dict(answer),
                language=sitting.language,
                saved_at=now(),
            )
            for item_id, answer in dict(answers).items()  # type: ignore[call-overload]
        )
        self.session.flush()

    def set_aside(self, item_id: str, language: str = "lt", **more: object) -> Job:
        why = Why(self.hr.id, **{"reason": "translation"} | more)  # type: ignore[arg-type]
        set_aside(self.session, self.owner, self.questionnaire_id, item_id, language, why)
        return self.newest_job()

    def newest_job(self) -> Job:
        found = select(Job).where(Job.organisation_id == self.owner).order_by(Job.id.desc()).limit(1)
        return self.session.scalars(found).one()

    def work_out(self, job: Job) -> None:
        while rescore.work_out_chunk(self.session, job):
            pass

    def rescore(self, job: Job) -> Job:
        """What the workflow does."""
        self.work_out(job)
        keep_past_cancelling(self.session, self.owner, job.id)
        for vacancy_id in rescore.waiting_vacancies(self.session, job):
            rescore.change_list(self.session, job, vacancy_id)
        finish_job(self.session, job, **rescore.summary_of(self.session, self.owner, job.id))
        return job

    def topics(self) -> list[str]:
        return list(self.session.scalars(select(Outbox.topic).where(Outbox.organisation_id == self.owner)))


def desk(session: Session, *, trained: bool = True) -> Desk:
    organisation = install_company(session, "Company of questions", contact_email="hr@example.org")
    instrument = shelf.get(companies.INSTRUMENT)
    asked = find_questionnaire(session, organisation.id, instrument.name, instrument.version)
    version = session.scalars(select(ModelVersion).where(ModelVersion.organisation_id == organisation.id)).one()
    if trained:
        version.state = "retired"
        version = add_model(session, asked, "A", learned(), state="serving")
    hr = people.user(session, organisation, "hr")
    session.flush()
    return Desk(session, organisation, hr, asked.id, version)
