"""Whom a report about groups is about: one vacancy, all vacancies of a year, or all; of one model or of every model.

There is no other choice on purpose: the more ways of cutting there were, the more a difference of two would tell.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import Vacancy

Parameters = dict[str, object]


@dataclass(frozen=True)
class Scope:
    """`kind`: vacancy, year (in which the vacancy was opened) or all."""

    kind: str = "all"
    vacancy_id: uuid.UUID | None = None
    year: int | None = None
    model_version_id: uuid.UUID | None = None

    def holds(self, vacancy: Vacancy) -> bool:
        return (
            (self.vacancy_id is None or vacancy.id == self.vacancy_id)
            and (self.year is None or vacancy.created_at.year == self.year)
            and (self.model_version_id is None or vacancy.model_version_id == self.model_version_id)
        )

    def parameters(self) -> Parameters:
        """As a job keeps them."""
        ids = {"vacancy_id": self.vacancy_id, "model_version_id": self.model_version_id}
        whole: Parameters = {"scope": self.kind, "year": self.year}
        return whole | {name: str(each) if each else None for name, each in ids.items()}


def scope_of(parameters: dict[str, object]) -> Scope:
    """What a job kept."""
    vacancy, model, year = (parameters.get(name) for name in ("vacancy_id", "model_version_id", "year"))
    return Scope(
        str(parameters["scope"]),
        uuid.UUID(str(vacancy)) if vacancy else None,
        int(str(year)) if year else None,
        uuid.UUID(str(model)) if model else None,
    )


def read_scope(session: Session, organisation_id: uuid.UUID, chosen: str) -> Scope:
    """From a form: "all", a year, or a vacancy's id."""
    if chosen == "all":
        return Scope()
    if chosen.isascii() and chosen.isdigit():
        return Scope("year", year=int(chosen))
    vacancy = session.get(Vacancy, (organisation_id, uuid.UUID(chosen)))
    if vacancy is None:
        raise NotFound()
    return Scope("vacancy", vacancy_id=vacancy.id)


def vacancies_of(session: Session, organisation_id: uuid.UUID) -> Sequence[Vacancy]:
    return session.scalars(
        select(Vacancy).where(Vacancy.organisation_id == organisation_id).order_by(Vacancy.created_at, Vacancy.id)
    ).all()


def scope_choices(session: Session, organisation_id: uuid.UUID) -> list[tuple[str, str]]:
    """What a form offers, the widest first."""
    vacancies = vacancies_of(session, organisation_id)
    years = sorted({each.created_at.year for each in vacancies}, reverse=True)
    named = [(str(year), _("Vacancies opened in %(year)s", year=year)) for year in years]
    single = [(str(each.id), each.title) for each in reversed(vacancies)]
    return [("all", _("All vacancies")), *named, *single]


def scope_name(kind: str, year: int | None, title: str | None) -> str:
    if kind == "year":
        return _("Vacancies opened in %(year)s", year=year)
    return title or "" if kind == "vacancy" else _("All vacancies")
