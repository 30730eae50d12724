"""Open a vacancy, and change what it says."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES
from webapp.errors import Invalid, NotFound
from webapp.records import Applicant, Invitation, ModelVersion, Unit, Vacancy
from webapp.records.base import new_id, now
from webapp.security import derived_token, token_hash
from webapp.services.blind.policy import blind_policy_of
from webapp.services.blind.switch import begin_blind
from webapp.services.find_instrument import instruments
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.read_vacancy import get_vacancy
from webapp.services.record_event import record_event

LONGEST_TARGET = 100_000


@dataclass(frozen=True)
class VacancyPlan:
    """What a recruiter says about a vacancy."""

    title: str
    unit: str
    job_family: str
    languages: tuple[str, ...]
    opens_on: dt.date | None
    closes_on: dt.date | None
    target: int
    public: bool
    blind: bool = False


def open_vacancy(
    session: Session,
    organisation_id: uuid.UUID,
    plan: VacancyPlan,
    model_version_id: uuid.UUID,
    *,
    user_id: uuid.UUID,
    secret_key: str,
) -> Vacancy:
    """Open a vacancy on the model that serves now; it stays on that model."""
    chosen = next(
        (each for each in instruments(session, organisation_id) if each.model_version_id == model_version_id), None
    )
    if chosen is None:
        raise Invalid([_("This model no longer serves. Choose the questionnaire again.")])
    _check(plan, chosen.languages)
    model = session.get_one(ModelVersion, (organisation_id, model_version_id))
    vacancy = Vacancy(
        organisation_id=organisation_id,
        id=new_id(),
        questionnaire_id=model.questionnaire_id,
        form=model.form,
        model_version_id=model.id,
        created_by=user_id,
    )
    _apply(session, vacancy, plan, secret_key)
    session.add(vacancy)
    session.flush()
    _record(session, vacancy, "vacancy.opened", user_id, model=model.number)
    required = blind_policy_of(session, organisation_id).required
    if plan.blind or required:
        begin_blind(session, vacancy, required=required, user_id=user_id)
    return vacancy


def change_vacancy(
    session: Session,
    organisation_id: uuid.UUID,
    vacancy_id: uuid.UUID,
    plan: VacancyPlan,
    *,
    user_id: uuid.UUID,
    secret_key: str,
) -> Vacancy:
    """Change what a vacancy says; links that are out follow its closing date."""
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    _check(plan, read_questionnaire(session, organisation_id, vacancy.questionnaire_id).languages)
    before = vacancy.closes_at
    _apply(session, vacancy, plan, secret_key)
    if vacancy.closes_at is not None and vacancy.closes_at != before:
        _move_links(session, vacancy, vacancy.closes_at)
    _record(session, vacancy, "vacancy.changed", user_id)
    return vacancy


def _check(plan: VacancyPlan, languages: tuple[str, ...]) -> None:
    faults = []
    if not plan.title.strip():
        faults.append(_("Give the vacancy a title."))
    if not plan.languages or not set(plan.languages) <= set(languages):
        faults.append(
            _(
                "Choose one or more of the questionnaire's languages: %(languages)s.",
                languages=", ".join(LANGUAGES[code] for code in languages),
            )
        )
    if not 1 <= plan.target <= LONGEST_TARGET:
        faults.append(_("Say how many people you want to hire: 1 or more."))
    if plan.opens_on and plan.closes_on and plan.closes_on < plan.opens_on:
        faults.append(_("The last day for answers is before the first. Choose a later one, or none."))
    if faults:
        raise Invalid(faults)


def _apply(session: Session, vacancy: Vacancy, plan: VacancyPlan, secret_key: str) -> None:
    vacancy.title = " ".join(plan.title.split())
    vacancy.unit_id = _unit(session, vacancy.organisation_id, plan.unit)
    vacancy.job_family = " ".join(plan.job_family.split())
    vacancy.languages = [code for code in LANGUAGES if code in plan.languages]
    vacancy.opens_at = start_of_day(plan.opens_on) if plan.opens_on else None
    vacancy.closes_at = end_of_day(plan.closes_on) if plan.closes_on else None
    vacancy.target = plan.target
    code = derived_token(secret_key, "vacancy", vacancy.id)
    vacancy.public_code_hash = token_hash(code) if plan.public else None


def start_of_day(day: dt.date) -> dt.datetime:
    """The first moment of the day (UTC)."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def end_of_day(day: dt.date) -> dt.datetime:
    """The last second of the day (UTC), so that the day itself still counts."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), dt.UTC)


def _unit(session: Session, organisation_id: uuid.UUID, name: str) -> uuid.UUID | None:
    name = " ".join(name.split())
    if not name:
        return None
    unit = session.scalar(select(Unit).where(Unit.organisation_id == organisation_id, Unit.name == name))
    if unit is None:
        unit = Unit(organisation_id=organisation_id, name=name)
        session.add(unit)
        session.flush()
    return unit.id


def _move_links(session: Session, vacancy: Vacancy, expires_at: dt.datetime) -> None:
    of_vacancy = select(Applicant.id).where(
        Applicant.organisation_id == vacancy.organisation_id, Applicant.vacancy_id == vacancy.id
    )
    session.execute(
        update(Invitation)
        .where(
            Invitation.organisation_id == vacancy.organisation_id,
            Invitation.applicant_id.in_(of_vacancy),
            Invitation.withdrawn_at.is_(None),
        )
        .values(expires_at=expires_at)
        .execution_options(synchronize_session=False)
    )


def _record(session: Session, vacancy: Vacancy, action: str, user_id: uuid.UUID, **detail: object) -> None:
    record_event(
        session,
        vacancy.organisation_id,
        action,
        user_id=user_id,
        subject="vacancy",
        subject_id=vacancy.id,
        **detail,
    )
    session.flush()


def find_by_public_code(session: Session, code: str) -> Vacancy:
    """The vacancy of a public link; `NotFound` where there is none."""
    vacancy = session.scalar(select(Vacancy).where(Vacancy.public_code_hash == token_hash(code)))
    if vacancy is None:
        raise NotFound(_("We do not know this link. Check that the whole address was copied."))
    return vacancy


def takes_applicants(vacancy: Vacancy) -> bool:
    return vacancy.state == "open" and (vacancy.closes_at is None or vacancy.closes_at > now())


def has_opened(vacancy: Vacancy) -> bool:
    """Whether its first day has come; people can be invited before that, and begin after it."""
    return vacancy.opens_at is None or vacancy.opens_at <= now()
