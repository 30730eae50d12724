"""Fill a simulated company: everything a visitor wants to see, and every page says that it is simulated."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from questionnaires.answers import AnswerSheet
from questionnaires.definition import Questionnaire
from questionnaires.ordering import shown_order
from scoring.ratings import Rating as GivenRating
from webapp.records import (
    AdjustmentRequest,
    Answer,
    AnswerRevision,
    Applicant,
    ImportBatch,
    Organisation,
    QuestionnaireVersion,
    Rating,
    Sitting,
    StaffMember,
    Unit,
    Vacancy,
)
from webapp.records.base import new_id, now

UNITS = (
    "Service desk",
    "Showroom",
    "Spare parts",
    "Workshop",
    "Warehouse",
    "Delivery",
    "Call centre",
    "Online shop",
    "Accounts",
    "Marketing",
    "Legal",
    "Facilities",
)
FAMILIES = ("front line", "front line", "support", "support", "logistics", "logistics", "front line", "support")


@dataclass(frozen=True)
class Sat:
    """One simulated sitting: whose it is, what was answered, and when."""

    organisation_id: uuid.UUID
    questionnaire_id: uuid.UUID
    form: str
    sheet: AnswerSheet
    language: str
    started_at: dt.datetime
    submitted: bool
    applicant_id: uuid.UUID | None = None
    staff_member_id: uuid.UUID | None = None


def unit_name(code: str) -> str:
    """The name of simulated unit `U01`, `U02`, ..."""
    number = int(code[1:]) - 1
    again = number // len(UNITS)
    return UNITS[number % len(UNITS)] + (f" {again + 1}" if again else "")


def add_staff(session: Session, organisation: Organisation, sheets: Sequence[AnswerSheet]) -> dict[str, uuid.UUID]:
    """Add units and staff; return the staff's ids by code."""
    names = sorted({unit_name(str(sheet.unit)) for sheet in sheets})
    units = {name: new_id() for name in names}
    session.execute(
        insert(Unit), [{"organisation_id": organisation.id, "id": key, "name": name} for name, key in units.items()]
    )
    staff = {sheet.person: new_id() for sheet in sheets}
    session.execute(
        insert(StaffMember),
        [
            {
                "organisation_id": organisation.id,
                "id": staff[sheet.person],
                "code": sheet.person,
                "name": f"Simulated colleague {sheet.person}",
                "email": f"{sheet.person.lower()}@staff.demo.example",
                "unit_id": units[unit_name(str(sheet.unit))],
                "job_family": FAMILIES[names.index(unit_name(str(sheet.unit))) % len(FAMILIES)],
            }
            for sheet in sheets
        ],
    )
    return staff


def add_ratings(
    session: Session, organisation: Organisation, ratings: Iterable[GivenRating], staff: Mapping[str, uuid.UUID]
) -> None:
    """Add the colleagues' ratings as one import, known to HR like every import."""
    rows = list(ratings)
    batch = ImportBatch(
        organisation_id=organisation.id,
        kind="ratings",
        state="imported",
        file_name="simulated-ratings.csv",
        file_sha256="0" * 64,
        rows=len(rows),
        options={"scale": [1.0, 5.0], "summary": summary_of(rows)},
        imported_at=now(),
    )
    session.add(batch)
    session.flush()
    session.execute(
        insert(Rating),
        [
            {
                "organisation_id": organisation.id,
                "id": new_id(),
                "ratee_id": staff[row.ratee],
                "rater_code": row.rater,
                "value": row.rating,
                "scale_min": 1.0,
                "scale_max": 5.0,
                "batch_id": batch.id,
            }
            for row in rows
        ],
    )


def summary_of(rows: Sequence[GivenRating]) -> dict[str, Any]:
    """What the page of an import tells, as a real import of these would have."""
    notes = {"people": len({row.ratee for row in rows}), "raters": len({row.rater for row in rows if row.rater})}
    return {"new": len(rows), "changed": 0, "unchanged": 0, "fault_count": 0, "notes": notes}


