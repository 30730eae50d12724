"""What an audit pack tells of oversight: notices that were recorded, and samples that humans looked at."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import format_decimal
from flask_babel import gettext as _
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from webapp.records import ModelVersion, ReviewSample, SampledPerson, Vacancy, VacancyNotice


@dataclass(frozen=True)
class PackOversight:
    """Of the vacancies on one model, and of samples drawn from lists by it."""

    vacancies: int
    with_notice: int
    drawn: int
    looked_at: int
    changed: int


def oversight_of_pack(session: Session, version: ModelVersion) -> PackOversight:
    owner = version.organisation_id
    on_it = select(Vacancy.id).where(Vacancy.organisation_id == owner, Vacancy.model_version_id == version.id)
    told = select(func.count(VacancyNotice.vacancy_id.distinct())).where(
        VacancyNotice.organisation_id == owner,
        VacancyNotice.taken_back_at.is_(None),
        VacancyNotice.vacancy_id.in_(on_it),
    )
    drawn, looked_at, changed = session.execute(
        select(
            func.count(),
            func.count(SampledPerson.verdict),
            func.sum(case((SampledPerson.verdict == "changed", 1), else_=0)),
        )
        .join(
            ReviewSample,
            (ReviewSample.organisation_id == SampledPerson.organisation_id)
            & (ReviewSample.id == SampledPerson.sample_id),
        )
        .where(SampledPerson.organisation_id == owner, ReviewSample.model_version_id == version.id)
    ).one()
    vacancies = session.scalar(select(func.count()).select_from(on_it.subquery())) or 0
    return PackOversight(vacancies, session.scalar(told) or 0, drawn, looked_at, changed or 0)


def oversight_facts(found: PackOversight) -> list[tuple[str, str]]:
    """As rows of facts; percentages are left to the reader, since samples are small."""
    rows = (
        (_("Vacancies on this model"), found.vacancies),
        (_("Of these, with a recorded notice about the program"), found.with_notice),
        (_("People drawn from below cuts to be looked at"), found.drawn),
        (_("Of these, looked at"), found.looked_at),
        (_("Of these, the decision was changed"), found.changed),
    )
    return [(words, str(format_decimal(number))) for words, number in rows]
