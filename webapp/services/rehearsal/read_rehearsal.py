"""A model's newest rehearsal as pages show it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Event, ModelVersion, Rehearsal, RehearsalMover, Sitting, User, Vacancy
from webapp.services.promotion.vacancies import movable_vacancies
from webapp.services.rehearsal.describe_rehearsal import agreement, summary

ARRIVALS = ("sitting.submitted", "result.reused")
Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """`lines`: what was found, in short; `newer`: what changed since, empty where nothing did.

    `over`: a vacancy stands on another model than it did then, so that nothing of it holds any more.
    """

    row: Rehearsal
    lines: Sequence[str]
    newer: str
    by: str
    over: bool = False


@dataclass(frozen=True)
class Mover:
    """Somebody who would move far."""

    applicant: Applicant
    finding: Mapping[str, Any]


@dataclass(frozen=True)
class VacancyShown:
    """One vacancy as it was rehearsed."""

    vacancy: Vacancy
    figures: Figures
    movers: Sequence[Mover]

    @property
    def agreement(self) -> float | None:
        return agreement(self.figures["correlation"])


def newest_rehearsal(session: Session, version: ModelVersion) -> Shown | None:
    row = session.scalars(
        select(Rehearsal)
        .where(Rehearsal.organisation_id == version.organisation_id, Rehearsal.model_version_id == version.id)
        .order_by(Rehearsal.created_at.desc(), Rehearsal.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    user = session.get(User, (row.organisation_id, row.user_id)) if row.user_id else None
    over = _is_over(session, row)
    lines = [] if over else summary(row.figures)
    return Shown(row, lines, _newer(session, version, row), user.name if user else "", over)


def _is_over(session: Session, row: Rehearsal) -> bool:
    """Whether an open vacancy was moved since, be it to this model or to a third one."""
    then = {each["id"]: each["model"] for each in row.figures.get("vacancies", ())}
    models = session.execute(
        select(Vacancy.id, ModelVersion.number)
        .join(
            ModelVersion,
            (ModelVersion.organisation_id == Vacancy.organisation_id) & (ModelVersion.id == Vacancy.model_version_id),
        )
        .where(
            Vacancy.organisation_id == row.organisation_id,
            Vacancy.id.in_([uuid.UUID(each) for each in then]),
            Vacancy.state == "open",
        )
    )
    return any(then[str(vacancy)] != number for vacancy, number in models)


def _newer(session: Session, version: ModelVersion, row: Rehearsal) -> str:
    """What a new rehearsal would see and this one did not."""
    now_there = {str(vacancy.id) for vacancy in movable_vacancies(session, version)}
    then = {each["id"] for each in row.figures.get("vacancies", ())}
    parts = []
    if arrived := _arrived(session, row, then & now_there):
        parts.append(ngettext("%(num)s person sent answers.", "%(num)s people sent answers.", arrived))
    if now_there != then:
        parts.append(_("Other vacancies are open now, or some have moved to another model."))
    return " ".join(parts)


def _arrived(session: Session, row: Rehearsal, vacancies: set[str]) -> int:
    owner = row.organisation_id
    found = (
        select(func.count())
        .select_from(Event)
        .join(Sitting, (Sitting.organisation_id == owner) & (Sitting.id == Event.subject_id))
        .join(Applicant, (Applicant.organisation_id == owner) & (Applicant.id == Sitting.applicant_id))
        .where(
            Event.organisation_id == owner,
            Event.at > row.read_at,
            Event.action.in_(ARRIVALS),
            Applicant.vacancy_id.in_([uuid.UUID(each) for each in vacancies]),
        )
    )
    return session.scalar(found) or 0


def vacancies_of(session: Session, shown: Shown) -> list[VacancyShown]:
    """The vacancies with the people who would move most; one that was deleted meanwhile is left out."""
    owner, moving = shown.row.organisation_id, _movers(session, shown.row)
    found = []
    for figures in shown.row.figures.get("vacancies", ()):
        vacancy = session.get(Vacancy, (owner, uuid.UUID(figures["id"])))
        if vacancy is not None:
            found.append(VacancyShown(vacancy, figures, moving.get(vacancy.id, ())))
    return found


def _movers(session: Session, row: Rehearsal) -> dict[uuid.UUID, list[Mover]]:
    rows = session.execute(
        select(RehearsalMover, Applicant)
        .join(
            Applicant,
            (Applicant.organisation_id == RehearsalMover.organisation_id)
            & (Applicant.id == RehearsalMover.applicant_id),
        )
        .where(RehearsalMover.organisation_id == row.organisation_id, RehearsalMover.rehearsal_id == row.id)
        .order_by(RehearsalMover.id)
    )
    found: dict[uuid.UUID, list[Mover]] = {}
    for mover, applicant in rows:
        found.setdefault(mover.vacancy_id, []).append(Mover(applicant, mover.finding))
    return found
