"""What somebody answered before, for another vacancy of the same organisation. The address says who it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, QuestionnaireVersion, ResultReuse, Score, Sitting, Vacancy


@dataclass(frozen=True)
class EarlierResult:
    """A sitting that was sent and gave a score, and when its answers were given, however often it was reused."""

    sitting: Sitting
    taken_at: dt.datetime


def earlier_results(session: Session, applicant: Applicant, vacancy: Vacancy) -> Sequence[EarlierResult]:
    """This person's results on any version of the vacancy's questionnaire, the newest first.

    Only what was sent and scored counts: sent with too few answers, withdrawn or left unfinished, it gave nobody a
    result, and holds nobody back.
    """
    name = select(QuestionnaireVersion.name).where(
        QuestionnaireVersion.organisation_id == vacancy.organisation_id,
        QuestionnaireVersion.id == vacancy.questionnaire_id,
    )
    rows = session.execute(
        _sent_before(applicant)
        .where(QuestionnaireVersion.name == name.scalar_subquery(), _gave_a_score())
        .order_by(TAKEN_AT.desc(), Sitting.id.desc())
    )
    return [EarlierResult(sitting, taken) for sitting, taken in rows]


TAKEN_AT = func.coalesce(ResultReuse.taken_at, Sitting.submitted_at, type_=Sitting.submitted_at.type)


def _sent_before(applicant: Applicant) -> Select[Sitting, dt.datetime]:
    """What this address sent for other vacancies, with the time at which it was answered."""
    owner = Sitting.organisation_id
    return (
        select(Sitting, TAKEN_AT)
        .join(Applicant, (Applicant.organisation_id == owner) & (Applicant.id == Sitting.applicant_id))
        .join(
            QuestionnaireVersion,
            (QuestionnaireVersion.organisation_id == owner) & (QuestionnaireVersion.id == Sitting.questionnaire_id),
        )
        .outerjoin(ResultReuse, (ResultReuse.organisation_id == owner) & (ResultReuse.sitting_id == Sitting.id))
        .where(
            Applicant.organisation_id == applicant.organisation_id,
            Applicant.email == applicant.email,
            Applicant.id != applicant.id,
            Sitting.purpose == "selection",
            Sitting.state == "submitted",
        )
    )


def _gave_a_score() -> ColumnElement[bool]:
    scored = select(Score.id).where(
        Score.organisation_id == Sitting.organisation_id, Score.sitting_id == Sitting.id, Score.score.is_not(None)
    )
    return scored.exists()
