"""What became of somebody's mails, for the people who sent them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Mail

WITH_A_LINK = ("invitation", "reminder", "new_link")


def newest_mail(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID) -> Mail | None:
    """The last mail that was to bring this person a link."""
    return session.scalars(
        select(Mail)
        .where(
            Mail.organisation_id == organisation_id,
            Mail.applicant_id == applicant_id,
            Mail.kind.in_(WITH_A_LINK),
            Mail.state != "not_wanted",
        )
        .order_by(Mail.created_at.desc(), Mail.id.desc())
        .limit(1)
    ).first()


def undelivered(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> Sequence[Applicant]:
    """Who of this vacancy has got no mail, because none could be delivered to the address; the newest first."""
    arrived = select(Mail.id).where(_of_applicant(), Mail.kind.in_(WITH_A_LINK), Mail.state == "sent").exists()
    failed = select(func.count()).where(_of_applicant(), Mail.state.in_(("refused", "given_up"))).scalar_subquery()
    return session.scalars(
        select(Applicant)
        .where(
            Applicant.organisation_id == organisation_id,
            Applicant.vacancy_id == vacancy_id,
            Applicant.state == "invited",
            ~arrived,
            failed > 0,
        )
        .order_by(Applicant.id.desc())
        .limit(100)
    ).all()


def _of_applicant() -> ColumnElement[bool]:
    return (Mail.organisation_id == Applicant.organisation_id) & (Mail.applicant_id == Applicant.id)
