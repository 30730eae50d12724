"""People who answered and sent, through the services that the pages use."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from questionnaires.definition import Questionnaire
from tests.factories import sittings
from webapp.records import Answer, Applicant, Sitting, Vacancy
from webapp.records.base import now
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.submit_sitting import submit_sitting

SECRET = "test-secret"


def by_the_key(questionnaire: Questionnaire, form: str, well: bool = True) -> dict[str, dict[str, Any]]:
    """Answers to questions with a best and a worst: as the key has it, or the other way round."""
    answers = {}
    for item in questionnaire.items_of(form):
        ranked = sorted(item.options, key=lambda option: option.key.mean if option.key else 0.0)
        worst, best = (ranked[0].id, ranked[-1].id) if well else (ranked[-1].id, ranked[0].id)
        answers[item.id] = {"best": best, "worst": worst}
    return answers


def sitting(
    session: Session, vacancy: Vacancy, applicant: Applicant, *, form: str = "", share: float = 1.0, **values: Any
) -> Sitting:
    """A sitting that was begun, with this share of its questions answered by the key."""
    questionnaire = read_questionnaire(session, vacancy.organisation_id, vacancy.questionnaire_id)
    row = Sitting(
        organisation_id=vacancy.organisation_id,
        applicant_id=applicant.id,
        questionnaire_id=vacancy.questionnaire_id,
        form=form or vacancy.form,
        **{"language": "en", "seed": 7, "consented_at": now(), "notice_version": "test"} | values,
    )
    session.add(row)
    session.flush()
    answers = by_the_key(questionnaire, row.form)
    for item_id in list(answers)[: round(share * len(answers))]:
        kept = {"organisation_id": row.organisation_id, "sitting_id": row.id, "item_id": item_id}
        session.add(Answer(value=answers[item_id], language="en", saved_at=now(), **kept))
    session.flush()
    return row


def sent(session: Session, someone: sittings.Invited, *, days_ago: float = 0, **values: Any) -> Sitting:
    """Somebody's answers, sent so many days ago."""
    row = sitting(session, someone.vacancy, someone.applicant, **values)
    submit_sitting(session, row.organisation_id, row.id, SECRET)
    row.submitted_at = now() - dt.timedelta(days=days_ago)
    session.commit()
    return row
