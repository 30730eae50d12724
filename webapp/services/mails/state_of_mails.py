"""What became of somebody's mails, for the people who sent them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, func, select
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
    query = _undelivered()
    if address:
        query = query.where(Applicant.email == address)
    whose = {"owner": organisation_id, "vacancy": vacancy_id}
    return session.scalars(query.order_by(Applicant.email).limit(SHOWN), whose).all()


def number_undelivered(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> int:
    """How many they are, counted as far as they are shown."""
    return session.scalar(_number_undelivered(), {"owner": organisation_id, "vacancy": vacancy_id}) or 0


@cache
def _number_undelivered() -> Select[int]:
    """Asked on every page of a list, so put together once."""
    some = _undelivered().with_only_columns(Applicant.id).limit(SHOWN).subquery()
    return select(func.count()).select_from(some)


def _undelivered() -> Select[Applicant]:
    """From the mails that failed, which are few, to their people: a vacancy may have a million others."""
    failed = (
        select(Mail.applicant_id)
        .where(
            Mail.organisation_id == bindparam("owner"),
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
            Applicant.organisation_id == bindparam("owner"),
            Applicant.vacancy_id == bindparam("vacancy"),
            Applicant.state == "invited",
            ~arrived,
        )
    )


def _of_applicant() -> ColumnElement[bool]:
    return (Mail.organisation_id == Applicant.organisation_id) & (Mail.applicant_id == Applicant.id)
