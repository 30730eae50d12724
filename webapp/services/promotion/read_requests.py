"""Requests for approval as pages show them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import Select

from webapp.errors import NotFound
from webapp.records import ApprovalRequest, ModelVersion, User, Vacancy
from webapp.records.base import now
from webapp.services.promotion.requests import named_vacancies
from webapp.services.promotion.vacancies import movable_vacancies

SHOWN = 50


@dataclass(frozen=True)
class Asked:
    """One request with the people and the model that it is about."""

    row: ApprovalRequest
    asked_by: str
    decided_by: str
    model: ModelVersion | None

    @property
    def state(self) -> str:
        """A request whose time is over is not open, whether or not the worker has ended it yet."""
        over = self.row.state == "open" and self.row.expires_at <= now()
        return "expired" if over else self.row.state


def read_request(session: Session, organisation_id: uuid.UUID, request_id: uuid.UUID) -> Asked:
    row = session.execute(_joined(organisation_id).where(ApprovalRequest.id == request_id)).one_or_none()
    if row is None:
        raise NotFound
    return _asked(*row)


def read_requests(session: Session, organisation_id: uuid.UUID) -> list[Asked]:
    """The newest requests that a second person decides or decided."""
    rows = session.execute(
        _joined(organisation_id)
        .where(ApprovalRequest.state != "alone")
        .order_by(ApprovalRequest.created_at.desc(), ApprovalRequest.id.desc())
        .limit(SHOWN)
    )
    return [_asked(*row) for row in rows]


def open_request(session: Session, version: ModelVersion) -> ApprovalRequest | None:
    """The request about this model that waits for a second person."""
    return session.scalars(
        select(ApprovalRequest).where(
            ApprovalRequest.organisation_id == version.organisation_id,
            ApprovalRequest.open_about == f"model {version.id}",
            ApprovalRequest.expires_at > now(),
        )
    ).first()


def count_waiting(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> int:
    """How many requests wait for this person: those that others asked for."""
    return (
        session.scalar(
            select(func.count())
            .select_from(ApprovalRequest)
            .where(
                ApprovalRequest.organisation_id == organisation_id,
                ApprovalRequest.state == "open",
                ApprovalRequest.expires_at > now(),
                ApprovalRequest.asked_by != user_id,
            )
        )
        or 0
    )


def vacancies_of(session: Session, asked: Asked) -> tuple[Sequence[Vacancy], Sequence[Vacancy]]:
    """The named vacancies that would move, and those that cannot any more."""
    named = named_vacancies(session, asked.row)
    movable = {row.id for row in movable_vacancies(session, asked.model)} if asked.model else set()
    return [row for row in named if row.id in movable], [row for row in named if row.id not in movable]


def _joined(organisation_id: uuid.UUID) -> Select[ApprovalRequest, str, str, ModelVersion]:
    asked, decided, owner = aliased(User), aliased(User), ApprovalRequest.organisation_id
    return (
        select(ApprovalRequest, asked.name, decided.name, ModelVersion)
        .join(asked, (asked.organisation_id == owner) & (asked.id == ApprovalRequest.asked_by))
        .outerjoin(decided, (decided.organisation_id == owner) & (decided.id == ApprovalRequest.decided_by))
        .outerjoin(
            ModelVersion,
            (ModelVersion.organisation_id == owner) & (ModelVersion.id == ApprovalRequest.model_version_id),
        )
        .where(owner == organisation_id)
    )


def _asked(row: ApprovalRequest, asked_by: str, decided_by: str | None, model: ModelVersion | None) -> Asked:
    return Asked(row, asked_by, decided_by or "", model)
