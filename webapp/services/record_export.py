"""Write down that a list left the house."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from webapp.services.read_vacancy import funnel, get_vacancy
from webapp.services.record_event import record_event


def record_export(
    session: Session,
    organisation_id: uuid.UUID,
    vacancy_id: uuid.UUID,
    user_id: uuid.UUID,
    *,
    with_scores: bool = True,
    form: str = "csv",
) -> None:
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    record_event(
        session,
        organisation_id,
        "shortlist.exported",
        user_id=user_id,
        subject="vacancy",
        subject_id=vacancy_id,
        model=vacancy.model_version.number,
        people=funnel(session, vacancy).done,
        form=form,
        **({} if with_scores else {"scores": "stopped"}),
    )
