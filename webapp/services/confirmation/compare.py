"""Compare a confirmation that was sent with the first result. What comes out is read by HR, and decides nothing."""

from __future__ import annotations

from math import sqrt
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scoring.quality.confirmation import Link, Population, confirm
from scoring.quality.form_score import FormScore, form_score
from webapp.records import Applicant, Confirmation, Score, Sitting, Vacancy
from webapp.services.confirmation.arrange import first_sitting
from webapp.services.items.left_out import items_left_out
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.record_event import record_event
from webapp.services.score_sitting import saved_answers

AT_ONCE = 50
FEWEST_TO_REGRESS = 30
"""From fewer results the mean and the spread of the vacancy's applicants are not known well enough."""


def compare_confirmations(session: Session) -> int:
    """Compare the next confirmations whose answers were sent; how many."""
    rows = session.scalars(
        select(Confirmation)
        .join(
            Sitting,
            (Sitting.organisation_id == Confirmation.organisation_id) & (Sitting.id == Confirmation.sitting_id),
        )
        .where(Confirmation.state == "begun", Sitting.state == "submitted")
        .order_by(Confirmation.id)
        .limit(AT_ONCE)
        .with_for_update(of=Confirmation, skip_locked=True)
    ).all()
    for row in rows:
        row.finding, row.state, row.code_hash = finding(session, row), "done", None
        record_event(
            session, row.organisation_id, "confirmation.compared", subject="applicant", subject_id=row.applicant_id
        )
    session.flush()
    return len(rows)


def finding(session: Session, row: Confirmation) -> dict[str, Any]:
    """The tested drop, or why nothing can be said."""
    applicant = session.get_one(Applicant, (row.organisation_id, row.applicant_id))
    before = first_sitting(session, applicant)
    after = session.get_one(Sitting, (row.organisation_id, row.sitting_id))
    first = _scored(session, before) if before else None
    second = _scored(session, after)
    if first is None or second is None or not (first.enough and second.enough):
        return {"told": False, "answered": second.answered if second else 0}
    population, n = _population(session, applicant, first)
    found = confirm(first.score, second.score, first.error, second.error, Link(), population)
    return {
        **found.to_plain(),
        "told": True,
        "first": first.score,
        "second": second.score,
        "first_error": first.error,
        "second_error": second.error,
        "n": n,
    }


def _scored(session: Session, sitting: Sitting) -> FormScore | None:
    questionnaire = read_questionnaire(session, sitting.organisation_id, sitting.questionnaire_id)
    gone = items_left_out(session, sitting)
    counted = [item for item in questionnaire.items_of(sitting.form) if item.id not in gone]
    return form_score(counted, saved_answers(session, sitting))


def _population(session: Session, applicant: Applicant, first: FormScore) -> tuple[Population | None, int]:
    """Those from whom this person was picked: without them a high first score would look like a drop by itself."""
    vacancy = session.get_one(Vacancy, (applicant.organisation_id, applicant.vacancy_id))
    n, mean, square = session.execute(
        select(func.count(Score.id), func.avg(Score.key_total), func.avg(Score.key_total * Score.key_total)).where(
            Score.organisation_id == vacancy.organisation_id,
            Score.vacancy_id == vacancy.id,
            Score.model_version_id == vacancy.model_version_id,
            Score.score.is_not(None),
        )
    ).one()
    if n < FEWEST_TO_REGRESS:
        return None, n
    spread = sqrt(max(0.0, float(square) - float(mean) ** 2) * n / (n - 1))
    return (Population(float(mean), spread), n) if spread > first.error else (None, n)
