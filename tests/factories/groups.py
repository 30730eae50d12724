"""Crowds of applicants who sent their answers, some of whom told who they are."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.factories import people as staff
from webapp.records import (
    Applicant,
    AuditPack,
    DemographicAnswer,
    GroupReport,
    Hire,
    Organisation,
    Score,
    Sitting,
    Vacancy,
)
from webapp.records.base import new_id, now
from webapp.services.demographics.group_report import figures_of, gather
from webapp.services.demographics.keys import answer_id
from webapp.services.demographics.local_law import local_law_tables
from webapp.services.demographics.scope import Scope

SECRET = "test-secret"
_count = itertools.count(1)


def crowd(session: Session, place: Vacancy, n: int, **told: Sequence[str | None]) -> list[uuid.UUID]:
    """Applicants with falling scores; by attribute what each told, over and over where that is shorter."""
    owner, people = place.organisation_id, [new_id() for _ in range(n)]
    sittings = {person: new_id() for person in people}
    session.flush()
    session.execute(insert(Applicant), [_applicant(place, person, row) for row, person in enumerate(people)])
    session.execute(insert(Sitting), [_sitting(place, person, sittings[person]) for person in people])
    session.execute(insert(Score), [_score(place, person, sittings[person], row) for row, person in enumerate(people)])
    answers = [
        {"organisation_id": owner, "id": answer_id(SECRET, owner, name, person), "attribute": name, "category": each}
        for name, categories in told.items()
        for person, each in zip(people, itertools.cycle(categories), strict=False)
        if each
    ]
    session.execute(insert(DemographicAnswer), answers)
    return people


def tell(session: Session, owner: uuid.UUID, person: uuid.UUID, attribute: str, category: str) -> None:
    number = answer_id(SECRET, owner, attribute, person)
    session.merge(DemographicAnswer(organisation_id=owner, id=number, attribute=attribute, category=category))


def hire(session: Session, place: Vacancy, people: Sequence[uuid.UUID]) -> None:
    owner = session.get_one(Organisation, place.organisation_id)
    for person in people:
        member = staff.staff_member(session, owner)
        session.add(
            Hire(organisation_id=owner.id, applicant_id=person, staff_member_id=member.id, hired_on="2026-11-01")
        )
    session.flush()


def one_of_each(session: Session, place: Vacancy) -> tuple[GroupReport, AuditPack]:
    """A kept report about whoever is there, and a kept pack that holds nothing."""
    material = gather(session, place.organisation_id, Scope(), SECRET)
    figures = figures_of(material) | {"answers": {"absent": "nobody"}, "local_law_144": local_law_tables(material)}
    report = GroupReport(organisation_id=place.organisation_id, scope="all", job_id=new_id(), figures=figures)
    pack = AuditPack(
        organisation_id=place.organisation_id,
        number=1,
        model_version_id=place.model_version_id,
        language="en",
        scope="all",
        job_id=new_id(),
        pdf=b"%PDF-",
        pdf_sha256="0" * 64,
        files=b"PK",
        files_sha256="0" * 64,
    )
    session.add_all([report, pack])
    session.flush()
    return report, pack


def _applicant(place: Vacancy, person: uuid.UUID, row: int) -> dict[str, Any]:
    return {
        "organisation_id": place.organisation_id,
        "id": person,
        "vacancy_id": place.id,
        "name": f"Person {next(_count)}",
        "name_folded": "person",
        "email": f"crowd{next(_count)}@example.org",
        "state": "done",
        "language": "en" if row % 3 else "lt",
    }


def _sitting(place: Vacancy, person: uuid.UUID, number: uuid.UUID) -> dict[str, Any]:
    return {
        "organisation_id": place.organisation_id,
        "id": number,
        "applicant_id": person,
        "questionnaire_id": place.questionnaire_id,
        "form": place.form,
        "purpose": "selection",
        "state": "submitted",
        "submitted_at": now(),
        "seed": 7,
    }


def _score(place: Vacancy, person: uuid.UUID, number: uuid.UUID, row: int) -> dict[str, Any]:
    return {
        "organisation_id": place.organisation_id,
        "sitting_id": number,
        "vacancy_id": place.id,
        "applicant_id": person,
        "model_version_id": place.model_version_id,
        "score": 1.0 - row / 1000,
        "answers_hash": "0" * 64,
        "scoring_identity": "0" * 64,
        "texts_identity": "0" * 64,
    }
