"""How many applicants each choice of a model and a scope holds, so that nobody makes an empty pack unawares."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, ModelVersion, Sitting, Vacancy, Withdrawal
from webapp.services.demographics.scope import scope_name, vacancies_of


@dataclass(frozen=True)
class Size:
    """One choice that holds somebody. `scope` is "all", a year or "vacancy"."""

    model_id: uuid.UUID
    number: int
    scope: str
    name: str
    people: int


def pack_sizes(session: Session, organisation_id: uuid.UUID) -> list[Size]:
    """Every choice that holds somebody: by model those with most people first, in each the widest first."""
    people, vacancies = _people(session, organisation_id), vacancies_of(session, organisation_id)
    held = [each for each in reversed(vacancies) if people.get(each.id)]
    models = session.scalars(
        select(ModelVersion).where(
            ModelVersion.organisation_id == organisation_id,
            ModelVersion.id.in_({each.model_version_id for each in held}),
        )
    )
    found = [
        list(_sizes(model, [each for each in held if each.model_version_id == model.id], people)) for model in models
    ]
    return [size for sizes in sorted(found, key=lambda sizes: (-sizes[0].people, -sizes[0].number)) for size in sizes]


def _sizes(model: ModelVersion, vacancies: list[Vacancy], people: Mapping[uuid.UUID, int]) -> Iterator[Size]:
    years = sorted({each.created_at.year for each in vacancies}, reverse=True)
    whole = sum(people[each.id] for each in vacancies)
    yield Size(model.id, model.number, "all", _("All vacancies"), whole)
    for year in years:
        inside = sum(people[each.id] for each in vacancies if each.created_at.year == year)
        yield Size(model.id, model.number, str(year), scope_name("year", year, None), inside)
    for each in vacancies:
        yield Size(model.id, model.number, "vacancy", each.title, people[each.id])


def _people(session: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """By vacancy: who sent the answers and has not taken the application back, as reports count them."""
    left = select(Withdrawal.applicant_id).where(Withdrawal.organisation_id == organisation_id)
    rows = session.execute(
        select(Applicant.vacancy_id, func.count())
        .join(Sitting, (Sitting.organisation_id == Applicant.organisation_id) & (Sitting.applicant_id == Applicant.id))
        .where(
            Applicant.organisation_id == organisation_id,
            Sitting.purpose == "selection",
            Sitting.state == "submitted",
            Applicant.id.not_in(left),
        )
        .group_by(Applicant.vacancy_id)
    )
    return {row[0]: row[1] for row in rows}
