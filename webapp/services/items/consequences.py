"""What setting a question aside in one language does, said before it is done."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires.definition import Questionnaire
from scoring.key import REQUIRED_SHARE, scorable_items
from webapp.errors import NotFound
from webapp.records import Applicant, Sitting, Vacancy
from webapp.services.items.left_out import set_aside_now
from webapp.services.read_questionnaire import read_questionnaire


@dataclass(frozen=True)
class Consequences:
    """`left` of `total` questions of the form that loses most; `facet` empty where the question belongs to none."""

    form: str
    total: int
    left: int
    facet: str
    facet_left: int
    vacancies: int
    scored: int
    """Applicants of open vacancies who sent their answers in this language."""

    @property
    def too_many(self) -> bool:
        """Whether a score would no longer rest on the questionnaire that the model knows."""
        return self.left < REQUIRED_SHARE * self.total - 1e-9

    @property
    def empties_facet(self) -> bool:
        return bool(self.facet) and self.facet_left == 0


def consequences(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, item_id: str, language: str
) -> Consequences:
    """What would be left, and who is concerned; `NotFound` for a question or language that is not there."""
    questionnaire = read_questionnaire(session, organisation_id, questionnaire_id)
    check_asked(questionnaire, item_id, language)
    gone = {*set_aside_now(session, organisation_id, questionnaire_id).get(language, ()), item_id}
    found = [_of_form(questionnaire, form.id, item_id, gone) for form in questionnaire.forms]
    form, total, left, facet, facet_left = min(
        (each for each in found if each is not None), key=lambda each: each[2] / max(1, each[1])
    )
    vacancies, scored = _concerned(session, organisation_id, questionnaire_id, language)
    return Consequences(form, total, left, facet, facet_left, vacancies, scored)


def check_asked(questionnaire: Questionnaire, item_id: str, language: str) -> None:
    """Refuse what no sitting of this questionnaire can be asked."""
    known = {item.id for form in questionnaire.forms for item in questionnaire.items_of(form.id)}
    if item_id not in known or language not in questionnaire.languages:
        raise NotFound


def _of_form(
    questionnaire: Questionnaire, form: str, item_id: str, gone: set[str]
) -> tuple[str, int, int, str, int] | None:
    if item_id not in {item.id for item in questionnaire.items_of(form)}:
        return None
    items = scorable_items(questionnaire, form)
    left = [item for item in items if item.id not in gone]
    facet = next((item.facet or "" for item in items if item.id == item_id), "")
    return form, len(items), len(left), facet, sum(item.facet == facet for item in left)


def _concerned(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, language: str
) -> tuple[int, int]:
    row = session.execute(
        select(func.count(Vacancy.id.distinct()), func.count(Applicant.id.distinct()))
        .select_from(Sitting)
        .join(
            Applicant, (Applicant.organisation_id == Sitting.organisation_id) & (Applicant.id == Sitting.applicant_id)
        )
        .join(Vacancy, (Vacancy.organisation_id == Applicant.organisation_id) & (Vacancy.id == Applicant.vacancy_id))
        .where(
            Sitting.organisation_id == organisation_id,
            Sitting.questionnaire_id == questionnaire_id,
            Sitting.language == language,
            Sitting.state == "submitted",
            Sitting.purpose == "selection",
            Vacancy.state == "open",
        )
    ).one()
    return int(row[0]), int(row[1])


def facet_name(questionnaire: Questionnaire, facet: str, language: str) -> str:
    names: Mapping[str, str] = questionnaire.facet_names.get(facet, {})
    return names.get(language, facet)