def add_applicants(
    session: Session, vacancy: Vacancy, sheets: Sequence[AnswerSheet], languages: Sequence[str], stopped: int
) -> list[uuid.UUID]:
    """Add applicants in the order of their sheets; the one numbered `stopped` has begun and not finished."""
    ids = [new_id() for _sheet in sheets]
    session.execute(
        insert(Applicant),
        [
            {
                "organisation_id": vacancy.organisation_id,
                "id": ids[index],
                "vacancy_id": vacancy.id,
                "name": f"Applicant {index + 1:03d} (simulated)",
                "email": f"applicant{index + 1:03d}@example.org",
                "language": languages[index % len(languages)],
                "state": "done" if index < stopped else "started" if index == stopped else "invited",
                "source": "list",
            }
            for index, sheet in enumerate(sheets)
        ],
    )
    return ids


def add_sittings(session: Session, questionnaire: Questionnaire, sittings: Sequence[Sat]) -> None:
    """Add sittings with their answers and the history of them."""
    ids = [new_id() for _sitting in sittings]
    session.execute(insert(Sitting), [sitting_row(ids[i], i, sitting) for i, sitting in enumerate(sittings)])
    answers = [row for i, sitting in enumerate(sittings) for row in answer_rows(ids[i], i, sitting, questionnaire)]
    session.execute(insert(AnswerRevision), [{**row, "id": new_id()} for row in answers])
    kept = ("organisation_id", "sitting_id", "item_id", "value", "revision", "language", "saved_at")
    session.execute(insert(Answer), [{"id": new_id(), **{name: row[name] for name in kept}} for row in answers])


def sitting_row(sitting_id: uuid.UUID, seed: int, sitting: Sat) -> dict[str, Any]:
    started = sitting.started_at
    return {
        "organisation_id": sitting.organisation_id,
        "id": sitting_id,
        "applicant_id": sitting.applicant_id,
        "staff_member_id": sitting.staff_member_id,
        "questionnaire_id": sitting.questionnaire_id,
        "form": sitting.form,
        "purpose": "training" if sitting.staff_member_id else "selection",
        "language": sitting.language,
        "state": "submitted" if sitting.submitted else "started",
        "seed": seed,
        "consented_at": started,
        "notice_version": "simulated",
        "practised_at": started,
        "submitted_at": started + dt.timedelta(minutes=25) if sitting.submitted else None,
        "created_at": started,
    }


def answer_rows(
    sitting_id: uuid.UUID, seed: int, sitting: Sat, questionnaire: Questionnaire
) -> Iterable[dict[str, Any]]:
    for number, (item_id, value) in enumerate(sitting.sheet.answers.items()):
        yield {
            "organisation_id": sitting.organisation_id,
            "sitting_id": sitting_id,
            "item_id": item_id,
            "revision": 1,
            "value": dict(value),
            "language": sitting.language,
            "positions": list(shown_order(questionnaire.item(item_id), seed)),
            "saved_at": sitting.started_at + dt.timedelta(minutes=number + 1),
        }


def add_vacancy(
    session: Session, organisation: Organisation, questionnaire: QuestionnaireVersion, model_version_id: uuid.UUID
) -> Vacancy:
    """Add the vacancy that the demo opens with."""
    vacancy = Vacancy(
        organisation_id=organisation.id,
        title="Service adviser (simulated)",
        questionnaire_id=questionnaire.id,
        form="A",
        model_version_id=model_version_id,
        languages=["en", "ru", "lt"],
        target=20,
        closes_at=now() + dt.timedelta(days=21),
    )
    session.add(vacancy)
    session.flush()
    return vacancy


def add_request(session: Session, vacancy: Vacancy) -> None:
    """Whoever is under way has asked for more time."""
    under_way = select(Applicant.id).where(
        Applicant.organisation_id == vacancy.organisation_id,
        Applicant.vacancy_id == vacancy.id,
        Applicant.state == "started",
    )
    for applicant_id in session.scalars(under_way.limit(1)).all():
        session.add(
            AdjustmentRequest(
                organisation_id=vacancy.organisation_id,
                applicant_id=applicant_id,
                wanted=["time", "breaks"],
                words="I read slowly on a screen. (simulated)",
            )
        )
    session.flush()
