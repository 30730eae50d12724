"""What became of somebody's mails, for the people who sent them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Mail

WITH_A_LINK = ("invitation", "reminder", "new_link")
SHOWN = 100


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


def undelivered(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, address: str = ""
) -> Sequence[Applicant]:
    """Who of this vacancy has got no mail, because none could be delivered: by address, which tells nothing else."""
    query = _undelivered(organisation_id, vacancy_id)
    if address:
        query = query.where(Applicant.email == address)
    return session.scalars(query.order_by(Applicant.email).limit(SHOWN)).all()


def number_undelivered(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> int:
    """How many they are, counted as far as they are shown."""
    some = _undelivered(organisation_id, vacancy_id).with_only_columns(Applicant.id).limit(SHOWN).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _undelivered(organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> Select[Applicant]:
    """From the mails that failed, which are few, to their people: a vacancy may have a million others."""
    failed = (
        select(Mail.applicant_id)
        .where(
            Mail.organisation_id == organisation_id,
            Mail.kind.in_(WITH_A_LINK),
            Mail.state.in_(("refused", "given_up")),
        )
        .distinct()
        .subquery()
    )
    arrived = select(Mail.id).where(_of_applicant(), Mail.kind.in_(WITH_A_LINK), Mail.state == "sent").exists()
    return (
        select(Applicant)
        .join(failed, failed.c.applicant_id == Applicant.id)
        .where(
            Applicant.organisation_id == organisation_id,
            Applicant.vacancy_id == vacancy_id,
            Applicant.state == "invited",
            ~arrived,
        )
    )


def _of_applicant() -> ColumnElement[bool]:
    return (Mail.organisation_id == Applicant.organisation_id) & (Mail.applicant_id == Applicant.id)
